// SPDX-License-Identifier: MIT
#pragma once

#include "report/PastRun.h"
#include "theme/Theme.h"

#include <QAbstractTableModel>

#include <functional>
#include <string>
#include <vector>

namespace millrace {

/// Two runs compared: a row for each step, what was before an arrow.
class ComparisonModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column : uint8_t { Step, Rate, Gain, Busy, Workers, Errors, ColumnCount };
    static constexpr double Notable = 0.05; ///< of a rate: less is as good as the same

    explicit ComparisonModel(Theme &theme, QObject *parent = nullptr) : QAbstractTableModel(parent), m_theme(theme) {}

    void setSteps(std::vector<StepComparison> steps, std::function<QString(const std::string &)> nameOf);
    /// The step's id; empty where there is no such row.
    std::string step(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const StepComparison &step, int column) const;

    const Theme &m_theme;
    std::vector<StepComparison> m_steps;
    std::function<QString(const std::string &)> m_nameOf;
};

} // namespace millrace
