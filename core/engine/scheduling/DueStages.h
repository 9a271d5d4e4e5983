// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <map>

namespace millrace {

class Stage;

/// Stages that are to be scheduled at a certain time. One thread at a time; next() safe on any.
class DueStages
{
public:
    static constexpr uint64_t Never = UINT64_MAX;

    /// `at`: steady nanoseconds.
    void add(uint64_t at, Stage &stage)
    {
        m_stages.emplace(at, &stage);
        noteNext();
    }
    /// One whose time has come, which is forgotten then; null: there is none.
    Stage *take(uint64_t now)
    {
        const auto first = m_stages.begin();
        if (first == m_stages.end() || first->first > now)
            return nullptr;
        Stage *const stage = first->second;
        m_stages.erase(first);
        noteNext();
        return stage;
    }
    /// When the next one is due, in steady nanoseconds, or Never.
    uint64_t next() const { return m_next.load(std::memory_order_relaxed); }

private:
    void noteNext() { m_next.store(m_stages.empty() ? Never : m_stages.begin()->first, std::memory_order_relaxed); }

    std::multimap<uint64_t, Stage *> m_stages;
    std::atomic<uint64_t> m_next{Never};
};

} // namespace millrace
