// SPDX-License-Identifier: MIT
#include "engine/stages/Outlets.h"

#include "engine/flow/BatchRows.h"
#include "engine/RunPlan.h"
#include "engine/stages/Stage.h"

#include <algorithm>

namespace millrace {

void Outlets::add(Output output)
{
    m_outputs.push_back(output);
    const auto same = std::find_if(m_targets.begin(), m_targets.end(),
                                   [&](const Target &target) { return target.stage == output.to; });
    if (same != m_targets.end())
        ++same->links;
    else
        m_targets.push_back({output.to, 1});
}

size_t Outlets::countLeaving(const Batch &batch) const
{
    const std::vector<uint8_t> &ports = batch.ports();
    if (ports.empty())
        return batch.size();
    const auto isLinked = [this](uint8_t port) {
        return port == 0 || std::ranges::any_of(m_outputs, [&](const Output &output) { return output.port == port; });
    };
    return batch.size() - ports.size() + size_t(std::ranges::count_if(ports, isLinked));
}

uint32_t Outlets::reserve(uint32_t wanted)
{
    uint32_t room = wanted;
    for (size_t i = 0; i < m_targets.size(); ++i) {
        const uint32_t free = m_targets[i].stage->queue().reserve(room, m_targets[i].links);
        if (free < room)
            for (size_t j = 0; j < i; ++j)
                giveBack(m_targets[j], room - free);
        room = free;
        if (room == 0) {
            m_meter.noteBlocked();
            return 0;
        }
    }
    if (m_meter.isBlocked())
        m_meter.noteUnblocked();
    return room;
}

void Outlets::giveBack(uint32_t count)
{
    if (count == 0)
        return;
    for (const Target &target : m_targets)
        giveBack(target, count);
}

void Outlets::giveBack(const Target &target, uint32_t count)
{
    if (target.stage->queue().giveBack(count * target.links))
        target.stage->scheduleProducers();
    // It may have looked whether it is done while this room was reserved for nothing.
    if (!target.stage->hasOpenInput())
        target.stage->schedule();
}

void Outlets::clearLists(Pump &pump) const
{
    pump.lists.resize(std::max(pump.lists.size(), m_outputs.size()));
    for (size_t i = 0; i < m_outputs.size(); ++i)
        pump.lists[i].clear();
}

void Outlets::shareOut(Pump &pump, Batch *batch) const
{
    size_t mainOutput = m_outputs.size();
    for (size_t i = 0; i < m_outputs.size(); ++i)
        if (m_outputs[i].port == 0)
            mainOutput = i; // the last link of `out` gets the batch itself
    for (size_t i = 0; i < m_outputs.size(); ++i) {
        if (i == mainOutput)
            continue;
        Batch *copy = pump.cache.take();
        copy->shareFrom(*batch);
        copy->setPadTo(0);
        copy->takeRaw();
        if (m_outputs[i].port != 0)
            copy->clearItems();
        pump.lists[i].push_back(copy);
    }
    if (mainOutput < m_outputs.size())
        pump.lists[mainOutput].push_back(batch);
    else
        pump.cache.give(batch);
}

void Outlets::route(Pump &pump, Batch *batch, const Batch *failed, const std::string &step) const
{
    size_t mainOutput = m_outputs.size();
    for (size_t i = 0; i < m_outputs.size(); ++i)
        if (m_outputs[i].port == 0)
            mainOutput = i; // the last link of `out` gets the batch itself
    const bool isSplit = !batch->ports().empty();
    std::vector<uint32_t> rows;
    const auto rowsFor = [&](int port) {
        rows.clear();
        for (uint32_t row = 0; row < batch->size(); ++row)
            if (batch->ports()[row] == port)
                rows.push_back(row);
    };
    for (size_t i = 0; i < m_outputs.size(); ++i) {
        if (i == mainOutput)
            continue;
        Batch *copy = pump.cache.take();
        const int port = m_outputs[i].port;
        if (port == PlannedLink::ErrorPort) {
            if (failed) {
                copy->shareFrom(*failed);
            } else {
                copy->shareFrom(*batch);
                copy->clearItems();
                addErrorFields(*copy, step, {}, 0, {});
            }
            copy->sequence = batch->sequence;
        } else if (isSplit) {
            rowsFor(port);
            copy->copyRows(*batch, rows);
        } else {
            copy->shareFrom(*batch);
            if (port != 0)
                copy->clearItems();
        }
        copy->clearVerdicts();
        copy->takeRaw();
        copy->setPadTo(0);
        pump.lists[i].push_back(copy);
    }
    if (isSplit) {
        rowsFor(0);
        batch->keepRows(rows);
        batch->clearVerdicts();
    }
    if (mainOutput < m_outputs.size())
        pump.lists[mainOutput].push_back(batch);
    else
        pump.cache.give(batch);
}

void Outlets::push(const Output &output, Batch *const *batches, uint32_t count)
{
    if (count == 0)
        return;
    if (output.to->producers().size() > 1)
        for (uint32_t i = 0; i < count; ++i)
            batches[i]->input = output.input;
    output.to->queue().push(batches, count);
    output.to->schedule();
}

Stage *Outlets::handOn(Pump &pump, bool mayCarry)
{
    std::vector<Batch *> &batches = pump.work.batches;
    sample(pump);
    if (const std::vector<Batch *> &leaving = isSimple() ? batches : pump.lists[m_outputs.size() - 1]; !leaving.empty())
        m_meter.noteThrough(leaving.front()->origin);
    if (m_outputs.empty()) {
        for (Batch *batch : batches)
            pump.cache.give(batch);
        batches.clear();
        return nullptr;
    }
    const size_t last = m_outputs.size() - 1;
    for (size_t i = 0; i < last; ++i)
        push(m_outputs[i], pump.lists[i].data(), uint32_t(pump.lists[i].size()));
    if (!isSimple())
        batches.swap(pump.lists[last]);
    if (batches.empty())
        return nullptr;
    const Output &output = m_outputs[last];
    if (output.to->producers().size() > 1)
        for (Batch *batch : batches)
            batch->input = output.input;
    // A thread that has waited for this stage goes on here: whoever is woken for the next one may come later.
    if (mayCarry && !pump.mustLeave && !(m_meter.waits() && output.to->meter().waits()) && output.to->carryIn(pump))
        return output.to;
    push(output, batches.data(), uint32_t(batches.size()));
    return nullptr;
}

void Outlets::takeSamples(const Pump &pump) const
{
    if (isSimple()) {
        m_samples->take(0, pump.work.batches);
        return;
    }
    for (size_t i = 0; i < m_outputs.size(); ++i) {
        const auto isSame = [&](const Output &other) { return other.port == m_outputs[i].port; };
        if (std::none_of(m_outputs.begin(), m_outputs.begin() + ptrdiff_t(i), isSame)) // further links carry the same
            m_samples->take(m_outputs[i].port, pump.lists[i]);
    }
}

void Outlets::end()
{
    for (const Output &output : m_outputs)
        output.to->inputEnded(output.input);
}

} // namespace millrace
