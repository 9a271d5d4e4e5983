// SPDX-License-Identifier: MIT
#pragma once

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
    QString text; ///< in the message, the item's id or its origin

    bool operator==(const LogFilter &) const = default;
};

/// The newest records of a run's log, newest first. Bounded; rows are read by the view only as it shows them. A filter is
/// applied to the newest records at once and to older ones piece by piece, so that the window never waits for it.
class LogModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, Level, Step, Item, Times, Message, ColumnCount };
    static constexpr size_t MostRecords = 1'000'000;
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

    /// Null where there is no such row.
    const LogRecord *record(int row) const;
    uint64_t lastNumber() const { return m_last; }
    uint64_t errorCount() const { return m_errors; }
    /// Whether a record stands for several alike.
    bool hasRepeats() const { return m_hasRepeats; }
    size_t keptCount() const { return m_records.size(); }
    /// Steps that something was logged of.
    std::vector<std::string> loggedSteps() const;
    const std::map<std::string, uint64_t> &errorsByStep() const { return m_errorsByStep; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    bool passes(const LogRecord &record) const;
    void keep(LogRecord record, std::vector<uint64_t> &shown);
    void dropOldest();
    std::vector<uint64_t> findOlder(size_t most);
    void showOlder();
    QString text(const LogRecord &record, int column) const;
    QString nameOf(const std::string &step) const;

    const Theme &m_theme;
    std::function<QString(const std::string &)> m_nameOf;
    LogFilter m_filter;
    std::deque<LogRecord> m_records; ///< oldest first, in the order of their numbers
    std::deque<uint64_t> m_shown;    ///< positions since the beginning, oldest first, of records that pass the filter
    uint64_t m_dropped = 0;          ///< records that are no longer in m_records
    uint64_t m_unfiltered = 0;       ///< positions before this one were not looked at yet
    QTimer m_older;
    uint64_t m_last = 0;
    uint64_t m_errors = 0;
    bool m_hasRepeats = false;
    std::map<std::string, uint64_t> m_errorsByStep, m_countByStep;
};

/// "#310,442", "batch 2,977", or a dash.
QString itemText(const LogRecord &record);
QString levelText(LogLevel level);

} // namespace millrace
