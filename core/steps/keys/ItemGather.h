// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Schema.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace millrace {

/// One item of several batches.
struct ItemPlace
{
    uint32_t batch = 0, row = 0;
};

/// All fields that items held back have had, in the order in which they first came. A field's type is what all agreed on.
class FieldUnion
{
public:
    /// Adds those of a schema. Does nothing where it is the one of the last call.
    void add(const SchemaPtr &schema);
    /// Null before the first.
    const SchemaPtr &schema() const { return m_all; }

private:
    SchemaPtr m_last, m_all;
};

/// Appends one row of another column as it is; null: an absent value.
void appendFrom(Column &to, const Column *from, size_t row);

/// Makes `to` of those items, in that order, under `schema`; a field that an item's batch hasn't is absent. Ids stay with their items;
/// lines and origin are gone, as the items come from many batches.
void gatherItems(Batch &to,
                 const SchemaPtr &schema,
                 std::span<const ItemPlace> places,
                 std::span<const Batch *const> from);

/// The columns of these fields; null where the batch hasn't got one.
void findColumns(const Batch &batch, std::span<const std::string> fields, std::vector<const Column *> &columns);

} // namespace millrace
