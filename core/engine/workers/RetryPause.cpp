// SPDX-License-Identifier: MIT
#include "engine/workers/RetryPause.h"

#include "metrics/Clock.h"

#include <algorithm>
#include <random>

namespace millrace {

namespace {

constexpr uint64_t FirstRetryPause = 10'000'000, LongestRetryPause = 5'000'000'000; // nanoseconds
constexpr int MostDoublings = 9;

} // namespace

uint64_t retryPause(int attempts)
{
    thread_local std::minstd_rand random{uint32_t(steadyNanoseconds())};
    const uint64_t least = std::min(LongestRetryPause, FirstRetryPause << std::clamp(attempts - 1, 0, MostDoublings));
    return least + std::uniform_int_distribution<uint64_t>(0, least / 2)(random);
}

} // namespace millrace
