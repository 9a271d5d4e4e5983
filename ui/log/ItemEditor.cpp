// SPDX-License-Identifier: MIT
#include "log/ItemEditor.h"

#include "data/json/JsonReader.h"
#include "log/RecordPane.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace millrace {

namespace {

constexpr int LineWidth = 60; // characters

/// One member a line, so that a value is found at once.
QString editableJson(const Value &item)
{
    if (!item.isObject())
        return laidOutJson(item, LineWidth);
    QStringList members;
    for (const auto &[name, value] : item.toObject())
        members << QStringLiteral("  %1: %2").arg(toQString(toJson(Value(name))), toQString(toJson(value)));
    return QStringLiteral("{\n%1\n}").arg(members.join(QStringLiteral(",\n")));
}

} // namespace

ItemEditor::ItemEditor(Theme &theme, const Value &item, const QString &why, QWidget *window)
    : QDialog(window, Qt::Sheet)
    , m_text(new QPlainTextEdit)
    , m_problem(makeLabel({}, "problem"))
    , m_try(new QPushButton(tr("Try it")))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setWindowTitle(tr("Change the item and try it"));
    setMinimumWidth(int(440 * theme.fontScale()));
    const QString json = editableJson(item);
    // What JSON has no type for keeps its value as long as its text is not changed: both sides are read from text.
    if (auto parsed = parseJson(toUtf8(json)))
        m_before = *std::move(parsed);
    m_text->setPlainText(json);
    m_text->setFont(theme.font(FontRole::Code));
    m_text->setAccessibleName(tr("The item's data, as JSON"));
    m_text->setTabChangesFocus(true);
    m_text->setMinimumHeight(int(160 * theme.fontScale()));
    auto *reason = makeLabel(why);
    reason->setWordWrap(true);
    auto *hint = makeLabel(
        tr("It is tried from the step on that it failed at, and what comes out is added to the results."), "muted");
    hint->setWordWrap(true);
    m_problem->setWordWrap(true);
    auto *cancel = new QPushButton(tr("Cancel"));
    m_try->setObjectName(QStringLiteral("try"));
    setStyleFlag(*m_try, "primary", true);
    m_try->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_try);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(10);
    column->addWidget(reason);
    column->addWidget(m_text, 1);
    column->addWidget(m_problem);
    column->addWidget(hint);
    column->addLayout(buttons);
    connect(m_text, &QPlainTextEdit::textChanged, this, &ItemEditor::check);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_try, &QPushButton::clicked, this, &QDialog::accept);
    connect(this, &QDialog::accepted, this, [this] { Q_EMIT tryWanted({m_before, m_after}); });
    check();
    m_text->setFocus();
}

void ItemEditor::check()
{
    auto parsed = parseJson(toUtf8(m_text->toPlainText()));
    const bool isRight = parsed && parsed->isObject() == m_before.isObject();
    m_try->setEnabled(isRight);
    m_problem->setVisible(!isRight);
    if (isRight)
        m_after = *std::move(parsed);
    else
        m_problem->setText(parsed ? tr("The item is an object: its fields stand between { and }.")
                                  : toQString(parsed.error().message));
}

} // namespace millrace
