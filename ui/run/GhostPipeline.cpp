// SPDX-License-Identifier: MIT
#include "run/GhostPipeline.h"

#include "data/files/FilePath.h"
#include "engine/RunPlan.h"
#include "formats/bytes/PathPattern.h"
#include "pipeline/Parameters.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr int64_t MostInABatch = 50; ///< items, so that the first of them are soon through

/// Pipes, devices and the standard input can be read only once, and may never end.
bool isReadOnlyOnce(const std::string &path, const std::string &folder)
{
    if (path.empty())
        return false;
    if (path == "-" || path.starts_with("/dev/"))
        return true;
    const std::string whole = resolvePath(folder, path);
    return !isPathPattern(folder, path) && !folderProblem(whole).empty() && !isRegularFile(whole);
}

bool readsOnlyOnce(const PipelineStep &step, const StepType &type, const std::string &folder)
{
    for (const Param &param : type.params) {
        const Value *value = param.kind == ParamKind::InputFile ? step.param(param.name) : nullptr;
        if (!value)
            continue;
        if (value->isText() && isReadOnlyOnce(std::string(value->toText()), folder))
            return true;
        if (value->isList() && std::ranges::any_of(value->toList(), [&](const Value &path) {
                return path.isText() && isReadOnlyOnce(std::string(path.toText()), folder);
            }))
            return true;
    }
    return false;
}

bool canBeTried(const PipelineStep &step, const StepType *type, const std::string &folder)
{
    return type && step.isEnabled && !type->hasOwnProcess && !type->reachesNetwork && !type->changesFiles
           && !mustLearn(step, *type) && !readsOnlyOnce(step, *type, folder);
}

/// As it is tried: one thread, and nothing that ends the run at the first item that fails.
void makeTrial(PipelineStep &step, const StepType &type, const Pipeline &drawing)
{
    if (drawing.errorPolicyOf(step) == ErrorPolicy::Stop)
        step.onError = ErrorPolicy::Skip;
    step.workers = 1;
    step.retries = 0;
    step.runIn = "threads";
    if (step.workerArguments.size() > 1)
        step.workerArguments.resize(1);
    if (step.batching)
        step.batching->size = std::min(step.batching->size, MostInABatch);
    if (type.kind == StepKind::Sink) {
        step.type = "discard";
        step.params.clear();
    } else if ((type.family == Family::Simulate && type.id != "fail") || type.id == "throttle") {
        step.type = "identity"; // what only takes time
        step.params.clear();
    }
}

class GhostMaker
{
public:
    GhostMaker(const Pipeline &drawing, const StepRegistry &registry) : m_drawing(drawing), m_registry(registry) {}

    GhostPipeline make(const Problems &problems, const std::string &folder)
    {
        GhostPipeline ghost;
        ghost.pipeline = m_drawing;
        ghost.pipeline.notes.clear();
        ghost.pipeline.frames.clear();
        ghost.pipeline.batching.size = std::min(ghost.pipeline.batching.size, MostInABatch);
        ghost.leftOut = untried(problems, folder);
        removeSteps(ghost.pipeline, ghost.leftOut);
        for (PipelineStep &step : ghost.pipeline.steps)
            makeTrial(step, *m_registry.find(step.type), m_drawing);
        endOpenPorts(ghost.pipeline);
        return ghost;
    }

private:
    StepIds untried(const Problems &problems, const std::string &folder) const
    {
        StepIds wrong = strayIn(m_drawing, m_registry);
        for (const PipelineStep &step : m_drawing.steps) {
            // A source that nothing is linked to yet is looked at all the same.
            const StepType *type = m_registry.find(step.type);
            if (type && type->kind == StepKind::Source)
                wrong.erase(step.id);
        }
        for (const PipelineStep &step : m_drawing.steps)
            if (!canBeTried(step, m_registry.find(step.type), folder))
                wrong.insert(step.id);
        for (const Problem &problem : problems)
            if (problem.severity == Severity::Error && !problem.step.empty() && !isOfSink(problem.step))
                wrong.insert(problem.step);
        return downstreamOf(m_drawing, wrong);
    }

    bool isOfSink(const std::string &id) const
    {
        const PipelineStep *step = m_drawing.step(id);
        const StepType *type = step ? m_registry.find(step->type) : nullptr;
        return type && type->kind == StepKind::Sink;
    }

    void endOpenPorts(Pipeline &pipeline) const
    {
        std::vector<Link> open;
        for (const PipelineStep &step : pipeline.steps) {
            const StepType *type = m_registry.find(step.type);
            if (!type->hasOutput())
                continue;
            for (const std::string &port : type->portsOf(step.params)) {
                const auto isHere = [&](const Link &link) { return link.fromStep == step.id && link.fromPort == port; };
                if (std::ranges::none_of(pipeline.links, isHere))
                    open.push_back({step.id, port, {}, "in", {}});
            }
        }
        for (Link &link : open) {
            PipelineStep end;
            end.id = link.toStep = freeId(pipeline, "ghost");
            end.type = "discard";
            pipeline.steps.push_back(std::move(end));
            pipeline.links.push_back(std::move(link));
        }
    }

    const Pipeline &m_drawing;
    const StepRegistry &m_registry;
};

} // namespace

GhostPipeline ghostOf(const Pipeline &drawing,
                      const Problems &problems,
                      const StepRegistry &registry,
                      const std::string &folder)
{
    const FilledPipeline filled(drawing, registry);
    return GhostMaker(filled.pipeline(), registry).make(problems, folder);
}

} // namespace millrace
