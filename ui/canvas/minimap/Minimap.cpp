// SPDX-License-Identifier: MIT
#include "canvas/minimap/Minimap.h"

#include "canvas/CanvasPane.h"
#include "canvas/CanvasScene.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace millrace {

namespace {

constexpr double RoundedFrom = 8; // pixels

QColor between(const QColor &one, const QColor &other)
{
    return {(one.red() + other.red()) / 2, (one.green() + other.green()) / 2, (one.blue() + other.blue()) / 2};
}

} // namespace

Minimap::Minimap(CanvasPane &view) : QWidget(&view), m_view(view)
{
    setAccessibleName(tr("Overview of the drawing"));
    setToolTip(tr("The whole drawing. Drag to travel."));
    setCursor(Qt::PointingHandCursor);
    resize(sizeHint());
}

QTransform Minimap::sceneToMap() const
{
    if (m_held)
        return *m_held;
    const QRectF all = (m_view.canvas().contentRect() | m_view.visibleScene()).adjusted(-20, -20, 20, 20);
    const QRectF inside = QRectF(rect()).adjusted(4, 4, -4, -4);
    const double scale = std::min(inside.width() / all.width(), inside.height() / all.height());
    QTransform transform;
    transform.translate(inside.center().x(), inside.center().y());
    transform.scale(scale, scale);
    transform.translate(-all.center().x(), -all.center().y());
    return transform;
}

void Minimap::paintEvent(QPaintEvent *)
{
    const Colors &colors = m_view.canvas().theme().colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    // Over a card, which is nearly of its colour, it needs an edge that is seen, and a ground that isn't the card's.
    const bool isOverCards = m_isFolded || m_isTouched || m_held;
    painter.setPen(QPen(isOverCards ? between(colors.line, colors.muted) : colors.line, 1));
    painter.setBrush(m_isFolded ? colors.canvas : colors.window);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    if (m_isFolded) {
        paintSign(painter);
        return;
    }
    const QTransform transform = sceneToMap();
    painter.setPen(Qt::NoPen);
    for (const FrameItem *frame : m_view.canvas().frames()) {
        QColor color = frameColor(frame->view().color);
        color.setAlphaF(0.25F);
        painter.setBrush(color);
        painter.drawRoundedRect(transform.mapRect(QRectF(frame->pos(), frame->view().rect.size())), 2, 2);
    }
    for (const StepItem *step : m_view.canvas().steps()) {
        const StepLook &look = step->look();
        QColor color = m_view.canvas().stepPainter().blockColor(look);
        if (color == Theme::familyColor(look.view.family))
            color = colors.muted;
        color.setAlphaF(0.55F);
        QRectF block = transform.mapRect(step->card());
        block.setSize(block.size().expandedTo({2, 2}));
        // Of a large drawing the blocks are specks, whose corners nobody sees, and many.
        if (block.width() < RoundedFrom) {
            painter.fillRect(block.toRect(), color);
            continue;
        }
        painter.setBrush(color);
        painter.drawRoundedRect(block, 1.5, 1.5);
    }
    painter.setPen(QPen(colors.accent, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(
        transform.mapRect(m_view.visibleScene()).intersected(QRectF(rect()).adjusted(2.5, 2.5, -2.5, -2.5)));
}

void Minimap::paintSign(QPainter &painter) const
{
    const Colors &colors = m_view.canvas().theme().colors();
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.muted);
    for (const QRectF &block : {QRectF(7, 10, 6, 4), QRectF(15, 6, 6, 4), QRectF(15, 14, 6, 4)})
        painter.drawRoundedRect(block, 1, 1);
    painter.setPen(QPen(colors.accent, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(12.5, 4.5, 15, 15));
}

void Minimap::enterEvent(QEnterEvent *)
{
    m_isTouched = true;
    Q_EMIT touched(true);
}

void Minimap::leaveEvent(QEvent *)
{
    m_isTouched = false;
    Q_EMIT touched(false);
}

void Minimap::hideEvent(QHideEvent *)
{
    m_isTouched = false;
}

void Minimap::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_held = sceneToMap();
    // Taken at its frame, the frame follows the hand; anywhere else, it comes to the hand first.
    const QPointF at = m_held->inverted().map(event->position());
    const QRectF frame = m_view.visibleScene();
    m_grip = frame.contains(at) ? frame.center() - at : QPointF();
    travel(event->position());
}

void Minimap::mouseMoveEvent(QMouseEvent *event)
{
    if (m_held)
        travel(event->position());
}

void Minimap::mouseReleaseEvent(QMouseEvent *)
{
    m_held.reset();
    update();
}

void Minimap::travel(QPointF point)
{
    m_view.centerOn(m_held->inverted().map(point) + m_grip);
}

} // namespace millrace
