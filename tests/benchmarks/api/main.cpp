// SPDX-License-Identifier: MIT
// `millrace-bench-api`: what calls of the C++ API cost, and whether thousands of them leave anything behind. Exit status 1 where a
// target is missed.
#include "streaming/QueueJoiner.h"
#include "streaming/QueueWorker.h"
#include "streaming/SequentialQueuedPipeline.h"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace millrace;

namespace {

double medianSeconds(int rounds, const SequentialQueuedPipeline &pipeline, const DataContainer &data)
{
    std::vector<double> seconds;
    for (int round = 0; round < rounds; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        const auto out = pipeline.transform(data);
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
        if (!out || out->size() != data.size()) {
            std::fprintf(stderr, "%s\n", out ? "Items are missing." : out.error().message.c_str());
            std::exit(1);
        }
    }
    std::nth_element(seconds.begin(), seconds.begin() + rounds / 2, seconds.end());
    return seconds[size_t(rounds / 2)];
}

bool report(const char *what, double reached, const char *unit, double target, bool atMost)
{
    const bool isMet = atMost ? reached <= target : reached >= target;
    std::printf("%-58s %12.4g %-8s %s %.4g: %s\n", what, reached, unit, atMost ? "at most" : "at least", target,
                isMet ? "met" : "MISSED");
    return isMet;
}

/// The example in the documentation of the origin: a step that sleeps, then one that multiplies.
bool originsExample()
{
    const auto sleeping = mapStep([](double x) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return x;
    });
    const SequentialQueuedPipeline pipeline({{"sleep", 4, sleeping}, {"multiply", 4, multiply(2)}}, {.batchSize = 5});
    return report("100 items that take 0.02 s, batches of 5, 4 workers a step",
                  medianSeconds(5, pipeline, {.dataInputs = DataList::numbers(0, 100)}), "s", 0.52, true);
}

bool overhead()
{
    const SequentialQueuedPipeline pipeline({identity(), identity(), identity()}, {.batchSize = 1});
    const double seconds = medianSeconds(15, pipeline, {.dataInputs = DataList::numbers(0, 100'000)});
    return report("3 identity steps, 100 000 items, 1 item a batch", 1e5 / seconds, "items/s", 7.93e6, false);
}

size_t threadCount()
{
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return size_t(std::distance(begin(tasks), end(tasks)));
}

/// Calls that go well, calls that fail, and live workers.
void runMany(int runs)
{
    const SequentialQueuedPipeline good({{2, multiply(2)}, {2, add(1)}}, {.batchSize = 3});
    const SequentialQueuedPipeline bad({{2, mapStep([](double x) {
                                             if (x == 17)
                                                 throw std::out_of_range("17");
                                             return x;
                                         })}},
                                       {.batchSize = 3});
    const DataContainer data{.dataInputs = DataList::numbers(0, 30)};
    for (int run = 0; run < runs; ++run) {
        if (run % 3 == 2) {
            QueueWorker worker(multiply(2), {.workers = 2});
            QueueJoiner joiner;
            worker.subscribe(joiner);
            if (!worker.start() || !worker.put({.data = data}) || !joiner.join(1))
                std::abort();
        } else if (bool((run % 3 == 1 ? bad : good).transform(data)) != (run % 3 == 0)) {
            std::abort();
        }
    }
}

bool leaves(int runs)
{
    runMany(500);
    const size_t threads = threadCount();
    const auto inUse = [] { return double(mallinfo2().uordblks) / 1024; };
    const double before = inUse();
    runMany(runs);
    for (int wait = 0; wait < 100 && threadCount() > threads; ++wait)
        std::this_thread::sleep_for(
            std::chrono::milliseconds(10)); // until the last ones are gone for the kernel as well
    char what[80];
    std::snprintf(what, sizeof what, "%d runs: memory in use afterwards, more than before", runs);
    const bool memory = report(what, inUse() - before, "KiB", 64, true);
    std::snprintf(what, sizeof what, "%d runs: threads afterwards, more than before", runs);
    return report(what, double(threadCount()) - double(threads), "threads", 0, true) && memory;
}

} // namespace

int main(int argc, char **argv)
{
    const int runs = argc > 1 ? std::atoi(argv[1]) : 10'000;
    const bool example = originsExample();
    const bool small = overhead();
    return leaves(runs) && example && small ? 0 : 1;
}
