// SPDX-License-Identifier: MIT
#include "process/RestartPause.h"

#include <poll.h>

#include <algorithm>

namespace millrace {

Result<> pauseBeforeRestart(int lost, int cancelFd)
{
    constexpr int FreeRestarts = 2, FirstPause = 10, LongestPause = 1'000; // milliseconds
    const int bad = lost - FreeRestarts;
    const int pause = bad <= 0 ? 0 : std::min(LongestPause, FirstPause << std::min(bad - 1, 10));
    pollfd waited{cancelFd, POLLIN, 0};
    if (::poll(&waited, cancelFd >= 0 ? 1 : 0, pause) > 0)
        return failure("interrupted", "The run was stopped.");
    return {};
}

} // namespace millrace
