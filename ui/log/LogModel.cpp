// SPDX-License-Identifier: MIT
#include "log/LogModel.h"

#include "model/Format.h"
#include "model/Text.h"

#include <algorithm>

namespace millrace {

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
    for (LogRecord &record : records) {
        m_last = std::max(m_last, record.number);
        if (record.level == LogLevel::Error) {
            ++m_errors;
            ++m_errorsByStep[record.step];
        }
        ++m_countByStep[record.step];
        if (passes(record))
            shown.push_back(m_dropped + m_records.size());
        m_records.push_back(std::move(record));
    }
    if (!shown.empty()) {
        beginInsertRows({}, 0, int(shown.size()) - 1);
        m_shown.insert(m_shown.end(), shown.begin(), shown.end());
        endInsertRows();
    }
    dropOldest();
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
}

void LogModel::clear()
{
    beginResetModel();
    m_records.clear();
    m_shown.clear();
    m_errorsByStep.clear();
    m_countByStep.clear();
    m_dropped = m_last = m_errors = 0;
    endResetModel();
}

void LogModel::setFilter(const LogFilter &filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    m_shown.clear();
    for (size_t i = 0; i < m_records.size(); ++i)
        if (passes(m_records[i]))
            m_shown.push_back(m_dropped + i);
    endResetModel();
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
    case Message: {
        const QString message = toQString(record.message).simplified();
        return record.count > 1 ? QStringLiteral("%1  ×%2").arg(message, formatCount(record.count)) : message;
    }
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
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time: return tr("Time");
    case Level: return tr("Level");
    case Step: return tr("Step");
    case Item: return tr("Item");
    case Message: return tr("Message");
    default: return {};
    }
}

} // namespace millrace
