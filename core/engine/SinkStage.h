// SPDX-License-Identifier: MIT
#pragma once

#include "engine/SerialStage.h"

namespace millrace {

/// Writes batches, one thread at a time, in the order of the source unless the sink doesn't mind.
class SinkStage final : public SerialStage
{
public:
    using SerialStage::SerialStage;

    Result<> open() override;
    bool startsDomain() const override { return false; }
    std::vector<Joiner *> joinersOf(uint16_t input) override;
    Sink &sink() const { return static_cast<Sink &>(*const_cast<Step *>(firstStep())); }
    bool isOpen() const { return m_isOpen; }
    uint64_t itemsWritten() const { return m_itemsWritten.value(); }

protected:
    void accept(Pump &pump, Batch *batch) override;
    Batch *next(Pump &pump, Worker &worker) override;
    bool wantsWorker() const override { return true; }

private:
    void write(Pump &pump, Worker &worker, Batch *batch);

    bool m_isOpen = false;
    bool m_isOrdered = true;
    std::vector<Batch *> m_arrived; ///< of an unordered sink
    Counter m_itemsWritten;
};

/// The parallel half of a sink: turns items into text.
class EncodeStage final : public TransformStage
{
public:
    EncodeStage(Engine &engine, const PlannedStep &plan, int step, SinkStage &sink)
        : TransformStage(engine, plan, step), m_sink(sink)
    {}

    Result<> open() override;

protected:
    Result<> openWorker(Worker &worker) override;
    Result<> apply(Step &step, Batch &batch) override { return static_cast<Sink &>(step).encode(batch); }
    bool keepsItems() const override { return true; }

private:
    SinkStage &m_sink;
};

} // namespace millrace
