// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <mutex>
#include <optional>

namespace millrace {

class ProcessTable;

/// What the children of one worker have computed so far, one after the other, with all that they have started themselves.
/// Told by Child, where its options name the clock. Safe on any thread.
class ChildClock
{
public:
    /// A child was started.
    void begin(pid_t id);
    /// A child that has worked for others works for this worker, until
    void borrow(pid_t id);
    /// it works for others again, or has ended and wasn't waited for yet.
    void giveBack();
    /// Waits for the child, which has ended, as waitpid() does.
    std::optional<int> reap(pid_t id);

    /// Nanoseconds, with what the child at work has computed as of that picture. Never less than before.
    uint64_t nanoseconds(const ProcessTable &table) const;
    /// Whether a child is at work.
    bool isRunning() const;

private:
    mutable std::mutex m_mutex;  ///< guards all below
    pid_t m_child = 0;           ///< 0: none
    uint64_t m_ended = 0;        ///< nanoseconds of those before
    uint64_t m_borrowed = 0;     ///< what the one at work had computed for others
    mutable uint64_t m_seen = 0; ///< of the one at work, as it was last seen
};

/// A step that has its work done by child processes.
class WorksInChildren
{
public:
    virtual ~WorksInChildren() = default;
    /// Once open() has succeeded; safe on any thread.
    virtual const ChildClock &childClock() const = 0;
};

} // namespace millrace
