// SPDX-License-Identifier: MIT
#include "canvas/CanvasView.h"

#include "canvas/CanvasAccessible.h"
#include "canvas/CanvasScene.h"
#include "canvas/cards/RenameField.h"
#include "canvas/Hand.h"
#include "canvas/KeyboardLink.h"
#include "canvas/minimap/MinimapCorner.h"
#include "pipeline/layout/Layout.h"

#include <QContextMenuEvent>
#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMimeData>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QUrl>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

QPointF stepIn(Direction direction)
{
    switch (direction) {
    case Direction::Left: return {-grid::Step, 0};
    case Direction::Right: return {grid::Step, 0};
    case Direction::Up: return {0, -grid::Step};
    case Direction::Down: return {0, grid::Step};
    }
    return {};
}

/// Where keys start from while only notes and frames are selected: the middle of the first of them.
std::optional<QPointF> onlySelectedPlace(const CanvasScene &scene)
{
    if (!scene.selectedSteps().empty())
        return {};
    for (const NoteItem *note : scene.notes())
        if (note->isSelected())
            return note->view().rect.center();
    for (const FrameItem *frame : scene.frames())
        if (frame->isSelected())
            return frame->view().rect.center();
    return {};
}

} // namespace

CanvasView::CanvasView(CanvasScene &scene, QWidget *parent)
    : CanvasPane(scene, parent)
    , m_scene(scene)
    , m_corner(new MinimapCorner(*this))
    , m_hint(new QLabel(this))
    , m_hand(std::make_unique<Hand>(*this, *m_corner))
    , m_link(std::make_unique<KeyboardLink>(*this))
{
    makeCanvasAccessible();
    setObjectName(QStringLiteral("canvas"));
    setAccessibleName(tr("Pipeline drawing"));
    setFocusPolicy(Qt::StrongFocus);
    setAcceptDrops(true);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    makeHint();
    connect(&scene, &QGraphicsScene::changed, this, &CanvasView::placeHint);
    connect(&scene, &QGraphicsScene::selectionChanged, this, [this] {
        viewport()->update();
        tellFocus(*this);
    });
}

CanvasView::~CanvasView() = default;

void CanvasView::makeHint()
{
    m_hint->setObjectName(QStringLiteral("canvasHint"));
    m_hint->setProperty("role", QStringLiteral("muted"));
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_hint->setTextFormat(Qt::RichText);
    m_hint->setText(tr("<p><b>Nothing is drawn yet</b></p><p>Tab or a double-click adds a step.<br>"
                       "Drop a data file or a folder here to read it.</p>"));
}

void CanvasView::placeHint()
{
    const Drawing &drawing = m_scene.drawing();
    const bool isEmpty = drawing.steps.empty() && drawing.notes.empty() && drawing.frames.empty();
    m_hint->setVisible(isEmpty);
    if (!isEmpty)
        return; // as for all samples of a run
    fitText(*m_hint, std::max(120, freeRect().width() - 24));
    m_hint->move(freeRect().center() - m_hint->rect().center());
}

void CanvasView::keepHold()
{
    m_hand->keepHold();
}

bool CanvasView::isHolding() const
{
    return m_hand->isHolding();
}

void CanvasView::setMinimapShown(bool isShown)
{
    m_corner->setWanted(isShown);
}

bool CanvasView::isMinimapShown() const
{
    return m_corner->isWanted();
}

std::optional<QRect> CanvasView::minimapPlace() const
{
    return m_corner->isWanted() ? std::optional(m_corner->area()) : std::nullopt;
}

void CanvasView::followZoom()
{
    m_hand->keepHold();
    m_corner->place();
}

std::optional<QRect> CanvasView::coveredCorner() const
{
    return m_corner->covered();
}

void CanvasView::resizeEvent(QResizeEvent *event)
{
    CanvasPane::resizeEvent(event);
    if (!m_hand->isHolding())
        fitAgain();
    m_corner->place();
    placeHint();
}

void CanvasView::drawForeground(QPainter *painter, const QRectF &)
{
    m_hand->paint(*painter);
    m_link->paint(*painter);
}

void CanvasView::goTo(Direction direction)
{
    const StepItem *from = onlySelectedStep(m_scene);
    StepItem *to = from ? neighbourOf(*from, m_scene, direction) : nullptr;
    if (const auto place = onlySelectedPlace(m_scene))
        to = nextStep(m_scene, *place, direction);
    if (!from && !to && !m_scene.drawing().steps.empty())
        to = m_scene.step(m_scene.drawing().steps.front().id);
    if (!to)
        return;
    m_scene.select({to->id()});
    showStep(to->id());
}

void CanvasView::keyPressEvent(QKeyEvent *event)
{
    // A hand that is busy has no use for keys but the one that lets go.
    if (m_hand->isHolding()) {
        if (event->key() == Qt::Key_Escape)
            m_hand->letGo();
        return;
    }
    if (m_link->press(event->key()))
        return;
    if (const auto direction = directionOf(event->key())) {
        if (event->modifiers() & Qt::ControlModifier)
            Q_EMIT nudged(stepIn(*direction));
        else
            goTo(*direction);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Escape:
        Q_EMIT escaped();
        m_scene.clearSelection();
        return;
    case Qt::Key_Space:
        if (!event->isAutoRepeat())
            m_hand->holdSpace();
        return;
    case Qt::Key_L: startKeyboardLink(); return;
    default: CanvasPane::keyPressEvent(event);
    }
}

void CanvasView::keyReleaseEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Space || event->isAutoRepeat())
        CanvasPane::keyReleaseEvent(event);
    else if (m_hand->releaseSpace())
        Q_EMIT addRequested(handPosition());
}

void CanvasView::focusOutEvent(QFocusEvent *event)
{
    // The release of Space goes to somebody else.
    m_hand->releaseSpace();
    // So does the button's, where a menu or a field has opened. Alt, which suspends snapping, may only wake the menu bar.
    if (m_hand->isHolding() && event->reason() != Qt::MenuBarFocusReason)
        m_hand->letGo();
    CanvasPane::focusOutEvent(event);
}

bool CanvasView::event(QEvent *event)
{
    // Tab opens quick-add; Shift+Tab leaves the canvas. A view that is hidden with the focus passes it on, without a key.
    if (event->type() == QEvent::KeyPress) {
        const auto *press = static_cast<QKeyEvent *>(event);
        if (press->key() == Qt::Key_Tab && press->modifiers() == Qt::NoModifier) {
            if (!m_hand->isHolding())
                Q_EMIT addRequested(handPosition());
            return true;
        }
    }
    // Enter of a field on the canvas, or of a link that is drawn by keys, is no shortcut.
    if (event->type() == QEvent::ShortcutOverride && (!hasFocus() || m_hand->isHolding() || m_link->isUnderWay())) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            event->accept();
            return true;
        }
    }
    return CanvasPane::event(event);
}

void CanvasView::startKeyboardLink()
{
    if (!m_hand->isHolding())
        m_link->start();
}

void CanvasView::mousePressEvent(QMouseEvent *event)
{
    m_link->leave();
    setFocus(Qt::MouseFocusReason);
    m_hand->press(*event);
}

void CanvasView::mouseMoveEvent(QMouseEvent *event)
{
    m_hand->move(*event);
}

void CanvasView::mouseReleaseEvent(QMouseEvent *event)
{
    m_hand->release(*event);
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const QPointF at = mapToScene(event->position().toPoint());
    if (const StepItem *step = m_scene.stepAt(at)) {
        const bool isBelowName = at.y() > step->pos().y() + step->geometry().name().bottom();
        if (step->view().hasCode && isBelowName)
            Q_EMIT codeWanted(step->id());
        else if (step->view().hasInside && isBelowName)
            Q_EMIT insideWanted(step->id());
        else
            renameInPlace(step->id());
    } else if (const NoteItem *note = m_scene.noteAt(at))
        Q_EMIT noteActivated(note->id());
    else if (const FrameItem *frame = m_hand->frameAt(at))
        renameFrame(frame->id());
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
        m_hand->keepHold();
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
    return CanvasPane::viewportEvent(event);
}

void CanvasView::leaveEvent(QEvent *event)
{
    m_hand->goAway();
    CanvasPane::leaveEvent(event);
}

void CanvasView::contextMenuEvent(QContextMenuEvent *event)
{
    Q_EMIT menuRequested(event->globalPos());
}

void CanvasView::renameInPlace(const std::string &id)
{
    const StepItem *step = m_scene.step(id);
    if (!step)
        return;
    auto *field = new RenameField(step->view().name, viewport());
    const QRectF place = step->geometry().name().translated(step->pos());
    const QRect rect = mapFromScene(place).boundingRect();
    const QSize least(140, std::max(26, field->sizeHint().height()));
    field->setGeometry(rect.adjusted(-6, -4, 18, 4).united(QRect(rect.topLeft(), least)));
    connect(field, &RenameField::accepted, this, [this, id](const QString &name) { Q_EMIT renamed(id, name); });
    openField(field);
}

void CanvasView::renameFrame(const std::string &id)
{
    const FrameItem *frame = m_scene.frame(id);
    if (!frame)
        return;
    ensureVisible(frame->heading(), 20, 20);
    auto *field = new RenameField(frame->view().text, viewport());
    field->setAccessibleName(tr("Heading of the frame"));
    const QRect rect = mapFromScene(frame->heading()).boundingRect();
    field->setGeometry(QRect(rect.topLeft() + QPoint(4, 1),
                             QSize(std::clamp(rect.width() - 8, 140, 420), std::max(26, field->sizeHint().height()))));
    connect(field, &RenameField::accepted, this, [this, id](const QString &text) { Q_EMIT frameRenamed(id, text); });
    openField(field);
}

/// Gives the keyboard to a field, and takes it back when that is gone.
void CanvasView::openField(QWidget *field)
{
    connect(field, &QObject::destroyed, this, [this] { setFocus(); });
    field->show();
    field->setFocus();
}

void CanvasView::dragEnterEvent(QDragEnterEvent *event)
{
    // A pipeline's own file is opened by the window, not read by a step.
    const QMimeData &data = *event->mimeData();
    const auto urls = data.urls();
    const bool isPipeline = urls.size() == 1 && urls.front().fileName().endsWith(QLatin1String(".millrace"));
    event->setAccepted(data.hasFormat(QLatin1String(StepMimeType)) || (data.hasUrls() && !isPipeline));
}

void CanvasView::dragMoveEvent(QDragMoveEvent *event)
{
    event->acceptProposedAction();
    m_corner->carry(event->position());
    if (!event->mimeData()->hasFormat(QLatin1String(StepMimeType)))
        return;
    const LinkItem *below = m_scene.linkAt(mapToScene(event->position().toPoint()));
    for (LinkItem *link : m_scene.links())
        link->setHovered(link == below);
}

void CanvasView::dragLeaveEvent(QDragLeaveEvent *)
{
    m_corner->carry({});
    for (LinkItem *link : m_scene.links())
        link->setHovered(false);
}

void CanvasView::dropEvent(QDropEvent *event)
{
    const QPointF at = mapToScene(event->position().toPoint());
    const QMimeData &data = *event->mimeData();
    dragLeaveEvent(nullptr);
    if (data.hasFormat(QLatin1String(StepMimeType))) {
        const LinkItem *below = m_scene.linkAt(at);
        const auto on = below ? std::optional(below->view()) : std::nullopt;
        Q_EMIT typeDropped(QString::fromUtf8(data.data(QLatin1String(StepMimeType))), at, on);
    } else if (data.hasUrls()) {
        QStringList paths;
        for (const QUrl &url : data.urls())
            if (url.isLocalFile())
                paths << url.toLocalFile();
        Q_EMIT filesDropped(paths, at);
    }
    event->acceptProposedAction();
}

} // namespace millrace
