// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Schema.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

enum class WindowFunction : uint8_t { Count, Sum, Mean, Min, Max, Cumsum, Lag, Lead, Rank };

/// What window computes of an item and those before it: `mean(x, 7)`, `sum(x, 1 h)`, `lag(x, 2)`, `rank`.
struct WindowCall
{
    WindowFunction function = WindowFunction::Rank;
    std::string field;        ///< empty: of the items themselves, for rank and count
    int64_t rows = 0;         ///< how many belong to the window, or how far lag and lead look; 0: all up to the item
    int64_t microseconds = 0; ///< how long a window of time is; 0: it isn't one

    /// Fails with a sentence and the column (from 1) of what is wrong.
    static Result<WindowCall> parse(std::string_view text);
    /// Whether it works on numbers only.
    bool wantsNumbers() const;
    bool isMoving() const
    {
        return function != WindowFunction::Lag && function != WindowFunction::Lead && function != WindowFunction::Rank;
    }
    /// Of what it gives for such items; Null: not known.
    ValueType resultType(const Schema &input) const;
};

/// The calls of {name of the field that gets it, call}, over items in that order ("a", "-b"). Fails with a sentence that names the field.
Result<std::vector<WindowCall>> windowCallsOf(const std::vector<std::pair<std::string, std::string>> &values,
                                              const std::vector<std::string> &order);

} // namespace millrace
