// SPDX-License-Identifier: MIT
#include "log/LogTable.h"

#include "log/LogModel.h"
#include "model/Format.h"
#include "theme/RowDelegate.h"

#include <QHeaderView>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QSettings>

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

LogTable::LogTable(LogModel &model, double scale, QWidget *parent)
    : QTableView(parent)
    , m_model(model)
    , m_scale(scale)
    , m_itemWidth(int(LeastItem * scale))
    , m_timesWidth(int(LeastTimes * scale))
{
    const auto scaled = [scale](int pixels) { return int(pixels * scale); };
    setModel(&model);
    setItemDelegate(new RowDelegate(this));
    setAccessibleName(tr("Log of the run"));
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setWordWrap(false);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setTabKeyNavigation(false);
    setContextMenuPolicy(Qt::CustomContextMenu);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(scaled(RowHeight));
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setStretchLastSection(true);
    // Digits differ in width: as wide as the widest time of day.
    setColumnWidth(LogModel::Time, fontMetrics().horizontalAdvance(QStringLiteral("00:00:00.000")) + scaled(CellRoom));
    QFont strong = font();
    strong.setWeight(QFont::DemiBold); // levels are written so
    setColumnWidth(LogModel::Level,
                   QFontMetrics(strong).horizontalAdvance(levelText(LogLevel::Warning)) + scaled(CellRoom));
    setColumnWidth(LogModel::Item, m_itemWidth);
    setColumnWidth(LogModel::Times, m_timesWidth);
    fitColumns({});
    followOrder();
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, [this](int column, int, int width) {
        if (column == LogModel::Step && !m_isFitting && width > 0)
            QSettings().setValue(QLatin1String(StepWidthKey), width / m_scale);
    });
    keepPlace();
}

/// A click on a title sorts by it; the arrow says so.
void LogTable::followOrder()
{
    QHeaderView &header = *horizontalHeader();
    header.setSectionsClickable(true);
    header.setSortIndicatorShown(true);
    header.setSortIndicator(LogModel::Time, Qt::DescendingOrder);
    connect(&header, &QHeaderView::sortIndicatorChanged, this,
            [this](int column, Qt::SortOrder order) { m_model.sort(column, order); });
}

void LogTable::keepPlace()
{
    // New records come in above: what a person reads stays where it is.
    connect(&m_model, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex &, int first, int last) {
        QScrollBar *bar = verticalScrollBar();
        if (first == 0 && bar->value() > 0)
            bar->setValue(bar->value() + (last + 1) * verticalHeader()->defaultSectionSize());
    });
    connect(&m_model, &QAbstractItemModel::modelAboutToBeReset, this, &LogTable::holdSelection);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &LogTable::restoreSelection);
}

void LogTable::holdSelection()
{
    m_held.clear();
    for (const int row : selectedRows())
        if (const LogRecord *record = m_model.record(row))
            m_held.insert(record->number);
    const LogRecord *current = m_model.record(currentIndex().row());
    m_heldCurrent = current ? current->number : 0;
    m_heldScroll = verticalScrollBar()->value() - currentIndex().row() * verticalHeader()->defaultSectionSize();
}

void LogTable::restoreSelection()
{
    QItemSelection selection;
    for (const uint64_t number : m_held)
        if (const int row = m_model.rowOf(number); row >= 0)
            selection.select(m_model.index(row, 0), m_model.index(row, LogModel::ColumnCount - 1));
    const int current = m_heldCurrent ? m_model.rowOf(m_heldCurrent) : -1;
    if (current < 0)
        return;
    selectionModel()->setCurrentIndex(m_model.index(current, 0), QItemSelectionModel::NoUpdate);
    selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    if (verticalScrollBar()->value() > 0)
        verticalScrollBar()->setValue(m_heldScroll + current * verticalHeader()->defaultSectionSize());
}

std::vector<int> LogTable::selectedRows() const
{
    std::vector<int> rows;
    for (const QItemSelectionRange &range : selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.push_back(row);
    std::ranges::sort(rows);
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

QString LogTable::selectedText() const
{
    QStringList lines;
    for (const int row : selectedRows()) {
        QStringList cells;
        for (int column = 0; column < LogModel::ColumnCount; ++column)
            if (!isColumnHidden(column))
                cells << m_model.index(row, column).data().toString();
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n'));
}

void LogTable::fitColumns(const QStringList &steps)
{
    const QScopedValueRollback<bool> guard(m_isFitting, true);
    setColumnHidden(LogModel::Times, m_model.mostTimes() < 2);
    int width = int(QSettings().value(QLatin1String(StepWidthKey)).toDouble() * m_scale);
    if (width <= 0) {
        for (const QString &step : steps)
            width = std::max(width, fontMetrics().horizontalAdvance(step));
        width = std::clamp(width + int(CellRoom * m_scale), int(LeastStep * m_scale), int(MostStep * m_scale));
    }
    setColumnWidth(LogModel::Step, width);
}

/// The widest of them, not each of them: there may be ten thousand.
void LogTable::fitNumbers(const std::vector<LogRecord> &added)
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

/// One that a person made narrower stays so as long as nothing is wider.
void LogTable::widen(int column, QString widest, int &known, int most)
{
    for (QChar &character : widest)
        if (character.isDigit())
            character = QLatin1Char('0'); // digits differ in width
    const int text = fontMetrics().horizontalAdvance(widest);
    const int width = std::min(text + int(CellRoom * m_scale), int(most * m_scale));
    if (width <= known)
        return;
    known = width;
    setColumnWidth(column, std::max(width, columnWidth(column)));
}

} // namespace millrace
