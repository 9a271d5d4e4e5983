// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace millrace {

/// Adds PYTHONPATH to an environment (NAME=VALUE), so that `import millrace` finds the module that comes with this program:
/// in the folder that MILLRACE_PYTHON names, else in share/millrace/python beside the program's own folder. Does nothing where
/// there is none.
void addPythonModule(std::vector<std::string> &environment);

} // namespace millrace
