// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Checker.h"
#include "pipeline/Graph.h"
#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "steps/StepType.h"

#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// What the parts of the check share: types and links found once. Borrows the pipeline and the registry.
struct Survey
{
    Survey(const Pipeline &pipeline, const StepRegistry &registry);

    const Pipeline &pipeline;
    const StepRegistry &registry;
    Graph graph;
    std::vector<const StepType *> types; ///< by step; null where unknown
    std::vector<bool> isRunning;         ///< by step: enabled, and not fed only by what isn't
    Graph::Order order;                  ///< of the running steps

    const PipelineStep &step(size_t index) const { return pipeline.steps[index]; }
    const Link &link(size_t edge) const { return pipeline.links[graph.edges()[edge].link]; }
    /// Edges between running steps.
    bool isInRun(size_t edge) const;
    std::vector<size_t> runningIn(size_t step) const;
    std::vector<size_t> runningOut(size_t step) const;
};

/// What is wrong with the values of a step's parameters, required ones that are missing included.
std::vector<StepProblem> paramProblems(const Members &params, const StepType &type);

/// Walks along the links, and calls `visit` for each running step whose parameters fit, with what is known of its input.
/// Returns the fields by step.
using StepVisitor = std::function<void(size_t index, const Step &step, const CheckContext &context)>;
struct WalkedFields
{
    std::vector<SchemaPtr> input, output;         ///< null: not known
    std::vector<bool> isTooMuch;                  ///< joined branches have more than MostFields
    std::vector<std::pair<size_t, Error>> thrown; ///< by steps that were asked
};
WalkedFields walkFields(const Survey &survey,
                        const std::string &folder,
                        const StepVisitor &visit = {},
                        const std::stop_token &stop = {});

// The parts of checkPipeline(); each adds what it finds.
void checkStepSettings(const Survey &survey,
                       const std::string &folder,
                       const std::stop_token &stop,
                       Problems &problems);
void checkGraph(const Survey &survey, Problems &problems);
void checkRejoiningSplits(const Survey &survey, Problems &problems);
void checkFiles(const Survey &survey, const std::string &folder, Problems &problems);

} // namespace millrace
