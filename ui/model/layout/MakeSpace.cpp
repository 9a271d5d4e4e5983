// SPDX-License-Identifier: MIT
#include "model/layout/MakeSpace.h"

#include "pipeline/layout/Layout.h"

#include <QLineF>

#include <algorithm>
#include <cmath>
#include <utility>

namespace millrace {

namespace {

constexpr double Distance = 10; // pixels at 100 % from a card to the next

QRectF widened(const QRectF &rect, double by)
{
    return rect.adjusted(-by, -by, by, by);
}

QRectF areaOf(const Rectangle &rect)
{
    return {rect.x, rect.y, rect.width, rect.height};
}

std::optional<size_t> indexOf(const Pipeline &pipeline, const std::string &id)
{
    const auto found = std::ranges::find(pipeline.steps, id, &PipelineStep::id);
    return found == pipeline.steps.end() ? std::nullopt : std::optional(size_t(found - pipeline.steps.begin()));
}

/// The card that a card there would touch; nothing where that place is free.
std::optional<size_t> takerOf(const Pipeline &pipeline,
                              const CardPlaces &cards,
                              const QRectF &place,
                              const std::string &without = {})
{
    for (size_t i = 0; i < cards.size(); ++i)
        if (pipeline.steps[i].id != without && widened(cards[i], Distance).intersects(place))
            return i;
    return {};
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

/// Lets what moves take along what it carries and what is in its way, until nothing is.
class SpaceMaker
{
public:
    SpaceMaker(const Pipeline &pipeline,
               const CardPlaces &cards,
               const std::string &feeder,
               const std::string &without,
               Space &space)
        : m_pipeline(pipeline)
        , m_cards(cards)
        , m_feeder(feeder)
        , m_without(without)
        , m_before(upstreamOf(pipeline, {feeder}))
        , m_within(stepsInFrames(pipeline, cards))
        , m_space(space)
    {}

    /// True where there was something more to move.
    bool takeAlong()
    {
        carry();
        const std::vector<Way> ways = waysOfAll();
        const size_t before = count();
        StepIds giving = stepsInTheWay(ways);
        takeFrames(ways, giving);
        takeNotes(ways);
        giving.erase(m_without);
        m_space.steps.merge(giving);
        return count() > before;
    }

private:
    size_t count() const { return m_space.steps.size() + m_space.frames.size() + m_space.notes.size(); }
    QRectF noteArea(const std::string &note) const { return areaOf(m_pipeline.note(note)->rect); }
    QRectF frameArea(const std::string &frame) const { return areaOf(m_pipeline.frame(frame)->rect); }

    static bool isInTheWay(const QRectF &rect, const std::vector<Way> &ways)
    {
        return std::ranges::any_of(ways, [&](const Way &way) { return way.leadsOnto(rect); });
    }

    /// Adds the notes and frames that go with the steps that move.
    void carry()
    {
        m_space.wider.clear();
        for (size_t i = 0; i < m_pipeline.frames.size(); ++i) {
            const std::string &id = m_pipeline.frames[i].id;
            const auto moving = std::ranges::count_if(
                m_within[i], [&](const std::string &step) { return m_space.steps.contains(step); });
            if (moving > 0 && size_t(moving) == m_within[i].size())
                m_space.frames.insert(id);
            else if (moving > 0 && !m_space.frames.contains(id))
                m_space.wider.insert(id);
        }
        for (const Note &note : m_pipeline.notes) {
            const QRectF area = areaOf(note.rect);
            const bool isCarried = std::ranges::any_of(
                m_space.frames, [&](const std::string &frame) { return frameArea(frame).contains(area.center()); });
            const auto beside = stepBeside(m_cards, area);
            if (isCarried || (beside && m_space.steps.contains(m_pipeline.steps[*beside].id)))
                m_space.notes.insert(note.id);
        }
    }

    std::vector<Way> waysOfAll() const
    {
        std::vector<Way> ways;
        const auto add = [&](const QRectF &rect) { ways.push_back({rect, rect.adjusted(0, 0, m_space.shift, 0)}); };
        for (size_t i = 0; i < m_cards.size(); ++i)
            if (m_space.steps.contains(m_pipeline.steps[i].id))
                add(m_cards[i]);
        for (const std::string &note : m_space.notes)
            add(noteArea(note));
        for (const std::string &frame : m_space.frames)
            add(frameArea(frame));
        for (const std::string &frame : m_space.wider)
            add(frameArea(frame));
        return ways;
    }

    /// With what is behind them. What feeds the link stays, whatever comes to it: the card stands beside it.
    StepIds stepsInTheWay(const std::vector<Way> &ways) const
    {
        StepIds giving;
        for (size_t i = 0; i < m_cards.size(); ++i) {
            const std::string &id = m_pipeline.steps[i].id;
            if (id == m_feeder || id == m_without || m_space.steps.contains(id) || !isInTheWay(m_cards[i], ways))
                continue;
            if (m_before.contains(id))
                giving.insert(id);
            else
                giving.merge(downstreamOf(m_pipeline, {id}));
        }
        return giving;
    }

    void takeFrames(const std::vector<Way> &ways, StepIds &giving)
    {
        for (size_t i = 0; i < m_pipeline.frames.size(); ++i) {
            const Frame &frame = m_pipeline.frames[i];
            if (m_space.frames.contains(frame.id) || m_space.wider.contains(frame.id) || m_within[i].contains(m_feeder)
                || !isInTheWay(areaOf(frame.rect), ways))
                continue;
            m_space.frames.insert(frame.id);
            giving.insert(m_within[i].begin(), m_within[i].end());
        }
    }

    void takeNotes(const std::vector<Way> &ways)
    {
        for (const Note &note : m_pipeline.notes)
            if (!m_space.notes.contains(note.id) && isInTheWay(areaOf(note.rect), ways))
                m_space.notes.insert(note.id);
    }

    const Pipeline &m_pipeline;
    const CardPlaces &m_cards;
    const std::string &m_feeder, &m_without;
    const StepIds m_before; ///< what feeds the link, and what feeds that
    const std::vector<StepIds> m_within;
    Space &m_space;
};

/// Whether a card stands there once all has moved.
bool isTaken(const QRectF &place,
             const Pipeline &pipeline,
             const CardPlaces &cards,
             const Space &space,
             const std::string &without)
{
    for (size_t i = 0; i < cards.size(); ++i) {
        const std::string &id = pipeline.steps[i].id;
        const double moves = space.steps.contains(id) ? space.shift : 0;
        if (id != without && cards[i].translated(moves, 0).intersects(place))
            return true;
    }
    return false;
}

} // namespace

std::vector<StepIds> stepsInFrames(const Pipeline &pipeline, const CardPlaces &cards)
{
    std::vector<StepIds> within;
    for (const Frame &frame : pipeline.frames) {
        StepIds &steps = within.emplace_back();
        for (size_t i = 0; i < cards.size(); ++i)
            if (areaOf(frame.rect).contains(cards[i].center()))
                steps.insert(pipeline.steps[i].id);
    }
    return within;
}

std::optional<size_t> stepBeside(const CardPlaces &cards, const QRectF &area)
{
    const auto distance = [&area](const QRectF &card) {
        const double across = std::max({0.0, card.left() - area.right(), area.left() - card.right()});
        const double down = std::max({0.0, card.top() - area.bottom(), area.top() - card.bottom()});
        return std::pair(std::hypot(across, down), QLineF(card.center(), area.center()).length());
    };
    const auto nearest = std::ranges::min_element(cards, {}, distance);
    return nearest == cards.end() ? std::nullopt : std::optional(size_t(nearest - cards.begin()));
}

QPointF freePlace(const Pipeline &pipeline,
                  const CardPlaces &cards,
                  const QRectF &wanted,
                  const std::optional<Link> &half)
{
    QRectF place = wanted;
    auto taker = takerOf(pipeline, cards, place);
    if (!taker)
        return place.topLeft();
    const bool isBackward = half && half->fromStep.empty();
    if (const auto end = half ? indexOf(pipeline, isBackward ? half->toStep : half->fromStep) : std::nullopt) {
        place.moveTo(cards[*end].topLeft() + QPointF(isBackward ? -grid::ColumnWidth : grid::ColumnWidth, 0));
        while (takerOf(pipeline, cards, place))
            place.translate(0, grid::RowHeight);
        return place.topLeft();
    }
    for (; taker; taker = takerOf(pipeline, cards, place))
        place.moveTo(cards[*taker].topLeft() + QPointF(grid::ColumnWidth, 0));
    return place.topLeft();
}

Space spaceInLink(const Pipeline &pipeline,
                  const CardPlaces &cards,
                  const Link &link,
                  const QRectF &wanted,
                  const std::string &without)
{
    Space space;
    space.at = wanted.topLeft();
    const auto from = indexOf(pipeline, link.fromStep), to = indexOf(pipeline, link.toStep);
    if (!from || !to || !takerOf(pipeline, cards, wanted, without))
        return space;
    space.at = {cards[*from].x() + grid::ColumnWidth, cards[*to].y()};
    space.shift = std::max(0.0, space.at.x() + grid::ColumnWidth - cards[*to].x());
    space.steps = downstreamOf(pipeline, {link.toStep});
    if (space.shift > 0) {
        SpaceMaker maker(pipeline, cards, link.fromStep, without, space);
        while (maker.takeAlong()) {
        }
    }
    while (isTaken({space.at, wanted.size()}, pipeline, cards, space, without))
        space.at.ry() += grid::RowHeight;
    return space;
}

void makeSpace(Pipeline &pipeline, const Space &space)
{
    if (space.shift <= 0)
        return;
    const auto positions = positionsOf(pipeline);
    for (size_t i = 0; i < pipeline.steps.size(); ++i)
        if (space.steps.contains(pipeline.steps[i].id))
            pipeline.steps[i].position = Position{positions[i].x + space.shift, positions[i].y};
    for (Frame &frame : pipeline.frames) {
        frame.rect.x += space.frames.contains(frame.id) ? space.shift : 0;
        frame.rect.width += space.wider.contains(frame.id) ? space.shift : 0;
    }
    for (Note &note : pipeline.notes)
        note.rect.x += space.notes.contains(note.id) ? space.shift : 0;
}

} // namespace millrace
