// SPDX-License-Identifier: MIT
#include "monitor/TimeTrack.h"

#include "model/Format.h"
#include "theme/PlainText.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

namespace millrace {

namespace {

constexpr double HandleRadius = 5, MarkReach = 6; // pixels
constexpr double PixelsApart = 2;                 // of a curve's points
constexpr double TenthsUpTo = 10;                 // seconds: of a longer run, whole seconds are shown

/// The seconds that a run's axis has until it is over, so that what has been drawn stays where it is: the least of these that is
/// as long as the run.
double roomyAxis(double seconds)
{
    static constexpr std::array rooms{10.0,  20.0,  30.0,   60.0,   120.0,  180.0,  300.0,
                                      600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0};
    const auto room = std::ranges::lower_bound(rooms, seconds);
    return room != rooms.end() ? *room : std::ceil(seconds / 14400) * 14400;
}

} // namespace

TimeTrack::TimeTrack(Theme &theme, QWidget *parent) : QAbstractSlider(parent), m_theme(theme)
{
    setOrientation(Qt::Horizontal);
    setAccessibleName(tr("Moment of the run that is shown"));
    setFocusPolicy(Qt::TabFocus); // a hand that takes the handle leaves the keyboard to the drawing
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    connect(&theme, &Theme::changed, this, QOverload<>::of(&QWidget::update));
    connect(this, &QAbstractSlider::valueChanged, this, [this](int tenths) {
        if (!m_isFollowing)
            setPast(tenths < maximum() ? std::optional(tenths / 10.0) : std::nullopt);
    });
}

void TimeTrack::setRecording(const RunRecording *recording, std::function<QString(const std::string &)> nameOf)
{
    m_recording = recording;
    m_nameOf = std::move(nameOf);
    update();
}

void TimeTrack::setQueueStep(const std::string &step)
{
    if (m_queueStep == step)
        return;
    m_queueStep = step;
    update();
}

void TimeTrack::setSlim(bool isSlim)
{
    m_isSlim = isSlim;
    update();
}

void TimeTrack::follow(bool isUnderWay)
{
    m_isUnderWay = isUnderWay;
    updateAxis();
    // A screen reader is told of each new value: of a run that goes on, once a second is enough.
    if (!isUnderWay || int(end()) != maximum() / 10)
        updateRange();
    update();
}

void TimeTrack::updateAxis()
{
    if (!isSliderDown()) // under the hand, nothing moves but the handle
        m_axis = m_isUnderWay ? roomyAxis(end()) : std::max(end(), 0.1);
}

void TimeTrack::updateRange()
{
    const QScopedValueRollback following(m_isFollowing, true);
    const int most = std::max(1, int(std::ceil(end() * 10 - 1e-6)));
    setRange(0, most);
    setSingleStep(end() < TenthsUpTo ? 1 : 10);
    setPageStep(std::max(singleStep(), most / 10));
    setValue(m_past ? std::min(int(*m_past * 10 + 1e-6), most - 1) : most);
}

void TimeTrack::setPast(std::optional<double> seconds)
{
    if (seconds && *seconds >= end())
        seconds.reset();
    if (m_past == seconds)
        return;
    m_past = seconds;
    updateRange();
    update();
    Q_EMIT momentChanged();
}

QString TimeTrack::momentText() const
{
    return formatMoment(shownSecond(), end() < TenthsUpTo);
}

QString TimeTrack::endText() const
{
    return formatMoment(end(), end() < TenthsUpTo);
}

QRectF TimeTrack::plot() const
{
    const double aside = HandleRadius + 2;
    return QRectF(rect()).adjusted(aside, m_isSlim ? 2 : 16 * m_theme.fontScale(), -aside, m_isSlim ? -2 : -6);
}

double TimeTrack::xOf(double seconds) const
{
    return plot().left() + plot().width() * std::min(1.0, seconds / m_axis);
}

double TimeTrack::secondsAt(double x) const
{
    return std::clamp((x - plot().left()) / std::max(1.0, plot().width()), 0.0, 1.0) * m_axis;
}

void TimeTrack::moveTo(double x)
{
    updateRange();
    setPast(x >= xOf(end()) - HandleRadius ? std::nullopt : std::optional(secondsAt(x)));
}

void TimeTrack::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    setSliderDown(true);
    moveTo(event->position().x());
}

void TimeTrack::mouseMoveEvent(QMouseEvent *event)
{
    if (isSliderDown())
        moveTo(event->position().x());
}

void TimeTrack::mouseReleaseEvent(QMouseEvent *)
{
    setSliderDown(false);
    updateAxis();
    update();
}

void TimeTrack::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Space) {
        Q_EMIT playWanted();
        return;
    }
    updateRange();
    QAbstractSlider::keyPressEvent(event);
}

void TimeTrack::wheelEvent(QWheelEvent *event)
{
    if (hasFocus()) {
        updateRange();
        QAbstractSlider::wheelEvent(event);
    } else {
        event->accept(); // nothing goes back in time because a hand passed by
    }
}

bool TimeTrack::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && m_recording) {
        const auto &help = static_cast<QHelpEvent &>(*event);
        QToolTip::showText(help.globalPos(), plainToolTip(toolTipAt(help.pos())), this);
        return true;
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return QAbstractSlider::event(event);
}

/// The changes near that place, or else what the run did then.
QString TimeTrack::toolTipAt(QPointF at) const
{
    constexpr int MostLines = 8;
    const bool hasTenths = end() < TenthsUpTo;
    QStringList lines;
    for (const RunChange &change : m_recording->changes())
        if (std::abs(xOf(change.seconds) - at.x()) <= MarkReach)
            lines << tr("%1: %2 at %3")
                         .arg(m_nameOf(change.step), changeText(change), formatMoment(change.seconds, hasTenths));
    if (lines.size() > MostLines) {
        const auto left = lines.size() - MostLines;
        lines = lines.mid(0, MostLines);
        lines << tr("and %1 more").arg(left);
    }
    const double seconds = secondsAt(at.x());
    if (lines.isEmpty() && !m_recording->isEmpty() && seconds <= end())
        lines << tr("%1: %2 items/s")
                     .arg(formatMoment(seconds, hasTenths),
                          formatShort(m_recording->itemsPerSecond(m_recording->momentAt(seconds))));
    return lines.join(QLatin1Char('\n'));
}

double TimeTrack::mostItemsPerSecond() const
{
    double most = 1;
    const size_t stride = std::max<size_t>(1, m_recording->size() / 1000);
    for (size_t i = 0; i < m_recording->size(); i += stride)
        most = std::max(most, m_recording->itemsPerSecond(i));
    return most * 1.05;
}

QPolygonF TimeTrack::curve(const std::function<std::optional<double>(size_t)> &valueOf, double most) const
{
    const QRectF area = plot();
    QPolygonF line;
    const double right = xOf(end());
    for (double x = area.left(); x < right + PixelsApart; x += PixelsApart) {
        const double at = std::min(x, right);
        if (const auto value = valueOf(m_recording->momentAt(secondsAt(at) + 1e-9)))
            line << QPointF(at, area.bottom() - area.height() * std::min(1.0, *value / most));
    }
    return line;
}

void TimeTrack::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (hasFocus()) {
        painter.setPen(QPen(m_theme.colors().accent, 1));
        painter.drawRoundedRect(QRectF(rect()).adjusted(.5, .5, -.5, -.5), 5, 5);
    }
    if (!m_recording || m_recording->isEmpty())
        return;
    m_isSlim ? paintGroove(painter) : paintCurves(painter);
    paintMarks(painter);
    paintHandle(painter);
}

void TimeTrack::paintGroove(QPainter &painter) const
{
    const QRectF area = plot();
    QRectF groove(area.left(), area.center().y() - 2, area.width(), 4);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.colors().track);
    painter.drawRoundedRect(groove, 2, 2);
    groove.setRight(xOf(shownSecond()));
    painter.setBrush(m_theme.colors().accent);
    painter.drawRoundedRect(groove, 2, 2);
}

void TimeTrack::paintCurves(QPainter &painter) const
{
    const Colors &colors = m_theme.colors();
    const QRectF area = plot();
    painter.setBrush(Qt::NoBrush);
    if (const auto place = m_recording->placeOf(m_queueStep)) {
        painter.setPen(QPen(colors.warn, 1.4));
        painter.drawPolyline(curve([&](size_t moment) { return m_recording->queueShare(moment, *place); }, 1));
    }
    painter.setPen(QPen(colors.accent, 1.8));
    painter.drawPolyline(curve([this](size_t moment) { return std::optional(m_recording->itemsPerSecond(moment)); },
                               mostItemsPerSecond()));
    if (m_past) { // what came after that moment is not shown
        QColor veil = colors.window;
        veil.setAlpha(160);
        painter.fillRect(QRectF(QPointF(xOf(*m_past), 0), QPointF(width(), height() - 1)), veil);
    }
    painter.setPen(QPen(colors.line, 1));
    painter.drawLine(QPointF(area.left(), std::round(area.bottom()) + .5),
                     QPointF(area.right(), std::round(area.bottom()) + .5));
}

/// Each change is a line; its words stand beside it where there is room until the next.
void TimeTrack::paintMarks(QPainter &painter) const
{
    constexpr double LeastWords = 60; // pixels
    const Colors &colors = m_theme.colors();
    const QRectF area = plot();
    const auto &changes = m_recording->changes();
    painter.setFont(m_theme.font(FontRole::Small));
    const QFontMetricsF metrics(painter.font());
    for (size_t i = 0; i < changes.size(); ++i) {
        const double x = std::round(xOf(changes[i].seconds)) + .5;
        painter.setPen(QPen(colors.muted, 1, m_isSlim ? Qt::SolidLine : Qt::DashLine));
        painter.drawLine(QPointF(x, m_isSlim ? area.center().y() - 6 : 3),
                         QPointF(x, m_isSlim ? area.center().y() + 6 : area.bottom()));
        const double next = i + 1 < changes.size() ? xOf(changes[i + 1].seconds) : double(width());
        if (m_isSlim || next - x < LeastWords)
            continue;
        const QString words = QStringLiteral("%1 %2").arg(m_nameOf(changes[i].step), changeText(changes[i]));
        painter.setPen(colors.muted);
        painter.drawText(QRectF(x + 4, 0, next - x - 8, area.top()), Qt::AlignVCenter | Qt::AlignLeft,
                         metrics.elidedText(words, Qt::ElideRight, next - x - 8));
    }
}

void TimeTrack::paintHandle(QPainter &painter) const
{
    const Colors &colors = m_theme.colors();
    const QRectF area = plot();
    const double x = xOf(shownSecond());
    double y = area.center().y();
    if (!m_isSlim) {
        const double rate = m_recording->itemsPerSecond(m_recording->momentAt(shownSecond() + 1e-9));
        y = area.bottom() - area.height() * std::min(1.0, rate / mostItemsPerSecond());
        painter.setPen(QPen(colors.accent, 1.5));
        painter.drawLine(QPointF(x, 3), QPointF(x, height() - 3));
    }
    painter.setPen(QPen(colors.window, 1.5));
    painter.setBrush(colors.accent);
    painter.drawEllipse(QPointF(x, y), HandleRadius, HandleRadius);
}

} // namespace millrace
