// SPDX-License-Identifier: MIT
#pragma once

namespace millrace {

/// Counts the wishes of the user to end (Ctrl-C, SIGTERM, SIGHUP) instead of ending at once. Installed once, by the run.
void countInterrupts();
int interruptCount();

} // namespace millrace
