// SPDX-License-Identifier: MIT
#pragma once

#include "log/LogGroups.h"
#include "log/LogOrder.h"
#include "metrics/LogRecord.h"
#include "theme/Theme.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace millrace {

/// What of a log is shown.
struct LogFilter
{
    std::string step; ///< empty: of all
    LogLevel least = LogLevel::Info;
    QString text;                     ///< in the message, the item's id or its origin
    uint32_t group = LogGroups::None; ///< only records of that kind; None: of all

    bool operator==(const LogFilter &) const = default;
};

/// The newest records of a run's log, newest first. Bounded; rows are read by the view only as it shows them. A filter is
/// applied to the newest records at once and to older ones piece by piece, so that the window never waits for it.
/// Grouped, errors and warnings that are alike share a row, that of the newest. Grouped or sorted by another column, the rows
/// are made anew some times a second as records come in.
class LogModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    using Column = LogOrder::Column;
    using enum LogOrder::Column;
    static constexpr size_t MostRecords = 1'000'000;
    static constexpr size_t MostBytes = 448 << 20; ///< of all records together: a million of common ones
    /// Beyond these, records keep neither their item's data nor their trace.
    static constexpr size_t MostDetailed = 100'000;

    explicit LogModel(Theme &theme, QObject *parent = nullptr);

    /// How a step's id is shown.
    void setNames(std::function<QString(const std::string &)> nameOf);
    void append(std::vector<LogRecord> records);
    void clear();
    void setFilter(const LogFilter &filter);
    const LogFilter &filter() const { return m_filter; }
    /// Whether older records are still being looked at.
    bool isFiltering() const { return m_older.isActive(); }

    /// Whether records that are alike share a row.
    void setGrouped(bool isGrouped);
    bool isGrouped() const { return m_order.isGrouped; }
    void sort(int column, Qt::SortOrder order) override;
    /// How many records a row stands for, and when the first of them came.
    uint64_t times(int row) const;
    int64_t firstTime(int row) const;
    /// The kind that a row's record is of; LogGroups::None: none.
    uint32_t groupAt(int row) const;
    /// The row of the record with that number, or of the one that stands for it; -1: it isn't shown.
    int rowOf(uint64_t number) const;
    /// Hands out the records with numbers above `number` that pass a filter, oldest first; looks at `most` at the most. Returns
    /// the number of the last that was looked at.
    uint64_t visit(uint64_t number,
                   size_t most,
                   const LogFilter &filter,
                   const std::function<void(const LogRecord &)> &take) const;

    /// Null where there is no such row.
    const LogRecord *record(int row) const;
    uint64_t lastNumber() const { return m_last; }
    uint64_t errorCount() const { return m_errors; }
    /// The most records that a row stands for.
    uint64_t mostTimes() const { return m_mostTimes; }
    size_t keptCount() const { return m_records.size(); }
    /// Steps that something was logged of.
    std::vector<std::string> loggedSteps() const;
    const std::map<std::string, uint64_t> &errorsByStep() const { return m_errorsByStep; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void cleared();

private:
    static bool passes(const LogRecord &record, uint32_t group, const LogFilter &filter);
    void keep(LogRecord record, std::vector<uint64_t> &shown);
    void dropOldest();
    std::vector<uint64_t> findOlder(size_t most);
    void showOlder();
    QString text(const LogRecord &record, int row, int column) const;
    using Row = LogOrder::Row;
    bool isComposed() const { return m_order.isComposed(); }
    uint64_t shownAt(int row) const;
    void compose();
    void makeRows();
    void composeSoon();
    QString nameOf(const std::string &step) const;

    const Theme &m_theme;
    std::function<QString(const std::string &)> m_nameOf;
    LogFilter m_filter;
    std::deque<LogRecord> m_records; ///< oldest first, in the order of their numbers
    std::deque<uint32_t> m_groupOf;  ///< for each record, see LogGroups
    LogGroups m_groups;
    std::deque<uint64_t> m_shown; ///< positions since the beginning, oldest first, of records that pass the filter
    size_t m_bytes = 0;           ///< of m_records
    uint64_t m_dropped = 0;       ///< records that are no longer in m_records
    uint64_t m_unfiltered = 0;    ///< positions before this one were not looked at yet
    std::vector<Row> m_rows;      ///< from above, while they are composed
    LogOrder m_order;
    bool m_isStale = false;
    QTimer m_older, m_composing;
    uint64_t m_last = 0;
    uint64_t m_errors = 0;
    uint64_t m_mostTimes = 1;
    std::map<std::string, uint64_t> m_errorsByStep, m_countByStep;
};

/// "#310,442", "batch 2,977", or a dash.
QString itemText(const LogRecord &record);
QString levelText(LogLevel level);

} // namespace millrace
