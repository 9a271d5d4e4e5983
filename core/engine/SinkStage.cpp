// SPDX-License-Identifier: MIT
#include "engine/SinkStage.h"

namespace millrace {

Result<> SinkStage::open()
{
    if (m_isOpen)
        return {};
    Result<> opened = SerialStage::open();
    m_isOpen = opened.has_value();
    return opened;
}

std::vector<Joiner *> SinkStage::joinersOf(uint16_t input)
{
    // Asked before anything is opened: whether the order matters follows from the parameters alone.
    if (auto made = m_plan.make(0))
        m_isOrdered = static_cast<Sink &>(**made).isOrdered();
    return m_isOrdered ? SerialStage::joinersOf(input) : std::vector<Joiner *>();
}

void SinkStage::accept(Pump &pump, Batch *batch)
{
    if (m_isOrdered)
        SerialStage::accept(pump, batch);
    else
        m_arrived.push_back(batch);
}

Batch *SinkStage::next(Pump &pump, Worker &worker)
{
    for (Batch *batch : m_arrived)
        write(pump, worker, batch);
    m_arrived.clear();
    while (Batch *batch = m_joiners[0]->take())
        write(pump, worker, batch);
    return nullptr;
}

void SinkStage::write(Pump &pump, Worker &worker, Batch *batch)
{
    if (batch->origin.sequence <= m_engine.stopSequence() && !m_engine.isCancelled()) {
        const ErrorPlace place{batch->origin.sequence, batch->origin.source, -rank(), 0};
        Result<> written;
        try {
            written = static_cast<Sink &>(*worker.step).write(*batch);
        } catch (const std::exception &exception) {
            written = failure("exception", exception.what());
        }
        if (!written) {
            worker.counters.errors.add(1);
            LogRecord record;
            record.level = LogLevel::Error;
            record.step = id();
            record.kind = written.error().kind;
            record.message = written.error().message;
            m_engine.log().append(std::move(record));
            m_engine.fail(place, written.error(), id());
        } else {
            if (!batch->errors().empty()) {
                Failures failures;
                separate(pump, *batch, *batch, failures);
                settle(pump, worker, failures);
                pump.cache.give(failures.rows);
            }
            worker.counters.batchesOut.add(1);
            worker.counters.itemsOut.add(batch->size());
            m_itemsWritten.add(batch->size());
        }
    }
    batch->clearVerdicts();
    pump.cache.give(batch);
}

Result<> EncodeStage::open()
{
    if (auto opened = m_sink.open(); !opened)
        return opened;
    return TransformStage::open();
}

Result<> EncodeStage::openWorker(Worker &worker)
{
    auto made = m_plan.make(worker.index);
    if (!made)
        return made.forward();
    worker.step = *std::move(made);
    auto opened = static_cast<Sink &>(*worker.step).openEncoder(m_sink.sink(), contextFor(worker.index));
    worker.isOpen = opened.has_value();
    return opened;
}

} // namespace millrace
