// SPDX-License-Identifier: MIT
#pragma once

#include "engine/flow/Domain.h"
#include "engine/RunPlan.h"
#include "engine/workers/StageHost.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

class SinkStage;
class SourceStage;
class Stage;

/// The stages that a plan has become.
struct StageGraph
{
    StageGraph();
    ~StageGraph();
    StageGraph(StageGraph &&) noexcept;
    StageGraph &operator=(StageGraph &&) noexcept;

    std::vector<std::unique_ptr<Stage>> stages;     ///< by rank: nearest to the sinks first
    std::vector<std::vector<Stage *>> stagesOfStep; ///< first to last: one, or two for sources and sinks in two phases
    std::vector<SourceStage *> sources;             ///< by their number
    std::vector<SinkStage *> sinks;
    std::vector<std::unique_ptr<Domain>> domains;
};

/// Stages for the steps of a plan, linked and ranked. Plan and host outlive them; the host isn't asked for anything meanwhile that
/// moves stages.
StageGraph buildGraph(StageHost &host, const RunPlan &plan);

/// Divides the graph into the stretches that keep their sequence numbers, and sizes their windows. Before the start, once the host
/// knows what each stage may hold. `bytesUnderWay`: see RunOptions.
void findDomains(StageGraph &graph, uint64_t bytesUnderWay);

/// Sizes the admission windows anew, after workers or queue sizes have changed. Any thread.
void updateWindows(const StageGraph &graph);

/// How many stages have a queue, and how many may hold batches back until their turn comes: they share the run's memory.
size_t countQueues(const StageGraph &graph);
size_t countHolding(const StageGraph &graph);

/// By rank: the name of the step, and of what it is in the step where that has two stages.
std::vector<std::string> stageNames(const StageGraph &graph);

} // namespace millrace
