// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Schema.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

enum class AggregateFunction : uint8_t {
    Count,
    Sum,
    Mean,
    Min,
    Max,
    First,
    Last,
    Stddev,
    Variance,
    Median,
    Quantile,
    Distinct,
    Mode,
    List,
    Join
};

/// What aggregate computes of a group's items: `sum(cents)`, `quantile(cents, 0.9)`, `join(name, ", ")`.
struct AggregateCall
{
    AggregateFunction function = AggregateFunction::Count;
    std::string field;     ///< empty: of the items themselves, for count
    double share = 0.5;    ///< of quantile: 0 to 1
    std::string separator; ///< of join

    /// Fails with a sentence and the column (from 1) of what is wrong.
    static Result<AggregateCall> parse(std::string_view text);
    /// Whether it works on numbers only.
    bool wantsNumbers() const;
    /// Of what it gives for such items; Null: not known.
    ValueType resultType(const Schema &input) const;
};

} // namespace millrace
