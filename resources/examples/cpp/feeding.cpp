// SPDX-License-Identifier: MIT
// Data that comes bit by bit: from a function, with results for another one; or sent batch by batch by the program itself. And what is
// called before and after each batch.
#include <millrace/PipelineFeed.h>
#include <millrace/SequentialQueuedPipeline.h>

#include <iostream>

using namespace millrace;

int main()
{
    size_t batches = 0;
    const SequentialQueuedPipeline pipeline(
        {multiply(2), add(1)},
        {.batchSize = 10, .hooks = {.afterBatch = [&batches](const DataContainer &) { ++batches; }}});

    int64_t next = 0, sum = 0;
    const Result<> streamed = pipeline.stream(
        [&next]() -> Result<std::optional<DataContainer>> {
            if (next == 1000)
                return std::optional<DataContainer>(); // no more
            next += 100;
            return std::optional(DataContainer{.dataInputs = DataList::numbers(next - 100, 100)});
        },
        [&sum](const DataContainer &results) {
            for (const DataRow &row : results.rows())
                sum += row.dataInput.toInteger();
        });
    if (!streamed) {
        std::cerr << streamed.error().message << '\n';
        return 1;
    }
    std::cout << batches << " batches, the sum is " << sum << '\n';

    PipelineFeed feed = pipeline.connect();
    for (int64_t i = 0; i < 5; ++i)
        if (!feed.sendBatch({.dataInputs = {i, i + 10}}))
            break; // finish() says why
    const auto out = feed.finish();
    if (!out) {
        std::cerr << out.error().message << '\n';
        return 1;
    }
    std::cout << out->size() << " items, the last one became " << toJson(out->dataInputs[9]) << '\n';
    return batches == 105 && sum == 1'000'000 && out->size() == 10 && out->dataInputs[9] == Value(29) ? 0 : 1;
}
