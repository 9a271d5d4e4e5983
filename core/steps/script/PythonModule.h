// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace millrace {

/// The folder of the module that comes with this program: the one that MILLRACE_PYTHON names, else share/millrace/python beside the
/// program's own folder. Empty where there is none.
std::string pythonModuleFolder();

/// Adds PYTHONPATH to an environment (NAME=VALUE), so that `import millrace` finds it there. Does nothing where there is none.
void addPythonModule(std::vector<std::string> &environment);

} // namespace millrace
