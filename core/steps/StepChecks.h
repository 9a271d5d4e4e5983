// SPDX-License-Identifier: MIT
#pragma once

#include "steps/Step.h"

#include <string>
#include <vector>

namespace millrace {

/// For check(): adds what is wrong with the file that the parameter `path` names. An empty path says nothing here, for
/// that a required value is missing is found for all parameters alike; "-" is a standard stream. Returns whether all is well.
bool checkReadable(const CheckContext &context, const std::string &path, std::vector<StepProblem> &problems);
bool checkWritable(const CheckContext &context, const std::string &path, std::vector<StepProblem> &problems);
/// For check(): the parameter `param` names fields that don't come in. Says nothing where the fields aren't known.
void checkFields(const CheckContext &context,
                 const std::string &param,
                 const std::vector<std::string> &names,
                 std::vector<StepProblem> &problems);

/// The bytes that the value of the parameter `param` stands for, more than 0. An error is a sentence.
Result<uint64_t> sizeOf(const std::string &param, const std::string &value);
/// For check(): that it does.
void checkSize(const std::string &param, const std::string &value, std::vector<StepProblem> &problems);

/// That a field isn't among those that come in: an error, or a warning where later items may have it.
StepProblem missingField(const std::string &param, const std::string &name, const Schema &schema);
/// The sentence for a field that isn't there.
std::string noFieldMessage(const std::string &name, const Schema &schema);

} // namespace millrace
