// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace millrace {

/// How the memory of a run is shared out. In bytes; half is for what waits in queues, a quarter for what is held back until its turn
/// comes, and the rest for what is being worked on.
class MemoryBudget
{
public:
    /// `total`: 0: a quarter of the machine's.
    explicit MemoryBudget(uint64_t total);

    uint64_t total() const { return m_total; }
    /// What each of so many queues may hold.
    uint64_t queueShare(size_t queues) const;
    /// What each of so many stages may hold back, before it uses a temporary file.
    uint64_t heldShare(size_t stages) const;
    /// What a source should put into one batch.
    uint64_t batchBytes() const;

private:
    uint64_t m_total;
};

} // namespace millrace
