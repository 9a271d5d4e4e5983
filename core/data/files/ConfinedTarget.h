// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace millrace {

/// Whether a path, without links in it, is that folder or lies in it.
bool isInsideFolder(const std::filesystem::path &path, const std::filesystem::path &folder);

/// Where a file is to be written whose path is made of data: its folders are made. Fails where a link leads out of `within`, which is made, too, and
/// where a link or anything else than a regular file has its name. `given`: what a person calls the file. `made`: gets the folders that weren't there.
Result<std::string> confinedTarget(const std::filesystem::path &path,
                                   const std::filesystem::path &within,
                                   const std::string &given,
                                   std::vector<std::string> *made = nullptr);

} // namespace millrace
