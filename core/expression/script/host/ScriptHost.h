// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// The descriptor that a process of a script engine is spoken to by.
constexpr int ScriptHostSocket = 3;

/// With which this same program, started once more, is the process of a script engine: it never comes as far as main(). So any program
/// with this library can run scripts, wherever it lies and whatever else is installed.
std::vector<std::string> scriptHostEnvironment();

/// Why such a process has ended, by its wait status: "timeout", "memory" or "crash".
std::string_view scriptHostEnding(int status);

} // namespace millrace
