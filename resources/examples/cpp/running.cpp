// SPDX-License-Identifier: MIT
// start(): a call that is watched while it runs, limited in time, and cancelled.
#include <millrace/RunningCall.h>
#include <millrace/SequentialQueuedPipeline.h>

#include <iostream>

using namespace millrace;
using namespace std::chrono_literals;

int main()
{
    const SequentialQueuedPipeline pipeline({step("delay", {{"milliseconds", 1}}), multiply(2)}, {.batchSize = 10});
    const RunningCall call = pipeline.start({.dataInputs = DataList::numbers(0, 200)}, 60s);
    size_t looks = 0;
    do {
        const RunSample sample = call.sample(); // all gauges of the run
        looks += sample.steps.size();
    } while (!call.wait(20ms));
    const auto out = call.result();
    if (!out) {
        std::cerr << out.error().message << '\n';
        return 1;
    }
    RunningCall endless = pipeline.start({.dataInputs = DataList::numbers(0, 1'000'000)});
    endless.cancel();
    const auto none = endless.result();
    std::cout << out->size() << " items; " << (none ? "the other call wasn't cancelled" : none.error().message) << '\n';
    return looks > 0 && out->size() == 200 && !none ? 0 : 1;
}
