// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <string>

namespace millrace {

/// `path` as it is when absolute, else within `folder`.
std::string resolvePath(const std::string &folder, const std::string &path);
/// The last part of a path: what messages call a file.
std::string fileName(const std::string &path);
/// Whether it is a regular file, which can be looked at before a run; pipes and devices can be read only once.
bool isRegularFile(const std::string &path);

/// All bytes of a file, or a sentence that says why it can't be read.
Result<std::string> readWholeFile(const std::string &path);

/// Empty, or a sentence that says why the file can't be read and what to do.
std::string readProblem(const std::string &path);
/// Empty, or a sentence that says why the folder can't be listed.
std::string folderProblem(const std::string &path);
/// Empty, or a sentence that says why nothing can be written there. Writes nothing itself.
std::string writeProblem(const std::string &path);

} // namespace millrace
