// SPDX-License-Identifier: MIT
// tbb-pipeline-T: oneTBB parallel_pipeline with T tokens; a step with 1 worker is serial_in_order,
//   others parallel (TBB knows no worker limit per filter).
// tbb-flow: oneTBB flow graph: input -> limiter -> function nodes (exact worker limits) ->
//   sequencer -> serial sink, which hands a token back to the limiter.
#include "bench.h"
#include <tbb/flow_graph.h>
#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>
#include <memory>

namespace {
using namespace pb;

template <int Tokens>
struct TbbPipeline {
    template <class W>
    static void run(W &w, const Config &cfg)
    {
        using B = Batch<W>;
        tbb::global_control limit(tbb::global_control::max_allowed_parallelism, cfg.threads);
        tbb::task_arena arena{int(cfg.threads)};
        arena.execute([&] {
            const size_t n = w.batches();
            size_t i = 0;
            tbb::filter<void, B *> source = tbb::make_filter<void, B *>(
                tbb::filter_mode::serial_in_order, [&](tbb::flow_control &fc) -> B * {
                    if (i == n) {
                        fc.stop();
                        return nullptr;
                    }
                    B *b = new B;
                    b->seq = i;
                    w.make(i++, b->data);
                    return b;
                });
            for (int k = 0; k < w.steps(); ++k)
                source = source & tbb::make_filter<B *, B *>(
                    w.workers(k) == 1 ? tbb::filter_mode::serial_in_order : tbb::filter_mode::parallel,
                    [&w, k](B *b) {
                        w.step(k, b->data);
                        return b;
                    });
            tbb::parallel_pipeline(size_t(Tokens), source & tbb::make_filter<B *, void>(
                tbb::filter_mode::serial_in_order, [&](B *b) {
                    w.consume(b->data);
                    delete b;
                }));
        });
    }
};

struct TbbFlow {
    template <class W>
    static void run(W &w, const Config &cfg)
    {
        using namespace tbb::flow;
        using B = Batch<W>;
        tbb::global_control limit(tbb::global_control::max_allowed_parallelism, cfg.threads);
        tbb::task_arena arena{int(cfg.threads)};
        arena.execute([&] {
            graph g;
            const size_t n = w.batches();
            size_t i = 0;
            input_node<B *> source(g, [&](tbb::flow_control &fc) -> B * {
                if (i == n) {
                    fc.stop();
                    return nullptr;
                }
                B *b = new B;
                b->seq = i;
                w.make(i++, b->data);
                return b;
            });
            limiter_node<B *> tokens(g, 64);
            using Node = function_node<B *, B *>;
            std::vector<std::unique_ptr<Node>> steps;
            for (int k = 0; k < w.steps(); ++k)
                steps.push_back(std::make_unique<Node>(g, size_t(w.workers(k)), [&w, k](B *b) {
                    w.step(k, b->data);
                    return b;
                }));
            sequencer_node<B *> order(g, [](B *const &b) { return size_t(b->seq); });
            function_node<B *, continue_msg> sink(g, serial, [&](B *b) {
                w.consume(b->data);
                delete b;
                return continue_msg();
            });
            make_edge(source, tokens);
            make_edge(tokens, *steps.front());
            for (size_t k = 1; k < steps.size(); ++k)
                make_edge(*steps[k - 1], *steps[k]);
            make_edge(*steps.back(), order);
            make_edge(order, sink);
            make_edge(sink, tokens.decrementer());
            source.activate();
            g.wait_for_all();
        });
    }
};

// The default arena: no more threads than cores, also for steps that sleep.
Register<TbbPipeline<16>> r1("tbb-pipeline-16");
Register<TbbPipeline<64>> r2("tbb-pipeline-64");
Register<TbbPipeline<64>> r3("tbb-pipeline-64-default", false);
Register<TbbFlow> r4("tbb-flow-64");
} // namespace
