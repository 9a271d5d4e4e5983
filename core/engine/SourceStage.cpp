// SPDX-License-Identifier: MIT
#include "engine/SourceStage.h"

namespace millrace {

SourceStage::SourceStage(Engine &engine, const PlannedStep &plan, int step, uint32_t number, bool isTwoPhase)
    : Stage(engine, plan, step), m_number(number), m_isTwoPhase(isTwoPhase)
{
    m_limit.store(1, std::memory_order_relaxed);
}

Result<> SourceStage::open()
{
    Worker *first = takeWorker();
    Result<> opened = openWorker(*first);
    returnWorker(first);
    return opened;
}

bool SourceStage::mustEnd() const
{
    return m_engine.isStopping() || m_next > m_engine.stopSequence();
}

bool SourceStage::begin(Pump &pump)
{
    if (m_hasEnded.load(std::memory_order_acquire)) {
        finishIfDone(); // who ended it may have left this to the thread that came in vain
        return false;
    }
    if (!enterAlone())
        return false;
    pump.work.batches.clear();
    if (mustEnd()) {
        m_hasEnded.store(true, std::memory_order_release);
        leave();
        finishIfDone();
        return false;
    }
    const uint32_t admitted = domain()->room(m_next, batchesAtOnce());
    if (admitted == 0)
        noteBlocked();
    const uint32_t room = admitted ? reserveOutputs(admitted) : 0;
    if (room == 0) {
        leave();
        return false;
    }
    pump.work.room = room;
    return true;
}

Stage *SourceStage::perform(Pump &pump)
{
    std::vector<Batch *> &batches = pump.work.batches;
    const uint32_t room = pump.work.room;
    Worker *worker = takeWorker();
    uint64_t items = 0;
    {
        Stopwatch watch(*this, pump, *worker, room);
        while (batches.size() < room && !mustEnd()) {
            Batch *batch = fetch(pump, *worker);
            if (!batch) {
                m_hasEnded.store(true, std::memory_order_release);
                break;
            }
            items += m_isTwoPhase ? batch->rawRows : batch->size();
            batches.push_back(batch);
        }
        watch.finish(uint32_t(batches.size()));
    }
    worker->counters.batchesOut.add(batches.size());
    worker->counters.itemsOut.add(items);
    returnWorker(worker);
    giveBackOutputs(room - uint32_t(batches.size()));
    pump.lists.resize(std::max(pump.lists.size(), m_outputs.size()));
    for (size_t i = 0; i < m_outputs.size(); ++i)
        pump.lists[i].clear();
    if (m_outputs.size() > 1) {
        for (size_t i = 0; i + 1 < m_outputs.size(); ++i)
            for (const Batch *batch : batches) {
                Batch *copy = pump.cache.take();
                copy->shareFrom(*batch);
                copy->padTo = 0;
                if (m_outputs[i].port == PlannedLink::ErrorPort)
                    copy->clearItems();
                pump.lists[i].push_back(copy);
            }
        pump.lists[m_outputs.size() - 1].assign(batches.begin(), batches.end());
        batches.clear();
    }
    if (!m_hasEnded.load(std::memory_order_relaxed)) {
        Stage *next = handOn(pump);
        schedule();
        return next;
    }
    return handOn(pump);
}

/// The next batch with its number; null at the end.
Batch *SourceStage::fetch(Pump &pump, Worker &worker)
{
    const Batching &batching = m_plan.batching;
    Batch *batch = m_ahead ? std::exchange(m_ahead, nullptr) : fetchOne(pump, worker);
    if (batch && batching.incomplete != Batching::Incomplete::Keep) {
        const size_t items = m_isTwoPhase ? batch->rawRows : batch->size();
        if (items < size_t(batching.size)) {
            m_ahead = fetchOne(pump, worker);
            if (!m_ahead && batching.incomplete == Batching::Incomplete::Drop) {
                pump.cache.give(batch);
                batch = nullptr;
            } else if (!m_ahead) {
                batch->padTo = uint32_t(batching.size);
                if (!m_isTwoPhase)
                    batch->pad(size_t(batching.size), batching.padDataInputs, batching.padExpectedOutputs);
            }
        }
    }
    if (!batch) {
        if (m_next > 0)
            return nullptr;
        batch = makeEmpty(pump); // so that even an empty stream has its fields, and a sink its header
    }
    batch->sequence = batch->origin.sequence = m_next++;
    batch->origin.source = m_number;
    return batch;
}

Batch *SourceStage::fetchOne(Pump &pump, Worker &worker)
{
    if (m_isExhausted)
        return nullptr;
    Batch *batch = pump.cache.take();
    batch->rawRows = 0;
    batch->padTo = 0;
    batch->origin.lineOffsets.clear();
    batch->origin.firstRow = batch->origin.firstLine = 0;
    const Result<bool> fetched = fetchSafely(static_cast<Source &>(*worker.step), *batch);
    if (fetched && *fetched)
        return batch;
    m_isExhausted = true;
    pump.cache.give(batch);
    if (!fetched) {
        worker.counters.errors.add(1);
        LogRecord record;
        record.level = LogLevel::Error;
        record.step = id();
        record.kind = fetched.error().kind;
        record.message = fetched.error().message;
        m_engine.log().append(std::move(record));
        m_engine.fail({m_next, m_number, -rank(), 0}, fetched.error(), id());
    }
    return nullptr;
}

Result<bool> SourceStage::fetchSafely(Source &source, Batch &batch)
{
    try {
        return source.fetch(batch, size_t(m_plan.batching.size));
    } catch (const std::exception &exception) {
        return failure("exception", exception.what());
    }
}

Batch *SourceStage::makeEmpty(Pump &pump)
{
    Batch *batch = pump.cache.take();
    const SchemaPtr schema = source().schema();
    batch->renew();
    batch->reset(schema ? schema : emptySchema());
    batch->setSize(0);
    batch->padTo = 0;
    m_isExhausted = true;
    return batch;
}

Result<> DecodeStage::openWorker(Worker &worker)
{
    auto made = m_plan.make(worker.index);
    if (!made)
        return made.forward();
    worker.step = *std::move(made);
    auto opened = static_cast<Source &>(*worker.step).openDecoder(m_fetch.source(), contextFor(worker.index));
    worker.isOpen = opened.has_value();
    return opened;
}

Result<> DecodeStage::apply(Step &step, Batch &batch)
{
    if (batch.rawRows > 0) {
        Result<> decoded = static_cast<Source &>(step).decode(batch);
        if (!decoded)
            return decoded;
        batch.rawRows = 0;
        batch.raw.reset();
    } else {
        const SchemaPtr schema = m_fetch.source().schema();
        batch.reset(schema ? schema : emptySchema());
    }
    if (batch.padTo > 0) {
        const Batching &batching = m_plan.batching;
        batch.pad(batch.padTo, batching.padDataInputs, batching.padExpectedOutputs);
        batch.padTo = 0;
    }
    return {};
}

} // namespace millrace
