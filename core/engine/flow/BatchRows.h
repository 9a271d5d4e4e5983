// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace millrace {

/// Appends all items of another batch, with their ids and original rows. Fields that only one of them has are null for the
/// other's items.
void appendItems(Batch &to, const Batch &from);

/// Puts the items into the order of their positions (one for each item; those of equal positions stay as they are).
void sortItems(Batch &batch, std::span<const uint32_t> positions);

/// Where items of a batch came from: the name of their source's file (the source's id where it has none), and by row the line
/// there; 0: none is known.
struct ItemPlaces
{
    std::string origin;
    std::vector<int64_t> lines;
};

/// Adds the fields `error.step`, `error.message`, `error.kind`, `error.attempts`, `error.origin` and `error.line` to items
/// that failed. `errors`: one for each item, in order; `places`: as many lines.
void addErrorFields(Batch &batch,
                    const std::string &step,
                    const std::vector<ItemError> &errors,
                    int attempts,
                    const ItemPlaces &places);

/// All rows but those given (ascending, without repeats).
std::vector<uint32_t> otherRows(size_t size, std::span<const uint32_t> rows);

} // namespace millrace
