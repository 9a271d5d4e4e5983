// SPDX-License-Identifier: MIT
#pragma once

#include "engine/flow/HeldBatches.h"
#include "engine/stages/TransformStage.h"

#include <memory>
#include <vector>

namespace millrace {

/// A stage that one thread at a time works on and that decides itself when a result leaves: it takes whatever has come,
/// puts it in order, and emits as much as there is room for.
class SerialStage : public TransformStage
{
public:
    SerialStage(StageHost &host, const PlannedStep &plan, int step);

    Result<> open() override;
    bool begin(Pump &pump) override;
    Stage *perform(Pump &pump) override;
    bool canBeFused() const override { return false; }
    bool carryIn(Pump &pump) override;
    void inputEnded(uint16_t input) override;
    bool startsDomain() const override { return true; }
    int mostWorkers() const override { return 1; }
    void drop() override;
    std::vector<Joiner *> joinersOf(uint16_t input) override { return {m_joiners[input].get()}; }
    void addTo(StepSample &sample, uint64_t now) const override;
    /// After all inputs are known.
    virtual void prepareInputs();

protected:
    /// A batch has come, by inputOf(it).
    virtual void accept(Pump &pump, Batch *batch);
    /// What has come in one turn.
    virtual void acceptAll(Pump &pump, const std::vector<Batch *> &batches);
    /// Puts a batch into the joiner of its input, until it is taken in order.
    void hold(size_t input, Batch *batch);
    Batch *takeHeld(size_t input);
    /// Batches that wait can't be kept, or not be brought back: the run fails.
    void failKeeping(const Batch &batch, const Error &error);
    /// The next result, or null where more input is needed. `m_joiners[i]->publish()` is called after each turn.
    virtual Batch *next(Pump &pump, Worker &worker) = 0;
    size_t inputOf(const Batch &batch) const { return m_joiners.size() > 1 ? batch.input : 0; }
    bool hasMoreToDo() const override { return m_isPending.load(std::memory_order_acquire); }
    /// How many queued batches it takes where so many results may leave.
    virtual uint32_t mostTaken(uint32_t /*room*/) const { return UINT32_MAX; }
    /// Nothing more will come by that input: ended, and all that came was taken.
    bool isExhausted(size_t input) const;
    /// Every input has ended, and nothing waits.
    bool isAllTaken() const;
    virtual bool wantsWorker() const { return false; }

    std::vector<std::unique_ptr<Joiner>> m_joiners; ///< one an input
    std::unique_ptr<HeldBatches> m_held;            ///< what waits in the joiners
    Batch *m_failed = nullptr; ///< failed items of the batch that next() has just given, for the port `error`

    void publish();

private:
    uint32_t roomAhead();
    void emitAll(Pump &pump, Worker &worker);

    std::unique_ptr<std::atomic<bool>[]> m_ended; ///< by input
    std::atomic<bool> m_isPending{true};          ///< something may leave without new input
    std::atomic<uint64_t> m_emitted{0};           ///< asked by producers that would carry batches in
};

/// A step that wants its batches in the order of the source, one at a time, and may hold items back until the end.
class OrderedStage : public SerialStage
{
public:
    using SerialStage::SerialStage;

    void addTo(StepSample &sample, uint64_t now) const override;

protected:
    Batch *next(Pump &pump, Worker &worker) override;
    bool wantsWorker() const override { return true; }
    /// What the step works on next; null where it isn't here yet, or there is no more.
    virtual Batch *nextInput(Pump &, Worker &) { return takeHeld(0); }
    /// The step can't go on without what it was to take: the run fails.
    void failTaking(const Batch &batch, const Error &error);

private:
    /// A batch that the step fills by itself; null where it has nothing.
    template <class Fill>
    Batch *filled(Pump &pump, Worker &worker, Fill fill);
    void takeFailed(Pump &pump, Worker &worker, Failures &failures);

    bool m_mayHaveMore = false; ///< what the last batch became may not have left wholly
    bool m_isFlushed = false;
    std::atomic<const HeldGauge *> m_stepHolds{nullptr}; ///< once its step is open, where it tells
};

} // namespace millrace
