// SPDX-License-Identifier: MIT
#include "pipeline/layout/Layout.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace millrace {

namespace {

using Edge = std::pair<size_t, size_t>;
using Neighbours = std::vector<std::vector<size_t>>;

/// The links as pairs of step numbers, without those that close a cycle, each once.
std::vector<Edge> edgesWithoutCycles(const Pipeline &pipeline)
{
    std::unordered_map<std::string_view, size_t> index;
    for (size_t i = 0; i < pipeline.steps.size(); ++i)
        index.emplace(pipeline.steps[i].id, i);
    Neighbours next(pipeline.steps.size());
    std::set<Edge> seen;
    for (const Link &link : pipeline.links) {
        const auto from = index.find(link.fromStep), to = index.find(link.toStep);
        if (from == index.end() || to == index.end() || !seen.emplace(from->second, to->second).second)
            continue;
        next[from->second].push_back(to->second);
    }

    enum class Mark : uint8_t { New, Open, Closed };
    std::vector<Mark> marks(next.size(), Mark::New);
    std::vector<Edge> edges, path; // path: step and the number of its next neighbour to look at
    for (size_t start = 0; start < next.size(); ++start) {
        if (marks[start] != Mark::New)
            continue;
        marks[start] = Mark::Open;
        path.emplace_back(start, 0);
        while (!path.empty()) {
            auto &[step, at] = path.back();
            if (at == next[step].size()) {
                marks[step] = Mark::Closed;
                path.pop_back();
                continue;
            }
            const size_t target = next[step][at++];
            if (marks[target] == Mark::Open)
                continue;
            edges.emplace_back(step, target);
            if (marks[target] == Mark::New) {
                marks[target] = Mark::Open;
                path.emplace_back(target, 0);
            }
        }
    }
    return edges;
}

/// Those pairs of steps that only failed items go between.
std::set<Edge> errorEdges(const Pipeline &pipeline)
{
    std::unordered_map<std::string_view, size_t> index;
    for (size_t i = 0; i < pipeline.steps.size(); ++i)
        index.emplace(pipeline.steps[i].id, i);
    std::set<Edge> errors, others;
    for (const Link &link : pipeline.links) {
        const auto from = index.find(link.fromStep), to = index.find(link.toStep);
        if (from != index.end() && to != index.end())
            (link.fromPort == "error" ? errors : others).emplace(from->second, to->second);
    }
    for (const Edge &edge : others)
        errors.erase(edge);
    return errors;
}

/// Steps and the bends of long links, in layers.
struct Layers
{
    size_t steps = 0; ///< nodes from here on are bends
    std::vector<size_t> layer;
    Neighbours before, after; ///< in the neighbouring layers only
    std::vector<bool> isLow;  ///< fed by the error port alone, which is below the others
    std::vector<std::vector<size_t>> order;
    std::vector<double> y;

    double heightOf(size_t node) const { return node < steps ? grid::RowHeight : grid::Step * 2; }
};

std::vector<size_t> longestPaths(size_t count, const std::vector<Edge> &edges)
{
    Neighbours after(count), before(count);
    std::vector<size_t> open(count, 0), layer(count, 0), sorted;
    for (const auto &[from, to] : edges) {
        after[from].push_back(to);
        before[to].push_back(from);
        ++open[to];
    }
    for (size_t i = 0; i < count; ++i)
        if (open[i] == 0)
            sorted.push_back(i);
    for (size_t i = 0; i < sorted.size(); ++i)
        for (const size_t to : after[sorted[i]]) {
            layer[to] = std::max(layer[to], layer[sorted[i]] + 1);
            if (--open[to] == 0)
                sorted.push_back(to);
        }
    // A source that feeds a late step stands beside it, not at the far left.
    for (const size_t step : sorted)
        if (before[step].empty() && !after[step].empty()) {
            size_t nearest = count;
            for (const size_t to : after[step])
                nearest = std::min(nearest, layer[to]);
            layer[step] = nearest - 1;
        }
    return layer;
}

Layers layersOf(size_t count, const std::vector<Edge> &edges, const std::set<Edge> &errors)
{
    Layers layers;
    layers.steps = count;
    layers.layer = longestPaths(count, edges);
    layers.before.resize(count);
    layers.after.resize(count);
    layers.isLow.resize(count);
    std::vector<bool> isFed(count);
    const auto join = [&](size_t from, size_t to) {
        layers.after[from].push_back(to);
        layers.before[to].push_back(from);
    };
    for (const auto &[from, to] : edges) {
        const bool isError = errors.contains({from, to});
        layers.isLow[to] = isError && (!isFed[to] || layers.isLow[to]);
        isFed[to] = true;
        size_t last = from;
        for (size_t at = layers.layer[from] + 1; at < layers.layer[to]; ++at) {
            const size_t bend = layers.layer.size();
            layers.layer.push_back(at);
            layers.before.emplace_back();
            layers.after.emplace_back();
            layers.isLow.push_back(isError);
            join(last, bend);
            last = bend;
        }
        join(last, to);
    }
    for (size_t node = 0; node < layers.layer.size(); ++node) {
        if (layers.order.size() <= layers.layer[node])
            layers.order.resize(layers.layer[node] + 1);
        layers.order[layers.layer[node]].push_back(node);
    }
    return layers;
}

/// Crossings between a layer and the one before it: inversions, counted with a Fenwick tree.
uint64_t crossingsBefore(const Layers &layers, size_t at, const std::vector<size_t> &rank)
{
    std::vector<uint64_t> tree(layers.order[at - 1].size() + 1, 0);
    uint64_t crossings = 0, total = 0;
    for (const size_t node : layers.order[at]) {
        for (const size_t from : layers.before[node]) {
            uint64_t upTo = 0;
            for (size_t i = rank[from] + 1; i > 0; i -= i & (~i + 1))
                upTo += tree[i];
            crossings += total - upTo;
        }
        for (const size_t from : layers.before[node]) {
            for (size_t i = rank[from] + 1; i < tree.size(); i += i & (~i + 1))
                ++tree[i];
            ++total;
        }
    }
    return crossings;
}

double medianRank(const std::vector<size_t> &neighbours, const std::vector<size_t> &rank, double otherwise)
{
    if (neighbours.empty())
        return otherwise;
    std::vector<size_t> ranks;
    for (const size_t node : neighbours)
        ranks.push_back(rank[node]);
    std::ranges::sort(ranks);
    const size_t middle = ranks.size() / 2;
    return ranks.size() % 2 ? double(ranks[middle]) : double(ranks[middle - 1] + ranks[middle]) / 2;
}

/// Sweeps to and fro, and keeps the order with the fewest crossings.
void takeCrossingsOut(Layers &layers)
{
    std::vector<size_t> rank(layers.layer.size(), 0);
    const auto renumber = [&](size_t at) {
        for (size_t i = 0; i < layers.order[at].size(); ++i)
            rank[layers.order[at][i]] = i;
    };
    const auto crossings = [&] {
        uint64_t sum = 0;
        for (size_t at = 1; at < layers.order.size(); ++at)
            sum += crossingsBefore(layers, at, rank);
        return sum;
    };
    const auto sortLayer = [&](size_t at, const Neighbours &neighbours) {
        std::vector<std::pair<double, size_t>> keyed;
        for (const size_t node : layers.order[at])
            keyed.emplace_back(medianRank(neighbours[node], rank, double(rank[node])), node);
        std::ranges::stable_sort(keyed, {}, &std::pair<double, size_t>::first);
        for (size_t i = 0; i < keyed.size(); ++i)
            layers.order[at][i] = keyed[i].second;
        renumber(at);
    };
    // To begin with, what a step feeds stands in the order of the step, and what its error port feeds below the rest.
    const auto wantedRank = [&](size_t node) {
        size_t first = rank.size();
        for (const size_t from : layers.before[node])
            first = std::min(first, rank[from]);
        return std::pair(first, bool(layers.isLow[node]));
    };
    for (size_t at = 0; at < layers.order.size(); ++at) {
        std::ranges::stable_sort(layers.order[at], {}, wantedRank);
        renumber(at);
    }
    auto best = layers.order;
    uint64_t fewest = crossings();
    for (int sweep = 0; sweep < 8 && fewest > 0; ++sweep) {
        for (size_t at = 1; at < layers.order.size(); ++at)
            sortLayer(at, layers.before);
        for (size_t at = layers.order.size() - 1; at-- > 0;)
            sortLayer(at, layers.after);
        if (const uint64_t now = crossings(); now < fewest) {
            fewest = now;
            best = layers.order;
        }
    }
    layers.order = std::move(best);
}

/// Puts a layer's nodes as near to where their neighbours want them as their order and height allow (pool adjacent violators).
void settle(Layers &layers, const std::vector<size_t> &order, const Neighbours &neighbours)
{
    struct Block
    {
        double sum; ///< of the wanted places, each less its offset within the block
        size_t count;
        size_t first;
    };
    std::vector<double> offset(order.size(), 0);
    for (size_t i = 1; i < order.size(); ++i)
        offset[i] = offset[i - 1] + (layers.heightOf(order[i - 1]) + layers.heightOf(order[i])) / 2;
    std::vector<Block> blocks;
    for (size_t i = 0; i < order.size(); ++i) {
        const auto &around = neighbours[order[i]];
        double wanted = layers.y[order[i]];
        if (!around.empty()) {
            wanted = 0;
            for (const size_t node : around)
                wanted += layers.y[node];
            wanted /= double(around.size());
        }
        blocks.push_back({wanted - offset[i], 1, i});
        while (blocks.size() > 1) {
            const Block &last = blocks.back();
            Block &earlier = blocks[blocks.size() - 2];
            if (earlier.sum / double(earlier.count) <= last.sum / double(last.count))
                break;
            earlier.sum += last.sum;
            earlier.count += last.count;
            blocks.pop_back();
        }
    }
    for (const Block &block : blocks)
        for (size_t i = block.first; i < block.first + block.count; ++i)
            layers.y[order[i]] = block.sum / double(block.count) + offset[i];
}

void placeRows(Layers &layers)
{
    layers.y.assign(layers.layer.size(), 0);
    for (const auto &order : layers.order) {
        double y = 0;
        for (const size_t node : order) {
            layers.y[node] = y + layers.heightOf(node) / 2;
            y += layers.heightOf(node);
        }
    }
    for (int sweep = 0; sweep < 6; ++sweep) {
        for (size_t at = 1; at < layers.order.size(); ++at)
            settle(layers, layers.order[at], layers.before);
        for (size_t at = layers.order.size() - 1; at-- > 0;)
            settle(layers, layers.order[at], layers.after);
    }
}

double snapped(double value)
{
    return std::round(value / grid::Step) * grid::Step;
}

/// A free place right of what feeds the step, below what is there already.
Position besideFeeders(const Pipeline &pipeline, const PipelineStep &step, const std::vector<PipelineStep> &placed)
{
    Position wanted{40, 80};
    for (const Link &link : pipeline.links) {
        const auto from = std::ranges::find(placed, link.fromStep, &PipelineStep::id);
        if (link.toStep == step.id && from != placed.end())
            wanted = {from->position->x + grid::ColumnWidth, from->position->y};
    }
    const auto isTaken = [&] {
        return std::ranges::any_of(placed, [&](const PipelineStep &other) {
            return std::abs(other.position->x - wanted.x) < grid::ColumnWidth - grid::Step
                   && std::abs(other.position->y - wanted.y) < grid::RowHeight - grid::Step;
        });
    };
    while (isTaken())
        wanted.y += grid::RowHeight;
    return wanted;
}

} // namespace

std::vector<Position> layeredLayout(const Pipeline &pipeline, const std::vector<std::string> &only)
{
    Pipeline part = pipeline;
    if (!only.empty())
        std::erase_if(part.steps,
                      [&](const PipelineStep &step) { return std::ranges::find(only, step.id) == only.end(); });
    Position corner{40, 80};
    bool isFirst = true;
    for (const PipelineStep &step : part.steps)
        if (step.position) {
            corner.x = isFirst ? step.position->x : std::min(corner.x, step.position->x);
            corner.y = isFirst ? step.position->y : std::min(corner.y, step.position->y);
            isFirst = false;
        }

    std::vector<Position> result;
    for (const PipelineStep &step : pipeline.steps)
        result.push_back(step.position.value_or(corner));
    if (part.steps.empty())
        return result;
    Layers layers = layersOf(part.steps.size(), edgesWithoutCycles(part), errorEdges(part));
    takeCrossingsOut(layers);
    placeRows(layers);
    const double top = *std::min_element(layers.y.begin(), layers.y.begin() + ptrdiff_t(part.steps.size()));
    size_t node = 0;
    for (size_t i = 0; i < pipeline.steps.size(); ++i) {
        if (node == part.steps.size() || part.steps[node].id != pipeline.steps[i].id)
            continue;
        result[i] = {corner.x + double(layers.layer[node]) * grid::ColumnWidth,
                     corner.y + snapped(layers.y[node] - top)};
        ++node;
    }
    return result;
}

std::vector<Position> positionsOf(const Pipeline &pipeline)
{
    std::vector<Position> result;
    std::vector<PipelineStep> placed;
    for (const PipelineStep &step : pipeline.steps)
        if (step.position)
            placed.push_back(step);
    if (placed.empty())
        return layeredLayout(pipeline);
    for (PipelineStep step : pipeline.steps) {
        if (!step.position) {
            step.position = besideFeeders(pipeline, step, placed);
            placed.push_back(step);
        }
        result.push_back(*step.position);
    }
    return result;
}

} // namespace millrace
