// SPDX-License-Identifier: MIT
#include "inspector/WorkerArgumentsEditor.h"

#include "data/json/JsonReader.h"
#include "inspector/editors/FieldUndo.h"
#include "inspector/editors/FormGrid.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

namespace {

constexpr size_t MostRows = 64;

QString shown(const Members &members)
{
    return members.empty() ? QString() : toQString(toJson(Value(members)));
}

} // namespace

WorkerArgumentsEditor::WorkerArgumentsEditor(QWidget *parent)
    : QWidget(parent)
    , m_unfold(new QPushButton(tr("Settings for single workers…")))
    , m_grid(new QGridLayout)
    , m_fault(makeLabel({}, "problem"))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(4);
    m_grid->setColumnStretch(1, 1);
    m_fault->setWordWrap(true);
    m_fault->hide();
    m_unfold->setToolTip(tr("Lets each worker have other values than the step, e.g. another address."));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_unfold);
    layout->addLayout(m_grid);
    layout->addWidget(m_fault);
    connect(m_unfold, &QPushButton::clicked, this, [this] {
        m_isUnfolded = true;
        showRows();
        m_rows.front().field->setFocus();
    });
}

void WorkerArgumentsEditor::setExample(const QString &example)
{
    m_example = example;
}

void WorkerArgumentsEditor::setRowCount(size_t count)
{
    while (m_rows.size() > count) {
        m_rows.back().label->deleteLater();
        m_rows.back().field->hide();
        m_rows.back().field->deleteLater();
        m_rows.pop_back();
    }
    while (m_rows.size() < count) {
        const size_t index = m_rows.size();
        const Row row{makeLabel(QString::number(index + 1), "small"), new TextField};
        row.field->setProperty("code", true);
        row.field->setAccessibleName(tr("Settings of worker %1, as JSON").arg(index + 1));
        m_grid->addWidget(row.label, int(index), 0);
        m_grid->addWidget(row.field, int(index), 1);
        m_rows.push_back(row);
        connect(row.field, &QLineEdit::textEdited, this, [this, index] { read(index); });
    }
    m_rows.front().field->setPlaceholderText(m_example.isEmpty() ? QString() : tr("e.g. %1").arg(m_example));
}

void WorkerArgumentsEditor::showRows()
{
    const bool isOpen = m_isUnfolded || !m_arguments.empty();
    m_unfold->setVisible(!isOpen);
    for (const Row &row : m_rows) {
        row.label->setVisible(isOpen);
        row.field->setVisible(isOpen);
    }
}

void WorkerArgumentsEditor::setArguments(const std::vector<Members> &arguments, int workers)
{
    setRowCount(std::min(MostRows, std::max(arguments.size(), size_t(std::max(1, workers)))));
    m_arguments = arguments;
    for (size_t i = 0; i < m_rows.size(); ++i) {
        const Members wanted = i < arguments.size() ? arguments[i] : Members();
        const auto typed = parseJson(toUtf8(m_rows[i].field->text()));
        const bool isSame = typed ? *typed == Value(wanted) : wanted.empty() && m_rows[i].field->text().isEmpty();
        // What is half typed stays while the hand is on it.
        if (isSame || (m_rows[i].field->hasFocus() && m_rows[i].field->property("wrong").toBool()))
            continue;
        m_rows[i].field->setText(shown(wanted));
        setStyleFlag(*m_rows[i].field, "wrong", false);
        setApplied(*m_rows[i].field);
        showProblem(*m_fault, {});
    }
    showRows();
}

void WorkerArgumentsEditor::read(size_t row)
{
    const QString text = m_rows[row].field->text().trimmed();
    const auto value = parseJson(toUtf8(text));
    const bool isFitting = text.isEmpty() || (value && value->isObject());
    setStyleFlag(*m_rows[row].field, "wrong", !isFitting);
    const QString example = m_example.isEmpty() ? QString() : tr(", e.g. %1").arg(m_example);
    showProblem(*m_fault,
                isFitting
                    ? QString()
                    : tr("Worker %1: write a JSON object%2; nothing is changed so far.").arg(row + 1).arg(example));
    if (!isFitting) {
        setUnapplied(*m_rows[row].field, row < m_arguments.size() ? shown(m_arguments[row]) : QString());
        return;
    }
    setApplied(*m_rows[row].field);
    std::vector<Members> arguments = m_arguments;
    arguments.resize(std::max(arguments.size(), row + 1));
    arguments[row] = text.isEmpty() ? Members() : value->toObject();
    while (!arguments.empty() && arguments.back().empty())
        arguments.pop_back();
    m_isUnfolded = true;
    m_arguments = arguments;
    Q_EMIT edited(arguments);
}

} // namespace millrace
