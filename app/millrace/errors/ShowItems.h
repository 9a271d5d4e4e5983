// SPDX-License-Identifier: MIT
#pragma once

#include "millrace/errors/ChosenItems.h"
#include "steps/StepType.h"

namespace millrace {

/// To standard output: a line for each kind of error among the chosen items, with the settings that would mend it. Returns the exit
/// status.
int listItems(const ChosenItems &chosen, const StepRegistry &registry, bool isJson);

/// To standard output: the chosen items with their fields, as JSON Lines or as text for people. `isWhole`: all of them, else, for
/// people, the first ones. Returns the exit status.
int showItems(const ChosenItems &chosen, bool isJson, bool isWhole);

} // namespace millrace
