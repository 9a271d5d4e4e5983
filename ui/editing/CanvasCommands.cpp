// SPDX-License-Identifier: MIT
#include "editing/CanvasCommands.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "editing/NoteEditing.h"
#include "model/layout/MakeSpace.h"
#include "pipeline/layout/Layout.h"
#include "pipeline/PipelineFile.h"
#include "theme/Text.h"

#include <QClipboard>
#include <QGuiApplication>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace millrace {

namespace {

/// Of notes or frames.
template <class Entry>
NoteIds idsOf(const std::vector<Entry> &entries)
{
    NoteIds ids;
    for (const Entry &entry : entries)
        ids.insert(entry.id);
    return ids;
}

} // namespace

CanvasCommands::CanvasCommands(Document &document, CanvasView &view, QObject *parent)
    : QObject(parent), m_document(document), m_view(view), m_scene(view.canvas())
{
    connect(&view, &CanvasView::duplicated, this, &CanvasCommands::duplicate);
}

void CanvasCommands::removeSelection()
{
    remove(tr("Delete"), {m_scene.selectedSteps(), m_scene.selectedNotes(), m_scene.selectedFrames()});
}

void CanvasCommands::remove(const QString &caption, const CanvasScene::Load &what)
{
    const auto links = m_scene.selectedLinks();
    m_document.edit(caption, {}, [&](Pipeline &pipeline) {
        for (const LinkView &link : links)
            removeLink(pipeline, linkOf(link));
        removeSteps(pipeline, what.steps);
        removeNotes(pipeline, what.notes);
        removeFrames(pipeline, what.frames);
    });
}

void CanvasCommands::dissolveSelection()
{
    const StepIds steps = m_scene.selectedSteps();
    m_document.edit(tr("Delete and reconnect"), {},
                    [&](Pipeline &pipeline) { removeAndReconnect(pipeline, steps, m_document.registry()); });
}

Pipeline CanvasCommands::selectedPart() const
{
    const CanvasScene::Load load = m_scene.load();
    return partOf(m_document.pipeline(), load.steps, load.notes, load.frames);
}

void CanvasCommands::duplicate(QPointF delta)
{
    const Pipeline part = selectedPart();
    if (const auto corner = cornerOf(part))
        insert(tr("Duplicate"), part, {corner->x + delta.x(), corner->y + delta.y()});
}

void CanvasCommands::insert(const QString &caption, const Pipeline &part, Position corner)
{
    StepIds added;
    const NoteIds notes = idsOf(m_document.pipeline().notes), frames = idsOf(m_document.pipeline().frames);
    m_document.edit(caption, {}, [&](Pipeline &pipeline) { added = millrace::paste(pipeline, part, corner); });
    selectAdded(added, notes, frames);
}

void CanvasCommands::copy() const
{
    const Pipeline part = selectedPart();
    if (cornerOf(part))
        QGuiApplication::clipboard()->setText(toQString(writePipeline(part)));
}

void CanvasCommands::cut()
{
    copy();
    // With what stands in the frames: it comes back with them.
    remove(tr("Cut"), m_scene.load());
}

void CanvasCommands::paste()
{
    const auto part = parsePipeline(toUtf8(QGuiApplication::clipboard()->text()));
    if (!part) {
        Q_EMIT told(tr("The clipboard holds no pipeline: copy steps first, or a pipeline’s text."));
        return;
    }
    const QPointF at = grid::snapped(m_view.handPosition());
    Q_EMIT pasting(part->pipeline);
    insert(tr("Paste"), part->pipeline, {at.x(), at.y()});
}

void CanvasCommands::selectAll()
{
    StepIds all;
    for (const PipelineStep &step : m_document.pipeline().steps)
        all.insert(step.id);
    m_scene.select(all, idsOf(m_document.pipeline().notes), idsOf(m_document.pipeline().frames));
}

void CanvasCommands::selectReachable(bool upstream, bool downstream)
{
    const StepIds selected = m_scene.selectedSteps();
    StepIds steps = selected;
    if (upstream)
        steps.merge(upstreamOf(m_document.pipeline(), selected));
    if (downstream)
        steps.merge(downstreamOf(m_document.pipeline(), selected));
    m_scene.select(steps);
}

void CanvasCommands::change(const QString &caption,
                            const std::function<void(PipelineStep &, const Pipeline &)> &change,
                            const QString &gestureKey)
{
    const StepIds steps = m_scene.selectedSteps();
    const QString named = captionOf(caption, m_document.pipeline(), steps, m_document.registry());
    m_document.edit(named, gestureKey, [&](Pipeline &pipeline) {
        for (const std::string &id : steps)
            if (PipelineStep *step = pipeline.step(id))
                change(*step, pipeline);
    });
}

void CanvasCommands::toggleEnabled()
{
    const bool anyOff = std::ranges::any_of(m_scene.selectedSteps(), [&](const std::string &id) {
        const PipelineStep *step = m_document.pipeline().step(id);
        return step && !step->isEnabled;
    });
    change(anyOff ? tr("Enable") : tr("Disable"),
           [&](PipelineStep &step, const Pipeline &) { step.isEnabled = anyOff; });
}

void CanvasCommands::toggleBypassed()
{
    const bool anyOn = std::ranges::any_of(m_scene.selectedSteps(), [&](const std::string &id) {
        const PipelineStep *step = m_document.pipeline().step(id);
        return step && step->isBypassed;
    });
    change(anyOn ? tr("End bypass") : tr("Bypass"),
           [&](PipelineStep &step, const Pipeline &) { step.isBypassed = !anyOn; });
}

void CanvasCommands::toggleKept()
{
    std::vector<LinkView> links = m_scene.selectedLinks();
    std::erase_if(links, [](const LinkView &link) { return link.isError(); });
    if (links.empty())
        return;
    const bool keeps = std::ranges::any_of(links, [](const LinkView &link) { return !link.isKept; });
    m_document.edit(keeps ? tr("Keep what goes over a link") : tr("Stop keeping what goes over a link"), {},
                    [&](Pipeline &pipeline) {
                        for (const LinkView &link : links)
                            setLinkKept(pipeline, linkOf(link), keeps);
                    });
}

void CanvasCommands::changeWorkers(int by)
{
    change(
        tr("Change workers"),
        [&](PipelineStep &step, const Pipeline &pipeline) {
            const StepType *type = m_document.registry().find(step.type);
            if (type && type->nesting == Nesting::Pipeline)
                return; // the steps in it have workers of their own
            const int most = type ? mostWorkersOf(*type) : 0;
            const int wanted = std::max(1, pipeline.workersOf(step) + by);
            step.workers = most > 0 ? std::min(wanted, most) : wanted;
        },
        QStringLiteral("workers"));
}

void CanvasCommands::layOut()
{
    std::vector<std::string> only;
    if (const StepIds selected = m_scene.selectedSteps(); selected.size() > 1)
        only.assign(selected.begin(), selected.end());
    const Glide::Places before = m_scene.glide().places();
    const CardPlaces cards = m_scene.cards();
    const auto within = stepsInFrames(m_document.pipeline(), cards);
    const auto areaOf = [this](const Pipeline &pipeline, const StepIds &steps) {
        QRectF area;
        for (const std::string &id : steps)
            if (const PipelineStep *step = pipeline.step(id))
                area |= QRectF(QPointF(step->position->x, step->position->y), m_scene.step(id)->card().size());
        return area;
    };
    const bool hasMoved = m_document.edit(tr("Lay out automatically"), {}, [&](Pipeline &pipeline) {
        const auto positions = layeredLayout(pipeline, only);
        // Notes stay with the card that they lie beside.
        for (size_t i = 0; i < pipeline.notes.size(); ++i)
            if (const auto beside = stepBeside(cards, m_scene.note(pipeline.notes[i].id)->view().rect)) {
                pipeline.notes[i].rect.x += positions[*beside].x - cards[*beside].x();
                pipeline.notes[i].rect.y += positions[*beside].y - cards[*beside].y();
            }
        for (size_t i = 0; i < pipeline.steps.size(); ++i)
            pipeline.steps[i].position = positions[i];
        for (size_t i = 0; i < pipeline.frames.size(); ++i)
            if (const QRectF area = areaOf(pipeline, within[i]); !area.isEmpty())
                pipeline.frames[i].rect = toRectangle(FrameItem::around(area));
    });
    if (only.empty())
        m_view.fitAll();
    if (hasMoved)
        m_scene.glide().from(before);
}

void CanvasCommands::arrange(Line line)
{
    std::vector<StepItem *> items;
    for (StepItem *item : m_scene.steps())
        if (item->isSelected())
            items.push_back(item);
    if (items.size() < 2)
        return;
    const bool isAcross = line == Line::Left || line == Line::Right || line == Line::Center || line == Line::Across;
    const auto along = [isAcross](const StepItem *item) { return isAcross ? item->pos().x() : item->pos().y(); };
    const auto sizeOf = [isAcross](const StepItem *item) {
        return isAcross ? item->card().width() : item->card().height();
    };
    std::ranges::stable_sort(items, {}, along);
    const double first = along(items.front()), last = along(items.back());
    double end = first;
    for (const StepItem *item : items)
        end = std::max(end, along(item) + sizeOf(item));
    const auto placeOf = [&](size_t i) {
        switch (line) {
        case Line::Left:
        case Line::Top: return first;
        case Line::Right:
        case Line::Bottom: return end - sizeOf(items[i]);
        case Line::Center:
        case Line::Middle: return std::round((first + end - sizeOf(items[i])) / 2);
        case Line::Across:
        case Line::Down: break;
        }
        return first + (last - first) * double(i) / double(items.size() - 1);
    };
    const bool distributes = line == Line::Across || line == Line::Down;
    const Glide::Places before = m_scene.glide().places();
    const bool hasMoved = m_document.edit(distributes ? tr("Distribute") : tr("Align"), {}, [&](Pipeline &pipeline) {
        for (size_t i = 0; i < items.size(); ++i) {
            PipelineStep *step = pipeline.step(items[i]->id());
            if (!step)
                continue;
            const double at = placeOf(i);
            step->position = isAcross ? Position{at, items[i]->pos().y()} : Position{items[i]->pos().x(), at};
        }
    });
    if (hasMoved)
        m_scene.glide().from(before);
}

void CanvasCommands::selectAdded(const StepIds &steps, const NoteIds &notesBefore, const NoteIds &framesBefore)
{
    NoteIds notes = idsOf(m_document.pipeline().notes), frames = idsOf(m_document.pipeline().frames);
    for (const std::string &id : notesBefore)
        notes.erase(id);
    for (const std::string &id : framesBefore)
        frames.erase(id);
    m_scene.select(steps);
    if (!steps.empty())
        m_view.showStep(*steps.begin());
    m_scene.select(steps, notes, frames);
}

void CanvasCommands::selectNextLink()
{
    const auto &links = m_scene.links();
    if (links.empty()) {
        Q_EMIT told(tr("There is no link: select a step and press L to draw one."));
        return;
    }
    auto next = std::ranges::find_if(links, [](const LinkItem *link) { return link->isSelected(); });
    if (next != links.end()) {
        if (++next == links.end())
            next = links.begin();
    } else {
        next = std::ranges::find_if(links, [selected = m_scene.selectedSteps()](const LinkItem *link) {
            return selected.contains(link->view().fromStep) || selected.contains(link->view().toStep);
        });
        if (next == links.end())
            next = links.begin();
    }
    LinkItem &link = **next;
    m_scene.selectLink(link);
    m_view.ensureVisible(link.path().boundingRect(), 60, 60);
    m_view.setFocus();
    Q_EMIT told(
        tr("Link from “%1” to “%2”: Delete removes it, L takes it to another step, Tab inserts a step.")
            .arg(m_scene.step(link.view().fromStep)->view().name, m_scene.step(link.view().toStep)->view().name));
}

void CanvasCommands::rename()
{
    const auto steps = m_scene.selectedSteps();
    const auto notes = m_scene.selectedNotes(), frames = m_scene.selectedFrames();
    if (steps.size() + notes.size() + frames.size() != 1)
        Q_EMIT told(tr("Select one step, note or frame to write its name or text."));
    else if (!steps.empty())
        m_view.renameInPlace(*steps.begin());
    else if (!frames.empty())
        m_view.renameFrame(*frames.begin());
    else
        editNote(m_document, m_view, *notes.begin());
}

} // namespace millrace
