// SPDX-License-Identifier: MIT
#include "window/TopBar.h"

#include "commands/Actions.h"
#include "monitor/RunProgress.h"
#include "theme/Fields.h"
#include "theme/PlainText.h"

#include <QAction>
#include <QHBoxLayout>
#include <QPushButton>

#include <algorithm>

namespace millrace {

namespace {

/// The action's text without its mnemonic and dots.
QString plainText(const QAction &action)
{
    return action.text().remove(QLatin1Char('&')).remove(QChar(0x2026));
}

/// A button's icon on the accent colour is drawn in that colour's ink: Qt asks for it by mode.
void setPrimary(QPushButton &button, bool isPrimary, const QAction &action)
{
    QIcon icon = action.icon();
    if (isPrimary) {
        QIcon light;
        light.addPixmap(icon.pixmap(QSize(32, 32), QIcon::Selected));
        icon = light;
    }
    button.setIcon(icon);
    setStyleFlag(button, "primary", isPrimary);
}

void keepRoomFor(QPushButton &button, const QString &longest)
{
    button.ensurePolished();
    const QFontMetrics metrics = button.fontMetrics();
    const int more = metrics.horizontalAdvance(longest) - metrics.horizontalAdvance(button.text());
    button.setMinimumWidth(button.sizeHint().width() + std::max(more, 0));
}

} // namespace

TopBar::TopBar(Actions &actions, Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_run(nullptr)
    , m_pause(nullptr)
    , m_progress(new RunProgress(theme))
    , m_cpu(makeLabel({}, "muted"))
{
    setObjectName(QStringLiteral("toolBar"));
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 7, 12, 7);
    layout->setSpacing(8);
    m_run = addButton(actions["run.start"], true);
    m_pause = addButton(actions["run.pause"], true);
    QPushButton *stop = addButton(actions["run.stop"], true);
    // What follows stays where it is when they say something longer.
    keepRoomFor(*m_pause, tr("Resume"));
    keepRoomFor(*stop, tr("Stop now"));
    addLine();
    addButton(actions["edit.undo"], false);
    addButton(actions["edit.redo"], false);
    m_runLine = addLine();
    m_runLine->hide();
    layout->addWidget(m_progress, 1);
    // Part of what is said of a run that is over.
    m_save = actions["run.savePage"];
    m_page = addButton(m_save, true);
    connect(m_save, &QAction::changed, this, &TopBar::showPage);
    showPage();
    m_cpu->setContentsMargins(8, 0, 0, 0);
    layout->addWidget(m_cpu);
    connect(&theme, &Theme::changed, this, [this, &actions] {
        setPrimary(*m_run, m_run->property("primary").toBool(), *actions["run.start"]);
        setPrimary(*m_pause, m_pause->property("primary").toBool(), *actions["run.pause"]);
    });
    m_run->setProperty("action", QVariant::fromValue<QObject *>(actions["run.start"]));
    m_pause->setProperty("action", QVariant::fromValue<QObject *>(actions["run.pause"]));
    setHighlight(Highlight::Run);
}

QPushButton *TopBar::addButton(QAction *action, bool hasText)
{
    auto *button = new QPushButton;
    button->setFocusPolicy(Qt::TabFocus);
    const auto follow = [button, action, hasText] {
        const QString text = plainText(*action);
        const QString key = action->shortcut().toString(QKeySequence::NativeText);
        button->setText(hasText ? text : QString());
        button->setAccessibleName(text);
        button->setToolTip(plainToolTip(key.isEmpty() ? text : QStringLiteral("%1 (%2)").arg(text, key)));
        button->setEnabled(action->isEnabled());
        if (!button->property("primary").toBool())
            button->setIcon(action->icon());
    };
    connect(action, &QAction::changed, button, follow);
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    follow();
    layout()->addWidget(button);
    return button;
}

QWidget *TopBar::addLine()
{
    auto *line = new QFrame;
    line->setFixedSize(1, 20);
    line->setStyleSheet(QStringLiteral("background: palette(mid);"));
    layout()->addWidget(line);
    return line;
}

/// Where there is little room, what was counted is worth more than a word on the button.
void TopBar::showPage()
{
    constexpr int LeastForWords = 1180;
    m_page->setVisible(m_save->isEnabled());
    m_page->setText(width() < LeastForWords ? QString() : plainText(*m_save));
}

void TopBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    showPage();
}

void TopBar::setCpu(const QString &text)
{
    m_cpu->setText(text);
    m_runLine->setVisible(!text.isEmpty());
}

void TopBar::setHighlight(Highlight highlight)
{
    const auto actionOf = [](QPushButton *button) {
        return qobject_cast<QAction *>(button->property("action").value<QObject *>());
    };
    setPrimary(*m_run, highlight == Highlight::Run, *actionOf(m_run));
    setPrimary(*m_pause, highlight == Highlight::Pause, *actionOf(m_pause));
}

} // namespace millrace
