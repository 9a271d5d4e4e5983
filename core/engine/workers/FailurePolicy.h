// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "pipeline/Retries.h"

#include <algorithm>
#include <atomic>

namespace millrace {

/// What a stage does about items that fail: how often they are tried again, and what becomes of them after the last try. Changes
/// hold at once. Safe on all threads.
class FailurePolicy
{
public:
    FailurePolicy(ErrorPolicy policy, int retries) { set(policy, retries); }

    /// `retries`: taken as 0 to MostRetries.
    void set(ErrorPolicy policy, int retries)
    {
        m_policy.store(policy, std::memory_order_relaxed);
        m_retries.store(std::clamp(retries, 0, MostRetries), std::memory_order_relaxed);
    }
    ErrorPolicy policy() const { return m_policy.load(std::memory_order_relaxed); }
    int retries() const { return m_retries.load(std::memory_order_relaxed); }
    /// Whether the first item that fails ends the run.
    bool endsAtFailure() const { return policy() == ErrorPolicy::Stop && retries() == 0; }

private:
    std::atomic<ErrorPolicy> m_policy;
    std::atomic<int> m_retries;
};

} // namespace millrace
