// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <vector>

namespace millrace {

/// The batches of a run that are not under way, with the memory of their columns. Last in, first out: the warmest first.
/// Safe on all threads; pumps take and give through a Cache of their own.
class BatchPool
{
    static constexpr size_t LargeFrom = 32; ///< items
    static constexpr size_t Handful = 64, LargeHandful = 2;

public:
    ~BatchPool()
    {
        for (Batch *batch : m_free)
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
            const size_t handful = batch->size() < LargeFrom ? Handful : LargeHandful;
            // A spare batch must not keep blocks of text from being used again, nor columns from having one owner.
            batch->letGo();
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

private:
    size_t take(Batch **to)
    {
        std::lock_guard lock(m_mutex);
        const size_t count = std::min(m_handful, m_free.size());
        std::copy(m_free.end() - ptrdiff_t(count), m_free.end(), to);
        m_free.resize(m_free.size() - count);
        return count;
    }
    void give(Batch *const *from, size_t count, size_t handful)
    {
        std::lock_guard lock(m_mutex);
        m_handful = handful;
        m_free.insert(m_free.end(), from, from + count);
    }

    std::mutex m_mutex; ///< guards what follows
    std::vector<Batch *> m_free;
    size_t m_handful = Handful; ///< how many are taken at a time: as the last that came
};

} // namespace millrace
