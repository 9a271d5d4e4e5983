// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "formats/csv/CsvDialect.h"
#include "formats/text/FieldRules.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// The cells of a header of one or more records, one text for each column.
struct CsvHeader
{
    std::vector<std::string> cells;
    std::vector<std::string> warnings; ///< what may not be as it was meant: sentences
    size_t bytes = 0;                  ///< of the text that it was taken from
};

/// How many of these records name the fields: 0 where the first one seems to be a value like those below it; more than 1 where
/// some below the first are no values either: units, or the same names again.
size_t guessCsvHeaderRows(const std::string &text, const CsvDialect &dialect, const FieldRules &rules);

/// Takes a header of `rows` records apart, which may be less than all of the text where a quote isn't closed. Faulty quotes are ordinary characters, which is said, where it can be told what was meant.
/// Fails for other ones, and for what isn't UTF-8.
Result<CsvHeader> csvHeaderOf(const std::string &text, const CsvDialect &dialect, size_t rows);

/// Fits a header to the records of `sample` where nearly all of them agree on another number of fields, and says so: it loses cells
/// without a name that they don't have, and columns that it doesn't name become nameless ones.
void fitCsvHeader(CsvHeader &header, const std::string &sample, const CsvDialect &dialect);

/// Where the text of a header stands again as a line in the text of records, which follow it: as when tables were put one behind another.
/// The number of lines before it; nothing where it doesn't.
std::optional<size_t> repeatedHeader(std::string_view header, std::string_view records);

/// Of two headers that differ: where, in a sentence.
std::string csvHeaderDifference(const std::vector<std::string> &first, const std::vector<std::string> &other);

} // namespace millrace
