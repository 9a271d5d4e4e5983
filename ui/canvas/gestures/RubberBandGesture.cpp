// SPDX-License-Identifier: MIT
#include "canvas/gestures/RubberBandGesture.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"

#include <QPainter>

namespace millrace {

void RubberBandGesture::press(const Pointer &pointer)
{
    m_start = pointer.scene;
    m_keeps = pointer.modifiers & (Qt::ControlModifier | Qt::ShiftModifier);
    for (QGraphicsItem *item : m_view.canvas().selectedItems())
        m_before.insert(item);
}

void RubberBandGesture::move(const Pointer &pointer)
{
    m_frame = QRectF(m_start, pointer.scene).normalized();
    selectWithin();
}

void RubberBandGesture::release(const Pointer &pointer)
{
    if (m_frame.isNull() && !m_keeps)
        m_view.canvas().clearSelection();
    else if (!m_frame.isNull())
        move(pointer);
}

void RubberBandGesture::cancel()
{
    for (QGraphicsItem *item : m_view.canvas().items())
        item->setSelected(m_before.contains(item));
}

void RubberBandGesture::selectWithin()
{
    CanvasScene &scene = m_view.canvas();
    const auto choose = [&](QGraphicsItem *item, bool isWithin) {
        item->setSelected(isWithin || (m_keeps && m_before.contains(item)));
    };
    {
        const QSignalBlocker blocker(&scene);
        for (StepItem *step : scene.steps())
            choose(step, m_frame.intersects(step->card()));
        for (NoteItem *note : scene.notes())
            choose(note, m_frame.intersects(note->view().rect));
        for (FrameItem *frame : scene.frames())
            choose(frame, m_frame.contains(frame->view().rect));
        for (LinkItem *link : scene.links())
            choose(link, m_frame.contains(
                             link->path().boundingRect().adjusted(-1, -1, 1, 1))); // a straight one has no height
    }
    Q_EMIT scene.selectionChanged();
}

void RubberBandGesture::paint(QPainter &painter, double zoom) const
{
    if (m_frame.isNull())
        return;
    QColor fill = m_view.canvas().theme().colors().accent;
    painter.setPen(QPen(fill, 1 / zoom));
    fill.setAlphaF(0.10F);
    painter.setBrush(fill);
    painter.drawRect(m_frame);
}

QRectF RubberBandGesture::overlay() const
{
    return m_frame;
}

} // namespace millrace
