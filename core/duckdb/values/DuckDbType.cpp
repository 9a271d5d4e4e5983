// SPDX-License-Identifier: MIT
#include "duckdb/values/DuckDbType.h"

#include <algorithm>

namespace millrace {

namespace {

/// A text of the library's, which is given back to it.
std::string takeText(const DuckDbFunctions &duckdb, char *text)
{
    std::string own = text ? text : "";
    duckdb.free(text);
    return own;
}

std::string between(char quote, std::string_view text)
{
    std::string quoted(1, quote);
    for (const char c : text) {
        if (c == quote)
            quoted += quote;
        quoted += c;
    }
    return quoted += quote;
}

void takeParts(const DuckDbFunctions &duckdb, DuckDbHandle handle, DuckDbType &type)
{
    switch (type.kind) {
    case DuckDbKind::Decimal:
        type.scale = duckdb.decimal_scale(handle);
        type.inner = DuckDbKind(duckdb.decimal_internal_type(handle));
        break;
    case DuckDbKind::Enum:
        type.inner = DuckDbKind(duckdb.enum_internal_type(handle));
        for (uint32_t i = 0; i < duckdb.enum_dictionary_size(handle); ++i)
            type.names.push_back(takeText(duckdb, duckdb.enum_dictionary_value(handle, i)));
        break;
    case DuckDbKind::List: type.parts.push_back(DuckDbType::take(duckdb, duckdb.list_type_child_type(handle))); break;
    case DuckDbKind::Array:
        type.length = duckdb.array_type_array_size(handle);
        type.parts.push_back(DuckDbType::take(duckdb, duckdb.array_type_child_type(handle)));
        break;
    case DuckDbKind::Map:
        type.parts.push_back(DuckDbType::take(duckdb, duckdb.map_type_key_type(handle)));
        type.parts.push_back(DuckDbType::take(duckdb, duckdb.map_type_value_type(handle)));
        break;
    case DuckDbKind::Struct:
        for (uint64_t i = 0; i < duckdb.struct_type_child_count(handle); ++i) {
            type.names.push_back(takeText(duckdb, duckdb.struct_type_child_name(handle, i)));
            type.parts.push_back(DuckDbType::take(duckdb, duckdb.struct_type_child_type(handle, i)));
        }
        break;
    default: break;
    }
}

} // namespace

std::string duckDbName(std::string_view name)
{
    return between('"', name);
}

std::string duckDbKey(std::string name)
{
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return name;
}

std::string duckDbText(std::string_view text)
{
    return between('\'', text);
}

DuckDbType DuckDbType::take(const DuckDbFunctions &duckdb, DuckDbHandle handle)
{
    DuckDbType type;
    type.kind = DuckDbKind(duckdb.get_type_id(handle));
    takeParts(duckdb, handle, type);
    duckdb.destroy_logical_type(&handle);
    return type;
}

DuckDbHandle DuckDbType::make(const DuckDbFunctions &duckdb) const
{
    if (kind != DuckDbKind::List && kind != DuckDbKind::Struct)
        return duckdb.create_logical_type(int(kind));
    std::vector<DuckDbHandle> made;
    std::vector<const char *> texts;
    for (const DuckDbType &part : parts)
        made.push_back(part.make(duckdb));
    for (const std::string &name : names)
        texts.push_back(name.c_str());
    const DuckDbHandle type = kind == DuckDbKind::List
                                  ? duckdb.create_list_type(made.front())
                                  : duckdb.create_struct_type(made.data(), texts.data(), made.size());
    for (DuckDbHandle &part : made)
        duckdb.destroy_logical_type(&part);
    return type;
}

std::string DuckDbType::sql() const
{
    switch (kind) {
    case DuckDbKind::Boolean: return "BOOLEAN";
    case DuckDbKind::BigInt: return "BIGINT";
    case DuckDbKind::Double: return "DOUBLE";
    case DuckDbKind::Timestamp: return "TIMESTAMP";
    case DuckDbKind::TimestampNanos: return "TIMESTAMP_NS";
    case DuckDbKind::TimestampZoned: return "TIMESTAMPTZ";
    case DuckDbKind::Date: return "DATE";
    case DuckDbKind::Blob: return "BLOB";
    case DuckDbKind::List: return parts.front().sql() + "[]";
    case DuckDbKind::Struct: {
        std::string text = "STRUCT(";
        for (size_t i = 0; i < parts.size(); ++i)
            text += (i == 0 ? "" : ", ") + duckDbName(names[i]) + ' ' + parts[i].sql();
        return text + ')';
    }
    default: return "VARCHAR";
    }
}

ValueType DuckDbType::valueType() const
{
    switch (kind) {
    case DuckDbKind::Boolean: return ValueType::Boolean;
    case DuckDbKind::TinyInt:
    case DuckDbKind::SmallInt:
    case DuckDbKind::Integer:
    case DuckDbKind::BigInt:
    case DuckDbKind::UTinyInt:
    case DuckDbKind::USmallInt:
    case DuckDbKind::UInteger:
    case DuckDbKind::UBigInt:
    case DuckDbKind::HugeInt:
    case DuckDbKind::UHugeInt: return ValueType::Integer;
    case DuckDbKind::Decimal: return scale == 0 ? ValueType::Integer : ValueType::Real;
    case DuckDbKind::Float:
    case DuckDbKind::Double: return ValueType::Real;
    case DuckDbKind::Timestamp:
    case DuckDbKind::TimestampSeconds:
    case DuckDbKind::TimestampMillis:
    case DuckDbKind::TimestampNanos:
    case DuckDbKind::TimestampZoned:
    case DuckDbKind::Date: return ValueType::Timestamp;
    case DuckDbKind::Time:
    case DuckDbKind::Interval:
    case DuckDbKind::Uuid:
    case DuckDbKind::Enum:
    case DuckDbKind::Varchar: return ValueType::Text;
    case DuckDbKind::Blob: return ValueType::Bytes;
    case DuckDbKind::List:
    case DuckDbKind::Array: return ValueType::List;
    case DuckDbKind::Struct: return ValueType::Object;
    case DuckDbKind::Map: return parts.front().valueType() == ValueType::Text ? ValueType::Object : ValueType::List;
    case DuckDbKind::Null:
    case DuckDbKind::Unknown: break;
    }
    return ValueType::Null;
}

int DuckDbType::unreadable() const
{
    if (kind != DuckDbKind::Null && valueType() == ValueType::Null)
        return kind == DuckDbKind::Unknown ? -1 : int(kind);
    for (const DuckDbType &part : parts)
        if (const int number = part.unreadable(); number != 0)
            return number;
    return 0;
}

} // namespace millrace
