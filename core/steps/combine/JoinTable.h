// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "steps/combine/JoinFields.h"
#include "steps/keys/ItemGather.h"
#include "steps/keys/ItemSorter.h"
#include "steps/keys/KeyTable.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace {

/// The right side of a join in memory: its items, found by their keys. One thread at a time.
class JoinTable
{
public:
    static constexpr uint32_t None = UINT32_MAX;
    static constexpr size_t MostRows = 1u << 31;

    /// Forgets all items.
    void start(const JoinSettings &settings);
    /// Adds the items of a batch, as far as they are needed.
    void add(const Batch &batch);
    /// Gives all items to a sorter, in their order, with `place` counting them from 0, and forgets them.
    Result<> moveTo(ItemSorter &sorter, const std::string &place);

    size_t size() const { return m_rows; }
    /// Of all that came, those left out as well; null before the first batch.
    const SchemaPtr &schema() const { return m_union.schema(); }
    /// In memory, in bytes, about.
    uint64_t byteSize() const;

    /// The number of a key; None where no item has it, or a part of it is null. `columns`: of the keys.
    uint32_t find(std::span<const Column *const> columns, uint32_t row);
    /// The first item with that key, and the one after an item; None: there is none.
    uint32_t first(uint32_t key) const { return m_firstOf[key]; }
    uint32_t next(uint32_t row) const { return m_next[row]; }
    /// An item of the left side has that key.
    void meet(uint32_t key) { m_isMet[key] = true; }
    /// Whether an item of the right side hasn't been met.
    bool isAlone(uint32_t row) const { return m_keyOf[row] == None || !m_isMet[m_keyOf[row]]; }

    /// The values of a field; null where no item has it.
    const Column *column(const std::string &name) const;
    const Column &ids() const { return m_ids; }

private:
    struct Kept
    {
        std::string name;
        Column values;
    };

    uint32_t addKey(bool &isNew);
    bool makeKey(std::span<const Column *const> columns, uint32_t row);
    void addRows(const Batch &batch, std::span<const uint32_t> rows);

    JoinSettings m_settings;
    FieldUnion m_union;
    std::vector<Kept> m_columns;
    Column m_ids;
    uint32_t m_rows = 0;
    uint64_t m_outside = 0; ///< bytes of values outside of their columns

    KeyTable m_keys;
    std::string m_key;
    std::vector<uint32_t> m_firstOf, m_lastOf; ///< row of each key
    std::vector<uint32_t> m_next, m_keyOf;     ///< of each row; m_keyOf only where the right side is kept
    std::vector<bool> m_isMet;                 ///< by key
    std::vector<const Column *> m_found;
};

} // namespace millrace
