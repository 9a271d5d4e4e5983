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
        explicit Cache(BatchPool &pool) : m_pool(pool) { m_free.reserve(2 * Handful + 1); }
        ~Cache() { m_pool.give(m_free, m_free.size()); }
        Batch *take()
        {
            if (m_free.empty() && !m_pool.take(m_free, Handful)) [[unlikely]]
                return new Batch;
            Batch *batch = m_free.back();
            m_free.pop_back();
            return batch;
        }
        void give(Batch *batch)
        {
            // A spare batch must not keep blocks of text from being used again, nor columns from having one owner.
            batch->letGo();
            m_free.push_back(batch);
            if (m_free.size() > 2 * Handful)
                m_pool.give(m_free, Handful);
        }

    private:
        static constexpr size_t Handful = 32;
        BatchPool &m_pool;
        std::vector<Batch *> m_free;
    };

private:
    bool take(std::vector<Batch *> &to, size_t count)
    {
        std::lock_guard lock(m_mutex);
        count = std::min(count, m_free.size());
        to.insert(to.end(), m_free.end() - ptrdiff_t(count), m_free.end());
        m_free.resize(m_free.size() - count);
        return count > 0;
    }
    void give(std::vector<Batch *> &from, size_t count)
    {
        std::lock_guard lock(m_mutex);
        m_free.insert(m_free.end(), from.end() - ptrdiff_t(count), from.end());
        from.resize(from.size() - count);
    }

    std::mutex m_mutex; ///< guards m_free
    std::vector<Batch *> m_free;
};

} // namespace millrace
