// SPDX-License-Identifier: MIT
#include "log/LogPanel.h"

#include "log/ItemEditor.h"
#include "log/LogExport.h"
#include "log/LogModel.h"
#include "log/LogTable.h"
#include "log/RecordPane.h"
#include "metrics/ErrorGroup.h"
#include "model/Format.h"
#include "theme/Fields.h"
#include "theme/SaveDialog.h"
#include "theme/Text.h"

#include <QAction>
#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QSplitter>
#include <QToolButton>

#include <algorithm>

namespace millrace {

namespace {

constexpr int LeastField = 48; // pixels of a filter

} // namespace

LogPanel::LogPanel(Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_model(new LogModel(theme, this))
    , m_table(new LogTable(*m_model, theme.fontScale()))
    , m_pane(new RecordPane(theme))
    , m_splitter(new QSplitter(Qt::Horizontal))
    , m_theme(theme)
    , m_group(LogGroups::None)
    , m_filterBar(makeFilterBar(theme))
{
    setObjectName(QStringLiteral("bottomPanel"));
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_table);
    m_splitter->addWidget(m_pane);
    m_splitter->setStretchFactor(0, 2);
    m_splitter->setStretchFactor(1, 1);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    connect(m_pane, &RecordPane::stepWanted, this, [this] { travel(); });
    connect(m_pane, &RecordPane::likeWanted, this, &LogPanel::showLikeCurrent);
    connect(m_pane, &RecordPane::retryWanted, this, &LogPanel::retryCurrent);
    connect(m_pane, &RecordPane::mendWanted, this, [this](const Mend &mend) {
        if (const LogRecord *record = m_model->record(m_table->currentIndex().row()))
            Q_EMIT mendChosen(std::string(record->step), mend);
    });
    joinTable();
    m_model->setGrouped(true);
}

void LogPanel::joinTable()
{
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &LogPanel::showCurrent);
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        m_table->fitColumns(stepNames());
        showCurrent();
    });
    connect(m_table, &QTableView::activated, this, &LogPanel::travel);
    connect(m_table, &QWidget::customContextMenuRequested, this, &LogPanel::openMenu);
    const auto onTable = [this](const QKeySequence &keys, auto &&act) {
        auto *action = new QAction(m_table);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, act);
        m_table->addAction(action);
    };
    onTable(QKeySequence::Copy, &LogPanel::copyRows);
}

void LogPanel::travel()
{
    const LogRecord *record = m_model->record(m_table->currentIndex().row());
    if (!record || record->step.empty())
        return;
    const LogRecord wanted = *record; // what follows may make the rows anew
    Q_EMIT stepWanted(wanted.step);
    Q_EMIT recordWanted(wanted);
}

void LogPanel::copyRows()
{
    if (const QString text = m_table->selectedText(); !text.isEmpty())
        QGuiApplication::clipboard()->setText(text);
}

void LogPanel::copyData()
{
    std::string lines;
    for (const int row : m_table->selectedRows())
        if (const LogRecord *record = m_model->record(row))
            lines += jsonLine(*record);
    QGuiApplication::clipboard()->setText(toQString(lines));
}

void LogPanel::openMenu(QPoint at)
{
    const int row = m_table->currentIndex().row();
    const LogRecord *record = m_model->record(row);
    auto *menu = new QMenu(m_table);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString &text, const char *icon, bool isEnabled, auto &&act) {
        QAction *action = menu->addAction(m_theme.icon(QLatin1String(icon)), text);
        action->setEnabled(isEnabled);
        connect(action, &QAction::triggered, this, act);
        return action;
    };
    const bool hasSelection = !m_table->selectedRows().empty();
    add(tr("&Copy"), "copy", hasSelection, [this] { copyRows(); })->setShortcut(QKeySequence::Copy);
    add(tr("Copy with all &data, as JSON Lines"), "json", hasSelection, [this] { copyData(); });
    add(tr("Select &all"), "select-all", m_model->rowCount() > 0, [this] { m_table->selectAll(); });
    menu->addSeparator();
    add(tr("&Show the step"), "link", record && !record->step.empty(), [this] { travel(); });
    add(tr("Only this s&tep"), "filter", record && !record->step.empty(),
        [this, step = record ? record->step : std::string()] { showOnly(step); });
    const uint64_t times = m_model->times(row);
    add(times > 1 ? tr("A&ll %1 like this one").arg(formatCount(times)) : tr("A&ll like this one"), "lines",
        m_model->groupAt(row) != LogGroups::None, [this] { showLikeCurrent(); });
    addRetries(*menu, row);
    menu->addSeparator();
    add(tr("&Export…"), "export", m_model->keptCount() > 0, [this] { exportWithDialog(); });
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

/// What can be done about items that failed.
void LogPanel::addRetries(QMenu &menu, int row)
{
    const LogRecord *record = m_model->record(row);
    const bool isFailedItem = record && isOfFailedItem(*record);
    const uint64_t times = m_model->times(row);
    menu.addSeparator();
    const auto add = [&](const QString &text, bool isEnabled, auto &&act) {
        QAction *action = menu.addAction(m_theme.icon(QStringLiteral("run")), text);
        action->setEnabled(isEnabled);
        connect(action, &QAction::triggered, this, act);
    };
    add(tr("T&ry this item again"), isFailedItem, [this] { retryCurrent(false); });
    add(tr("C&hange this item and try it…"), isFailedItem && !record->item.isNull(), [this] { retryCurrent(true); });
    const std::string kind = isFailedItem ? errorGroup(*record) : std::string();
    add(times > 1 ? tr("Tr&y all %1 like it again").arg(formatCount(times)) : tr("Tr&y all like it again"),
        isFailedItem, [this, kind] {
            Q_EMIT retryWanted({{}, {}, kind});
        });
    add(tr("Try all &failed items again"), m_model->errorCount() > 0, [this] { Q_EMIT retryWanted({}); });
}

void LogPanel::retryCurrent(bool isChanged)
{
    const LogRecord *record = m_model->record(m_table->currentIndex().row());
    if (!record || !isOfFailedItem(*record))
        return;
    if (!isChanged) {
        Q_EMIT retryWanted({*record, {}, {}});
        return;
    }
    auto *editor = new ItemEditor(m_theme, record->item, toQString(record->message), window());
    connect(editor, &ItemEditor::tryWanted, this, [this, item = *record](const ItemChange &change) {
        Q_EMIT retryWanted({item, change, {}});
    });
    editor->show();
}

/// Each record of the current one's kind, ungrouped.
void LogPanel::showLikeCurrent()
{
    const uint32_t group = m_model->groupAt(m_table->currentIndex().row());
    if (group == LogGroups::None)
        return;
    m_group = group;
    m_grouped->setChecked(false);
    applyFilter();
}

void LogPanel::exportWithDialog()
{
    if (const QString path = askWhereToSave(this, tr("Export the log"), QStringLiteral("log.csv"),
                                            {tr("CSV (*.csv)"), tr("JSON Lines (*.jsonl)")});
        !path.isEmpty())
        exportTo(path);
}

void LogPanel::exportTo(const QString &path)
{
    connect(new LogExport(*m_model, path, this), &LogExport::ended, this, &LogPanel::told);
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
    for (QWidget *field :
         {static_cast<QWidget *>(m_step), static_cast<QWidget *>(m_level), static_cast<QWidget *>(m_text)})
        field->setMinimumWidth(int(LeastField * theme.fontScale())); // else the window wouldn't fit on a small screen
    addLeadingIcon(*m_text, theme.mutedIcon(QStringLiteral("search")));
    m_pause = new QToolButton;
    m_pause->setIcon(theme.mutedIcon(QStringLiteral("pause")));
    m_pause->setCheckable(true);
    m_pause->setToolTip(tr("Hold the log still"));
    m_pause->setAccessibleName(tr("Hold the log still"));
    m_grouped = new QToolButton;
    m_grouped->setIcon(theme.mutedIcon(QStringLiteral("union")));
    m_grouped->setCheckable(true);
    m_grouped->setChecked(true);
    m_grouped->setToolTip(tr("One row for errors and warnings that are alike"));
    m_grouped->setAccessibleName(tr("One row for errors and warnings that are alike"));
    auto *exporting = new QToolButton;
    exporting->setIcon(theme.mutedIcon(QStringLiteral("export")));
    exporting->setToolTip(tr("Export what is shown, as CSV or JSON Lines"));
    exporting->setAccessibleName(tr("Export the log"));
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(5);
    for (QWidget *widget :
         {static_cast<QWidget *>(m_step), static_cast<QWidget *>(m_level), static_cast<QWidget *>(m_text),
          static_cast<QWidget *>(m_grouped), static_cast<QWidget *>(m_pause), static_cast<QWidget *>(exporting)})
        layout->addWidget(widget);
    connect(m_step, &QComboBox::currentIndexChanged, this, &LogPanel::applyFilter);
    connect(m_level, &QComboBox::currentIndexChanged, this, &LogPanel::applyFilter);
    connect(m_text, &QLineEdit::textChanged, this, &LogPanel::applyFilter);
    connect(m_grouped, &QToolButton::toggled, this, [this](bool isGrouped) {
        m_model->setGrouped(isGrouped);
        if (isGrouped) { // all kinds again
            m_group = LogGroups::None;
            applyFilter();
        }
    });
    connect(exporting, &QToolButton::clicked, this, &LogPanel::exportWithDialog);
    connect(m_pause, &QToolButton::toggled, this, [this](bool isPaused) {
        if (!isPaused)
            Q_EMIT resumed();
    });
    return bar;
}

void LogPanel::applyFilter()
{
    m_model->setFilter(
        {toUtf8(m_step->currentData().toString()), LogLevel(m_level->currentData().toInt()), m_text->text(), m_group});
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
    m_table->fitColumns(stepNames());
}

QStringList LogPanel::stepNames() const
{
    QStringList names;
    for (int entry = 1; entry < m_step->count(); ++entry)
        names << m_step->itemText(entry);
    return names;
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
    m_table->fitNumbers(records);
    m_model->append(std::move(records));
    fillSteps();
}

void LogPanel::clear()
{
    if (m_group != LogGroups::None)
        m_grouped->setChecked(true);
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
    const int row = m_table->currentIndex().row();
    const LogRecord *record = m_model->record(row);
    m_pane->setRecord(record, m_nameOf, {m_model->times(row), m_model->firstTime(row)});
    m_shown = record ? record->number : 0;
    if (record && isOfFailedItem(*record))
        Q_EMIT mendsWanted(LogRecord(*record));
}

void LogPanel::showMends(uint64_t number, std::vector<Mend> mends)
{
    if (number == m_shown)
        m_pane->setMends(std::move(mends));
}

void LogPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // A narrow window keeps the table readable rather than the pane.
    m_pane->setMinimumWidth(std::min(300, width() / 3));
}

} // namespace millrace
