// SPDX-License-Identifier: MIT
#pragma once

#include "data/text/DatePattern.h"
#include "data/Value.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// Digits between two thousands signs.
inline constexpr size_t GroupDigits = 3;

/// What the texts of a table's fields mean beyond what ParseText.h reads: words for null, and how numbers and dates are spelled.
/// Read-only once it is set up, so safe on all threads.
struct FieldRules
{
    std::vector<std::string> nulls; ///< words that mean null, beside the empty text
    char decimal = '.';
    std::vector<DatePattern> dates; ///< tried in this order, after ISO 8601
    std::string thousands;          ///< between groups of three digits; empty: nothing

    bool isNull(std::string_view text) const;
    /// Whether one of the null words is a number, too.
    bool hasNumberAsNull() const;
    /// Whether numbers are spelled as ParseText.h reads them.
    bool hasPlainNumbers() const { return decimal == '.' && thousands.empty(); }

    /// A number as ParseText.h reads it: with a point for the decimal sign, and nothing between groups. What is no number stays none.
    /// `room`: for the text, if it isn't the one given.
    std::string_view plainNumber(std::string_view text, std::string &room) const;

    // False where the text is no such thing.
    bool readInteger(std::string_view text, int64_t &value) const;
    bool readReal(std::string_view text, double &value) const;
    bool readTimestamp(std::string_view text, Timestamp &value) const;

private:
    bool makePlain(std::string_view text, std::string &plain) const;
};

/// A type's name as pipeline files write it: integer, real, boolean, timestamp or text. False: none of these.
bool fieldTypeOf(std::string_view name, ValueType &type);

} // namespace millrace
