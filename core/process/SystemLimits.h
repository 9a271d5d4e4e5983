// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace millrace {

/// For the beginning of main(): what the system refuses becomes an error of the call instead of the end of the process. A file at the
/// limit of its size fails to be written (no SIGXFSZ), a reader that went away likewise (no SIGPIPE), and where there is no memory
/// left even for an error, the process ends with a sentence and status 1 (no SIGABRT). Children get all signals back.
void takeLimitsAsErrors();

/// Writes that there is no memory left, which needs none, and ends the process with status 1.
[[noreturn]] void endWithoutMemory() noexcept;

/// Empty, or a sentence: this process may open so few files that it can't even begin.
std::string fileLimitProblem();

} // namespace millrace
