// SPDX-License-Identifier: MIT
#include "engine/stages/CombineStage.h"

#include "data/FieldLimit.h"
#include "data/text/UniqueNames.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>

namespace millrace {

namespace {

/// For items of two batches that come from the same source batch: the rows of each whose items belong together, by the row
/// that they came from; the n-th item of a row to the n-th.
void matchRows(const Batch &a, std::vector<uint32_t> &rowsOfA, const Batch &b, std::vector<uint32_t> &rowsOfB)
{
    std::vector<uint32_t> keptA, keptB;
    size_t i = 0, j = 0;
    while (i < rowsOfA.size() && j < b.size()) {
        const uint32_t left = a.originalRow(rowsOfA[i]), right = b.originalRow(j);
        if (left == right) {
            keptA.push_back(rowsOfA[i++]);
            keptB.push_back(uint32_t(j++));
        } else if (left < right) {
            ++i;
        } else {
            ++j;
        }
    }
    rowsOfA = std::move(keptA);
    rowsOfB = std::move(keptB);
}

} // namespace

void CombineStage::prepareInputs()
{
    SerialStage::prepareInputs();
    m_held->addRows(m_producers.size());
    for (const Stage *producer : m_producers)
        m_isAligned &= producer->domain() == m_producers[0]->domain();
    m_waiting.resize(m_producers.size());
    m_used.resize(m_producers.size(), 0);
    m_leftOut.resize(m_producers.size(), 0);
}

std::vector<Joiner *> CombineStage::joinersOf(uint16_t input)
{
    return m_plan.combine == CombineMode::Merge ? std::vector<Joiner *>() : SerialStage::joinersOf(input);
}

void CombineStage::drop()
{
    BatchPool::Cache cache(m_host.pool());
    for (Batch *batch : m_arrived)
        cache.give(batch);
    m_arrived.clear();
    for (auto &waiting : m_waiting) {
        for (Batch *batch : waiting)
            cache.give(batch);
        waiting.clear();
    }
    SerialStage::drop();
}

/// Says what was left out for want of partners.
void CombineStage::closeWorkers()
{
    std::string text;
    for (size_t i = 0; i < m_leftOut.size(); ++i)
        if (m_leftOut[i] > 0)
            text += (text.empty() ? "" : ", ") + std::to_string(m_leftOut[i]) + " of \"" + m_producers[i]->id() + '"';
    if (!text.empty())
        m_host.log().warn(id(), "Items were left out (" + text
                                    + "): mode \"fields\" puts together what came of the same item of the source, and "
                                      "not every branch had one for these.");
    SerialStage::closeWorkers();
}

void CombineStage::accept(Pump &pump, Batch *batch)
{
    if (m_plan.combine == CombineMode::Merge) {
        m_arrived.push_back(batch);
        m_arrivedCount.store(uint32_t(m_arrived.size()), std::memory_order_relaxed);
        return;
    }
    const size_t input = inputOf(*batch);
    hold(input, batch);
    if (m_plan.combine != CombineMode::Items || input == m_current)
        return;
    // Its turn comes later: what is in order leaves the window now, or the branch before it could never go on.
    while (Batch *next = takeHeld(input)) {
        Batch *spare = nullptr;
        if (auto kept = m_held->push(input, next, spare); !kept)
            failKeeping(*next, kept.error());
        if (spare)
            pump.cache.give(spare);
    }
}

uint32_t CombineStage::mostTaken(uint32_t room) const
{
    if (m_plan.combine != CombineMode::Merge)
        return UINT32_MAX;
    return room - std::min(room, uint32_t(m_arrived.size()));
}

Batch *CombineStage::next(Pump &pump, Worker &)
{
    switch (m_plan.combine) {
    case CombineMode::Items: return nextOfItems(pump);
    case CombineMode::Batches: return nextOfBatches();
    case CombineMode::Fields: return m_isAligned ? nextOfFields(pump) : nextSlice(pump);
    case CombineMode::Merge:
    case CombineMode::None: break;
    }
    if (m_arrived.empty())
        return nullptr;
    Batch *batch = m_arrived.front();
    m_arrived.pop_front();
    m_arrivedCount.store(uint32_t(m_arrived.size()), std::memory_order_relaxed);
    return batch;
}

Batch *CombineStage::nextOfItems(Pump &pump)
{
    while (m_current < m_joiners.size()) {
        if (!m_held->isEmpty(m_current)) {
            Batch *spare = pump.cache.take();
            bool isUsed = false;
            const Result<Batch *> kept = m_held->pop(m_current, spare, isUsed);
            if (!kept)
                failKeeping(*spare, kept.error());
            if (!isUsed)
                pump.cache.give(spare);
            return kept ? *kept : nullptr;
        }
        if (Batch *batch = takeHeld(m_current))
            return batch;
        if (!isExhausted(m_current))
            return nullptr;
        ++m_current;
    }
    return nullptr;
}

Batch *CombineStage::nextOfBatches()
{
    for (size_t tried = 0; tried < m_joiners.size(); ++tried) {
        const size_t input = m_current;
        Batch *batch = takeHeld(input);
        if (!batch && !isExhausted(input))
            return nullptr;
        m_current = (input + 1) % m_joiners.size();
        if (batch)
            return batch;
    }
    return nullptr;
}

Batch *CombineStage::nextOfFields(Pump &pump)
{
    for (const auto &joiner : m_joiners)
        if (!joiner->isNextHere())
            return nullptr;
    std::vector<Batch *> parts;
    for (size_t input = 0; input < m_joiners.size(); ++input)
        parts.push_back(takeHeld(input));

    bool isMatched = true;
    for (const Batch *part : parts)
        isMatched &= !part->hasOriginalRows() && part->size() == parts[0]->size();
    if (!isMatched) {
        for (size_t i = 0; i < parts.size(); ++i)
            m_leftOut[i] += parts[i]->size();
        std::vector<uint32_t> rows(parts[0]->size()), others;
        std::iota(rows.begin(), rows.end(), 0u);
        for (size_t i = 1; i < parts.size(); ++i)
            matchRows(*parts[0], rows, *parts[i], others);
        for (size_t i = 1; i < parts.size(); ++i) {
            std::vector<uint32_t> mine = rows;
            matchRows(*parts[0], mine, *parts[i], others);
            parts[i]->keepRows(others);
        }
        parts[0]->keepRows(rows);
        for (size_t i = 0; i < parts.size(); ++i)
            m_leftOut[i] -= rows.size();
    }
    return zip(pump, parts);
}

/// Branches of different sources: the first items of each together, then the second, …, however they are cut into batches.
Batch *CombineStage::nextSlice(Pump &pump)
{
    size_t rows = SIZE_MAX;
    for (size_t i = 0; i < m_joiners.size(); ++i) {
        auto &waiting = m_waiting[i];
        while (!waiting.empty() && m_used[i] == waiting.front()->size()
               && (waiting.size() > 1 || m_joiners[i]->isNextHere())) {
            pump.cache.give(waiting.front());
            waiting.pop_front();
            m_used[i] = 0;
            if (waiting.empty())
                waiting.push_back(takeHeld(i));
        }
        if (waiting.empty()) {
            Batch *batch = takeHeld(i);
            if (!batch)
                return nullptr;
            waiting.push_back(batch);
        }
        rows = std::min(rows, waiting.front()->size() - m_used[i]);
    }
    if (rows == 0) {
        const auto isAtEnd = [this](size_t i) {
            return isExhausted(i) && m_waiting[i].size() == 1 && m_used[i] == m_waiting[i].front()->size();
        };
        bool isAnyAtEnd = false, areAllAtEnd = true;
        for (size_t i = 0; i < m_joiners.size(); ++i) {
            isAnyAtEnd |= isAtEnd(i);
            areAllAtEnd &= isAtEnd(i) || !isExhausted(i);
        }
        if (isAnyAtEnd && !areAllAtEnd)
            failUnequal();
        return nullptr;
    }
    std::vector<Batch *> parts;
    for (size_t i = 0; i < m_joiners.size(); ++i) {
        std::vector<uint32_t> slice(rows);
        std::iota(slice.begin(), slice.end(), uint32_t(m_used[i]));
        Batch *part = pump.cache.take();
        part->copyRows(*m_waiting[i].front(), slice);
        m_used[i] += rows;
        parts.push_back(part);
    }
    return zip(pump, parts);
}

void CombineStage::failUnequal()
{
    std::string longer, shorter;
    for (size_t i = 0; i < m_joiners.size(); ++i) {
        const bool isAtEnd = isExhausted(i) && m_used[i] == m_waiting[i].front()->size();
        (isAtEnd ? shorter : longer) = m_producers[i]->id();
    }
    m_host.fail({UINT64_MAX - 1, 0, -rank(), 0},
                Error{ErrorKind::Union, "The branch \"" + shorter + "\" has fewer items than the branch \"" + longer
                                            + "\", so their fields can't be put side by side; use mode \"items\" or "
                                              "\"batches\", or sources of equal length."},
                id());
}

/// Which column of which branch becomes which field. Equal names get the branch's step id as prefix; expected outputs are
/// those of the first branch that has them. False: there are too many, which ends the run.
bool CombineStage::planFields(const std::vector<Batch *> &parts)
{
    size_t sum = 0;
    for (const Batch *part : parts)
        sum += part->columnCount();
    if (sum > MostFields) {
        m_host.fail(
            {0, 0, -rank(), 0},
            Error{ErrorKind::Union, "The branches have " + std::to_string(sum) + " fields together, more than the "
                                        + std::to_string(MostFields)
                                        + " that an item can have; leave fewer to them with a step \"select\"."},
            id());
        m_host.cancel();
        return false;
    }
    m_zipped.reset(); // until all is known: nobody may take half of the plan for all of it
    m_zippedFrom.clear();
    m_zippedColumns.clear();
    std::unordered_map<std::string_view, size_t> names;
    for (const Batch *part : parts) {
        m_zippedFrom.push_back(part->schema());
        for (const Field &field : part->schema()->fields())
            if (field.role == Role::DataInput)
                ++names[field.name];
    }
    std::vector<Field> fields;
    UniqueNames taken;
    size_t expectedBranch = SIZE_MAX;
    for (size_t branch = 0; branch < parts.size(); ++branch) {
        const Schema &schema = *parts[branch]->schema();
        for (size_t column = 0; column < schema.size(); ++column) {
            Field field = schema.field(column);
            if (field.role == Role::ExpectedOutput) {
                if (expectedBranch == SIZE_MAX)
                    expectedBranch = branch;
                if (branch != expectedBranch)
                    continue;
            } else if (names[field.name] > 1) {
                field.name = (plan().branchNames.empty() ? m_producers[branch]->id() : plan().branchNames[branch]) + '.'
                             + field.name;
            }
            field.name = taken.add(std::move(field.name)); // the same branch linked twice, or named like that before
            fields.push_back(std::move(field));
            m_zippedColumns.emplace_back(branch, column);
        }
    }
    const bool isOpen = std::ranges::any_of(parts, [](const Batch *part) { return part->schema()->isOpen(); });
    m_zipped = std::make_shared<const Schema>(std::move(fields), isOpen);
    return true;
}

Batch *CombineStage::zip(Pump &pump, const std::vector<Batch *> &parts)
{
    bool isPlanned = m_zipped && m_zippedFrom.size() == parts.size();
    for (size_t i = 0; i < parts.size() && isPlanned; ++i)
        isPlanned = m_zippedFrom[i] == parts[i]->schema();
    if (!isPlanned && !planFields(parts)) {
        for (Batch *part : parts)
            pump.cache.give(part);
        return nullptr;
    }
    std::vector<Column> columns;
    columns.reserve(m_zippedColumns.size());
    for (const auto &[branch, column] : m_zippedColumns)
        columns.push_back(parts[branch]->column(column));
    for (size_t i = 1; i < parts.size(); ++i)
        pump.cache.give(parts[i]);
    parts[0]->setColumns(m_zipped, std::move(columns));
    return parts[0];
}

} // namespace millrace
