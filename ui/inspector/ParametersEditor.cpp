// SPDX-License-Identifier: MIT
#include "inspector/ParametersEditor.h"

#include "data/json/JsonReader.h"
#include "inspector/editors/FormGrid.h"
#include "pipeline/Parameters.h"
#include "theme/Fields.h"
#include "theme/PlainText.h"
#include "theme/Text.h"

#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <optional>

namespace millrace {

namespace {

/// Nothing typed is no default; what is no JSON is meant as text.
std::optional<Value> typedDefault(const QString &text)
{
    if (text.isEmpty())
        return std::nullopt;
    const auto value = parseJson(toUtf8(text));
    return value ? *value : Value(toUtf8(text));
}

/// What typedDefault() reads as that value again: a text in quotes only where it needs them.
QString shownDefault(const std::optional<Value> &value)
{
    if (!value)
        return {};
    const bool isPlain = value->isText() && !value->toText().empty() && !parseJson(value->toText());
    return toQString(isPlain ? std::string(value->toText()) : toJson(*value));
}

} // namespace

ParametersEditor::ParametersEditor(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout)
    , m_fault(makeLabel({}, "problem"))
    , m_add(new QPushButton(tr("Add a parameter")))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(4);
    m_grid->setColumnStretch(0, 2);
    m_grid->setColumnStretch(1, 3);
    m_fault->setWordWrap(true);
    m_fault->hide();
    m_add->setToolTip(tr("A value that steps use as ${name}, and that millrace run --param name=value sets."));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(m_grid);
    layout->addWidget(m_fault);
    layout->addWidget(m_add);
    connect(m_add, &QPushButton::clicked, this, [this] { add(); });
}

void ParametersEditor::addRow()
{
    const size_t index = m_rows.size();
    const Row row{new TextField, new TextField, new QToolButton};
    row.name->setAccessibleName(tr("Name of parameter %1").arg(index + 1));
    row.value->setAccessibleName(tr("Default of parameter %1").arg(index + 1));
    row.value->setPlaceholderText(tr("none: each call gives it"));
    row.remove->setText(tr("Remove"));
    row.remove->setAccessibleName(tr("Remove parameter %1").arg(index + 1));
    row.remove->setFocusPolicy(Qt::TabFocus);
    m_grid->addWidget(row.name, int(index), 0);
    m_grid->addWidget(row.value, int(index), 1);
    m_grid->addWidget(row.remove, int(index), 2);
    for (QWidget *widget :
         {static_cast<QWidget *>(row.name), static_cast<QWidget *>(row.value), static_cast<QWidget *>(row.remove)})
        widget->show(); // now, for the keyboard is to go there
    setTabOrder(stopBefore(), row.name);
    setTabOrder(row.name, row.value);
    setTabOrder(row.value, row.remove);
    m_rows.push_back(row);
    connect(row.name, &QLineEdit::textEdited, this, [this, index] { readName(index); });
    connect(row.value, &QLineEdit::textEdited, this, [this, index] { readValue(index); });
    connect(row.remove, &QToolButton::clicked, this, [this, index] { remove(index); });
}

/// What Tab comes by before the button, in whose place a new row comes: from above to below.
QWidget *ParametersEditor::stopBefore() const
{
    QWidget *before = m_add->previousInFocusChain();
    while (before != m_add && !(before->focusPolicy() & Qt::TabFocus))
        before = before->previousInFocusChain();
    return before;
}

void ParametersEditor::setRowCount(size_t count)
{
    while (m_rows.size() > count) {
        for (QWidget *widget : {static_cast<QWidget *>(m_rows.back().name), static_cast<QWidget *>(m_rows.back().value),
                                static_cast<QWidget *>(m_rows.back().remove)}) {
            widget->hide();
            widget->deleteLater();
        }
        m_rows.pop_back();
    }
    while (m_rows.size() < count)
        addRow();
}

void ParametersEditor::show(const Parameters &parameters)
{
    m_parameters = parameters;
    setRowCount(parameters.size());
    for (size_t i = 0; i < m_rows.size(); ++i) {
        const Row &row = m_rows[i];
        const PipelineParameter &parameter = parameters[i];
        // What is half typed stays while the hand is on it.
        if (!row.name->hasFocus() || !row.name->property("wrong").toBool()) {
            showText(*row.name, toQString(parameter.name));
            setStyleFlag(*row.name, "wrong", false);
        }
        if (typedDefault(row.value->text()) != parameter.initial)
            showText(*row.value, shownDefault(parameter.initial));
        row.name->setToolTip(plainToolTip(toQString(parameter.help)));
    }
    const auto isWrong = [](const Row &row) { return row.name->property("wrong").toBool(); };
    if (std::ranges::none_of(m_rows, isWrong))
        showProblem(*m_fault, {});
}

std::string ParametersEditor::freeName() const
{
    for (size_t number = 1;; ++number) {
        std::string name = number == 1 ? "parameter" : "parameter" + std::to_string(number);
        if (std::ranges::find(m_parameters, name, &PipelineParameter::name) == m_parameters.end())
            return name;
    }
}

void ParametersEditor::add()
{
    const std::string name = freeName();
    Q_EMIT edited(tr("Add a parameter"), {}, [name](Parameters &parameters) {
        parameters.push_back({name, Value(""), {}});
    });
    if (!m_rows.empty()) {
        m_rows.back().name->setFocus();
        m_rows.back().name->selectAll();
    }
}

void ParametersEditor::remove(size_t index)
{
    Q_EMIT edited(tr("Remove a parameter"), {}, [index](Parameters &parameters) {
        if (index < parameters.size())
            parameters.erase(parameters.begin() + ptrdiff_t(index));
    });
}

void ParametersEditor::readName(size_t index)
{
    const std::string name = toUtf8(m_rows[index].name->text());
    bool isTaken = false;
    for (size_t i = 0; i < m_parameters.size(); ++i)
        isTaken = isTaken || (i != index && m_parameters[i].name == name);
    const bool isFitting = isParameterName(name) && !isTaken;
    setStyleFlag(*m_rows[index].name, "wrong", !isFitting);
    showProblem(*m_fault, isFitting ? QString()
                          : isTaken ? tr("Another parameter has that name; nothing is changed so far.")
                                    : tr("A name has letters, digits, _ and - and begins with a letter; nothing is "
                                         "changed so far."));
    if (!isFitting)
        return;
    Q_EMIT edited(tr("Rename a parameter"), QStringLiteral("parameterName%1").arg(index),
                  [index, name](Parameters &parameters) {
                      if (index < parameters.size())
                          parameters[index].name = name;
                  });
}

void ParametersEditor::readValue(size_t index)
{
    const auto value = typedDefault(m_rows[index].value->text());
    Q_EMIT edited(tr("Change a parameter"), QStringLiteral("parameterValue%1").arg(index),
                  [index, value](Parameters &parameters) {
                      if (index < parameters.size())
                          parameters[index].initial = value;
                  });
}

} // namespace millrace
