// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

/// What becomes of what a table holds already.
enum class TableMode : uint8_t {
    Append,
    Replace,  ///< the new table takes its place when it is complete
    Truncate, ///< its rows go with the first batch
    Upsert    ///< rows with equal keys are changed
};

struct TableForm
{
    std::string table;
    TableMode mode = TableMode::Append;
    std::vector<std::string>
        keys;           ///< columns: what upserted rows are told by, and the primary key of a table that is made
    bool isMade = true; ///< where it isn't there
};

} // namespace millrace
