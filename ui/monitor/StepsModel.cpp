// SPDX-License-Identifier: MIT
#include "monitor/StepsModel.h"

#include "model/Gauges.h"
#include "theme/PlainText.h"
#include "theme/Text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace millrace {

namespace {

/// As the window's other tables have it; "p95" is a name of its own.
QString asTitle(const QString &column)
{
    const bool isWord = std::ranges::none_of(column, [](QChar character) { return character.isDigit(); });
    return isWord ? column.left(1).toUpper() + column.mid(1) : column;
}

} // namespace

void StepsModel::setSample(const RunSample &sample, std::function<QString(const std::string &)> nameOf)
{
    std::vector<const StepGaugeType *> gauges;
    for (const StepGaugeType &gauge : stepGaugeTypes())
        if (gauge.hasColumn(sample))
            gauges.push_back(&gauge);
    const bool isOther = gauges != m_gauges || sample.steps.size() != m_sample.steps.size();
    if (isOther)
        beginResetModel();
    m_gauges = std::move(gauges);
    m_sample = sample;
    m_nameOf = std::move(nameOf);
    if (isOther)
        endResetModel();
    else if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void StepsModel::clear()
{
    beginResetModel();
    m_gauges.clear();
    m_sample = {};
    endResetModel();
}

std::string StepsModel::step(int row) const
{
    return row >= 0 && row < rowCount() ? m_sample.steps[size_t(row)].id : std::string();
}

int StepsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_sample.steps.size());
}

int StepsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_gauges.size()) + 1;
}

QString StepsModel::text(const StepSample &step, const StepGaugeType &gauge) const
{
    const auto value = gauge.isOf(step) ? gauge.of(step, m_sample.activeSeconds) : std::nullopt;
    if (!value || (*value == 0 && gauge.look.hasDashAtZero))
        return QStringLiteral("—");
    return gauge.text ? toQString(gauge.text(step)) : gaugeText(gauge.look.unit, *value);
}

QVariant StepsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const StepSample &step = m_sample.steps[size_t(index.row())];
    if (index.column() == 0)
        return role == Qt::DisplayRole ? QVariant(m_nameOf ? m_nameOf(step.id) : toQString(step.id)) : QVariant();
    const StepGaugeType &gauge = *m_gauges[size_t(index.column()) - 1];
    if (role == Qt::DisplayRole)
        return text(step, gauge);
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ForegroundRole && gauge.look.isBad && gauge.of(step, m_sample.activeSeconds).value_or(0) > 0)
        return m_theme.colors().bad;
    return {};
}

QVariant StepsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (section == 0)
        return role == Qt::DisplayRole ? QVariant(tr("Step")) : QVariant();
    const GaugeLook &look = m_gauges[size_t(section) - 1]->look;
    if (role == Qt::DisplayRole)
        return asTitle(toQString(look.column));
    return role == Qt::ToolTipRole ? QVariant(plainToolTip(toQString(look.help))) : QVariant();
}

} // namespace millrace
