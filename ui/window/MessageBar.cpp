// SPDX-License-Identifier: MIT
#include "window/MessageBar.h"

#include "theme/Fields.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace millrace {

MessageBar::MessageBar(Theme &theme, QWidget *parent)
    : QFrame(parent), m_theme(theme), m_text(makeLabel()), m_buttons(new QHBoxLayout)
{
    setObjectName(QStringLiteral("messageBar"));
    setAccessibleName(tr("Message"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *close = new QToolButton;
    close->setIcon(theme.icon(QStringLiteral("close")));
    close->setIconSize({14, 14});
    close->setAccessibleName(tr("Close this message"));
    close->setToolTip(tr("Close"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 6, 8, 6);
    layout->addWidget(m_text, 1);
    m_buttons->setSpacing(6);
    layout->addLayout(m_buttons);
    layout->addWidget(close);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(&theme, &Theme::changed, this, &MessageBar::restyle);
    QFrame::hide();
}

void MessageBar::restyle()
{
    const Colors &colors = m_theme.colors();
    const QColor color = m_kind == Kind::Error ? colors.bad : m_kind == Kind::Warning ? colors.warn : colors.accent;
    setStyleSheet(
        QStringLiteral(
            "#messageBar { background: %1; border: 0; border-left: 3px solid %2; border-bottom: 1px solid %3; }")
            .arg(colors.field.name(), color.name(), colors.line.name()));
}

void MessageBar::show(Kind kind, const QString &sentence, std::vector<Answer> answers)
{
    m_kind = kind;
    m_text->setText(sentence);
    while (QLayoutItem *item = m_buttons->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    QWidget *before = m_text; // Tab comes by the answers before the cross
    for (Answer &answer : answers) {
        auto *button = new QPushButton(answer.text);
        connect(button, &QPushButton::clicked, this, [this, act = std::move(answer.act)] {
            hide();
            act();
        });
        m_buttons->addWidget(button);
        setTabOrder(before, button);
        before = button;
    }
    restyle();
    QFrame::show();
}

void MessageBar::show(Kind kind, const QString &sentence, const QString &action, std::function<void()> answer)
{
    std::vector<Answer> answers;
    if (!action.isEmpty())
        answers.push_back({action, std::move(answer)});
    show(kind, sentence, std::move(answers));
}

QString MessageBar::sentence() const
{
    return m_text->text();
}

} // namespace millrace
