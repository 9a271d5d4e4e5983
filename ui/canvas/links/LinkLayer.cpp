// SPDX-License-Identifier: MIT
#include "canvas/links/LinkLayer.h"

#include "canvas/links/LinkRoute.h"

#include <QGraphicsScene>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace millrace {

void LinkLayer::setLinks(const std::vector<LinkView> &views, std::vector<QRectF> cards)
{
    m_cards = std::move(cards);
    std::vector<LinkItem *> old;
    old.swap(m_links);
    m_linksOf.clear();
    const auto keep = [&old](const LinkView &view) -> LinkItem * {
        const auto found = std::ranges::find_if(old, [&](LinkItem *item) { return item && item->view().isSame(view); });
        return found == old.end() ? nullptr : std::exchange(*found, nullptr);
    };
    size_t at = 0; // links mostly stay in their places
    for (const LinkView &view : views) {
        LinkItem *item =
            at < old.size() && old[at] && old[at]->view().isSame(view) ? std::exchange(old[at], nullptr) : keep(view);
        ++at;
        if (!item) {
            item = new LinkItem(m_painter, view);
            m_scene.addItem(item);
        }
        item->setKept(view.isKept);
        m_links.push_back(item);
        m_linksOf.emplace(view.fromStep, item);
        m_linksOf.emplace(view.toStep, item);
        place(*item);
    }
    for (LinkItem *item : old)
        delete item;
}

LinkItem *LinkLayer::item(const LinkView &view) const
{
    const auto found = std::ranges::find_if(m_links, [&](const LinkItem *item) { return item->view().isSame(view); });
    return found == m_links.end() ? nullptr : *found;
}

std::vector<LinkView> LinkLayer::selected() const
{
    std::vector<LinkView> views;
    for (const LinkItem *item : m_links)
        if (item->isSelected())
            views.push_back(item->view());
    return views;
}

void LinkLayer::setGauges(const std::vector<LinkGauge> &gauges)
{
    for (size_t i = 0; i < m_links.size() && i < gauges.size(); ++i)
        m_links[i]->setGauge(gauges[i]);
}

void LinkLayer::clearGauges()
{
    for (LinkItem *item : m_links)
        item->setGauge({});
}

void LinkLayer::showCycleOf(const std::optional<LinkView> &refused)
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
    if (refused) {
        behind = reach(refused->toStep, true);
        before = reach(refused->fromStep, false);
    }
    for (LinkItem *item : m_links)
        item->setOfCycle(behind.contains(item->view().fromStep) && before.contains(item->view().toStep));
}

void LinkLayer::showWaits(const std::set<std::pair<std::string, std::string>> &waits)
{
    for (LinkItem *item : m_links)
        item->setWaiting(waits.contains({item->view().fromStep, item->view().toStep}));
}

void LinkLayer::place(LinkItem &link) const
{
    const LinkView &view = link.view();
    const auto start = m_portPlace(view.fromStep, view.fromPort, false),
               end = m_portPlace(view.toStep, view.toPort, true);
    if (start && end)
        link.setEnds(*start, *end, laneOf(*start, *end, m_cards));
}

void LinkLayer::follow(const std::string &step)
{
    const auto [first, last] = m_linksOf.equal_range(step);
    for (auto at = first; at != last; ++at)
        place(*at->second);
}

} // namespace millrace
