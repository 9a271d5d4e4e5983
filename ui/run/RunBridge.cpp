// SPDX-License-Identifier: MIT
#include "run/RunBridge.h"

#include "engine/RunPlan.h"
#include "engine/StartGuard.h"
#include "failures/FailedItemsFile.h"
#include "failures/FailedItemsFolder.h"
#include "history/KeptRun.h"
#include "kept/KeptLinks.h"
#include "model/Drawing.h"
#include "pipeline/file/PipelineReader.h"
#include "run/AttachedRun.h"
#include "run/RunDiary.h"
#include "run/WrittenFiles.h"
#include "sharing/ClusterRun.h"
#include "theme/Text.h"

#include <QFileInfo>
#include <QtConcurrentRun>
#include <QThread>

#include <algorithm>
#include <memory>
#include <mutex>

namespace millrace {

namespace {

constexpr int SampleInterval = 100;     // milliseconds
constexpr size_t MostSampled = 100'000; // items that are kept to be looked at, of all steps together

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
    m_fit.reset();
    m_retry.reset();
    m_errorsOfEnd = 0;
    Q_EMIT stateChanged();
}

void RunBridge::clearFigures()
{
    m_reader.clear();
    m_history.clear();
    m_recording.clear();
    m_tracker.clear();
    m_limit.reset();
    m_clusterFigures = Value();
}

void RunBridge::setNaming(StepNaming nameOf)
{
    m_nameOf = std::move(nameOf);
    m_tracker = LimitTracker(m_cores, m_nameOf);
}

void RunBridge::start(const Pipeline &pipeline, const QString &folder, RunWish wish)
{
    if (m_isStarting)
        return;
    std::string file = toUtf8(wish.file);
    begin(pipeline, folder, {}, [pipeline, wish = std::move(wish), &registry = m_registry](RunOptions options) {
        const bool hasFile = !wish.file.isEmpty();
        if (hasFile)
            options.failedItems = std::make_shared<FailedItemsFile>(failedItemsPlace(toUtf8(wish.file)));
        return startRun({.registry = registry,
                         .pipeline = pipeline,
                         .fitted = toUtf8(wish.fitted),
                         .remarks = wish.remarks,
                         .mayStart = wish.mayStart,
                         .keepsJournal = hasFile,
                         .goesOn = hasFile && wish.goesOn,
                         .isFresh = wish.isFresh,
                         .cluster = toUtf8(wish.cluster),
                         .file = toUtf8(wish.file),
                         .options = std::move(options)});
    });
    m_file = std::move(file);
}

void RunBridge::retry(const Pipeline &pipeline, const QString &folder, RunWish wish, RetryChoice choice)
{
    if (isUnderWay())
        return;
    const auto session = std::make_shared<RetrySession>(wish.file, std::move(choice));
    begin(pipeline, folder, {},
          [pipeline, wish = std::move(wish), session, &registry = m_registry](RunOptions options) {
              return session->start({.registry = registry,
                                     .pipeline = pipeline,
                                     .fitted = toUtf8(wish.fitted),
                                     .remarks = wish.remarks,
                                     .mayStart = wish.mayStart,
                                     .options = std::move(options)});
          });
    m_retry = session;
}

void RunBridge::fit(
    const Pipeline &pipeline, const QString &folder, const QString &saveTo, const Problems &remarks, MayStart mayStart)
{
    if (m_isStarting)
        return;
    const auto session = std::make_shared<FitSession>(pipeline, saveTo);
    begin(pipeline, folder, session,
          [pipeline, session, remarks, mayStart = std::move(mayStart),
           &registry = m_registry](const RunOptions &options) {
              auto plan = compilePipeline(pipeline, registry, options.folder);
              if (!plan)
                  return refusedRun(plan.error());
              guardStarts(*plan, mayStart);
              return session->startFirstPass(std::move(*plan), options, remarks);
          });
}

void RunBridge::begin(const Pipeline &pipeline,
                      const QString &folder,
                      std::shared_ptr<FitSession> fit,
                      Starting starting)
{
    if (m_run && !m_isOver)
        m_run->cancel();
    letGo(std::move(m_run));
    clearFigures();
    m_fit = std::move(fit);
    m_retry.reset();
    m_file.clear();
    m_pipeline = m_now = pipeline;
    m_folder = folder;
    m_errorsOfEnd = 0;
    m_clusterRun.reset();
    m_kept.reset();
    m_isOver = m_isStopWanted = false;
    ++m_generation;
    if (!starting)
        return;
    RunOptions options;
    options.folder = toUtf8(folder);
    options.limits = pipeline.limits;
    options.memory = pipeline.limits.memoryBytes();
    options.samples = int(std::clamp<size_t>(MostSampled / std::max<size_t>(1, pipeline.steps.size()), 5, 200));
    options.finished = [relay = m_relay, generation = m_generation] { relay->tellOver(generation); };
    startOnPool([starting = std::move(starting), options = std::move(options)] { return starting(options); });
    Q_EMIT stateChanged();
}

void RunBridge::goOnFitting()
{
    startOnPool([fit = m_fit] { return fit->startNextPass(); });
}

void RunBridge::startOnPool(std::function<StartedRun()> starting)
{
    m_isStarting = true;
    m_starting.setFuture(QtConcurrent::run(
        &m_pool, [starting = std::move(starting)] { return std::make_shared<StartedRun>(starting()); }));
}

void RunBridge::finishStarting()
{
    const auto made = m_starting.result();
    m_isStarting = false;
    if (!made->run) {
        // Of a fit that is over, the last pass stays to be seen.
        Q_EMIT stateChanged();
        if (made->isFitSaved) {
            m_run->log().info({}, savedText(m_fit->saveTo()));
            Q_EMIT sampled();
            Q_EMIT finished();
            Q_EMIT fitted(m_fit->saveTo());
        } else if (m_retry && m_run) {
            if (!made->told.isEmpty())
                m_run->log().info({}, toUtf8(made->told));
            Q_EMIT sampled();
            Q_EMIT finished();
            if (!made->told.isEmpty())
                Q_EMIT retried(made->told);
        } else {
            Q_EMIT refused(made->error);
        }
        return;
    }
    if (m_run)
        keepPass();
    m_isOver = false;
    m_run = std::move(made->run);
    m_clusterRun = std::move(made->cluster);
    m_kept = std::move(made->kept);
    m_start = utcNow();
    m_resumedFrom = made->resumedFrom;
    if (made->pipeline)
        m_pipeline = m_now = *made->pipeline;
    if (m_isStopWanted)
        m_run->stop();
    takeSample();
    m_timer.start();
    Q_EMIT started();
    Q_EMIT stateChanged();
    if (m_run->isDone())
        finish();
}

void RunBridge::keepPass()
{
    m_fit->keepPass(m_run->log(), m_reader.isEmpty() ? 0 : m_reader.last().errors);
    letGo(std::move(m_run));
    m_reader.beginPass();
    m_history.clear();
    m_recording.clear();
    m_tracker.clear();
    m_limit.reset();
}

void RunBridge::takeSample()
{
    if (!m_run)
        return;
    const RunSample sample = m_run->sample();
    if (m_clusterRun) {
        m_clusterRun->look(*m_run, sample);
        m_clusterFigures = m_clusterRun->report();
    }
    addSample(sample);
}

void RunBridge::addSample(const RunSample &sample)
{
    m_reader.add(sample);
    m_history.add(m_reader.last());
    m_tracker.add(m_reader.last());
    m_limit = m_isOver ? m_tracker.verdict(m_reader.last()) : m_tracker.limit();
    m_recording.add(m_reader.last(), m_limit);
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
    if (!m_fit && m_outcome.state == RunState::Finished)
        for (const WrittenFile &file : writtenFiles(m_pipeline, m_registry, m_folder))
            m_run->log().info(file.step, writtenText(file.path, file.bytes));
    m_errorsOfEnd = logEnd(m_run->log(), m_run->sample(), m_outcome);
    takeSample();
    if (m_clusterRun) // its workers are told at once, though the run stays to be seen
        m_pool.start([cluster = std::exchange(m_clusterRun, {})] { cluster->session()->end(); });
    if (m_fit && m_outcome.state == RunState::Finished) {
        goOnFitting();
        return;
    }
    if (m_retry) {
        startOnPool([retry = m_retry, hasFinished = m_outcome.state == RunState::Finished] {
            return retry->settle(hasFinished);
        });
        return;
    }
    Q_EMIT stateChanged();
    Q_EMIT finished();
    concludeKept();
    keepRecord();
}

void RunBridge::concludeKept()
{
    if (!m_kept || m_outcome.state != RunState::Finished)
        return;
    QtConcurrent::run(&m_pool, [kept = std::exchange(m_kept, {}), sample = m_reader.last()] {
        return kept->conclude(sample);
    }).then(this, [this, generation = m_generation](const std::vector<KeptNote> &told) {
        for (const KeptNote &note : told)
            if (m_run && generation == m_generation)
                m_run->log().info(note.step, note.text);
        Q_EMIT keptChanged();
    });
}

void RunBridge::keepRecord()
{
    if (m_file.empty())
        return;
    RunRecord record = recordOf(*m_run, m_reader.last(), m_cores);
    record.start = m_start;
    record.resumedFrom = m_resumedFrom;
    record.links = m_now.links;
    record.cluster = m_clusterFigures;
    if (const std::string failed = failedItemsFileIn(failedItemsPlace(m_file));
        record.sample.errors > 0 && QFileInfo::exists(toQString(failed)))
        record.failedItems = failed;
    QtConcurrent::run(&m_pool, [file = m_file, pipeline = m_now, record = std::move(record)] {
        const auto kept = keepOnRecord(file, pipeline, record);
        return kept ? QString() : toQString(kept.error().message);
    }).then(this, [this, generation = m_generation](const QString &problem) {
        if (!problem.isEmpty() && m_run && generation == m_generation)
            m_run->log().warn({}, toUtf8(problem));
        Q_EMIT recorded();
    });
}

void RunBridge::attach(const QString &cluster)
{
    if (isUnderWay())
        return;
    begin({}, {}, {}, {});
    m_attached = new AttachedRun(cluster, this);
    connect(m_attached, &AttachedRun::told, this, &RunBridge::takeShared);
    connect(m_attached, &AttachedRun::ended, this, [this] { leave(tr("The run is over.")); });
    connect(m_attached, &AttachedRun::failed, this, &RunBridge::leave);
    Q_EMIT stateChanged();
}

void RunBridge::takeShared()
{
    const SharedRun &shared = m_attached->run();
    const bool isFirst = m_reader.isEmpty();
    if (isFirst) {
        if (auto read = parsePipeline(shared.pipeline))
            m_pipeline = m_now = std::move(read->pipeline);
        Q_EMIT attached(m_pipeline, toQString(shared.name), m_attached->server());
    }
    m_clusterFigures = shared.cluster;
    addSample(shared.sample);
    if (isFirst) {
        Q_EMIT started();
        Q_EMIT stateChanged();
    }
}

/// What was seen last stays to be seen, as that of a run that was left.
void RunBridge::leave(const QString &sentence)
{
    m_attached->disconnect(this);
    m_attached->deleteLater();
    m_attached = nullptr;
    m_isOver = true;
    if (m_reader.isEmpty()) {
        if (!sentence.isEmpty())
            Q_EMIT refused(sentence);
        Q_EMIT stateChanged();
        return;
    }
    RunSample last = m_reader.last();
    const bool isDone =
        std::ranges::all_of(last.steps, [](const StepSample &step) { return step.state == StepState::Done; });
    last.state = m_outcome.state = isDone ? RunState::Finished : RunState::Stopped;
    addSample(last);
    Q_EMIT stateChanged();
    Q_EMIT left(sentence);
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
    if (m_attached)
        return leave({});
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
    if (const int before = m_now.workersOf(*now); before != workers) {
        m_run->log().info(step, workersText(workers, before));
        m_recording.note(workersChange(step, workers, before));
    }
    now->workers = workers;
}

void RunBridge::setQueueSize(const std::string &step, int batches)
{
    PipelineStep *now = m_now.step(step);
    if (!m_run || m_isOver || !now)
        return;
    m_run->setQueueSize(step, batches);
    if (const int before = m_now.queueSizeOf(*now); before != batches) {
        m_run->log().info(step, queueText(batches, before));
        m_recording.note(queueChange(step, batches, before));
    }
    now->queueSize = batches;
}

void RunBridge::setQueueBytes(const std::string &step, uint64_t bytes)
{
    PipelineStep *now = m_now.step(step);
    if (!m_run || m_isOver || !now)
        return;
    m_run->setQueueBytes(step, bytes);
    if (const uint64_t before = m_now.queueBytesOf(*now); before != bytes) {
        m_run->log().info(step, queueBytesText(bytes));
        m_recording.note(queueBytesChange(step, bytes, before));
    }
    now->queueBytes = int64_t(bytes);
}

void RunBridge::setErrorPolicy(const std::string &step, ErrorPolicy policy, int retries)
{
    PipelineStep *now = m_now.step(step);
    if (!m_run || m_isOver || !now)
        return;
    m_run->setErrorPolicy(step, policy, retries);
    const ErrorPolicy earlier = m_now.errorPolicyOf(*now);
    const int earlierRetries = m_now.retriesOf(*now);
    if (earlier != policy || earlierRetries != retries) {
        m_run->log().info(step, policyText(policy, retries));
        m_recording.note(policyChange(step, {policy, retries}, {earlier, earlierRetries}));
    }
    now->onError = policy;
    now->retries = retries;
}

void RunBridge::note(const std::string &step, const QString &sentence)
{
    if (m_run)
        m_run->log().info(step, toUtf8(sentence));
}

std::vector<LogRecord> RunBridge::logAfter(uint64_t number) const
{
    uint64_t before = 0;
    if (m_fit) {
        if (auto earlier = m_fit->logAfter(number, MostLogAtOnce); !earlier.empty())
            return earlier;
        before = m_fit->logCount();
    }
    if (!m_run)
        return {};
    auto records = m_run->log().after(number > before ? number - before : 0, MostLogAtOnce);
    for (LogRecord &record : records)
        record.number += before;
    if (m_retry)
        for (LogRecord &record : records)
            m_retry->items().restorePlace(record);
    return records;
}

uint64_t RunBridge::errorCount() const
{
    return (m_fit ? m_fit->errorCount() : 0) + m_errorsOfEnd + (m_reader.isEmpty() ? 0 : m_reader.last().errors);
}

std::vector<LogRecord> RunBridge::errorGroups() const
{
    return m_run ? m_run->log().errorGroups() : std::vector<LogRecord>();
}

std::vector<Value> RunBridge::viewedItems(const std::string &step) const
{
    return m_run ? m_run->viewedItems(step) : std::vector<Value>();
}

std::map<int, SampledItems> RunBridge::samples(const std::string &step) const
{
    return m_run ? m_run->samples(step) : std::map<int, SampledItems>();
}

void RunBridge::askForSamples(const std::string &step)
{
    if (m_run && !m_isOver)
        m_run->askForSamples(step);
}

} // namespace millrace
