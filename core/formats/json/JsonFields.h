// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <string>

namespace millrace {

/// Appends one value of a column as JSON, without making a Value of it where the column is packed.
inline void appendJsonOf(std::string &text, const Column &column, size_t row)
{
    if (column.isNull(row)) {
        text += "null";
        return;
    }
    switch (column.type()) {
    case ColumnType::Integer: appendInteger(text, column.integers()[row]); break;
    case ColumnType::Text: appendJsonText(text, column.text(row)); break;
    case ColumnType::Real: appendJson(text, Value(column.reals()[row])); break;
    case ColumnType::Any: appendJson(text, column.values()[row]); break;
    }
}

} // namespace millrace
