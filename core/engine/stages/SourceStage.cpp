// SPDX-License-Identifier: MIT
#include "engine/stages/SourceStage.h"

#include "data/errors/ExceptionError.h"
#include "engine/journal/RunJournal.h"
#include "metrics/Clock.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr uint64_t LeastItem = 8; ///< bytes

}

SourceStage::SourceStage(StageHost &host, const PlannedStep &plan, int step, uint32_t number, bool isTwoPhase)
    : Stage(host, plan, step)
    , m_number(number)
    , m_isTwoPhase(isTwoPhase)
    , m_mostItems(size_t(std::min(uint64_t(plan.batching.size), host.budget().batchBytes() / LeastItem)))
{
    m_workers.setLimit(1);
    if (const uint64_t most = host.options().itemsPerSource; most > 0)
        m_itemsLeft = most;
}

Result<> SourceStage::open()
{
    Worker *first = m_workers.take();
    Result<> opened = openWorker(*first);
    if (opened && m_host.options().resume)
        opened = passOver(static_cast<Source &>(*first->step), *m_host.options().resume);
    m_workers.giveBack(first);
    return opened;
}

/// What a source may leave alone, and letGo() hasn't emptied.
static void prepare(Batch &batch)
{
    batch.origin.lineOffsets.clear();
    batch.origin.firstRow = batch.origin.firstLine = 0;
}

/// What an earlier run has finished is read, for there is no other way to where it ended, and thrown away.
Result<> SourceStage::passOver(Source &source, const JournalEntry &entry)
{
    const auto files = source.repeatableFrom();
    const auto inputs = files ? inputsNow(*files) : Result<std::vector<JournalInput>>(std::vector<JournalInput>());
    if (!inputs)
        return inputs.forward();
    if (!files || *inputs != entry.inputs)
        return failure(ErrorKind::Io,
                       "Its files are not those that the run has read which is to be gone on with, or have "
                       "changed since. Run the pipeline from the beginning.");
    m_next = entry.sequence;
    m_isExhausted = entry.isComplete;
    if (entry.isComplete)
        return {};
    BatchPool::Cache cache(m_host.pool());
    Batch *batch = cache.take();
    Result<> passed;
    while (passed && m_numbered < entry.items && !m_host.isCancelled()) {
        prepare(*batch);
        const auto fetched = source.fetch(*batch, size_t(std::min<uint64_t>(m_mostItems, entry.items - m_numbered)));
        if (!fetched)
            passed = fetched.forward();
        else if (!*fetched)
            passed = failure(ErrorKind::Io, "It has fewer items than the run has read that is to be gone on with.");
        else
            m_numbered += itemsOf(*batch);
    }
    cache.give(batch);
    return passed;
}

bool SourceStage::begin(Pump &pump)
{
    if (m_hasEnded.load(std::memory_order_acquire)) {
        finishIfDone(); // who ended it may have left this to the thread that came in vain
        return false;
    }
    if (!enterExclusively())
        return false;
    pump.work.batches.clear();
    if (mustEnd()) {
        m_hasEnded.store(true, std::memory_order_release);
        leave();
        finishIfDone();
        return false;
    }
    const uint32_t admitted = domain()->room(m_next, m_meter.batchesAtOnce());
    if (admitted == 0)
        m_meter.noteBlocked();
    const uint32_t room = admitted ? m_outlets.reserve(admitted) : 0;
    if (room == 0) {
        leave();
        return false;
    }
    pump.work.room = room;
    return true;
}

/// A source that doesn't look at bytes itself is asked for fewer items once they have turned out large.
inline void SourceStage::learnItemSize(const Batch &batch)
{
    const uint64_t most = m_host.budget().batchBytes();
    const size_t items = batch.size();
    if (items < 2)
        return;
    const uint64_t bytes = batch.byteSize();
    if (bytes <= most) [[likely]]
        return;
    m_mostItems = std::max<size_t>(1, size_t(double(items) * double(most) / double(bytes)));
}

inline void SourceStage::number(Batch &batch)
{
    m_numbered += itemsOf(batch);
    batch.sequence = batch.origin.sequence = m_next++;
    batch.origin.source = m_number;
}

/// Items that failed within fetch() would be taken for failures of the next step.
void SourceStage::refuse(const Batch &batch, Worker &worker)
{
    const ItemError *const first = batch.errors().empty() ? nullptr : &batch.errors().front();
    failFetching(worker, {ErrorKind::Step, "Its fetch() failed items, which only decode() may do"
                                               + (first ? ": " + first->message : std::string("."))});
}

/// The source's next batch; null where it has no more, or failed, which it says.
inline Batch *SourceStage::fetchOne(Pump &pump, Worker &worker)
{
    if (m_isExhausted || m_itemsLeft == 0)
        return nullptr;
    Batch *batch = pump.cache.take();
    prepare(*batch);
    const auto most = size_t(std::min<uint64_t>(m_mostItems, m_itemsLeft));
    const Result<bool> fetched = caught([&] { return static_cast<Source &>(*worker.step).fetch(*batch, most); });
    if (fetched && *fetched && !batch->hasVerdicts()) [[likely]] {
        if (m_itemsLeft != UINT64_MAX) [[unlikely]]
            m_itemsLeft -= std::min<uint64_t>(m_itemsLeft, itemsOf(*batch));
        learnItemSize(*batch);
        return batch;
    }
    if (!fetched)
        failFetching(worker, fetched.error());
    else if (batch->hasVerdicts())
        refuse(*batch, worker);
    m_isExhausted = true;
    pump.cache.give(batch);
    return nullptr;
}

/// Whether the source has nothing more at hand. One that throws fails the run, and has no more.
inline bool SourceStage::wouldWait(Worker &worker)
{
    const Result<bool> waits =
        caught([&]() -> Result<bool> { return static_cast<const Source &>(*worker.step).wouldWait(); });
    if (waits) [[likely]]
        return *waits;
    failFetching(worker, waits.error());
    m_isExhausted = true;
    return true;
}

/// As fetchPlain(), by one call: for sources that are quick, so that a stop may wait for the whole chunk.
uint32_t SourceStage::fetchQuick(Pump &pump, Worker &worker, std::vector<Batch *> &batches, uint64_t &items)
{
    for (Batch *&batch : batches) {
        batch = pump.cache.take();
        prepare(*batch);
    }
    size_t count = 0;
    const Result<bool> fetched =
        caught([&] { return static_cast<Source &>(*worker.step).fetchAll(batches, m_mostItems, count); });
    m_isExhausted = !fetched || !*fetched;
    for (size_t i = 0; i < count; ++i) {
        if (batches[i]->hasVerdicts()) [[unlikely]] {
            refuse(*batches[i], worker);
            m_isExhausted = true;
            count = i;
            break;
        }
        number(*batches[i]);
        items += batches[i]->size();
    }
    if (!fetched)
        failFetching(worker, fetched.error());
    for (size_t i = count; i < batches.size(); ++i)
        pump.cache.give(batches[i]);
    return uint32_t(count);
}

/// The common case in place, where a last batch needs no care: fills `batches` from the front, as far as the source has some.
/// Returns how many, and counts the items.
uint32_t SourceStage::fetchPlain(Pump &pump, Worker &worker, std::vector<Batch *> &batches, uint64_t &items)
{
    uint32_t count = 0;
    while (count < batches.size() && !mustEnd() && (count == 0 || !wouldWait(worker))) {
        Batch *batch = fetchOne(pump, worker);
        if (!batch)
            break;
        number(*batch);
        items += itemsOf(*batch);
        batches[count++] = batch;
    }
    return count;
}

void SourceStage::failFetching(Worker &worker, const Error &error)
{
    if (m_host.isStopping() && error.kind == ErrorKind::Interrupted)
        return; // it waited for another program, and ends here as all sources do
    worker.counters.errors.add(1);
    LogRecord record;
    record.level = LogLevel::Error;
    record.step = id();
    record.kind = error.kind;
    record.message = error.message;
    m_host.log().append(std::move(record));
    m_host.fail({m_next, m_number, -rank(), 0}, error, id());
}

/// Drops or pads the batch if it has too few items and no other follows.
Batch *SourceStage::treatIfLast(Pump &pump, Worker &worker, Batch *batch)
{
    const Batching &batching = m_plan.batching;
    if (itemsOf(*batch) >= size_t(batching.size))
        return batch;
    m_ahead = fetchOne(pump, worker);
    if (m_ahead)
        return batch;
    if (batching.incomplete == Batching::Incomplete::Drop) {
        pump.cache.give(batch);
        return nullptr;
    }
    batch->setPadTo(uint32_t(batching.size));
    if (!m_isTwoPhase)
        batch->pad(size_t(batching.size), batching.padDataInputs, batching.padExpectedOutputs);
    return batch;
}

/// The next batch with its number; null at the end.
inline Batch *SourceStage::fetch(Pump &pump, Worker &worker)
{
    const Batching &batching = m_plan.batching;
    Batch *batch = m_ahead ? std::exchange(m_ahead, nullptr) : fetchOne(pump, worker);
    if (batch && batching.incomplete != Batching::Incomplete::Keep)
        batch = treatIfLast(pump, worker, batch);
    if (!batch) {
        if (m_next > 0)
            return nullptr;
        batch = makeEmpty(pump); // so that even an empty stream has its fields, and a sink its header
    }
    number(*batch);
    return batch;
}

/// Fills pump.work as far as there is room.
void SourceStage::performFused(Pump &pump, Worker &worker)
{
    if (RunJournal *journal = m_host.journal(); journal && journal->wantsMark())
        journal->mark(m_next, m_numbered);
    std::vector<Batch *> &batches = pump.work.batches;
    const uint32_t room = pump.work.room;
    uint64_t items = 0;
    uint32_t count = 0;
    const auto &source = static_cast<const Source &>(*worker.step);
    batches.resize(room);
    if (m_plan.batching.incomplete == Batching::Incomplete::Keep && !m_isExhausted)
        count = source.isQuick() && !m_isTwoPhase && m_itemsLeft == UINT64_MAX && !mustEnd()
                    ? fetchQuick(pump, worker, batches, items)
                    : fetchPlain(pump, worker, batches, items);
    while (count < room && !mustEnd() && (count == 0 || !wouldWait(worker))) {
        Batch *batch = fetch(pump, worker);
        if (!batch) {
            m_hasEnded.store(true, std::memory_order_release);
            break;
        }
        items += itemsOf(*batch);
        batches[count++] = batch;
    }
    batches.resize(count);
    worker.counters.batchesOut.add(batches.size());
    worker.counters.itemsOut.add(items);
    m_itemsRead.add(items);
    if (count > 0) {
        const uint64_t now = steadyNanoseconds() - m_host.startedAt();
        for (const Batch *batch : batches)
            m_readTimes.note(batch->origin.sequence, now);
    }
}

Stage *SourceStage::perform(Pump &pump)
{
    if (Stage *next = nullptr; m_fusedChain->run(pump, next))
        return next;
    std::vector<Batch *> &batches = pump.work.batches;
    const uint32_t room = pump.work.room;
    Worker *worker = m_workers.take();
    {
        StageMeter::Stopwatch watch(m_meter, pump, worker->counters, room);
        performFused(pump, *worker);
        watch.finish(uint32_t(batches.size()));
    }
    m_workers.giveBack(worker);
    m_outlets.giveBack(room - uint32_t(batches.size()));
    if (!m_outlets.isSimple()) {
        m_outlets.clearLists(pump);
        for (Batch *batch : batches)
            m_outlets.shareOut(pump, batch);
        batches.clear();
    }
    if (!m_hasEnded.load(std::memory_order_relaxed)) {
        Stage *next = handOn(pump);
        schedule();
        return next;
    }
    return handOn(pump);
}

Batch *SourceStage::makeEmpty(Pump &pump)
{
    Batch *batch = pump.cache.take();
    const SchemaPtr schema = source().schema();
    batch->renew();
    batch->reset(schema ? schema : emptySchema());
    batch->setSize(0);
    batch->setPadTo(0);
    m_isExhausted = true;
    return batch;
}

void SourceStage::drop()
{
    if (m_ahead) {
        BatchPool::Cache cache(m_host.pool());
        cache.give(std::exchange(m_ahead, nullptr));
    }
    Stage::drop();
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
    auto &source = static_cast<Source &>(step);
    const RawText raw = batch.raw();
    if (raw.rows == 0)
        reset(batch);
    else if (batch.isEmpty())
        decode(source, batch);
    else
        decodeAgain(source, batch);
    batch.takeRaw();
    if (batch.padTo() > 0) {
        const Batching &batching = m_plan.batching;
        batch.pad(batch.padTo(), batching.padDataInputs, batching.padExpectedOutputs);
        batch.setPadTo(0);
    }
    if (m_failurePolicy.retries() > 0 && batch.hasVerdicts())
        batch.setRaw(raw);
    return {};
}

void DecodeStage::reset(Batch &batch) const
{
    const SchemaPtr schema = m_fetch.source().schema();
    batch.reset(schema ? schema : emptySchema());
}

/// What can't be decoded as a whole can't be told apart either, so all its items have failed.
void DecodeStage::decode(Source &source, Batch &batch) const
{
    const auto items = size_t(batch.raw().rows);
    const Result<> decoded = caught([&] { return source.decode(batch); });
    if (decoded)
        return;
    reset(batch);
    for (size_t column = 0; column < batch.columnCount(); ++column)
        for (size_t row = 0; row < items; ++row)
            batch.columnToChange(column).appendNull();
    batch.setSize(items);
    for (size_t row = 0; row < items; ++row)
        batch.fail(row, decoded.error().kind, decoded.error().message);
}

/// Items that failed, which have brought along the text of their batch: it is decoded once more, and their places in it are looked
/// at.
void DecodeStage::decodeAgain(Source &source, Batch &failed) const
{
    Batch whole;
    whole.sequence = failed.sequence;
    whole.origin = failed.origin;
    whole.setFirstId(failed.firstId());
    whole.setRaw(failed.takeRaw());
    decode(source, whole);
    std::vector<uint32_t> rows;
    for (uint32_t row = 0, next = 0; row < whole.size() && next < failed.size(); ++row)
        if (whole.originalRow(row) == failed.originalRow(next)) {
            rows.push_back(row);
            ++next;
        }
    const std::vector<ItemError> errors = std::move(whole.errors());
    failed.copyRows(whole, rows);
    for (const ItemError &error : errors)
        if (const auto found = std::lower_bound(rows.begin(), rows.end(), error.row);
            found != rows.end() && *found == error.row)
            failed.fail(size_t(found - rows.begin()), error.kind, error.message, error.trace);
}

} // namespace millrace
