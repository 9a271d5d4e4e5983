// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace millrace {

/// The batches of a run that are not under way, with the memory of their columns. Last in, first out: the warmest first.
/// Safe on all threads; pumps take and give through a Cache of their own.
///
/// Small batches are kept by number. Those with much memory are kept by their bytes, all of a run together: what would pass that is
/// given back to the system, so that a few huge items leave nothing behind.
class BatchPool
{
    static constexpr size_t ManyItems = 32;           ///< from here on, few batches are kept aside for a pump
    static constexpr size_t FewBytes = 4 * 1024;      ///< so are batches with more memory
    static constexpr size_t MuchMemory = 64 * 1024;   ///< bytes of a batch that is kept by its bytes
    static constexpr size_t MostMemory = 1024 * 1024; ///< bytes of a batch that is kept at all
    static constexpr size_t MostTogether = 4 * MostMemory;
    static constexpr size_t Handful = 64, LargeHandful = 2;

public:
    ~BatchPool()
    {
        for (Batch *batch : m_free)
            delete batch;
        for (const auto &[batch, bytes] : m_large)
            delete batch;
    }

    /// A pump's own handful of batches: many small ones, a few large ones, whose memory matters more than a mutex.
    class Cache
    {
    public:
        explicit Cache(BatchPool &pool) : m_pool(pool) {}
        Cache(const Cache &) = delete;
        Cache &operator=(const Cache &) = delete;
        ~Cache() { m_pool.give(m_free.data(), m_count, Handful); }
        Batch *take()
        {
            if (m_count == 0) [[unlikely]]
                if (m_count = m_pool.take(m_free.data()); m_count == 0)
                    return new Batch;
            return m_free[--m_count];
        }
        void give(Batch *batch)
        {
            const bool hasFewItems = batch->size() < ManyItems;
            // A spare batch must not keep blocks of text from being used again, nor columns from having one owner.
            const size_t bytes = batch->letGo();
            if (bytes > MuchMemory) [[unlikely]] {
                m_pool.giveLarge(batch, bytes);
                return;
            }
            const size_t handful = hasFewItems && bytes <= FewBytes ? Handful : LargeHandful;
            if (m_count >= 2 * handful) [[unlikely]] {
                m_pool.give(m_free.data() + handful, m_count - handful, handful);
                m_count = handful;
            }
            m_free[m_count++] = batch;
        }

    private:
        BatchPool &m_pool;
        size_t m_count = 0;
        std::array<Batch *, 2 * Handful> m_free;
    };

    /// Bytes of memory that the batches which are kept by their bytes have for the items to come.
    size_t heldBytes() const
    {
        std::lock_guard lock(m_mutex);
        return m_largeBytes;
    }

private:
    size_t take(Batch **to)
    {
        std::lock_guard lock(m_mutex);
        if (!m_large.empty()) {
            *to = m_large.back().first;
            m_largeBytes -= m_large.back().second;
            m_large.pop_back();
            return 1;
        }
        const size_t count = std::min(m_handful, m_free.size());
        std::copy(m_free.end() - ptrdiff_t(count), m_free.end(), to);
        m_free.resize(m_free.size() - count);
        return count;
    }
    void give(Batch *const *from, size_t count, size_t handful)
    {
        std::lock_guard lock(m_mutex);
        m_handful = handful;
        try {
            m_free.insert(m_free.end(), from, from + count);
        } catch (const std::bad_alloc &) { // a pump gives its own at its end, where nothing may be thrown
            std::for_each(from, from + count, [](Batch *batch) { delete batch; });
        }
    }
    void giveLarge(Batch *batch, size_t bytes)
    {
        if (bytes <= MostMemory) {
            std::lock_guard lock(m_mutex);
            if (m_largeBytes + bytes <= MostTogether && keepLarge(batch, bytes))
                return;
        }
        // Not emptied and kept: it would be taken before those whose memory is kept.
        delete batch;
    }
    bool keepLarge(Batch *batch, size_t bytes)
    {
        try {
            m_large.emplace_back(batch, bytes);
        } catch (const std::bad_alloc &) {
            return false;
        }
        m_largeBytes += bytes;
        return true;
    }

    mutable std::mutex m_mutex; ///< guards what follows
    std::vector<Batch *> m_free;
    std::vector<std::pair<Batch *, size_t>> m_large; ///< with their bytes
    size_t m_largeBytes = 0;
    size_t m_handful = Handful; ///< how many are taken at a time: as the last that came
};

} // namespace millrace
