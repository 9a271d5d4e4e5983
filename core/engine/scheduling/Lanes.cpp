// SPDX-License-Identifier: MIT
#include "engine/scheduling/Lanes.h"

#include "engine/stages/Stage.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr uint64_t StayNanoseconds = 500'000;   ///< that a thread stays where its data is
constexpr uint64_t HalfNanoseconds = 5'000'000; ///< after which use counts half

/// The stages that lead to this one, each once.
std::vector<const Stage *> distinctProducers(const Stage &stage)
{
    std::vector<const Stage *> producers(stage.producers().begin(), stage.producers().end());
    std::sort(producers.begin(), producers.end());
    producers.erase(std::unique(producers.begin(), producers.end()), producers.end());
    return producers;
}

bool hasOneSuccessor(const Stage &stage)
{
    return std::all_of(stage.outlets().all().begin(), stage.outlets().all().end(),
                       [&](const Outlets::Output &output) { return output.to == stage.outlets().all()[0].to; });
}

} // namespace

Lanes::Lanes(const std::vector<std::unique_ptr<Stage>> &stages) : m_laneOf(stages.size())
{
    // From the sources on, so that a stage's producers have their lanes before it.
    std::vector<std::vector<size_t>> before; // by lane: the lanes that lead right to it
    for (auto at = stages.rbegin(); at != stages.rend(); ++at) {
        const Stage &stage = **at;
        const std::vector<const Stage *> producers = distinctProducers(stage);
        if (producers.size() == 1 && hasOneSuccessor(*producers[0])) {
            m_laneOf[size_t(stage.rank())] = laneOf(producers[0]->rank());
            continue;
        }
        m_laneOf[size_t(stage.rank())] = m_count++;
        before.emplace_back();
        for (const Stage *producer : producers)
            before.back().push_back(laneOf(producer->rank()));
    }
    m_words = (m_count + 63) / 64;
    m_behind.resize(m_count * m_words);
    for (size_t lane = m_count; lane-- > 0;) // those behind a lane are complete before it is added to those before it
        for (const size_t producer : before[lane]) {
            m_behind[producer * m_words + lane / 64] |= 1ull << (lane % 64);
            for (size_t word = 0; word < m_words; ++word)
                m_behind[producer * m_words + word] |= m_behind[lane * m_words + word];
        }
    for (size_t a = 0; a < m_count && !m_compete; ++a)
        for (size_t b = a + 1; b < m_count && !m_compete; ++b)
            m_compete = !areInLine(a, b);
    m_lanes = std::make_unique<Lane[]>(m_count);
}

bool Lanes::leadsToAny(size_t lane, const std::vector<uint64_t> &set) const
{
    for (size_t word = 0; word < m_words; ++word)
        if ((m_behind[lane * m_words + word] & set[word]) != 0)
            return true;
    return false;
}

uint64_t Lanes::use(size_t lane, size_t own) const
{
    const Lane &one = m_lanes[lane];
    const uint64_t used =
        one.used.load(std::memory_order_relaxed) + StayNanoseconds * one.threads.load(std::memory_order_relaxed);
    return lane == own ? used - std::min(used, StayNanoseconds) : used;
}

void Lanes::leave(size_t lane, uint64_t used, uint64_t now)
{
    m_lanes[lane].threads.fetch_sub(1, std::memory_order_relaxed);
    m_lanes[lane].used.fetch_add(used, std::memory_order_relaxed);
    if (used > m_longest.load(std::memory_order_relaxed))
        m_longest.store(used, std::memory_order_relaxed);
    if (now >= m_decayAt.load(std::memory_order_relaxed))
        decay(now);
}

void Lanes::decay(uint64_t now)
{
    const uint64_t longest = m_longest.load(std::memory_order_relaxed);
    uint64_t at = m_decayAt.load(std::memory_order_relaxed);
    if (now < at || !m_decayAt.compare_exchange_strong(at, now + std::max(HalfNanoseconds, longest * 4)))
        return; // somebody else has done it
    m_longest.store(longest - longest / 8, std::memory_order_relaxed);
    for (size_t lane = 0; lane < m_count; ++lane) {
        std::atomic<uint64_t> &used = m_lanes[lane].used;
        used.fetch_sub(used.load(std::memory_order_relaxed) / 2, std::memory_order_relaxed);
    }
}

} // namespace millrace
