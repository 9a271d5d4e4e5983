// SPDX-License-Identifier: MIT
#include "inspector/editors/FieldEditors.h"

#include "data/json/JsonReader.h"
#include "inspector/editors/FieldUndo.h"
#include "steps/Secret.h"
#include "theme/Fields.h"
#include "theme/PlainText.h"
#include "theme/Text.h"

#include <QCompleter>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>

#include <algorithm>

namespace millrace {

namespace {

QStringList namesOf(const SchemaPtr &schema)
{
    QStringList names;
    if (schema)
        for (const Field &field : schema->fields())
            names << toQString(field.name);
    return names;
}

QString textOf(const Value &value)
{
    return toQString(value.isText() ? std::string(value.toText()) : toPlain(value));
}

} // namespace

FieldNameEditor::FieldNameEditor(const Param &param, QWidget *parent) : ParamEditor(parent), m_field(new ChoiceField)
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_field);
    m_field->setEditable(true);
    m_field->setLineEdit(new TextField);
    m_field->setInsertPolicy(QComboBox::NoInsert);
    m_field->lineEdit()->setPlaceholderText(textOf(param.defaultValue));
    const auto tell = [this](const QString &text) { Q_EMIT edited(Value(toUtf8(text))); };
    connect(m_field->lineEdit(), &QLineEdit::textEdited, this, tell);
    connect(m_field, &QComboBox::textActivated, this, tell);
}

void FieldNameEditor::setValue(const Value &value)
{
    if (m_field->currentText() == textOf(value))
        return;
    const QSignalBlocker blocker(m_field->lineEdit());
    m_field->setEditText(textOf(value));
}

void FieldNameEditor::setSurroundings(const ParamSurroundings &surroundings)
{
    const QStringList names = namesOf(surroundings.fields);
    QStringList present;
    for (int i = 0; i < m_field->count(); ++i)
        present << m_field->itemText(i);
    if (names == present)
        return;
    const QString text = m_field->currentText();
    const QSignalBlocker blocker(m_field);
    m_field->clear();
    m_field->addItems(names);
    m_field->setCurrentIndex(int(names.indexOf(text))); // else the first one counts as chosen
    m_field->setEditText(text);
}

QWidget *FieldNameEditor::focusField()
{
    return m_field;
}

FieldNamesEditor::FieldNamesEditor(const Param &param, Theme &theme, QWidget *parent)
    : ParamEditor(parent), m_field(new TextField), m_menu(new QMenu(this))
{
    auto *button = new QToolButton;
    button->setIcon(theme.icon(QStringLiteral("columns")));
    button->setToolTip(tr("The fields that arrive"));
    button->setAccessibleName(tr("Choose among the fields that arrive"));
    button->setMenu(m_menu);
    button->setPopupMode(QToolButton::InstantPopup);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_field);
    layout->addWidget(button);
    m_field->setPlaceholderText(param.isRequired ? tr("names, with commas") : tr("all that fit"));
    connect(m_field, &QLineEdit::textEdited, this, [this] { tell(names()); });
    connect(m_menu, &QMenu::aboutToShow, this, &FieldNamesEditor::fillMenu);
}

QStringList FieldNamesEditor::names() const
{
    QStringList result;
    for (const QString &name : m_field->text().split(QLatin1Char(',')))
        if (!name.trimmed().isEmpty())
            result << name.trimmed();
    return result;
}

void FieldNamesEditor::tell(const QStringList &names)
{
    List list;
    for (const QString &name : names)
        list.emplace_back(toUtf8(name));
    Q_EMIT edited(Value(std::move(list)));
}

void FieldNamesEditor::fillMenu()
{
    m_menu->clear();
    const QStringList chosen = names();
    for (const QString &name : m_known) {
        QAction *action = m_menu->addAction(name);
        action->setToolTip(plainToolTip(name)); // else its text would be
        action->setCheckable(true);
        action->setChecked(chosen.contains(name));
        connect(action, &QAction::toggled, this, [this, name](bool isOn) {
            QStringList now = names();
            if (isOn)
                now << name;
            else
                now.removeAll(name);
            m_field->setText(now.join(QStringLiteral(", ")));
            tell(now);
        });
    }
    if (m_known.isEmpty())
        m_menu->addAction(tr("The fields that arrive are not known yet"))->setEnabled(false);
}

void FieldNamesEditor::setValue(const Value &value)
{
    QStringList wanted;
    if (value.isList())
        for (const Value &name : value.toList())
            wanted << textOf(name);
    if (names() == wanted)
        return;
    const QSignalBlocker blocker(m_field);
    m_field->setText(wanted.join(QStringLiteral(", ")));
}

void FieldNamesEditor::setSurroundings(const ParamSurroundings &surroundings)
{
    m_known = namesOf(surroundings.fields);
}

QWidget *FieldNamesEditor::focusField()
{
    return m_field;
}

TextMapEditor::TextMapEditor(const Param &param, Theme &theme, QWidget *parent)
    : ParamEditor(parent)
    , m_theme(theme)
    , m_name(titleOf(param))
    , m_isOfFields(param.name != "environment")
    , m_holdsSecrets(param.holdsSecrets)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(4);
    addRow();
}

void TextMapEditor::addRow()
{
    const int number = int(m_rows.size());
    auto *remove = new QToolButton;
    remove->setIcon(m_theme.icon(QStringLiteral("close")));
    remove->setIconSize({12, 12});
    remove->setToolTip(tr("Remove"));
    remove->setAccessibleName(tr("Remove row %1").arg(number + 1));
    const Row row{new TextField, new TextField, remove};
    const QString key = m_isOfFields ? tr("field") : tr("variable");
    row.key->setAccessibleName(tr("%1, %2 of row %3").arg(m_name, key).arg(number + 1));
    row.value->setAccessibleName(tr("%1, value of row %2").arg(m_name).arg(number + 1));
    row.key->setPlaceholderText(key);
    auto *completer = new QCompleter(m_known, row.key);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    row.key->setCompleter(completer);
    m_grid->addWidget(row.key, number, 0);
    m_grid->addWidget(row.value, number, 1);
    m_grid->addWidget(row.remove, number, 2);
    m_rows.push_back(row);
    connect(row.key, &QLineEdit::textEdited, this, &TextMapEditor::tell);
    connect(row.value, &QLineEdit::textEdited, this, &TextMapEditor::tell);
    connect(completer, QOverload<const QString &>::of(&QCompleter::activated), this, &TextMapEditor::tell,
            Qt::QueuedConnection);
    connect(remove, &QToolButton::clicked, this, [this, key = row.key, value = row.value] {
        key->clear();
        value->clear();
        Members rest = pairs();
        setValue(Value(rest));
        tell();
    });
}

Members TextMapEditor::pairs() const
{
    Members pairs;
    for (const Row &row : m_rows) {
        const std::string key = toUtf8(row.key->text().trimmed());
        const bool isTwice = std::ranges::any_of(pairs, [&](const auto &pair) { return pair.first == key; });
        if (!key.empty() && !isTwice)
            pairs.emplace_back(key, valueOf(toUtf8(row.value->text())));
    }
    return pairs;
}

/// A reference to a secret is typed, and shown, as it stands in the file.
Value TextMapEditor::valueOf(const std::string &text) const
{
    const auto read = m_holdsSecrets && text.starts_with('{') ? parseJson(text) : Result<Value>(Value());
    return read && secretReferenceOf(*read) ? *read : Value(text);
}

void TextMapEditor::tell()
{
    if (!m_rows.back().key->text().isEmpty())
        addRow();
    for (const Row &row : m_rows)
        if (row.key->text().trimmed().isEmpty())
            setUnapplied(*row.value, {}); // a value without a name is nowhere
        else
            setApplied(*row.value);
    Q_EMIT edited(Value(pairs()));
}

void TextMapEditor::setValue(const Value &value)
{
    const Members wanted = value.isObject() ? value.toObject() : Members();
    if (pairs() == wanted && m_rows.size() > wanted.size())
        return;
    while (m_rows.size() > wanted.size() + 1) {
        const Row row = m_rows.back();
        m_rows.pop_back();
        for (QWidget *widget : {static_cast<QWidget *>(row.key), static_cast<QWidget *>(row.value), row.remove}) {
            m_grid->removeWidget(widget);
            widget->hide();
            widget->deleteLater();
        }
    }
    while (m_rows.size() < wanted.size() + 1)
        addRow();
    for (size_t i = 0; i < wanted.size(); ++i) {
        m_rows[i].key->setText(toQString(wanted[i].first));
        m_rows[i].value->setText(textOf(wanted[i].second));
    }
    m_rows.back().key->clear();
    m_rows.back().value->clear();
}

void TextMapEditor::setSurroundings(const ParamSurroundings &surroundings)
{
    const QStringList names = namesOf(surroundings.fields);
    if (names == m_known || !m_isOfFields)
        return;
    m_known = names;
    for (const Row &row : m_rows) {
        auto *completer = new QCompleter(m_known, row.key);
        completer->setCaseSensitivity(Qt::CaseInsensitive);
        row.key->setCompleter(completer);
        connect(completer, QOverload<const QString &>::of(&QCompleter::activated), this, &TextMapEditor::tell,
                Qt::QueuedConnection);
    }
}

QWidget *TextMapEditor::focusField()
{
    return m_rows.front().key;
}

} // namespace millrace
