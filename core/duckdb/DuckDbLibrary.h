// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "duckdb/values/DuckDbFunctions.h"

#include <string>
#include <vector>

namespace millrace {

/// DuckDB's library, which is no part of Millrace: looked for and opened when a step first needs it, and never linked.
///
/// It is the file or in the folder that the variable MILLRACE_DUCKDB names; or else ~/.local/lib/millrace/libduckdb.so, or the system's.
class DuckDbLibrary
{
public:
    static constexpr int LeastMajor = 1, LeastMinor = 2;

    /// Its functions, or a sentence that says where to put it. Once opened it stays so; asking again is cheap.
    static Result<DuckDbFunctions> open();
    /// The files that are tried, in this order.
    static std::vector<std::string> places();
    /// Whether a version such as "v1.2.0" is new enough.
    static bool isNewEnough(const std::string &version);
};

} // namespace millrace
