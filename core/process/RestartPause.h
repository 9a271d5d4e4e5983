// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

namespace millrace {

/// Waits before a child process is started in the place of `lost` ones, lost in a row: not at all for the first two, then 10 ms, and
/// twice as long each time, at most a second. An error ("interrupted") where the descriptor `cancelFd` becomes readable
/// meanwhile; below 0: there is none.
Result<> pauseBeforeRestart(int lost, int cancelFd);

} // namespace millrace
