// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QKeySequence>
#include <QList>
#include <QObject>

class QAction;

namespace millrace {

class Actions;

/// The keys of a window's actions, as the person wants them: changed ones are stored, and taken over by all windows at once.
class Shortcuts : public QObject
{
    Q_OBJECT

public:
    /// Notes the declared keys as defaults, then gives the actions the stored ones. `actions` is borrowed.
    Shortcuts(const Actions &actions, QObject *parent);

    /// The other action that has this key; null where it is free.
    QAction *holderOf(const QKeySequence &key, const QAction *except = nullptr) const;
    /// Gives the action these keys, and takes them from whoever has them. Empty: no key.
    void set(QAction *action, const QList<QKeySequence> &keys);
    const QList<QKeySequence> &defaultsOf(const QAction *action) const;
    bool isChanged(const QAction *action) const;
    void reset(QAction *action) { set(action, defaultsOf(action)); }
    void resetAll();

Q_SIGNALS:
    void changed();

private:
    void load();
    void store(const QAction *action) const;
    void tellAll();

    const Actions &m_actions;
    QHash<const QAction *, QList<QKeySequence>> m_defaults;
};

/// Keys as people read them: "Ctrl+Y, Ctrl+Shift+Z".
QString keysText(const QList<QKeySequence> &keys);

} // namespace millrace
