// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// Appends a number as it was written, where that is one in JSON, too: digits on both sides of a point.
inline bool appendWrittenNumber(std::string &text, std::string_view written)
{
    const auto isDigit = [&](size_t at) { return at < written.size() && written[at] >= '0' && written[at] <= '9'; };
    const size_t point = written.find('.');
    if (!isDigit(written.starts_with('-') ? 1 : 0) || (point != std::string_view::npos && !isDigit(point + 1)))
        return false;
    text += written;
    return true;
}

/// Appends one value of a column that isn't null as JSON, without making a Value of it where the column is packed.
inline void appendKnownJson(std::string &text, const Column &column, size_t row)
{
    switch (column.type()) {
    case ColumnType::Integer: appendInteger(text, column.integers()[row]); break;
    case ColumnType::Text: appendJsonText(text, column.text(row)); break;
    case ColumnType::Real:
        if (column.written().empty() || !appendWrittenNumber(text, column.written(row)))
            appendJson(text, Value(column.reals()[row]));
        break;
    case ColumnType::Any: appendJson(text, column.values()[row]); break;
    }
}

/// The same where it may be null.
inline void appendJsonOf(std::string &text, const Column &column, size_t row)
{
    if (column.isNull(row))
        text += "null";
    else
        appendKnownJson(text, column, row);
}

/// What stands before a member's value: its name, behind a comma.
inline std::string memberStart(std::string_view name)
{
    std::string text = ",";
    appendJsonText(text, name);
    return text += ':';
}

/// Appends an item as a JSON object, without the fields that it lacks. `starts`: memberStart() of each; `columns`: which columns of
/// the batch they are.
template <class Columns>
void appendMembers(
    std::string &text, const Batch &batch, size_t row, const std::vector<std::string> &starts, const Columns &columns)
{
    char opening = '{';
    for (size_t i = 0; i < starts.size(); ++i) {
        const Column &column = batch.column(columns[i]);
        const bool isNull = column.isNull(row);
        if (isNull && column.isAbsent(row))
            continue;
        const size_t begin = text.size();
        text += starts[i];
        text[begin] = std::exchange(opening, ',');
        if (isNull)
            text += "null";
        else
            appendKnownJson(text, column, row);
    }
    text += opening == '{' ? "{}" : "}";
}

/// The places of all columns of a batch.
struct AllColumns
{
    size_t operator[](size_t place) const { return place; }
};

/// The same with all columns of the batch.
inline void appendMembers(std::string &text, const Batch &batch, size_t row, const std::vector<std::string> &starts)
{
    appendMembers(text, batch, row, starts, AllColumns());
}

} // namespace millrace
