// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "metrics/SampledItems.h"

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <span>

namespace millrace {

/// What leaves a stage, to be looked at: the first items of each port, and the newest ones whenever somebody asks. Items are copied, and
/// long texts in them cut, so that nothing of a batch is held. Safe on all threads; those at work never wait for it.
class ItemSamples
{
public:
    /// `most`: items kept as the first of a port, and as its newest.
    explicit ItemSamples(size_t most) : m_most(most) {}

    /// Whether take() has anything to do: looked at for each turn.
    bool isWanted() const { return m_isWanted.load(std::memory_order_relaxed); }
    /// Batches that leave by that port now. Does nothing while another thread is here.
    void take(int port, std::span<Batch *const> batches);
    /// The newest items are to be those that leave from now on.
    void ask();
    /// By port.
    std::map<int, SampledItems> items() const;

private:
    struct Port
    {
        SampledItems items;
        size_t bytes = 0; ///< of the first items, about
        bool isFull = false, wantsLatest = false;
    };
    void takeFirst(Port &port, const Batch &batch) const;
    /// Whether there were any.
    bool takeLatest(Port &port, std::span<Batch *const> batches) const;

    const size_t m_most;
    std::atomic<bool> m_isWanted{true};
    mutable std::mutex m_mutex; ///< guards what follows
    std::map<int, Port> m_ports;
    bool m_isAsked = false; ///< ports that come up later are asked, too
};

} // namespace millrace
