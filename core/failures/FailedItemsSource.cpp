// SPDX-License-Identifier: MIT
#include "failures/FailedItemsSource.h"

#include "data/ItemRows.h"

#include <algorithm>
#include <charconv>
#include <span>

namespace millrace {

const LogRecord *ItemsToRetry::find(const std::string &origin) const
{
    constexpr std::string_view Before = " item ";
    const size_t at = origin.rfind(Before);
    const auto records = at == std::string::npos ? bySource.end() : bySource.find(origin.substr(0, at));
    if (records == bySource.end())
        return nullptr;
    size_t number = 0;
    std::from_chars(origin.data() + at + Before.size(), origin.data() + origin.size(), number);
    return number >= 1 && number <= records->second.size() ? &records->second[number - 1] : nullptr;
}

void ItemsToRetry::restorePlace(LogRecord &record) const
{
    if (const LogRecord *before = find(record.origin)) {
        record.origin = before->origin;
        record.batch = before->batch;
    }
}

Result<> FailedItemsSource::open(const StepContext &context)
{
    m_id = context.stepId;
    const auto *lent = context.service<ItemsToRetry>();
    const auto records = lent ? lent->bySource.find(m_id) : decltype(lent->bySource.end())();
    if (!lent || records == lent->bySource.end())
        return failure(ErrorKind::Step, "There are no failed items for it.");
    for (const LogRecord &record : records->second) {
        m_items.push_back(record.item);
        m_ids.push_back(record.itemId);
    }
    m_schema = schemaOfItems(m_items);
    return {};
}

Result<bool> FailedItemsSource::fetch(Batch &batch, size_t items)
{
    const size_t first = m_next.load(std::memory_order_relaxed), end = std::min(m_items.size(), first + items);
    if (first >= end) {
        batch.reset(m_schema);
        return false;
    }
    setItems(batch, m_schema, std::span(m_items).subspan(first, end - first));
    batch.origin.firstRow = int64_t(first);
    Column ids(ColumnType::Any);
    for (size_t i = first; i < end; ++i)
        ids.append(m_ids[i]);
    batch.setIds(std::move(ids));
    m_next.store(end, std::memory_order_relaxed);
    return true;
}

SourceProgress FailedItemsSource::progress() const
{
    const size_t all = m_items.size();
    return {all > 0 ? double(m_next.load(std::memory_order_relaxed)) / double(all) : 1.0, all};
}

} // namespace millrace
