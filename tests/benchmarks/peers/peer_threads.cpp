// SPDX-License-Identifier: MIT
// threads: one std::thread per worker, a mutex + condvar bounded queue per step, reorder at the sink.
// threads-tbbq: the same over tbb::concurrent_bounded_queue.
#include "bench.h"
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <tbb/concurrent_queue.h>

namespace {
using namespace pb;

template <class T>
class LockedQueue {
public:
    explicit LockedQueue(size_t bound) : m_bound(bound) {}
    void push(T v)
    {
        std::unique_lock lock(m_mutex);
        m_room.wait(lock, [&] { return m_items.size() < m_bound; });
        m_items.push_back(v);
        lock.unlock();
        m_filled.notify_one();
    }
    T pop()
    {
        std::unique_lock lock(m_mutex);
        m_filled.wait(lock, [&] { return !m_items.empty(); });
        T v = m_items.front();
        m_items.pop_front();
        lock.unlock();
        m_room.notify_one();
        return v;
    }

private:
    size_t m_bound;
    std::mutex m_mutex;
    std::condition_variable m_room, m_filled;
    std::deque<T> m_items;
};

template <class T>
class TbbQueue {
public:
    explicit TbbQueue(size_t bound) { m_queue.set_capacity(std::ptrdiff_t(bound)); }
    void push(T v) { m_queue.push(v); }
    T pop()
    {
        T v{};
        m_queue.pop(v);
        return v;
    }

private:
    tbb::concurrent_bounded_queue<T> m_queue;
};

template <template <class> class Queue>
struct Threads {
    template <class W>
    static void run(W &w, const Config &cfg)
    {
        using B = Batch<W>;
        const int steps = w.steps();
        std::vector<std::unique_ptr<Queue<B *>>> queues;
        for (int k = 0; k <= steps; ++k)
            queues.push_back(std::make_unique<Queue<B *>>(cfg.queue));
        std::vector<std::atomic<int>> left(steps);      // workers of a step still at work
        std::vector<std::thread> pool;
        for (int k = 0; k < steps; ++k) {
            left[k] = w.workers(k);
            for (int i = 0; i < w.workers(k); ++i)
                pool.emplace_back([&, k] {
                    while (B *b = queues[k]->pop()) {
                        w.step(k, b->data);
                        queues[k + 1]->push(b);
                    }
                    if (--left[k] == 0)     // a null per worker of the next step ends it
                        for (int j = 0, n = k + 1 < steps ? w.workers(k + 1) : 1; j < n; ++j)
                            queues[k + 1]->push(nullptr);
                });
        }
        std::thread sink([&] {
            Reorder<B> order;
            while (B *b = queues[steps]->pop())
                order.put(b, [&](B *r) {
                    w.consume(r->data);
                    delete r;
                });
        });
        for (size_t i = 0, n = w.batches(); i < n; ++i) {
            B *b = new B;
            b->seq = i;
            w.make(i, b->data);
            queues[0]->push(b);
        }
        for (int j = 0; j < w.workers(0); ++j)
            queues[0]->push(nullptr);
        for (auto &t : pool) t.join();
        sink.join();
    }
};

Register<Threads<LockedQueue>> r1("threads-condvar");
Register<Threads<TbbQueue>> r2("threads-tbbqueue");
} // namespace
