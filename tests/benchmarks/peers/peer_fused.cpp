// SPDX-License-Identifier: MIT
// fused: one thread, one loop, one reused batch: the lower bound of overhead.
// fused-omp: all steps fused over chunks of batches on all cores, ordered sink: the limit of a
//   perfect split.
#include "bench.h"
#include <mutex>
#include <omp.h>

namespace {
using namespace pb;

struct Fused {
    template <class W>
    static void run(W &w, const Config &)
    {
        typename W::Payload p{};
        for (size_t i = 0, n = w.batches(); i < n; ++i) {
            w.make(i, p);
            for (int k = 0; k < w.steps(); ++k)
                w.step(k, p);
            w.consume(p);
        }
    }
};

// Each thread takes the next chunk of batches under the source's lock, runs all steps on it and
// leaves it with the sink, which whoever holds the next chunk drives. Chunks are reused.
struct FusedOmp {
    template <class W>
    static void run(W &w, const Config &cfg)
    {
        struct Chunk {
            uint64_t seq = 0;
            size_t count = 0;
            std::vector<typename W::Payload> part;
        };
        const size_t n = w.batches(), size = std::clamp<size_t>(n / 2000, 1, W::kChunk);
        std::mutex source, sink;
        size_t made = 0;
        uint64_t seq = 0;
        Reorder<Chunk> order;
        std::vector<Chunk *> spare;
        for (unsigned i = 0; i < 4 * cfg.threads; ++i) {
            spare.push_back(new Chunk);
            spare.back()->part.resize(size);
        }
        #pragma omp parallel num_threads(int(cfg.threads))
        for (;;) {
            Chunk *c = nullptr;
            while (!c) {        // all chunks in flight: one of them is held up
                std::unique_lock lock(sink);
                if (!spare.empty()) {
                    c = spare.back();
                    spare.pop_back();
                } else {
                    lock.unlock();
                    std::this_thread::yield();
                }
            }
            {
                std::lock_guard lock(source);
                c->count = std::min(size, n - made);
                c->seq = seq++;
                for (size_t j = 0; j < c->count; ++j)
                    w.make(made + j, c->part[j]);
                made += c->count;
            }
            if (c->count == 0) {
                std::lock_guard lock(sink);
                spare.push_back(c);
                break;
            }
            for (size_t j = 0; j < c->count; ++j)
                for (int k = 0; k < w.steps(); ++k)
                    w.step(k, c->part[j]);
            std::lock_guard lock(sink);
            order.put(c, [&](Chunk *ready) {
                for (size_t j = 0; j < ready->count; ++j)
                    w.consume(ready->part[j]);
                spare.push_back(ready);
            });
        }
        for (Chunk *c : spare) delete c;
    }
};

Register<Fused> r1("fused");
Register<FusedOmp> r2("fused-omp");
} // namespace
