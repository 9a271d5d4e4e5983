// SPDX-License-Identifier: MIT
#pragma once

#include "engine/flow/Domain.h"
#include "engine/flow/Queue.h"
#include "engine/RunPlan.h"
#include "engine/stages/Pump.h"
#include "engine/stages/StageHost.h"
#include "metrics/RunSample.h"
#include "metrics/WorkerCounters.h"
#include "process/ChildClock.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace millrace {

/// One worker of a stage: its own step, and what it counts.
struct Worker
{
    int index = 0;
    std::unique_ptr<Step> step;
    WorkerCounters counters;
    bool isOpen = false;
    std::atomic<const WorksInChildren *> inChildren{nullptr}; ///< the step, once it is open, where it is such a one
};

/// A node of the running graph: an input queue, workers that take batches from it, and outputs.
///
/// A pump that finds the stage ready calls begin(), which reserves room downstream, then takes input; then perform(), which
/// works and hands the results on. perform() returns the next stage where the same pump carries its batches on to.
class Stage
{
public:
    struct Output
    {
        Stage *to = nullptr;
        int port = 0;       ///< of this stage; PlannedLink::ErrorPort for the error port
        uint16_t input = 0; ///< which input of `to`
    };
    static constexpr int MostWorkers = 1024;

    Stage(StageHost &host, const PlannedStep &plan, int step);
    virtual ~Stage();

    const std::string &id() const { return m_plan.id; }
    const PlannedStep &plan() const { return m_plan; }
    int stepIndex() const { return m_step; }
    int rank() const { return m_rank; }
    void setRank(int rank) { m_rank = rank; }
    Queue &queue() { return m_queue; }
    const Queue &queue() const { return m_queue; }

    void addOutput(Output output);
    const std::vector<Output> &outputs() const { return m_outputs; }
    uint16_t addInput(Stage *producer);
    const std::vector<Stage *> &producers() const { return m_producers; }

    /// Opens what must be open before anything runs. An error is the run's.
    virtual Result<> open() { return {}; }
    /// Whether open() has succeeded, so that firstStep() may be asked from any thread.
    bool isOpened() const { return m_isOpened.load(std::memory_order_acquire); }
    void setOpened() { m_isOpened.store(true, std::memory_order_release); }
    /// Takes input, if there is any, room for its results, and a free worker. The work is in pump.work.
    virtual bool begin(Pump &pump) = 0;
    /// Does the work. Returns the stage that goes on with pump.work on the same thread, or null.
    virtual Stage *perform(Pump &pump) = 0;
    /// Whether the stage can have a place in a FusedChain, behind one producer: each batch becomes one batch for one
    /// output, or ends here.
    virtual bool canBeFused() const { return false; }
    /// Whether it may take batches in, for all that it holds back itself.
    virtual bool mayTakeMore() const { return true; }
    /// Does the work of a turn that a fused chain has begun and will end: on pump.work, which results replace.
    virtual void performFused(Pump &, Worker &) {}
    /// What a batch costs, smoothed; 0: not known.
    uint64_t nanosecondsPerBatch() const { return m_cost.load(std::memory_order_relaxed); }
    /// Takes batches along that this pump was about to push here, in room that is reserved. False: push them.
    virtual bool carryIn(Pump &pump);
    /// No more will come by that input.
    virtual void inputEnded(uint16_t input);
    /// Ends the stage when nothing is left for it to do.
    void finishIfDone();
    bool isFinished() const { return m_isFinished.load(std::memory_order_acquire); }
    virtual void closeWorkers();
    /// Gives whatever is left under way to the pool, after the pumps have gone.
    virtual void drop();

    // Joiners and domains (stages that want order, or give out new numbers).
    virtual std::vector<Joiner *> joinersOf(uint16_t /*input*/) { return {}; }
    /// Whether batches leave with new sequence numbers.
    virtual bool startsDomain() const { return false; }
    void setDomain(Domain *domain) { m_domain = domain; } ///< that its output belongs to
    Domain *domain() const { return m_domain; }
    void setInputDomain(uint16_t input, Domain *domain);

    // Changes while running.
    void setWorkers(int workers);
    int workers() const { return m_limit.load(std::memory_order_relaxed); }
    virtual int mostWorkers() const { return MostWorkers; }
    void setQueueSize(int batches);
    /// 0: its share of what the run may use.
    void setQueueBytes(uint64_t bytes);
    /// Whether the first item that fails ends the run.
    bool endsAtFailure() const
    {
        return m_policy.load(std::memory_order_relaxed) == ErrorPolicy::Stop
               && m_retries.load(std::memory_order_relaxed) == 0;
    }
    /// Doubles what its queue may hold, and says how much that is.
    std::string enlargeQueue();
    void setErrorPolicy(ErrorPolicy policy, int retries);

    void schedule() { m_host.schedule(*this); }
    void scheduleProducers();
    bool isBlocked() const { return m_blockedSince.load(std::memory_order_relaxed) != 0; }
    /// What the batches that it could take now would cost, by what they have cost so far. Unknown counts as much.
    uint64_t expectedNanoseconds() const
    {
        const uint64_t cost = m_cost.load(std::memory_order_relaxed);
        const uint64_t batches = m_producers.empty() ? batchesAtOnce() : m_queue.state().queued;
        return cost == 0 ? 1'000'000 : cost * std::min<uint64_t>(batches, 32);
    }
    /// Ready now, while all cores are taken (0: while they aren't). Until it is taken.
    void noteReady(uint64_t nanoseconds)
    {
        if (nanoseconds != m_readySince.load(std::memory_order_relaxed))
            m_readySince.store(nanoseconds, std::memory_order_relaxed);
    }
    /// When it became ready, if it had to wait for a core since; else 0.
    uint64_t takeReadySince()
    {
        const uint64_t since = m_readySince.load(std::memory_order_relaxed);
        if (since != 0)
            m_readySince.store(0, std::memory_order_relaxed);
        return since;
    }
    void noteWaitedForCore(uint64_t nanoseconds) { m_waitedForCore.fetch_add(nanoseconds, std::memory_order_relaxed); }
    /// How many batches a worker takes at a time, so that an activation costs about 20 µs.
    uint32_t batchesAtOnce() const { return m_atOnce.load(std::memory_order_relaxed); }
    bool waits() const { return m_waits.load(std::memory_order_relaxed); }
    void setWaits() { m_waits.store(true, std::memory_order_relaxed); }
    /// Adds what this stage has counted to its step's sample.
    virtual void addTo(StepSample &sample, uint64_t now) const;
    /// The same for what its workers' children have computed, by this picture of the machine.
    void addChildrenTo(StepSample &sample, const ProcessTable &processes) const;
    virtual const Step *firstStep() const;

protected:
    friend class FusedChain;

    struct Target
    {
        Stage *stage;
        uint32_t links; ///< of this stage to that one
    };
    void giveBack(const Target &target, uint32_t count);
    /// Room for `wanted` batches in every output; less, or 0 where one is full (the stage is scheduled when that changes).
    uint32_t reserveOutputs(uint32_t wanted);
    void giveBackOutputs(uint32_t count);
    /// Gives pump.work (one output) or pump.lists (several) to the outputs, ends this worker's turn, and carries on.
    Stage *handOn(Pump &pump, bool mayCarry = true);
    /// Whether results go to pump.work: no output, or one of `out`. Else they go to pump.lists, one for each output.
    bool isSimple() const { return m_outputs.size() <= 1 && (m_outputs.empty() || m_outputs[0].port == 0); }
    /// Makes pump.lists ready for results: an empty list for each output.
    void clearLists(Pump &pump) const;
    /// A batch whose items all leave by `out`, to pump.lists: further links share it, other ports get an empty one.
    void shareOut(Pump &pump, Batch *batch) const;
    void pushTo(const Output &output, Batch *const *batches, uint32_t count);
    /// For stages that one thread at a time works on, which enter before they know of any work: a thread that comes in
    /// vain requests another turn, so that nothing it was woken for is lost.
    bool enterExclusively();
    /// Whoever ends a worker's turn next schedules the stage, whether it has input or not.
    void requestAnotherTurn(uint32_t limit);
    /// Ends a worker's turn.
    void leave();
    void noteOddClose(const Error &error);
    void noteBlocked();
    void noteUnblocked();
    virtual bool hasMoreToDo() const { return false; }

    Worker *takeWorker();
    void returnWorker(Worker *worker);
    Worker *worker(int index) const;
    /// Of those that have begun, by their number.
    template <class Call>
    void forEachWorker(Call call) const
    {
        for (int index = 0; index < MostWorkers; ++index) {
            if (!m_segments[size_t(index / SegmentSize)].load(std::memory_order_acquire))
                index += SegmentSize - 1;
            else if (Worker *found = worker(index))
                call(*found);
        }
    }
    /// Makes and opens a worker's step. Called by the thread that holds the worker.
    virtual Result<> openWorker(Worker &worker);
    /// Gives a fittable step what was learnt.
    Result<> restoreState(Step &step) const;
    StepContext contextFor(int worker) const;

    /// Counts a piece of work that was timed as that of `weight` such pieces, all of it computing. `now`: its end.
    void noteTime(Worker &worker, uint64_t wall, uint32_t batches, uint32_t weight, uint64_t now);

    /// Measures a piece of work of a worker and keeps the stage's idea of its cost.
    class Stopwatch
    {
    public:
        Stopwatch(Stage &stage, Pump &pump, Worker &worker, uint32_t batches);
        /// Before the results are handed on.
        void finish(uint32_t batches);

    private:
        Stage &m_stage;
        Pump &m_pump;
        Worker &m_worker;
        uint64_t m_begin = 0, m_cpuBegin = 0;
        long m_switches = -1;
        uint32_t m_weight = 0;    ///< 0: not timed
        uint32_t m_cpuWeight = 0; ///< 0: the CPU clock wasn't read
        bool m_isWaiting = false;
    };

    StageHost &m_host;
    const PlannedStep &m_plan;
    const int m_step;
    int m_rank = 0;
    Queue m_queue;
    std::vector<Output> m_outputs;
    std::vector<Target> m_targets; ///< the outputs by stage
    std::vector<Stage *> m_producers;
    std::vector<Domain *> m_inputDomains;
    Domain *m_domain = nullptr;
    std::atomic<int> m_openProducers{0};
    std::atomic<bool> m_isOpened{false}, m_isFinished{false};
    std::atomic<int> m_limit;
    std::atomic<ErrorPolicy> m_policy;
    std::atomic<int> m_retries;
    std::atomic<bool> m_wasEnlarged{false};
    std::atomic<bool> m_hasMissedTurn{false}; ///< see enterExclusively()

private:
    void learn(uint64_t nanosecondsPerBatch);
    void probeWaiting(uint64_t wall, uint64_t cpu, long switchesBefore);

    static constexpr int SegmentSize = 64;
    struct Segment
    {
        std::atomic<uint64_t> free{~0ull};
        std::array<std::atomic<Worker *>, SegmentSize> workers{};
    };
    Segment *segment(int index);

    std::array<std::atomic<Segment *>, MostWorkers / SegmentSize> m_segments{};
    std::mutex m_segmentMutex;                   ///< guards the making of segments
    alignas(64) std::atomic<uint32_t> m_cost{0}; ///< nanoseconds a batch, smoothed; 0: not known
    std::atomic<uint32_t> m_atOnce{1};
    std::atomic<int> m_suspicion{0};
    std::atomic<bool> m_waits{false};
    std::atomic<uint64_t> m_blockedSince{0}, m_blockedFor{0};
    std::atomic<uint64_t> m_readySince{0}, m_waitedForCore{0};
    std::atomic<uint64_t> m_endedAt{0};
    std::atomic<uint64_t> m_depthArea{0}, m_depthTime{0}; ///< batches × microseconds, microseconds

    void noteDepth(uint64_t now);
    std::atomic<uint64_t> m_depthAt{0};
};

} // namespace millrace
