// SPDX-License-Identifier: MIT
#pragma once

#include "engine/stages/RetryTickets.h"
#include "engine/stages/Stage.h"
#include "engine/workers/Failures.h"

#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// Runs a step over its batches, several workers at a time. An item that fails costs no other item: what its batch's other
/// items became goes on; the item is tried again as often as wanted, then the step's policy decides.
class TransformStage : public Stage
{
public:
    using Stage::Stage;

    Result<> open() override;
    bool begin(Pump &pump) override;
    Stage *perform(Pump &pump) override;
    bool canBeFused() const override { return m_outlets.isPlain(); }
    void performFused(Pump &pump, Worker &worker) override { work(pump, worker); }
    /// Not while very much waits for another try.
    bool mayTakeMore() const override { return m_tickets.mayTakeMore(); }
    void drop() override;

protected:
    /// What the worker's step does with a batch: process(), or a source's or sink's parallel half.
    virtual Result<> apply(Step &step, Batch &batch) { return step.process(batch); }
    /// Whatever it throws becomes an error.
    Result<> applySafely(Step &step, Batch &batch);
    /// Once items that were worked on apart, and of which text was made, are together again: after a batch that failed as a whole, or
    /// another try. (A sink that learns makes no text, and has learnt from each already.)
    virtual void finishTogether(Step &, Batch &) {}
    /// apply() does something else than process().
    void setAppliesOtherwise() { m_isStepsOwn = false; }
    /// Whether a failing step leaves rows as they came in, so that no copy must be kept.
    virtual bool keepsItems() const { return m_plan.keepsItemsOnError; }
    bool hasMoreToDo() const override { return !m_tickets.isEmpty(); }

    /// Works on one batch, and delivers it unless it must wait for a retry. Returns the items that go on.
    size_t process(Pump &pump, Worker &worker, Batch *batch);
    /// Runs the step, and takes apart what failed. Null: all is well, and nothing was made for it.
    std::unique_ptr<Failures> attempt(Pump &pump, Worker &worker, Batch &batch);
    /// Skip, route or stop, after the last try.
    void settle(Pump &pump, Worker &worker, Failures &failures);

    /// A batch goes on, to the ports that its items are for, and those that failed where they are to be routed (else null).
    void deliver(Pump &pump, Batch *batch, Batch *failed);

private:
    struct FastPathResult : BatchProgress
    {
        Result<> applied;      ///< of the batch that it stopped at, ...
        bool wasTried = false; ///< ... if the step has worked on that one
    };
    /// The common case in place, for batches of few items: one output, and nothing to keep a copy for. Stops at the first
    /// batch that isn't so. Returns how many went well.
    size_t performFastPath(Pump &pump, Step &step, FastPathResult &plain);
    void applyAll(const std::vector<Batch *> &batches, Step &step, FastPathResult &plain);
    /// Works on all of pump.work, which what goes on replaces, and counts.
    void work(Pump &pump, Worker &worker);
    void noteBytes(Pump &pump) const;
    /// What failed, after a step has worked on a batch. `original`: the batch as it came in.
    std::unique_ptr<Failures> takeApart(
        Pump &pump, Worker &worker, Batch &batch, const Batch &original, const Result<> &applied);
    /// After a failure: the batch waits for a retry, or goes on without the failed items. Returns the items that go on.
    size_t goOnWithout(Pump &pump, Worker &worker, Batch *batch, Failures &failures);
    /// The batch as a whole failed: each item on its own.
    Failures oneByOne(Pump &pump, Worker &worker, Batch &batch, const Batch &original, const Error &error);

    void postpone(Batch *good, Failures failures);
    bool beginRetry(Pump &pump);
    uint32_t resultCount(const Pump &pump) const;
    uint32_t batchesInTurn(uint32_t queued, uint32_t limit) const;
    void retry(Pump &pump, Worker &worker, RetryTickets::Ticket ticket);
    void endPause(const RetryTickets::Ticket &ticket);
    Result<> openWorker(Worker &worker) override;
    bool prepare(Pump &pump, Worker &worker);

    bool m_isStepsOwn = true; ///< apply() is the step's process(), so that one virtual call less is needed
    RetryTickets m_tickets;
    std::atomic<uint32_t> m_announced{1}; ///< batches that its step would like to be told of at a time
};

} // namespace millrace
