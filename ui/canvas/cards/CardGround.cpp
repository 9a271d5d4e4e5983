// SPDX-License-Identifier: MIT
#include "canvas/cards/CardGround.h"

#include "canvas/cards/StepLook.h"

#include <QPainter>

namespace millrace {

namespace {

void drawPorts(QPainter &painter, const CardGround &back, const StepGeometry &geometry, const Colors &colors)
{
    const auto draw = [&](QPointF at, const QColor &color) {
        painter.setPen(QPen(color, 2));
        painter.setBrush(colors.card);
        painter.drawEllipse(at, StepGeometry::PortRadius - 0.5, StepGeometry::PortRadius - 0.5);
    };
    for (int i = 0; back.shape.hasInput && i < back.shape.inputs; ++i)
        draw(geometry.input(i), back.isInputLit ? colors.accent : colors.muted);
    for (int i = 0; i < back.shape.outputs; ++i)
        draw(geometry.output(i), colors.muted);
    if (back.shape.hasErrorPort)
        draw(geometry.error(), colors.bad);
}

} // namespace

CardPixmapKey CardGround::key() const
{
    const uint32_t flags = uint32_t(detail) | uint32_t(shape.hasInput) << 2 | uint32_t(shape.hasErrorPort) << 3
                           | uint32_t(isSelected) << 4 | uint32_t(isInputLit) << 5
                           | uint32_t(pen.style() == Qt::DashLine) << 6;
    return {{uint32_t(Stamp::Back), flags, uint32_t(shape.outputs) | uint32_t(shape.inputs) << 16, pen.color().rgba(),
             uint32_t(pen.widthF() * 4)}};
}

CardGround backOf(const StepLook &look, Detail detail, const Colors &colors)
{
    CardGround back;
    back.detail = detail;
    back.shape = look.geometry.shape();
    back.isSelected = look.isSelected;
    back.isInputLit = look.hint == DropHint::Fits || look.hint == DropHint::Target;
    back.pen = QPen(colors.edge, 1);
    if (look.hint == DropHint::Target)
        back.pen = QPen(colors.calm, 2);
    else if (look.hint == DropHint::Fits)
        back.pen = QPen(colors.accent, 1.25);
    else if (look.gauge && !look.gauge->limit.isEmpty())
        back.pen = QPen(colors.warn, 2);
    else if (look.view.hasError || (look.gauge && look.gauge->state == StepState::Failed))
        back.pen = QPen(colors.bad, 1.5);
    else if (look.isHovered)
        back.pen = QPen(colors.muted, 1);
    if (look.view.isBypassed || !look.view.isKnown)
        back.pen.setStyle(Qt::DashLine);
    return back;
}

void drawBack(QPainter &painter, const CardGround &back, const StepGeometry &geometry, const Colors &colors)
{
    const QRectF card = geometry.card();
    if (back.detail == Detail::Full) {
        QColor shadow(Qt::black);
        shadow.setAlphaF(colors.isDark ? 0.18F : 0.05F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(shadow);
        painter.drawRoundedRect(card.translated(0, 1.5), StepGeometry::Radius, StepGeometry::Radius);
    }
    painter.setPen(back.pen);
    painter.setBrush(colors.card);
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), StepGeometry::Radius, StepGeometry::Radius);
    if (back.isSelected) {
        painter.setPen(QPen(colors.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(card.adjusted(-2.5, -2.5, 2.5, 2.5), StepGeometry::Radius + 3,
                                StepGeometry::Radius + 3);
    }
    drawPorts(painter, back, geometry, colors);
}

} // namespace millrace
