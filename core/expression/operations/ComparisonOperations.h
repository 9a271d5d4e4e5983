// SPDX-License-Identifier: MIT
#pragma once

#include "expression/operations/Operation.h"

#include <string_view>

namespace millrace {

enum class Order : uint8_t { Less, LessEqual, Greater, GreaterEqual };

/// Texts compare as texts, a timestamp with a timestamp or ISO text by moment, anything else as numbers.
template <Order>
bool computeOrder(const OperationCall &call);
template <Order>
bool compareColumns(const ColumnCall &call);

/// Text that is a number equals the number, text that is a date the timestamp; whatever can't be compared differs.
bool computeEqual(const OperationCall &call);
bool computeNotEqual(const OperationCall &call);
/// Of the same type, too.
bool computeSame(const OperationCall &call);
bool computeNotSame(const OperationCall &call);
template <bool IsEqual>
bool equalColumns(const ColumnCall &call);

/// The smallest or the largest of all arguments.
template <bool IsSmallest>
bool computeOutermost(const OperationCall &call);

/// As `==` takes two values.
bool looselyEqual(const Value &a, const Value &b);
/// Order of texts as JavaScript has it, by UTF-16 units.
int compareTexts(std::string_view a, std::string_view b);

} // namespace millrace
