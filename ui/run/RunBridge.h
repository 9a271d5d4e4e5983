// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/LimitTracker.h"
#include "engine/Run.h"
#include "model/Gauges.h"
#include "model/recording/RunRecording.h"
#include "model/RunHistory.h"
#include "pipeline/Problem.h"
#include "run/start/FitSession.h"
#include "run/start/RetrySession.h"
#include "run/start/RunStart.h"

#include <QFutureWatcher>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

class AttachedRun;
class ClusterRun;
class KeptLinks;

/// How a run is wanted.
struct RunWish
{
    QString fitted = {};    ///< the folder of what its steps have learnt, as saveFitted() wrote it; empty: nothing
    Problems remarks = {};  ///< for the log
    MayStart mayStart = {}; ///< nothing: everything may start
    /// The pipeline's, beside which the items that fail are kept. Such a run keeps a journal, so that it can be gone on with. Empty: the
    /// items are in the log only.
    QString file = {};
    bool goesOn = false;  ///< where the last run of the file was broken off
    bool isFresh = false; ///< from the sources, whatever links have kept
    /// That the steps which can be there are given to, as behind `--on`. Empty: the one that its steps name, if any.
    QString cluster = {};
};

/// The only class that talks to the engine's Run. It samples ten times a second, is told once that a run is over, and never
/// lets the GUI's thread wait: making, starting and ending a run happen on threads of its own.
class RunBridge : public QObject
{
    Q_OBJECT

public:
    explicit RunBridge(const StepRegistry &registry, QObject *parent = nullptr);
    ~RunBridge() override;

    /// Ends what runs, if something does, and starts this. started() or refused() follows. What was changed since the steps have learnt
    /// is said in the log.
    void start(const Pipeline &pipeline, const QString &folder, RunWish wish = {});
    /// Lets the steps that learn see the data, and saves what they have learnt as the folder `saveTo`. Each pass over the data
    /// is a run, and starts with started(); the last ends with fitted(), or with finished() where it failed or was stopped.
    /// `remarks` are in the log of the first pass.
    void fit(const Pipeline &pipeline,
             const QString &folder,
             const QString &saveTo,
             const Problems &remarks = {},
             MayStart mayStart = {});
    /// Tries failed items of the last run of that file's pipeline again, from the steps on that they failed at, as the pipeline is
    /// now; what comes out is added to the results. started() or refused() follows, and retried() where it has finished.
    void retry(const Pipeline &pipeline, const QString &folder, RunWish wish, RetryChoice choice);
    /// Looks on at a run that goes on elsewhere, as long as it does or until stop(). attached() and started() follow, or refused(); then
    /// left(). Nothing of it can be changed from here.
    void attach(const QString &cluster);
    void pause();
    void resume();
    /// Stops the sources; what is under way finishes. Called again, what is under way is dropped.
    void stop();
    void setWorkers(const std::string &step, int workers);
    void setQueueSize(const std::string &step, int batches);
    void setQueueBytes(const std::string &step, uint64_t bytes);
    void setErrorPolicy(const std::string &step, ErrorPolicy policy, int retries);
    /// Says a sentence in the run's log, of a step or, where that is empty, of the run; nowhere without a run of this window's.
    void note(const std::string &step, const QString &sentence);

    /// From start() until the run is over, being made included.
    bool isUnderWay() const { return m_isStarting || m_attached || (m_run && !m_isOver); }
    /// Whether it is a run that goes on elsewhere.
    bool isAttached() const { return m_attached; }
    /// Of the run's workers elsewhere, as in its report; null: it has none.
    const Value &cluster() const { return m_clusterFigures; }
    /// Whether what runs, or has run, is a fit.
    bool wasFit() const { return bool(m_fit); }
    /// What relative paths of the run are relative to.
    const QString &folder() const { return m_folder; }
    bool isFitting() const { return isUnderWay() && wasFit(); }
    bool isPaused() const { return isUnderWay() && m_run && m_run->state() == RunState::Paused; }
    bool isStopping() const { return isUnderWay() && m_isStopWanted; }
    /// As it was when start() was called.
    const Pipeline &pipeline() const { return m_pipeline; }
    /// A run was started, and its gauges are still shown.
    bool hasSamples() const { return !m_reader.isEmpty(); }
    const GaugeReader &reader() const { return m_reader; }
    const RunHistory &history() const { return m_history; }
    /// Of the run, or of the last pass of a fit.
    const RunRecording &recording() const { return m_recording; }
    /// What limits the run, over the last seconds; over all of it once it is over. Clear, or nothing.
    const std::optional<Limit> &limit() const { return m_limit; }
    /// What sentences call a step; before, it is the name that it had when the run was started.
    void setNaming(StepNaming nameOf);
    const RunOutcome &outcome() const { return m_outcome; }
    int cores() const { return m_cores; }
    /// Records of the run with a number above `number`, oldest first, MostLogAtOnce at the most. The passes of a fit share one
    /// log: its records are numbered on from pass to pass, and those of earlier passes are kept, the newest of them.
    std::vector<LogRecord> logAfter(uint64_t number) const;
    static constexpr size_t MostLogAtOnce = 10'000;
    /// Whether this run goes on with what an earlier pass of the same fit has logged.
    bool isLaterPass() const { return m_fit && m_fit->isLaterPass(); }
    /// Of all passes so far, with the one that ended the run.
    uint64_t errorCount() const;
    /// One record for each kind of error of the run, with its count.
    std::vector<LogRecord> errorGroups() const;
    std::vector<Value> viewedItems(const std::string &step) const;
    /// Some of the items that have left a step, by the number of the port; see Run::samples().
    std::map<int, SampledItems> samples(const std::string &step) const;
    void askForSamples(const std::string &step);
    /// Lets go of a run that is over, with all that is shown of it.
    void forget();

Q_SIGNALS:
    void started();
    /// The pipeline can't be run: a sentence.
    void refused(const QString &sentence);
    /// That is the pipeline of the run that is looked on at; started() follows.
    void attached(const Pipeline &pipeline, const QString &name, const QString &server);
    /// Nobody looks on any more: a sentence, empty where that was wanted.
    void left(const QString &sentence);
    /// All that learns has learnt, and the folder is written.
    void fitted(const QString &folder);
    /// Failed items were tried again: a sentence of what came of it.
    void retried(const QString &sentence);
    void sampled();
    void stateChanged();
    void finished();
    /// The run that has finished is on the record of its pipeline's runs.
    void recorded();
    /// What is kept of the pipeline's links may be another thing now.
    void keptChanged();

private:
    /// Where a run says that it is over; outlives the bridge, since the run's thread may be in it.
    struct Relay;
    using Starting = std::function<StartedRun(const RunOptions &)>; ///< on a thread of the pool
    void begin(const Pipeline &pipeline, const QString &folder, std::shared_ptr<FitSession> fit, Starting starting);
    void startOnPool(std::function<StartedRun()> starting);
    void goOnFitting();
    void keepPass();
    void clearFigures();
    void finishStarting();
    void takeSample();
    void noteOver(quint64 generation);
    void finish();
    void keepRecord();
    void concludeKept();
    void letGo(std::unique_ptr<Run> run);
    void addSample(const RunSample &sample);
    void takeShared();
    void leave(const QString &sentence);

    const StepRegistry &m_registry;
    const int m_cores;
    std::shared_ptr<Relay> m_relay;
    std::unique_ptr<Run> m_run;
    Pipeline m_pipeline, m_now; ///< as it was started, and with the workers and queue sizes that were set since
    QString m_folder;
    std::string m_file;                    ///< on whose record the run will be; empty: on none
    std::string m_start;                   ///< as RunRecord::start
    uint64_t m_resumedFrom = 0;            ///< as RunRecord::resumedFrom
    std::shared_ptr<FitSession> m_fit;     ///< null: no fit; shared with the pool's thread that starts a pass
    std::shared_ptr<RetrySession> m_retry; ///< null: no failed items are tried again; shared as well
    uint64_t m_errorsOfEnd = 0;            ///< that ended the run, and were no item's
    quint64 m_generation = 0;              ///< of the run; what an earlier one says is no news
    bool m_isStarting = false, m_isOver = false, m_isStopWanted = false;
    RunOutcome m_outcome;
    std::shared_ptr<KeptLinks> m_kept;        ///< what the run keeps of its links; null: nothing
    std::shared_ptr<ClusterRun> m_clusterRun; ///< as long as the run goes on; null: it has no workers elsewhere
    Value m_clusterFigures;
    AttachedRun *m_attached = nullptr; ///< null: nothing is looked on at
    GaugeReader m_reader;
    RunHistory m_history;
    RunRecording m_recording;
    StepNaming m_nameOf;
    LimitTracker m_tracker;
    std::optional<Limit> m_limit;
    QTimer m_timer;
    /// Shared because QFuture copies; the bridge takes the run out.
    QFutureWatcher<std::shared_ptr<StartedRun>> m_starting;
    QThreadPool m_pool; ///< last: waits for its threads before the rest goes
};

} // namespace millrace
