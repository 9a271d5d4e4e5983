// SPDX-License-Identifier: MIT
#include "engine/stages/SinkStage.h"

#include "data/errors/ExceptionError.h"
#include "engine/journal/RunJournal.h"

namespace millrace {

namespace {

/// Nanoseconds that a call for several batches, which a stop can't break off, should take.
constexpr uint64_t MostWrittenAtOnce = 20'000;

} // namespace

Result<> SinkStage::open()
{
    if (m_isOpen)
        return {};
    if (const auto &resume = m_host.options().resume)
        for (const auto &joiner : m_joiners)
            joiner->startAt(resume->sequence);
    Result<> opened = SerialStage::open();
    m_isOpen = opened.has_value();
    return opened;
}

std::vector<Joiner *> SinkStage::joinersOf(uint16_t input)
{
    // Asked before anything is opened: whether the order matters follows from the parameters alone.
    if (auto made = caught([&] { return m_plan.make(0); }))
        m_isOrdered = static_cast<Sink &>(**made).isOrdered();
    return m_isOrdered ? SerialStage::joinersOf(input) : std::vector<Joiner *>();
}

inline void SinkStage::write(Pump &pump, Worker &worker, Batch *batch, WriteCount &written)
{
    if ((m_host.stopSequence() == UINT64_MAX || batch->origin.sequence <= m_host.stopSequence())
        && !m_host.isCancelled()) {
        if (m_host.journal() && batch->sequence == m_host.journal()->awaited()) [[unlikely]]
            tellJournal(static_cast<Sink &>(*worker.step));
        const Result<> result = caught([&] { return static_cast<Sink &>(*worker.step).write(*batch); });
        if (!result) {
            failWriting(worker, *batch, result.error());
        } else {
            settleVerdicts(pump, worker, *batch);
            ++written.batches;
            written.items += batch->size();
            m_meter.noteThrough(batch->origin);
        }
    }
    pump.cache.give(batch);
}

/// All that was given before the marked moment has been written.
void SinkStage::tellJournal(Sink &sink)
{
    RunJournal &journal = *m_host.journal();
    if (m_isOrdered && sink.resuming() == Sink::Resuming::ByCheckpoint && !journal.hasTold(id()))
        journal.tell(id(), caught([&] { return sink.checkpoint(); }));
}

inline void SinkStage::settleVerdicts(Pump &pump, Worker &worker, Batch &batch)
{
    if (!batch.hasVerdicts() || batch.errors().empty()) [[likely]]
        return;
    Failures failures = separateFailed(pump, batch, batch, m_plan.failsApart);
    settle(pump, worker, failures);
    pump.cache.give(failures.rows);
}

/// Whether the journal waits for a moment between these, so that they must be written one by one.
bool SinkStage::isMarkedAmong(std::span<Batch *const> batches) const
{
    if (!m_host.journal() || batches.empty())
        return false;
    const uint64_t awaited = m_host.journal()->awaited();
    return awaited >= batches.front()->sequence && awaited <= batches.back()->sequence;
}

/// Where it is known to be cheap: writes what has come in its turn by one call, as far as all goes well, and gives it to the pool.
/// Returns how many batches it has dealt with, and counts the items that they came with.
size_t SinkStage::writeInOrder(
    Pump &pump, Worker &worker, std::span<Batch *const> batches, WriteCount &written, uint64_t &items)
{
    Joiner &joiner = *m_joiners[0];
    auto &sink = static_cast<Sink &>(*worker.step);
    const uint64_t cost = m_meter.nanosecondsPerBatch();
    if (cost == 0 || cost * batches.size() > MostWrittenAtOnce || m_host.stopSequence() != UINT64_MAX
        || m_host.isCancelled() || isMarkedAmong(batches)
        || (m_isOrdered && (joiner.held() > 0 || !joiner.areNext(batches))))
        return 0;
    BatchProgress progress;
    const Result<> result = caught([&] { return sink.writeAll(batches, progress); });
    written.batches += progress.done;
    written.items += progress.itemsOut;
    items += progress.itemsIn;
    size_t dealtWith = progress.done;
    if (dealtWith < batches.size()) [[unlikely]] {
        Batch &last = *batches[dealtWith++];
        if (!result) {
            failWriting(worker, last, result.error());
        } else {
            settleVerdicts(pump, worker, last);
            ++written.batches;
            written.items += last.size();
        }
    }
    if (m_isOrdered)
        joiner.pass(dealtWith);
    if (dealtWith > 0 && !m_isFused) // the chain looks itself, now and then
        m_meter.noteThrough(batches.front()->origin);
    for (Batch *batch : batches.first(dealtWith))
        pump.cache.give(batch);
    return dealtWith;
}

void SinkStage::performFused(Pump &pump, Worker &worker)
{
    std::vector<Batch *> &batches = pump.work.batches;
    m_isFused = true;
    worker.counters.batchesIn.add(batches.size());
    worker.counters.itemsIn.add(writeAll(pump, worker, batches));
    batches.clear();
    publish();
}

Batch *SinkStage::next(Pump &pump, Worker &worker)
{
    m_isFused = false;
    writeAll(pump, worker, m_arrived);
    m_arrived.clear();
    return nullptr;
}

/// What has come in its turn; what is early waits in the joiner. Returns the items that have come.
uint64_t SinkStage::writeAll(Pump &pump, Worker &worker, const std::vector<Batch *> &arrived)
{
    Joiner &joiner = *m_joiners[0];
    WriteCount written;
    uint64_t items = 0;
    const size_t dealtWith = writeInOrder(pump, worker, arrived, written, items);
    for (Batch *batch : std::span(arrived).subspan(dealtWith)) {
        items += batch->size();
        if (!m_isOrdered || joiner.pass(*batch))
            write(pump, worker, batch, written);
        else
            hold(0, batch);
        if (joiner.held() > 0)
            while (Batch *ready = takeHeld(0))
                write(pump, worker, ready, written);
    }
    worker.counters.batchesOut.add(written.batches);
    worker.counters.itemsOut.add(written.items);
    m_itemsWritten.add(written.items);
    return items;
}

void SinkStage::failWriting(Worker &worker, const Batch &batch, const Error &error)
{
    worker.counters.errors.add(1);
    LogRecord record;
    record.level = LogLevel::Error;
    record.step = id();
    record.kind = error.kind;
    record.message = error.message;
    m_host.log().append(std::move(record));
    m_host.fail({batch.origin.sequence, batch.origin.source, -rank(), 0}, error, id());
}

Result<> EncodeStage::open()
{
    if (auto opened = m_sink.open(); !opened)
        return opened;
    return TransformStage::open();
}

/// The text of each stayed with the batch that it was made in: they are encoded once more, or they'd be written as nothing.
void EncodeStage::finishTogether(Step &step, Batch &batch)
{
    Result<> encoded = applySafely(step, batch);
    if (encoded && !batch.errors().empty())
        encoded = Failure{Error{batch.errors().front().kind, batch.errors().front().message}};
    if (encoded)
        return;
    m_host.fail({batch.origin.sequence, batch.origin.source, -rank(), 0}, encoded.error(), id());
    m_host.cancel();
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
