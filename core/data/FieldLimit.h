// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace millrace {

/// The most fields of an item that steps put together: of several branches, or of names that differ from item to item. Each
/// has a column in every batch, and a few joins one after the other double their number each time.
inline constexpr size_t MostFields = 10'000;

} // namespace millrace
