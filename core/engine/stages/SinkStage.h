// SPDX-License-Identifier: MIT
#pragma once

#include "engine/stages/SerialStage.h"

namespace millrace {

/// Writes batches, one thread at a time, in the order of the source unless the sink doesn't mind.
class SinkStage final : public SerialStage
{
public:
    using SerialStage::SerialStage;

    Result<> open() override;
    bool startsDomain() const override { return false; }
    bool canBeFused() const override { return m_outlets.isEmpty() && m_producers.size() == 1; }
    void performFused(Pump &pump, Worker &worker) override;
    std::vector<Joiner *> joinersOf(uint16_t input) override;
    Sink &sink() const { return static_cast<Sink &>(*const_cast<Step *>(firstStep())); }
    bool isOpen() const { return m_isOpen; }
    uint64_t itemsWritten() const { return m_itemsWritten.value(); }

protected:
    void acceptAll(Pump &, const std::vector<Batch *> &batches) override { m_arrived = batches; }
    Batch *next(Pump &pump, Worker &worker) override;
    bool wantsWorker() const override { return true; }

private:
    struct WriteCount
    {
        uint64_t batches = 0, items = 0;
    };
    uint64_t writeAll(Pump &pump, Worker &worker, const std::vector<Batch *> &arrived);
    size_t writeInOrder(
        Pump &pump, Worker &worker, std::span<Batch *const> batches, WriteCount &written, uint64_t &items);
    void write(Pump &pump, Worker &worker, Batch *batch, WriteCount &written);
    void settleVerdicts(Pump &pump, Worker &worker, Batch &batch);
    void tellJournal(Sink &sink);
    bool isMarkedAmong(std::span<Batch *const> batches) const;
    void failWriting(Worker &worker, const Batch &batch, const Error &error);

    bool m_isOpen = false;
    bool m_isOrdered = true;
    bool m_isFused = false;         ///< in this turn
    std::vector<Batch *> m_arrived; ///< in this turn
    Counter m_itemsWritten;
};

/// The parallel half of a sink: turns items into text.
class EncodeStage final : public TransformStage
{
public:
    EncodeStage(StageHost &host, const PlannedStep &plan, int step, SinkStage &sink)
        : TransformStage(host, plan, step), m_sink(sink)
    {
        setAppliesOtherwise();
    }

    Result<> open() override;

protected:
    Result<> openWorker(Worker &worker) override;
    Result<> apply(Step &step, Batch &batch) override { return static_cast<Sink &>(step).encode(batch); }
    bool keepsItems() const override { return true; }
    void finishTogether(Step &step, Batch &batch) override;

private:
    SinkStage &m_sink;
};

} // namespace millrace
