// SPDX-License-Identifier: MIT
// What the canvas does on keys, and with what is dropped on it.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "canvas/cards/RenameField.h"
#include "model/layout/Layout.h"
#include "theme/Text.h"

#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMimeData>
#include <QUrl>

#include <algorithm>

namespace millrace {

namespace {

std::optional<Direction> directionOf(int key)
{
    switch (key) {
    case Qt::Key_Left: return Direction::Left;
    case Qt::Key_Right: return Direction::Right;
    case Qt::Key_Up: return Direction::Up;
    case Qt::Key_Down: return Direction::Down;
    default: return {};
    }
}

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

/// Where links leave a step, in the order in which L goes through them: the error port last, where it can fail.
std::vector<Port> outputsOf(const StepItem &step)
{
    std::vector<Port> ports;
    for (size_t i = 0; i < step.view().outputs.size(); ++i)
        ports.push_back({Port::Kind::Output, int(i)});
    if (step.view().canFail || step.view().hasErrorPort)
        ports.push_back({Port::Kind::Error, 0});
    return ports;
}

/// The step that keys start from: the only selected one, else none.
StepItem *onlySelected(const CanvasScene &scene)
{
    const auto selected = scene.selectedSteps();
    return selected.size() == 1 ? scene.step(*selected.begin()) : nullptr;
}

/// The nearest step there from a point, other than `without`.
StepItem *nearest(const CanvasScene &scene, QPointF from, Direction direction, const StepItem *without = nullptr)
{
    std::vector<StepItem *> others;
    std::vector<QPointF> centers;
    for (StepItem *step : scene.steps())
        if (step != without) {
            others.push_back(step);
            centers.push_back(step->card().center());
        }
    const auto found = nextInDirection(from, centers, direction);
    return found ? others[*found] : nullptr;
}

StepItem *neighbour(const CanvasScene &scene, const StepItem &from, Direction direction)
{
    return nearest(scene, from.card().center(), direction, &from);
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

void CanvasView::goTo(Direction direction)
{
    const StepItem *from = onlySelected(m_scene);
    StepItem *to = from ? neighbour(m_scene, *from, direction) : nullptr;
    if (const auto place = onlySelectedPlace(m_scene))
        to = nearest(m_scene, *place, direction);
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
    if (m_gesture) {
        if (event->key() == Qt::Key_Escape)
            letGo();
        return;
    }
    if (keyboardLinkKey(event->key()))
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
        if (!event->isAutoRepeat()) {
            m_isSpaceHeld = true;
            m_spacePanned = false;
            viewport()->setCursor(Qt::OpenHandCursor);
        }
        return;
    case Qt::Key_L: startKeyboardLink(); return;
    default: QGraphicsView::keyPressEvent(event);
    }
}

void CanvasView::keyReleaseEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Space || event->isAutoRepeat()) {
        QGraphicsView::keyReleaseEvent(event);
        return;
    }
    const bool wasTapped = m_isSpaceHeld && !m_spacePanned && !m_gesture;
    m_isSpaceHeld = false;
    viewport()->unsetCursor();
    if (wasTapped)
        Q_EMIT addRequested(handPosition());
}

void CanvasView::focusOutEvent(QFocusEvent *event)
{
    // The release of Space goes to somebody else.
    if (m_isSpaceHeld)
        viewport()->unsetCursor();
    m_isSpaceHeld = false;
    // So does the button's, where a menu or a field has opened. Alt, which suspends snapping, may only wake the menu bar.
    if (m_gesture && event->reason() != Qt::MenuBarFocusReason)
        letGo();
    QGraphicsView::focusOutEvent(event);
}

bool CanvasView::event(QEvent *event)
{
    // Tab opens quick-add; Shift+Tab leaves the canvas. A view that is hidden with the focus passes it on, without a key.
    if (event->type() == QEvent::KeyPress) {
        const auto *press = static_cast<QKeyEvent *>(event);
        if (press->key() == Qt::Key_Tab && press->modifiers() == Qt::NoModifier) {
            if (!m_gesture)
                Q_EMIT addRequested(handPosition());
            return true;
        }
    }
    // Enter of a field on the canvas, or of a link that is drawn by keys, is no shortcut.
    if (event->type() == QEvent::ShortcutOverride && (!hasFocus() || m_gesture || !m_linkSource.empty())) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            event->accept();
            return true;
        }
    }
    return QGraphicsView::event(event);
}

void CanvasView::startKeyboardLink()
{
    if (m_gesture)
        return;
    if (!m_linkSource.empty()) {
        takeNextPort();
        return;
    }
    const auto links = m_scene.selectedLinks();
    if (links.size() == 1 && m_scene.selectedSteps().empty()) {
        const StepItem *source = m_scene.step(links.front().fromStep);
        if (!source)
            return;
        m_linkReplaced = links.front();
        m_linkSource = source->id();
        m_linkPort = source->portNamed(links.front().fromPort, false);
        tellKeyboardLink();
        aimKeyboardLink(m_scene.step(links.front().toStep));
        return;
    }
    const StepItem *from = onlySelected(m_scene);
    if (!from || from->view().outputs.empty()) {
        Q_EMIT told(tr("Select one step with an output, or a link, then press L to link it."));
        return;
    }
    m_linkSource = from->id();
    m_linkPort = {Port::Kind::Output, 0};
    tellKeyboardLink();
    aimKeyboardLink(neighbour(m_scene, *from, Direction::Right));
}

void CanvasView::takeNextPort()
{
    const StepItem *from = m_scene.step(m_linkSource);
    const std::vector<Port> ports = from ? outputsOf(*from) : std::vector<Port>();
    if (ports.empty())
        return;
    const auto now = std::ranges::find(ports, m_linkPort);
    m_linkPort = now == ports.end() || now + 1 == ports.end() ? ports.front() : *(now + 1);
    tellKeyboardLink();
    aimKeyboardLink(m_scene.step(m_linkTarget));
}

void CanvasView::tellKeyboardLink()
{
    const StepItem *from = m_scene.step(m_linkSource);
    if (!from)
        return;
    const QString &name = from->view().name;
    const size_t ports = outputsOf(*from).size();
    const QString start = m_linkPort.kind == Port::Kind::Error ? tr("Link for the failed items of “%1”").arg(name)
                          : from->view().outputs.size() > 1
                              ? tr("Link from “%1”, output “%2”").arg(name, toQString(from->portName(m_linkPort)))
                              : tr("Link from “%1”").arg(name);
    const QString keys = tr("arrows choose the target, Enter links, Esc leaves it");
    Q_EMIT told(start + QStringLiteral(": ") + keys
                + (ports > 1 ? tr(", L takes the next of its %1 outputs.").arg(ports) : QStringLiteral(".")));
}

void CanvasView::aimKeyboardLink(StepItem *target)
{
    const StepItem *from = m_scene.step(m_linkSource);
    for (StepItem *step : m_scene.steps()) {
        m_linkTarget = step->id();
        const bool fits = step != from && whyNoKeyboardLink(keyboardLink()).isEmpty();
        step->setHint(step == from     ? DropHint::None
                      : !fits          ? DropHint::Refused
                      : step == target ? DropHint::Target
                                       : DropHint::Fits);
    }
    m_linkTarget = target ? target->id() : std::string();
    m_reason->hide();
    m_scene.showCycleOf({});
    if (target) {
        showStep(m_linkTarget);
        if (const QString refusal = whyNoKeyboardLink(keyboardLink()); !refusal.isEmpty()) {
            explain(refusal, mapFromScene(target->card().bottomLeft()));
            if (target != from)
                m_scene.showCycleOf(keyboardLink());
        }
    }
    viewport()->update();
}

LinkView CanvasView::keyboardLink() const
{
    const StepItem *from = m_scene.step(m_linkSource);
    return {m_linkSource, from ? from->portName(m_linkPort) : "out", m_linkTarget, "in"};
}

QString CanvasView::whyNoKeyboardLink(const LinkView &link) const
{
    return link == m_linkReplaced || !m_scene.whyNoLink ? QString() : m_scene.whyNoLink(link);
}

void CanvasView::leaveKeyboardLink()
{
    if (m_linkSource.empty())
        return;
    for (StepItem *step : m_scene.steps())
        step->setHint(DropHint::None);
    m_linkSource.clear();
    m_linkTarget.clear();
    m_linkReplaced.reset();
    m_scene.showCycleOf({});
    m_reason->hide();
    viewport()->update();
    Q_EMIT told({});
}

bool CanvasView::keyboardLinkKey(int key)
{
    if (m_linkSource.empty())
        return false;
    const StepItem *from = m_scene.step(m_linkSource);
    const StepItem *target = m_scene.step(m_linkTarget);
    if (const auto direction = directionOf(key); direction && from) {
        if (StepItem *next = neighbour(m_scene, target ? *target : *from, *direction))
            aimKeyboardLink(next);
        return true;
    }
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        const LinkView link = keyboardLink();
        const auto replaced = m_linkReplaced;
        const QString refusal = target ? whyNoKeyboardLink(link) : tr("There is no step there.");
        if (!refusal.isEmpty()) {
            Q_EMIT told(refusal);
            return true;
        }
        leaveKeyboardLink();
        if (link != replaced)
            Q_EMIT linkDrawn(link, replaced);
        return true;
    }
    if (key == Qt::Key_Escape) {
        leaveKeyboardLink();
        return true;
    }
    return false;
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
    connect(field, &QObject::destroyed, this, [this] { setFocus(); });
    field->show();
    field->setFocus();
}

void CanvasView::renameFrame(size_t index)
{
    if (index >= m_scene.frames().size())
        return;
    const FrameItem &frame = *m_scene.frames()[index];
    ensureVisible(frame.heading(), 20, 20);
    auto *field = new RenameField(frame.view().text, viewport());
    field->setAccessibleName(tr("Heading of the frame"));
    const QRect rect = mapFromScene(frame.heading()).boundingRect();
    field->setGeometry(QRect(rect.topLeft() + QPoint(4, 1),
                             QSize(std::clamp(rect.width() - 8, 140, 420), std::max(26, field->sizeHint().height()))));
    connect(field, &RenameField::accepted, this,
            [this, index](const QString &text) { Q_EMIT frameRenamed(index, text); });
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
    carry(event->position());
    if (!event->mimeData()->hasFormat(QLatin1String(StepMimeType)))
        return;
    const LinkItem *below = m_scene.linkAt(mapToScene(event->position().toPoint()));
    for (LinkItem *link : m_scene.links())
        link->setHovered(link == below);
}

void CanvasView::dragLeaveEvent(QDragLeaveEvent *)
{
    carry({});
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
