// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "duckdb/values/DuckDbFunctions.h"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

/// The types of DuckDB's columns, by the numbers that its library gives them.
enum class DuckDbKind : int {
    Unknown = 0,
    Boolean = 1,
    TinyInt = 2,
    SmallInt = 3,
    Integer = 4,
    BigInt = 5,
    UTinyInt = 6,
    USmallInt = 7,
    UInteger = 8,
    UBigInt = 9,
    Float = 10,
    Double = 11,
    Timestamp = 12,
    Date = 13,
    Time = 14,
    Interval = 15,
    HugeInt = 16,
    Varchar = 17,
    Blob = 18,
    Decimal = 19,
    TimestampSeconds = 20,
    TimestampMillis = 21,
    TimestampNanos = 22,
    Enum = 23,
    List = 24,
    Struct = 25,
    Map = 26,
    Uuid = 27,
    TimestampZoned = 31,
    UHugeInt = 32,
    Array = 33,
    Null = 36
};

/// The type of a column, with what it is made of. A plain value.
struct DuckDbType
{
    DuckDbKind kind = DuckDbKind::Unknown;
    DuckDbKind inner = DuckDbKind::Unknown; ///< how decimals and enumerations are kept
    int scale = 0;                          ///< of decimals: digits behind the point
    uint64_t length = 0;                    ///< of arrays
    std::vector<DuckDbType> parts;          ///< a list's element; a map's key and value; a struct's members
    std::vector<std::string> names;         ///< of a struct's members; an enumeration's values

    /// Of a column of a result; `type` is given back to the library.
    static DuckDbType take(const DuckDbFunctions &duckdb, DuckDbHandle type);
    /// The library's own, for it to be given back. Only of what values can become: no enumerations, maps, arrays, decimals.
    DuckDbHandle make(const DuckDbFunctions &duckdb) const;
    /// As it stands in a statement, of the same types.
    std::string sql() const;
    /// What its values are as items have them; Null: of several types.
    ValueType valueType() const;
    /// The number of the first type in it that can't be read; 0: there is none.
    int unreadable() const;

    bool operator==(const DuckDbType &) const = default;
};

/// A name as it stands in a statement: in quotes.
std::string duckDbName(std::string_view name);
/// What is the same of two names that DuckDB doesn't tell apart: the case of ASCII letters doesn't matter.
std::string duckDbKey(std::string name);
/// A text as it stands in a statement.
std::string duckDbText(std::string_view text);

} // namespace millrace
