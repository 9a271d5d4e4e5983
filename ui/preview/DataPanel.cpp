// SPDX-License-Identifier: MIT
#include "preview/DataPanel.h"

#include "preview/ItemsModel.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QHeaderView>
#include <QScopedValueRollback>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

namespace {

constexpr int LeastDigits = 6, MostDigits = 45; // of a column's width
constexpr int MostMeasured = 20;                // rows that its width is found from

} // namespace

DataPanel::DataPanel(QWidget *parent)
    : QWidget(parent)
    , m_model(new ItemsModel(this))
    , m_table(new QTableView)
    , m_step(new ChoiceField(this))
    , m_empty(makeLabel(
          tr("A “View” step keeps the last items that pass through it; they are shown here during a run."), "muted"))
{
    setObjectName(QStringLiteral("bottomPanel"));
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Items that passed"));
    m_table->setShowGrid(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setWordWrap(false);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 9);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setResizeContentsPrecision(MostMeasured);
    connect(m_table->horizontalHeader(), &QHeaderView::sectionResized, this, [this](int column, int before, int now) {
        if (!m_isFitting && before > 0 && now > 0)
            m_ownWidths.insert(column);
    });
    m_step->setAccessibleName(tr("The step whose items are shown"));
    m_step->setMinimumContentsLength(12);
    m_step->hide(); // until there is something to choose
    m_empty->setAlignment(Qt::AlignCenter);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_table);
    layout->addWidget(m_empty, 1);
    m_table->hide();
    connect(m_step, &QComboBox::activated, this, &DataPanel::stepChosen);
}

QWidget *DataPanel::chooser() const
{
    return m_step;
}

void DataPanel::setSteps(const std::vector<std::pair<std::string, QString>> &steps)
{
    const bool isSame =
        m_step->count() == int(steps.size()) && std::ranges::all_of(steps, [&, i = 0](const auto &step) mutable {
            return m_step->itemData(i).toString() == toQString(step.first) && m_step->itemText(i++) == step.second;
        });
    if (isSame)
        return;
    const QVariant current = m_step->currentData();
    m_step->clear();
    for (const auto &[id, name] : steps)
        m_step->addItem(name, toQString(id));
    m_step->setCurrentIndex(std::max(0, m_step->findData(current)));
    m_step->setVisible(m_step->count() > 0);
}

std::string DataPanel::currentStep() const
{
    return toUtf8(m_step->currentData().toString());
}

void DataPanel::showStep(const std::string &step)
{
    if (const int index = m_step->findData(toQString(step)); index >= 0)
        m_step->setCurrentIndex(index);
}

void DataPanel::setItems(std::vector<Value> items)
{
    m_table->setVisible(!items.empty());
    m_empty->setVisible(items.empty());
    m_model->setItems(std::move(items));
    fitColumns();
}

/// As wide as what is to be seen needs, within limits. During a run, columns grow but never shrink: nothing shall jump.
void DataPanel::fitColumns()
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
    for (int column = 0; column < titles.size(); ++column) {
        if (m_ownWidths.contains(column))
            continue;
        const int needed =
            std::max(cells.sizeHintForColumn(column), m_table->horizontalHeader()->sectionSizeHint(column));
        const int width = std::clamp(needed + digit, LeastDigits * digit, MostDigits * digit);
        m_table->setColumnWidth(column, isNew ? width : std::max(width, m_table->columnWidth(column)));
    }
}

} // namespace millrace
