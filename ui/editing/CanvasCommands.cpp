// SPDX-License-Identifier: MIT
// What the canvas's actions do: all of them edits of the selected steps.
#include "editing/CanvasEditor.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "model/Layout.h"
#include "pipeline/PipelineFile.h"
#include "theme/Text.h"

#include <QClipboard>
#include <QGuiApplication>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr QSizeF EmptyFrame(320, 200);

QPointF roundedToGrid(QPointF at)
{
    return {std::round(at.x() / grid::Step) * grid::Step, std::round(at.y() / grid::Step) * grid::Step};
}

/// A frame's rectangle around that area: room on all sides, and for the heading and, below it, a card's badge, to the grid.
QRectF frameAround(const QRectF &area)
{
    constexpr double Room = 10;
    const double badge = -StepGeometry().limitBadge(0).top(); // above a card
    const QRectF wanted = area.adjusted(-Room, -badge - FrameItem::HeadingHeight, Room, Room);
    const auto down = [](double value) { return std::floor(value / grid::Step) * grid::Step; };
    const auto up = [](double value) { return std::ceil(value / grid::Step) * grid::Step; };
    return {QPointF(down(wanted.left()), down(wanted.top())), QPointF(up(wanted.right()), up(wanted.bottom()))};
}

} // namespace

void CanvasEditor::addNote()
{
    const QPointF at = m_view.handPosition();
    m_document.edit(tr("Add a note"), {}, [&](Pipeline &pipeline) {
        Note note;
        note.text = toUtf8(tr("A note"));
        note.rect = toRectangle(QRectF(roundedToGrid(at), QSizeF(200, 40)));
        pipeline.notes.push_back(note);
    });
    m_scene.select({}, {m_scene.notes().size() - 1});
    rename();
}

void CanvasEditor::resizeSelection(QSizeF by)
{
    const auto notes = m_scene.selectedNotes(), frames = m_scene.selectedFrames();
    if (notes.empty() && frames.empty()) {
        Q_EMIT told(tr("Select a note or a frame first: Alt+N and Alt+G take the next one."));
        return;
    }
    const auto enlarge = [by](Rectangle &rect, QSizeF least) {
        rect.width = std::max(rect.width + by.width(), least.width());
        rect.height = std::max(rect.height + by.height(), least.height());
    };
    m_document.edit(tr("Resize"), QStringLiteral("resize"), [&](Pipeline &pipeline) {
        for (const size_t note : notes)
            enlarge(pipeline.notes[note].rect, NoteItem::Least);
        for (const size_t frame : frames)
            enlarge(pipeline.frames[frame].rect, FrameItem::Least);
    });
}

void CanvasEditor::addFrame()
{
    QRectF area;
    for (const std::string &id : m_selection)
        area |= m_scene.step(id)->card();
    for (const size_t note : m_scene.selectedNotes())
        area |= m_scene.notes()[note]->view().rect;
    for (const size_t frame : m_scene.selectedFrames())
        area |= m_scene.frames()[frame]->view().rect;
    const QRectF rect = area.isEmpty() ? QRectF(roundedToGrid(m_view.handPosition()), EmptyFrame) : frameAround(area);
    m_document.edit(tr("Add a frame"), {}, [&](Pipeline &pipeline) {
        Frame frame;
        frame.text = toUtf8(tr("Frame"));
        frame.rect = toRectangle(rect);
        pipeline.frames.push_back(frame);
    });
    const size_t added = m_scene.frames().size() - 1;
    m_scene.select({}, {}, {added});
    m_view.renameFrame(added);
}

void CanvasEditor::setFrameColor(const QString &word)
{
    const auto frames = m_scene.selectedFrames();
    if (frames.empty()) {
        Q_EMIT told(tr("Select a frame first: click its heading or its edge."));
        return;
    }
    m_document.edit(tr("Colour a frame"), {}, [&](Pipeline &pipeline) {
        for (const size_t frame : frames)
            pipeline.frames[frame].color = toUtf8(word);
    });
}

void CanvasEditor::removeSelection()
{
    remove(tr("Delete"), {m_selection, m_scene.selectedNotes(), m_scene.selectedFrames()});
}

void CanvasEditor::remove(const QString &caption, const CanvasScene::Load &what)
{
    const auto links = m_scene.selectedLinks();
    const bool hasGone = m_document.edit(caption, {}, [&](Pipeline &pipeline) {
        for (const LinkView &link : links)
            removeLink(pipeline, linkOf(link));
        removeSteps(pipeline, what.steps);
        removeNotes(pipeline, what.notes);
        removeFrames(pipeline, what.frames);
    });
    // Another note or frame now has the place in the list.
    if (hasGone)
        m_scene.clearSelection();
}

void CanvasEditor::dissolveSelection()
{
    const StepIds steps = m_selection;
    m_document.edit(tr("Delete and reconnect"), {},
                    [&](Pipeline &pipeline) { removeAndReconnect(pipeline, steps, m_document.registry()); });
}

Pipeline CanvasEditor::selectedPart() const
{
    const CanvasScene::Load load = m_scene.load();
    return partOf(m_document.pipeline(), load.steps, load.notes, load.frames);
}

void CanvasEditor::duplicate(QPointF delta)
{
    const Pipeline part = selectedPart();
    if (const auto corner = cornerOf(part))
        insert(tr("Duplicate"), part, {corner->x + delta.x(), corner->y + delta.y()});
}

void CanvasEditor::insert(const QString &caption, const Pipeline &part, Position corner)
{
    StepIds added;
    const size_t notes = m_document.pipeline().notes.size(), frames = m_document.pipeline().frames.size();
    m_document.edit(caption, {}, [&](Pipeline &pipeline) { added = millrace::paste(pipeline, part, corner); });
    selectAdded(added, notes, frames);
}

void CanvasEditor::copy() const
{
    const Pipeline part = selectedPart();
    if (cornerOf(part))
        QGuiApplication::clipboard()->setText(toQString(writePipeline(part)));
}

void CanvasEditor::cut()
{
    copy();
    // With what stands in the frames: it comes back with them.
    remove(tr("Cut"), m_scene.load());
}

void CanvasEditor::paste()
{
    const auto part = parsePipeline(toUtf8(QGuiApplication::clipboard()->text()));
    if (!part) {
        Q_EMIT told(tr("The clipboard holds no pipeline: copy steps first, or a pipeline’s text."));
        return;
    }
    const QPointF at = roundedToGrid(m_view.handPosition());
    Q_EMIT pasting(part->pipeline);
    insert(tr("Paste"), part->pipeline, {at.x(), at.y()});
}

void CanvasEditor::selectAll()
{
    StepIds all;
    for (const PipelineStep &step : m_document.pipeline().steps)
        all.insert(step.id);
    std::set<size_t> notes, frames;
    for (size_t i = 0; i < m_document.pipeline().notes.size(); ++i)
        notes.insert(i);
    for (size_t i = 0; i < m_document.pipeline().frames.size(); ++i)
        frames.insert(i);
    m_scene.select(all, notes, frames);
}

void CanvasEditor::selectReachable(bool upstream, bool downstream)
{
    StepIds steps = m_selection;
    if (upstream)
        steps.merge(upstreamOf(m_document.pipeline(), m_selection));
    if (downstream)
        steps.merge(downstreamOf(m_document.pipeline(), m_selection));
    m_scene.select(steps);
}

void CanvasEditor::change(const QString &caption,
                          const std::function<void(PipelineStep &, const Pipeline &)> &change,
                          const QString &gestureKey)
{
    const Pipeline &drawn = m_document.pipeline();
    m_document.edit(captionOf(caption, drawn, m_selection, m_document.registry()), gestureKey, [&](Pipeline &pipeline) {
        for (const std::string &id : m_selection)
            if (PipelineStep *step = pipeline.step(id))
                change(*step, pipeline);
    });
}

void CanvasEditor::toggleEnabled()
{
    const bool anyOff = std::ranges::any_of(m_selection, [&](const std::string &id) {
        const PipelineStep *step = m_document.pipeline().step(id);
        return step && !step->isEnabled;
    });
    change(anyOff ? tr("Enable") : tr("Disable"),
           [&](PipelineStep &step, const Pipeline &) { step.isEnabled = anyOff; });
}

void CanvasEditor::toggleBypassed()
{
    const bool anyOn = std::ranges::any_of(m_selection, [&](const std::string &id) {
        const PipelineStep *step = m_document.pipeline().step(id);
        return step && step->isBypassed;
    });
    change(anyOn ? tr("End bypass") : tr("Bypass"),
           [&](PipelineStep &step, const Pipeline &) { step.isBypassed = !anyOn; });
}

void CanvasEditor::changeWorkers(int by)
{
    change(
        tr("Change workers"),
        [&](PipelineStep &step, const Pipeline &pipeline) {
            const StepType *type = m_document.registry().find(step.type);
            const int most = type ? mostWorkersOf(*type) : 0;
            const int wanted = std::max(1, pipeline.workersOf(step) + by);
            step.workers = most > 0 ? std::min(wanted, most) : wanted;
        },
        QStringLiteral("workers"));
}

std::vector<StepIds> CanvasEditor::stepsInFrames() const
{
    std::vector<StepIds> within;
    for (const FrameItem *frame : m_scene.frames()) {
        StepIds &steps = within.emplace_back();
        for (const StepItem *step : m_scene.steps())
            if (frame->view().rect.contains(step->drawnCard().center()))
                steps.insert(step->id());
    }
    return within;
}

void CanvasEditor::layOut()
{
    std::vector<std::string> only;
    if (m_selection.size() > 1)
        only.assign(m_selection.begin(), m_selection.end());
    const Glide::Places before = m_scene.glide().places();
    const auto within = stepsInFrames();
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
        const auto cards = m_scene.steps();
        for (size_t i = 0; i < pipeline.notes.size() && !cards.empty(); ++i) {
            const StepItem *beside = m_scene.stepBeside(m_scene.notes()[i]->view().rect);
            const Position &now = positions[size_t(std::ranges::find(cards, beside) - cards.begin())];
            pipeline.notes[i].rect.x += now.x - beside->view().position.x();
            pipeline.notes[i].rect.y += now.y - beside->view().position.y();
        }
        for (size_t i = 0; i < pipeline.steps.size(); ++i)
            pipeline.steps[i].position = positions[i];
        for (size_t i = 0; i < pipeline.frames.size(); ++i)
            if (const QRectF area = areaOf(pipeline, within[i]); !area.isEmpty())
                pipeline.frames[i].rect = toRectangle(frameAround(area));
    });
    if (only.empty())
        m_view.fitAll();
    if (hasMoved)
        m_scene.glide().from(before);
}

void CanvasEditor::arrange(Line line)
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

} // namespace millrace
