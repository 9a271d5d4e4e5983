// SPDX-License-Identifier: MIT
#include "log/LogModel.h"

#include "log/ColumnTitles.h"
#include "model/Format.h"
#include "model/Text.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr size_t FilteredAtOnce = 20'000; // some milliseconds' worth

} // namespace

QString itemText(const LogRecord &record)
{
    if (record.hasItem && record.itemId.isInteger() && record.itemId.toInteger() >= 0)
        return QLatin1Char('#') + formatCount(uint64_t(record.itemId.toInteger()));
    if (record.hasItem && !record.itemId.isNull())
        return QLatin1Char('#') + toQString(toPlain(record.itemId));
    if (record.batch >= 0)
        return QStringLiteral("batch ") + formatCount(uint64_t(record.batch));
    return QStringLiteral("—");
}

QString levelText(LogLevel level)
{
    switch (level) {
    case LogLevel::Info: return QStringLiteral("Info");
    case LogLevel::Warning: return QStringLiteral("Warning");
    case LogLevel::Error: return QStringLiteral("Error");
    }
    return {};
}

LogModel::LogModel(Theme &theme, QObject *parent) : QAbstractTableModel(parent), m_theme(theme)
{
    m_older.setInterval(0);
    connect(&m_older, &QTimer::timeout, this, &LogModel::showOlder);
    connect(&theme, &Theme::changed, this, [this] {
        if (rowCount() > 0)
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {Qt::ForegroundRole, Qt::FontRole});
    });
}

void LogModel::setNames(std::function<QString(const std::string &)> nameOf)
{
    m_nameOf = std::move(nameOf);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Step), index(rowCount() - 1, Step), {Qt::DisplayRole});
}

QString LogModel::nameOf(const std::string &step) const
{
    return step.empty() ? QStringLiteral("—") : m_nameOf ? m_nameOf(step) : toQString(step);
}

bool LogModel::passes(const LogRecord &record) const
{
    if (record.level < m_filter.least || (!m_filter.step.empty() && record.step != m_filter.step))
        return false;
    return m_filter.text.isEmpty() || toQString(record.message).contains(m_filter.text, Qt::CaseInsensitive)
           || itemText(record).contains(m_filter.text, Qt::CaseInsensitive)
           || toQString(record.origin).contains(m_filter.text, Qt::CaseInsensitive);
}

void LogModel::append(std::vector<LogRecord> records)
{
    if (records.size() > MostRecords)
        records.erase(records.begin(), records.end() - ptrdiff_t(MostRecords));
    std::vector<uint64_t> shown;
    for (LogRecord &record : records)
        keep(std::move(record), shown);
    if (!shown.empty()) {
        beginInsertRows({}, 0, int(shown.size()) - 1);
        m_shown.insert(m_shown.end(), shown.begin(), shown.end());
        endInsertRows();
    }
    dropOldest();
}

void LogModel::keep(LogRecord record, std::vector<uint64_t> &shown)
{
    m_last = std::max(m_last, record.number);
    if (record.level == LogLevel::Error) {
        ++m_errors;
        ++m_errorsByStep[record.step];
    }
    ++m_countByStep[record.step];
    m_hasRepeats = m_hasRepeats || record.count > 1;
    if (passes(record))
        shown.push_back(m_dropped + m_records.size());
    m_records.push_back(std::move(record));
    if (m_records.size() > MostDetailed) {
        LogRecord &old = m_records[m_records.size() - MostDetailed - 1];
        old.item = {};
        old.trace = {};
    }
}

void LogModel::dropOldest()
{
    if (m_records.size() <= MostRecords)
        return;
    const uint64_t first = m_dropped + m_records.size() - MostRecords;
    const auto end = std::ranges::lower_bound(m_shown, first);
    if (const auto gone = end - m_shown.begin(); gone > 0) {
        beginRemoveRows({}, int(m_shown.size() - size_t(gone)), int(m_shown.size()) - 1);
        m_shown.erase(m_shown.begin(), end);
        endRemoveRows();
    }
    m_records.erase(m_records.begin(), m_records.begin() + ptrdiff_t(first - m_dropped));
    m_dropped = first;
    m_unfiltered = std::max(m_unfiltered, m_dropped);
}

void LogModel::clear()
{
    beginResetModel();
    m_older.stop();
    m_unfiltered = 0;
    m_records.clear();
    m_shown.clear();
    m_errorsByStep.clear();
    m_countByStep.clear();
    m_dropped = m_last = m_errors = 0;
    m_hasRepeats = false;
    endResetModel();
}

void LogModel::setFilter(const LogFilter &filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    m_shown.clear();
    m_unfiltered = m_dropped + m_records.size();
    const std::vector<uint64_t> found = findOlder(FilteredAtOnce);
    m_shown.assign(found.rbegin(), found.rend());
    endResetModel();
    if (m_unfiltered > m_dropped)
        m_older.start();
    else
        m_older.stop();
}

/// Those among the next older records that pass, newest first.
std::vector<uint64_t> LogModel::findOlder(size_t most)
{
    std::vector<uint64_t> found;
    for (; most > 0 && m_unfiltered > m_dropped; --most) {
        --m_unfiltered;
        if (passes(m_records[size_t(m_unfiltered - m_dropped)]))
            found.push_back(m_unfiltered);
    }
    return found;
}

void LogModel::showOlder()
{
    const std::vector<uint64_t> found = findOlder(FilteredAtOnce);
    if (!found.empty()) {
        beginInsertRows({}, rowCount(), rowCount() + int(found.size()) - 1);
        for (const uint64_t position : found)
            m_shown.push_front(position);
        endInsertRows();
    }
    if (m_unfiltered <= m_dropped)
        m_older.stop();
}

const LogRecord *LogModel::record(int row) const
{
    if (row < 0 || size_t(row) >= m_shown.size())
        return nullptr;
    return &m_records[size_t(m_shown[m_shown.size() - 1 - size_t(row)] - m_dropped)];
}

std::vector<std::string> LogModel::loggedSteps() const
{
    std::vector<std::string> steps;
    for (const auto &[step, count] : m_countByStep)
        if (!step.empty())
            steps.push_back(step);
    return steps;
}

int LogModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_shown.size());
}

int LogModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString LogModel::text(const LogRecord &record, int column) const
{
    switch (column) {
    case Time: return formatClock(record.time);
    case Level: return levelText(record.level);
    case Step: return nameOf(record.step);
    case Item: return itemText(record);
    case Times: return record.count > 1 ? formatCount(record.count) : QString();
    case Message: return toQString(record.message).simplified();
    default: return {};
    }
}

QVariant LogModel::data(const QModelIndex &index, int role) const
{
    const LogRecord *found = index.isValid() ? record(index.row()) : nullptr;
    if (!found)
        return {};
    if (role == Qt::DisplayRole)
        return text(*found, index.column());
    if (role == Qt::ToolTipRole && index.column() == Message)
        return toQString(found->message);
    if (role == Qt::ToolTipRole && index.column() == Times && found->count > 1)
        return tr("%1 times alike until then").arg(formatCount(found->count));
    if (index.column() == Level && found->level != LogLevel::Info) {
        if (role == Qt::ForegroundRole)
            return found->level == LogLevel::Error ? m_theme.colors().bad : m_theme.colors().warn;
        if (role == Qt::FontRole)
            return m_theme.font(FontRole::Strong);
    }
    return {};
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::ToolTipRole && section == Times)
        return tr("How often the like of it had happened until then");
    return columnTitle({tr("Time"), tr("Level"), tr("Step"), tr("Item"), tr("Times"), tr("Message")}, section,
                       orientation, role);
}

} // namespace millrace
