// SPDX-License-Identifier: MIT
#include "metrics/MachineMemory.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

namespace millrace {

namespace {

using File = std::unique_ptr<FILE, int (*)(FILE *)>;

/// The number in a control group's file; UINT64_MAX where there is none, or no limit ("max").
uint64_t limitIn(const std::string &path)
{
    const File file(std::fopen(path.c_str(), "re"), std::fclose);
    unsigned long long limit = 0;
    return file && std::fscanf(file.get(), "%llu", &limit) == 1 && limit > 0 ? limit : UINT64_MAX;
}

/// The least limit of a group and of those around it.
uint64_t limitAround(const std::string &root, std::string group, const char *name)
{
    uint64_t least = UINT64_MAX;
    for (;;) {
        least = std::min(least, limitIn(root + group + '/' + name));
        const size_t slash = group.rfind('/');
        if (slash == std::string::npos)
            return least;
        group.resize(slash);
    }
}

/// By /proc/self/cgroup, whose lines are NUMBER:CONTROLLERS:GROUP.
uint64_t groupLimit()
{
    const File file(std::fopen("/proc/self/cgroup", "re"), std::fclose);
    uint64_t least = UINT64_MAX;
    char line[4096];
    while (file && std::fgets(line, sizeof line, file.get())) {
        line[std::strcspn(line, "\n")] = 0;
        const char *const controllers = std::strchr(line, ':');
        const char *const group = controllers ? std::strchr(controllers + 1, ':') : nullptr;
        if (!group)
            continue;
        const std::string names(controllers + 1, group);
        if (names.empty())
            least = std::min(least, limitAround("/sys/fs/cgroup", group + 1, "memory.max"));
        else if (names.find("memory") != std::string::npos)
            least = std::min(least, limitAround("/sys/fs/cgroup/memory", group + 1, "memory.limit_in_bytes"));
    }
    return least;
}

} // namespace

uint64_t machineMemoryBytes()
{
    const uint64_t physical = uint64_t(::sysconf(_SC_PHYS_PAGES)) * uint64_t(::sysconf(_SC_PAGESIZE));
    return std::min(physical, groupLimit());
}

void giveBackLargeBlocks()
{
#ifdef __GLIBC__
    // Left alone, the first such block that is freed raises the bound, up to 32 MiB. With one set, so must be what heaps may keep.
    constexpr int Large = 1 << 20, Kept = 4 << 20;
    ::mallopt(M_MMAP_THRESHOLD, Large);
    ::mallopt(M_TRIM_THRESHOLD, Kept);
#endif
}

} // namespace millrace
