// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "steps/arrange/Accumulator.h"
#include "steps/keys/ItemSorter.h"
#include "steps/Step.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// Items of a batch that are to be pivoted.
struct PivotItems
{
    std::span<const Column *const> keys; ///< in which the items of a group are equal; a null column is null in all rows
    const Column *values = nullptr;
    std::span<const uint32_t> rows;    ///< of the batch, in ascending order
    std::span<const uint32_t> columns; ///< of the wide items: which of them the value of each row belongs to
};

/// Makes a wide item of the items of each group, which follow each other. One thread.
class PivotRun
{
public:
    /// `memory`: bytes that one group may need.
    PivotRun(size_t keys, size_t columns, const AggregateCall &call, uint64_t memory);
    /// The batch becomes one of the groups that are over.
    Result<> take(Batch &batch, const PivotItems &items, const SchemaPtr &output);
    /// The last group. False: there is none.
    Result<bool> giveLast(Batch &batch, const SchemaPtr &output);
    uint64_t heldBytes() const { return m_values->byteSize(); }

private:
    Result<> give(std::vector<Column> &columns);

    const size_t m_columns;
    const uint64_t m_memory;
    std::unique_ptr<Accumulator> m_values; ///< of each column
    std::vector<uint8_t> m_isSeen;         ///< whether it has any
    std::vector<Value> m_group;            ///< the keys
    std::string m_key, m_lastKey;
    bool m_hasGroup = false;
    int64_t m_given = 0;
};

/// Holds items back, in temporary files where they are too many for memory, and makes wide items of them: it aggregates by the keys and the
/// column, brings the cells of each group together by sorting, and sorts the wide items by where their groups first came. One thread.
class PivotTable
{
public:
    struct Settings
    {
        size_t keys = 0;
        std::string function; ///< of aggregate
        uint64_t memory = 0;  ///< bytes
        StepContext context;
    };
    static Result<PivotTable> make(Settings given);

    Result<> take(const PivotItems &items);
    /// The next wide items: the keys, then the columns of `output`. After the first call none may be taken.
    Result<bool> next(Batch &batch, size_t items, const SchemaPtr &output);
    uint64_t heldBytes() const;
    uint64_t spilledBytes() const;

private:
    explicit PivotTable(Settings settings) : m_settings(std::move(settings)) {}
    std::vector<Field> keyFields() const;
    Result<> sortCells();
    Result<> widen(size_t columns);

    Settings m_settings;
    std::unique_ptr<Step> m_cells;        ///< aggregates
    std::unique_ptr<ItemSorter> m_sorted; ///< the cells by their keys
    std::unique_ptr<ItemSorter> m_wide;   ///< the wide items by their places
    bool m_isReady = false;
    int64_t m_given = 0;
};

} // namespace millrace
