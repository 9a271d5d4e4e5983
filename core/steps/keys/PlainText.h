// SPDX-License-Identifier: MIT
#pragma once

#include "data/Column.h"

#include <string>
#include <string_view>

namespace millrace {

/// A row's value as toPlain() gives it, without a copy where it is a text or bytes, which may be long: those stand for themselves. `room`
/// has it otherwise. Valid until the column or the room changes.
inline std::string_view plainTextAt(const Column &column, size_t row, std::string &room)
{
    if (column.type() == ColumnType::Text)
        return column.text(row);
    if (column.type() == ColumnType::Any)
        if (const Value &value = column.values()[row]; value.isText() || value.isBytes())
            return value.toText();
    room = toPlain(column.value(row));
    return room;
}

} // namespace millrace
