// SPDX-License-Identifier: MIT
#include "canvas/cards/StepGeometry.h"

#include <QLineF>

#include <algorithm>

namespace millrace {

namespace {

constexpr double SourceHeight = 76;
constexpr double QueueHeight = 96;
constexpr double PortY = 42;        // the same on every card, so that cards in one row are linked by straight lines
constexpr double PortDistance = 20; // a step of the grid, with room for a name between the links
constexpr double QueueRow = 59.5;
constexpr double Line = 16; // of small text
constexpr double BadgeHeight = 19;

} // namespace

Detail detailAt(double zoom)
{
    return zoom >= 0.6 ? Detail::Full : zoom >= 0.35 ? Detail::Plain : Detail::Blocks;
}

double StepGeometry::height() const
{
    const double base = m_shape.hasInput ? QueueHeight : SourceHeight;
    const int ports = std::max(m_shape.outputs + (m_shape.hasErrorPort ? 1 : 0), m_shape.inputs);
    return std::max(base, PortY + (ports - 1) * PortDistance + 14);
}

QRectF StepGeometry::card() const
{
    return {0, 0, Width, height()};
}

QRectF StepGeometry::bounds() const
{
    // A badge is at most as wide as half a card over its right edge.
    return card().adjusted(-PortRadius - 3, -BadgeHeight - 9, PortRadius + 15, 9);
}

QRectF StepGeometry::tile() const
{
    return {10.5, 9, 22, 22};
}

QRectF StepGeometry::name() const
{
    return {40, 10, Width - 40 - Padding - 16, 18};
}

QRectF StepGeometry::summary() const
{
    return {40, 28, Width - 40 - Padding, Line};
}

QRectF StepGeometry::stateIcon() const
{
    return {Width - Padding - 13, 12.5, 13, 13};
}

QRectF StepGeometry::queueLabel() const
{
    return {Padding, QueueRow - Line / 2, 40, Line};
}

QRectF StepGeometry::queueBar() const
{
    return {52, QueueRow - 3.5, 72, 7};
}

QRectF StepGeometry::queueText() const
{
    return {124, QueueRow - Line / 2, Width - 124 - Padding, Line};
}

QRectF StepGeometry::dots() const
{
    return {Padding, lastRow() - 4, 8.0 * 11, 8};
}

QRectF StepGeometry::dot(int index) const
{
    return {Padding + index * 11, lastRow() - 4, 8, 8};
}

QRectF StepGeometry::rate() const
{
    return {Padding, lastRow() - Line / 2, Width - 2 * Padding, Line};
}

QRectF StepGeometry::limitBadge(double textWidth) const
{
    return {0, -BadgeHeight - 6, textWidth + 16, BadgeHeight};
}

QRectF StepGeometry::limitSign() const
{
    return {0, -BadgeHeight - 9, BadgeHeight + 17, BadgeHeight + 6};
}

QRectF StepGeometry::cornerBadge(double textWidth) const
{
    const double width = std::max(18.0, textWidth + 10);
    return {Width + 9 - width, -9, width, 18};
}

QRectF StepGeometry::pendingBadge() const
{
    return {-7, height() - 10, 18, 18};
}

QPointF StepGeometry::position(Port port) const
{
    switch (port.kind) {
    case Port::Kind::Input: return {0, PortY + port.index * PortDistance};
    case Port::Kind::Output: return {Width, PortY + port.index * PortDistance};
    case Port::Kind::Error: return {Width, std::max(lastRow(), PortY + m_shape.outputs * PortDistance)};
    }
    return {};
}

std::optional<Port> StepGeometry::portAt(QPointF point, double distance) const
{
    std::optional<Port> nearest;
    const auto look = [&](Port port) {
        const double away = QLineF(point, position(port)).length();
        if (away <= distance) {
            distance = away;
            nearest = port;
        }
    };
    for (int i = 0; m_shape.hasInput && i < m_shape.inputs; ++i)
        look({Port::Kind::Input, i});
    for (int i = 0; i < m_shape.outputs; ++i)
        look({Port::Kind::Output, i});
    if (m_shape.hasErrorPort)
        look({Port::Kind::Error, 0});
    return nearest;
}

} // namespace millrace
