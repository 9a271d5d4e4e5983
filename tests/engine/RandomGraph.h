// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunPlan.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace millrace::test {

/// An item as the oracle sees it: where it came from, and its numbers.
struct Item
{
    uint32_t row = 0;
    std::vector<int64_t> numbers;
};
using ItemBatch = std::vector<Item>;

/// What flows along a link, worked out one step after the other, batch for batch.
struct Stream
{
    std::vector<ItemBatch> batches;
    int domain = 0;        ///< batches of one domain belong together number by number
    bool isOrdered = true; ///< else only the set of items is known
    bool mayBranch = true;

    std::vector<std::vector<int64_t>> numbers() const;
};

/// What a sink of the engine has written. Safe on all threads.
struct Collected
{
    std::mutex mutex;
    std::vector<std::vector<int64_t>> items;
    bool isCommitted = false, isAbandoned = false;
};

struct ExpectedSink
{
    Stream stream;
    bool isOrdered = true;
    std::shared_ptr<Collected> collected;
};

/// How far the sources of a graph are. Safe on all threads.
struct SourceRace
{
    explicit SourceRace(size_t sources) : fetched(sources) {}

    std::vector<std::atomic<int64_t>> fetched; ///< batches, by source
    std::atomic<int64_t> slowest{-1};          ///< what the last had fetched when the first was through
    void noteEnd()
    {
        int64_t least = INT64_MAX, none = -1;
        for (const auto &one : fetched)
            least = std::min(least, one.load());
        slowest.compare_exchange_strong(none, least);
    }
};

/// A plan made at random, with what it must give.
struct RandomGraph
{
    RunPlan plan;
    std::vector<ExpectedSink> sinks;
    std::vector<std::string> changeable; ///< steps whose workers and queues may change while it runs
    std::shared_ptr<SourceRace> race;    ///< where there are long sources
    bool isChain = false;
    /// Chains whose steps stop at an error: the message of the first by order of the source, or empty.
    std::string firstError;
};

struct GraphWishes
{
    bool mustBeChain = false;
    bool mayStopOnError = false;
    int longSources = 0; ///< so many sources of LongBatches batches each, else one or two short ones
    static constexpr int LongBatches = 1'000; ///< each of 40 µs of a core
};

RandomGraph makeRandomGraph(std::mt19937_64 &random, GraphWishes wishes);

} // namespace millrace::test
