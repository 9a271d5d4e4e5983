// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Simulation.h"
#include "data/Result.h"
#include "data/Value.h"

#include <string>

namespace millrace {

/// Of a pipeline's last run on record, or of a file that `millrace run --report` wrote ("-": standard input). The
/// message of an error is a sentence that begins with the file.
Result<Value> reportOfFile(const std::string &file);

/// What a report says of the run, for simulate(). Reports without links are taken for a row of steps. Fails where
/// nothing went through.
Result<SimulationModel> modelOf(const Value &report);

/// A member of a member, "queue.capacity" for instance; null where there is none.
const Value *memberAt(const Value &value, std::string_view path);
/// The same as a number; `otherwise` where it is none.
double numberAt(const Value &value, std::string_view path, double otherwise = 0);
/// The same as a text.
std::string textAt(const Value &value, std::string_view path);

} // namespace millrace
