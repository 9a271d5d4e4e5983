// SPDX-License-Identifier: MIT
#include "model/recording/RunRecording.h"

#include "metrics/RunEnd.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace millrace {

namespace {

constexpr double RateTime = 1.0; // seconds that rates are counted over
constexpr double Early = 0.03;   // seconds that a sample may come before its time

uint16_t narrow(int number)
{
    return uint16_t(std::clamp(number, 0, int(std::numeric_limits<uint16_t>::max())));
}

/// Whether both would be said alike on cards.
bool isSaidAlike(const std::optional<Limit> &one, const std::optional<Limit> &other)
{
    if (!one || !other)
        return !one && !other;
    const auto isSame = [](const Limit::Part &a, const Limit::Part &b) {
        return a.step == b.step && a.share == b.share;
    };
    return one->kind == other->kind && one->step == other->step && one->share == other->share
           && one->isClear == other->isClear && std::ranges::equal(one->sharedWith, other->sharedWith, isSame);
}

} // namespace

void RunRecording::clear()
{
    *this = RunRecording(m_mostBytes);
}

size_t RunRecording::mostMoments() const
{
    return std::clamp<size_t>(m_mostBytes / bytesOfMoment(), 4, MostMoments);
}

size_t RunRecording::bytes() const
{
    return m_moments.size() * bytesOfMoment();
}

void RunRecording::begin(const RunSample &sample)
{
    clear();
    for (const StepSample &step : sample.steps)
        m_steps.push_back({step.id, step.isSource, step.isSink});
    m_moments.reserve(mostMoments()); // where it isn't used, it isn't given
}

void RunRecording::add(const RunSample &sample, const std::optional<Limit> &limit)
{
    if (m_steps.size() != sample.steps.size())
        begin(sample);
    const bool isOver = runEnd(sample.state, 0) != RunEnd::None;
    if (!isEmpty() && !isOver && sample.activeSeconds - length() < m_distance - Early)
        return;
    if (m_moments.size() >= mostMoments())
        halve();
    noteLimit(sample.activeSeconds, limit);
    Moment moment{sample.activeSeconds, sample.state, sample.itemsRead, sample.errors, {}};
    moment.steps.reserve(sample.steps.size());
    for (const StepSample &step : sample.steps)
        moment.steps.push_back({step.itemsIn, step.itemsOut, step.errors, step.busy, step.queue.depth,
                                step.queue.capacity, narrow(step.workers), narrow(step.activeWorkers), step.state,
                                step.queue.wasEnlarged});
    m_moments.push_back(std::move(moment));
}

void RunRecording::halve()
{
    m_distance *= 2;
    std::vector<SaidLimit> limits;
    for (size_t i = 0; i < m_moments.size(); i += 2) {
        const Limit *limit = limitOf(i);
        SaidLimit said{m_moments[i].seconds, limit ? std::optional(*limit) : std::nullopt};
        if (limits.empty() || !isSaidAlike(limits.back().limit, said.limit))
            limits.push_back(std::move(said));
        if (i > 0)
            m_moments[i / 2] = std::move(m_moments[i]);
    }
    m_moments.resize((m_moments.size() + 1) / 2);
    m_limits = std::move(limits);
}

void RunRecording::noteLimit(double seconds, const std::optional<Limit> &limit)
{
    if (m_limits.empty() ? !limit : isSaidAlike(m_limits.back().limit, limit))
        return;
    SaidLimit said{seconds, limit};
    if (said.limit) { // cards don't give reasons
        said.limit->why.clear();
        said.limit->oneMoreWorker.reset();
    }
    m_limits.push_back(std::move(said));
}

const Limit *RunRecording::limitOf(size_t moment) const
{
    const auto next = std::ranges::upper_bound(m_limits, secondsOf(moment), {}, &SaidLimit::since);
    return next == m_limits.begin() || !std::prev(next)->limit ? nullptr : &*std::prev(next)->limit;
}

void RunRecording::note(RunChange change)
{
    change.seconds = length();
    const auto same = std::ranges::find_if(m_changes.rbegin(), m_changes.rend(), [&change](const RunChange &earlier) {
        return earlier.step == change.step && earlier.kind == change.kind;
    });
    if (same != m_changes.rend() && change.seconds - same->seconds <= OneGesture) {
        same->now = change.now;
        if (same->now == same->before)
            m_changes.erase(std::prev(same.base()));
        return;
    }
    if (m_changes.size() >= MostChanges)
        m_changes.erase(m_changes.begin());
    m_changes.push_back(std::move(change));
}

size_t RunRecording::momentAt(double seconds) const
{
    const auto next = std::ranges::upper_bound(m_moments, seconds, {}, &Moment::seconds);
    return next == m_moments.begin() ? 0 : size_t(next - m_moments.begin()) - 1;
}

size_t RunRecording::before(size_t moment) const
{
    return std::min(momentAt(secondsOf(moment) - RateTime), moment > 0 ? moment - 1 : 0);
}

RunSample RunRecording::sampleOf(size_t moment) const
{
    const Moment &kept = m_moments[moment];
    RunSample sample;
    sample.seconds = sample.activeSeconds = kept.seconds;
    sample.state = kept.state;
    sample.itemsRead = kept.itemsRead;
    sample.errors = kept.errors;
    sample.steps.resize(m_steps.size());
    for (size_t i = 0; i < m_steps.size(); ++i) {
        const StepMoment &from = kept.steps[i];
        StepSample &step = sample.steps[i];
        step.id = m_steps[i].id;
        step.isSource = m_steps[i].isSource;
        step.isSink = m_steps[i].isSink;
        step.itemsIn = from.itemsIn;
        step.itemsOut = from.itemsOut;
        step.errors = from.errors;
        step.busy = from.busy;
        step.queue.depth = from.depth;
        step.queue.capacity = from.capacity;
        step.queue.wasEnlarged = from.wasEnlarged;
        step.workers = from.workers;
        step.activeWorkers = from.activeWorkers;
        step.state = from.state;
    }
    return sample;
}

std::vector<RunSample> RunRecording::samplesOf(size_t moment) const
{
    std::vector<RunSample> samples;
    const size_t earlier = before(moment);
    // What is done since somebody stopped the run is told from what had ended before by the last moment before that.
    const auto isUnderWay = [](const Moment &at) {
        return at.state == RunState::Running || at.state == RunState::Paused;
    };
    size_t running = moment;
    while (running > 0 && !isUnderWay(m_moments[running]))
        --running;
    if (running < earlier)
        samples.push_back(sampleOf(running));
    samples.push_back(sampleOf(earlier));
    if (running > earlier && running < moment)
        samples.push_back(sampleOf(running));
    if (earlier < moment)
        samples.push_back(sampleOf(moment));
    return samples;
}

double RunRecording::itemsPerSecond(size_t moment) const
{
    const Moment &to = m_moments[moment], &from = m_moments[before(moment)];
    return to.seconds > from.seconds && to.itemsRead >= from.itemsRead
               ? double(to.itemsRead - from.itemsRead) / (to.seconds - from.seconds)
               : 0;
}

std::optional<size_t> RunRecording::placeOf(const std::string &step) const
{
    const auto found = std::ranges::find(m_steps, step, &StepFacts::id);
    return found == m_steps.end() ? std::nullopt : std::optional(size_t(found - m_steps.begin()));
}

std::optional<double> RunRecording::queueShare(size_t moment, size_t place) const
{
    const StepMoment &at = m_moments[moment].steps[place];
    return at.capacity > 0 ? std::optional(std::min(1.0, double(at.depth) / at.capacity)) : std::nullopt;
}

} // namespace millrace
