// SPDX-License-Identifier: MIT
#include "streaming/data/MemoryEnds.h"

#include <algorithm>

namespace millrace {

void fillBatch(Batch &batch, const ContainerColumns &items, size_t first, size_t count, int64_t row)
{
    for (size_t i = 0; i < items.columns.size(); ++i) {
        const Column &from = items.columns[i];
        Column &to = batch.columnToChange(i);
        if (to.type() != from.type())
            to.reset(from.type());
        appendRange(to, from, first, count);
    }
    batch.origin.firstRow = row;
    batch.setFirstId(row);
    batch.setSize(count);
    if (items.hasIds) {
        Column ids(items.ids.type());
        appendRange(ids, items.ids, first, count);
        batch.setIds(std::move(ids));
    }
}

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
    fillBatch(batch, *m_items, first, count, int64_t(first));
    m_next.store(first + count, std::memory_order_relaxed);
    if (m_hook)
        m_hook(DataContainer::of(batch));
    return true;
}

SourceProgress MemorySource::progress() const
{
    const size_t made = m_next.load(std::memory_order_relaxed);
    return {m_items->count > 0 ? double(made) / double(m_items->count) : 1.0, uint64_t(m_items->count)};
}

Result<> MemorySink::write(Batch &batch)
{
    m_collector->add(batch);
    if (m_hook && !batch.isEmpty())
        m_hook(DataContainer::of(batch));
    return {};
}

} // namespace millrace
