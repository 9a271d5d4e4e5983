// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::test {

/// A record as a straightforward reader of RFC 4180 sees it, one character after the other: what the quick one is compared
/// with. A field without anything is null.
struct SlowRecord
{
    std::vector<std::optional<std::string>> fields;
    bool isFaulty = false; ///< a quote that isn't closed, or text behind one
};

/// `isOneField`: an empty line is a record with a null.
std::vector<SlowRecord> readCsvSlowly(std::string_view text, char delimiter, bool isOneField);

/// Where read.csv, told that there is no header and all are texts, reads other records than readCsvSlowly(); empty: nowhere. Texts
/// without lines, or whose first record has a fault, aren't compared.
std::string differenceFromSlowCsv(const std::string &text, size_t batchSize);

} // namespace millrace::test
