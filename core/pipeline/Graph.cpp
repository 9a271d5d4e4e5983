// SPDX-License-Identifier: MIT
#include "pipeline/Graph.h"

#include <algorithm>

namespace millrace {

Graph::Graph(const Pipeline &pipeline) : m_out(pipeline.steps.size()), m_in(pipeline.steps.size())
{
    m_index.reserve(pipeline.steps.size());
    for (size_t i = 0; i < pipeline.steps.size(); ++i)
        m_index.emplace(pipeline.steps[i].id, i);
    for (size_t i = 0; i < pipeline.links.size(); ++i) {
        const auto from = indexOf(pipeline.links[i].fromStep), to = indexOf(pipeline.links[i].toStep);
        if (!from || !to)
            continue;
        m_out[*from].push_back(m_edges.size());
        m_in[*to].push_back(m_edges.size());
        m_edges.push_back({i, *from, *to});
    }
}

std::optional<size_t> Graph::indexOf(std::string_view id) const
{
    const auto found = m_index.find(id);
    return found == m_index.end() ? std::nullopt : std::optional(found->second);
}

/// Goes back along the links, among steps that all have one before them, until a step comes a second time.
std::vector<size_t> Graph::findCycle(const std::vector<bool> &isLeft, size_t start) const
{
    constexpr size_t NotSeen = size_t(-1);
    std::vector<size_t> place(stepCount(), NotSeen);
    std::vector<size_t> way;
    for (size_t step = start; place[step] == NotSeen;) {
        place[step] = way.size();
        way.push_back(step);
        const auto before = std::ranges::find_if(m_in[step], [&](size_t edge) { return isLeft[m_edges[edge].from]; });
        step = m_edges[*before].from;
        if (place[step] != NotSeen)
            way.erase(way.begin(), way.begin() + ptrdiff_t(place[step]));
    }
    std::reverse(way.begin(), way.end());
    std::rotate(way.begin(), std::min_element(way.begin(), way.end()), way.end());
    return way;
}

/// Kahn's algorithm (1962); where it gets stuck, a cycle is taken out and it goes on.
Graph::Order Graph::order(const std::vector<bool> &include) const
{
    Order order;
    std::vector<bool> isLeft = include;
    std::vector<size_t> waitsFor(stepCount(), 0);
    for (const Edge &edge : m_edges) {
        if (include[edge.from] && include[edge.to])
            ++waitsFor[edge.to];
    }
    std::vector<size_t> ready;
    const auto takeOut = [&](size_t step) {
        isLeft[step] = false;
        for (const size_t edge : m_out[step]) {
            const size_t to = m_edges[edge].to;
            if (isLeft[to] && --waitsFor[to] == 0)
                ready.push_back(to);
        }
    };
    for (size_t i = 0; i < stepCount(); ++i) {
        if (include[i] && waitsFor[i] == 0)
            ready.push_back(i);
    }
    for (size_t stuckAt = 0;;) {
        for (size_t next = 0; next < ready.size(); ++next) {
            order.steps.push_back(ready[next]);
            takeOut(ready[next]);
        }
        ready.clear();
        while (stuckAt < stepCount() && !isLeft[stuckAt])
            ++stuckAt;
        if (stuckAt == stepCount() || order.cycles.size() == MostCycles)
            return order;
        order.cycles.push_back(findCycle(isLeft, stuckAt));
        for (const size_t step : order.cycles.back())
            isLeft[step] = false;
        for (const size_t step : order.cycles.back())
            takeOut(step);
    }
}

} // namespace millrace
