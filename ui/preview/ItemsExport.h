// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <string>
#include <vector>

namespace millrace {

/// Items, objects of their fields, as a file's text: CSV by RFC 4180 with a line of names, a column for each field that any of them
/// has; a null or a missing field is empty, an empty text is `""`. Pure.
std::string itemsAsCsv(const std::vector<const Value *> &items);
/// A line for each.
std::string itemsAsJsonLines(const std::vector<const Value *> &items);

} // namespace millrace
