// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace millrace {

/// Nanoseconds before items are tried again that have failed so often (1 or more): 10 ms, twice as long with each, 5 s at most, and by chance
/// up to half as long again, so that what failed together doesn't come back together. (M. Brooker, "Exponential Backoff And Jitter", 2015.)
/// Safe on all threads.
uint64_t retryPause(int attempts);

} // namespace millrace
