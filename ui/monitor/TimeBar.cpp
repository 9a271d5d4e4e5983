// SPDX-License-Identifier: MIT
#include "monitor/TimeBar.h"

#include "model/Format.h"
#include "monitor/TimeTrack.h"
#include "theme/Fields.h"
#include "theme/PlainText.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr int PlayInterval = 100;                                // milliseconds
constexpr int FullHeight = 64, SlimHeight = 36, SideWidth = 190; // pixels at 100 %

} // namespace

TimeBar::TimeBar(Theme &theme, QWidget *parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_play(addButton("play"))
    , m_live(addButton("live"))
    , m_track(new TimeTrack(theme))
    , m_text(makeLabel())
    , m_legend(makeLabel({}, "small"))
{
    setObjectName(QStringLiteral("timeBar"));
    setAccessibleName(tr("Seconds of the run"));
    m_text->setObjectName(QStringLiteral("moment"));
    m_text->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_text->setMinimumWidth(int(std::lround((SideWidth - 62) * theme.fontScale())));
    m_live->setFixedWidth(int(std::lround(48 * theme.fontScale()))); // whatever it says
    m_legend->setFixedWidth(int(std::lround(SideWidth * theme.fontScale())));
    m_legend->setTextFormat(Qt::RichText);
    m_legend->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    auto *side = new QVBoxLayout;
    side->setSpacing(2);
    auto *now = new QHBoxLayout;
    now->setSpacing(8);
    now->addWidget(m_text, 1);
    now->addWidget(m_live);
    side->addStretch(1);
    side->addLayout(now);
    side->addWidget(m_legend);
    side->addStretch(1);
    row->addWidget(m_play);
    row->addWidget(m_track, 1);
    row->addLayout(side);
    setTabOrder(m_play, m_track);
    setTabOrder(m_track, m_live);
    m_player.setInterval(PlayInterval);
    connect(&m_player, &QTimer::timeout, this, &TimeBar::playOn);
    connect(m_play, &QToolButton::clicked, this, [this] { setPlaying(!m_player.isActive()); });
    connect(m_track, &TimeTrack::playWanted, this, [this] { setPlaying(!m_player.isActive()); });
    connect(m_live, &QToolButton::clicked, this, &TimeBar::showNow);
    connect(m_track, &TimeTrack::momentChanged, this, [this] {
        showText();
        Q_EMIT momentChanged();
    });
    connect(&theme, &Theme::changed, this, &TimeBar::showLegend);
    setPlaying(false);
    showText();
    hide();
}

QToolButton *TimeBar::addButton(const char *name)
{
    auto *button = new QToolButton(this);
    button->setObjectName(QLatin1String(name));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

void TimeBar::setRecording(const RunRecording *recording, std::function<QString(const std::string &)> nameOf)
{
    m_recording = recording;
    m_nameOf = nameOf;
    m_track->setRecording(recording, std::move(nameOf));
}

void TimeBar::setQueueStep(const std::string &step)
{
    m_queueStep = step;
    m_track->setQueueStep(step);
    showLegend();
}

void TimeBar::setSlim(bool isSlim)
{
    m_isSlim = isSlim;
    m_track->setSlim(isSlim);
    m_legend->setVisible(!isSlim);
}

int TimeBar::heightFor(bool isSlim) const
{
    return int(std::lround((isSlim ? SlimHeight : FullHeight) * m_theme.fontScale()));
}

void TimeBar::clear()
{
    setPlaying(false);
    m_track->setPast({});
    m_hasRun = false;
    Q_EMIT arranged();
}

void TimeBar::follow(bool isUnderWay)
{
    m_isUnderWay = isUnderWay;
    m_track->follow(isUnderWay);
    showText();
    if (m_hasRun || !m_recording || m_recording->isEmpty())
        return;
    m_hasRun = true;
    Q_EMIT arranged();
}

std::optional<size_t> TimeBar::moment() const
{
    const auto past = m_track->past();
    return past && !m_recording->isEmpty() ? std::optional(m_recording->momentAt(*past)) : std::nullopt;
}

void TimeBar::showNow()
{
    setPlaying(false);
    m_track->setPast({});
}

/// From now on means from the beginning: there is nothing behind now.
void TimeBar::setPlaying(bool isPlaying)
{
    if (isPlaying && !m_track->past())
        m_track->setPast(0);
    isPlaying = isPlaying && m_track->past();
    isPlaying ? m_player.start() : m_player.stop();
    m_sinceStep.start();
    m_play->setIcon(m_theme.icon(isPlaying ? QStringLiteral("pause") : QStringLiteral("run")));
    m_play->setAccessibleName(isPlaying ? tr("Hold") : tr("Play"));
    m_play->setToolTip(plainToolTip(isPlaying ? tr("Hold this moment")
                                              : tr("Play the run on from this moment, from now: from its beginning")));
}

void TimeBar::playOn()
{
    const double passed = double(m_sinceStep.restart()) / 1000;
    const auto past = m_track->past();
    if (past && !m_track->isSliderDown())
        m_track->setPast(*past + passed);
    if (!m_track->past())
        setPlaying(false);
}

void TimeBar::showText()
{
    const bool isPast = m_track->past().has_value();
    const QString at = m_track->momentText();
    const QString text = isPast ? tr("at %1 of %2").arg(at, m_track->endText())
                                : tr("%1 · %2").arg(at, m_isUnderWay ? tr("live") : tr("end"));
    if (m_text->text() != text) {
        m_text->setText(text);
        m_track->setAccessibleDescription(text);
    }
    if (const QString back = m_isUnderWay ? tr("Live") : tr("End"); m_live->text() != back) {
        m_live->setText(back);
        m_live->setAccessibleName(m_isUnderWay ? tr("Live: show now") : tr("End: show how it ended"));
        m_live->setToolTip(
            plainToolTip(m_isUnderWay ? tr("Show what the run does now") : tr("Show how the run ended")));
    }
    if (property("past").toBool() != isPast) {
        setStyleFlag(*this, "past", isPast);
        setStyleFlag(*m_text, "past", isPast);
        setStyleFlag(*m_live, "past", isPast);
    }
}

void TimeBar::showLegend()
{
    const auto entry = [](const QColor &color, const QString &words) {
        return QStringLiteral("<span style=\"color:%1\">—</span> %2").arg(color.name(), words.toHtmlEscaped());
    };
    QString text = entry(m_theme.colors().accent, tr("items/s"));
    if (m_recording && m_nameOf && m_recording->placeOf(m_queueStep)) {
        const int room = int(std::lround((SideWidth - 70) * m_theme.fontScale()));
        const QFontMetrics metrics(m_legend->font());
        text += QStringLiteral(" &nbsp;")
                + entry(m_theme.colors().warn,
                        metrics.elidedText(tr("queue of %1").arg(m_nameOf(m_queueStep)), Qt::ElideRight, room));
    }
    if (m_legend->text() != text)
        m_legend->setText(text);
}

} // namespace millrace
