// SPDX-License-Identifier: MIT
#pragma once

namespace millrace {

class Actions;
class CanvasCommands;
class CanvasEditor;
class CanvasView;
class NoteCommands;

/// What the window's actions for the canvas are given to. All of it outlives the actions' use.
struct CanvasReceivers
{
    CanvasView &view;
    CanvasEditor &editor;
    CanvasCommands &commands;
    NoteCommands &notes;
};

/// Joins the actions that edit, select and arrange what is drawn ("edit.copy", "select.all", "arrange.left", …) with what does
/// it.
void joinCanvasActions(const Actions &actions, CanvasReceivers to);

} // namespace millrace
