// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "database/DatabaseAddress.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

/// What a connection is for.
enum class DatabaseAccess : uint8_t {
    Look, ///< as Read, but nobody is waited for who writes: before a run
    Read, ///< nothing can be changed by it
    Write ///< makes an SQLite file that isn't there
};

/// A column of a table or of a query's result, as far as the database says something of it.
struct DatabaseColumn
{
    std::string name;
    std::string declared;             ///< its type in the database's words, "decimal(10,2)"; may be empty
    ValueType type = ValueType::Null; ///< what that is here; Null: anything
};

/// Whether two names of columns are one: but for PostgreSQL, small and capital letters are the same.
bool isSameColumn(DatabaseKind kind, std::string_view a, std::string_view b);

/// What a type in a table's definition is here; Null: it may be anything.
ValueType typeOfDeclared(DatabaseKind kind, std::string_view declared);

} // namespace millrace
