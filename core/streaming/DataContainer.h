// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "formats/container/ContainerColumns.h"
#include "pipeline/Pipeline.h"
#include "streaming/data/DataList.h"

#include <memory>
#include <vector>

namespace millrace {

/// What becomes of a last batch with fewer items: Keep, Drop or Pad.
using Incomplete = Batching::Incomplete;

/// Items with their ids and expected outputs, side by side: `DataContainer{.dataInputs = {1, 2, 3}}`. A value like any other.
struct DataContainer
{
    DataList ids{};             ///< none: 0, 1, 2, …
    DataList dataInputs{};      ///< what steps work on
    DataList expectedOutputs{}; ///< one for each data input, or none

    size_t size() const { return dataInputs.size(); }
    bool isEmpty() const { return size() == 0; }
    Value id(size_t row) const { return ids.isEmpty() ? Value(int64_t(row)) : ids[row]; }
    bool hasExpectedOutputs() const { return !expectedOutputs.isEmpty(); }

    /// What doesn't line up: lists of unequal length.
    Result<> check() const;
    /// `count` items from `first` on (fewer at the end), with their ids.
    DataContainer slice(size_t first, size_t count) const;
    /// Cut into batches of `batching.size` items; the last one kept, dropped or padded. Fails where check() does, or where the
    /// size is under 1.
    Result<std::vector<DataContainer>> minibatches(const Batching &batching) const;
    /// As if minibatches() had been put together again: without its incomplete last batch, or with it padded.
    Result<DataContainer> completed(const Batching &batching) const;

    /// As columns: the data inputs' fields first, or `value`; then the expected outputs', or `expected`.
    Result<ContainerColumns> toColumns() const;
    Result<std::unique_ptr<Batch>> toBatch() const;
    static DataContainer of(const Batch &batch);

    /// Equal ids (implicit or not), data inputs and expected outputs.
    bool operator==(const DataContainer &other) const;
};

/// How many batches of that size `items` are.
size_t batchCountOf(size_t items, const Batching &batching);

} // namespace millrace
