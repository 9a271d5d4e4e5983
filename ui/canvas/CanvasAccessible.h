// SPDX-License-Identifier: MIT
#pragma once

namespace millrace {

class CanvasPane;

/// Lets screen readers list and follow what is drawn: the canvas is a list of its steps and links, each with its name, what it
/// does, and its state. Once for a program is enough; again does nothing.
void makeCanvasAccessible();

/// Tells screen readers that another step or link is the one that keys work on.
void tellFocus(CanvasPane &view);

} // namespace millrace
