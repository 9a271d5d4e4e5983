// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace millrace {

/// Whether a path stands for all files that fit it: it has a *, a ? or a [, and there is no file that is called so. A relative path is
/// within `folder`.
bool isPathPattern(const std::string &folder, const std::string &path);

/// The files that fit a pattern, sorted by their bytes, as paths that are written as the pattern is: relative ones stay so. Hidden
/// files don't fit a * or a ?, and neither fits a slash.
std::vector<std::string> filesOfPattern(const std::string &folder, const std::string &pattern);

} // namespace millrace
