// SPDX-License-Identifier: MIT
#include "canvas/gestures/RubberBandGesture.h"

#include "canvas/CanvasPane.h"
#include "canvas/CanvasScene.h"

#include <QPainter>

#include <algorithm>

namespace millrace {

void RubberBandGesture::press(const Pointer &pointer)
{
    m_start = pointer.scene;
    m_keeps = pointer.modifiers & (Qt::ControlModifier | Qt::ShiftModifier);
    const CanvasScene &scene = m_view.canvas();
    m_steps = scene.selectedSteps();
    m_notes = scene.selectedNotes();
    m_frames = scene.selectedFrames();
    m_links = scene.selectedLinks();
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
    m_keeps = true;
    m_frame = {};
    selectWithin();
}

void RubberBandGesture::selectWithin()
{
    CanvasScene &scene = m_view.canvas();
    const auto choose = [&](QGraphicsItem *item, bool isWithin, bool wasSelected) {
        item->setSelected(isWithin || (m_keeps && wasSelected));
    };
    const auto hasLink = [this](const LinkView &link) { return std::ranges::find(m_links, link) != m_links.end(); };
    {
        const QSignalBlocker blocker(&scene);
        for (StepItem *step : scene.steps())
            choose(step, m_frame.intersects(step->card()), m_steps.contains(step->id()));
        for (NoteItem *note : scene.notes())
            choose(note, m_frame.intersects(note->view().rect), m_notes.contains(note->id()));
        for (FrameItem *frame : scene.frames())
            choose(frame, m_frame.contains(frame->view().rect), m_frames.contains(frame->id()));
        for (LinkItem *link : scene.links())
            // A straight one has no height.
            choose(link, m_frame.contains(link->path().boundingRect().adjusted(-1, -1, 1, 1)), hasLink(link->view()));
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
