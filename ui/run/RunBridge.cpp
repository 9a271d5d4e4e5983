// SPDX-License-Identifier: MIT
#include "run/RunBridge.h"

#include "engine/scheduling/StartGuard.h"
#include "learning/FittedFolder.h"
#include "model/Drawing.h"
#include "run/RunDiary.h"
#include "run/WrittenFiles.h"
#include "theme/Text.h"

#include <QtConcurrentRun>
#include <QThread>

#include <algorithm>
#include <mutex>

namespace millrace {

namespace {

constexpr int SampleInterval = 100; // milliseconds

std::string nameIn(const Pipeline &pipeline, const std::string &id, const StepRegistry &registry)
{
    const PipelineStep *step = pipeline.step(id);
    return step ? toUtf8(shownName(*step, registry)) : id;
}

} // namespace

struct RunBridge::Relay
{
    std::mutex mutex; ///< guards `bridge`
    RunBridge *bridge = nullptr;

    void tellOver(quint64 generation)
    {
        const std::scoped_lock lock(mutex);
        if (bridge)
            QMetaObject::invokeMethod(
                bridge, [b = bridge, generation] { b->noteOver(generation); }, Qt::QueuedConnection);
    }
};

RunBridge::RunBridge(const StepRegistry &registry, QObject *parent)
    : QObject(parent)
    , m_registry(registry)
    , m_cores(std::max(1, QThread::idealThreadCount()))
    , m_relay(std::make_shared<Relay>())
{
    m_relay->bridge = this;
    setNaming([this](const std::string &id) { return nameIn(m_pipeline, id, m_registry); });
    m_pool.setMaxThreadCount(4);
    m_timer.setInterval(SampleInterval);
    connect(&m_timer, &QTimer::timeout, this, &RunBridge::takeSample);
    connect(&m_starting, &QFutureWatcherBase::finished, this, &RunBridge::finishStarting);
}

RunBridge::~RunBridge()
{
    {
        const std::scoped_lock lock(m_relay->mutex);
        m_relay->bridge = nullptr;
    }
    m_starting.disconnect(this);
    if (m_run)
        m_run->cancel();
    letGo(std::move(m_run));
    m_pool.waitForDone();
}

void RunBridge::letGo(std::unique_ptr<Run> run)
{
    // A run that is destroyed waits for workers that are at work. Shared, because the pool takes only what can be copied.
    if (run)
        m_pool.start([held = std::shared_ptr<Run>(std::move(run))]() mutable { held.reset(); });
}

void RunBridge::forget()
{
    if (isUnderWay())
        return;
    letGo(std::move(m_run));
    clearFigures();
    clearEarlierLog();
    Q_EMIT stateChanged();
}

void RunBridge::clearFigures()
{
    m_reader.clear();
    m_history.clear();
    m_tracker.clear();
    m_limit.reset();
}

void RunBridge::setNaming(StepNaming nameOf)
{
    m_nameOf = std::move(nameOf);
    m_tracker = LimitTracker(m_cores, m_nameOf);
}

void RunBridge::clearEarlierLog()
{
    m_pass = 0;
    m_earlierLog.clear();
    m_earlierCount = m_earlierErrors = m_errorsOfEnd = 0;
}

void RunBridge::Made::begin(Result<std::unique_ptr<Run>> made, const Pipeline &pipeline, const Problems &warnings)
{
    if (!made) {
        error = toQString(made.error().message);
        return;
    }
    run = std::move(made).value();
    run->log().info({}, startText(pipeline));
    for (const Problem &warning : warnings)
        run->log().warn(warning.step, warning.text);
    run->start();
}

void RunBridge::Made::beginPass(int number, const Pipeline &pipeline, const QString &saveTo, const Problems &remarks)
{
    if (auto pass = fit->nextPass()) {
        pass->log().info({}, passText(number, int(fit->passes().size())));
        for (const Problem &remark : remarks)
            pass->log().warn(remark.step, remark.text);
        run = std::move(pass);
        run->start();
    } else if (const auto saved = saveFitted({pipeline, fit->states()}, toUtf8(saveTo)); !saved) {
        error = toQString(saved.error().message);
    } else {
        isSaved = true;
    }
}

void RunBridge::start(
    const Pipeline &pipeline, const QString &folder, const QString &fitted, const Problems &remarks, MayStart mayStart)
{
    if (m_isStarting)
        return;
    m_isFit = false;
    make(pipeline, folder,
         [pipeline, fitted = toUtf8(fitted), remarks, mayStart = std::move(mayStart),
          &registry = m_registry](Made &made, const RunOptions &options) {
             auto plan = compilePipeline(pipeline, registry);
             if (plan)
                 guardStarts(*plan, mayStart);
             if (fitted.empty()) {
                 made.begin(plan ? Run::create(std::move(*plan), options)
                                 : Result<std::unique_ptr<Run>>(plan.forward()),
                            pipeline, remarks);
                 return;
             }
             const auto nameOf = [&](const std::string &id) { return nameIn(pipeline, id, registry); };
             auto known = plan ? loadKnowledge(fitted, *plan, pipeline, registry, nameOf) : plan.forward();
             if (!known) {
                 made.error = toQString(known.error().message);
                 return;
             }
             RunOptions knowing = options;
             knowing.states = std::move(known->states);
             Problems warnings = remarks;
             warnings.insert(warnings.end(), known->stale.begin(), known->stale.end());
             made.begin(Run::create(std::move(*plan), std::move(knowing)), pipeline, warnings);
         });
}

void RunBridge::fit(
    const Pipeline &pipeline, const QString &folder, const QString &saveTo, const Problems &remarks, MayStart mayStart)
{
    if (m_isStarting)
        return;
    m_isFit = true;
    m_saveTo = saveTo;
    make(pipeline, folder,
         [pipeline, saveTo, remarks, mayStart = std::move(mayStart),
          &registry = m_registry](Made &made, const RunOptions &options) {
             auto plan = compilePipeline(pipeline, registry);
             if (!plan) {
                 made.error = toQString(plan.error().message);
                 return;
             }
             guardStarts(*plan, mayStart);
             made.fit = std::make_shared<Fit>(std::move(*plan), options);
             if (made.fit->isNeeded())
                 made.beginPass(1, pipeline, saveTo, remarks);
             else
                 made.error = tr("No step of this pipeline learns anything, so there is nothing to fit.");
         });
}

void RunBridge::make(const Pipeline &pipeline, const QString &folder, Making making)
{
    if (m_run && !m_isOver)
        m_run->cancel();
    letGo(std::move(m_run));
    clearFigures();
    clearEarlierLog();
    m_fit.reset();
    m_pipeline = m_now = pipeline;
    m_folder = folder;
    m_isStarting = true;
    m_isOver = m_isStopWanted = false;
    ++m_generation;
    RunOptions options;
    options.folder = toUtf8(folder);
    options.memory = pipeline.limits.memoryBytes();
    options.finished = [relay = m_relay, generation = m_generation] { relay->tellOver(generation); };
    m_starting.setFuture(QtConcurrent::run(&m_pool, [making = std::move(making), options = std::move(options)] {
        auto made = std::make_shared<Made>();
        making(*made, options);
        return made;
    }));
    Q_EMIT stateChanged();
}

void RunBridge::goOnFitting()
{
    m_isStarting = true;
    m_starting.setFuture(
        QtConcurrent::run(&m_pool, [fit = m_fit, next = m_pass + 1, pipeline = m_pipeline, saveTo = m_saveTo] {
            auto made = std::make_shared<Made>();
            made->fit = fit;
            made->beginPass(next, pipeline, saveTo);
            return made;
        }));
}

void RunBridge::finishStarting()
{
    const auto made = m_starting.result();
    m_isStarting = false;
    m_fit = made->fit;
    if (!made->run) {
        // Of a fit that is over, the last pass stays to be seen.
        Q_EMIT stateChanged();
        if (made->isSaved) {
            m_run->log().info({}, savedText(m_saveTo));
            Q_EMIT sampled();
            Q_EMIT finished();
            Q_EMIT fitted(m_saveTo);
        } else {
            Q_EMIT refused(made->error);
        }
        return;
    }
    if (m_run) { // the pass before
        keepLog();
        letGo(std::move(m_run));
        m_reader.beginPass();
        m_history.clear();
        m_tracker.clear();
        m_limit.reset();
    }
    ++m_pass;
    m_isOver = false;
    m_run = std::move(made->run);
    if (m_isStopWanted)
        m_run->stop();
    takeSample();
    m_timer.start();
    Q_EMIT started();
    Q_EMIT stateChanged();
    if (m_run->isDone())
        finish();
}

void RunBridge::keepLog()
{
    m_earlierErrors += m_reader.isEmpty() ? 0 : m_reader.last().errors;
    std::vector<LogRecord> part;
    for (uint64_t seen = 0; !(part = m_run->log().after(seen, MostLogAtOnce)).empty(); seen = part.back().number)
        for (LogRecord record : part) {
            record.number += m_earlierCount;
            m_earlierLog.push_back(std::move(record));
        }
    if (m_earlierLog.size() > MostEarlierLog)
        m_earlierLog.erase(m_earlierLog.begin(), m_earlierLog.end() - ptrdiff_t(MostEarlierLog));
    m_earlierCount += m_run->log().count();
}

void RunBridge::takeSample()
{
    if (!m_run)
        return;
    m_reader.add(m_run->sample());
    m_history.add(m_reader.last());
    m_tracker.add(m_reader.last());
    m_limit = m_isOver ? m_tracker.verdict(m_reader.last()) : m_tracker.limit();
    Q_EMIT sampled();
}

void RunBridge::noteOver(quint64 generation)
{
    // Of the run that is being made, finishStarting() sees it.
    if (generation == m_generation && m_run && !m_isOver && m_run->isDone())
        finish();
}

void RunBridge::finish()
{
    if (m_isOver)
        return;
    m_isOver = true;
    m_timer.stop();
    m_outcome = m_run->outcome();
    if (!m_isFit && m_outcome.state == RunState::Finished)
        for (const WrittenFile &file : writtenFiles(m_pipeline, m_registry, m_folder))
            m_run->log().info(file.step, writtenText(file.path, file.bytes));
    m_errorsOfEnd = logEnd(m_run->log(), m_run->sample(), m_outcome);
    takeSample();
    if (m_fit && m_outcome.state == RunState::Finished) {
        goOnFitting();
        return;
    }
    Q_EMIT stateChanged();
    Q_EMIT finished();
}

void RunBridge::pause()
{
    if (m_run && !m_isOver && m_run->state() == RunState::Running) {
        m_run->pause();
        m_run->log().info({}, "Paused.");
    }
    Q_EMIT stateChanged();
}

void RunBridge::resume()
{
    if (m_run && !m_isOver && m_run->state() == RunState::Paused) {
        m_run->resume();
        m_run->log().info({}, "Resumed.");
    }
    Q_EMIT stateChanged();
}

void RunBridge::stop()
{
    if (!isUnderWay())
        return;
    if (m_run) {
        m_run->log().info({}, m_isStopWanted ? "Stopping now: what is under way is dropped."
                                             : "Stopping: what is under way finishes.");
        m_isStopWanted ? m_run->cancel() : m_run->stop();
    }
    m_isStopWanted = true;
    Q_EMIT stateChanged();
}

void RunBridge::setWorkers(const std::string &step, int workers)
{
    PipelineStep *now = m_now.step(step);
    if (!m_run || m_isOver || !now)
        return;
    m_run->setWorkers(step, workers);
    // A later pass of a fit is told again what an earlier one knew.
    if (const int before = m_now.workersOf(*now); before != workers)
        m_run->log().info(step, workersText(workers, before));
    now->workers = workers;
}

void RunBridge::setQueueSize(const std::string &step, int batches)
{
    PipelineStep *now = m_now.step(step);
    if (!m_run || m_isOver || !now)
        return;
    m_run->setQueueSize(step, batches);
    if (const int before = m_now.queueSizeOf(*now); before != batches)
        m_run->log().info(step, queueText(batches, before));
    now->queueSize = batches;
}

void RunBridge::setQueueBytes(const std::string &step, uint64_t bytes)
{
    PipelineStep *now = m_now.step(step);
    if (!m_run || m_isOver || !now)
        return;
    m_run->setQueueBytes(step, bytes);
    if (m_now.queueBytesOf(*now) != bytes)
        m_run->log().info(step, queueBytesText(bytes));
    now->queueBytes = int64_t(bytes);
}

void RunBridge::setErrorPolicy(const std::string &step, ErrorPolicy policy, int retries)
{
    PipelineStep *now = m_now.step(step);
    if (!m_run || m_isOver || !now)
        return;
    m_run->setErrorPolicy(step, policy, retries);
    if (m_now.errorPolicyOf(*now) != policy || m_now.retriesOf(*now) != retries)
        m_run->log().info(step, policyText(policy, retries));
    now->onError = policy;
    now->retries = retries;
}

std::vector<LogRecord> RunBridge::logAfter(uint64_t number) const
{
    const auto next = std::ranges::upper_bound(m_earlierLog, number, {}, &LogRecord::number);
    if (next != m_earlierLog.end())
        return {next, next + std::min(ptrdiff_t(MostLogAtOnce), m_earlierLog.end() - next)};
    if (!m_run)
        return {};
    const uint64_t ownNumber = number > m_earlierCount ? number - m_earlierCount : 0;
    auto records = m_run->log().after(ownNumber, MostLogAtOnce);
    for (LogRecord &record : records)
        record.number += m_earlierCount;
    return records;
}

uint64_t RunBridge::errorCount() const
{
    return m_earlierErrors + m_errorsOfEnd + (m_reader.isEmpty() ? 0 : m_reader.last().errors);
}

std::vector<Value> RunBridge::viewedItems(const std::string &step) const
{
    return m_run ? m_run->viewedItems(step) : std::vector<Value>();
}

} // namespace millrace
