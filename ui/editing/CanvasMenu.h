// SPDX-License-Identifier: MIT
#pragma once

#include <QMenu>

namespace millrace {

class Actions;
class CanvasScene;

/// The canvas's context menu: what can be done with what is selected, and on the empty canvas what can be done there.
class CanvasMenu : public QMenu
{
    Q_OBJECT

public:
    CanvasMenu(const Actions &actions, const CanvasScene &scene, QWidget *parent);

    void open(QPoint global);

private:
    void fill();
    /// Ids of actions; an empty one is a separator.
    void put(std::initializer_list<const char *> ids, QMenu &menu);

    const Actions &m_actions;
    const CanvasScene &m_scene;
    QMenu *m_colors, *m_arrange;
};

} // namespace millrace
