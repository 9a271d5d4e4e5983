// SPDX-License-Identifier: MIT
#include "engine/workers/Failures.h"

#include "engine/flow/BatchRows.h"
#include "failures/FailedItemsFile.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

namespace millrace {

namespace {

std::vector<uint8_t> portsOf(const Batch &batch)
{
    std::vector<uint8_t> ports = batch.ports();
    ports.resize(batch.size(), 0);
    return ports;
}

void addPortsOf(const Batch &batch, std::vector<uint8_t> &ports)
{
    const std::vector<uint8_t> its = portsOf(batch);
    ports.insert(ports.end(), its.begin(), its.end());
}

void setPorts(Batch &batch, const std::vector<uint8_t> &ports)
{
    batch.clearVerdicts();
    for (size_t row = 0; row < ports.size(); ++row)
        if (ports[row] != 0)
            batch.sendTo(row, ports[row]);
}

/// On the disk, while there is room; what keeps it from there is said once.
void keepFailed(StageHost &host, const LogRecord &record)
{
    FailedItemsFile *file = host.failedItems();
    if (!file)
        return;
    if (!file->takesMore())
        file->leaveOut(1);
    else if (const auto kept = file->add(std::span(&record, 1)); !kept)
        host.log().warn({}, kept.error().message);
}

/// All items of a batch that failed as a whole.
Failures allFailed(Pump &pump, const Batch &original, const Error &error)
{
    Failures failures;
    failures.rows = pump.cache.take();
    failures.rows->shareFrom(original);
    for (uint32_t row = 0; row < original.size(); ++row) {
        failures.errors.push_back({0, error.kind, error.message, {}});
        failures.positions.push_back(row);
    }
    return failures;
}

} // namespace

std::vector<uint32_t> originalRowsOf(const Batch &batch)
{
    std::vector<uint32_t> rows(batch.size());
    for (uint32_t row = 0; row < rows.size(); ++row)
        rows[row] = batch.originalRow(row);
    return rows;
}

std::vector<uint32_t> positionsIn(const std::vector<uint32_t> &before, const Batch &batch)
{
    std::vector<uint32_t> positions(batch.size());
    for (uint32_t row = 0; row < positions.size(); ++row) {
        const auto found = std::lower_bound(before.begin(), before.end(), batch.originalRow(row));
        positions[row] = uint32_t(std::min(found - before.begin(), ptrdiff_t(before.size()) - 1));
    }
    return positions;
}

Failures tryOneByOne(Pump &pump,
                     Batch &batch,
                     const Batch &original,
                     const Error &error,
                     const FailurePolicy &policy,
                     const std::function<Result<>(Batch &)> &apply)
{
    if (original.size() <= 1) {
        Failures failures = allFailed(pump, original, error);
        batch.clearItems();
        return failures;
    }
    Failures failures;
    failures.rows = pump.cache.take();
    Batch *good = pump.cache.take(), *one = pump.cache.take();
    good->shareFrom(original);
    good->clearItems();
    std::vector<uint8_t> ports;
    bool isFirst = true;
    for (uint32_t row = 0; row < original.size(); ++row) {
        one->copyRows(original, std::span(&row, 1));
        const Result<> applied = apply(*one);
        if (!applied || !one->errors().empty()) {
            ItemError itemError =
                applied ? one->errors().front() : ItemError{0, applied.error().kind, applied.error().message, {}};
            itemError.row = uint32_t(failures.errors.size());
            failures.errors.push_back(std::move(itemError));
            failures.positions.push_back(row);
            if (policy.endsAtFailure())
                break; // the items before it are written, those behind it aren't
            continue;
        }
        for (size_t i = 0; i < one->size(); ++i)
            failures.goodPositions.push_back(row);
        addPortsOf(*one, ports);
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
    return failures;
}

Failures separateFailed(Pump &pump, Batch &batch, const Batch &original, bool failsApart)
{
    Failures failures;
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
    if (failsApart) {
        failures.goodPositions = positionsIn(originalRowsOf(original), batch);
        setPorts(batch, portsOf(batch));
        return failures;
    }
    failures.goodPositions = otherRows(batch.size(), failures.positions);
    std::vector<uint8_t> ports;
    for (const uint32_t row : failures.goodPositions)
        ports.push_back(batch.ports().empty() ? uint8_t(0) : batch.ports()[row]);
    batch.clearVerdicts();
    batch.keepRows(failures.goodPositions);
    setPorts(batch, ports);
    return failures;
}

void joinRetried(Batch &good, Batch &retried, Failures &before, const Failures &again)
{
    if (retried.isEmpty())
        return;
    std::vector<uint8_t> ports = portsOf(good);
    addPortsOf(retried, ports);
    for (size_t i = 0; i < retried.size(); ++i)
        before.goodPositions.push_back(
            before.positions[again.goodPositions.empty() ? std::min(i, before.positions.size() - 1)
                                                         : again.goodPositions[i]]);
    retried.clearVerdicts();
    good.clearVerdicts();
    if (good.isEmpty())
        good.shareFrom(retried);
    else
        appendItems(good, retried);
    std::vector<uint32_t> order(ports.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return before.goodPositions[a] < before.goodPositions[b]; });
    std::vector<uint8_t> sorted;
    std::vector<uint32_t> positions;
    for (const uint32_t row : order) {
        sorted.push_back(ports[row]);
        positions.push_back(before.goodPositions[row]);
    }
    sortItems(good, before.goodPositions);
    before.goodPositions = std::move(positions);
    setPorts(good, sorted);
}

void logFailures(StageHost &host, const std::string &step, int worker, const Failures &failures, bool areLost)
{
    const Batch &rows = *failures.rows;
    for (size_t row = 0; row < failures.errors.size(); ++row) {
        const ItemError &error = failures.errors[row];
        LogRecord record; // one at a time: its item may be large, and the log keeps little of it
        record.level = LogLevel::Error;
        record.step = step;
        record.worker = worker;
        record.batch = int64_t(rows.origin.sequence);
        record.hasItem = true;
        record.itemId = rows.id(row);
        record.origin = host.originOf(rows, row);
        record.item = rows.item(row);
        record.kind = error.kind;
        record.message = error.message;
        record.trace = error.trace;
        record.attempts = failures.attempts;
        if (areLost)
            keepFailed(host, record);
        host.log().append(std::move(record));
    }
}

} // namespace millrace
