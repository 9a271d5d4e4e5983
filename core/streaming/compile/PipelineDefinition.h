// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunPlan.h"
#include "streaming/QueuedPipelineOptions.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace millrace {

struct PipelineDefinition;

/// A stretch of a pipeline that one run executes: compiled once, run as often as one likes. Immutable.
struct CompiledRun
{
    Pipeline pipeline;
    std::shared_ptr<const StepRegistry> registry; ///< the types in use; the plan refers to them
    RunPlan plan;
    std::vector<size_t> sources; ///< steps of the plan whose data the caller has
    std::vector<size_t> sinks;   ///< steps of the plan whose results the caller wants
    Batching batching;
};

/// What a queued pipeline is made of. Immutable, shared by the copies of a pipeline and by those that it is nested in.
struct PipelineDefinition
{
    enum class Kind : uint8_t { Sequence, Union };

    Kind kind = Kind::Sequence;
    std::vector<QueuedStep> steps; ///< with their names
    QueuedPipelineOptions options;
    std::string problem; ///< a sentence; empty: all is well

    /// One after the other: a run, or a nested pipeline that cuts or joins in a way of its own, so that it begins when all that
    /// comes before it has ended.
    using Stretch = std::variant<CompiledRun, std::shared_ptr<const PipelineDefinition>>;
    std::vector<Stretch> stretches;
    /// Of a union whose branches can't all be in one run: each by itself, then the run that joins them (but for a function).
    std::vector<std::vector<Stretch>> branches;

    static std::shared_ptr<const PipelineDefinition> make(Kind kind,
                                                          std::vector<QueuedStep> steps,
                                                          QueuedPipelineOptions options);
};

/// The one run that the whole pipeline is; fails with a sentence where it is several, or ends in a function of the program's.
Result<const CompiledRun *> wholeRun(const PipelineDefinition &definition);

/// As a drawing: the steps in a row or in branches, between `source` and `sink` where those are given. Registered types only.
Result<Pipeline> drawPipeline(const PipelineDefinition &definition,
                              const StepPrototype *source,
                              const StepPrototype *sink);

inline bool isUnion(const PipelineDefinition &definition)
{
    return definition.kind == PipelineDefinition::Kind::Union;
}

} // namespace millrace
