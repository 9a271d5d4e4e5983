// SPDX-License-Identifier: MIT
#pragma once

#include "engine/flow/Domain.h"
#include "engine/flow/Queue.h"
#include "engine/RunPlan.h"
#include "engine/stages/Outlets.h"
#include "engine/workers/FailurePolicy.h"
#include "engine/workers/Pump.h"
#include "engine/workers/StageHost.h"
#include "engine/workers/StageMeter.h"
#include "engine/workers/WorkerPool.h"
#include "metrics/RunSample.h"
#include "steps/SharedState.h"

#include <atomic>
#include <string>
#include <vector>

namespace millrace {

/// A node of the running graph: an input queue, workers that take batches from it, and outlets.
///
/// A pump that finds the stage ready calls begin(), which reserves room downstream, then takes input; then perform(), which
/// works and hands the results on. perform() returns the next stage where the same pump carries its batches on to.
class Stage
{
public:
    Stage(StageHost &host, const PlannedStep &plan, int step);
    virtual ~Stage();

    const std::string &id() const { return m_plan.id; }
    const PlannedStep &plan() const { return m_plan; }
    int stepIndex() const { return m_step; }
    int rank() const { return m_rank; }
    void setRank(int rank) { m_rank = rank; }
    Queue &queue() { return m_queue; }
    const Queue &queue() const { return m_queue; }
    StageMeter &meter() { return m_meter; }
    const StageMeter &meter() const { return m_meter; }
    Outlets &outlets() { return m_outlets; }
    const Outlets &outlets() const { return m_outlets; }
    uint16_t addInput(Stage *producer);
    const std::vector<Stage *> &producers() const { return m_producers; }
    bool hasOpenInput() const { return m_openProducers.load(std::memory_order_seq_cst) != 0; }

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
    void setInputDomain(uint16_t input, Domain *domain) { m_inputDomains[input] = domain; }

    // Changes while running.
    void setWorkers(int workers);
    int workers() const { return m_workers.limit(); }
    virtual int mostWorkers() const { return WorkerPool::Most; }
    void setQueueSize(int batches);
    /// 0: its share of what the run may use.
    void setQueueBytes(uint64_t bytes);
    /// Doubles what its queue may hold, and says how much that is.
    std::string enlargeQueue();
    FailurePolicy &failurePolicy() { return m_failurePolicy; }

    void schedule() { m_host.schedule(*this); }
    void scheduleProducers();
    /// What the batches that it could take now would cost.
    uint64_t expectedNanoseconds() const
    {
        return m_meter.expectedNanoseconds(m_producers.empty() ? m_meter.batchesAtOnce() : m_queue.state().queued);
    }
    /// Adds what this stage has counted to its step's sample; and what its workers' children have computed, by this picture of the machine.
    virtual void addTo(StepSample &sample, uint64_t now) const;
    void addChildrenTo(StepSample &sample, const ProcessTable &table) const { m_workers.addChildrenTo(sample, table); }
    virtual const Step *firstStep() const;

protected:
    friend class FusedChain;

    /// Gives pump.work or pump.lists to the outputs, ends this worker's turn, and carries on.
    Stage *handOn(Pump &pump, bool mayCarry = true)
    {
        Stage *const next = m_outlets.handOn(pump, mayCarry);
        leave();
        return next;
    }
    /// For stages that one thread at a time works on, which enter before they know of any work: a thread that comes in
    /// vain requests another turn, so that nothing it was woken for is lost.
    bool enterExclusively();
    /// Whoever ends a worker's turn next schedules the stage, whether it has input or not.
    void requestAnotherTurn(uint32_t limit);
    /// Ends a worker's turn.
    void leave();
    void noteOddClose(const Error &error);
    virtual bool hasMoreToDo() const { return false; }

    /// Makes and opens a worker's step. Called by the thread that holds the worker.
    virtual Result<> openWorker(Worker &worker);
    StepContext contextFor(int worker) const;

    StageHost &m_host;
    const PlannedStep &m_plan;
    const int m_step;
    int m_rank = 0;
    Queue m_queue;
    mutable SharedState m_shared; ///< of the steps of all workers
    WorkerPool m_workers;
    StageMeter m_meter;
    Outlets m_outlets;
    std::vector<Stage *> m_producers;
    std::vector<Domain *> m_inputDomains;
    Domain *m_domain = nullptr;
    std::atomic<int> m_openProducers{0};
    std::atomic<bool> m_isOpened{false}, m_isFinished{false};
    FailurePolicy m_failurePolicy;
    std::atomic<bool> m_wasEnlarged{false};
    std::atomic<bool> m_hasMissedTurn{false}; ///< see enterExclusively()
};

} // namespace millrace
