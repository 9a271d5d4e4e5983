// SPDX-License-Identifier: MIT
#pragma once

#include "model/RunHistory.h"
#include "pipeline/Problem.h"
#include "theme/Theme.h"

#include <QWidget>

#include <functional>
#include <string>
#include <vector>

class QAbstractItemModel;
class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QStatusBar;
class QTabBar;
class QTableView;
class QToolButton;

namespace millrace {

class DataPanel;
class LogPanel;
class ProblemsModel;
class RunsPanel;
class StepsModel;
class ThroughputPanel;

/// The panel below the canvas: data, log, problems, steps, throughput, past runs, each behind a tab. Folded it is the row of tabs alone;
/// a press on a tab opens it, one on the tab that is open folds it.
class BottomPanel : public QWidget
{
    Q_OBJECT

public:
    enum class Tab : uint8_t { Data, Log, Problems, Steps, Throughput, Runs };

    explicit BottomPanel(Theme &theme, QWidget *parent = nullptr);

    LogPanel &log() const { return *m_log; }
    DataPanel &data() const { return *m_data; }
    /// In the row of tabs while that is all there is to be seen, else below the page.
    QStatusBar &statusBar() const { return *m_status; }
    ThroughputPanel &chart() const { return *m_chart; }
    StepsModel &steps() const { return *m_steps; }
    RunsPanel &runs() const { return *m_runs; }
    /// After the status bar was filled: Tab comes by what is in it last.
    void orderStops();
    /// Opens the panel at that tab.
    void showTab(Tab tab);
    /// Whether the page of that tab is to be seen.
    bool shows(Tab tab) const;
    bool isFolded() const { return m_isFolded; }
    void setFolded(bool isFolded);
    /// In the pill on the tab of past runs; 0: no pill.
    void setRunCount(uint64_t count);
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
    /// Another page is to be seen, or one after none.
    void tabChosen();
    /// It is folded, or open, from now on.
    void folded(bool isFolded);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void makeFold(QHBoxLayout &row);
    void showFold();
    void placeStatus();
    void addTab(const QString &title, QWidget *page, QWidget *corner);
    QTableView *makeProblemTable();
    QTableView *makeStepTable();
    /// Rows that are read, and chosen by a click.
    QTableView *makeTable(QAbstractItemModel &model, const QString &name) const;
    void setPill(Tab tab, uint64_t count, const QColor &ground, const QColor &ink);

    const Theme &m_theme;
    QWidget *m_row;
    QTabBar *m_tabs;
    QToolButton *m_fold;
    QStatusBar *m_status;
    QStackedWidget *m_pages, *m_corners;
    LogPanel *m_log;
    ProblemsModel *m_problems;
    QTableView *m_problemTable;
    ThroughputPanel *m_chart;
    DataPanel *m_data;
    StepsModel *m_steps;
    RunsPanel *m_runs;
    std::vector<QLabel *> m_pills; ///< by their tabs
    bool m_isFolded = false;
};

} // namespace millrace
