// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <span>
#include <vector>

namespace millrace {

/// The fields of items that get some more: one that is there already has a new type, and keeps its place and role.
std::vector<Field> fieldsWith(const Schema &input, std::span<const Field> added);
/// Gives the items fields, each with its column, which is as long as the batch: in place of one of that name, or behind the others.
void setFields(Batch &batch, std::span<const Field> added, std::vector<Column> columns);

} // namespace millrace
