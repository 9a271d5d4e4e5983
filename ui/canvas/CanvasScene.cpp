// SPDX-License-Identifier: MIT
#include "canvas/CanvasScene.h"

#include "theme/PlainText.h"

#include <QGraphicsSceneHelpEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <memory>
#include <unordered_set>

namespace millrace {

CanvasScene::CanvasScene(Theme &theme, QObject *parent)
    : QGraphicsScene(parent)
    , m_theme(theme)
    , m_stepPainter(theme)
    , m_linkPainter(theme)
    , m_links(*this, m_linkPainter, [this](const std::string &id, const std::string &port, bool isInput) {
        const StepItem *item = step(id);
        return item ? std::optional(item->portPosition(item->portNamed(port, isInput))) : std::nullopt;
    })
{
    connect(&theme, &Theme::changed, this, &CanvasScene::refresh);
}

CanvasScene::~CanvasScene()
{
    // The selected items leave the selection as they go: nobody may ask a scene that is half gone for what is left.
    blockSignals(true);
    clear();
}

void CanvasScene::setDrawing(const Drawing &drawing)
{
    if (drawing == m_drawing)
        return;
    m_drawing = drawing;
    setSteps();
    m_links.setLinks(m_drawing.links, cards());
    setNotes();
    setFrames();
}

void CanvasScene::setSteps()
{
    // Those that come are there before others go: that may change the selection, and whoever listens to that looks at all steps.
    std::unordered_set<std::string_view> wanted;
    for (const StepView &view : m_drawing.steps) {
        wanted.insert(view.id);
        StepItem *&item = m_steps[view.id];
        if (item) {
            item->setView(view);
        } else {
            item = new StepItem(m_stepPainter, view);
            addItem(item);
        }
    }
    std::vector<std::unique_ptr<StepItem>> gone;
    std::erase_if(m_steps, [&](const auto &entry) {
        const bool isGone = !wanted.contains(entry.first);
        if (isGone)
            gone.emplace_back(entry.second);
        return isGone;
    });
}

void CanvasScene::setNotes()
{
    while (m_notes.size() > m_drawing.notes.size()) {
        const std::unique_ptr<NoteItem> gone(m_notes.back());
        m_notes.pop_back();
    }
    for (size_t i = 0; i < m_drawing.notes.size(); ++i) {
        if (i < m_notes.size()) {
            m_notes[i]->setView(i, m_drawing.notes[i]);
        } else {
            m_notes.push_back(new NoteItem(m_theme, i, m_drawing.notes[i]));
            addItem(m_notes.back());
        }
    }
}

void CanvasScene::setFrames()
{
    while (m_frames.size() > m_drawing.frames.size()) {
        const std::unique_ptr<FrameItem> gone(m_frames.back());
        m_frames.pop_back();
    }
    for (size_t i = 0; i < m_drawing.frames.size(); ++i) {
        if (i < m_frames.size()) {
            m_frames[i]->setView(m_drawing.frames[i]);
        } else {
            m_frames.push_back(new FrameItem(m_theme, i, m_drawing.frames[i]));
            addItem(m_frames.back());
        }
    }
}

void CanvasScene::setGauges(const std::map<std::string, StepGauge> &steps, const std::vector<LinkGauge> &links)
{
    for (const auto &[id, item] : m_steps) {
        const auto found = steps.find(id);
        item->setGauge(found == steps.end() ? std::optional<StepGauge>() : found->second);
    }
    m_links.setGauges(links);
}

void CanvasScene::clearGauges()
{
    for (const auto &[id, item] : m_steps)
        item->setGauge({});
    m_links.clearGauges();
}

void CanvasScene::setPending(const std::map<std::string, QString> &sentences, const std::set<std::string> &leftOut)
{
    for (const auto &[id, item] : m_steps) {
        const auto found = sentences.find(id);
        item->setPending(found == sentences.end() ? QString() : found->second, leftOut.contains(id));
    }
}

void CanvasScene::setGaugeLimits(const GaugeLimits &limits)
{
    if (limits == m_stepPainter.gaugeLimits())
        return;
    m_stepPainter.setGaugeLimits(limits);
    for (const auto &[id, item] : m_steps)
        item->update();
}

StepItem *CanvasScene::step(const std::string &id) const
{
    const auto found = m_steps.find(id);
    return found == m_steps.end() ? nullptr : found->second;
}

std::vector<StepItem *> CanvasScene::steps() const
{
    std::vector<StepItem *> items;
    items.reserve(m_drawing.steps.size());
    for (const StepView &view : m_drawing.steps)
        items.push_back(step(view.id));
    return items;
}

std::vector<QRectF> CanvasScene::cards() const
{
    std::vector<QRectF> places;
    places.reserve(m_drawing.steps.size());
    for (const StepView &view : m_drawing.steps)
        places.push_back(step(view.id)->drawnCard());
    return places;
}

void CanvasScene::showCycleOf(const std::optional<LinkView> &refused)
{
    const StepItem *target = refused ? step(refused->toStep) : nullptr;
    const bool hasInput = target && target->view().hasInput; // without one, that is the reason
    m_links.showCycleOf(hasInput ? refused : std::nullopt);
}

std::set<std::string> CanvasScene::selectedSteps() const
{
    std::set<std::string> ids;
    for (const auto &[id, item] : m_steps)
        if (item->isSelected())
            ids.insert(id);
    return ids;
}

std::set<size_t> CanvasScene::selectedNotes() const
{
    std::set<size_t> indexes;
    for (const NoteItem *item : m_notes)
        if (item->isSelected())
            indexes.insert(item->index());
    return indexes;
}

std::set<size_t> CanvasScene::selectedFrames() const
{
    std::set<size_t> indexes;
    for (const FrameItem *item : m_frames)
        if (item->isSelected())
            indexes.insert(item->index());
    return indexes;
}

CanvasScene::Load CanvasScene::load() const
{
    Load load{selectedSteps(), selectedNotes(), selectedFrames()};
    for (const size_t index : selectedFrames()) {
        const QRectF &area = m_frames[index]->view().rect;
        for (const auto &[id, item] : m_steps)
            if (area.contains(item->card().center()))
                load.steps.insert(id);
        for (const NoteItem *note : m_notes)
            if (area.contains(note->view().rect.center()))
                load.notes.insert(note->index());
        for (const FrameItem *frame : m_frames)
            if (area.contains(frame->view().rect))
                load.frames.insert(frame->index());
    }
    return load;
}

void CanvasScene::select(const std::set<std::string> &steps,
                         const std::set<size_t> &notes,
                         const std::set<size_t> &frames)
{
    const QSignalBlocker blocker(this);
    clearSelection();
    for (const auto &[id, item] : m_steps)
        item->setSelected(steps.contains(id));
    for (NoteItem *item : m_notes)
        item->setSelected(notes.contains(item->index()));
    for (FrameItem *item : m_frames)
        item->setSelected(frames.contains(item->index()));
    blockSignals(false);
    Q_EMIT selectionChanged();
}

void CanvasScene::selectLink(LinkItem &link)
{
    blockSignals(true);
    clearSelection();
    link.setSelected(true);
    blockSignals(false);
    Q_EMIT selectionChanged();
}

StepItem *CanvasScene::stepAt(QPointF point) const
{
    const auto found = items(point, Qt::IntersectsItemShape, Qt::DescendingOrder);
    for (QGraphicsItem *item : found)
        if (auto *step = qgraphicsitem_cast<StepItem *>(item))
            return step;
    return nullptr;
}

LinkItem *CanvasScene::linkAt(QPointF point) const
{
    for (QGraphicsItem *item : items(point, Qt::IntersectsItemShape, Qt::DescendingOrder))
        if (auto *link = qgraphicsitem_cast<LinkItem *>(item))
            return link;
    return nullptr;
}

NoteItem *CanvasScene::noteAt(QPointF point) const
{
    for (QGraphicsItem *item : items(point, Qt::IntersectsItemShape, Qt::DescendingOrder))
        if (auto *note = qgraphicsitem_cast<NoteItem *>(item))
            return note;
    return nullptr;
}

std::optional<CanvasScene::GripHit> CanvasScene::gripAt(QPointF point, double reach) const
{
    for (auto note = m_notes.rbegin(); note != m_notes.rend(); ++note) {
        const QRectF &rect = (*note)->view().rect;
        Grip grip = millrace::gripAt(rect, point, reach);
        grip.isLeft = grip.isTop = false;
        if (!grip.isNone())
            return GripHit{*note, grip, rect};
    }
    if (FrameItem *frame = frameAt(point, reach))
        if (const Grip grip = millrace::gripAt(frame->view().rect, point, reach); !grip.isNone())
            return GripHit{frame, grip, frame->view().rect};
    return {};
}

FrameItem *CanvasScene::frameAt(QPointF point, double reach) const
{
    FrameItem *found = nullptr;
    for (FrameItem *item : m_frames)
        if ((item->heading().contains(point) || !millrace::gripAt(item->view().rect, point, reach).isNone())
            && (!found || item->zValue() >= found->zValue()))
            found = item;
    return found;
}

QRectF CanvasScene::contentRect() const
{
    QRectF rect;
    for (const auto &[id, item] : m_steps)
        rect |= item->card();
    for (const NoteItem *item : m_notes)
        rect |= item->view().rect;
    for (const FrameItem *item : m_frames)
        rect |= item->view().rect;
    return rect;
}

void CanvasScene::helpEvent(QGraphicsSceneHelpEvent *event)
{
    const StepItem *step = stepAt(event->scenePos());
    QToolTip::showText(event->screenPos(), step ? plainToolTip(step->helpText()) : QString(), event->widget());
    event->setAccepted(step);
}

void CanvasScene::refresh()
{
    m_stepPainter.refresh();
    for (const auto &[id, item] : m_steps)
        item->refresh();
    for (NoteItem *item : m_notes)
        item->refresh();
    for (FrameItem *item : m_frames)
        item->refresh();
    for (LinkItem *item : m_links.items())
        item->update();
    invalidate();
}

} // namespace millrace
