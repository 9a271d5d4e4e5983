// SPDX-License-Identifier: MIT
#include "preview/ItemsPane.h"

#include "model/Format.h"
#include "preview/ItemsExport.h"
#include "preview/ItemsModel.h"
#include "preview/ProfileHeader.h"
#include "theme/Fields.h"
#include "theme/RowDelegate.h"
#include "theme/Text.h"

#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

namespace {

constexpr int LeastDigits = 6, MostDigits = 45; // of a column's width
constexpr int MostMeasured = 20;                // rows that its width is found from
constexpr int PictureLines = 3;                 // of text, that a row with pictures is as high as
constexpr int MostFitted = 100;                 // columns; those behind them are as wide as columns are
enum Which { First, Newest };
enum Page { TablePage, JsonPage, EmptyPage };

QTableView *makeTable(QSortFilterProxyModel &model, ItemsModel &items, const Theme &theme, const QString &name)
{
    auto *table = new QTableView;
    table->setModel(&model);
    table->setHorizontalHeader(new ProfileHeader(items, theme, table));
    table->setItemDelegate(new RowDelegate(table));
    table->setAccessibleName(name);
    table->setShowGrid(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setWordWrap(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 9);
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setStyleSheet(QStringLiteral("QHeaderView::section { border: 0; }"));
    table->horizontalHeader()->setResizeContentsPrecision(MostMeasured);
    return table;
}

} // namespace

ItemsPane::ItemsPane(const QString &title, const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_title(title)
    , m_heading(makeLabel(title))
    , m_model(new ItemsModel(theme, this))
    , m_filtered(new QSortFilterProxyModel(this))
    , m_table(makeTable(*m_filtered, *m_model, theme, tr("Items: %1").arg(title)))
    , m_json(new QPlainTextEdit)
    , m_count(makeLabel({}, "muted"))
    , m_empty(makeLabel({}, "muted"))
    , m_port(new ChoiceField)
    , m_which(new ChoiceField)
    , m_views(new QStackedWidget)
{
    m_filtered->setSourceModel(m_model);
    m_filtered->setFilterKeyColumn(-1);
    m_filtered->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_json->setReadOnly(true);
    m_json->setFrameShape(QFrame::NoFrame);
    m_json->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_json->setFont(theme.font(FontRole::Code));
    m_json->setAccessibleName(tr("Items as JSON: %1").arg(title));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_port->setAccessibleName(tr("The port whose items are shown: %1").arg(title));
    m_which->setAccessibleName(tr("Which items are shown: %1").arg(title));
    m_which->addItems({tr("first"), tr("newest")});
    m_port->hide();
    m_which->hide();
    for (QWidget *page :
         {static_cast<QWidget *>(m_table), static_cast<QWidget *>(m_json), static_cast<QWidget *>(m_empty)})
        m_views->addWidget(page);
    m_views->setCurrentIndex(EmptyPage);

    auto *row = new QHBoxLayout;
    row->setContentsMargins(12, 4, 8, 4);
    row->setSpacing(8);
    row->addStrut(m_which->sizeHint().height()); // whether there is a choice or not, nothing moves
    m_heading->setFont(theme.font(FontRole::Strong));
    row->addWidget(m_heading);
    row->addWidget(m_count);
    row->addWidget(m_which);
    row->addStretch(1);
    row->addWidget(m_port);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(row);
    layout->addWidget(m_views, 1);

    connect(m_table->horizontalHeader(), &QHeaderView::sectionResized, this, [this](int column, int before, int now) {
        if (!m_isFitting && before > 0 && now > 0)
            m_ownWidths.insert(column);
    });
    connect(m_model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &, const QModelIndex &, const QList<int> &roles) {
                if (roles.contains(Qt::DecorationRole)) // a picture has come
                    fitColumns();
            });
    for (QComboBox *choice : {m_port, m_which})
        connect(choice, &QComboBox::activated, this, [this] {
            showItems();
            Q_EMIT chosen();
        });
}

void ItemsPane::setData(const SideData &data, const ItemsPane *before)
{
    m_data = data;
    m_before = before;
    m_heading->setText(data.title.isEmpty() ? m_title : data.title);
    fillPorts();
    showItems();
}

void ItemsPane::fillPorts()
{
    QStringList names, shown;
    for (const PortData &port : m_data.ports)
        names << port.name;
    for (int i = 0; i < m_port->count(); ++i)
        shown << m_port->itemText(i);
    if (names != shown) {
        const QString current = m_port->currentText();
        m_port->clear();
        m_port->addItems(names);
        m_port->setCurrentIndex(std::max(0, int(names.indexOf(current))));
    }
    m_port->setVisible(names.size() > 1);
}

const std::vector<SampledItem> &ItemsPane::items() const
{
    return m_model->items();
}

void ItemsPane::showItems()
{
    const auto at = size_t(std::max(0, m_port->currentIndex()));
    const PortData none;
    const PortData &port = at < m_data.ports.size() ? m_data.ports[at] : none;
    const bool hasNewest = !port.items.latest.empty();
    m_which->setVisible(hasNewest);
    const std::vector<SampledItem> &items =
        hasNewest && m_which->currentIndex() == Newest ? port.items.latest : port.items.first;
    const Shown wanted{port.items.version, hasNewest ? m_which->currentIndex() : int(First),
                       m_before ? m_before->m_shown.version : 0, m_before ? m_before->m_shown.which : 0};
    // A run that is looked at a few times a second has mostly nothing new to say.
    const bool isNew = wanted != m_shown || port.items.version == 0;
    if (isNew)
        m_model->setItems(items, m_before ? m_before->items() : std::vector<SampledItem>());
    m_shown = wanted;
    showCount(port, items.size());
    if (!isNew)
        return;
    // Higher rows where there are pictures to be seen, and as high as before where there are none.
    const int line = m_table->fontMetrics().height() + 9;
    m_table->verticalHeader()->setDefaultSectionSize(m_model->hasPictures() ? PictureLines * line : line);
    m_table->setIconSize(QSize(2, 1) * (PictureLines * line - 6));
    fitColumns();
    if (items.empty())
        m_empty->setText(m_data.remark.isEmpty() ? tr("No items.") : m_data.remark);
    m_views->setCurrentIndex(items.empty() ? EmptyPage : m_isJson ? JsonPage : TablePage);
    if (m_isJson)
        showJson();
}

void ItemsPane::showCount(const PortData &port, size_t shown)
{
    const bool hasNewest = !port.items.latest.empty();
    QStringList texts;
    if (port.count)
        texts << (*port.count == 1 ? tr("1 item") : tr("%1 items").arg(formatCount(*port.count)));
    if (shown > 0 && (!port.count || *port.count > shown || hasNewest))
        texts << (hasNewest ? tr("%1 shown").arg(formatCount(shown))
                            : tr("the first %1 are shown").arg(formatCount(shown)));
    if (m_model->hasMoreFields())
        texts << tr("%1 of their fields").arg(formatCount(uint64_t(m_model->columnCount())));
    m_count->setText(texts.join(QStringLiteral(" · ")));
}

void ItemsPane::showJson()
{
    QStringList lines;
    for (int row = 0; row < m_filtered->rowCount(); ++row)
        lines << toQString(
            toJson(m_model->items()[size_t(m_filtered->mapToSource(m_filtered->index(row, 0)).row())].item));
    const QString text = lines.join(QLatin1Char('\n'));
    if (text == m_json->toPlainText())
        return;
    const int place = m_json->verticalScrollBar()->value();
    m_json->setPlainText(text);
    m_json->verticalScrollBar()->setValue(place);
}

void ItemsPane::setJson(bool isJson)
{
    m_isJson = isJson;
    m_shown = {};
    showItems();
}

void ItemsPane::setFilter(const QString &text)
{
    m_filtered->setFilterFixedString(text);
    if (m_isJson)
        showJson();
}

QString ItemsPane::copiedText() const
{
    std::set<int> rows;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows())
        rows.insert(index.row());
    if (rows.empty() || m_isJson)
        for (int row = 0; row < m_filtered->rowCount(); ++row)
            rows.insert(row);
    QStringList lines;
    const auto oneLine = [](QString cell) {
        return cell.replace(QLatin1Char('\t'), QLatin1Char(' ')).replace(QLatin1Char('\n'), QLatin1Char(' '));
    };
    if (!m_isJson) {
        QStringList names;
        for (int column = 0; column < m_model->columnCount(); ++column)
            names << oneLine(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        lines << names.join(QLatin1Char('\t'));
    }
    for (const int row : rows) {
        const Value &item = m_model->items()[size_t(m_filtered->mapToSource(m_filtered->index(row, 0)).row())].item;
        if (m_isJson) {
            lines << toQString(toJson(item));
            continue;
        }
        QStringList cells;
        for (int column = 0; column < m_model->columnCount(); ++column) {
            const Value *value =
                item.member(toUtf8(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString()));
            cells << oneLine(value ? toQString(toPlain(*value)) : QString());
        }
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

std::string ItemsPane::exportedText(bool isJson) const
{
    std::vector<const Value *> items;
    for (int row = 0; row < m_filtered->rowCount(); ++row)
        items.push_back(&m_model->items()[size_t(m_filtered->mapToSource(m_filtered->index(row, 0)).row())].item);
    return isJson ? itemsAsJsonLines(items) : itemsAsCsv(items);
}

/// As wide as what is to be seen needs, within limits. During a run, columns grow but never shrink: nothing shall jump.
void ItemsPane::fitColumns()
{
    QStringList titles;
    for (int column = 0; column < m_model->columnCount(); ++column)
        titles << m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    if (titles.isEmpty())
        return;
    const bool isNew = titles != m_fitted;
    if (isNew) {
        m_fitted = titles;
        m_ownWidths.clear();
    }
    const QScopedValueRollback<bool> guard(m_isFitting, true);
    const QAbstractItemView &cells = *m_table; // where its hints are public
    const int digit = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    for (int column = 0; column < std::min(int(titles.size()), MostFitted); ++column) {
        if (m_ownWidths.contains(column))
            continue;
        const int needed =
            std::max(cells.sizeHintForColumn(column), m_table->horizontalHeader()->sectionSizeHint(column));
        const int width = std::clamp(needed + digit, LeastDigits * digit, MostDigits * digit);
        m_table->setColumnWidth(column, isNew ? width : std::max(width, m_table->columnWidth(column)));
    }
    if (isNew)
        showNewFields();
}

/// What the step has added may stand behind fields that fill the width.
void ItemsPane::showNewFields()
{
    for (int column = m_model->columnCount() - 1; column >= 0; --column)
        if (m_model->fate(column) == ItemsModel::Fate::New) {
            m_table->scrollTo(m_filtered->index(0, column));
            return;
        }
}

} // namespace millrace
