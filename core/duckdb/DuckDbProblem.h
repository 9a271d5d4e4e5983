// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <string>
#include <string_view>

namespace millrace {

/// A statement of which a part was written by whoever drew the pipeline: a query, a condition.
struct DuckDbStatement
{
    std::string sql;
    size_t begin = 0, length = 0; ///< of that part
    std::string name = "query";   ///< what it is called in messages

    static DuckDbStatement of(std::string sql, std::string name = "query")
    {
        const size_t length = sql.size();
        return {std::move(sql), 0, length, std::move(name)};
    }
};

/// What DuckDB says is wrong, as a sentence; with line and column where it is about a part that somebody wrote. `message`: a JSON text.
Error duckDbProblem(std::string_view message, const DuckDbStatement *statement = nullptr);

} // namespace millrace
