// SPDX-License-Identifier: MIT
#include "run/GhostRun.h"

#include "engine/Run.h"
#include "engine/RunPlan.h"

#include <QElapsedTimer>
#include <QtConcurrentRun>

namespace millrace {

namespace {

constexpr int MostMilliseconds = 3'000; ///< that a ghost run may take
constexpr int LookEvery = 20;           ///< milliseconds, at whether it is given up
constexpr uint64_t MostMemory = 64 << 20;

} // namespace

GhostRun::GhostRun(const StepRegistry &registry, QObject *parent) : QObject(parent), m_registry(registry)
{
    m_pool.setMaxThreadCount(1);
    m_pool.setThreadPriority(QThread::LowPriority);
    connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] {
        const Made made = m_watcher.result();
        if (!made)
            return;
        m_data = std::move(*made);
        Q_EMIT ready();
    });
}

GhostRun::~GhostRun()
{
    m_watcher.disconnect(this);
    giveUp();
    m_pool.waitForDone();
}

void GhostRun::giveUp()
{
    if (m_givenUp)
        m_givenUp->store(true);
    m_givenUp.reset();
}

void GhostRun::clear()
{
    giveUp();
    m_data.reset();
}

void GhostRun::start(Pipeline ghost, StepIds leftOut, std::string folder)
{
    giveUp();
    m_givenUp = std::make_shared<std::atomic<bool>>(false);
    m_watcher.setFuture(
        QtConcurrent::run(&m_pool, [pipeline = std::move(ghost), leftOut = std::move(leftOut),
                                    folder = std::move(folder), givenUp = m_givenUp, &registry = m_registry] {
            return run(pipeline, registry, leftOut, folder, *givenUp);
        }));
}

GhostRun::Made GhostRun::run(const Pipeline &pipeline,
                             const StepRegistry &registry,
                             StepIds leftOut,
                             const std::string &folder,
                             const std::atomic<bool> &isGivenUp)
{
    if (isGivenUp)
        return nullptr;
    RunOptions options;
    options.folder = folder;
    options.cores = 1;
    options.memory = MostMemory;
    options.samples = options.itemsPerSource = MostItems;
    auto run = Run::create(pipeline, registry, std::move(options));
    if (!run)
        return nullptr;
    QElapsedTimer clock;
    clock.start();
    (*run)->start();
    while (!(*run)->waitForDone(LookEvery))
        if (isGivenUp || clock.elapsed() > MostMilliseconds)
            (*run)->cancel();
    if (isGivenUp)
        return nullptr;
    auto data = std::make_shared<GhostData>();
    for (const PipelineStep &step : pipeline.steps)
        data->items[step.id] = (*run)->samples(step.id);
    data->counts = (*run)->sample();
    data->leftOut = std::move(leftOut);
    data->isWhole = (*run)->state() == RunState::Finished;
    return data;
}

} // namespace millrace
