// SPDX-License-Identifier: MIT
#include "log/LogModel.h"

#include "log/ColumnTitles.h"
#include "model/Format.h"
#include "theme/PlainText.h"
#include "theme/Text.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr size_t FilteredAtOnce = 20'000; // some milliseconds' worth
constexpr int ComposeEvery = 300;         // milliseconds

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
    m_composing.setInterval(ComposeEvery);
    m_composing.setSingleShot(true);
    connect(&m_composing, &QTimer::timeout, this, [this] {
        if (m_isStale)
            composeSoon();
    });
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

bool LogModel::passes(const LogRecord &record, uint32_t group, const LogFilter &filter)
{
    if (filter.group != LogGroups::None && group != filter.group)
        return false;
    if (record.level < filter.least || (!filter.step.empty() && record.step != filter.step))
        return false;
    return filter.text.isEmpty() || toQString(record.message).contains(filter.text, Qt::CaseInsensitive)
           || itemText(record).contains(filter.text, Qt::CaseInsensitive)
           || toQString(record.origin).contains(filter.text, Qt::CaseInsensitive);
}

void LogModel::append(std::vector<LogRecord> records)
{
    if (records.size() > MostRecords)
        records.erase(records.begin(), records.end() - ptrdiff_t(MostRecords));
    std::vector<uint64_t> shown;
    for (LogRecord &record : records)
        keep(std::move(record), shown);
    if (!shown.empty()) {
        if (!isComposed())
            beginInsertRows({}, 0, int(shown.size()) - 1);
        m_shown.insert(m_shown.end(), shown.begin(), shown.end());
        isComposed() ? composeSoon() : endInsertRows();
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
    m_groupOf.push_back(m_groups.groupOf(record));
    if (passes(record, m_groupOf.back(), m_filter))
        shown.push_back(m_dropped + m_records.size());
    m_bytes += record.byteSize();
    m_records.push_back(std::move(record));
    if (m_records.size() > MostDetailed) {
        LogRecord &old = m_records[m_records.size() - MostDetailed - 1];
        m_bytes -= old.byteSize();
        old.item = {};
        old.trace = std::string(); // an empty list would keep the memory
        m_bytes += old.byteSize();
    }
}

void LogModel::dropOldest()
{
    size_t gone = m_records.size() - std::min(m_records.size(), MostRecords);
    for (size_t i = 0; i < gone; ++i)
        m_bytes -= m_records[i].byteSize();
    for (; m_bytes > MostBytes && gone + 1 < m_records.size(); ++gone)
        m_bytes -= m_records[gone].byteSize();
    if (gone == 0)
        return;
    const uint64_t first = m_dropped + gone;
    const auto end = std::ranges::lower_bound(m_shown, first);
    if (const auto rows = end - m_shown.begin(); rows > 0) {
        if (!isComposed())
            beginRemoveRows({}, int(m_shown.size() - size_t(rows)), int(m_shown.size()) - 1);
        m_shown.erase(m_shown.begin(), end);
        if (!isComposed())
            endRemoveRows();
    }
    m_records.erase(m_records.begin(), m_records.begin() + ptrdiff_t(first - m_dropped));
    m_groupOf.erase(m_groupOf.begin(), m_groupOf.begin() + ptrdiff_t(first - m_dropped));
    m_dropped = first;
    if (isComposed())
        compose(); // no row may be of a record that is gone
    m_unfiltered = std::max(m_unfiltered, m_dropped);
}

void LogModel::clear()
{
    beginResetModel();
    m_older.stop();
    m_unfiltered = 0;
    m_composing.stop();
    m_isStale = false;
    m_records.clear();
    m_groupOf.clear();
    m_groups.clear();
    m_filter.group = LogGroups::None;
    m_rows.clear();
    m_shown.clear();
    m_errorsByStep.clear();
    m_countByStep.clear();
    m_dropped = m_last = m_errors = 0;
    m_mostTimes = 1;
    m_bytes = 0;
    endResetModel();
    Q_EMIT cleared();
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
    makeRows();
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
        const auto at = size_t(m_unfiltered - m_dropped);
        if (passes(m_records[at], m_groupOf[at], m_filter))
            found.push_back(m_unfiltered);
    }
    return found;
}

void LogModel::showOlder()
{
    const std::vector<uint64_t> found = findOlder(FilteredAtOnce);
    if (!found.empty()) {
        if (!isComposed())
            beginInsertRows({}, rowCount(), rowCount() + int(found.size()) - 1);
        for (const uint64_t position : found)
            m_shown.push_front(position);
        isComposed() ? composeSoon() : endInsertRows();
    }
    if (m_unfiltered <= m_dropped)
        m_older.stop();
}

void LogModel::setGrouped(bool isGrouped)
{
    if (isGrouped == m_order.isGrouped)
        return;
    beginResetModel();
    m_order.isGrouped = isGrouped;
    makeRows();
    endResetModel();
}

void LogModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || (column == m_order.column && order == m_order.direction))
        return;
    beginResetModel();
    m_order.column = column;
    m_order.direction = order;
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
        // Those that fell out before they were read count, too, where nothing but the kind decides what is shown.
        m_rows = m_order.rowsOf({m_records, m_groupOf, m_groups.size(), m_dropped, m_shown, m_filter.text.isEmpty(),
                                 [this](const std::string &step) { return nameOf(step); }});
    for (const Row &row : m_rows)
        m_mostTimes = std::max(m_mostTimes, row.times);
}

uint64_t LogModel::shownAt(int row) const
{
    return isComposed() ? m_rows[size_t(row)].position : m_shown[m_shown.size() - 1 - size_t(row)];
}

const LogRecord *LogModel::record(int row) const
{
    return row < 0 || row >= rowCount() ? nullptr : &m_records[size_t(shownAt(row) - m_dropped)];
}

uint64_t LogModel::times(int row) const
{
    return isComposed() && row >= 0 && row < rowCount() ? m_rows[size_t(row)].times : 1;
}

int64_t LogModel::firstTime(int row) const
{
    const LogRecord *newest = record(row);
    return !newest ? 0 : isComposed() ? m_rows[size_t(row)].first : newest->time;
}

uint32_t LogModel::groupAt(int row) const
{
    return row < 0 || row >= rowCount() ? LogGroups::None : m_groupOf[size_t(shownAt(row) - m_dropped)];
}

int LogModel::rowOf(uint64_t number) const
{
    const auto found = std::ranges::lower_bound(m_records, number, {}, &LogRecord::number);
    if (found == m_records.end() || found->number != number)
        return -1;
    const auto index = uint64_t(found - m_records.begin());
    if (!isComposed()) {
        const auto shown = std::ranges::lower_bound(m_shown, m_dropped + index);
        return shown == m_shown.end() || *shown != m_dropped + index ? -1 : int(m_shown.end() - shown) - 1;
    }
    const uint32_t group = m_order.isGrouped ? m_groupOf[index] : LogGroups::None;
    const auto row = std::ranges::find_if(m_rows, [&](const Row &candidate) {
        return candidate.position == m_dropped + index
               || (group != LogGroups::None && m_groupOf[size_t(candidate.position - m_dropped)] == group);
    });
    return row == m_rows.end() ? -1 : int(row - m_rows.begin());
}

uint64_t LogModel::visit(uint64_t number,
                         size_t most,
                         const LogFilter &filter,
                         const std::function<void(const LogRecord &)> &take) const
{
    auto at = size_t(std::ranges::upper_bound(m_records, number, {}, &LogRecord::number) - m_records.begin());
    for (; most > 0 && at < m_records.size(); --most, ++at) {
        number = m_records[at].number;
        if (passes(m_records[at], m_groupOf[at], filter))
            take(m_records[at]);
    }
    return number;
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
    return parent.isValid() ? 0 : int(isComposed() ? m_rows.size() : m_shown.size());
}

int LogModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString LogModel::text(const LogRecord &record, int row, int column) const
{
    switch (column) {
    case Time: return formatClock(record.time);
    case Level: return levelText(record.level);
    case Step: return nameOf(record.step);
    case Item: return itemText(record);
    case Times: return times(row) > 1 ? formatCount(times(row)) : QString();
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
        return text(*found, index.row(), index.column());
    if (role == Qt::ToolTipRole && index.column() == Message)
        return plainToolTip(toQString(found->message));
    if (role == Qt::ToolTipRole && index.column() == Times && times(index.row()) > 1)
        return tr("%1 times, from %2 to %3")
            .arg(formatCount(times(index.row())), formatClock(firstTime(index.row())), formatClock(found->time));
    if (index.column() == Level && found->level != LogLevel::Info) {
        if (role == Qt::ForegroundRole)
            return found->level == LogLevel::Error ? m_theme.colors().bad : m_theme.colors().warnText;
        if (role == Qt::FontRole)
            return m_theme.font(FontRole::Strong);
    }
    return {};
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::ToolTipRole && section == Times)
        return tr("How often the like of it has happened");
    return columnTitle({tr("Time"), tr("Level"), tr("Step"), tr("Item"), tr("Times"), tr("Message")}, section,
                       orientation, role);
}

} // namespace millrace
