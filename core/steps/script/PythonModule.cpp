// SPDX-License-Identifier: MIT
#include "steps/script/PythonModule.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace millrace {

std::string pythonModuleFolder()
{
    namespace fs = std::filesystem;
    if (const char *named = std::getenv("MILLRACE_PYTHON"); named && *named)
        return named;
    std::error_code error;
    const fs::path own = fs::read_symlink("/proc/self/exe", error).parent_path();
    for (const char *above : {"..", "../.."}) { // installed or built; the tests' programs are one deeper
        const fs::path folder = (own / above / "share/millrace/python").lexically_normal();
        if (fs::exists(folder / "millrace.py", error))
            return folder.string();
    }
    return {};
}

void addPythonModule(std::vector<std::string> &environment)
{
    const std::string folder = pythonModuleFolder();
    if (folder.empty())
        return;
    constexpr const char *Variable = "PYTHONPATH=";
    for (std::string &entry : environment) {
        if (entry.starts_with(Variable)) {
            entry += ':' + folder;
            return;
        }
    }
    const char *before = std::getenv("PYTHONPATH");
    environment.push_back(Variable + (before && *before ? before + (':' + folder) : folder));
}

} // namespace millrace
