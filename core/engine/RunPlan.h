// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// What steps have learnt, by their ids: Step::state().
using FittedStates = std::map<std::string, Value>;

/// How a combining step brings its branches together.
enum class CombineMode : uint8_t { None, Items, Batches, Fields, Merge };

/// One step of a plan: everything the engine must know of it, nothing of files and drawings.
struct PlannedStep
{
    std::string id;
    std::string type;
    StepKind kind = StepKind::Transform;
    CombineMode combine = CombineMode::None;
    std::vector<std::string> inputPorts{"in"};
    std::vector<std::string> outputPorts{"out"};
    std::vector<std::string> branchNames; ///< of the branches that are combined, in their order; empty: their ids
    /// A fresh step for a worker, with that worker's arguments. Called on any thread, one at a time for a step.
    std::function<Result<std::unique_ptr<Step>>(int worker)> make;
    int workers = 1;
    int mostWorkers = 0;     ///< 0: no limit
    int queueSize = 10;      ///< batches; 0: unbounded
    uint64_t queueBytes = 0; ///< 0: its share of what the run may use
    ErrorPolicy onError = ErrorPolicy::Stop;
    int retries = 0;
    Batching batching; ///< sources
    bool isOrdered = false;
    bool remembers = false; ///< see StepType
    bool keepsItemsOnError = false;
    /// Failed items are none of the batch's any more, whose items may be several of one: errors count rows as they came in.
    bool failsApart = false;
    bool isFittable = false; ///< must know what it has learnt before it can work
    bool isMergeable = false;
    /// A sink that takes items for the run's own ends: they don't count as written, and nobody sees it. Behind all other steps.
    bool isAside = false;
    /// A fresh step to be fitted, in this process and without any worker's arguments; empty: make(0).
    std::function<Result<std::unique_ptr<Step>>()> makeToFit;
};

struct PlannedLink
{
    static constexpr int ErrorPort = -1;

    int from = 0;
    int port = 0; ///< index of the output port, or ErrorPort
    int to = 0;
    int input = 0;       ///< index of the input port
    bool isKept = false; ///< see Link::isKept
};

/// What a run executes: pipeline files and the classes of the C++ API are both compiled to it.
/// The order of links into a step is the order of its branches, or of its inputs where it has several.
struct RunPlan
{
    std::vector<PlannedStep> steps;
    std::vector<PlannedLink> links;
};

/// Whether a step of a pipeline works only with what it has learnt, by the parameters of any of its workers.
bool mustLearn(const PipelineStep &step, const StepType &type);

/// Whether it has steps, each of which something leads to from a source; fails with a sentence that names the step. What else
/// may be wrong with a pipeline is for the checker.
Result<> checkShape(const RunPlan &plan);

/// From a pipeline whose problems were checked; fails with a sentence on whatever still can't be run.
/// The registry must outlive the plan.
Result<RunPlan> compilePipeline(const Pipeline &drawn, const StepRegistry &registry, const std::string &folder = {});

} // namespace millrace
