// SPDX-License-Identifier: MIT
#include "analysis/HangDoctor.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace millrace {

namespace {

constexpr double BusyCores = 0.5; ///< from which on it computes, and doesn't wait
constexpr size_t MostNamed = 3;   ///< steps in a sentence

/// Whoever has counted something has moved.
bool hasCounted(const StepSample &before, const StepSample &now)
{
    return before.batchesIn != now.batchesIn || before.batchesOut != now.batchesOut || before.itemsIn != now.itemsIn
           || before.itemsOut != now.itemsOut || before.errors != now.errors || before.paced != now.paced
           || before.workers != now.workers || before.state != now.state || before.queue.depth != now.queue.depth
           || before.queue.capacity != now.queue.capacity;
}

bool isStuck(const StepSample &step)
{
    return !step.isSource && step.activeWorkers > 0;
}

bool isFull(const QueueSample &queue)
{
    return (queue.capacity > 0 && queue.depth >= queue.capacity)
           || (queue.capacityBytes > 0 && queue.bytes >= queue.capacityBytes);
}

std::string joined(const std::vector<std::string> &names)
{
    std::string text;
    for (size_t i = 0; i < std::min(names.size(), MostNamed); ++i)
        text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    if (names.size() > MostNamed)
        text += " and " + std::to_string(names.size() - MostNamed) + " more";
    return text;
}

/// Finds the steps that wait because of the stuck ones, from neighbour to neighbour.
class WaitFinder
{
public:
    WaitFinder(const RunSample &sample, const std::vector<std::pair<std::string, std::string>> &links) : m_links(links)
    {
        for (const StepSample &step : sample.steps)
            m_steps.emplace(step.id, &step);
        for (const auto &[from, to] : links)
            ++m_inputs[to];
    }

    std::vector<Hang::Wait> waitsFor(const std::vector<std::string> &stuck)
    {
        m_open = stuck;
        m_seen = {stuck.begin(), stuck.end()};
        for (size_t at = 0; at < m_open.size(); ++at) {
            const std::string step = m_open[at];
            for (const auto &[from, to] : m_links) {
                if (from == step && waitsForInput(to))
                    note({to, step, Hang::Wait::For::Input});
                else if (to == step && waits(from))
                    note({from, step, isFull(m_steps.at(step)->queue) ? Hang::Wait::For::Room : Hang::Wait::For::Turn});
            }
        }
        return std::move(m_waits);
    }

private:
    bool waits(const std::string &id) const
    {
        const auto found = m_steps.find(id);
        return found != m_steps.end() && found->second->activeWorkers == 0 && found->second->state != StepState::Done;
    }

    bool waitsForInput(const std::string &id) const
    {
        const auto inputs = m_inputs.find(id);
        return waits(id) && (m_steps.at(id)->queue.depth == 0 || (inputs != m_inputs.end() && inputs->second > 1));
    }

    void note(Hang::Wait wait)
    {
        if (!m_seen.insert(wait.step).second)
            return;
        m_open.push_back(wait.step);
        m_waits.push_back(std::move(wait));
    }

    const std::vector<std::pair<std::string, std::string>> &m_links;
    std::unordered_map<std::string, const StepSample *> m_steps;
    std::unordered_map<std::string, int> m_inputs;
    std::vector<std::string> m_open;
    std::unordered_set<std::string> m_seen;
    std::vector<Hang::Wait> m_waits;
};

/// Those who wait for that, as they are called.
std::vector<std::string> namesOf(const Hang &hang, Hang::Wait::For reason, const StepNaming &nameOf)
{
    std::vector<std::string> names;
    for (const Hang::Wait &wait : hang.waits)
        if (wait.reason == reason)
            names.push_back(nameOf(wait.step));
    return names;
}

std::string waitSentence(const std::vector<std::string> &names, std::string_view what)
{
    return names.empty() ? std::string()
                         : ' ' + joined(names) + (names.size() == 1 ? " waits " : " wait ") + std::string(what) + '.';
}

/// What is known of a step that doesn't come to an end, and what helps.
std::string stuckSentence(const Hang &hang, const StepSample &step, const StepNaming &nameOf)
{
    std::string text = ' ' + nameOf(step.id) + " has been at work on "
                       + (step.activeWorkers == 1 ? "a batch" : std::to_string(step.activeWorkers) + " batches")
                       + " all that time";
    text += hang.computes
                ? ", and computes."
                : ", and computes nothing: it waits for something outside, such as a program, a server or a lock.";
    if (step.queue.held > 0)
        text += ' ' + std::to_string(step.queue.held)
                + (step.queue.held == 1 ? " later batch is done and waits" : " later batches are done and wait")
                + " for its turn.";
    return text;
}

} // namespace

HangDoctor::HangDoctor(const Pipeline &pipeline, StepNaming nameOf) : m_nameOf(std::move(nameOf))
{
    for (const Link &link : pipeline.links)
        m_links.emplace_back(link.fromStep, link.toStep);
    if (!m_nameOf)
        m_nameOf = [](const std::string &id) { return '"' + id + '"'; };
}

bool HangDoctor::hasMoved(const RunSample &sample) const
{
    if (!m_moved || m_moved->state != sample.state || m_moved->itemsRead != sample.itemsRead
        || m_moved->steps.size() != sample.steps.size())
        return true;
    for (size_t i = 0; i < sample.steps.size(); ++i)
        if (hasCounted(m_moved->steps[i], sample.steps[i]))
            return true;
    return false;
}

void HangDoctor::add(const RunSample &sample)
{
    const bool goesOn = sample.state == RunState::Running || sample.state == RunState::Stopping;
    if (!goesOn || hasMoved(sample)) {
        m_moved = sample;
        m_hang.reset();
        return;
    }
    if (sample.activeSeconds - m_moved->activeSeconds < Patience || std::ranges::none_of(sample.steps, isStuck))
        return;
    m_hang = examine(sample);
}

Hang HangDoctor::examine(const RunSample &sample) const
{
    Hang hang;
    hang.since = m_moved->activeSeconds;
    hang.seconds = sample.activeSeconds - hang.since;
    const double cpu = sample.cpuSeconds + sample.childCpuSeconds - m_moved->cpuSeconds - m_moved->childCpuSeconds;
    hang.computes = cpu > BusyCores * hang.seconds;
    for (const StepSample &step : sample.steps) {
        if (!isStuck(step))
            continue;
        hang.stuck.push_back(step.id);
        if (hang.needsWorker.empty() && step.activeWorkers >= step.workers && step.queue.depth > 0)
            hang.needsWorker = step.id;
    }
    hang.waits = WaitFinder(sample, m_links).waitsFor(hang.stuck);
    size_t named = 0;
    for (const StepSample &step : sample.steps)
        if (isStuck(step) && named++ < MostNamed)
            hang.why += stuckSentence(hang, step, m_nameOf);
    if (named > MostNamed)
        hang.why += " So have " + std::to_string(named - MostNamed) + " more steps.";
    hang.why += waitSentence(namesOf(hang, Hang::Wait::For::Input, m_nameOf), "for what comes from there");
    hang.why += waitSentence(namesOf(hang, Hang::Wait::For::Room, m_nameOf), "for room there");
    hang.why += waitSentence(namesOf(hang, Hang::Wait::For::Turn, m_nameOf), "until earlier batches are through");
    if (!hang.needsWorker.empty())
        hang.why += " One more worker for " + m_nameOf(hang.needsWorker) + " would let other batches pass.";
    hang.why.erase(0, 1); // the blank before the first sentence
    return hang;
}

std::vector<EnlargedQueue> enlargedQueues(const RunSample &sample, const Pipeline &pipeline)
{
    std::vector<EnlargedQueue> enlarged;
    for (const StepSample &step : sample.steps) {
        const PipelineStep *given = pipeline.step(step.id);
        const int size = given ? pipeline.queueSizeOf(*given) : 0;
        if (step.queue.wasEnlarged && size > 0 && int64_t(step.queue.capacity) > size)
            enlarged.push_back({step.id, int(std::min<uint32_t>(step.queue.capacity, 1'000'000'000))});
    }
    return enlarged;
}

} // namespace millrace
