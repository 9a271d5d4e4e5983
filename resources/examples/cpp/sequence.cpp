// SPDX-License-Identifier: MIT
// SequentialQueuedPipeline: steps one after the other, all at work at once, in every form that a step can be given in.
#include <millrace/SequentialQueuedPipeline.h>

#include <iostream>

using namespace millrace;

int main()
{
    const SequentialQueuedPipeline pipeline(
        {
            multiply(2),                                               // step
            {"add", add(1)},                                           // name, step
            {2, multiply(3)},                                          // workers, step
            {"halve", 2, mapStep([](double x) { return x / 2; })},     // name, workers, step
            {"add more", 2, 5, add(10)},                               // name, workers, queue size, step
            {"arguments", 2, {{{"by", 4}}, {{"by", 4}}}, multiply(1)}, // name, workers, worker arguments, step
            {"all", 1, {{{"by", -1}}}, 3, add(0)}, // name, workers, worker arguments, queue size, step
            multiply(1).named("by name").workers(2).queue(5).onError(ErrorPolicy::Skip), // or each by its name
        },
        {.batchSize = 10, .queueSize = 5});
    if (!pipeline.isValid()) {
        std::cerr << pipeline.problem() << '\n';
        return 1;
    }
    const auto out = pipeline.transform({.dataInputs = DataList::numbers(0, 25)});
    if (!out) {
        std::cerr << out.error().message << '\n';
        return 1;
    }
    std::cout << pipeline.batchCount(25) << " batches; the last item became " << toJson(out->dataInputs[24]) << '\n';
    // ((24·2 + 1)·3 / 2 + 10)·4 − 1
    return out->size() == 25 && out->dataInputs[24].toReal() == 333 ? 0 : 1;
}
