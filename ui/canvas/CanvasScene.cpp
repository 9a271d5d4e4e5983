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
    setById(m_notes, m_drawing.notes);
    setById(m_frames, m_drawing.frames);
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

/// Brings the items of notes or frames into the order of their views; they keep theirs by id.
template <class Item, class View>
void CanvasScene::setById(std::vector<Item *> &items, const std::vector<View> &views)
{
    std::unordered_map<std::string_view, std::unique_ptr<Item>> before;
    for (Item *item : items)
        before.emplace(item->id(), item);
    std::vector<Item *> now;
    for (const View &view : views) {
        const auto found = before.find(view.id);
        if (found != before.end() && found->second) {
            now.push_back(found->second.release());
        } else {
            now.push_back(new Item(m_theme, view));
            addItem(now.back());
        }
    }
    items = std::move(now); // what is left of those before goes now, which may change the selection
    for (size_t i = 0; i < views.size(); ++i)
        items[i]->setView(views[i]);
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

void CanvasScene::setTried(const std::map<std::string, QString> &texts)
{
    for (const auto &[id, item] : m_steps) {
        const auto found = texts.find(id);
        item->setTried(found == texts.end() ? QString() : found->second);
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

NoteItem *CanvasScene::note(const std::string &id) const
{
    const auto found = std::ranges::find_if(m_notes, [&id](const NoteItem *item) { return item->id() == id; });
    return found == m_notes.end() ? nullptr : *found;
}

FrameItem *CanvasScene::frame(const std::string &id) const
{
    const auto found = std::ranges::find_if(m_frames, [&id](const FrameItem *item) { return item->id() == id; });
    return found == m_frames.end() ? nullptr : *found;
}

std::set<std::string> CanvasScene::selectedSteps() const
{
    std::set<std::string> ids;
    for (const auto &[id, item] : m_steps)
        if (item->isSelected())
            ids.insert(id);
    return ids;
}

NoteIds CanvasScene::selectedNotes() const
{
    NoteIds ids;
    for (const NoteItem *item : m_notes)
        if (item->isSelected())
            ids.insert(item->id());
    return ids;
}

NoteIds CanvasScene::selectedFrames() const
{
    NoteIds ids;
    for (const FrameItem *item : m_frames)
        if (item->isSelected())
            ids.insert(item->id());
    return ids;
}

CanvasScene::Load CanvasScene::load() const
{
    Load load{selectedSteps(), selectedNotes(), selectedFrames()};
    for (const std::string &selected : selectedFrames()) {
        const QRectF &area = frame(selected)->view().rect;
        for (const auto &[id, item] : m_steps)
            if (area.contains(item->card().center()))
                load.steps.insert(id);
        for (const NoteItem *inner : m_notes)
            if (area.contains(inner->view().rect.center()))
                load.notes.insert(inner->id());
        for (const FrameItem *inner : m_frames)
            if (area.contains(inner->view().rect))
                load.frames.insert(inner->id());
    }
    return load;
}

void CanvasScene::select(const std::set<std::string> &steps, const NoteIds &notes, const NoteIds &frames)
{
    const QSignalBlocker blocker(this);
    clearSelection();
    for (const auto &[id, item] : m_steps)
        item->setSelected(steps.contains(id));
    for (NoteItem *item : m_notes)
        item->setSelected(notes.contains(item->id()));
    for (FrameItem *item : m_frames)
        item->setSelected(frames.contains(item->id()));
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

std::string CanvasScene::freeInputOf(const StepItem &step, const std::optional<LinkView> &except) const
{
    const auto isFree = [&](const std::string &port) {
        return std::ranges::none_of(links(), [&](const LinkItem *item) {
            const LinkView &link = item->view();
            return link.toStep == step.id() && link.toPort == port && link != except;
        });
    };
    const auto free = std::ranges::find_if(step.view().inputs, isFree);
    return free != step.view().inputs.end() ? *free : step.portName({Port::Kind::Input, 0});
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
    const LinkItem *link = step ? nullptr : linkAt(event->scenePos());
    const QString text = step                                      ? step->helpText()
                         : link && link->view().isKept && linkHelp ? linkHelp(link->view())
                                                                   : QString();
    QToolTip::showText(event->screenPos(), text.isEmpty() ? text : plainToolTip(text), event->widget());
    event->setAccepted(step || !text.isEmpty());
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
