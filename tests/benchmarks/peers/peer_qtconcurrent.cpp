// SPDX-License-Identifier: MIT
// qtconcurrent-steps: blockingMap per step over blocks of batches, no overlap of steps.
// qtconcurrent-fused: blockingMap of all steps fused, over blocks of batches.
// The source and the in-order sink run between the blocks in the calling thread.
#include "bench.h"
#include <QThreadPool>
#include <QtConcurrentMap>

namespace {
using namespace pb;

template <bool FusedSteps>
struct QtConcurrentPeer {
    template <class W>
    static void run(W &w, const Config &cfg)
    {
        using B = Batch<W>;
        QThreadPool pool;
        pool.setMaxThreadCount(int(cfg.threads));
        const size_t n = w.batches(), block = 1024;
        std::vector<B *> part;
        for (size_t first = 0; first < n; first += block) {
            part.clear();
            for (size_t i = first; i < std::min(n, first + block); ++i) {
                B *b = new B;
                b->seq = i;
                w.make(i, b->data);
                part.push_back(b);
            }
            if constexpr (FusedSteps) {
                QtConcurrent::blockingMap(&pool, part, [&w](B *&b) {
                    for (int k = 0; k < w.steps(); ++k) w.step(k, b->data);
                });
            } else {
                for (int k = 0; k < w.steps(); ++k)
                    QtConcurrent::blockingMap(&pool, part, [&w, k](B *&b) { w.step(k, b->data); });
            }
            for (B *b : part) {
                w.consume(b->data);
                delete b;
            }
        }
    }
};

Register<QtConcurrentPeer<false>> r1("qtconcurrent-steps");
Register<QtConcurrentPeer<true>> r2("qtconcurrent-fused");
} // namespace
