// SPDX-License-Identifier: MIT
// A pipeline of a program as a pipeline file, and the other way round.
#include <millrace/PipelineFile.h>
#include <millrace/SequentialQueuedPipeline.h>

#include <iostream>

using namespace millrace;

int main()
{
    const SequentialQueuedPipeline pipeline(
        {{"double", 2, 10, multiply(2)}, step("filter", {{"expression", "value > 10"}})}, {.batchSize = 10});
    const auto drawn = pipeline.toPipeline(step("read.container", {{"path", "in.json"}}),
                                           step("write.container", {{"path", "out.json"}}));
    if (!drawn) {
        std::cerr << drawn.error().message << '\n';
        return 1;
    }
    const auto text = writePipeline(*drawn);
    const auto read = parsePipeline(text);
    if (!read) {
        std::cerr << read.error().message << '\n';
        return 1;
    }
    const auto again = SequentialQueuedPipeline::fromPipeline(read->pipeline);
    if (!again) {
        std::cerr << again.error().message << '\n';
        return 1;
    }
    const DataContainer data{.dataInputs = DataList::numbers(0, 20)};
    const auto first = pipeline.transform(data), second = again->transform(data);
    std::cout << text;
    return first && second && *first == *second && first->size() == 14 ? 0 : 1;
}
