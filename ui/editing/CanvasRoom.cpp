// SPDX-License-Identifier: MIT
// Room for a card that comes into a link: what gives way to the right.
#include "canvas/CanvasScene.h"
#include "editing/CanvasEditor.h"
#include "model/Layout.h"

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr double Distance = 10; // pixels at 100 % from a card to the next

QRectF widened(const QRectF &rect, double by)
{
    return rect.adjusted(-by, -by, by, by);
}

/// Where something comes from, and all that it passes over on its way.
struct Way
{
    QRectF from, over;

    /// Whether it comes to what it wasn't on before.
    bool leadsOnto(const QRectF &other) const
    {
        return widened(over, Distance).intersects(other) && !widened(from, Distance).intersects(other);
    }
};

} // namespace

const StepItem *CanvasEditor::takerOf(const QRectF &place, const std::string &without) const
{
    for (const StepItem *step : m_scene.steps())
        if (step->id() != without && widened(step->card(), Distance).intersects(place))
            return step;
    return nullptr;
}

CanvasEditor::Room CanvasEditor::roomWithin(const LinkView &on, const QRectF &wanted, const std::string &without) const
{
    const StepItem *from = m_scene.step(on.fromStep), *to = m_scene.step(on.toStep);
    if (!from || !to || !takerOf(wanted, without))
        return {wanted.topLeft(), 0, {}, {}, {}, {}};
    Room room{{from->pos().x() + grid::ColumnWidth, to->pos().y()}, 0, {}, {}, {}, {}};
    room.shift = std::max(0.0, room.at.x() + grid::ColumnWidth - to->pos().x());
    room.steps = downstreamOf(m_document.pipeline(), {on.toStep});
    if (room.shift > 0)
        while (takeAlong(room, on.fromStep, without)) {
        }
    const auto isTaken = [&] {
        return std::ranges::any_of(m_scene.steps(), [&](const StepItem *step) {
            const double moves = room.steps.contains(step->id()) ? room.shift : 0;
            return step->id() != without
                   && step->card().translated(moves, 0).intersects(QRectF(room.at, wanted.size()));
        });
    };
    while (isTaken())
        room.at.ry() += grid::RowHeight;
    return room;
}

void CanvasEditor::carry(Room &room) const
{
    const auto &notes = m_scene.notes();
    const auto &frames = m_scene.frames();
    const auto within = stepsInFrames();
    room.wider.clear();
    for (size_t i = 0; i < frames.size(); ++i) {
        const auto moving =
            std::ranges::count_if(within[i], [&](const std::string &id) { return room.steps.contains(id); });
        if (moving > 0 && size_t(moving) == within[i].size())
            room.frames.insert(i);
        else if (moving > 0 && !room.frames.contains(i))
            room.wider.insert(i);
    }
    for (size_t i = 0; i < notes.size(); ++i) {
        const QRectF &note = notes[i]->view().rect;
        const bool isCarried = std::ranges::any_of(
            room.frames, [&](size_t frame) { return frames[frame]->view().rect.contains(note.center()); });
        const StepItem *beside = m_scene.stepBeside(note);
        if (isCarried || (beside && room.steps.contains(beside->id())))
            room.notes.insert(i);
    }
}

bool CanvasEditor::takeAlong(Room &room, const std::string &feeder, const std::string &without) const
{
    carry(room);
    const auto &notes = m_scene.notes();
    const auto &frames = m_scene.frames();
    const auto within = stepsInFrames();
    std::vector<Way> ways;
    const auto addWay = [&](const QRectF &rect) { ways.push_back({rect, rect.adjusted(0, 0, room.shift, 0)}); };
    for (const std::string &id : room.steps)
        addWay(m_scene.step(id)->drawnCard());
    for (const size_t note : room.notes)
        addWay(notes[note]->view().rect);
    for (const size_t frame : room.frames)
        addWay(frames[frame]->view().rect);
    for (const size_t frame : room.wider)
        addWay(frames[frame]->view().rect);
    const auto isInTheWay = [&](const QRectF &rect) {
        return std::ranges::any_of(ways, [&](const Way &way) { return way.leadsOnto(rect); });
    };

    // What feeds the link stays, whatever comes to it: the card stands beside it.
    const Pipeline &pipeline = m_document.pipeline();
    const StepIds before = upstreamOf(pipeline, {feeder});
    StepIds giving;
    for (const StepItem *step : m_scene.steps()) {
        const std::string &id = step->id();
        if (id == feeder || id == without || room.steps.contains(id) || !isInTheWay(step->drawnCard()))
            continue;
        if (before.contains(id))
            giving.insert(id);
        else
            giving.merge(downstreamOf(pipeline, {id}));
    }
    const size_t frameCount = room.frames.size(), noteCount = room.notes.size();
    for (size_t i = 0; i < frames.size(); ++i) {
        if (room.frames.contains(i) || room.wider.contains(i) || within[i].contains(feeder)
            || !isInTheWay(frames[i]->view().rect))
            continue;
        room.frames.insert(i);
        giving.insert(within[i].begin(), within[i].end());
    }
    for (size_t i = 0; i < notes.size(); ++i)
        if (!room.notes.contains(i) && isInTheWay(notes[i]->view().rect))
            room.notes.insert(i);
    giving.erase(without);
    const size_t stepCount = room.steps.size();
    room.steps.merge(giving);
    return room.steps.size() > stepCount || room.frames.size() > frameCount || room.notes.size() > noteCount;
}

void CanvasEditor::makeRoom(Pipeline &pipeline, const Room &room) const
{
    if (room.shift <= 0)
        return;
    const auto positions = positionsOf(pipeline);
    for (size_t i = 0; i < pipeline.steps.size(); ++i)
        if (room.steps.contains(pipeline.steps[i].id))
            pipeline.steps[i].position = Position{positions[i].x + room.shift, positions[i].y};
    for (const size_t frame : room.frames)
        pipeline.frames[frame].rect.x += room.shift;
    for (const size_t frame : room.wider)
        pipeline.frames[frame].rect.width += room.shift;
    for (const size_t note : room.notes)
        pipeline.notes[note].rect.x += room.shift;
}

} // namespace millrace
