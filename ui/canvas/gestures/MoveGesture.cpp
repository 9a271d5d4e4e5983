// SPDX-License-Identifier: MIT
#include "canvas/gestures/MoveGesture.h"

#include "canvas/CanvasPane.h"
#include "canvas/CanvasScene.h"
#include "canvas/gestures/Snapping.h"
#include "pipeline/layout/Layout.h"

#include <QPainter>

#include <algorithm>

namespace millrace {

namespace {

constexpr double Reach = 6; // pixels within which a neighbour's edge attracts

void selectAlone(CanvasScene &scene, QGraphicsItem &item)
{
    {
        const QSignalBlocker blocker(&scene);
        scene.clearSelection();
        item.setSelected(true);
    }
    Q_EMIT scene.selectionChanged();
}

} // namespace

MoveGesture::MoveGesture(CanvasPane &view, QGraphicsItem &clicked, bool deselects)
    : m_view(view), m_deselects(deselects)
{
    if (const auto *step = qgraphicsitem_cast<StepItem *>(&clicked))
        m_clickedStep = step->id();
    else if (const auto *note = qgraphicsitem_cast<NoteItem *>(&clicked))
        m_clickedNote = note->id();
    else if (const auto *frame = qgraphicsitem_cast<FrameItem *>(&clicked))
        m_clickedFrame = frame->id();
}

void MoveGesture::press(const Pointer &pointer)
{
    m_narrows = !(pointer.modifiers & (Qt::ControlModifier | Qt::ShiftModifier));
    m_start = pointer.scene;
    m_isAltDrag = m_copies = pointer.modifiers & Qt::AltModifier;
    const CanvasScene &scene = m_view.canvas();
    const CanvasScene::Load load = scene.load();
    for (const std::string &id : load.steps) {
        m_steps[id] = scene.step(id)->view().position;
        m_rect |= scene.step(id)->card();
    }
    for (const std::string &note : load.notes)
        m_rect |= m_notes[note] = scene.note(note)->view().rect;
    for (const std::string &frame : load.frames)
        m_rect |= m_frames[frame] = scene.frame(frame)->view().rect;
    for (const StepItem *step : scene.steps())
        if (!load.steps.contains(step->id()) && m_view.visibleScene().intersects(step->card()))
            m_others.push_back(step->card());
}

void MoveGesture::move(const Pointer &pointer)
{
    const QPointF hand = pointer.scene - m_start;
    m_hasMoved = m_hasMoved || QLineF(m_start, pointer.scene).length() * m_view.pixelScale() >= DragThreshold;
    if (!m_hasMoved)
        return;
    m_guides.clear();
    setCopies(m_isAltDrag || (pointer.modifiers & Qt::ControlModifier));
    QPointF delta = hand;
    if (m_isAltDrag || !(pointer.modifiers & Qt::AltModifier)) {
        const Snapped snapped = snap(m_rect.translated(hand), m_others, grid::Step, Reach / m_view.pixelScale());
        delta += snapped.delta;
        m_guides = snapped.guides;
    }
    place(delta);
    findLinkBelow();
}

void MoveGesture::setCopies(bool copies)
{
    if (copies && m_hasMoved)
        m_view.viewport()->setCursor(Qt::DragCopyCursor);
    if (copies == m_copies)
        return;
    m_copies = copies;
    // The originals stay where they were, and outlines are dragged.
    put({});
    if (!copies)
        m_view.viewport()->setCursor(Qt::ArrowCursor);
    m_view.viewport()->update();
}

void MoveGesture::place(QPointF delta)
{
    m_delta = delta;
    if (!m_copies)
        put(delta);
}

void MoveGesture::put(QPointF delta)
{
    for (const auto &[id, from] : m_steps)
        if (StepItem *step = m_view.canvas().step(id))
            step->setPos(from + delta);
    for (const auto &[id, from] : m_notes)
        if (NoteItem *note = m_view.canvas().note(id))
            note->setPos(from.topLeft() + delta);
    for (const auto &[id, from] : m_frames)
        if (FrameItem *frame = m_view.canvas().frame(id))
            frame->setPos(from.topLeft() + delta);
}

/// The link under the middle of a single card that could stand within it.
void MoveGesture::findLinkBelow()
{
    CanvasScene &scene = m_view.canvas();
    std::optional<LinkView> target;
    if (m_steps.size() == 1 && m_notes.empty() && m_frames.empty() && !m_copies) {
        const std::string &id = m_steps.begin()->first;
        const StepItem *step = scene.step(id);
        const bool isLinked = std::ranges::any_of(scene.links(), [&](const LinkItem *link) {
            return link->view().fromStep == id || link->view().toStep == id;
        });
        if (step && !isLinked && step->view().hasInput && !step->view().outputs.empty())
            for (const LinkItem *link : scene.links())
                if (link->path().intersects(step->card().adjusted(20, 10, -20, -10)))
                    target = link->view();
    }
    if (target == m_target)
        return;
    for (LinkItem *link : scene.links())
        link->setHovered(target && link->view() == *target);
    m_target = target;
}

void MoveGesture::release(const Pointer &pointer)
{
    // Ctrl may have been pressed or let go since the hand was moved last.
    if (m_hasMoved)
        move(pointer);
    m_view.viewport()->setCursor(Qt::ArrowCursor);
    if (m_target)
        for (LinkItem *link : m_view.canvas().links())
            link->setHovered(false);
    if (m_delta.isNull()) {
        if (QGraphicsItem *item = clicked(); item && !m_hasMoved) {
            if (m_narrows)
                selectAlone(m_view.canvas(), *item);
            else if (m_deselects)
                item->setSelected(false);
        }
        return;
    }
    if (m_copies) {
        Q_EMIT m_view.duplicated(m_delta);
        return;
    }
    std::map<std::string, QPointF> steps;
    std::map<std::string, QRectF> notes, frames;
    for (const auto &[id, from] : m_steps)
        steps[id] = from + m_delta;
    for (const auto &[id, from] : m_notes)
        notes[id] = from.translated(m_delta);
    for (const auto &[id, from] : m_frames)
        frames[id] = from.translated(m_delta);
    Q_EMIT m_view.moved(steps, notes, frames, m_target);
}

QGraphicsItem *MoveGesture::clicked() const
{
    // By what it is: a new drawing during the drag may have replaced the item.
    const CanvasScene &scene = m_view.canvas();
    if (!m_clickedNote.empty())
        return scene.note(m_clickedNote);
    if (!m_clickedFrame.empty())
        return scene.frame(m_clickedFrame);
    return scene.step(m_clickedStep);
}

void MoveGesture::cancel()
{
    m_delta = {};
    const CanvasScene &scene = m_view.canvas();
    for (const auto &[id, from] : m_steps)
        if (StepItem *step = scene.step(id))
            step->setPos(step->view().position);
    for (NoteItem *note : scene.notes())
        note->setPos(note->view().rect.topLeft());
    for (FrameItem *frame : scene.frames())
        frame->showAt(frame->view().rect);
    m_view.viewport()->setCursor(Qt::ArrowCursor);
    m_target.reset();
    for (LinkItem *link : m_view.canvas().links())
        link->setHovered(false);
}

bool MoveGesture::hasLostHold() const
{
    const CanvasScene &scene = m_view.canvas();
    const auto isThere = [](const auto *item, const QRectF &rect) { return item && item->view().rect == rect; };
    return !std::ranges::all_of(m_steps, [&](const auto &entry) {
        const StepItem *step = scene.step(entry.first);
        return step && step->view().position == entry.second;
    }) || !std::ranges::all_of(m_notes, [&](const auto &entry) {
        return isThere(scene.note(entry.first), entry.second);
    }) || !std::ranges::all_of(m_frames, [&](const auto &entry) {
        return isThere(scene.frame(entry.first), entry.second);
    });
}

QRectF MoveGesture::movedRect() const
{
    return m_rect.translated(m_delta);
}

void MoveGesture::paint(QPainter &painter, double zoom) const
{
    const Colors &colors = m_view.canvas().theme().colors();
    QPen pen(colors.accent, 1 / zoom);
    painter.setPen(pen);
    for (const QLineF &line : m_guides)
        painter.drawLine(line);
    if (m_copies && !m_delta.isNull()) {
        pen.setStyle(Qt::DashLine);
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        for (const auto &[id, from] : m_steps)
            if (const StepItem *step = m_view.canvas().step(id))
                painter.drawRoundedRect(step->geometry().card().translated(from + m_delta), StepGeometry::Radius,
                                        StepGeometry::Radius);
        for (const auto &[id, from] : m_frames)
            painter.drawRoundedRect(from.translated(m_delta), FrameItem::Radius, FrameItem::Radius);
        for (const auto &[id, from] : m_notes)
            painter.drawRect(from.translated(m_delta));
    }
}

QRectF MoveGesture::overlay() const
{
    QRectF rect = movedRect();
    for (const QLineF &line : m_guides)
        rect |= QRectF(line.p1(), line.p2()).normalized().adjusted(-1, -1, 1, 1);
    return rect;
}

} // namespace millrace
