// SPDX-License-Identifier: MIT
#pragma once

#include "millrace/errors/ChosenItems.h"
#include "steps/StepType.h"

#include <string>

namespace millrace {

/// Writes the chosen items with what is known of their failures to a file, as its name's ending says. Returns the exit status.
int exportItems(const ChosenItems &chosen, const std::string &path, const StepRegistry &registry);

} // namespace millrace
