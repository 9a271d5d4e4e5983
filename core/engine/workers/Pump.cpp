// SPDX-License-Identifier: MIT
#include "engine/workers/Pump.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

namespace millrace {

Pump::Pump(BatchPool &pool) : cache(pool), threadId(pid_t(::syscall(SYS_gettid))) {}

bool Pump::isAsleep() const
{
    char path[64], line[512];
    std::snprintf(path, sizeof path, "/proc/self/task/%d/stat", int(threadId));
    FILE *file = std::fopen(path, "re");
    if (!file)
        return false;
    const size_t length = std::fread(line, 1, sizeof line - 1, file);
    std::fclose(file);
    line[length] = 0;
    const char *end = std::strrchr(line, ')');
    return end && end[1] == ' ' && (end[2] == 'S' || end[2] == 'D');
}

} // namespace millrace
