// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace millrace {

/// Bytes of memory that this process may use at the most: the machine's, or less where a control group (a container, a service)
/// allows less.
uint64_t machineMemoryBytes();

/// From now on, blocks of a mebibyte or more go back to the system as soon as they are free, instead of to the heap of whichever
/// thread had them. For programs, at their start: a library leaves that to its user.
void giveBackLargeBlocks();

} // namespace millrace
