// SPDX-License-Identifier: MIT
// Pipelines of the C++ API as drawings.
#include "streaming/PipelineDefinition.h"
#include "streaming/PipelineDrawing.h"

namespace millrace {

namespace {

/// Why a file couldn't say the same, or nothing.
std::string undrawable(const PipelineDefinition &definition, const PipelineDefinition &outermost)
{
    if (!definition.problem.empty())
        return definition.problem;
    if (definition.options.joiner.isFunction())
        return "A data joiner that is a function of this program can't be saved; use items, batches or fields.";
    if (&definition != &outermost) {
        if (definition.options.incomplete != Incomplete::Keep)
            return "A nested pipeline that drops or pads batches can't be saved; let the outermost one do it.";
        if (definition.options.batchSize && definition.options.batching().size != outermost.options.batching().size)
            return "A nested pipeline with a batch size of its own can't be saved; give it that of the outermost one.";
    }
    for (const QueuedStep &step : definition.steps) {
        if (step.step.ownType())
            return "The step \"" + step.name
                   + "\" is made of this program's own code and can't be saved; use a registered step.";
        if (step.step.pipeline())
            if (std::string problem = undrawable(*step.step.pipeline(), outermost); !problem.empty())
                return problem;
    }
    return {};
}

} // namespace

Result<Pipeline> drawPipeline(const PipelineDefinition &definition,
                              const StepPrototype *source,
                              const StepPrototype *sink)
{
    if (std::string problem = undrawable(definition, definition); !problem.empty())
        return failure("settings", std::move(problem));
    PipelineDrawing drawing(definition.options);
    PipelineDrawing::End from;
    if (source)
        from = drawing.addEnd(*source, source->name(), {});
    PipelineDrawing::End end;
    if (definition.kind == PipelineDefinition::Kind::Union)
        end = drawing.addUnion(drawing.addBranches(definition.steps, definition.options, from),
                               definition.options.joiner.joining());
    else
        end = drawing.addSequence(definition.steps, definition.options, from);
    if (sink)
        drawing.addEnd(*sink, sink->name(), {end});
    return std::move(drawing.pipeline);
}

} // namespace millrace
