// SPDX-License-Identifier: MIT
#include "canvas/CanvasView.h"

#include "canvas/CanvasAccessible.h"
#include "canvas/CanvasScene.h"
#include "canvas/Minimap.h"
#include "model/layout/Layout.h"
#include "theme/Fields.h"

#include <QLabel>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr QSize SmallCanvas(640, 420); // pixels: a canvas narrower or lower than this is small
constexpr int MinimapMargin = 12;      // pixels to the canvas's edges
constexpr int RestTime = 1500;         // milliseconds without a move after which the paper is at rest
constexpr int MapReach = 48;           // pixels from the minimap within which it gives way to what a hand carries
constexpr double FreeMargin = 30000;   // of empty canvas around the drawing: more than a large screen shows at 10 %

/// As wide as its text, but at most so many pixels: a longer one is broken into lines.
void fitText(QLabel &label, int most)
{
    label.setWordWrap(false);
    label.adjustSize();
    if (label.width() <= most)
        return;
    label.setWordWrap(true);
    label.resize(most, label.heightForWidth(most));
}

} // namespace

CanvasView::CanvasView(CanvasScene &scene, QWidget *parent)
    : QGraphicsView(&scene, parent)
    , m_scene(scene)
    , m_minimap(new Minimap(*this))
    , m_hint(new QLabel(this))
    , m_reason(makeLabel({}, "", this))
    , m_textScale(scene.theme().fontScale())
{
    makeCanvasAccessible();
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
    m_hint->setTextFormat(Qt::RichText);
    m_hint->setText(tr("<p><b>Nothing is drawn yet</b></p><p>Tab or a double-click adds a step.<br>"
                       "Drop a data file or a folder here to read it.</p>"));
    m_reason->setObjectName(QStringLiteral("canvasReason"));
    m_reason->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_reason->hide();
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    m_scrollTimer.setInterval(16);
    m_travel.setSingleShot(true);
    m_travel.setInterval(RestTime);
    connect(&m_travel, &QTimer::timeout, this, &CanvasView::placeMinimap);
    connect(m_minimap, &Minimap::touched, this, [this](bool isTouched) {
        if (!isTouched)
            m_travel.start();
        placeMinimap();
    });
    connect(&m_scrollTimer, &QTimer::timeout, this, &CanvasView::scrollAtEdges);
    connect(&scene, &QGraphicsScene::changed, this, [this] {
        updateSceneRect();
        placeMinimap();
        placeHint();
    });
    connect(&scene, &QGraphicsScene::selectionChanged, this, [this] {
        viewport()->update();
        restMinimap();
        tellFocus(*this);
    });
    setPixelScale(m_textScale);
    updateSceneRect();
}

CanvasView::~CanvasView() = default;

void CanvasView::updateSceneRect()
{
    const QRectF wanted = m_scene.contentRect().adjusted(-FreeMargin, -FreeMargin, FreeMargin, FreeMargin);
    // Grows only: a rectangle that shrinks under the hand would move the view.
    const QScopedValueRollback placing(m_isPlacing, true);
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

void CanvasView::setPixelScale(double scale)
{
    setTransform(QTransform::fromScale(scale, scale));
}

void CanvasView::setZoom(double zoom)
{
    zoomAt(zoom, QRectF(viewport()->rect()).center());
}

void CanvasView::zoomAt(double zoom, QPointF viewPoint)
{
    m_fitted = {};
    zoom = std::clamp(zoom, LeastZoom, MostZoom);
    const QPointF before = mapToScene(viewPoint.toPoint());
    setPixelScale(zoom * m_textScale);
    const QPointF after = mapFromScene(before);
    panBy(viewPoint.toPoint() - after);
    keepHold();
    placeMinimap();
    Q_EMIT zoomChanged(zoom);
}

void CanvasView::zoomToFit(const QRectF &rect, double most)
{
    m_fitted = {};
    if (rect.isEmpty())
        return;
    constexpr double Margin = 36;
    const QRectF all = QRectF(viewport()->rect()).adjusted(Margin, Margin, -Margin, -Margin);
    const auto zoomWithin = [&](const QRectF &room) {
        return std::clamp(std::min(room.width() / rect.width(), room.height() / rect.height()) / m_textScale, LeastZoom,
                          most);
    };
    const auto show = [&](const QRectF &room) {
        setPixelScale(zoomWithin(room) * m_textScale);
        centerOn(rect.center());
        panBy(room.center() - all.center());
    };
    show(all);
    // Where there is more than is in view the minimap takes a corner: what is to be seen stands beside it, or above it.
    const QRect map = minimapPlace();
    if (m_wantsMinimap && !showsAll() && (coversSomething(map) || coversFrame(map))) {
        QRectF beside = all, above = all;
        beside.setRight(map.left() - MinimapMargin);
        above.setBottom(map.top() - MinimapMargin);
        show(zoomWithin(beside) > zoomWithin(above) ? beside : above);
    }
    keepHold();
    placeMinimap();
    Q_EMIT zoomChanged(zoom());
}

void CanvasView::fitAll()
{
    const QRectF all = m_scene.contentRect();
    if (all.isEmpty()) {
        setZoom(1);
        return;
    }
    const QScopedValueRollback placing(m_isPlacing, true);
    zoomToFit(all);
    m_fitted = all;
}

void CanvasView::fitAgain()
{
    if (!m_fitted.isEmpty() && !m_gesture && m_fitted == m_scene.contentRect())
        fitAll();
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

void CanvasView::explain(const QString &sentence, QPointF viewPoint)
{
    constexpr QPoint Aside(14, 18); // pixels from the pointer's tip to beside it
    const QRect room = viewport()->rect().adjusted(6, 6, -6, -6);
    m_reason->setText(sentence);
    fitText(*m_reason, room.width());
    m_reason->setVisible(!sentence.isEmpty());
    const QPoint at = viewPoint.toPoint() + Aside;
    m_reason->move(std::max(room.left(), std::min(at.x(), room.right() - m_reason->width())),
                   std::max(room.top(), std::min(at.y(), room.bottom() - m_reason->height())));
}

void CanvasView::keepHold()
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

void CanvasView::showStep(const std::string &id)
{
    if (const StepItem *step = m_scene.step(id)) {
        ensureVisible(step->card(), 60, 60);
        restMinimap();
    }
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

bool CanvasView::showsAll() const
{
    return visibleScene().contains(m_scene.contentRect()); // also where nothing is drawn
}

void CanvasView::placeMinimap()
{
    const QRect place = minimapPlace();
    const bool isAwake = m_minimap->isHeld() || m_minimap->isTouched() || m_travel.isActive();
    const bool isFolded = !isAwake && coversSomething(place);
    const QSize sign = Minimap::FoldedSize;
    m_minimap->setFolded(isFolded);
    m_minimap->setGeometry(isFolded ? QRect(place.bottomRight() - QPoint(sign.width() - 1, sign.height() - 1), sign)
                                    : place);
    // Not under the hand that drags it.
    const bool isApproached =
        m_carried && place.adjusted(-MapReach, -MapReach, MapReach, MapReach).contains(m_carried->toPoint());
    m_minimap->setVisible(m_wantsMinimap && (m_minimap->isHeld() || (!isApproached && !showsAll())));
    m_minimap->update();
}

/// What has just been selected, added or looked for isn't covered, whatever has brought it into view.
void CanvasView::restMinimap()
{
    if (coversSelected(minimapPlace()))
        m_travel.stop();
    placeMinimap();
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
    fitText(*m_hint, std::max(120, width() - 24));
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

bool CanvasView::coversSelected(const QRect &place) const
{
    const QRectF area = mapToScene(place).boundingRect();
    return std::ranges::any_of(m_scene.selectedItems(), [&area](QGraphicsItem *item) {
        const auto *step = qgraphicsitem_cast<StepItem *>(item);
        return step && step->card().intersects(area);
    });
}

bool CanvasView::coversFrame(const QRect &place) const
{
    const QRectF area = mapToScene(place).boundingRect();
    return std::ranges::any_of(m_scene.frames(),
                               [&](const FrameItem *frame) { return frame->view().rect.intersects(area); });
}

void CanvasView::resizeEvent(QResizeEvent *event)
{
    {
        const QScopedValueRollback placing(m_isPlacing, true);
        QGraphicsView::resizeEvent(event);
    }
    fitAgain();
    placeMinimap();
    placeHint();
}

void CanvasView::scrollContentsBy(int dx, int dy)
{
    QGraphicsView::scrollContentsBy(dx, dy);
    if (!m_isPlacing)
        m_fitted = {};
    m_travel.start();
    placeMinimap();
}

void CanvasView::drawBackground(QPainter *painter, const QRectF &rect)
{
    const Colors &colors = m_scene.theme().colors();
    painter->fillRect(rect, colors.canvas);
    double distance = grid::Step;
    while (distance * pixelScale() < 14)
        distance *= 2;
    std::vector<QPointF> dots;
    for (double y = std::ceil(rect.top() / distance) * distance; y <= rect.bottom(); y += distance)
        for (double x = std::ceil(rect.left() / distance) * distance; x <= rect.right(); x += distance)
            dots.emplace_back(x, y);
    QPen pen(colors.canvasDot, 2 * painter->device()->devicePixelRatioF()); // cosmetic pens are in device's pixels
    pen.setCosmetic(true);
    painter->setPen(pen);
    painter->drawPoints(dots.data(), int(dots.size()));
}

void CanvasView::drawForeground(QPainter *painter, const QRectF &)
{
    if (m_gesture)
        m_gesture->paint(*painter, pixelScale());
    if (!m_linkTarget.empty())
        if (const StepItem *from = m_scene.step(m_linkSource), *to = m_scene.step(m_linkTarget); from && to)
            m_scene.linkPainter().paintDraft(*painter, from->portPosition(m_linkPort), to->portPosition({}),
                                             m_linkPort.kind == Port::Kind::Error);
}

} // namespace millrace
