// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace millrace {

/// A column read as reals. Keeps its memory, for one batch after the other.
struct Numbers
{
    std::vector<double> values;  ///< one a row; NaN where there is no number
    std::vector<uint32_t> nulls; ///< rows, ascending
    std::vector<uint32_t> other; ///< rows that hold neither a number nor null, ascending

    /// The first `rows` rows of the column.
    void read(const Column &column, size_t rows);
};

/// `price: the text "abc" can't be scaled`: what an item fails with, without what to do.
std::string cannotText(const std::string &field, const Value &value, std::string_view what);

} // namespace millrace
