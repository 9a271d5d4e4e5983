// SPDX-License-Identifier: MIT
#include "monitor/LimitBox.h"

#include "model/Format.h"
#include "theme/Fields.h"
#include "theme/PlainText.h"
#include "theme/Text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStringList>
#include <QVBoxLayout>

#include <cmath>

namespace millrace {

namespace {

QString titleOf(const Limit &limit, bool isNamed, const std::function<QString(const std::string &)> &nameOf)
{
    if (limit.kind == Limit::Kind::Cores)
        return LimitBox::tr("The processor’s cores limit the run.");
    if (isNamed)
        return LimitBox::tr("“%1” limits the run.").arg(nameOf(limit.step));
    return limit.kind == Limit::Kind::Source ? LimitBox::tr("This source limits the run.")
           : limit.kind == Limit::Kind::Sink ? LimitBox::tr("This sink limits the run.")
                                             : LimitBox::tr("This step limits the run.");
}

/// "“A”, “B” and “C” limit the run together."
QString sharedTitle(const Limit &limit, const std::function<QString(const std::string &)> &nameOf)
{
    QStringList names{LimitBox::tr("“%1”").arg(nameOf(limit.step))};
    for (const Limit::Part &part : limit.sharedWith)
        names << LimitBox::tr("“%1”").arg(nameOf(part.step));
    const QString last = names.takeLast();
    return LimitBox::tr("%1 and %2 limit the run together.").arg(names.join(QStringLiteral(", ")), last);
}

} // namespace

QString predictionText(const Prediction &prediction,
                       double itemsPerSecond,
                       const std::function<QString(const std::string &)> &nameOf)
{
    const QString ordinal = formatOrdinal(prediction.workers);
    const int percent = int(std::lround((prediction.gain - 1) * 100));
    if (percent < 3)
        return prediction.nextLimit.empty()
                   ? LimitBox::tr("A %1 worker would bring nothing: the cores are full.").arg(ordinal)
                   : LimitBox::tr("A %1 worker would bring nothing: “%2” is as slow.")
                         .arg(ordinal, nameOf(prediction.nextLimit));
    const QString gain = LimitBox::tr("A %1 worker should give about +%2\u00a0% (%3 → %4 items/s)")
                             .arg(ordinal)
                             .arg(percent)
                             .arg(formatShort(itemsPerSecond), formatShort(itemsPerSecond * prediction.gain));
    const QString then = prediction.nextLimit.empty() ? LimitBox::tr("the cores are full")
                         : prediction.nextLimit == prediction.step
                             ? QString()
                             : LimitBox::tr("“%1” limits").arg(nameOf(prediction.nextLimit));
    return then.isEmpty() ? gain + QLatin1Char('.') : LimitBox::tr("%1; then %2.").arg(gain, then);
}

LimitBox::LimitBox(Theme &theme, QWidget *parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_title(makeLabel())
    , m_text(makeLabel())
    , m_button(new QPushButton(tr("Add a worker")))
{
    setObjectName(QStringLiteral("limitBox"));
    m_text->setWordWrap(true);
    m_title->setWordWrap(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(11, 8, 11, 10);
    layout->setSpacing(3);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addSpacing(4);
    auto *whatIf = new QPushButton(tr("What if…"));
    whatIf->setToolTip(tr("Try other workers and queues, by what was measured"));
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_button);
    buttons->addWidget(whatIf);
    buttons->addStretch(1);
    layout->addLayout(buttons);
    connect(whatIf, &QPushButton::clicked, this, &LimitBox::whatIfWanted);
    connect(m_button, &QPushButton::clicked, this, [this] { Q_EMIT workerWanted(m_step); });
    connect(&theme, &Theme::changed, this, &LimitBox::restyle);
    restyle();
}

void LimitBox::restyle()
{
    const QString warn = m_theme.colors().warn.name(), words = m_theme.colors().warnText.name();
    setStyleSheet(QStringLiteral("#limitBox { border: 1px solid %1; border-radius: 7px; }").arg(warn));
    m_title->setStyleSheet(QStringLiteral("color: %1; font-weight: 600;").arg(words));
    m_text->setFont(m_theme.font(FontRole::Body));
}

void LimitBox::setLimit(const Limit &limit, const Now &now, const std::function<QString(const std::string &)> &nameOf)
{
    m_step = limit.step;
    m_title->setText(limit.sharedWith.empty() ? titleOf(limit, now.isNamed, nameOf) : sharedTitle(limit, nameOf));
    const auto &prediction = limit.oneMoreWorker;
    if (!now.isDrawn)
        m_text->setText(tr("It was deleted, and is part of the run until that ends."));
    else if (now.isInside)
        m_text->setText(tr("It is inside another pipeline; open that to change its settings."));
    else if (!limit.sharedWith.empty())
        m_text->setText(tr("A worker more at one of them alone would bring little."));
    else if (prediction && prediction->workers != now.workers + 1)
        m_text->setText(tr("That was with %1; now there %2. What one more would bring is measured while it runs.")
                            .arg(formatNoun(uint64_t(prediction->workers - 1), tr("worker")),
                                 now.workers == 1 ? tr("is 1") : tr("are %1").arg(formatCount(uint64_t(now.workers)))));
    else
        m_text->setText(prediction ? predictionText(*prediction, now.itemsPerSecond, nameOf) : toQString(limit.why));
    m_text->setToolTip(plainToolTip(toQString(limit.why)));
    m_button->setVisible(now.isDrawn && !now.isInside && prediction && limit.sharedWith.empty());
}

} // namespace millrace
