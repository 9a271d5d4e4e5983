// SPDX-License-Identifier: MIT
#include "log/LogOrder.h"

#include "log/LogGroups.h"
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

/// Oldest first by their newest record.
std::vector<LogOrder::Row> LogOrder::groupedRows(const Source &source) const
{
    std::vector<Row> rows;
    rows.reserve(isGrouped ? 0 : source.shown.size());
    std::vector<size_t> rowOfGroup(isGrouped ? source.groups : 0, std::numeric_limits<size_t>::max());
    for (const uint64_t position : source.shown) {
        const LogRecord &record = source.at(position);
        const uint32_t group = isGrouped ? source.groupOf[size_t(position - source.dropped)] : LogGroups::None;
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
        if (source.countsAll)
            rows[row].times = std::max(rows[row].times, record.count);
    }
    return rows;
}

std::vector<uint64_t> LogOrder::ranksOf(const std::vector<Row> &rows, const Source &source) const
{
    const auto recordOf = [&](size_t i) -> const LogRecord & { return source.at(rows[i].position); };
    switch (column) {
    case Step: return ranksOfTexts(rows.size(), [&](size_t i) { return toUtf8(source.nameOf(recordOf(i).step)); });
    case Message: return ranksOfTexts(rows.size(), [&](size_t i) { return recordOf(i).message; });
    default: break;
    }
    std::vector<uint64_t> ranks(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
        const LogRecord &record = recordOf(i);
        const bool isNumber = record.hasItem && record.itemId.isInteger() && record.itemId.toInteger() >= 0;
        ranks[i] = column == Times   ? rows[i].times
                   : column == Level ? uint64_t(record.level)
                   : column == Time  ? rows[i].position
                   : isNumber        ? uint64_t(record.itemId.toInteger()) + 1
                                     : 0;
    }
    return ranks;
}

/// Of equal ones, the newest come first.
std::vector<LogOrder::Row> LogOrder::rowsOf(const Source &source) const
{
    const std::vector<Row> rows = groupedRows(source);
    const std::vector<uint64_t> ranks = ranksOf(rows, source);
    std::vector<size_t> order(rows.size());
    std::iota(order.begin(), order.end(), size_t(0));
    const bool isAscending = direction == Qt::AscendingOrder;
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
