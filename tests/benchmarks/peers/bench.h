// SPDX-License-Identifier: MIT
// Registry of peers and the runner. Every measurement is a forked child, so pools, arenas and
// the peak RSS of one peer never touch the next; runs of all peers are interleaved.
#pragma once
#include "workloads.h"
#include <functional>

namespace pb {

struct Peer {
    std::string name;
    bool oversubscribe;                            // W4, W4p get 26 threads instead of cfg.threads
    std::function<void(Overhead1 &, const Config &)> overhead1;
    std::function<void(Overhead100 &, const Config &)> overhead100;
    std::function<void(CpuBound &, const Config &)> cpu;
    std::function<void(Sleeping &, const Config &)> sleep;
    std::function<void(CsvJob &, const Config &)> csv;
};

std::vector<Peer> &peers();
int benchMain(int argc, char **argv);

template <class Impl>
struct Register {
    explicit Register(std::string name, bool oversubscribe = true)
    {
        peers().push_back({std::move(name), oversubscribe,
                           [](auto &w, const Config &c) { Impl::run(w, c); },
                           [](auto &w, const Config &c) { Impl::run(w, c); },
                           [](auto &w, const Config &c) { Impl::run(w, c); },
                           [](auto &w, const Config &c) { Impl::run(w, c); },
                           [](auto &w, const Config &c) { Impl::run(w, c); }});
    }
};

// A batch on its way through a peer.
template <class W>
struct Batch {
    uint64_t seq = 0;
    typename W::Payload data;
};

// Restores the order of batches in a serial sink; owns nothing that it has passed on.
template <class B>
class Reorder {
public:
    template <class F>
    void put(B *b, F &&sink)
    {
        size_t ahead = b->seq - m_next;
        if (ahead >= m_ring.size())
            grow(ahead + 1);
        m_ring[b->seq & (m_ring.size() - 1)] = b;
        while (B *&slot = m_ring[m_next & (m_ring.size() - 1)]) {
            B *ready = slot;
            slot = nullptr;
            ++m_next;
            sink(ready);
        }
    }

private:
    void grow(size_t need)
    {
        size_t n = m_ring.size();
        while (n < need) n *= 2;
        std::vector<B *> bigger(n, nullptr);
        for (B *b : m_ring)
            if (b) bigger[b->seq & (n - 1)] = b;
        m_ring.swap(bigger);
    }
    std::vector<B *> m_ring = std::vector<B *>(64, nullptr);
    uint64_t m_next = 0;
};

} // namespace pb
