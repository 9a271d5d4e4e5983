// SPDX-License-Identifier: MIT
#pragma once

#include "expression/operations/Operation.h"

#include <string_view>

namespace millrace {

enum class Order : uint8_t { Less, LessEqual, Greater, GreaterEqual };

/// Timestamps, and texts that are timestamps in ISO 8601, compare by moment; a text with a text that is a number as numbers
/// where both are, else as texts; anything else as numbers.
template <Order>
bool computeOrder(const OperationCall &call);
template <Order>
bool compareColumns(const ColumnCall &call);

/// Text that is a number equals the number, text that is a date the timestamp or another text of the same moment; whatever
/// can't be compared differs, but a timestamp and a text that is no date, which fails.
bool computeEqual(const OperationCall &call);
bool computeNotEqual(const OperationCall &call);
/// Of the same type, too.
bool computeSame(const OperationCall &call);
bool computeNotSame(const OperationCall &call);
template <bool IsEqual, bool IsStrict>
bool equalColumns(const ColumnCall &call);

/// The smallest or the largest of all arguments.
template <bool IsSmallest>
bool computeOutermost(const OperationCall &call);

/// As `==` takes two values.
bool looselyEqual(const Value &a, const Value &b);
/// Below 0, 0 or above 0: by moment where both are timestamps in ISO 8601, as numbers where both are numbers, else as texts.
int compareReadTexts(std::string_view a, std::string_view b);
/// Order of texts as JavaScript has it, by UTF-16 units.
int compareTexts(std::string_view a, std::string_view b);

} // namespace millrace
