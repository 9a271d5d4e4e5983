// SPDX-License-Identifier: MIT
#include "analysis/LimitTracker.h"

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

/// Where the limit is: its steps in any order, or the cores; nowhere. What is equal is the same news.
std::vector<std::string> placesOf(const std::optional<Limit> &limit)
{
    if (!limit)
        return {};
    if (limit->kind == Limit::Kind::Cores)
        return {std::string()};
    std::vector<std::string> places{limit->step};
    for (const Limit::Part &part : limit->sharedWith)
        places.push_back(part.step);
    std::ranges::sort(places);
    return places;
}

bool haveSameSettings(const RunSample &one, const RunSample &other)
{
    return std::ranges::equal(one.steps, other.steps, [](const StepSample &a, const StepSample &b) {
        return a.id == b.id && a.workers == b.workers && a.queue.capacity == b.queue.capacity;
    });
}

} // namespace

LimitTracker::LimitTracker(int cores, StepNaming nameOf) : m_cores(cores), m_nameOf(std::move(nameOf)) {}

void LimitTracker::clear()
{
    *this = LimitTracker(m_cores, std::move(m_nameOf));
}

void LimitTracker::add(const RunSample &sample)
{
    if (sample.state != RunState::Running)
        return;
    const double now = sample.activeSeconds;
    if (!m_samples.empty() && !haveSameSettings(m_samples.back(), sample)) {
        m_samples.clear(); // what was measured before is of another pipeline
        m_changed = sample;
    }
    if (!m_samples.empty() && now - m_samples.back().activeSeconds < LookEvery)
        return;
    m_samples.push_back(sample);
    while (m_samples.size() > 2 && m_samples[1].activeSeconds <= now - Stretch)
        m_samples.pop_front();
    if (m_samples.size() > 1)
        judge(findLimit(m_samples.front(), m_samples.back(), m_cores, m_nameOf, m_limit ? &*m_limit : nullptr), now);
}

std::optional<Limit> LimitTracker::verdict(const RunSample &last) const
{
    auto found = m_changed ? findLimit(*m_changed, last, m_cores, m_nameOf) : findLimit(last, m_cores, m_nameOf);
    return found && found->isClear ? std::move(found) : std::nullopt;
}

void LimitTracker::judge(std::optional<Limit> found, double now)
{
    if (found && !found->isClear)
        found.reset();
    const std::vector<std::string> places = placesOf(found);
    if (places != m_candidate) {
        m_candidate = places;
        m_leadsSince = now;
    }
    const bool isSaid = places == placesOf(m_limit);
    if (isSaid ? found && isNews(*found, now) : now - m_leadsSince >= (m_limit ? Lead : FirstLead)) {
        m_limit = std::move(found);
        m_saidAt = now;
    }
}

/// Of the same limit: its figures are said anew now and then, and at once where they are of other settings.
bool LimitTracker::isNews(const Limit &found, double now) const
{
    const auto workersOf = [](const Limit &limit) { return limit.oneMoreWorker ? limit.oneMoreWorker->workers : 0; };
    return now - m_saidAt >= Lead || (found.oneMoreWorker && workersOf(found) != workersOf(*m_limit));
}

} // namespace millrace
