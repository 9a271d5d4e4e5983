// SPDX-License-Identifier: MIT
// The links of the scene: which there are, and where they run.
#include "canvas/CanvasScene.h"
#include "canvas/links/LinkRoute.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace millrace {

void CanvasScene::setLinks()
{
    m_cards = cards();
    std::vector<LinkItem *> old;
    old.swap(m_links);
    m_linksOf.clear();
    const auto keep = [&old](const LinkView &view) -> LinkItem * {
        const auto found = std::ranges::find_if(old, [&](LinkItem *item) { return item && item->view() == view; });
        return found == old.end() ? nullptr : std::exchange(*found, nullptr);
    };
    size_t at = 0; // links mostly stay in their places
    for (const LinkView &view : m_drawing.links) {
        LinkItem *item =
            at < old.size() && old[at] && old[at]->view() == view ? std::exchange(old[at], nullptr) : keep(view);
        ++at;
        if (!item) {
            item = new LinkItem(m_linkPainter, view);
            addItem(item);
        }
        m_links.push_back(item);
        m_linksOf.emplace(view.fromStep, item);
        m_linksOf.emplace(view.toStep, item);
        placeLink(*item);
    }
    for (LinkItem *item : old)
        delete item;
}

void CanvasScene::showCycleOf(const std::optional<LinkView> &refused)
{
    // What can be reached from a step, along the links or against them.
    const auto reach = [this](const std::string &start, bool isForward) {
        std::unordered_set<std::string> reached{start};
        for (std::vector<std::string> open{start}; !open.empty();) {
            const std::string step = std::move(open.back());
            open.pop_back();
            const auto [first, last] = m_linksOf.equal_range(step);
            for (auto at = first; at != last; ++at) {
                const LinkView &link = at->second->view();
                const std::string &next = isForward ? link.toStep : link.fromStep;
                if (next != step && reached.insert(next).second)
                    open.push_back(next);
            }
        }
        return reached;
    };
    std::unordered_set<std::string> behind, before;
    const StepItem *target = refused ? step(refused->toStep) : nullptr;
    if (target && target->view().hasInput) { // without one, that is the reason
        behind = reach(refused->toStep, true);
        before = reach(refused->fromStep, false);
    }
    for (LinkItem *item : m_links)
        item->setOfCycle(behind.contains(item->view().fromStep) && before.contains(item->view().toStep));
}

void CanvasScene::placeLink(LinkItem &link) const
{
    const LinkView &view = link.view();
    const StepItem *from = step(view.fromStep), *to = step(view.toStep);
    if (!from || !to)
        return;
    const QPointF start = from->portPosition(from->portNamed(view.fromPort, false));
    const QPointF end = to->portPosition(to->portNamed(view.toPort, true));
    link.setEnds(start, end, laneOf(start, end, m_cards));
}

void CanvasScene::stepHasMoved(const StepItem &item)
{
    const auto [first, last] = m_linksOf.equal_range(item.id());
    for (auto at = first; at != last; ++at)
        placeLink(*at->second);
}

} // namespace millrace
