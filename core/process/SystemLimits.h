// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace millrace {

/// For the beginning of main(): what the system refuses becomes an error of the call instead of the end of the process. A file at the
/// limit of its size fails to be written (no SIGXFSZ), a reader that went away likewise (no SIGPIPE), and where there is no memory
/// left even for an error, the process ends with a sentence and status 1 (no SIGABRT). Children get all signals back.
void takeLimitsAsErrors();

/// Before a QCoreApplication is made: Qt's threads use none of GLib, which ends the process with a signal where files or memory are
/// refused. For a program without a window.
void useQtWithoutGlib();
/// Whether a variable, NAME=VALUE, was set by that and is nothing for children.
bool isForThisProcessAlone(std::string_view variable);

/// Writes that there is no memory left, which needs none, and ends the process with status 1.
[[noreturn]] void endWithoutMemory() noexcept;

/// Empty, or a sentence: this process may open so few files that it can't even begin.
std::string fileLimitProblem();

} // namespace millrace
