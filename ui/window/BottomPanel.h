// SPDX-License-Identifier: MIT
#pragma once

#include "model/RunHistory.h"
#include "pipeline/Problem.h"
#include "theme/Theme.h"

#include <QWidget>

#include <functional>
#include <string>

class QAbstractItemModel;
class QLabel;
class QStackedWidget;
class QTabBar;
class QTableView;

namespace millrace {

class DataPanel;
class LogPanel;
class ProblemsModel;
class StepsModel;
class ThroughputChart;

/// The panel below the canvas: data, log, problems, steps, throughput, each behind a tab.
class BottomPanel : public QWidget
{
    Q_OBJECT

public:
    enum class Tab : uint8_t { Data, Log, Problems, Steps, Throughput };

    explicit BottomPanel(Theme &theme, QWidget *parent = nullptr);

    LogPanel &log() const { return *m_log; }
    DataPanel &data() const { return *m_data; }
    ThroughputChart &chart() const { return *m_chart; }
    StepsModel &steps() const { return *m_steps; }
    void showTab(Tab tab);
    Tab tab() const;
    /// In the pill on the log's tab; 0: no pill.
    void setErrorCount(uint64_t count);
    void setProblems(const Problems &problems,
                     const std::function<QString(const std::string &)> &nameOf,
                     const std::function<QString(const Problem &)> &settingOf);
    QSize sizeHint() const override { return {900, 236}; }

Q_SIGNALS:
    void stepWanted(const std::string &step);
    /// A problem was double-clicked, or Enter pressed on it.
    void problemWanted(const millrace::Problem &problem);
    void tabChosen();

private:
    QLabel *addTab(const QString &title, QWidget *page, QWidget *corner);
    QTableView *makeProblemTable();
    QTableView *makeStepTable();
    /// Rows that are read, and chosen by a click.
    QTableView *makeTable(QAbstractItemModel &model, const QString &name) const;
    void setPill(QLabel &pill, uint64_t count, const QColor &color);

    const Theme &m_theme;
    QTabBar *m_tabs;
    QStackedWidget *m_pages, *m_corners;
    LogPanel *m_log;
    ProblemsModel *m_problems;
    QTableView *m_problemTable;
    ThroughputChart *m_chart;
    DataPanel *m_data;
    StepsModel *m_steps;
    QLabel *m_logPill, *m_problemPill;
};

} // namespace millrace
