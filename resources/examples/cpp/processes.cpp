// SPDX-License-Identifier: MIT
// Workers in processes, each with arguments of its own; setup(), the last batch padded, and a function for any queued pipeline.
#include <millrace/ParallelQueuedFeatureUnion.h>
#include <millrace/SequentialQueuedPipeline.h>
#include <millrace/WorkerProcess.h>

#include <iostream>

using namespace millrace;

namespace {

/// What SequentialQueuedPipeline and ParallelQueuedFeatureUnion have in common is BaseQueuedPipeline.
Result<DataContainer> run(BaseQueuedPipeline &pipeline, const DataContainer &data)
{
    if (auto ready = pipeline.setup(); !ready) // says at once what could only fail later
        return ready.forward();
    auto out = pipeline.transform(data);
    pipeline.teardown();
    return out;
}

} // namespace

int main(int argc, char **argv)
{
    // This program is its own worker; without this line `millrace` is looked for.
    if (const auto status = runWorkerIfAsked(argc, argv, builtInSteps()))
        return *status;

    // Each of the two workers has a set of arguments, laid over the parameters of its own clone. More sets than workers are refused.
    const WorkerArguments arguments{{{"by", 10}}, {{"by", 10}}};
    SequentialQueuedPipeline steps({{"tens", 2, arguments, 4, multiply(1)}},
                                   {.batchSize = 4,
                                    .runIn = RunIn::Processes,
                                    .incomplete = Incomplete::Pad,
                                    .padDataInputs = Value(0),
                                    .padExpectedOutputs = Value(-1),
                                    .onError = ErrorPolicy::Skip, // an item that kills its process is left out
                                    .timeLimit = 60});
    ParallelQueuedFeatureUnion both({{"as it is", identity()}, {"tens", steps}}, {.batchSize = 4});
    const DataContainer data{.dataInputs = {1, 2, 3, 4, 5}, .expectedOutputs = {1, 2, 3, 4, 5}};
    const auto out = run(steps, data), joined = run(both, data);
    if (!out || !joined) {
        std::cerr << (out ? joined : out).error().message << '\n';
        return 1;
    }
    for (size_t row = 0; row < out->size(); ++row)
        std::cout << toJson(out->dataInputs[row]) << ' ' << toJson(out->expectedOutputs[row]) << '\n';
    const bool isAsSaid = out->dataInputs == DataList{10, 20, 30, 40, 50, 0, 0, 0}
                          && out->expectedOutputs == DataList{1, 2, 3, 4, 5, -1, -1, -1}
                          && steps.batchCount(data.size()) == 2 && joined->size() == 5 + 8;
    const SequentialQueuedPipeline wrong({{"m", 1, arguments, multiply(1)}});
    std::cout << wrong.problem() << '\n';
    return isAsSaid && !wrong.isValid() ? 0 : 1;
}
