// SPDX-License-Identifier: MIT
#include "inspector/BatchingRows.h"

#include "data/json/JsonReader.h"
#include "inspector/editors/FormGrid.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QLineEdit>

#include <algorithm>
#include <limits>

namespace millrace {

namespace {

/// What is no JSON is meant as text: quotes may be left out.
Value typedValue(const QString &text)
{
    const auto value = parseJson(toUtf8(text));
    return text.isEmpty() ? Value() : value ? *value : Value(toUtf8(text));
}

void showValue(QLineEdit &field, const Value &value)
{
    if (typedValue(field.text()) == value)
        return;
    const QSignalBlocker blocker(field);
    field.setText(value.isNull() ? QString() : toQString(toJson(value)));
}

} // namespace

BatchingRows::BatchingRows(FormGrid *grid)
    : QObject(grid), m_grid(grid), m_size(new IntegerField), m_incomplete(new ChoiceField)
{
    m_size->setRange(1, std::numeric_limits<int>::max());
    m_size->setSuffix(tr(" items"));
    m_size->setAccessibleName(tr("Batch size in items"));
    m_incomplete->addItem(tr("Keep as it is"), int(Batching::Incomplete::Keep));
    m_incomplete->addItem(tr("Drop"), int(Batching::Incomplete::Drop));
    m_incomplete->addItem(tr("Fill up"), int(Batching::Incomplete::Pad));
    m_incomplete->setAccessibleName(tr("What becomes of an incomplete last batch"));
    grid->addRow(tr("Batch size"), m_size, tr("How many items travel together. Queues count batches."));
    grid->addRow(tr("Last batch"), m_incomplete, tr("What becomes of a last batch that has fewer items."));
    m_padInputs = addPadRow(tr("Fill inputs with"), tr("What the data inputs of added items hold, as JSON"),
                            tr("What the data inputs of added items hold: a number, a text, null, any JSON."));
    m_padOutputs = addPadRow(tr("Fill outputs with"), tr("What the expected outputs of added items hold, as JSON"),
                             tr("What the expected outputs of added items hold: a number, a text, null, any JSON."));
    connectFields();
    show({});
}

QLineEdit *BatchingRows::addPadRow(const QString &label, const QString &name, const QString &toolTip)
{
    auto *field = new TextField;
    field->setProperty("code", true);
    field->setPlaceholderText(QStringLiteral("null"));
    field->setAccessibleName(name);
    m_grid->addRow(label, field, toolTip);
    return field;
}

void BatchingRows::connectFields()
{
    connect(m_size, &QSpinBox::valueChanged, this, [this](int size) {
        Q_EMIT edited(tr("Change the batch size"), QStringLiteral("batchSize"),
                      [size](Batching &batching) { batching.size = size; });
    });
    connect(m_incomplete, &QComboBox::activated, this, [this] {
        const auto incomplete = Batching::Incomplete(m_incomplete->currentData().toInt());
        Q_EMIT edited(tr("Change the last batch"), {},
                      [incomplete](Batching &batching) { batching.incomplete = incomplete; });
    });
    connectPad(m_padInputs, QStringLiteral("padDataInputs"), &Batching::padDataInputs);
    connectPad(m_padOutputs, QStringLiteral("padExpectedOutputs"), &Batching::padExpectedOutputs);
}

void BatchingRows::connectPad(QLineEdit *field, const QString &key, Value Batching::*member)
{
    connect(field, &QLineEdit::textEdited, this, [this, key, member](const QString &text) {
        Q_EMIT edited(tr("Change what fills the last batch"), key,
                      [member, value = typedValue(text)](Batching &batching) { batching.*member = value; });
    });
}

void BatchingRows::show(const Batching &batching)
{
    const QSignalBlocker blocker(m_size);
    m_size->setValue(int(std::clamp<int64_t>(batching.size, 1, std::numeric_limits<int>::max())));
    m_incomplete->setCurrentIndex(m_incomplete->findData(int(batching.incomplete)));
    showValue(*m_padInputs, batching.padDataInputs);
    showValue(*m_padOutputs, batching.padExpectedOutputs);
    m_pads = batching.incomplete == Batching::Incomplete::Pad;
    setVisible(m_isVisible);
}

void BatchingRows::setVisible(bool isVisible)
{
    m_isVisible = isVisible;
    m_grid->setRowVisible(m_size, isVisible);
    m_grid->setRowVisible(m_incomplete, isVisible);
    m_grid->setRowVisible(m_padInputs, isVisible && m_pads);
    m_grid->setRowVisible(m_padOutputs, isVisible && m_pads);
}

} // namespace millrace
