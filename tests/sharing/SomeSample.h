// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/RunSample.h"

namespace millrace::test {

/// A run with all kinds of figures, each of them another one.
inline RunSample someSample()
{
    RunSample sample;
    sample.seconds = 2.5;
    sample.state = RunState::Running;
    sample.itemsRead = 1'000;
    sample.itemsWritten = 700;
    sample.errors = 12;
    sample.progress = 0.25;
    sample.cpuSeconds = 1.75;
    StepSample source, price;
    source.id = "orders";
    source.type = "read.csv";
    source.isSource = true;
    source.itemsOut = 1'000;
    source.batchesOut = 10;
    price.id = "price";
    price.type = "formula";
    price.workers = 3;
    price.activeWorkers = 2;
    price.batchesIn = 9;
    price.itemsIn = 900;
    price.itemsOut = 888;
    price.errors = 12;
    price.busy = 1'500'000'000;
    price.blocked = 250'000'000;
    price.queue = {.depth = 4, .capacity = 5, .peak = 5, .mean = 3.5, .bytes = 4'096, .peakBytes = 8'192};
    price.state = StepState::Busy;
    price.counted[countedGauge("retries")] = 7;
    for (const uint64_t nanoseconds : {500u, 3'000u, 3'500u, 900'000u, 70'000'000u})
        ++price.service[size_t(Histogram::classOf(nanoseconds))];
    sample.steps = {source, price};
    return sample;
}

} // namespace millrace::test
