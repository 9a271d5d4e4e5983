// SPDX-License-Identifier: MIT
#include "window/BottomPanel.h"

#include "log/LogPanel.h"
#include "log/ProblemsModel.h"
#include "model/Format.h"
#include "monitor/runs/RunsPanel.h"
#include "monitor/StepsModel.h"
#include "monitor/throughput/ThroughputPanel.h"
#include "preview/DataPanel.h"
#include "theme/Fields.h"
#include "theme/RowDelegate.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace millrace {

BottomPanel::BottomPanel(Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_row(new QWidget)
    , m_tabs(new QTabBar)
    , m_fold(new QToolButton)
    , m_status(new QStatusBar)
    , m_pages(new QStackedWidget)
    , m_corners(new QStackedWidget)
    , m_log(new LogPanel(theme))
    , m_problems(new ProblemsModel(theme, this))
    , m_problemTable(makeProblemTable())
    , m_chart(new ThroughputPanel(theme))
    , m_data(new DataPanel(theme))
    , m_steps(new StepsModel(theme, this))
    , m_runs(new RunsPanel(theme))
{
    setObjectName(QStringLiteral("bottomPanel"));
    setAttribute(Qt::WA_StyledBackground);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(false); // all tabs are seen; the filters beside them give way
    m_tabs->setElideMode(Qt::ElideNone);
    m_tabs->setAccessibleName(tr("Data, log, problems, steps, charts and past runs"));
    m_tabs->installEventFilter(this);
    m_row->setObjectName(QStringLiteral("tabRow"));
    m_row->setAttribute(Qt::WA_StyledBackground);
    auto *rowLayout = new QHBoxLayout(m_row);
    rowLayout->setContentsMargins(8, 0, 4, 0);
    rowLayout->setSpacing(2);
    rowLayout->addWidget(m_tabs);
    rowLayout->addStretch(1);
    rowLayout->addWidget(m_corners);
    makeFold(*rowLayout);
    m_corners->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_row);
    layout->addWidget(m_pages, 1);
    addTab(tr("Data"), m_data, m_data->corner());
    addTab(tr("Log"), m_log, m_log->filterBar());
    addTab(tr("Problems"), m_problemTable, new QWidget);
    addTab(tr("Steps"), makeStepTable(), new QWidget);
    addTab(tr("Throughput"), m_chart, m_chart->corner());
    addTab(tr("Runs"), m_runs, new QWidget);
    placeStatus();
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        m_pages->setCurrentIndex(index);
        m_corners->setCurrentIndex(index);
        Q_EMIT tabChosen();
    });
    connect(m_log, &LogPanel::stepWanted, this, &BottomPanel::stepWanted);
    connect(m_chart, &ThroughputPanel::stepWanted, this, &BottomPanel::stepWanted);
    connect(m_runs, &RunsPanel::stepWanted, this, &BottomPanel::stepWanted);
}

void BottomPanel::addTab(const QString &title, QWidget *page, QWidget *corner)
{
    m_tabs->addTab(title);
    m_corners->addWidget(corner); // before the page: Tab comes by it first
    m_pages->addWidget(page);
    auto *pill = makeLabel({}, "", m_tabs);
    pill->setAlignment(Qt::AlignCenter);
    pill->hide();
    m_pills.push_back(pill);
}

QTableView *BottomPanel::makeTable(QAbstractItemModel &model, const QString &name) const
{
    auto *table = new QTableView;
    table->setModel(&model);
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

QTableView *BottomPanel::makeStepTable()
{
    QTableView *table = makeTable(*m_steps, tr("What each step has counted"));
    table->horizontalHeader()->setDefaultSectionSize(int(84 * m_theme.fontScale()));
    connect(m_steps, &QAbstractItemModel::modelReset, table,
            [table, width = int(200 * m_theme.fontScale())] { table->setColumnWidth(0, width); });
    const auto show = [this](const QModelIndex &index) {
        if (const std::string step = m_steps->step(index.row()); !step.empty())
            Q_EMIT stepWanted(step);
    };
    connect(table, &QTableView::clicked, this, show);
    connect(table, &QTableView::activated, this, show);
    return table;
}

QTableView *BottomPanel::makeProblemTable()
{
    QTableView *table = makeTable(*m_problems, tr("What is wrong with the drawing"));
    table->horizontalHeader()->setStretchLastSection(true);
    table->setColumnWidth(ProblemsModel::Level, int(80 * m_theme.fontScale()));
    table->setColumnWidth(ProblemsModel::Step, int(160 * m_theme.fontScale()));
    table->setColumnWidth(ProblemsModel::Setting, int(110 * m_theme.fontScale()));
    connect(table, &QTableView::clicked, this, [this](const QModelIndex &index) {
        if (const Problem *problem = m_problems->problem(index.row()); problem && !problem->step.empty())
            Q_EMIT stepWanted(problem->step);
    });
    connect(table, &QTableView::activated, this, [this](const QModelIndex &index) {
        if (const Problem *problem = m_problems->problem(index.row()))
            Q_EMIT problemWanted(*problem);
    });
    return table;
}

void BottomPanel::makeFold(QHBoxLayout &row)
{
    m_fold->setObjectName(QStringLiteral("fold"));
    m_fold->setAutoRaise(true);
    connect(m_fold, &QToolButton::clicked, this, [this] { setFolded(!m_isFolded); });
    row.addWidget(m_fold);
    showFold();
}

void BottomPanel::showFold()
{
    m_fold->setIcon(m_theme.icon(m_isFolded ? QStringLiteral("chevron-up") : QStringLiteral("chevron-down")));
    m_fold->setAccessibleName(m_isFolded ? tr("Open the panel") : tr("Fold the panel"));
    m_fold->setToolTip(m_fold->accessibleName());
}

void BottomPanel::orderStops()
{
    QWidget *before = m_runs->lastStop();
    for (QToolButton *stop : m_status->findChildren<QToolButton *>()) {
        setTabOrder(before, stop);
        before = stop;
    }
}

void BottomPanel::placeStatus()
{
    auto &row = static_cast<QHBoxLayout &>(*m_row->layout());
    setStyleFlag(*m_status, "inRow", m_isFolded);
    if (m_isFolded)
        row.insertWidget(1, m_status, 1000); // all of it: the space beside it gives way
    else
        layout()->addWidget(m_status);
    m_status->show(); // at once: a message that comes while it is hidden would be written over what the bar holds
}

void BottomPanel::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(int(tab));
    setFolded(false);
}

bool BottomPanel::shows(Tab tab) const
{
    return !m_isFolded && m_tabs->currentIndex() == int(tab);
}

void BottomPanel::setFolded(bool isFolded)
{
    if (m_isFolded == isFolded)
        return;
    m_isFolded = isFolded;
    // Never both in the row: the window would have to be larger for it.
    if (!isFolded)
        placeStatus();
    m_pages->setVisible(!isFolded);
    m_corners->setVisible(!isFolded);
    if (isFolded)
        placeStatus();
    setStyleFlag(*m_tabs, "folded", isFolded);
    showFold();
    setMaximumHeight(isFolded ? m_row->sizeHint().height() : QWIDGETSIZE_MAX);
    Q_EMIT folded(isFolded);
    if (!isFolded)
        Q_EMIT tabChosen();
}

/// A press on a tab opens the panel there, one on the tab that is open folds it; so do Space and Enter.
bool BottomPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_tabs)
        return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::MouseButtonPress) {
        const auto &mouse = static_cast<QMouseEvent &>(*event);
        const int index = m_tabs->tabAt(mouse.position().toPoint());
        if (mouse.button() == Qt::LeftButton && index >= 0)
            index == m_tabs->currentIndex() ? setFolded(!m_isFolded) : showTab(Tab(index));
    } else if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent &>(*event).key();
        if (key == Qt::Key_Space || key == Qt::Key_Return || key == Qt::Key_Enter) {
            setFolded(!m_isFolded);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void BottomPanel::setPill(Tab tab, uint64_t count, const QColor &ground, const QColor &ink)
{
    QLabel &pill = *m_pills[size_t(tab)];
    const QString text = count ? formatShort(double(count)) : QString();
    if (pill.text() == text && pill.isVisibleTo(m_tabs) == (count > 0))
        return;
    pill.setText(text);
    pill.setVisible(count > 0);
    pill.setStyleSheet(
        QStringLiteral("background: %1; color: %2; border-radius: 8px; padding: 1px 7px; margin-right: 6px;"
                       "font-size: 11px; font-weight: 600;")
            .arg(ground.name(), ink.name()));
    pill.adjustSize();
    // The bar lays its tabs out anew only when a button comes or goes.
    m_tabs->setTabButton(int(tab), QTabBar::RightSide, nullptr);
    if (count > 0)
        m_tabs->setTabButton(int(tab), QTabBar::RightSide, &pill);
    pill.setVisible(count > 0);
}

void BottomPanel::setRunCount(uint64_t count)
{
    setPill(Tab::Runs, count, m_theme.colors().track, m_theme.colors().text);
}

void BottomPanel::setErrorCount(uint64_t count)
{
    setPill(Tab::Log, count, m_theme.colors().bad, m_theme.colors().window);
}

void BottomPanel::setProblems(const Problems &problems,
                              const std::function<QString(const std::string &)> &nameOf,
                              const std::function<QString(const Problem &)> &settingOf)
{
    m_problems->setProblems(problems, nameOf, settingOf);
    bool hasError = false;
    for (const Problem &problem : problems)
        hasError = hasError || problem.severity == Severity::Error;
    setPill(Tab::Problems, problems.size(), hasError ? m_theme.colors().bad : m_theme.colors().warn,
            m_theme.colors().window);
}

} // namespace millrace
