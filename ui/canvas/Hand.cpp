// SPDX-License-Identifier: MIT
#include "canvas/Hand.h"

#include "canvas/CanvasPane.h"
#include "canvas/CanvasScene.h"
#include "canvas/gestures/ConnectGesture.h"
#include "canvas/gestures/MoveGesture.h"
#include "canvas/gestures/PanGesture.h"
#include "canvas/gestures/ResizeGesture.h"
#include "canvas/gestures/RubberBandGesture.h"
#include "canvas/minimap/MinimapCorner.h"

#include <QLineF>
#include <QMouseEvent>
#include <QSignalBlocker>

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr double PortReach = 11; // pixels around a port that take hold of it
constexpr double GripReach = 5;  // pixels around a frame's edge, or a note's, that take hold of it
constexpr double EdgeWidth = 28; // pixels from the edge within which a drag scrolls
constexpr double EndReach = 40;  // pixels along a link from its end that take hold of that end

} // namespace

Hand::Hand(CanvasPane &pane, MinimapCorner &corner) : m_pane(pane), m_corner(corner)
{
    m_scrollTimer.setInterval(16);
    QObject::connect(&m_scrollTimer, &QTimer::timeout, &m_scrollTimer, [this] { scrollAtEdges(); });
}

Hand::~Hand() = default;

Pointer Hand::pointerOf(QPointF pixels, Qt::KeyboardModifiers modifiers) const
{
    return {m_pane.viewportTransform().inverted().map(pixels), pixels, modifiers};
}

void Hand::begin(std::unique_ptr<Gesture> gesture, const Pointer &pointer)
{
    m_gesture = std::move(gesture);
    m_pointer = pointer;
    m_gesture->press(pointer);
    if (m_gesture->scrollsAtEdges())
        m_scrollTimer.start();
    updateOverlay();
}

std::unique_ptr<Gesture> Hand::takeGesture()
{
    m_scrollTimer.stop();
    m_overlay = {};
    m_pane.viewport()->update();
    return std::move(m_gesture);
}

void Hand::letGo()
{
    if (!m_gesture)
        return;
    // A gesture that goes may take the focus along, or change the drawing: nothing is held any more by then.
    const std::unique_ptr<Gesture> gesture = takeGesture();
    gesture->cancel();
    m_corner.carry({});
    m_pane.stopExplaining();
    Q_EMIT m_pane.told({});
}

void Hand::keepHold()
{
    if (!m_gesture)
        return;
    if (m_gesture->hasLostHold()) {
        letGo();
        return;
    }
    m_pointer = pointerOf(m_pointer.view, m_pointer.modifiers);
    m_gesture->move(m_pointer);
    updateOverlay();
}

void Hand::updateOverlay()
{
    const QRectF now = m_gesture ? m_gesture->overlay() : QRectF();
    const double margin = 4 / m_pane.pixelScale();
    const QRectF both = (m_overlay | now).adjusted(-margin, -margin, margin, margin);
    m_pane.viewport()->update(m_pane.mapFromScene(both).boundingRect());
    m_overlay = now;
}

void Hand::scrollAtEdges()
{
    if (!m_gesture)
        return;
    const QRectF edges = QRectF(m_pane.viewport()->rect()).adjusted(EdgeWidth, EdgeWidth, -EdgeWidth, -EdgeWidth);
    const QPointF at = m_pointer.view;
    const auto speed = [](double value, double low, double high) {
        return std::clamp(value < low ? low - value : value > high ? high - value : 0.0, -EdgeWidth, EdgeWidth) / 2;
    };
    const QPointF by(speed(at.x(), edges.left(), edges.right()), speed(at.y(), edges.top(), edges.bottom()));
    if (by.isNull())
        return;
    m_pane.panBy(by);
    m_pointer = pointerOf(at, m_pointer.modifiers);
    m_gesture->move(m_pointer);
    updateOverlay();
}

void Hand::hover(QPointF at)
{
    StepItem *step = m_pane.canvas().stepAt(at);
    LinkItem *link = step ? nullptr : m_pane.canvas().linkAt(at);
    // What was hovered may be gone, and another may be in its place in memory: it is looked up again.
    for (StepItem *item : m_pane.canvas().steps())
        item->setHovered(item == step);
    for (LinkItem *item : m_pane.canvas().links())
        item->setHovered(item == link);
    const bool isPort = step && step->geometry().portAt(at - step->pos(), PortReach);
    const auto grip = step ? std::nullopt : m_pane.canvas().gripAt(at, GripReach / m_pane.pixelScale());
    m_pane.viewport()->setCursor(isPort          ? Qt::CrossCursor
                                 : m_isSpaceHeld ? Qt::OpenHandCursor
                                 : grip          ? grip->grip.cursor()
                                                 : Qt::ArrowCursor);
}

void Hand::select(QGraphicsItem &item, Qt::KeyboardModifiers modifiers)
{
    if (modifiers & (Qt::ControlModifier | Qt::ShiftModifier)) {
        item.setSelected(!item.isSelected());
    } else if (!item.isSelected()) {
        const QSignalBlocker blocker(&m_pane.canvas());
        m_pane.canvas().clearSelection();
        item.setSelected(true);
    } else {
        return;
    }
    Q_EMIT m_pane.canvas().selectionChanged();
}

std::unique_ptr<Gesture> Hand::moveFrom(QGraphicsItem &item, Qt::KeyboardModifiers modifiers)
{
    // A toggling press on what is selected may be the beginning of a drag that copies it: a click takes it out when it ends.
    const bool deselects = item.isSelected() && (modifiers & (Qt::ControlModifier | Qt::ShiftModifier));
    if (!deselects)
        select(item, modifiers);
    return std::make_unique<MoveGesture>(m_pane, item, deselects);
}

std::unique_ptr<Gesture> Hand::connectFrom(StepItem &step, const Port &port, Qt::KeyboardModifiers modifiers)
{
    // The end of a link that is there already is taken along; from an output only with Shift, since many may leave it.
    const bool isInput = port.kind == Port::Kind::Input;
    if (isInput || (modifiers & Qt::ShiftModifier))
        for (auto at = m_pane.canvas().links().rbegin(); at != m_pane.canvas().links().rend(); ++at) {
            const LinkView &link = (*at)->view();
            if (isInput ? link.toStep == step.id() && step.portNamed(link.toPort, true) == port
                        : link.fromStep == step.id() && link.fromPort == step.portName(port))
                return std::make_unique<ConnectGesture>(m_pane, step.id(), port, link);
        }
    return std::make_unique<ConnectGesture>(m_pane, step.id(), port);
}

std::unique_ptr<Gesture> Hand::rerouteFrom(const LinkItem &link, QPointF at)
{
    const LinkView &view = link.view();
    const StepItem *from = m_pane.canvas().step(view.fromStep), *to = m_pane.canvas().step(view.toStep);
    if (!from || !to)
        return {};
    const Port output = from->portNamed(view.fromPort, false), input = to->portNamed(view.toPort, true);
    const double toOutput = QLineF(at, from->portPosition(output)).length(),
                 toInput = QLineF(at, to->portPosition(input)).length();
    if (std::min(toOutput, toInput) * m_pane.pixelScale() > EndReach)
        return {};
    const bool takesInput = toInput <= toOutput;
    return std::make_unique<ConnectGesture>(m_pane, takesInput ? to->id() : from->id(), takesInput ? input : output,
                                            view);
}

std::unique_ptr<Gesture> Hand::resizeAt(QPointF at)
{
    const auto held = m_pane.canvas().gripAt(at, GripReach / m_pane.pixelScale());
    if (!held)
        return {};
    select(*held->item, {});
    return std::make_unique<ResizeGesture>(m_pane, *held);
}

FrameItem *Hand::frameAt(QPointF at) const
{
    return m_pane.canvas().frameAt(at, GripReach / m_pane.pixelScale());
}

std::unique_ptr<Gesture> Hand::gestureFor(const QMouseEvent &event)
{
    if (event.button() == Qt::MiddleButton || (event.button() == Qt::LeftButton && m_isSpaceHeld)) {
        m_spacePanned = m_isSpaceHeld;
        return std::make_unique<PanGesture>(m_pane);
    }
    if (event.button() != Qt::LeftButton)
        return {};
    const QPointF at = pointerOf(event.position(), event.modifiers()).scene;
    if (StepItem *step = m_pane.canvas().stepAt(at)) {
        if (const auto port = step->geometry().portAt(at - step->pos(), PortReach))
            return connectFrom(*step, *port, event.modifiers());
        return moveFrom(*step, event.modifiers());
    }
    if (!(event.modifiers() & (Qt::ControlModifier | Qt::ShiftModifier)))
        if (auto gesture = resizeAt(at))
            return gesture;
    if (NoteItem *note = m_pane.canvas().noteAt(at)) {
        return moveFrom(*note, event.modifiers());
    }
    if (LinkItem *link = m_pane.canvas().linkAt(at)) {
        select(*link, event.modifiers());
        return rerouteFrom(*link, at);
    }
    if (FrameItem *frame = frameAt(at)) {
        return moveFrom(*frame, event.modifiers());
    }
    return std::make_unique<RubberBandGesture>(m_pane);
}

/// The menu is about what is under the hand, and on the empty canvas about the canvas.
void Hand::selectForMenu(QPointF at)
{
    CanvasScene &scene = m_pane.canvas();
    if (StepItem *step = scene.stepAt(at))
        select(*step, {});
    else if (NoteItem *note = scene.noteAt(at))
        select(*note, {});
    else if (LinkItem *link = scene.linkAt(at))
        select(*link, {});
    else if (FrameItem *frame = frameAt(at))
        select(*frame, {});
    else
        scene.clearSelection();
}

void Hand::press(const QMouseEvent &event)
{
    if (m_gesture && event.buttons() != event.button())
        return; // another button beside the one that holds
    if (m_gesture)
        letGo();                      // somebody else got the release
    m_pane.canvas().glide().settle(); // a hand holds what stands still
    if (event.button() == Qt::RightButton)
        selectForMenu(m_pane.mapToScene(event.position().toPoint()));
    else if (auto gesture = gestureFor(event))
        begin(std::move(gesture), pointerOf(event.position(), event.modifiers()));
}

void Hand::move(const QMouseEvent &event)
{
    const Pointer pointer = pointerOf(event.position(), event.modifiers());
    if (m_gesture && event.buttons() == Qt::NoButton)
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
    m_corner.carry(pointer.view);
}

void Hand::release(const QMouseEvent &event)
{
    if (!m_gesture)
        return;
    const std::unique_ptr<Gesture> gesture = takeGesture();
    m_corner.carry({});
    m_pane.stopExplaining();
    gesture->release(pointerOf(event.position(), event.modifiers()));
    Q_EMIT m_pane.told({});
}

void Hand::goAway()
{
    if (!m_gesture)
        hover(QPointF(1e9, 1e9));
}

void Hand::holdSpace()
{
    m_isSpaceHeld = true;
    m_spacePanned = false;
    m_pane.viewport()->setCursor(Qt::OpenHandCursor);
}

bool Hand::releaseSpace()
{
    if (m_isSpaceHeld)
        m_pane.viewport()->unsetCursor();
    return std::exchange(m_isSpaceHeld, false) && !m_spacePanned && !m_gesture;
}

void Hand::paint(QPainter &painter) const
{
    if (m_gesture)
        m_gesture->paint(painter, m_pane.pixelScale());
}

} // namespace millrace
