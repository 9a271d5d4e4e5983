// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <string>
#include <vector>

namespace millrace {

/// A column of a table of items: a field's name, the name of its type (empty: not said), and whether its values stand
/// to the right.
struct ItemColumn
{
    std::string name, type;
    bool isNumeric = false;
};

/// The columns of items whose fields nobody has declared: each name that occurs, in that order.
std::vector<ItemColumn> columnsOf(const std::vector<Value> &items);

/// Names, types and values in columns, as many as fit into `width`; the others are told by their number. One line an
/// item.
std::string itemTable(const std::vector<ItemColumn> &columns, const std::vector<Value> &items, size_t width);

} // namespace millrace
