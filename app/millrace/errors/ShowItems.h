// SPDX-License-Identifier: MIT
#pragma once

#include "millrace/errors/ChosenItems.h"

namespace millrace {

/// To standard output: a line for each kind of error among the chosen items. Returns the exit status.
int listItems(const ChosenItems &chosen, bool isJson);

/// To standard output: the chosen items with their fields, as JSON Lines or as text for people. `isWhole`: all of them, else, for
/// people, the first ones. Returns the exit status.
int showItems(const ChosenItems &chosen, bool isJson, bool isWhole);

} // namespace millrace
