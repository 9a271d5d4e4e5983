// SPDX-License-Identifier: MIT
#include "editing/CanvasActions.h"

#include "canvas/CanvasView.h"
#include "canvas/notes/FrameItem.h"
#include "commands/Actions.h"
#include "editing/CanvasCommands.h"
#include "editing/CanvasEditor.h"
#include "editing/NoteCommands.h"
#include "editing/StepAdder.h"
#include "pipeline/layout/Layout.h"

#include <QAction>

namespace millrace {

namespace {

/// Joins an action with a call, for as long as the canvas is there.
class ActionJoiner
{
public:
    ActionJoiner(const Actions &actions, const CanvasView &view) : m_actions(actions), m_view(view) {}

    template <typename Call>
    void operator()(const char *action, Call call) const
    {
        QObject::connect(m_actions[action], &QAction::triggered, &m_view, call);
    }

private:
    const Actions &m_actions;
    const CanvasView &m_view;
};

void joinEditing(const ActionJoiner &on, CanvasReceivers to)
{
    on("edit.add", [to] { to.editor.adder().openQuickAdd(to.view.handPosition()); });
    on("edit.note", [to] { to.notes.addNote(); });
    on("edit.frame", [to] { to.notes.addFrame(); });
    on("edit.rename", [to] { to.commands.rename(); });
    on("edit.link", [to] {
        to.view.setFocus();
        to.view.startKeyboardLink();
    });
    on("edit.cut", [to] { to.commands.cut(); });
    on("edit.copy", [to] { to.commands.copy(); });
    on("edit.paste", [to] { to.commands.paste(); });
    on("edit.duplicate", [to] { to.commands.duplicate({40, 40}); });
    on("edit.delete", [to] { to.commands.removeSelection(); });
    on("edit.dissolve", [to] { to.commands.dissolveSelection(); });
    on("edit.enable", [to] { to.commands.toggleEnabled(); });
    on("edit.bypass", [to] { to.commands.toggleBypassed(); });
    on("edit.keep", [to] { to.commands.toggleKept(); });
    on("edit.moreWorkers", [to] { to.commands.changeWorkers(1); });
    on("edit.fewerWorkers", [to] { to.commands.changeWorkers(-1); });
}

void joinSelecting(const ActionJoiner &on, CanvasReceivers to)
{
    on("select.all", [to] { to.commands.selectAll(); });
    on("select.upstream", [to] { to.commands.selectReachable(true, false); });
    on("select.downstream", [to] { to.commands.selectReachable(false, true); });
    on("select.connected", [to] { to.commands.selectReachable(true, true); });
    on("select.nextFrame", [to] { to.notes.selectNextFrame(); });
    on("select.nextLink", [to] { to.commands.selectNextLink(); });
    on("select.nextNote", [to] { to.notes.selectNextNote(); });
}

void joinArranging(const ActionJoiner &on, CanvasReceivers to)
{
    on("arrange.wider", [to] { to.notes.resizeSelection({grid::Step, 0}); });
    on("arrange.narrower", [to] { to.notes.resizeSelection({-grid::Step, 0}); });
    on("arrange.higher", [to] { to.notes.resizeSelection({0, grid::Step}); });
    on("arrange.lower", [to] { to.notes.resizeSelection({0, -grid::Step}); });
    for (const QString &color : frameColorWords())
        on(qPrintable(QStringLiteral("frame.") + color), [to, color] { to.notes.setFrameColor(color); });
    on("arrange.layout", [to] { to.commands.layOut(); });
    on("arrange.left", [to] { to.commands.arrange(CanvasCommands::Line::Left); });
    on("arrange.top", [to] { to.commands.arrange(CanvasCommands::Line::Top); });
    on("arrange.right", [to] { to.commands.arrange(CanvasCommands::Line::Right); });
    on("arrange.bottom", [to] { to.commands.arrange(CanvasCommands::Line::Bottom); });
    on("arrange.center", [to] { to.commands.arrange(CanvasCommands::Line::Center); });
    on("arrange.middle", [to] { to.commands.arrange(CanvasCommands::Line::Middle); });
    on("arrange.across", [to] { to.commands.arrange(CanvasCommands::Line::Across); });
    on("arrange.down", [to] { to.commands.arrange(CanvasCommands::Line::Down); });
}

} // namespace

void joinCanvasActions(const Actions &actions, CanvasReceivers to)
{
    const ActionJoiner on(actions, to.view);
    joinEditing(on, to);
    joinSelecting(on, to);
    joinArranging(on, to);
}

} // namespace millrace
