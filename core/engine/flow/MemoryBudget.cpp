// SPDX-License-Identifier: MIT
#include "engine/flow/MemoryBudget.h"

#include "metrics/MachineMemory.h"

#include <algorithm>

namespace millrace {

MemoryBudget::MemoryBudget(uint64_t total) : m_total(total > 0 ? total : machineMemoryBytes() / 4) {}

uint64_t MemoryBudget::queueShare(size_t queues) const
{
    return std::max<uint64_t>(1, m_total / 2 / std::max<size_t>(queues, 1));
}

uint64_t MemoryBudget::heldShare(size_t stages) const
{
    return m_total / 4 / std::max<size_t>(stages, 1);
}

uint64_t MemoryBudget::batchBytes() const
{
    constexpr uint64_t Least = 64 * 1024, Most = uint64_t(1) << 30;
    return std::clamp(m_total / 32, Least, Most);
}

} // namespace millrace
