// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace millrace {

/// Collects the items that a script or a program makes of a batch's, none or several of each, and puts them into the batch.
/// Fields keep their order, role and, where the values allow, their type; values that came through unchanged keep what the
/// way there and back would lose (large integers, timestamps, bytes). Items that are no objects become the field `value`.
/// Expected outputs that an item doesn't name stay those of the item that it was made of. An item with which there would be more
/// than MostFields (or those that came in) fails.
class MadeItems
{
public:
    /// Begins with a batch that must stay as it is until applyTo().
    void begin(const Batch &batch);
    /// What was made of the item in that row. Rows come in ascending order.
    void add(uint32_t row, const Value &item);
    /// Instead of add() for all rows, where what was made are objects with the same members, one of each of these rows, in ascending
    /// order. Then what their members are: as they came in, or these values, one for each row. Whether there may be so many
    /// fields; nothing has happened where not.
    bool beginColumns(std::vector<uint32_t> rows, size_t members);
    void keepColumn(size_t place);
    void addColumn(std::string_view name, std::span<const Value> values);
    /// The item failed, and is none of those that go on.
    void fail(ItemError error) { m_errors.push_back(std::move(error)); }
    /// What failed, for who has no use for the items.
    std::vector<ItemError> takeErrors() { return std::exchange(m_errors, {}); }
    /// Replaces the batch's items. Errors count rows as they came in, as a type that changes the number of items says them.
    void applyTo(Batch &batch);

private:
    struct Made
    {
        Field field;
        Column column{ColumnType::Any};
        bool hasIntegers = false, hasReals = false, hasOthers = false;
        bool hasLongIntegers = false;      ///< whose digits a real wouldn't hold
        ValueType other = ValueType::Null; ///< their one type; Null with hasOthers: several
        bool isPacked = false;             ///< the column is in its type already

        void note(const Value &value);
    };
    bool wouldBeTooMany(const Value &object) const;
    void addMember(uint32_t row, size_t guess, std::string_view name, const Value &value);
    void addValue(size_t place, uint32_t row, const Value &value);
    size_t placeOf(std::string_view name, size_t guess);
    static Value unchanged(const Value &before, const Value &after);
    static Column packed(Made &made);

    const Batch *m_batch = nullptr;
    size_t m_inputFields = 0;
    std::vector<Made> m_fields;     ///< those of the input first
    std::vector<size_t> m_expected; ///< places of the input's expected outputs
    std::vector<uint8_t> m_isUsed;
    std::unordered_map<std::string, size_t> m_places;
    std::vector<uint32_t> m_rows; ///< that each item was made of
    std::vector<ItemError> m_errors;
    SchemaPtr m_lastSchema; ///< used again while the fields stay the same
};

} // namespace millrace
