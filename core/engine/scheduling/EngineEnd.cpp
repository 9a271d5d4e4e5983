// SPDX-License-Identifier: MIT
// How a run ends: when the last pump has gone, and when it can't go on.
#include "data/ExceptionError.h"
#include "engine/scheduling/Engine.h"
#include "engine/stages/SinkStage.h"
#include "engine/stages/Stage.h"
#include "metrics/Clock.h"

#include <new>
#include <utility>

namespace millrace {

void Engine::endIfLast(std::unique_lock<std::mutex> &lock)
{
    if (m_pumpCount.load() != 0 || m_isFinalized)
        return;
    lock.unlock();
    finalize();
}

void Engine::breakOff(std::exception_ptr exception, const Stage *stage) noexcept
{
    try {
        const Result<> what = caught([&]() -> Result<> { std::rethrow_exception(exception); });
        if (what.error().kind == "memory")
            failForMemory();
        else
            fail({0, 0, -1, 0}, Error{"engine", "The run can't go on: " + what.error().message},
                 stage ? stage->id() : std::string());
    } catch (...) { // there was no memory for saying it
        failForMemory();
    }
    cancel();
}

void Engine::failForMemory() noexcept
{
    const std::lock_guard lock(m_mutex);
    const ErrorPlace first{0, 0, -1, 0};
    if (m_hasError && m_errorPlace <= first)
        return;
    m_hasError = true;
    m_errorPlace = first;
    m_outcome.error = std::move(m_noMemory);
    m_outcome.step.clear();
    m_stopSequence.store(0);
}

void Engine::closeStages(bool areSinks)
{
    for (auto stage = m_stages.rbegin(); stage != m_stages.rend(); ++stage)
        if (((*stage)->plan().kind == StepKind::Sink) == areSinks)
            (*stage)->closeWorkers();
}

/// What has become of the run so far. Nothing is copied, for there may be no memory.
RunOutcome Engine::takeOutcome()
{
    const std::lock_guard lock(m_mutex);
    RunOutcome outcome = std::exchange(m_outcome, {});
    outcome.state = m_hasError ? RunState::Failed : isStopping() ? RunState::Stopped : RunState::Finished;
    return outcome;
}

void Engine::finalize()
{
    RunOutcome outcome;
    try {
        closeStages(false); // before a result appears, for what goes wrong here fails the run
        outcome = takeOutcome();
        closeSinks(outcome);
        closeStages(true);
        if (RunOutcome closed = takeOutcome(); closed.state == RunState::Failed && outcome.state != RunState::Failed) {
            closed.keptFiles = std::move(outcome.keptFiles);
            outcome = std::move(closed);
        }
    } catch (const std::bad_alloc &) {
        failForMemory();
        if (RunOutcome failed = takeOutcome(); outcome.state != RunState::Failed)
            outcome = std::move(failed);
    }
    try {
        keepUse(measureCoreUse());
    } catch (const std::bad_alloc &) { // it stays as it was told last
    }
    m_endedAt.store(steadyNanoseconds(), std::memory_order_release);
    if (m_trace)
        writeTrace();
    {
        const std::lock_guard lock(m_mutex);
        m_outcome = std::move(outcome);
        m_isFinalized = true;
        m_runState.store(m_outcome.state, std::memory_order_release);
        m_done.notify_all();
    }
    try {
        if (m_options.finished)
            m_options.finished();
    } catch (...) { // the run is over, and whoever threw is none of its steps
    }
}

void Engine::writeTrace()
{
    try {
        if (const std::string problem = m_trace->write(startedAt()); !problem.empty())
            m_log.warn({}, "The trace of this run (MILLRACE_TRACE) can't be written: " + problem);
    } catch (const std::bad_alloc &) { // there is none, then
    }
}

/// All of them, whatever becomes of one.
void Engine::closeSinks(RunOutcome &outcome)
{
    bool isMemoryShort = false;
    for (SinkStage *stage : m_sinks) {
        try {
            if (stage->isOpen())
                closeSink(*stage, outcome);
        } catch (const std::bad_alloc &) {
            isMemoryShort = true;
        }
    }
    if (isMemoryShort)
        throw std::bad_alloc();
}

void Engine::closeSink(SinkStage &stage, RunOutcome &outcome) const
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
    if (outcome.state == RunState::Finished && isCancelled()) {
        outcome.state = RunState::Stopped;
        return;
    }
    outcome.state = RunState::Failed;
    outcome.error = closed.error();
    outcome.step = stage.id();
}

} // namespace millrace
