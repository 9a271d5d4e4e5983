// SPDX-License-Identifier: MIT
#include "monitor/runs/RunsModel.h"

#include "model/Format.h"
#include "theme/PlainText.h"
#include "theme/Text.h"

#include <QDateTime>

namespace millrace {

QString startText(const PastRun &run)
{
    const QDateTime start = QDateTime::fromString(toQString(run.start), Qt::ISODate);
    return start.isValid() ? start.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm")) : toQString(run.start);
}

QString endText(const PastRun &run)
{
    if (run.status == "finished")
        return run.errors > 0 ? RunsModel::tr("with failed items") : RunsModel::tr("finished");
    return run.status == "failed"    ? RunsModel::tr("failed")
           : run.status == "stopped" ? RunsModel::tr("stopped")
                                     : toQString(run.status);
}

QColor endColor(const PastRun &run, const Colors &colors)
{
    if (run.status == "finished")
        return run.errors > 0 ? colors.warn : colors.calm;
    return run.status == "failed" ? colors.bad : colors.muted;
}

void RunsModel::setRuns(std::vector<PastRun> runs, std::function<QString(const std::string &)> nameOf)
{
    beginResetModel();
    m_runs = std::move(runs);
    m_nameOf = std::move(nameOf);
    endResetModel();
}

int RunsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_runs.size());
}

int RunsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

/// "Price: workers 2 → 4; batching.size 100 → 50".
QString RunsModel::changesOf(const PastRun &run) const
{
    QStringList all;
    for (const PastChange &change : run.changes) {
        const size_t dot = change.setting.find('.');
        const std::string step = change.setting.substr(0, dot);
        const QString name = m_nameOf(step);
        const QString setting = dot == std::string::npos || name == toQString(step)
                                    ? toQString(change.setting)
                                    : QStringLiteral("%1: %2").arg(name, toQString(change.setting.substr(dot + 1)));
        const auto value = [](const std::string &text) { return text.empty() ? tr("none") : toQString(text); };
        all << QStringLiteral("%1 %2 → %3").arg(setting, value(change.before), value(change.now));
    }
    return all.join(QStringLiteral("; "));
}

QString RunsModel::text(const PastRun &run, int column) const
{
    switch (column) {
    case Start: return startText(run);
    case Took: return formatElapsed(run.seconds);
    case End: return endText(run);
    case Read: return formatCount(run.itemsRead);
    case Written: return formatCount(run.itemsWritten);
    case Errors: return run.errors > 0 ? formatCount(run.errors) : QStringLiteral("—");
    case Rate: return formatShort(run.itemsPerSecond());
    case LimitedBy:
        return run.limitKind == "cores" ? tr("the cores")
               : run.limitStep.empty()  ? QStringLiteral("—")
                                        : m_nameOf(run.limitStep);
    case Changed: return changesOf(run);
    default: return {};
    }
}

QVariant RunsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const PastRun &run = m_runs[size_t(index.row())];
    const int column = index.column();
    if (role == Qt::DisplayRole)
        return text(run, column);
    if (role == Qt::ToolTipRole && (column == Changed || column == LimitedBy))
        return plainToolTip(text(run, column));
    if (role == Qt::TextAlignmentRole && (column == Took || (column >= Read && column <= Rate)))
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    const Colors &colors = m_theme.colors();
    if (role == Qt::ForegroundRole && column == End)
        return run.status == "finished" && run.errors > 0 ? colors.warnText : endColor(run, colors);
    return {};
}

QVariant RunsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool isNumber = section == Took || (section >= Read && section <= Rate);
        return QVariant((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    const QStringList titles{tr("Started"), tr("Took"),       tr("How it ended"),
                             tr("Read"),    tr("Written"),    tr("Failed"),
                             tr("Items/s"), tr("Limited by"), tr("Changed before it")};
    return role == Qt::DisplayRole ? QVariant(titles[section]) : QVariant();
}

} // namespace millrace
