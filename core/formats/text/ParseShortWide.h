// SPDX-License-Identifier: MIT
#pragma once

#include "formats/text/ByteMask.h"

#include <cstddef>
#include <cstdint>

namespace millrace {

#ifdef MILLRACE_WIDE_BYTE_MASK
/// What parseShortInteger() and parseShortReal() do, for four rows at a time, from `row` on, as long as they would return true
/// for all four. Returns the row that it has come to. `ends`: where the field of row 0 ends within the text, behind where
/// the field before it does; those of the next row are `columns` further. Only where WideByteMask::isThere().
/// `odd` gets the rows, ascending, whose number isPaddedShort(), and has room for all of them; `oddEnd`: behind the last.
size_t parseShortWidely(const char *text, const uint32_t *ends, size_t columns, size_t row, size_t rows, int64_t *out);
size_t parseShortWidely(const char *text,
                        const uint32_t *ends,
                        size_t columns,
                        size_t row,
                        size_t rows,
                        double *out,
                        uint32_t *odd,
                        uint32_t *&oddEnd);
#endif

} // namespace millrace
