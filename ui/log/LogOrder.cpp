// SPDX-License-Identifier: MIT
// Rows of the log that stand for several records, or that are sorted.
#include "log/LogModel.h"
#include "theme/Text.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_map>

namespace millrace {

namespace {

/// Puts numbers in the order of texts: equal ones have the same.
template <typename TextOf>
std::vector<uint64_t> ranksOfTexts(size_t count, const TextOf &textOf)
{
    std::unordered_map<std::string, uint64_t> known;
    std::vector<uint64_t> ranks(count);
    for (size_t i = 0; i < count; ++i)
        ranks[i] = known.emplace(textOf(i), known.size()).first->second;
    std::vector<const std::string *> texts(known.size());
    for (const auto &[text, number] : known)
        texts[number] = &text;
    std::vector<uint64_t> order(known.size()), place(known.size());
    std::iota(order.begin(), order.end(), uint64_t(0));
    std::ranges::sort(order, [&texts](uint64_t a, uint64_t b) { return *texts[a] < *texts[b]; });
    for (size_t i = 0; i < order.size(); ++i)
        place[order[i]] = i;
    for (uint64_t &rank : ranks)
        rank = place[rank];
    return ranks;
}

} // namespace

void LogModel::setGrouped(bool isGrouped)
{
    if (isGrouped == m_isGrouped)
        return;
    beginResetModel();
    m_isGrouped = isGrouped;
    makeRows();
    endResetModel();
}

void LogModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || (column == m_sortColumn && order == m_sortOrder))
        return;
    beginResetModel();
    m_sortColumn = column;
    m_sortOrder = order;
    makeRows();
    endResetModel();
}

/// At once while there are few, or the last time is long enough ago; else when it is.
void LogModel::composeSoon()
{
    constexpr size_t Few = 30'000; // some milliseconds' worth
    m_isStale = true;
    if (m_shown.size() > Few && m_composing.isActive())
        return;
    compose();
    m_composing.start();
}

void LogModel::compose()
{
    beginResetModel();
    makeRows();
    endResetModel();
}

void LogModel::makeRows()
{
    m_isStale = false;
    m_rows.clear();
    m_mostTimes = 1;
    if (isComposed())
        m_rows = sorted(groupedRows());
    for (const Row &row : m_rows)
        m_mostTimes = std::max(m_mostTimes, row.times);
}

/// Oldest first by their newest record.
std::vector<LogModel::Row> LogModel::groupedRows() const
{
    std::vector<Row> rows;
    rows.reserve(m_isGrouped ? 0 : m_shown.size());
    std::vector<size_t> rowOfGroup(m_isGrouped ? m_groups.size() : 0, std::numeric_limits<size_t>::max());
    // Those that fell out before they were read count, too, where nothing but the kind decides what is shown.
    const bool countsAll = m_filter.text.isEmpty();
    for (const uint64_t position : m_shown) {
        const auto at = size_t(position - m_dropped);
        const LogRecord &record = m_records[at];
        const uint32_t group = m_isGrouped ? m_groupOf[at] : LogGroups::None;
        if (group == LogGroups::None) {
            rows.push_back({position, 1, record.time});
            continue;
        }
        size_t &row = rowOfGroup[group];
        if (row == std::numeric_limits<size_t>::max()) {
            row = rows.size();
            rows.push_back({position, 0, record.time});
        }
        rows[row].position = position;
        ++rows[row].times;
        if (countsAll)
            rows[row].times = std::max(rows[row].times, record.count);
    }
    return rows;
}

std::vector<uint64_t> LogModel::ranksOf(const std::vector<Row> &rows) const
{
    const auto recordOf = [&](size_t i) -> const LogRecord & {
        return m_records[size_t(rows[i].position - m_dropped)];
    };
    switch (m_sortColumn) {
    case Step: return ranksOfTexts(rows.size(), [&](size_t i) { return toUtf8(nameOf(recordOf(i).step)); });
    case Message: return ranksOfTexts(rows.size(), [&](size_t i) { return recordOf(i).message; });
    default: break;
    }
    std::vector<uint64_t> ranks(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
        const LogRecord &record = recordOf(i);
        const bool isNumber = record.hasItem && record.itemId.isInteger() && record.itemId.toInteger() >= 0;
        ranks[i] = m_sortColumn == Times   ? rows[i].times
                   : m_sortColumn == Level ? uint64_t(record.level)
                   : m_sortColumn == Time  ? rows[i].position
                   : isNumber              ? uint64_t(record.itemId.toInteger()) + 1
                                           : 0;
    }
    return ranks;
}

/// Of equal ones, the newest come first.
std::vector<LogModel::Row> LogModel::sorted(std::vector<Row> rows) const
{
    const std::vector<uint64_t> ranks = ranksOf(rows);
    std::vector<size_t> order(rows.size());
    std::iota(order.begin(), order.end(), size_t(0));
    const bool isAscending = m_sortOrder == Qt::AscendingOrder;
    std::ranges::sort(order, [&](size_t a, size_t b) {
        if (ranks[a] != ranks[b])
            return isAscending ? ranks[a] < ranks[b] : ranks[a] > ranks[b];
        return rows[a].position > rows[b].position;
    });
    std::vector<Row> result;
    result.reserve(rows.size());
    for (const size_t i : order)
        result.push_back(rows[i]);
    return result;
}

} // namespace millrace
