// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunPlan.h"

#include <functional>
#include <string>

namespace millrace {

/// Makes the steps of a plan that start programs ask before each start, also before another one takes the place of one that has ended.
/// `mayStart` is called with the step's id on threads of the run; an error of it is the error of the start.
void guardStarts(RunPlan &plan, const std::function<Result<>(const std::string &step)> &mayStart);

} // namespace millrace
