// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace millrace {

/// The raw text of a batch that was cut into records, taken over from it: reset() may then be called on the batch.
struct RawRecords
{
    explicit RawRecords(Batch &batch) : RawRecords(batch.takeRaw()) {}

    std::shared_ptr<TextBlock> block;
    char *begin, *end;
    size_t rows;
    bool isFault;

private:
    explicit RawRecords(RawText raw)
        : block(std::move(raw.block))
        , begin(block->bytes.data() + raw.begin)
        , end(block->bytes.data() + raw.end)
        , rows(raw.rows)
        , isFault(raw.isFault)
    {}
};

/// The line of a row of a batch just cut, in the file, from 1.
inline int64_t lineOfRow(const Origin &origin, size_t row)
{
    return origin.firstLine + (origin.lineOffsets.empty() ? int64_t(row) : int64_t(origin.lineOffsets[row]));
}

} // namespace millrace
