// SPDX-License-Identifier: MIT
#include "monitor/runs/ComparisonModel.h"

#include "model/Format.h"

#include <cmath>

namespace millrace {

namespace {

/// "500 → 980"; one figure where both are the same, a dash where the step
/// wasn't part of a run.
template <typename Format>
QString pairText(const StepComparison &step, Format format)
{
    const QString before = step.before ? format(*step.before) : QStringLiteral("—");
    const QString now = step.now ? format(*step.now) : QStringLiteral("—");
    return before == now ? now : QStringLiteral("%1 → %2").arg(before, now);
}

QString gainText(double gain)
{
    const auto percent = int64_t(std::llround(gain * 100));
    return percent == 0 ? QStringLiteral("as before")
                        : QStringLiteral("%1%2 %")
                              .arg(percent > 0 ? QStringLiteral("+") : QStringLiteral("−"))
                              .arg(std::abs(percent));
}

} // namespace

void ComparisonModel::setSteps(std::vector<StepComparison> steps, std::function<QString(const std::string &)> nameOf)
{
    beginResetModel();
    m_steps = std::move(steps);
    m_nameOf = std::move(nameOf);
    endResetModel();
}

std::string ComparisonModel::step(int row) const
{
    return row >= 0 && row < rowCount() ? m_steps[size_t(row)].step : std::string();
}

int ComparisonModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_steps.size());
}

int ComparisonModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ComparisonModel::text(const StepComparison &step, int column) const
{
    switch (column) {
    case Step: return m_nameOf(step.step);
    case Rate: return pairText(step, [](const PastStep &run) { return formatShort(run.itemsPerSecond); });
    case Gain: {
        const auto gain = step.gain();
        return gain ? gainText(*gain) : QString();
    }
    case Busy: return pairText(step, [](const PastStep &run) { return formatPercent(run.busyShare); });
    case Workers: return pairText(step, [](const PastStep &run) { return QString::number(run.workers); });
    case Errors:
        return pairText(
            step, [](const PastStep &run) { return run.errors > 0 ? formatCount(run.errors) : QStringLiteral("0"); });
    default: return {};
    }
}

QVariant ComparisonModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const StepComparison &step = m_steps[size_t(index.row())];
    if (role == Qt::DisplayRole)
        return text(step, index.column());
    if (role == Qt::TextAlignmentRole && index.column() != Step)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    const auto gain = index.column() == Gain ? step.gain() : std::nullopt;
    if (role == Qt::ForegroundRole && gain && std::abs(*gain) >= Notable)
        return *gain > 0 ? m_theme.colors().calm : m_theme.colors().warnText;
    return {};
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Step ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    const QStringList titles{tr("Step"), tr("Items/s"), tr("Faster by"), tr("Busy"), tr("Workers"), tr("Failed")};
    return role == Qt::DisplayRole ? QVariant(titles[section]) : QVariant();
}

} // namespace millrace
