// SPDX-License-Identifier: MIT
#include "model/Pending.h"

namespace millrace {

namespace {

std::set<std::string> changedParams(const PipelineStep &now, const PipelineStep &then)
{
    std::set<std::string> names;
    for (const Members *members : {&now.params, &then.params})
        for (const auto &[name, value] : *members) {
            const Value *drawn = now.param(name), *running = then.param(name);
            if (!drawn || !running || !(*drawn == *running))
                names.insert(name);
        }
    return names;
}

} // namespace

StepSettings pendingSettings(const Pipeline &drawn, const Pipeline &running)
{
    StepSettings pending;
    for (const PipelineStep &now : drawn.steps) {
        const PipelineStep *then = running.step(now.id);
        if (!then || then->type != now.type) {
            pending[now.id] = {std::string()};
            continue;
        }
        std::set<std::string> names = changedParams(now, *then);
        const auto note = [&names](const char *name, bool isChanged) {
            if (isChanged)
                names.insert(name);
        };
        note("runIn", drawn.runInOf(now) != running.runInOf(*then));
        note("enabled", now.isEnabled != then->isEnabled);
        note("bypass", now.isBypassed != then->isBypassed);
        note("workerArguments", now.workerArguments != then->workerArguments);
        note("batching", now.batching != then->batching);
        note("timeLimit", now.timeLimit != then->timeLimit);
        note("memoryLimit", now.memoryLimit != then->memoryLimit);
        if (!names.empty())
            pending[now.id] = std::move(names);
    }
    return pending;
}

Pipeline essenceOf(Pipeline pipeline)
{
    pipeline.name.clear();
    pipeline.notes.clear();
    pipeline.frames.clear();
    for (PipelineStep &step : pipeline.steps) {
        step.name.clear();
        step.position.reset();
        step.workers.reset();
        step.queueSize.reset();
        step.queueBytes.reset();
        step.onError.reset();
        step.retries.reset();
    }
    pipeline.defaults.workers = 1;
    pipeline.defaults.queueSize = 0;
    pipeline.defaults.onError = ErrorPolicy::Stop;
    pipeline.defaults.retries = 0;
    return pipeline;
}

} // namespace millrace
