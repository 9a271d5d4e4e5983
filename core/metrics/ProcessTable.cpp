// SPDX-License-Identifier: MIT
#include "metrics/ProcessTable.h"

#include <dirent.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace millrace {

std::optional<ProcessTable::Process> ProcessTable::read(pid_t id)
{
    char path[32], text[1024];
    std::snprintf(path, sizeof path, "/proc/%d/stat", int(id));
    const std::unique_ptr<FILE, int (*)(FILE *)> file(std::fopen(path, "re"), std::fclose);
    if (!file)
        return std::nullopt;
    text[std::fread(text, 1, sizeof text - 1, file.get())] = '\0';
    const char *const afterName = std::strrchr(text, ')'); // the name may hold blanks and brackets
    int parent = 0, group = 0;
    unsigned long long user = 0, system = 0;
    long long childUser = 0, childSystem = 0;
    if (!afterName
        || std::sscanf(afterName, ") %*c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %lld %lld", &parent, &group,
                       &user, &system, &childUser, &childSystem)
               != 6)
        return std::nullopt;
    static const auto Tick = uint64_t(1'000'000'000 / ::sysconf(_SC_CLK_TCK));
    return Process{parent, group, (user + system + uint64_t(childUser) + uint64_t(childSystem)) * Tick};
}

ProcessTable ProcessTable::now()
{
    ProcessTable table;
    const std::unique_ptr<DIR, int (*)(DIR *)> folder(::opendir("/proc"), ::closedir);
    while (const dirent *entry = folder ? ::readdir(folder.get()) : nullptr)
        if (const auto id = pid_t(std::strtol(entry->d_name, nullptr, 10)); id > 0)
            if (const auto process = read(id))
                table.m_processes.emplace(id, *process);
    return table;
}

bool ProcessTable::isIn(pid_t id, pid_t root) const
{
    // Read one after the other, so a number may have been given anew meanwhile: no circle goes on for ever.
    for (size_t steps = 0; steps <= m_processes.size(); ++steps) {
        const auto found = m_processes.find(id);
        if (id == root || (found != m_processes.end() && found->second.group == root))
            return true;
        if (found == m_processes.end())
            return false;
        id = found->second.parent;
    }
    return false;
}

std::optional<uint64_t> ProcessTable::treeNanoseconds(pid_t root) const
{
    if (!m_processes.contains(root))
        return std::nullopt;
    uint64_t sum = 0;
    for (const auto &[id, process] : m_processes)
        if (isIn(id, root))
            sum += process.nanoseconds;
    return sum;
}

} // namespace millrace
