// SPDX-License-Identifier: MIT
#include "canvas/CanvasPane.h"

#include "canvas/CanvasScene.h"
#include "pipeline/layout/Layout.h"
#include "theme/Fields.h"

#include <QLabel>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace millrace {

namespace {

constexpr double FreeMargin = 30000; // of empty canvas around the drawing: more than a large screen shows at 10 %

} // namespace

CanvasPane::CanvasPane(CanvasScene &scene, QWidget *parent)
    : QGraphicsView(&scene, parent)
    , m_scene(scene)
    , m_reason(makeLabel({}, "", this))
    , m_textScale(scene.theme().fontScale())
{
    setFrameShape(QFrame::NoFrame);
    setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform | QPainter::TextAntialiasing);
    setOptimizationFlags(DontSavePainterState | DontAdjustForAntialiasing);
    setViewportUpdateMode(SmartViewportUpdate);
    setTransformationAnchor(NoAnchor);
    setResizeAnchor(NoAnchor);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_reason->setObjectName(QStringLiteral("canvasReason"));
    m_reason->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_reason->hide();
    connect(&scene, &QGraphicsScene::changed, this, &CanvasPane::updateSceneRect);
    setPixelScale(m_textScale);
    updateSceneRect();
}

CanvasPane::~CanvasPane() = default;

void CanvasPane::updateSceneRect()
{
    const QRectF wanted = m_scene.contentRect().adjusted(-FreeMargin, -FreeMargin, FreeMargin, FreeMargin);
    // Grows only: a rectangle that shrinks under the hand would move the view.
    const QScopedValueRollback placing(m_isPlacing, true);
    if (!sceneRect().contains(wanted))
        setSceneRect(sceneRect() | wanted);
}

QRectF CanvasPane::visibleScene() const
{
    return mapToScene(viewport()->rect()).boundingRect();
}

bool CanvasPane::showsAll() const
{
    return visibleScene().contains(m_scene.contentRect()); // also where nothing is drawn
}

QPointF CanvasPane::handPosition() const
{
    const QPoint hand = viewport()->mapFromGlobal(QCursor::pos());
    return viewport()->rect().contains(hand) && underMouse() ? mapToScene(hand) : visibleScene().center();
}

void CanvasPane::setPixelScale(double scale)
{
    setTransform(QTransform::fromScale(scale, scale));
}

void CanvasPane::setZoom(double zoom)
{
    zoomAt(zoom, QRectF(viewport()->rect()).center());
}

void CanvasPane::zoomAt(double zoom, QPointF viewPoint)
{
    m_fitted = {};
    zoom = std::clamp(zoom, LeastZoom, MostZoom);
    const QPointF before = mapToScene(viewPoint.toPoint());
    setPixelScale(zoom * m_textScale);
    const QPointF after = mapFromScene(before);
    panBy(viewPoint.toPoint() - after);
    followZoom();
    Q_EMIT zoomChanged(zoom);
}

void CanvasPane::zoomToFit(const QRectF &rect, double most)
{
    m_fitted = {};
    if (rect.isEmpty())
        return;
    constexpr double Margin = 36;
    const QRectF all = QRectF(freeRect()).adjusted(Margin, Margin, -Margin, -Margin);
    const auto zoomWithin = [&](const QRectF &room) {
        return std::clamp(std::min(room.width() / rect.width(), room.height() / rect.height()) / m_textScale, LeastZoom,
                          most);
    };
    const auto show = [&](const QRectF &room) {
        setPixelScale(zoomWithin(room) * m_textScale);
        centerOn(rect.center());
        panBy(room.center() - QRectF(viewport()->rect()).center());
    };
    show(all);
    // What is to be seen stands beside what takes the lower right corner, or above it.
    if (const auto corner = showsAll() ? std::nullopt : coveredCorner()) {
        constexpr int Aside = 12; // pixels
        QRectF beside = all, above = all;
        beside.setRight(corner->left() - Aside);
        above.setBottom(corner->top() - Aside);
        show(zoomWithin(beside) > zoomWithin(above) ? beside : above);
    }
    followZoom();
    Q_EMIT zoomChanged(zoom());
}

void CanvasPane::fitAll()
{
    const QRectF all = m_scene.contentRect();
    if (all.isEmpty()) {
        setZoom(1);
        return;
    }
    const QScopedValueRollback placing(m_isPlacing, true);
    zoomToFit(all);
    m_fitted = all;
    m_isFromSource = false;
}

void CanvasPane::showFromSource()
{
    const QRectF all = m_scene.contentRect();
    if (all.isEmpty()) {
        setZoom(1);
        return;
    }
    const QScopedValueRollback placing(m_isPlacing, true);
    zoomToFit(all, MostOpening);
    if (zoom() < LeastOpening)
        beginAtSource(all);
    m_fitted = all;
    m_isFromSource = true;
}

/// The step that is furthest left, and of those the uppermost, stands at the left edge.
void CanvasPane::beginAtSource(const QRectF &all)
{
    constexpr double Margin = 36;
    QRectF first = all;
    for (const StepItem *step : m_scene.steps()) {
        const QRectF card = step->card();
        if (first == all || std::pair(card.left(), card.top()) < std::pair(first.left(), first.top()))
            first = card;
    }
    setPixelScale(LeastOpening * m_textScale);
    const QRectF view = freeRect();
    const bool isHighEnough = all.height() * pixelScale() <= view.height() - 2 * Margin;
    centerOn(all.left(), isHighEnough ? all.center().y() : first.center().y());
    panBy(QPointF(view.left() + Margin - mapFromScene(all.topLeft()).x(),
                  view.center().y() - QRectF(viewport()->rect()).center().y()));
    followZoom();
    Q_EMIT zoomChanged(zoom());
}

void CanvasPane::fitAgain()
{
    if (m_fitted.isEmpty() || m_fitted != m_scene.contentRect())
        return;
    m_isFromSource ? showFromSource() : fitAll();
}

void CanvasPane::fitSelection()
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

void CanvasPane::panBy(QPointF pixels)
{
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - int(std::lround(pixels.x())));
    verticalScrollBar()->setValue(verticalScrollBar()->value() - int(std::lround(pixels.y())));
}

void CanvasPane::fitText(QLabel &label, int most)
{
    label.setWordWrap(false);
    label.adjustSize();
    if (label.width() <= most)
        return;
    label.setWordWrap(true);
    label.resize(most, label.heightForWidth(most));
}

void CanvasPane::explain(const QString &sentence, QPointF viewPoint)
{
    constexpr QPoint Aside(14, 18); // pixels from the pointer's tip to beside it
    const QRect room = viewport()->rect().adjusted(6, 6, -6, -6);
    m_reason->setText(sentence);
    fitText(*m_reason, room.width());
    m_reason->setVisible(!sentence.isEmpty());
    m_reason->raise(); // what lies on the paper was made later
    const QPoint at = viewPoint.toPoint() + Aside;
    m_reason->move(std::max(room.left(), std::min(at.x(), room.right() - m_reason->width())),
                   std::max(room.top(), std::min(at.y(), room.bottom() - m_reason->height())));
}

void CanvasPane::stopExplaining()
{
    m_reason->hide();
}

void CanvasPane::showStep(const std::string &id)
{
    if (const StepItem *step = m_scene.step(id)) {
        bringIntoView(step->card());
        Q_EMIT stepShown();
    }
}

/// By the shortest way, with some room around it; what is larger than the room is centred.
void CanvasPane::bringIntoView(const QRectF &rect)
{
    constexpr int Around = 60;
    const QRectF card(mapFromScene(rect).boundingRect());
    const QRectF room = QRectF(freeRect()).adjusted(Around, Around, -Around, -Around);
    const auto way = [](double from, double to, double least, double most) {
        if (to - from > most - least)
            return (least + most) / 2 - (from + to) / 2;
        return from < least ? least - from : to > most ? most - to : 0.0;
    };
    panBy({way(card.left(), card.right(), room.left(), room.right()),
           way(card.top(), card.bottom(), room.top(), room.bottom())});
}

void CanvasPane::resizeEvent(QResizeEvent *event)
{
    const QScopedValueRollback placing(m_isPlacing, true);
    QGraphicsView::resizeEvent(event);
}

void CanvasPane::scrollContentsBy(int dx, int dy)
{
    QGraphicsView::scrollContentsBy(dx, dy);
    if (!m_isPlacing)
        m_fitted = {};
    Q_EMIT scrolled();
}

void CanvasPane::drawBackground(QPainter *painter, const QRectF &rect)
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

} // namespace millrace
