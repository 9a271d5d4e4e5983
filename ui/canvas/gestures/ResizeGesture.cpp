// SPDX-License-Identifier: MIT
#include "canvas/gestures/ResizeGesture.h"

#include "canvas/CanvasPane.h"
#include "pipeline/layout/Layout.h"

#include <algorithm>
#include <cmath>

namespace millrace {

ResizeGesture::ResizeGesture(CanvasPane &view, const CanvasScene::GripHit &held)
    : m_view(view), m_grip(held.grip), m_before(held.rect), m_now(held.rect)
{
    if (const auto *note = qgraphicsitem_cast<NoteItem *>(held.item))
        m_note = note->id();
    else if (const auto *frame = qgraphicsitem_cast<FrameItem *>(held.item))
        m_frame = frame->id();
}

void ResizeGesture::show(const QRectF &rect)
{
    const CanvasScene &scene = m_view.canvas();
    m_now = rect;
    if (NoteItem *note = scene.note(m_note)) {
        NoteView view = note->view();
        view.rect = rect;
        note->setView(view);
    } else if (FrameItem *frame = scene.frame(m_frame)) {
        FrameView view = frame->view();
        view.rect = rect;
        frame->setView(view);
    }
}

void ResizeGesture::press(const Pointer &pointer)
{
    m_start = pointer.scene;
}

void ResizeGesture::move(const Pointer &pointer)
{
    const bool snaps = !(pointer.modifiers & Qt::AltModifier);
    const auto placed = [snaps](double edge, double by) {
        return snaps && by != 0 ? std::round((edge + by) / grid::Step) * grid::Step : edge + by;
    };
    const QPointF by = pointer.scene - m_start;
    const QSizeF least = !m_note.empty() ? NoteItem::Least : FrameItem::Least;
    QRectF rect = m_before;
    if (m_grip.isLeft)
        rect.setLeft(std::min(placed(rect.left(), by.x()), rect.right() - least.width()));
    if (m_grip.isRight)
        rect.setRight(std::max(placed(rect.right(), by.x()), rect.left() + least.width()));
    if (m_grip.isTop)
        rect.setTop(std::min(placed(rect.top(), by.y()), rect.bottom() - least.height()));
    if (m_grip.isBottom)
        rect.setBottom(std::max(placed(rect.bottom(), by.y()), rect.top() + least.height()));
    show(rect);
}

void ResizeGesture::release(const Pointer &)
{
    if (m_now == m_before)
        return;
    if (!m_note.empty())
        Q_EMIT m_view.moved({}, {{m_note, m_now}}, {}, {});
    else if (!m_frame.empty())
        Q_EMIT m_view.moved({}, {}, {{m_frame, m_now}}, {});
}

std::optional<QRectF> ResizeGesture::drawnRect() const
{
    const Drawing &drawing = m_view.canvas().drawing();
    if (const auto note = std::ranges::find(drawing.notes, m_note, &NoteView::id); note != drawing.notes.end())
        return note->rect;
    if (const auto frame = std::ranges::find(drawing.frames, m_frame, &FrameView::id); frame != drawing.frames.end())
        return frame->rect;
    return {};
}

void ResizeGesture::cancel()
{
    if (const auto rect = drawnRect())
        show(*rect);
}

bool ResizeGesture::hasLostHold() const
{
    return drawnRect() != m_before;
}

} // namespace millrace
