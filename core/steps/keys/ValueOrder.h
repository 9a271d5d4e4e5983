// SPDX-License-Identifier: MIT
#pragma once

#include "data/Column.h"
#include "data/Value.h"

#include <cstdint>
#include <string>

namespace millrace {

/// The order of values of any types in sorts: boolean < number < timestamp < text < bytes < list < object < null. Integers and reals
/// compare exactly, NaN is equal to itself and above all numbers, texts compare by code point, timestamps by moment, lists and
/// objects member by member (an object's by name).
/// Below 0, 0 or above 0. What compares as 0 has one key: see appendKey().
int compareValues(const Value &a, const Value &b);
/// The same of two rows of columns; a null column is null in all rows. Packed columns of one type make no Value.
int compareRows(const Column *a, size_t rowA, const Column *b, size_t rowB);

/// Where its type stands in that order: 0 for a boolean to 6 for an object, 7 for null.
uint8_t typeRank(ValueType type);

/// The first 64 bits of a row's place in that order: where two differ, so do the values, in the same direction. Equal ones say nothing.
uint64_t orderPrefix(const Column *column, size_t row);

/// Appends bytes that are the same for equal values, and for no others: 1 and 1.0, 0 and -0, all NaN are equal, a text never equals a
/// number, null equals null (and an absent field). None is the beginning of another's.
void appendKey(std::string &bytes, const Value &value);
void appendKey(std::string &bytes, const Column *column, size_t row);

} // namespace millrace
