// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QKeySequence>
#include <QWidget>

class QAction;
class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;

namespace millrace {

class Actions;
class Shortcuts;

/// Every action with its key, in a window beside the work: choose one, press the new key. A key that another action has is
/// said before it is taken away.
class ShortcutEditor : public QWidget
{
    Q_OBJECT

public:
    ShortcutEditor(const Actions &actions, Shortcuts &shortcuts, Theme &theme, QWidget *window);

    void open();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void layOut(Theme &theme);
    void fill();
    void showKeys();
    void filter(const QString &typed);
    QAction *current() const;
    void showCurrent();
    void pressed(const QKeySequence &keys);
    void take();

    const Actions &m_actions;
    Shortcuts &m_shortcuts;
    QLineEdit *m_search;
    QTreeWidget *m_list;
    QKeySequenceEdit *m_key;
    QLabel *m_conflict;
    QPushButton *m_take, *m_remove, *m_reset, *m_resetAll;
    QKeySequence m_wanted; ///< a key that another action has
};

} // namespace millrace
