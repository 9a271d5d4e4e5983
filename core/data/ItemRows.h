// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Schema.h"
#include "data/Value.h"

#include <span>

namespace millrace {

/// The fields of items that are values of their own, in the order in which they appear first. A field whose values are of one type
/// has that type, null and absent ones aside. What is no object has the field `value`.
SchemaPtr schemaOfItems(std::span<const Value> items);

/// Puts the items into the batch, which is emptied. A field of the schema that an item lacks is absent there; one that only the item
/// has is left out.
void setItems(Batch &batch, const SchemaPtr &schema, std::span<const Value> items);

} // namespace millrace
