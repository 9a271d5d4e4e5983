// SPDX-License-Identifier: MIT
#pragma once

#include "formats/csv/CsvDialect.h"
#include "formats/text/FieldRules.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// What stands among or behind the records of a table and may not belong to it.
struct CsvTablesSeen
{
    std::string_view text; ///< of the first records, behind the header
    bool isWhole = false;  ///< nothing comes behind it
    size_t columns = 0;    ///< of the table
    int64_t line = 1;      ///< of the file, that it begins in
};

/// A sentence for the first record that looks like the header of another table as wide, with names over columns that have none such
/// before and other values behind, and one for the records at the end that look like a footer: sums, notes, sources. They are read
/// as records all the same. Looks at 256 KiB at the most.
std::vector<std::string> csvTableWarnings(const CsvTablesSeen &seen,
                                          const CsvDialect &dialect,
                                          const FieldRules &rules);

} // namespace millrace
