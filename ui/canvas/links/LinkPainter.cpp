// SPDX-License-Identifier: MIT
#include "canvas/links/LinkPainter.h"

#include "canvas/links/LinkRoute.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

// Of a link that goes back, in pixels at 100 %.
constexpr double LoopWidth = 56;  // beside the ports that it leaves and arrives at
constexpr double LoopRoom = 160;  // between the ports' heights, from which it passes between the cards
constexpr double LoopHeight = 90; // below the lower port, where it can't

} // namespace

QPainterPath linkPath(QPointF from, QPointF to, std::optional<double> lane)
{
    const double across = to.x() - from.x(), down = std::abs(to.y() - from.y());
    QPainterPath path(from);
    if (lane) {
        const QPointF bend(LaneTurn / 2, 0), enter(from.x() + LaneTurn, *lane), leave(to.x() - LaneTurn, *lane);
        path.cubicTo(from + bend, enter - bend, enter);
        path.lineTo(leave);
        path.cubicTo(leave + bend, to - bend, to);
        return path;
    }
    if (across > 0) { // an S that is as wide as there is room
        const double bend = std::max(across / 2, std::min(24.0, down / 2));
        path.cubicTo(from + QPointF(bend, 0), to - QPointF(bend, 0), to);
        return path;
    }
    // Two round turns and a way back between them, between the two cards or below both.
    const double height = down >= LoopRoom ? (from.y() + to.y()) / 2 : std::max(from.y(), to.y()) + LoopHeight;
    path.cubicTo(from + QPointF(LoopWidth, 0), {from.x() + LoopWidth, height}, {(from.x() + to.x()) / 2, height});
    path.cubicTo({to.x() - LoopWidth, height}, to - QPointF(LoopWidth, 0), to);
    return path;
}

void LinkPainter::paint(QPainter &painter, const LinkLook &look, double zoom) const
{
    const Colors &colors = m_theme.colors();
    QColor color = look.isError ? colors.bad : colors.link;
    double width = look.width > 0 ? 1.5 + look.width * 0.45 : 1.75;
    if (look.isError) {
        color.setAlphaF(0.75F);
        width = 1.25 + look.width * 0.15;
    }
    if (look.isOfCycle) {
        color = colors.bad;
        width = std::max(width, 3.5);
    } else if (look.isWaiting) {
        color = colors.full;
        width = std::max(width, 3.5);
    } else if (look.isSelected) {
        color = colors.accent;
        width = std::max(width, 2.5);
    } else if (look.isHovered) {
        color = look.isError ? colors.bad : colors.accent;
        color.setAlphaF(0.8F);
    }
    if (look.isFaded)
        color.setAlphaF(0.25F);
    painter.setBrush(Qt::NoBrush);
    if (detailAt(zoom) == Detail::Blocks) {
        painter.setPen(QPen(color, 0));
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.drawLine(look.path.elementAt(0), look.path.currentPosition());
        painter.setRenderHint(QPainter::Antialiasing, true);
        return;
    }
    QPen pen(color, width, Qt::SolidLine, Qt::FlatCap);
    if (look.isError && !look.isOfCycle)
        pen.setDashPattern({5 / width, 3.5 / width});
    else if (look.isWaiting) // not by colour alone
        pen.setDashPattern({2, 1});
    painter.setPen(pen);
    painter.drawPath(look.path);
    if (look.isKept)
        paintKeptMark(painter, look, color);
}

/// A drum, as databases are drawn, in a disc on the middle of the link.
void LinkPainter::paintKeptMark(QPainter &painter, const LinkLook &look, const QColor &color) const
{
    const Colors &colors = m_theme.colors();
    const QPointF middle = look.path.pointAtPercent(0.5);
    painter.setPen(QPen(color, 1.5));
    painter.setBrush(colors.card);
    painter.drawEllipse(middle, KeptMark / 2 - 0.75, KeptMark / 2 - 0.75);
    constexpr double Width = 8, Height = 6, Lid = 2.6; // of the drum, without its lid
    const QRectF lid(middle.x() - Width / 2, middle.y() - Height / 2 - Lid / 2, Width, Lid);
    const QRectF bottom = lid.translated(0, Height);
    QColor ink = look.isSelected ? colors.accent : colors.text;
    ink.setAlphaF(look.isFaded ? 0.25F : ink.alphaF());
    painter.setPen(QPen(ink, 1.25));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(lid);
    painter.drawLine(QPointF(lid.left(), lid.center().y()), QPointF(lid.left(), bottom.center().y()));
    painter.drawLine(QPointF(lid.right(), lid.center().y()), QPointF(lid.right(), bottom.center().y()));
    painter.drawArc(bottom, 180 * 16, 180 * 16);
}

void LinkPainter::paintDraft(QPainter &painter, QPointF from, QPointF to, bool isError) const
{
    const Colors &colors = m_theme.colors();
    QPen pen(isError ? colors.bad : colors.accent, 2, Qt::SolidLine, Qt::RoundCap);
    pen.setDashPattern({3, 2.5});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(linkPath(from, to));
    painter.setBrush(colors.card);
    painter.setPen(QPen(isError ? colors.bad : colors.accent, 2));
    painter.drawEllipse(to, StepGeometry::PortRadius - 0.5, StepGeometry::PortRadius - 0.5);
}

} // namespace millrace
