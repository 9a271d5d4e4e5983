// SPDX-License-Identifier: MIT
// What becomes of items that fail: separated from their batch, tried again, then dropped, routed, or the end of the run.
#include "engine/flow/BatchRows.h"
#include "engine/stages/TransformStage.h"
#include "metrics/Clock.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr uint64_t FirstPause = 10'000'000; ///< nanoseconds before the first retry; doubles with each
constexpr uint64_t LongestPause = 5'000'000'000;
constexpr int MostTickets = int(Domain::PauseBatches);

uint64_t pauseAfter(int attempts)
{
    return std::min(LongestPause, FirstPause << std::min(attempts - 1, 9));
}

std::vector<uint8_t> portsOf(const Batch &batch)
{
    std::vector<uint8_t> ports = batch.ports();
    ports.resize(batch.size(), 0);
    return ports;
}

std::vector<uint32_t> originalRowsOf(const Batch &batch)
{
    std::vector<uint32_t> rows(batch.size());
    for (uint32_t row = 0; row < rows.size(); ++row)
        rows[row] = batch.originalRow(row);
    return rows;
}

/// Where the item that each item was made of stood among those that came in. Where several of them share an original row, and
/// can't be told apart, the first.
std::vector<uint32_t> positionsIn(const std::vector<uint32_t> &before, const Batch &batch)
{
    std::vector<uint32_t> positions(batch.size());
    for (uint32_t row = 0; row < positions.size(); ++row) {
        const auto found = std::lower_bound(before.begin(), before.end(), batch.originalRow(row));
        positions[row] = uint32_t(std::min(found - before.begin(), ptrdiff_t(before.size()) - 1));
    }
    return positions;
}

void setPorts(Batch &batch, const std::vector<uint8_t> &ports)
{
    batch.clearVerdicts();
    for (size_t row = 0; row < ports.size(); ++row)
        if (ports[row] != 0)
            batch.sendTo(row, ports[row]);
}

} // namespace

std::unique_ptr<Failures> TransformStage::attempt(Pump &pump, Worker &worker, Batch &batch)
{
    Batch *copy = nullptr;
    if (!keepsItems()) {
        copy = pump.cache.take();
        copy->shareFrom(batch);
    }
    const Result<> applied = applySafely(*worker.step, batch);
    std::unique_ptr<Failures> failures;
    if (!applied || !batch.errors().empty())
        failures = takeApart(pump, worker, batch, copy ? *copy : batch, applied);
    if (copy)
        pump.cache.give(copy);
    return failures;
}

std::unique_ptr<Failures> TransformStage::takeApart(
    Pump &pump, Worker &worker, Batch &batch, const Batch &original, const Result<> &applied)
{
    auto failures = std::make_unique<Failures>();
    if (!applied)
        oneByOne(pump, worker, batch, original, applied.error(), *failures);
    else
        separate(pump, batch, original, *failures);
    if (batch.raw().rows > 0)
        failures->rows->setRaw(batch.takeRaw()); // for another try, see DecodeStage
    return failures;
}

/// The batch as a whole failed: each item on its own, so that only the guilty ones are lost.
void TransformStage::oneByOne(
    Pump &pump, Worker &worker, Batch &batch, const Batch &original, const Error &error, Failures &failures)
{
    failures.rows = pump.cache.take();
    if (original.size() <= 1) {
        failures.rows->shareFrom(original);
        for (uint32_t row = 0; row < original.size(); ++row) {
            failures.errors.push_back({0, error.kind, error.message, {}});
            failures.positions.push_back(row);
        }
        batch.clearItems();
        return;
    }
    Batch *good = pump.cache.take(), *one = pump.cache.take();
    good->shareFrom(original);
    good->clearItems();
    std::vector<uint8_t> ports;
    bool isFirst = true, hasText = false;
    for (uint32_t row = 0; row < original.size(); ++row) {
        one->copyRows(original, std::span(&row, 1));
        const Result<> applied = applySafely(*worker.step, *one);
        if (!applied || !one->errors().empty()) {
            ItemError itemError =
                applied ? one->errors().front() : ItemError{0, applied.error().kind, applied.error().message, {}};
            itemError.row = uint32_t(failures.errors.size());
            failures.errors.push_back(std::move(itemError));
            failures.positions.push_back(row);
            if (m_failurePolicy.endsAtFailure())
                break; // the items before it are written, those behind it aren't
            continue;
        }
        hasText |= !one->encoded().empty();
        for (size_t i = 0; i < one->size(); ++i)
            failures.goodPositions.push_back(row);
        const std::vector<uint8_t> itsPorts = portsOf(*one);
        ports.insert(ports.end(), itsPorts.begin(), itsPorts.end());
        one->clearVerdicts();
        if (std::exchange(isFirst, false))
            good->shareFrom(*one);
        else
            appendItems(*good, *one);
    }
    failures.rows->copyRows(original, failures.positions);
    batch.shareFrom(*good);
    setPorts(batch, ports);
    pump.cache.give(good);
    pump.cache.give(one);
    if (hasText)
        finishTogether(*worker.step, batch);
}

/// Single items failed: they leave the batch, the others stay.
void TransformStage::separate(Pump &pump, Batch &batch, const Batch &original, Failures &failures) const
{
    std::vector<ItemError> errors = std::move(batch.errors());
    std::stable_sort(errors.begin(), errors.end(),
                     [](const ItemError &a, const ItemError &b) { return a.row < b.row; });
    for (ItemError &error : errors) {
        if (!failures.positions.empty() && failures.positions.back() == error.row)
            continue; // the first reason is enough
        failures.positions.push_back(error.row);
        error.row = uint32_t(failures.errors.size());
        failures.errors.push_back(std::move(error));
    }
    failures.rows = pump.cache.take();
    failures.rows->copyRows(original, failures.positions);
    if (SchemaPtr cameWith = batch.takeSchemaOfFailed(); cameWith && &original == &batch)
        failures.rows->narrowTo(std::move(cameWith));
    if (m_plan.failsApart) {
        failures.goodPositions = positionsIn(originalRowsOf(original), batch);
        setPorts(batch, portsOf(batch));
        return;
    }
    failures.goodPositions = otherRows(batch.size(), failures.positions);
    std::vector<uint8_t> ports;
    for (const uint32_t row : failures.goodPositions)
        ports.push_back(batch.ports().empty() ? uint8_t(0) : batch.ports()[row]);
    batch.clearVerdicts();
    batch.keepRows(failures.goodPositions);
    setPorts(batch, ports);
}

void TransformStage::settle(Pump &, Worker &worker, Failures &failures)
{
    const size_t count = failures.errors.size();
    if (count == 0)
        return;
    failures.rows->takeRaw();
    worker.counters.errors.add(count);
    const ErrorPolicy policy = m_failurePolicy.policy();
    record(failures, worker);
    if (policy == ErrorPolicy::Stop) {
        const Batch &rows = *failures.rows;
        const ItemError &first = failures.errors.front();
        m_host.fail({rows.origin.sequence, rows.origin.source, -rank(), rows.originalRow(0)},
                    Error{first.kind, first.message}, id());
    }
    if (policy == ErrorPolicy::Route)
        addErrorFields(*failures.rows, id(), failures.errors, failures.attempts, m_host.placesOf(*failures.rows));
}

void TransformStage::record(const Failures &failures, const Worker &worker)
{
    const Batch &rows = *failures.rows;
    for (size_t row = 0; row < failures.errors.size(); ++row) {
        const ItemError &error = failures.errors[row];
        LogRecord record;
        record.level = LogLevel::Error;
        record.step = id();
        record.worker = worker.index;
        record.batch = int64_t(rows.origin.sequence);
        record.hasItem = true;
        record.itemId = rows.id(row);
        record.origin = m_host.originOf(rows, row);
        record.item = rows.item(row);
        record.kind = error.kind;
        record.message = error.message;
        record.trace = error.trace;
        record.attempts = failures.attempts;
        m_host.log().append(std::move(record));
    }
}

// Retries

void TransformStage::postpone(Batch *good, Failures failures)
{
    const uint64_t bytes = good->byteSize() + failures.rows->byteSize() + 2 * sizeof(Batch);
    const uint64_t due = steadyNanoseconds() + pauseAfter(failures.attempts);
    {
        std::lock_guard lock(m_ticketMutex);
        m_tickets.emplace(due, Ticket{good, std::move(failures), bytes});
        m_ticketCount.fetch_add(1, std::memory_order_release);
    }
    m_ticketBytes.fetch_add(bytes, std::memory_order_relaxed);
    if (m_domain) {
        m_domain->beginPause();
        if (m_domain->hasWaitingHead())
            m_domain->head()->schedule();
    }
    m_host.scheduleAt(due, *this);
}

/// The pause of a ticket is over, and it was tried again.
void TransformStage::endPause(const Ticket &ticket)
{
    m_ticketBytes.fetch_sub(ticket.bytes, std::memory_order_relaxed);
    if (m_domain)
        m_domain->endPause();
    m_ticketCount.fetch_sub(1, std::memory_order_release);
}

bool TransformStage::mayTakeMore() const
{
    return m_ticketCount.load(std::memory_order_relaxed) < MostTickets
           && m_ticketBytes.load(std::memory_order_relaxed) < Domain::PauseBytes;
}

bool TransformStage::isTicketDue()
{
    std::lock_guard lock(m_ticketMutex);
    return !m_tickets.empty() && m_tickets.begin()->first <= steadyNanoseconds();
}

bool TransformStage::takeTicket(Ticket &ticket)
{
    std::lock_guard lock(m_ticketMutex);
    const auto first = m_tickets.begin();
    if (first == m_tickets.end() || first->first > steadyNanoseconds())
        return false;
    ticket = std::move(first->second);
    m_tickets.erase(first);
    return true;
}

/// Tries the failed items again. What is settled then goes to pump.work or pump.lists.
void TransformStage::retry(Pump &pump, Worker &worker, Ticket ticket)
{
    Failures &before = ticket.failures;
    Batch *rows = before.rows, *good = ticket.good;
    worker.counters.retries.add(rows->size());
    std::vector<uint8_t> ports = portsOf(*good);
    StageMeter::Stopwatch watch(m_meter, pump, worker.counters, 1);
    const std::vector<uint32_t> tried = m_plan.failsApart ? originalRowsOf(*rows) : std::vector<uint32_t>();
    const std::unique_ptr<Failures> failures = attempt(pump, worker, *rows);
    watch.finish(1);
    Failures again = failures ? std::move(*failures) : Failures();
    if (m_plan.failsApart)
        again.goodPositions = positionsIn(tried, *rows);
    again.attempts = before.attempts + 1;
    if (!rows->isEmpty()) {
        const std::vector<uint8_t> itsPorts = portsOf(*rows);
        ports.insert(ports.end(), itsPorts.begin(), itsPorts.end());
        for (size_t i = 0; i < rows->size(); ++i)
            before.goodPositions.push_back(
                before.positions[again.goodPositions.empty() ? std::min(i, before.positions.size() - 1)
                                                             : again.goodPositions[i]]);
        rows->clearVerdicts();
        good->clearVerdicts();
        const bool hasText = !rows->encoded().empty() || !good->encoded().empty();
        if (good->isEmpty())
            good->shareFrom(*rows);
        else
            appendItems(*good, *rows);
        std::vector<uint8_t> sorted(ports.size());
        std::vector<uint32_t> order(ports.size());
        for (uint32_t i = 0; i < order.size(); ++i)
            order[i] = i;
        std::stable_sort(order.begin(), order.end(),
                         [&](uint32_t a, uint32_t b) { return before.goodPositions[a] < before.goodPositions[b]; });
        std::vector<uint32_t> positions;
        for (size_t i = 0; i < order.size(); ++i) {
            sorted[i] = ports[order[i]];
            positions.push_back(before.goodPositions[order[i]]);
        }
        sortItems(*good, before.goodPositions);
        before.goodPositions = std::move(positions);
        setPorts(*good, sorted);
        if (hasText)
            finishTogether(*worker.step, *good);
    }
    for (uint32_t &position : again.positions)
        position = before.positions[position];
    pump.cache.give(rows);
    again.goodPositions = std::move(before.goodPositions);
    if (!again.errors.empty() && again.attempts <= m_failurePolicy.retries()
        && good->origin.sequence <= m_host.stopSequence() && !m_host.isCancelled()) {
        postpone(good, std::move(again));
        endPause(ticket);
        return;
    }
    settle(pump, worker, again);
    endPause(ticket);
    worker.counters.itemsOut.add(good->size());
    const bool isRouted = m_failurePolicy.policy() == ErrorPolicy::Route;
    deliver(pump, good, isRouted ? again.rows : nullptr);
    if (again.rows)
        pump.cache.give(again.rows);
}

} // namespace millrace
