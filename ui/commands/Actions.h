// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QAction>
#include <QHash>
#include <QObject>

#include <vector>

class QMenu;
class QMenuBar;

namespace millrace {

/// Every action of the window: declared once with its name, key, menu and icon. Menus, buttons, the command palette and
/// context menus all take them from here.
class Actions : public QObject
{
    Q_OBJECT

public:
    /// Keys without Ctrl belong to the canvas: typed in a field, they are letters.
    Actions(Theme &theme, QWidget &window, QWidget &canvas);

    /// By its id, e.g. "run.start". The id must be one that is declared.
    QAction *operator[](const char *id) const;
    const std::vector<QAction *> &all() const { return m_all; }
    /// The menu's name of an action, for the command palette.
    QString menuOf(const QAction *action) const;
    /// The drawing of a menu within a menu, by its name, e.g. "Arrange".
    QIcon groupIcon(const QString &group) const;
    /// Fills the menu bar, in the order of the declarations.
    void fill(QMenuBar &bar);
    QMenu *menu(const char *title) const { return m_menus.value(QLatin1String(title)); }

private:
    Theme &m_theme;
    std::vector<QAction *> m_all;
    QHash<QString, QAction *> m_byId;
    QHash<QString, QMenu *> m_menus;
};

} // namespace millrace
