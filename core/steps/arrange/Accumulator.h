// SPDX-License-Identifier: MIT
#pragma once

#include "data/Column.h"
#include "data/Result.h"
#include "steps/arrange/AggregateCall.h"

#include <cstdint>
#include <memory>
#include <span>

namespace millrace {

/// What one call of aggregate knows of each group so far.
class Accumulator
{
public:
    virtual ~Accumulator() = default;

    /// There are so many groups now; never fewer than before, but for clear().
    virtual void resize(size_t groups) = 0;
    /// Adds items: `groups` has the group of each of `rows`. A null column is null in all rows. Nulls are left out. Where the call
    /// wants numbers, all others are numbers.
    virtual void add(const Column *column, std::span<const uint32_t> rows, std::span<const uint32_t> groups) = 0;
    /// Fails with a sentence where the result can't be held exactly.
    virtual Result<Value> result(size_t group) const = 0;
    /// About what it holds, in bytes.
    virtual uint64_t byteSize() const = 0;
    virtual void clear() = 0;

    static std::unique_ptr<Accumulator> make(const AggregateCall &call);
};

} // namespace millrace
