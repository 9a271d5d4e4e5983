// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <mutex>
#include <vector>

namespace millrace {

/// The batches of a run that are not under way, with the memory of their columns. Last in, first out: the warmest first.
/// Safe on all threads; pumps take and give through a Cache of their own.
class BatchPool
{
public:
    ~BatchPool()
    {
        for (Batch *batch : m_free)
            delete batch;
    }

    /// A pump's own handful of batches.
    class Cache
    {
    public:
        explicit Cache(BatchPool &pool) : m_pool(pool) {}
        Cache(const Cache &) = delete;
        Cache &operator=(const Cache &) = delete;
        ~Cache() { m_pool.give(m_free.data(), m_count); }
        Batch *take()
        {
            if (m_count == 0) [[unlikely]]
                if (m_count = m_pool.take(m_free.data(), Handful); m_count == 0)
                    return new Batch;
            return m_free[--m_count];
        }
        void give(Batch *batch)
        {
            // A spare batch must not keep blocks of text from being used again, nor columns from having one owner.
            batch->letGo();
            if (m_count == m_free.size()) [[unlikely]]
                m_pool.give(m_free.data() + (m_count -= Handful), Handful);
            m_free[m_count++] = batch;
        }

    private:
        static constexpr size_t Handful = 32;
        BatchPool &m_pool;
        size_t m_count = 0;
        std::array<Batch *, 2 * Handful> m_free;
    };

private:
    size_t take(Batch **to, size_t most)
    {
        std::lock_guard lock(m_mutex);
        const size_t count = std::min(most, m_free.size());
        std::copy(m_free.end() - ptrdiff_t(count), m_free.end(), to);
        m_free.resize(m_free.size() - count);
        return count;
    }
    void give(Batch *const *from, size_t count)
    {
        std::lock_guard lock(m_mutex);
        m_free.insert(m_free.end(), from, from + count);
    }

    std::mutex m_mutex; ///< guards m_free
    std::vector<Batch *> m_free;
};

} // namespace millrace
