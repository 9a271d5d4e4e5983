// SPDX-License-Identifier: MIT
#pragma once

#include "formats/csv/CsvLayout.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace millrace {

/// How a CSV file seems to be spelled.
struct CsvGuess
{
    CsvDialect dialect;
    size_t skipLines = 0; ///< above the header
    std::string rival;    ///< another delimiter that fits nearly as well; empty: none does
    bool isClear = false; ///< each record looked at was as it should be

    // Of the records that were looked at.
    size_t records = 0;
    size_t fields = 0;       ///< that most of them have
    size_t agreeing = 0;     ///< records with so many
    size_t quotedFields = 0; ///< in quotes without a fault
    size_t faults = 0;       ///< fields whose quotes aren't as they should be
};

/// Guesses what the settings leave open from the beginning of a file, of which whole records are looked at, 2000 at the most.
/// `isWhole`: that is all of it.
///
/// After the ideas of García 2024, "Detecting CSV file dialects by table uniformity measurement and data type inference": a dialect
/// is the better the more records have the same number of fields and the more fields are values of a known kind. The usual
/// delimiters are preferred to others.
CsvGuess guessCsv(std::string_view text, bool isWhole, const CsvSettings &settings);

} // namespace millrace
