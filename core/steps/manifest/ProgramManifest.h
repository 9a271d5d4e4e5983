// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <string>

namespace millrace {

/// The program that a manifest makes a step of.
struct ProgramManifest
{
    std::string path;   ///< of the manifest, absolute
    std::string folder; ///< it lies in, where the program is started
    Value command;      ///< as in a terminal, or a list of words
    std::string protocol = "batch";
    double startTimeLimit = 10; ///< seconds
    double timeLimit = 10;      ///< seconds an item
};

} // namespace millrace
