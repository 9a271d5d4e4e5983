// SPDX-License-Identifier: MIT
#include "monitor/runs/RunsPanel.h"

#include "model/Format.h"
#include "monitor/runs/ComparisonModel.h"
#include "monitor/runs/RunsModel.h"
#include "monitor/runs/RunTrend.h"
#include "theme/Fields.h"
#include "theme/RowDelegate.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace millrace {

RunsPanel::RunsPanel(Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_runs(new RunsModel(theme, this))
    , m_steps(new ComparisonModel(theme, this))
    , m_nameOf([](const std::string &step) { return QString::fromStdString(step); })
    , m_pages(new QStackedWidget)
    , m_remark(makeLabel({}, "muted"))
    , m_heading(makeLabel({}, "muted"))
    , m_trend(new RunTrend(theme))
    , m_table(makeTable(m_runs, tr("Past runs of this pipeline")))
    , m_comparison(makeTable(m_steps, tr("Two runs compared, step by step")))
{
    const double scale = theme.fontScale();
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    constexpr std::array<int, RunsModel::ColumnCount> widths{142, 70, 138, 84, 84, 64, 70, 140, 300};
    for (int column = 0; column < RunsModel::ColumnCount; ++column)
        m_table->setColumnWidth(column, int(widths[size_t(column)] * scale));
    m_table->horizontalHeader()->setStretchLastSection(true);
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_table);
    splitter->addWidget(makeComparison());
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    m_remark->setAlignment(Qt::AlignCenter);
    m_remark->setWordWrap(true);
    m_remark->setContentsMargins(20, 0, 20, 0);
    m_pages->addWidget(m_remark);
    m_pages->addWidget(splitter);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunsPanel::compare);
    connect(m_trend, &RunTrend::chosen, this, &RunsPanel::choose);
    const auto go = [this](const QModelIndex &index) {
        if (const std::string step = m_steps->step(index.row()); !step.empty())
            Q_EMIT stepWanted(step);
    };
    connect(m_comparison, &QTableView::clicked, this, go);
    connect(m_comparison, &QTableView::activated, this, go);
}

QTableView *RunsPanel::makeTable(QAbstractItemModel *model, const QString &name) const
{
    auto *table = new QTableView;
    table->setModel(model);
    table->setItemDelegate(new RowDelegate(table));
    table->setAccessibleName(name);
    table->setShowGrid(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTabKeyNavigation(false);
    table->setWordWrap(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(int(25 * m_theme.fontScale()));
    table->horizontalHeader()->setHighlightSections(false);
    return table;
}

QWidget *RunsPanel::makeComparison()
{
    const double scale = m_theme.fontScale();
    constexpr std::array<int, ComparisonModel::ColumnCount> widths{150, 104, 76, 104, 68, 76};
    for (int column = 0; column < ComparisonModel::ColumnCount; ++column)
        m_comparison->setColumnWidth(column, int(widths[size_t(column)] * scale));
    m_heading->setContentsMargins(8, 2, 8, 2);
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(0, 0, 0, 0);
    m_heading->setWordWrap(true);
    m_heading->setMinimumWidth(int(150 * scale));
    head->addWidget(m_heading, 1);
    head->addWidget(m_trend, 1);
    column->addLayout(head);
    column->addWidget(m_comparison, 1);
    return page;
}

QWidget *RunsPanel::lastStop() const
{
    return m_comparison;
}

size_t RunsPanel::count() const
{
    return m_runs->runs().size();
}

void RunsPanel::setRuns(std::vector<PastRun> runs,
                        const QString &remark,
                        std::function<QString(const std::string &)> nameOf)
{
    m_nameOf = nameOf;
    m_remark->setText(remark);
    m_pages->setCurrentIndex(runs.empty() ? 0 : 1);
    if (runs == m_runs->runs())
        return;
    m_trend->setRuns(runs);
    m_runs->setRuns(std::move(runs),
                    std::move(nameOf)); // nothing is chosen in it any more
    compare();
}

void RunsPanel::choose(int row, bool adds)
{
    m_table->selectionModel()->select(m_runs->index(row, 0),
                                      QItemSelectionModel::Rows
                                          | (adds ? QItemSelectionModel::Select : QItemSelectionModel::ClearAndSelect));
    m_table->scrollTo(m_runs->index(row, 0));
}

std::optional<std::pair<int, int>> RunsPanel::compared() const
{
    std::vector<int> rows;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows())
        rows.push_back(index.row());
    std::ranges::sort(rows);
    const int all = m_runs->rowCount();
    if (rows.size() >= 2)
        return std::pair(rows.back(), rows.front());
    const int later = rows.empty() ? 0 : rows.front();
    return later + 1 < all ? std::optional(std::pair(later + 1, later)) : std::nullopt;
}

void RunsPanel::compare()
{
    const auto rows = compared();
    if (!rows) {
        m_heading->setText(m_runs->rowCount() > 1 ? tr("The oldest that is kept: there is none before it.")
                                                  : tr("Two runs can be compared here once there are two."));
        m_steps->setSteps({}, m_nameOf);
        m_trend->setChosen({});
        return;
    }
    const PastRun &before = m_runs->runs()[size_t(rows->first)], &now = m_runs->runs()[size_t(rows->second)];
    m_heading->setText(
        tr("%1 (%2)\n→ %3 (%4)")
            .arg(startText(before), formatElapsed(before.seconds), startText(now), formatElapsed(now.seconds)));
    m_trend->setChosen({rows->first, rows->second});
    m_steps->setSteps(compareRuns(before, now), m_nameOf);
}

} // namespace millrace
