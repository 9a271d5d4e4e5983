// SPDX-License-Identifier: MIT
#include "streaming/data/FlowEnds.h"

#include "streaming/data/MemoryEnds.h"

#include <algorithm>

namespace millrace {

/// False: there is no more.
Result<bool> GeneratorSource::takeNext()
{
    if (m_hasEnded)
        return false;
    auto given = m_generator();
    if (!given)
        return given.forward();
    m_before += m_given.count;
    m_next = m_given.count = 0;
    if (!*given) {
        m_hasEnded = true;
        return false;
    }
    auto columns = (*given)->toColumns();
    if (!columns)
        return columns.forward();
    const SchemaPtr last = m_given.schema;
    m_given = *std::move(columns);
    if (last && last->fields() == m_given.schema->fields())
        m_given.schema = last; // so that steps needn't look at it anew
    return true;
}

Result<bool> GeneratorSource::fetch(Batch &batch, size_t items)
{
    while (m_next >= m_given.count) {
        const auto taken = takeNext();
        if (!taken)
            return taken;
        if (!*taken) {
            batch.reset(m_given.schema ? m_given.schema : std::make_shared<const Schema>(std::vector<Field>()));
            return false;
        }
    }
    const size_t count = std::min(items, m_given.count - m_next);
    batch.reset(m_given.schema);
    fillBatch(batch, m_given, m_next, count, int64_t(m_before + m_next));
    m_next += count;
    if (m_hook)
        m_hook(DataContainer::of(batch));
    return true;
}

Result<> ConsumerSink::write(Batch &batch)
{
    if (batch.isEmpty())
        return {};
    DataContainer results = DataContainer::of(batch);
    if (m_hook)
        m_hook(results);
    return m_consumer(std::move(results));
}

} // namespace millrace
