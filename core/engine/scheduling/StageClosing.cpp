// SPDX-License-Identifier: MIT
#include "engine/scheduling/StageClosing.h"

#include "data/errors/ExceptionError.h"
#include "engine/scheduling/GraphBuilder.h"
#include "engine/stages/SinkStage.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

namespace millrace {

namespace {

void closeSink(SinkStage &stage, RunOutcome &outcome, bool isCancelled)
{
    const Result<> closed = caught([&]() -> Result<> {
        if (outcome.state == RunState::Finished)
            return stage.sink().finish();
        if (std::string kept = stage.sink().abandon(); !kept.empty())
            outcome.keptFiles.push_back(std::move(kept));
        return {};
    });
    if (closed || outcome.state == RunState::Failed)
        return; // what failed first is what is told
    if (outcome.state == RunState::Finished && isCancelled) {
        outcome.state = RunState::Stopped;
        return;
    }
    outcome.state = RunState::Failed;
    outcome.error = closed.error();
    outcome.step = stage.id();
}

} // namespace

void closeWorkers(const StageGraph &graph, bool areSinks)
{
    std::for_each(graph.stages.rbegin(), graph.stages.rend(), [areSinks](const auto &stage) {
        if ((stage->plan().kind == StepKind::Sink) == areSinks)
            stage->closeWorkers();
    });
}

void closeSinks(const StageGraph &graph, RunOutcome &outcome, bool isCancelled)
{
    bool isMemoryShort = false;
    for (SinkStage *stage : graph.sinks) {
        try {
            if (stage->isOpen())
                closeSink(*stage, outcome, isCancelled);
        } catch (const std::bad_alloc &) {
            isMemoryShort = true;
        }
    }
    if (isMemoryShort)
        throw std::bad_alloc();
}

} // namespace millrace
