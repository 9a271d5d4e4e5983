// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace millrace {

/// A pipeline's steps by id and its links by step, for whatever walks along them. Made in linear time; borrows the pipeline,
/// which must outlive it unchanged. Links whose ends don't exist are left out. Nothing here recurses, so depth costs no stack.
class Graph
{
public:
    explicit Graph(const Pipeline &pipeline);

    struct Edge
    {
        size_t link = 0;         ///< index into Pipeline::links
        size_t from = 0, to = 0; ///< indexes into Pipeline::steps
    };

    std::optional<size_t> indexOf(std::string_view id) const;
    const std::vector<Edge> &edges() const { return m_edges; }
    /// Edges by step, as indexes into edges(), in the order of the file.
    const std::vector<size_t> &edgesOut(size_t step) const { return m_out[step]; }
    const std::vector<size_t> &edgesIn(size_t step) const { return m_in[step]; }
    size_t stepCount() const { return m_out.size(); }

    struct Order
    {
        std::vector<size_t> steps;               ///< each after all that feed it; those on cycles are missing
        std::vector<std::vector<size_t>> cycles; ///< in the direction of the links; at most MostCycles
    };
    static constexpr size_t MostCycles = 10;
    /// The order in which the steps with `include` can be worked through, and what stands in its way.
    Order order(const std::vector<bool> &include) const;

private:
    std::vector<size_t> findCycle(const std::vector<bool> &isLeft, size_t start) const;

    std::unordered_map<std::string_view, size_t> m_index;
    std::vector<Edge> m_edges;
    std::vector<std::vector<size_t>> m_out, m_in;
};

} // namespace millrace
