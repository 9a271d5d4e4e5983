// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <filesystem>
#include <string>
#include <system_error>

namespace millrace {

/// `path` as it is when absolute, else within `folder`.
std::string resolvePath(const std::string &folder, const std::string &path);
/// Whether the path of a file to read or write stands for the program's standard input or output: "-". A file of that name is "./-".
bool isStandardStream(const std::string &path);
/// resolvePath() for a file to read or write: "-" stays what it is.
std::string resolveFile(const std::string &folder, const std::string &path);
/// As std::filesystem::canonical and weakly_canonical, which tell a lack of memory as if something were wrong with the path: it is
/// thrown as std::bad_alloc here, so that nobody goes on with an empty path.
std::filesystem::path canonicalOf(const std::filesystem::path &path, std::error_code &error);
std::filesystem::path weaklyCanonicalOf(const std::filesystem::path &path, std::error_code &error);
/// The last part of a path: what messages call a file.
std::string fileName(const std::string &path);
/// What stands before it; "." and "/" where there is no other folder.
std::string folderOf(const std::string &path);
/// Whether it is a regular file, which can be looked at before a run; pipes and devices can be read only once.
bool isRegularFile(const std::string &path);

/// The folder of what this program remembers for the user: $XDG_STATE_HOME/millrace, or ~/.local/state/millrace. Empty where there is
/// neither. It may not be there yet.
std::string stateFolder();

/// Where what belongs to a file is kept: `FILE.KIND` beside it, or, where nobody can write there and there is none, one of its own in
/// stateFolder()/KIND, which is made. `file`: absolute.
std::string placeBeside(const std::string &file, const std::string &kind);

/// All bytes of a file, or a sentence that says why it can't be read.
Result<std::string> readWholeFile(const std::string &path);

/// Empty, or a sentence that says why the file can't be read and what to do.
std::string readProblem(const std::string &path);
/// Empty, or a sentence that says why the folder can't be listed.
std::string folderProblem(const std::string &path);
/// Empty, or a sentence that says why nothing can be written there. Writes nothing itself.
std::string writeProblem(const std::string &path);

} // namespace millrace
