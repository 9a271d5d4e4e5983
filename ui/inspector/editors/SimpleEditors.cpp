// SPDX-License-Identifier: MIT
#include "inspector/editors/SimpleEditors.h"

#include "data/json/JsonReader.h"
#include "inspector/editors/FormGrid.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

QHBoxLayout *rowLayout(QWidget *widget)
{
    auto *layout = new QHBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    return layout;
}

/// Texts as they are; whatever else stands in the file, as JSON.
QString shown(const Value &value)
{
    return toQString(value.isText() ? std::string(value.toText()) : value.isNull() ? std::string() : toJson(value));
}

} // namespace

TextEditor::TextEditor(const Param &param, QWidget *parent) : ParamEditor(parent), m_field(new TextField)
{
    rowLayout(this)->addWidget(m_field);
    m_field->setPlaceholderText(shown(param.defaultValue));
    connect(m_field, &QLineEdit::textEdited, this, [this](const QString &text) { Q_EMIT edited(Value(toUtf8(text))); });
}

void TextEditor::setValue(const Value &value)
{
    showText(*m_field, shown(value));
}

QWidget *TextEditor::focusField()
{
    return m_field;
}

NumberEditor::NumberEditor(const Param &param, QWidget *parent)
    : ParamEditor(parent)
    , m_isInteger(param.kind == ParamKind::Integer)
    , m_isRequired(param.isRequired)
    , m_field(new NumberField)
{
    constexpr double Largest = 9007199254740992; // up to here, reals tell all integers apart
    rowLayout(this)->addWidget(m_field);
    if (m_isInteger) {
        m_field->setDecimals(0);
        m_field->setStepType(QAbstractSpinBox::DefaultStepType);
    }
    m_field->setRange(std::max(param.minimum, -Largest), std::min(param.maximum, Largest));
    if (!param.unit.empty())
        m_field->setSuffix(QLatin1Char(' ') + toQString(param.unit));
    const auto tell = [this](double value) {
        const bool isWhole = m_isInteger || value == std::floor(value);
        Q_EMIT edited(isWhole ? Value(int64_t(value)) : Value(value));
    };
    connect(m_field, &QDoubleSpinBox::valueChanged, this, tell);
    connect(m_field, &NumberField::filled, this, tell);
}

void NumberEditor::setValue(const Value &value)
{
    const double wanted = value.isNumber() ? value.toReal() : 0;
    const bool isBlank = m_isRequired && value.isNull();
    if (m_field->hasFocus() && m_field->value() == wanted && m_field->isBlank() == isBlank)
        return; // "1." while it is typed
    const QSignalBlocker blocker(m_field);
    m_field->setBlank(isBlank);
    m_field->setValue(wanted);
}

QWidget *NumberEditor::focusField()
{
    return m_field;
}

BooleanEditor::BooleanEditor(const Param &, QWidget *parent) : ParamEditor(parent), m_field(new TickField)
{
    rowLayout(this)->addWidget(m_field);
    connect(m_field, &QCheckBox::toggled, this, [this](bool isOn) { Q_EMIT edited(Value(isOn)); });
}

void BooleanEditor::setValue(const Value &value)
{
    const QSignalBlocker blocker(m_field);
    m_field->setChecked(value.isBoolean() && value.toBoolean());
}

QWidget *BooleanEditor::focusField()
{
    return m_field;
}

ChoiceEditor::ChoiceEditor(const Param &param, QWidget *parent) : ParamEditor(parent), m_field(new ChoiceField)
{
    rowLayout(this)->addWidget(m_field);
    for (const std::string &choice : param.choices)
        m_field->addItem(toQString(choice));
    connect(m_field, &QComboBox::textActivated, this,
            [this](const QString &text) { Q_EMIT edited(Value(toUtf8(text))); });
}

void ChoiceEditor::setValue(const Value &value)
{
    m_field->setCurrentIndex(m_field->findText(shown(value)));
}

QWidget *ChoiceEditor::focusField()
{
    return m_field;
}

PathEditor::PathEditor(const Param &param, Theme &theme, QWidget *parent)
    : ParamEditor(parent), m_kind(param.kind), m_field(new TextField(Qt::ElideLeft))
{
    auto *button = new QToolButton;
    button->setIcon(theme.icon(QStringLiteral("folder")));
    button->setAccessibleName(tr("Choose %1").arg(titleOf(param)));
    button->setToolTip(tr("Choose…"));
    auto *layout = rowLayout(this);
    layout->addWidget(m_field);
    layout->addWidget(button);
    connect(m_field, &QLineEdit::textEdited, this, [this](const QString &text) { Q_EMIT edited(Value(toUtf8(text))); });
    connect(button, &QToolButton::clicked, this, &PathEditor::browse);
}

void PathEditor::setValue(const Value &value)
{
    showText(*m_field, shown(value));
}

void PathEditor::setSurroundings(const ParamSurroundings &surroundings)
{
    m_folder = toQString(surroundings.folder);
}

QWidget *PathEditor::focusField()
{
    return m_field;
}

void PathEditor::browse()
{
    const QDir folder(m_folder.isEmpty() ? QDir::currentPath() : m_folder);
    const QString now = folder.absoluteFilePath(m_field->text());
    QString path;
    if (m_kind == ParamKind::Folder)
        path = QFileDialog::getExistingDirectory(this, tr("Choose a folder"), now);
    else if (m_kind == ParamKind::OutputFile)
        path = QFileDialog::getSaveFileName(this, tr("Choose where to write"), now, {}, nullptr,
                                            QFileDialog::DontConfirmOverwrite);
    else
        path = QFileDialog::getOpenFileName(this, tr("Choose a file"), now);
    if (path.isEmpty())
        return;
    const QString relative = folder.relativeFilePath(path);
    if (!m_folder.isEmpty() && !relative.startsWith(QLatin1String("..")))
        path = relative;
    showText(*m_field, path);
    Q_EMIT edited(Value(toUtf8(path)));
    if (m_kind == ParamKind::InputFile)
        Q_EMIT fileChosen();
}

JsonEditor::JsonEditor(const Param &param, QWidget *parent) : ParamEditor(parent), m_field(new TextField)
{
    rowLayout(this)->addWidget(m_field);
    m_field->setProperty("code", true);
    m_field->setPlaceholderText(param.name == "command" ? tr("e.g. python3 prices.py")
                                                        : tr("JSON, e.g. 1, \"text\", [1, 2]"));
    connect(m_field, &QLineEdit::textEdited, this, [this](const QString &text) {
        // What is no JSON is meant as text: quotes may be left out.
        const auto value = parseJson(toUtf8(text));
        Q_EMIT edited(text.isEmpty() ? Value() : value ? *value : Value(toUtf8(text)));
    });
}

void JsonEditor::setValue(const Value &value)
{
    const auto typed = parseJson(toUtf8(m_field->text()));
    if (m_field->hasFocus()
        && ((typed && *typed == value) || (value.isText() && toQString(value.toText()) == m_field->text())))
        return;
    showText(*m_field, value.isNull() ? QString() : toQString(toJson(value)));
}

QWidget *JsonEditor::focusField()
{
    return m_field;
}

} // namespace millrace
