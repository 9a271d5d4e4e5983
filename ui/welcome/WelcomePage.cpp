// SPDX-License-Identifier: MIT
#include "welcome/WelcomePage.h"

#include "theme/Fields.h"
#include "theme/PlainText.h"

#include <QDir>
#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

namespace {

constexpr int Margin = 28, Gap = 14, MostRecent = 5;

} // namespace

WelcomePage::WelcomePage(Theme &theme, QWidget *parent)
    : QScrollArea(parent)
    , m_theme(theme)
    , m_new(new QPushButton(theme.icon(QStringLiteral("new")), tr("New pipeline")))
    , m_open(new QPushButton(theme.icon(QStringLiteral("open")), tr("Open…")))
    , m_recentHeading(makeHeading(tr("Recent")))
    , m_recent(new QVBoxLayout)
    , m_grid(new QGridLayout)
{
    setObjectName(QStringLiteral("welcomePage"));
    setAccessibleName(tr("Welcome"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus); // what is on it has the keyboard, and hands on the keys that scroll
    auto *content = new QWidget;
    content->setObjectName(QStringLiteral("welcomePage"));
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(10);
    addHead(*column);
    column->addSpacing(10);
    column->addWidget(makeHeading(tr("Examples: a click opens and runs one")));
    m_grid->setSpacing(Gap);
    column->addLayout(m_grid);
    column->addSpacing(10);
    column->addWidget(m_recentHeading);
    m_recent->setSpacing(0);
    column->addLayout(m_recent);
    column->addStretch(1);
    setWidget(content);
    m_recentHeading->hide();
    connect(m_new, &QPushButton::clicked, this, &WelcomePage::newChosen);
    connect(m_open, &QPushButton::clicked, this, &WelcomePage::openChosen);
}

void WelcomePage::addHead(QVBoxLayout &column)
{
    auto *name = makeLabel(tr("Millrace"));
    QFont font = m_theme.font(FontRole::Large);
    font.setPixelSize(font.pixelSize() * 8 / 5);
    name->setFont(font);
    auto *line = makeLabel(tr("Draw a pipeline of queued steps, run it, and watch where it waits."), "muted");
    line->setWordWrap(true);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    setStyleFlag(*m_new, "primary", true);
    const auto lighten = [this] {
        QIcon light;
        light.addPixmap(m_theme.icon(QStringLiteral("new")).pixmap(QSize(32, 32), QIcon::Selected));
        m_new->setIcon(light);
    };
    lighten();
    connect(&m_theme, &Theme::changed, this, lighten);
    buttons->addWidget(m_new);
    buttons->addWidget(m_open);
    buttons->addStretch(1);
    column.addWidget(name);
    column.addWidget(line);
    column.addSpacing(4);
    column.addLayout(buttons);
}

void WelcomePage::setExamples(const std::vector<WelcomeExample> &examples)
{
    for (ExampleCard *card : m_cards)
        card->deleteLater();
    m_cards.clear();
    for (const WelcomeExample &example : examples) {
        auto *card = new ExampleCard(example.title, example.text, example.need, example.draw, m_theme);
        m_cards.push_back(card);
        connect(card, &QAbstractButton::clicked, this, [this, id = example.id] { Q_EMIT exampleChosen(id); });
    }
    m_columns = 0;
    arrange();
}

void WelcomePage::setRecent(const QStringList &paths)
{
    while (QLayoutItem *item = m_recent->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    for (const QString &path : paths) {
        const QFileInfo file(path);
        if (m_recent->count() == MostRecent || !file.exists())
            continue;
        auto *button = new QToolButton;
        button->setText(tr("%1   %2").arg(file.fileName(), QDir::toNativeSeparators(file.absolutePath())));
        button->setIcon(m_theme.mutedIcon(QStringLiteral("open")));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setCursor(Qt::PointingHandCursor);
        button->setAccessibleName(tr("Open %1").arg(path));
        button->setToolTip(plainToolTip(path));
        m_recent->addWidget(button, 0, Qt::AlignLeft);
        connect(button, &QToolButton::clicked, this, [this, path] { Q_EMIT recentChosen(path); });
    }
    m_recentHeading->setVisible(m_recent->count() > 0);
}

void WelcomePage::focusFirst()
{
    if (!m_cards.empty())
        m_cards.front()->setFocus();
    else
        m_new->setFocus();
}

void WelcomePage::arrange()
{
    if (m_cards.empty())
        return;
    // On a small screen the cards are narrower rather than fewer beside each other.
    const int usual = m_cards.front()->sizeHint().width(), room = viewport()->width() - 2 * Margin + Gap;
    const int columns = std::max(1, room / (usual * 9 / 10 + Gap));
    for (ExampleCard *card : m_cards)
        card->setFixedWidth(std::min(usual, room / columns - Gap));
    if (columns == m_columns)
        return;
    m_grid->setColumnStretch(m_columns, 0);
    m_columns = columns;
    for (size_t i = 0; i < m_cards.size(); ++i)
        m_grid->addWidget(m_cards[i], int(i) / columns, int(i) % columns, Qt::AlignTop);
    m_grid->setColumnStretch(columns, 1);
}

void WelcomePage::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    arrange();
}

void WelcomePage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT left();
    else
        QScrollArea::keyPressEvent(event);
}

} // namespace millrace
