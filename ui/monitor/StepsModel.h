// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/gauges/StepGauges.h"
#include "metrics/RunSample.h"
#include "theme/Theme.h"

#include <QAbstractTableModel>

#include <functional>
#include <string>
#include <vector>

namespace millrace {

/// What each step of the run has counted since it began: a row for each step in the order of the pipeline, a column for each
/// gauge that declares one. Rare gauges get theirs with the first that isn't 0.
class StepsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit StepsModel(Theme &theme, QObject *parent = nullptr) : QAbstractTableModel(parent), m_theme(theme) {}

    /// `nameOf`: how a step's id is shown.
    void setSample(const RunSample &sample, std::function<QString(const std::string &)> nameOf);
    void clear();
    /// The step's id; empty where there is no such row.
    std::string step(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const StepSample &step, const StepGaugeType &gauge) const;

    const Theme &m_theme;
    std::function<QString(const std::string &)> m_nameOf;
    std::vector<const StepGaugeType *> m_gauges;
    RunSample m_sample;
};

} // namespace millrace
