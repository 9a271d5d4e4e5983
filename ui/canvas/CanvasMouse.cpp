// SPDX-License-Identifier: MIT
// What the canvas does on the mouse: what a press takes hold of, and the gesture that follows.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "canvas/gestures/ConnectGesture.h"
#include "canvas/gestures/MoveGesture.h"
#include "canvas/gestures/PanGesture.h"
#include "canvas/gestures/ResizeGesture.h"
#include "canvas/gestures/RubberBandGesture.h"

#include <QContextMenuEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr double PortReach = 11; // pixels around a port that take hold of it
constexpr double GripReach = 5;  // pixels around a frame's edge, or a note's, that take hold of it
constexpr double EdgeWidth = 28; // pixels from the edge within which a drag scrolls
constexpr double EndReach = 40;  // pixels along a link from its end that take hold of that end

} // namespace

Pointer CanvasView::pointerOf(QPointF viewPoint, Qt::KeyboardModifiers modifiers) const
{
    return {viewportTransform().inverted().map(viewPoint), viewPoint, modifiers};
}

void CanvasView::begin(std::unique_ptr<Gesture> gesture, const Pointer &pointer)
{
    m_gesture = std::move(gesture);
    m_pointer = pointer;
    m_gesture->press(pointer);
    if (m_gesture->scrollsAtEdges())
        m_scrollTimer.start();
    updateOverlay();
}

void CanvasView::letGo()
{
    // A gesture that goes may take the focus along, or change the drawing: nothing is held any more by then.
    const std::unique_ptr<Gesture> gesture = std::move(m_gesture);
    m_scrollTimer.stop();
    gesture->cancel();
    m_overlay = {};
    viewport()->update();
    carry({});
    m_reason->hide();
    Q_EMIT told({});
}

void CanvasView::updateOverlay()
{
    const QRectF now = m_gesture ? m_gesture->overlay() : QRectF();
    const double margin = 4 / pixelScale();
    const QRectF both = (m_overlay | now).adjusted(-margin, -margin, margin, margin);
    viewport()->update(mapFromScene(both).boundingRect());
    m_overlay = now;
}

void CanvasView::scrollAtEdges()
{
    if (!m_gesture)
        return;
    const QRectF edges = QRectF(viewport()->rect()).adjusted(EdgeWidth, EdgeWidth, -EdgeWidth, -EdgeWidth);
    const QPointF at = m_pointer.view;
    const auto speed = [](double value, double low, double high) {
        return std::clamp(value < low ? low - value : value > high ? high - value : 0.0, -EdgeWidth, EdgeWidth) / 2;
    };
    const QPointF by(speed(at.x(), edges.left(), edges.right()), speed(at.y(), edges.top(), edges.bottom()));
    if (by.isNull())
        return;
    panBy(by);
    m_pointer = pointerOf(at, m_pointer.modifiers);
    m_gesture->move(m_pointer);
    updateOverlay();
}

void CanvasView::hover(QPointF scenePoint)
{
    StepItem *step = m_scene.stepAt(scenePoint);
    LinkItem *link = step ? nullptr : m_scene.linkAt(scenePoint);
    // What was hovered may be gone, and another may be in its place in memory: it is looked up again.
    for (StepItem *item : m_scene.steps())
        item->setHovered(item == step);
    for (LinkItem *item : m_scene.links())
        item->setHovered(item == link);
    const bool isPort = step && step->geometry().portAt(scenePoint - step->pos(), PortReach);
    const auto grip = step ? std::nullopt : m_scene.gripAt(scenePoint, GripReach / pixelScale());
    viewport()->setCursor(isPort          ? Qt::CrossCursor
                          : m_isSpaceHeld ? Qt::OpenHandCursor
                          : grip          ? grip->grip.cursor()
                                          : Qt::ArrowCursor);
}

void CanvasView::select(QGraphicsItem &item, Qt::KeyboardModifiers modifiers)
{
    if (modifiers & (Qt::ControlModifier | Qt::ShiftModifier)) {
        item.setSelected(!item.isSelected());
    } else if (!item.isSelected()) {
        const QSignalBlocker blocker(&m_scene);
        m_scene.clearSelection();
        item.setSelected(true);
    } else {
        return;
    }
    Q_EMIT m_scene.selectionChanged();
}

std::unique_ptr<Gesture> CanvasView::moveFrom(QGraphicsItem &item, Qt::KeyboardModifiers modifiers)
{
    // A toggling press on what is selected may be the beginning of a drag that copies it: a click takes it out when it ends.
    const bool deselects = item.isSelected() && (modifiers & (Qt::ControlModifier | Qt::ShiftModifier));
    if (!deselects)
        select(item, modifiers);
    return std::make_unique<MoveGesture>(*this, item, deselects);
}

std::unique_ptr<Gesture> CanvasView::connectFrom(StepItem &step, const Port &port, Qt::KeyboardModifiers modifiers)
{
    // The end of a link that is there already is taken along; from an output only with Shift, since many may leave it.
    const bool isInput = port.kind == Port::Kind::Input;
    if (isInput || (modifiers & Qt::ShiftModifier))
        for (auto at = m_scene.links().rbegin(); at != m_scene.links().rend(); ++at) {
            const LinkView &link = (*at)->view();
            if (isInput ? link.toStep == step.id() : link.fromStep == step.id() && link.fromPort == step.portName(port))
                return std::make_unique<ConnectGesture>(*this, step.id(), port, link);
        }
    return std::make_unique<ConnectGesture>(*this, step.id(), port);
}

std::unique_ptr<Gesture> CanvasView::rerouteFrom(const LinkItem &link, QPointF at)
{
    const LinkView &view = link.view();
    const StepItem *from = m_scene.step(view.fromStep), *to = m_scene.step(view.toStep);
    if (!from || !to)
        return {};
    const Port output = from->portNamed(view.fromPort, false), input = to->portNamed(view.toPort, true);
    const double toOutput = QLineF(at, from->portPosition(output)).length(),
                 toInput = QLineF(at, to->portPosition(input)).length();
    if (std::min(toOutput, toInput) * pixelScale() > EndReach)
        return {};
    const bool takesInput = toInput <= toOutput;
    return std::make_unique<ConnectGesture>(*this, takesInput ? to->id() : from->id(), takesInput ? input : output,
                                            view);
}

std::unique_ptr<Gesture> CanvasView::resizeAt(QPointF at)
{
    const auto held = m_scene.gripAt(at, GripReach / pixelScale());
    if (!held)
        return {};
    select(*held->item, {});
    return std::make_unique<ResizeGesture>(*this, *held);
}

std::unique_ptr<Gesture> CanvasView::gestureFor(const QMouseEvent &event)
{
    if (event.button() == Qt::MiddleButton || (event.button() == Qt::LeftButton && m_isSpaceHeld)) {
        m_spacePanned = m_isSpaceHeld;
        return std::make_unique<PanGesture>(*this);
    }
    if (event.button() != Qt::LeftButton)
        return {};
    const QPointF at = pointerOf(event.position(), event.modifiers()).scene;
    if (StepItem *step = m_scene.stepAt(at)) {
        if (const auto port = step->geometry().portAt(at - step->pos(), PortReach))
            return connectFrom(*step, *port, event.modifiers());
        return moveFrom(*step, event.modifiers());
    }
    if (!(event.modifiers() & (Qt::ControlModifier | Qt::ShiftModifier)))
        if (auto gesture = resizeAt(at))
            return gesture;
    if (NoteItem *note = m_scene.noteAt(at)) {
        return moveFrom(*note, event.modifiers());
    }
    if (LinkItem *link = m_scene.linkAt(at)) {
        select(*link, event.modifiers());
        return rerouteFrom(*link, at);
    }
    if (FrameItem *frame = m_scene.frameAt(at, GripReach / pixelScale())) {
        return moveFrom(*frame, event.modifiers());
    }
    return std::make_unique<RubberBandGesture>(*this);
}

void CanvasView::mousePressEvent(QMouseEvent *event)
{
    leaveKeyboardLink();
    setFocus(Qt::MouseFocusReason);
    if (m_gesture && event->buttons() != event->button())
        return; // another button beside the one that holds
    if (m_gesture)
        letGo();              // somebody else got the release
    m_scene.glide().settle(); // a hand holds what stands still
    if (event->button() == Qt::RightButton) {
        const QPointF at = mapToScene(event->position().toPoint());
        // The menu is about what is under the hand, and on the empty canvas about the canvas.
        if (StepItem *step = m_scene.stepAt(at))
            select(*step, {});
        else if (NoteItem *note = m_scene.noteAt(at))
            select(*note, {});
        else if (LinkItem *link = m_scene.linkAt(at))
            select(*link, {});
        else if (FrameItem *frame = m_scene.frameAt(at, GripReach / pixelScale()))
            select(*frame, {});
        else
            m_scene.clearSelection();
        return;
    }
    if (auto gesture = gestureFor(*event))
        begin(std::move(gesture), pointerOf(event->position(), event->modifiers()));
}

void CanvasView::mouseMoveEvent(QMouseEvent *event)
{
    const Pointer pointer = pointerOf(event->position(), event->modifiers());
    if (m_gesture && event->buttons() == Qt::NoButton)
        letGo(); // somebody else got the release
    if (!m_gesture) {
        hover(pointer.scene);
        return;
    }
    const bool isTremble = m_pointer.view == pointer.view;
    m_pointer = pointer;
    if (isTremble)
        return;
    m_gesture->move(pointer);
    updateOverlay();
    carry(pointer.view);
}

void CanvasView::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_gesture)
        return;
    const std::unique_ptr<Gesture> gesture = std::move(m_gesture);
    m_scrollTimer.stop();
    viewport()->update();
    m_overlay = {};
    carry({});
    m_reason->hide();
    gesture->release(pointerOf(event->position(), event->modifiers()));
    Q_EMIT told({});
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const QPointF at = mapToScene(event->position().toPoint());
    if (const StepItem *step = m_scene.stepAt(at)) {
        if (step->view().hasCode && at.y() > step->pos().y() + step->geometry().name().bottom())
            Q_EMIT codeWanted(step->id());
        else
            renameInPlace(step->id());
    } else if (const NoteItem *note = m_scene.noteAt(at))
        Q_EMIT noteActivated(note->index());
    else if (const FrameItem *frame = m_scene.frameAt(at, GripReach / pixelScale()))
        renameFrame(frame->index());
    else
        Q_EMIT addRequested(at);
}

void CanvasView::wheelEvent(QWheelEvent *event)
{
    const bool isTouchpad = !event->pixelDelta().isNull();
    const bool zooms = (event->modifiers() & Qt::ControlModifier) || (!isTouchpad && !m_wheelPans);
    if (zooms) {
        zoomAt(zoom() * std::pow(1.0015, event->angleDelta().y()), event->position());
    } else {
        const QPoint by = isTouchpad ? event->pixelDelta() : event->angleDelta() / 2;
        panBy(event->modifiers() & Qt::ShiftModifier ? by.transposed() : by);
        keepHold();
    }
    event->accept();
}

bool CanvasView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::NativeGesture) {
        const auto &gesture = static_cast<QNativeGestureEvent &>(*event);
        if (gesture.gestureType() == Qt::ZoomNativeGesture) {
            zoomAt(zoom() * (1 + gesture.value()), gesture.position());
            return true;
        }
    }
    return QGraphicsView::viewportEvent(event);
}

void CanvasView::leaveEvent(QEvent *event)
{
    if (!m_gesture)
        hover(QPointF(1e9, 1e9));
    QGraphicsView::leaveEvent(event);
}

void CanvasView::contextMenuEvent(QContextMenuEvent *event)
{
    Q_EMIT menuRequested(event->globalPos());
}

} // namespace millrace
