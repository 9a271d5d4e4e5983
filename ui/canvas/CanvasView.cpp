// SPDX-License-Identifier: MIT
#include "canvas/CanvasView.h"

#include "canvas/CanvasScene.h"
#include "canvas/gestures/ConnectGesture.h"
#include "canvas/gestures/MoveGesture.h"
#include "canvas/gestures/PanGesture.h"
#include "canvas/gestures/ResizeGesture.h"
#include "canvas/gestures/RubberBandGesture.h"
#include "canvas/Minimap.h"
#include "model/Layout.h"

#include <QContextMenuEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr double PortReach = 11;       // pixels around a port that take hold of it
constexpr double GripReach = 5;        // pixels around a frame's edge, or a note's, that take hold of it
constexpr double EdgeWidth = 28;       // pixels from the edge within which a drag scrolls
constexpr QSize SmallCanvas(640, 420); // pixels: a canvas narrower or lower than this is small
constexpr int MinimapMargin = 12;      // pixels to the canvas's edges
constexpr int MapReach = 48;           // pixels from the minimap within which it gives way to what a hand carries
constexpr double FreeMargin = 30000;   // of empty canvas around the drawing: more than a large screen shows at 10 %
constexpr double EndReach = 40;        // pixels along a link from its end that take hold of that end

} // namespace

CanvasView::CanvasView(CanvasScene &scene, QWidget *parent)
    : QGraphicsView(&scene, parent), m_scene(scene), m_minimap(new Minimap(*this)), m_hint(new QLabel(this))
{
    setObjectName(QStringLiteral("canvas"));
    setAccessibleName(tr("Pipeline drawing"));
    setFrameShape(QFrame::NoFrame);
    setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform | QPainter::TextAntialiasing);
    setOptimizationFlags(DontSavePainterState | DontAdjustForAntialiasing);
    setViewportUpdateMode(SmartViewportUpdate);
    setTransformationAnchor(NoAnchor);
    setResizeAnchor(NoAnchor);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setAcceptDrops(true);
    m_hint->setObjectName(QStringLiteral("canvasHint"));
    m_hint->setProperty("role", QStringLiteral("muted"));
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_hint->setText(tr("<p><b>Nothing is drawn yet</b></p><p>Tab or a double-click adds a step.<br>"
                       "Drop a data file or a folder here to read it.</p>"));
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    m_scrollTimer.setInterval(16);
    connect(&m_scrollTimer, &QTimer::timeout, this, &CanvasView::scrollAtEdges);
    connect(&scene, &QGraphicsScene::changed, this, [this] {
        updateSceneRect();
        placeMinimap();
        placeHint();
    });
    connect(&scene, &QGraphicsScene::selectionChanged, viewport(), QOverload<>::of(&QWidget::update));
    updateSceneRect();
}

CanvasView::~CanvasView() = default;

void CanvasView::updateSceneRect()
{
    const QRectF wanted = m_scene.contentRect().adjusted(-FreeMargin, -FreeMargin, FreeMargin, FreeMargin);
    // Grows only: a rectangle that shrinks under the hand would move the view.
    if (!sceneRect().contains(wanted))
        setSceneRect(sceneRect() | wanted);
}

QRectF CanvasView::visibleScene() const
{
    return mapToScene(viewport()->rect()).boundingRect();
}

QPointF CanvasView::handPosition() const
{
    const QPoint hand = viewport()->mapFromGlobal(QCursor::pos());
    return viewport()->rect().contains(hand) && underMouse() ? mapToScene(hand) : visibleScene().center();
}

void CanvasView::setZoom(double zoom)
{
    zoomAt(zoom, QRectF(viewport()->rect()).center());
}

void CanvasView::zoomAt(double zoom, QPointF viewPoint)
{
    zoom = std::clamp(zoom, LeastZoom, MostZoom);
    const QPointF before = mapToScene(viewPoint.toPoint());
    setTransform(QTransform::fromScale(zoom, zoom));
    const QPointF after = mapFromScene(before);
    panBy(viewPoint.toPoint() - after);
    placeMinimap();
    Q_EMIT zoomChanged(zoom);
}

void CanvasView::zoomToFit(const QRectF &rect, double most)
{
    if (rect.isEmpty())
        return;
    constexpr double Margin = 36;
    const QRectF all = QRectF(viewport()->rect()).adjusted(Margin, Margin, -Margin, -Margin);
    const auto zoomWithin = [&](const QRectF &room) {
        return std::clamp(std::min(room.width() / rect.width(), room.height() / rect.height()), LeastZoom, most);
    };
    const auto show = [&](const QRectF &room) {
        setTransform(QTransform::fromScale(zoomWithin(room), zoomWithin(room)));
        centerOn(rect.center());
        panBy(room.center() - all.center());
    };
    show(all);
    // The minimap takes a corner: what is to be seen stands beside it, or above it.
    const QRect map = minimapPlace();
    if (m_wantsMinimap && coversSomething(map)) {
        QRectF beside = all, above = all;
        beside.setRight(map.left() - MinimapMargin);
        above.setBottom(map.top() - MinimapMargin);
        show(zoomWithin(beside) > zoomWithin(above) ? beside : above);
    }
    placeMinimap();
    Q_EMIT zoomChanged(zoom());
}

void CanvasView::fitAll()
{
    zoomToFit(m_scene.contentRect());
}

void CanvasView::fitSelection()
{
    QRectF rect;
    for (const StepItem *step : m_scene.steps())
        if (step->isSelected())
            rect |= step->card();
    for (const FrameItem *frame : m_scene.frames())
        if (frame->isSelected())
            rect |= frame->view().rect;
    zoomToFit(rect.isEmpty() ? m_scene.contentRect() : rect, 1.5);
}

void CanvasView::panBy(QPointF pixels)
{
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - int(std::lround(pixels.x())));
    verticalScrollBar()->setValue(verticalScrollBar()->value() - int(std::lround(pixels.y())));
}

void CanvasView::keepHold()
{
    if (!m_gesture)
        return;
    m_gesture->move(m_pointer);
    updateOverlay();
}

void CanvasView::showStep(const std::string &id)
{
    if (const StepItem *step = m_scene.step(id))
        ensureVisible(step->card(), 60, 60);
}

void CanvasView::setMinimapShown(bool isShown)
{
    m_wantsMinimap = isShown;
    placeMinimap();
}

bool CanvasView::isSmall() const
{
    return width() < SmallCanvas.width() || height() < SmallCanvas.height();
}

QRect CanvasView::minimapPlace() const
{
    const QSize size = isSmall() ? m_minimap->sizeHint() * 2 / 3 : m_minimap->sizeHint();
    return {QPoint(width() - size.width() - MinimapMargin, height() - size.height() - MinimapMargin), size};
}

void CanvasView::placeMinimap()
{
    const QRect place = minimapPlace();
    m_minimap->setGeometry(place);
    // Not under the hand that drags it.
    const bool isInTheWay = isSmall() && coversSomething(place);
    const bool isApproached =
        m_carried && place.adjusted(-MapReach, -MapReach, MapReach, MapReach).contains(m_carried->toPoint());
    m_minimap->setVisible(m_wantsMinimap && (m_minimap->isHeld() || !(isInTheWay || isApproached)));
    m_minimap->update();
}

void CanvasView::carry(std::optional<QPointF> viewPoint)
{
    m_carried = viewPoint;
    placeMinimap();
}

void CanvasView::placeHint()
{
    const Drawing &drawing = m_scene.drawing();
    const bool isEmpty = drawing.steps.empty() && drawing.notes.empty() && drawing.frames.empty();
    m_hint->setVisible(isEmpty);
    if (!isEmpty)
        return; // as for all samples of a run
    m_hint->adjustSize();
    m_hint->move(rect().center() - m_hint->rect().center());
}

bool CanvasView::coversSomething(const QRect &place) const
{
    const QRectF area = mapToScene(place).boundingRect();
    const auto found = m_scene.items(area, Qt::IntersectsItemBoundingRect);
    return std::ranges::any_of(found, [&area](QGraphicsItem *item) {
        if (const auto *step = qgraphicsitem_cast<StepItem *>(item))
            return step->card().intersects(area);
        const auto *note = qgraphicsitem_cast<NoteItem *>(item);
        return note && note->view().rect.intersects(area);
    });
}

void CanvasView::resizeEvent(QResizeEvent *event)
{
    QGraphicsView::resizeEvent(event);
    placeMinimap();
    placeHint();
}

void CanvasView::scrollContentsBy(int dx, int dy)
{
    QGraphicsView::scrollContentsBy(dx, dy);
    placeMinimap();
}

void CanvasView::drawBackground(QPainter *painter, const QRectF &rect)
{
    const Colors &colors = m_scene.theme().colors();
    painter->fillRect(rect, colors.canvas);
    double distance = grid::Step;
    while (distance * zoom() < 14)
        distance *= 2;
    std::vector<QPointF> dots;
    for (double y = std::ceil(rect.top() / distance) * distance; y <= rect.bottom(); y += distance)
        for (double x = std::ceil(rect.left() / distance) * distance; x <= rect.right(); x += distance)
            dots.emplace_back(x, y);
    QPen pen(colors.canvasDot, 2);
    pen.setCosmetic(true);
    painter->setPen(pen);
    painter->drawPoints(dots.data(), int(dots.size()));
}

void CanvasView::drawForeground(QPainter *painter, const QRectF &)
{
    if (m_gesture)
        m_gesture->paint(*painter, zoom());
    if (!m_linkTarget.empty())
        if (const StepItem *from = m_scene.step(m_linkSource), *to = m_scene.step(m_linkTarget); from && to)
            m_scene.linkPainter().paintDraft(*painter, from->portPosition(m_linkPort), to->portPosition({}),
                                             m_linkPort.kind == Port::Kind::Error);
}

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

void CanvasView::end()
{
    m_scrollTimer.stop();
    updateOverlay();
    m_gesture.reset();
    carry({});
    Q_EMIT told({});
}

void CanvasView::updateOverlay()
{
    const QRectF now = m_gesture ? m_gesture->overlay() : QRectF();
    const double margin = 4 / zoom();
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
    const auto grip = step ? std::nullopt : m_scene.gripAt(scenePoint, GripReach / zoom());
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
    if (std::min(toOutput, toInput) * zoom() > EndReach)
        return {};
    const bool takesInput = toInput <= toOutput;
    return std::make_unique<ConnectGesture>(*this, takesInput ? to->id() : from->id(), takesInput ? input : output,
                                            view);
}

std::unique_ptr<Gesture> CanvasView::resizeAt(QPointF at)
{
    const auto held = m_scene.gripAt(at, GripReach / zoom());
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
        select(*step, event.modifiers());
        return std::make_unique<MoveGesture>(*this, *step);
    }
    if (!(event.modifiers() & (Qt::ControlModifier | Qt::ShiftModifier)))
        if (auto gesture = resizeAt(at))
            return gesture;
    if (NoteItem *note = m_scene.noteAt(at)) {
        select(*note, event.modifiers());
        return std::make_unique<MoveGesture>(*this, *note);
    }
    if (LinkItem *link = m_scene.linkAt(at)) {
        select(*link, event.modifiers());
        return rerouteFrom(*link, at);
    }
    if (FrameItem *frame = m_scene.frameAt(at, GripReach / zoom())) {
        select(*frame, event.modifiers());
        return std::make_unique<MoveGesture>(*this, *frame);
    }
    return std::make_unique<RubberBandGesture>(*this);
}

void CanvasView::mousePressEvent(QMouseEvent *event)
{
    leaveKeyboardLink();
    setFocus(Qt::MouseFocusReason);
    if (m_gesture)
        return;
    if (event->button() == Qt::RightButton) {
        const QPointF at = mapToScene(event->position().toPoint());
        // The menu is about what is under the hand, and on the empty canvas about the canvas.
        if (StepItem *step = m_scene.stepAt(at))
            select(*step, {});
        else if (NoteItem *note = m_scene.noteAt(at))
            select(*note, {});
        else if (LinkItem *link = m_scene.linkAt(at))
            select(*link, {});
        else if (FrameItem *frame = m_scene.frameAt(at, GripReach / zoom()))
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
    gesture->release(pointerOf(event->position(), event->modifiers()));
    Q_EMIT told({});
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const QPointF at = mapToScene(event->position().toPoint());
    if (const StepItem *step = m_scene.stepAt(at))
        renameInPlace(step->id());
    else if (const NoteItem *note = m_scene.noteAt(at))
        Q_EMIT noteActivated(note->index());
    else if (const FrameItem *frame = m_scene.frameAt(at, GripReach / zoom()))
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
