// SPDX-License-Identifier: MIT
#include "document/RecoveryBar.h"

#include "theme/Fields.h"
#include "theme/PlainText.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <iterator>

namespace millrace {

namespace {

constexpr int MostRows = 4; // seen at once

QString whenText(const QDateTime &utc)
{
    const QDateTime when = utc.toLocalTime();
    const QString time = QLocale().toString(when.time(), QLocale::ShortFormat);
    return when.date() == QDate::currentDate()
               ? QObject::tr("today at %1").arg(time)
               : QObject::tr("%1 at %2").arg(QLocale().toString(when.date(), QLocale::ShortFormat), time);
}

} // namespace

RecoveryBar::RecoveryBar(Theme &theme, QWidget *parent)
    : QFrame(parent), m_theme(theme), m_rows(new QVBoxLayout), m_more(makeLabel({}, "small"))
{
    setObjectName(QStringLiteral("recoveryBar"));
    setAccessibleName(tr("Unsaved work of an earlier session"));
    auto *later = new QToolButton;
    later->setIcon(theme.icon(QStringLiteral("close")));
    later->setIconSize({14, 14});
    later->setAccessibleName(tr("Decide at the next start"));
    later->setToolTip(tr("Later: it is offered again at the next start"));
    auto *head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("Millrace ended without saving. You can restore:"), "muted"), 1);
    head->addWidget(later);
    m_rows->setSpacing(4);
    m_more->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 6, 8, 8);
    layout->setSpacing(4);
    layout->addLayout(head);
    layout->addLayout(m_rows);
    layout->addWidget(m_more);
    connect(later, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void RecoveryBar::offer(std::vector<FoundWork> found)
{
    m_waiting.insert(m_waiting.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    refill();
}

void RecoveryBar::refill()
{
    while (m_shown < MostRows && !m_waiting.empty()) {
        m_rows->addWidget(makeRow(m_waiting.front()));
        m_waiting.erase(m_waiting.begin());
        ++m_shown;
    }
    m_more->setText(tr("and %1 more, shown as soon as these are answered").arg(m_waiting.size()));
    m_more->setVisible(!m_waiting.empty());
    setVisible(m_shown > 0);
}

QWidget *RecoveryBar::makeRow(const FoundWork &work)
{
    const bool hasFile = !work.work.path.isEmpty();
    const QString name = hasFile ? QFileInfo(work.work.path).fileName() : tr("Untitled");
    auto *row = new QWidget;
    auto *title = makeLabel(name);
    title->setFont(m_theme.font(FontRole::Strong));
    auto *what = makeLabel(QStringLiteral("%1 · %2").arg(whenText(work.work.written), work.what), "muted");
    what->setToolTip(hasFile ? plainToolTip(QDir::toNativeSeparators(work.work.path)) : QString());
    what->setWordWrap(true);
    auto *open = new QPushButton(tr("Open"));
    open->setAccessibleName(tr("Open the unsaved work of “%1”").arg(name));
    auto *discard = new QPushButton(tr("Throw away"));
    discard->setAccessibleName(tr("Throw away the unsaved work of “%1”").arg(name));
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(title);
    layout->addWidget(what, 1);
    layout->addWidget(open);
    layout->addWidget(discard);
    connect(open, &QPushButton::clicked, this, [this, row, work] {
        drop(row);
        Q_EMIT openChosen(work);
    });
    connect(discard, &QPushButton::clicked, this, [this, row, work, name] {
        if (mayDiscard && !mayDiscard(name))
            return;
        drop(row);
        work.file->remove();
    });
    return row;
}

void RecoveryBar::drop(QWidget *row)
{
    row->hide();
    row->deleteLater();
    --m_shown;
    refill();
}

} // namespace millrace
