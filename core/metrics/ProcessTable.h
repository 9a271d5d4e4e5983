// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace millrace {

/// What the machine's processes have computed, as the system counts it: a picture of one moment. Plain value.
class ProcessTable
{
public:
    /// From /proc, in steps of 0.01 s; empty where that can't be read. Any thread; some 10 µs for each process of the machine.
    static ProcessTable now();

    bool isEmpty() const { return m_processes.empty(); }
    /// Nanoseconds that a process, what it has started, and what is in its group have computed together, with those that
    /// they have waited for. Nothing where there is no such process.
    std::optional<uint64_t> treeNanoseconds(pid_t root) const;

private:
    struct Process
    {
        pid_t parent = 0, group = 0;
        uint64_t nanoseconds = 0;
    };
    static std::optional<Process> read(pid_t id);
    bool isIn(pid_t id, pid_t root) const;

    std::unordered_map<pid_t, Process> m_processes;
};

} // namespace millrace
