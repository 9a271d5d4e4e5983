// SPDX-License-Identifier: MIT
#pragma once

namespace millrace {

/// From now on no text that is laid out in this program (notes, labels, tool tips, help) loads anything: no picture, no style, from no
/// file and from nowhere else. Qt would read whatever a text names at once and to its end, a device or a pipe too, and
/// texts come with other people's files. The program's own resources stay. GUI's thread, any number of times.
void keepTextsFromLoading();

} // namespace millrace
