// SPDX-License-Identifier: MIT
#pragma once

#include "report/PastRun.h"
#include "theme/Theme.h"

#include <QWidget>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

class QAbstractItemModel;
class QLabel;
class QStackedWidget;
class QTableView;

namespace millrace {

class ComparisonModel;
class RunsModel;
class RunTrend;

/// The runs of this pipeline that are on record: a table of them, their trend,
/// and two of them compared step by step: those that are chosen, one and the
/// one before it, or else the newest two.
class RunsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit RunsPanel(Theme &theme, QWidget *parent = nullptr);

    /// Newest first. `remark`: what is said in their place where there are none.
    /// What is chosen stays chosen where they are only more.
    void setRuns(std::vector<PastRun> runs, const QString &remark, std::function<QString(const std::string &)> nameOf);
    size_t count() const;
    /// What Tab reaches last.
    QWidget *lastStop() const;
    /// The rows that are compared: the earlier run and the later one; nothing
    /// where there is only one run.
    std::optional<std::pair<int, int>> compared() const;

Q_SIGNALS:
    void stepWanted(const std::string &step);

private:
    QTableView *makeTable(QAbstractItemModel *model, const QString &name) const;
    QWidget *makeComparison();
    void choose(int row, bool adds);
    void compare();

    Theme &m_theme;
    RunsModel *m_runs;
    ComparisonModel *m_steps;
    std::function<QString(const std::string &)> m_nameOf;
    QStackedWidget *m_pages;
    QLabel *m_remark, *m_heading;
    RunTrend *m_trend;
    QTableView *m_table, *m_comparison;
};

} // namespace millrace
