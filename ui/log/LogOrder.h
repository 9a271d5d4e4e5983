// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"

#include <QString>
#include <QtGlobal>

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace millrace {

/// The order of a log's rows, and whether records that are alike share one. A plain value that makes rows of records; as long as
/// nothing is grouped and the newest come first, rows are the records themselves and needn't be made.
class LogOrder
{
public:
    enum Column { Time, Level, Step, Item, Times, Message, ColumnCount };

    struct Row
    {
        uint64_t position; ///< since the beginning, of the newest record that it stands for
        uint64_t times;
        int64_t first; ///< when the first of them came
    };
    /// The records, as LogModel keeps them.
    struct Source
    {
        const std::deque<LogRecord> &records; ///< oldest first
        const std::deque<uint32_t> &groupOf;  ///< for each record, see LogGroups
        size_t groups;                        ///< how many there are
        uint64_t dropped;                     ///< positions before this one are no longer in `records`
        const std::deque<uint64_t> &shown;    ///< positions, oldest first
        bool countsAll;                       ///< those that fell out before they were read count, too
        std::function<QString(const std::string &)> nameOf;

        const LogRecord &at(uint64_t position) const { return records[size_t(position - dropped)]; }
    };

    bool isGrouped = false;
    int column = Time;
    Qt::SortOrder direction = Qt::DescendingOrder;

    /// Whether rows have to be made.
    bool isComposed() const { return isGrouped || column != Time || direction != Qt::DescendingOrder; }
    /// From above.
    std::vector<Row> rowsOf(const Source &source) const;

    bool operator==(const LogOrder &) const = default;

private:
    std::vector<Row> groupedRows(const Source &source) const;
    std::vector<uint64_t> ranksOf(const std::vector<Row> &rows, const Source &source) const;
};

} // namespace millrace
