// SPDX-License-Identifier: MIT
#include "editing/CanvasMenu.h"

#include "canvas/CanvasScene.h"
#include "commands/Actions.h"

namespace millrace {

CanvasMenu::CanvasMenu(const Actions &actions, const CanvasScene &scene, QWidget *parent)
    : QMenu(parent)
    , m_actions(actions)
    , m_scene(scene)
    , m_colors(new QMenu(tr("Frame's colour"), this))
    , m_arrange(new QMenu(tr("Arrange"), this))
{
    for (QMenu *menu : {m_colors, m_arrange})
        menu->setIcon(m_actions.groupIcon(menu->title()));
    for (const QString &color : frameColorWords())
        m_colors->addAction(m_actions[qPrintable(QStringLiteral("frame.") + color)]);
    put({"arrange.layout", "", "arrange.left", "arrange.center", "arrange.right", "", "arrange.top", "arrange.middle",
         "arrange.bottom", "", "arrange.across", "arrange.down"},
        *m_arrange);
}

void CanvasMenu::open(QPoint global)
{
    clear();
    fill();
    popup(global);
}

void CanvasMenu::put(std::initializer_list<const char *> ids, QMenu &menu)
{
    for (const char *id : ids) {
        if (*id)
            menu.addAction(m_actions[id]);
        else
            menu.addSeparator();
    }
}

void CanvasMenu::fill()
{
    const size_t steps = m_scene.selectedSteps().size();
    const bool hasFrames = !m_scene.selectedFrames().empty();
    const bool hasOthers = hasFrames || !m_scene.selectedNotes().empty();
    if (!steps && !hasOthers) {
        if (!m_scene.selectedLinks().empty())
            put({"edit.add", "edit.link", "", "edit.keep", "run.fresh", "", "edit.delete"}, *this);
        else
            put({"edit.add", "edit.note", "edit.frame", "", "edit.paste", "select.all", "", "arrange.layout",
                 "view.fitAll"},
                *this);
        return;
    }
    if (steps + m_scene.selectedFrames().size() + m_scene.selectedNotes().size() == 1)
        put({"edit.rename"}, *this);
    if (hasFrames)
        addMenu(m_colors);
    if (steps == 1)
        put({"edit.settings", "edit.add", "edit.link"}, *this);
    const StepItem *only = steps == 1 ? m_scene.step(*m_scene.selectedSteps().begin()) : nullptr;
    if (only && only->view().hasInside)
        put({"", "edit.inside", "edit.unfold"}, *this);
    if (steps)
        put({"", "edit.enable", "edit.bypass", "edit.moreWorkers", "edit.fewerWorkers"}, *this);
    addSeparator();
    if (steps > 1)
        addMenu(m_arrange);
    if (steps)
        put({"edit.frame", "edit.fold", "select.upstream", "select.downstream", "select.connected", ""}, *this);
    put({"edit.cut", "edit.copy", "edit.paste", "edit.duplicate", "edit.delete"}, *this);
    if (steps)
        put({"edit.dissolve"}, *this);
    if (steps == 1)
        put({"", "run.upTo", "help.step"}, *this);
}

} // namespace millrace
