// SPDX-License-Identifier: MIT
#pragma once

#include "steps/Step.h"

#include <string>
#include <string_view>
#include <vector>

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

/// For check(): adds what is wrong with the file that the parameter `path` names. An empty path says nothing here, for
/// that a required value is missing is found for all parameters alike. Returns whether all is well.
bool checkReadable(const CheckContext &context, const std::string &path, std::vector<StepProblem> &problems);
bool checkWritable(const CheckContext &context, const std::string &path, std::vector<StepProblem> &problems);
/// For check(): the parameter `param` names fields that don't come in. Says nothing where the fields aren't known.
void checkFields(const CheckContext &context,
                 const std::string &param,
                 const std::vector<std::string> &names,
                 std::vector<StepProblem> &problems);

/// The sentence for a field that isn't there.
std::string noFieldMessage(const std::string &name, const Schema &schema);
/// Text in quotes for a message: cut to a length that can be read, bytes that are no UTF-8 replaced.
std::string inQuotes(std::string_view text);
/// The text with bytes that are no UTF-8 replaced by U+FFFD.
std::string readableText(std::string_view text);

} // namespace millrace
