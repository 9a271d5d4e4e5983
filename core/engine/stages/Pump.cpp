// SPDX-License-Identifier: MIT
#include "engine/stages/Pump.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace millrace {

Pump::Pump(BatchPool &pool) : cache(pool), threadId(pid_t(::syscall(SYS_gettid))) {}

} // namespace millrace
