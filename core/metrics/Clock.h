// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <ctime>

namespace millrace {

inline uint64_t readClock(clockid_t clock)
{
    timespec time;
    clock_gettime(clock, &time);
    return uint64_t(time.tv_sec) * 1'000'000'000u + uint64_t(time.tv_nsec);
}

/// Nanoseconds of a clock that never goes back.
inline uint64_t steadyNanoseconds()
{
    return readClock(CLOCK_MONOTONIC);
}
/// CPU nanoseconds of the calling thread. A system call: some 200 ns.
inline uint64_t threadCpuNanoseconds()
{
    return readClock(CLOCK_THREAD_CPUTIME_ID);
}
inline uint64_t processCpuNanoseconds()
{
    return readClock(CLOCK_PROCESS_CPUTIME_ID);
}

} // namespace millrace
