// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <cstdint>

namespace millrace {

enum class ColumnType : uint8_t { Integer, Real, Text, Any };

/// The packed column type for a field of that type.
inline ColumnType columnTypeFor(ValueType type)
{
    switch (type) {
    case ValueType::Integer: return ColumnType::Integer;
    case ValueType::Real: return ColumnType::Real;
    case ValueType::Text: return ColumnType::Text;
    default: return ColumnType::Any;
    }
}

} // namespace millrace
