// SPDX-License-Identifier: MIT
#pragma once

#include "expression/operations/Operation.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace millrace {

bool computeLower(const OperationCall &call);
bool lowerColumn(const ColumnCall &call);
bool computeUpper(const OperationCall &call);
bool upperColumn(const ColumnCall &call);
bool computeTrim(const OperationCall &call);
bool trimColumn(const ColumnCall &call);
bool computeText(const OperationCall &call);
bool textColumn(const ColumnCall &call);
bool computeContains(const OperationCall &call);
bool containsColumns(const ColumnCall &call);
bool computeStartsWith(const OperationCall &call);
bool startsWithColumns(const ColumnCall &call);
bool computeEndsWith(const OperationCall &call);
bool endsWithColumns(const ColumnCall &call);
bool computeReplace(const OperationCall &call);
bool computeMatches(const OperationCall &call);
bool matchesColumn(const ColumnCall &call);
/// Numbers are added, anything with a text is joined.
bool computeSum(const OperationCall &call);
bool addColumns(const ColumnCall &call);

/// What all texts together may have that an expression makes of a batch in this process, and what one may have: what is
/// beyond fails its item.
constexpr size_t MostTextBytes = size_t(1) << 30, LongestText = size_t(1) << 28;
/// Of an expression that makes longer ones.
Fault tooLongText();

/// Where the part begins, from there on; npos: nowhere. In linear time whatever the texts are.
size_t findPart(std::string_view text, std::string_view part, size_t from = 0);
/// The length of what replaceAll() gives.
size_t lengthAfterReplacing(std::string_view text, std::string_view what, std::string_view with);
/// Where every `what` is replaced; as it is where `what` is empty.
std::string replaceAll(std::string_view text, std::string_view what, std::string_view with);

} // namespace millrace
