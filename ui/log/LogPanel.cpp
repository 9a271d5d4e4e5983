// SPDX-License-Identifier: MIT
#include "log/LogPanel.h"

#include "log/LogModel.h"
#include "log/RecordPane.h"
#include "model/Format.h"
#include "model/Text.h"
#include "theme/Fields.h"
#include "theme/RowDelegate.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QSettings>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>

#include <algorithm>

namespace millrace {

namespace {

// At the usual size of text.
constexpr int RowHeight = 25;
constexpr int LeastStep = 90, MostStep = 240; // width of the column, where nobody chose another one
constexpr int LeastItem = 84, MostItem = 240, LeastTimes = 64, MostTimes = 120;
constexpr int CellRoom = 22; // beside a cell's text
const char *const StepWidthKey = "log/stepWidth";

} // namespace

LogPanel::LogPanel(Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_model(new LogModel(theme, this))
    , m_table(new QTableView)
    , m_pane(new RecordPane(theme))
    , m_splitter(new QSplitter(Qt::Horizontal))
    , m_scale(theme.fontScale())
    , m_itemWidth(int(LeastItem * m_scale))
    , m_timesWidth(int(LeastTimes * m_scale))
    , m_filterBar(makeFilterBar(theme))
{
    setObjectName(QStringLiteral("bottomPanel"));
    setUpTable(m_scale);
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_table);
    m_splitter->addWidget(m_pane);
    m_splitter->setStretchFactor(0, 2);
    m_splitter->setStretchFactor(1, 1);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    connect(m_pane, &RecordPane::stepWanted, this, &LogPanel::stepWanted);
}

void LogPanel::setUpTable(double scale)
{
    const int rowHeight = int(RowHeight * scale);
    m_table->setModel(m_model);
    m_table->setItemDelegate(new RowDelegate(m_table));
    m_table->setAccessibleName(tr("Log of the run"));
    m_table->setShowGrid(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setWordWrap(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    // Digits differ in width: as wide as the widest time of day.
    m_table->setColumnWidth(LogModel::Time, m_table->fontMetrics().horizontalAdvance(QStringLiteral("00:00:00.000"))
                                                + int(CellRoom * scale));
    m_table->setColumnWidth(LogModel::Level, int(72 * scale));
    m_table->setColumnWidth(LogModel::Item, m_itemWidth);
    m_table->setColumnWidth(LogModel::Times, m_timesWidth);
    fitColumns();
    connect(m_table->horizontalHeader(), &QHeaderView::sectionResized, this, [this](int column, int, int width) {
        if (column == LogModel::Step && !m_isFitting && width > 0)
            QSettings().setValue(QLatin1String(StepWidthKey), width / m_scale);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &LogPanel::showCurrent);
    connect(m_model, &QAbstractItemModel::modelReset, this, &LogPanel::showCurrent);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex &index) {
        if (const LogRecord *record = m_model->record(index.row()); record && !record->step.empty())
            Q_EMIT stepWanted(record->step);
    });
    // New records come in above: what a person reads stays where it is.
    connect(m_model, &QAbstractItemModel::rowsInserted, this,
            [this, rowHeight](const QModelIndex &, int first, int last) {
                QScrollBar *bar = m_table->verticalScrollBar();
                if (first == 0 && bar->value() > 0)
                    bar->setValue(bar->value() + (last + 1) * rowHeight);
            });
}

QWidget *LogPanel::makeFilterBar(Theme &theme)
{
    auto *bar = new QWidget(this);
    m_step = new ChoiceField;
    m_step->setAccessibleName(tr("Show records of this step"));
    // As wide as their shortest texts need: on a small screen the tabs come first.
    m_step->setMinimumContentsLength(8);
    m_step->addItem(tr("All steps"));
    m_level = new ChoiceField;
    m_level->setAccessibleName(tr("Show records from this level on"));
    m_level->setMinimumContentsLength(8);
    m_level->addItem(tr("All levels"), int(LogLevel::Info));
    m_level->addItem(tr("Errors and warnings"), int(LogLevel::Warning));
    m_level->addItem(tr("Errors"), int(LogLevel::Error));
    m_text = new QLineEdit;
    m_text->setPlaceholderText(tr("Filter"));
    m_text->setAccessibleName(tr("Show records with this text"));
    m_text->setMaximumWidth(int(150 * theme.fontScale()));
    addLeadingIcon(*m_text, theme.mutedIcon(QStringLiteral("search")));
    m_pause = new QToolButton;
    m_pause->setIcon(theme.mutedIcon(QStringLiteral("pause")));
    m_pause->setCheckable(true);
    m_pause->setToolTip(tr("Hold the log still"));
    m_pause->setAccessibleName(tr("Hold the log still"));
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 8, 0);
    layout->setSpacing(6);
    for (QWidget *widget : {static_cast<QWidget *>(m_step), static_cast<QWidget *>(m_level),
                            static_cast<QWidget *>(m_text), static_cast<QWidget *>(m_pause)})
        layout->addWidget(widget);
    connect(m_step, &QComboBox::currentIndexChanged, this, &LogPanel::applyFilter);
    connect(m_level, &QComboBox::currentIndexChanged, this, &LogPanel::applyFilter);
    connect(m_text, &QLineEdit::textChanged, this, &LogPanel::applyFilter);
    connect(m_pause, &QToolButton::toggled, this, [this](bool isPaused) {
        if (!isPaused)
            Q_EMIT resumed();
    });
    return bar;
}

void LogPanel::applyFilter()
{
    m_model->setFilter(
        {toUtf8(m_step->currentData().toString()), LogLevel(m_level->currentData().toInt()), m_text->text()});
}

void LogPanel::fillSteps()
{
    const auto steps = m_model->loggedSteps();
    if (m_step->count() == int(steps.size()) + 1)
        return;
    const QSignalBlocker blocker(m_step);
    const QVariant current = m_step->currentData();
    while (m_step->count() > 1)
        m_step->removeItem(1);
    for (const std::string &step : steps)
        m_step->addItem(m_nameOf ? m_nameOf(step) : toQString(step), toQString(step));
    m_step->setCurrentIndex(std::max(0, m_step->findData(current)));
    fitColumns();
}

/// The column of the steps is as wide as their names need, or as a person made it; that of repeats is there where there are any.
void LogPanel::fitColumns()
{
    const QScopedValueRollback<bool> guard(m_isFitting, true);
    m_table->setColumnHidden(LogModel::Times, !m_model->hasRepeats());
    int width = int(QSettings().value(QLatin1String(StepWidthKey)).toDouble() * m_scale);
    if (width <= 0) {
        for (int entry = 1; entry < m_step->count(); ++entry)
            width = std::max(width, m_table->fontMetrics().horizontalAdvance(m_step->itemText(entry)));
        width = std::clamp(width + int(CellRoom * m_scale), int(LeastStep * m_scale), int(MostStep * m_scale));
    }
    m_table->setColumnWidth(LogModel::Step, width);
}

/// The widest of them, not each of them: there may be ten thousand.
void LogPanel::fitNumbers(const std::vector<LogRecord> &added)
{
    const LogRecord *item = nullptr, *named = nullptr, *batch = nullptr;
    uint64_t times = 0;
    for (const LogRecord &record : added) {
        times = std::max(times, record.count);
        if (record.hasItem && record.itemId.isInteger()) {
            if (!item || record.itemId.toInteger() > item->itemId.toInteger())
                item = &record;
        } else if (record.hasItem && record.itemId.isText()) {
            if (!named || record.itemId.toText().size() > named->itemId.toText().size())
                named = &record;
        } else if (!batch || record.batch > batch->batch) {
            batch = &record;
        }
    }
    for (const LogRecord *widest : {item, named, batch})
        if (widest)
            widen(LogModel::Item, itemText(*widest), m_itemWidth, MostItem);
    if (times > 1)
        widen(LogModel::Times, formatCount(times), m_timesWidth, MostTimes);
}

/// Widens the column for what is wider than all before: one that a person made narrower stays so as long as nothing is.
void LogPanel::widen(int column, QString widest, int &known, int most)
{
    for (QChar &character : widest)
        if (character.isDigit())
            character = QLatin1Char('0'); // digits differ in width
    const int text = m_table->fontMetrics().horizontalAdvance(widest);
    const int width = std::min(text + int(CellRoom * m_scale), int(most * m_scale));
    if (width <= known)
        return;
    known = width;
    m_table->setColumnWidth(column, std::max(width, m_table->columnWidth(column)));
}

void LogPanel::setNames(std::function<QString(const std::string &)> nameOf)
{
    m_nameOf = nameOf;
    m_model->setNames(std::move(nameOf));
}

void LogPanel::append(std::vector<LogRecord> records)
{
    if (records.empty())
        return;
    const bool hadRepeats = m_model->hasRepeats();
    fitNumbers(records);
    m_model->append(std::move(records));
    if (m_model->hasRepeats() != hadRepeats)
        fitColumns();
    fillSteps();
}

void LogPanel::clear()
{
    m_model->clear();
    fillSteps();
    applyFilter();
}

bool LogPanel::isPaused() const
{
    return m_pause->isChecked();
}

void LogPanel::showOnly(const std::string &step)
{
    const int index = m_step->findData(toQString(step));
    if (index >= 0)
        m_step->setCurrentIndex(index);
}

void LogPanel::showCurrent()
{
    m_pane->setRecord(m_model->record(m_table->currentIndex().row()), m_nameOf);
}

void LogPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // A narrow window keeps the table readable rather than the pane.
    m_pane->setMinimumWidth(std::min(300, width() / 3));
}

} // namespace millrace
