// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "formats/container/ContainerColumns.h"
#include "pipeline/Pipeline.h"
#include "streaming/data/DataList.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// What becomes of a last batch with fewer items: Keep, Drop or Pad.
using Incomplete = Batching::Incomplete;

/// One item with what belongs to it.
struct DataRow
{
    Value id;
    Value dataInput;
    Value expectedOutput; ///< null where there are none

    bool operator==(const DataRow &) const = default;
};

class DataRows;

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
    /// An item there is.
    DataRow row(size_t row) const;
    /// One after the other: `for (const DataRow &row : items.rows())`. Borrows the container.
    DataRows rows() const;

    /// What doesn't line up: lists of unequal length.
    Result<> check() const;
    /// `count` items from `first` on (fewer at the end), with their ids.
    DataContainer slice(size_t first, size_t count) const;
    /// All items of the first, then of the second, …; a field that only some have is null in the others. Where none has ids they are
    /// numbered through, else each keeps its own, and they may repeat. Fails where check() does.
    static Result<DataContainer> join(const std::vector<DataContainer> &parts);
    Result<DataContainer> joined(const DataContainer &other) const { return join({*this, other}); }
    /// Items with the fields of both, side by side; plain values become the field `value` (or `expected`). A field of the other's that has
    /// the name of one here is called "prefix.name". Ids are these, or the other's where there are none here. Fails where the two aren't
    /// equally long.
    Result<DataContainer> zipped(const DataContainer &other, const std::string &prefix = "other") const;
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

/// The items of a container, to be walked by. Borrows it.
class DataRows
{
public:
    class Iterator
    {
    public:
        using value_type = DataRow;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        Iterator(const DataContainer &items, size_t row) : m_items(&items), m_row(row) {}
        DataRow operator*() const { return m_items->row(m_row); }
        Iterator &operator++()
        {
            ++m_row;
            return *this;
        }
        Iterator operator++(int) { return {*m_items, m_row++}; }
        bool operator==(const Iterator &) const = default;

    private:
        const DataContainer *m_items = nullptr;
        size_t m_row = 0;
    };

    explicit DataRows(const DataContainer &items) : m_items(items) {}
    Iterator begin() const { return {m_items, 0}; }
    Iterator end() const { return {m_items, m_items.size()}; }
    size_t size() const { return m_items.size(); }

private:
    const DataContainer &m_items;
};

inline DataRows DataContainer::rows() const
{
    return DataRows(*this);
}

/// How many batches of that size `items` are.
size_t batchCountOf(size_t items, const Batching &batching);

} // namespace millrace
