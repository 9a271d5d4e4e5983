// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Problem.h"
#include "theme/Theme.h"

#include <QAbstractTableModel>

#include <functional>
#include <string>

namespace millrace {

/// What is wrong with the drawing, as a list that travels to the step.
class ProblemsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Level, Step, Setting, Text, ColumnCount };

    explicit ProblemsModel(Theme &theme, QObject *parent = nullptr) : QAbstractTableModel(parent), m_theme(theme) {}

    /// What steps and settings are called is asked for when it is shown; without the second function, settings are called
    /// as files call them.
    void setProblems(Problems problems,
                     std::function<QString(const std::string &)> nameOf,
                     std::function<QString(const Problem &)> settingOf = {});
    const Problem *problem(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const Theme &m_theme;
    Problems m_problems;
    std::function<QString(const std::string &)> m_nameOf;
    std::function<QString(const Problem &)> m_settingOf;
};

} // namespace millrace
