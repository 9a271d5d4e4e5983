// SPDX-License-Identifier: MIT
#include "streaming/data/MemoryEnds.h"

#include <algorithm>

namespace millrace {

Result<> MemorySource::open(const StepContext &)
{
    m_next.store(0, std::memory_order_relaxed);
    return {};
}

Result<bool> MemorySource::fetch(Batch &batch, size_t items)
{
    batch.reset(m_items->schema);
    const size_t first = m_next.load(std::memory_order_relaxed);
    const size_t count = std::min(items, m_items->count - first);
    if (count == 0)
        return false;
    for (size_t i = 0; i < m_items->columns.size(); ++i) {
        const Column &from = m_items->columns[i];
        Column &to = batch.columnToChange(i);
        if (to.type() != from.type())
            to.reset(from.type());
        appendRange(to, from, first, count);
    }
    batch.origin.firstRow = int64_t(first);
    batch.setFirstId(int64_t(first));
    batch.setSize(count);
    if (m_items->hasIds) {
        Column ids(m_items->ids.type());
        appendRange(ids, m_items->ids, first, count);
        batch.setIds(std::move(ids));
    }
    m_next.store(first + count, std::memory_order_relaxed);
    return true;
}

SourceProgress MemorySource::progress() const
{
    const size_t made = m_next.load(std::memory_order_relaxed);
    return {m_items->count > 0 ? double(made) / double(m_items->count) : 1.0, uint64_t(m_items->count)};
}

} // namespace millrace
