// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <string>

namespace millrace {

/// Something that was guessed of how a file is to be read.
struct FormatGuess
{
    std::string param; ///< the parameter of its reader that would say it, and the value it would have
    Value value;
    std::string words;   ///< "the delimiter is \";\""
    std::string why;     ///< "9 fields in 2000 of 2000 records"; may be empty
    bool isUsual = true; ///< so that nobody needs to be told
    Value rival;         ///< another value that fits nearly as well; null: there is none
};

} // namespace millrace
