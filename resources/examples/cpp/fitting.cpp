// SPDX-License-Identifier: MIT
// fit(), transform() and fitTransform(): a step that learns, and what it has learnt kept and put back.
#include "streaming/SequentialQueuedPipeline.h"

#include <iostream>

using namespace millrace;

int main()
{
    const SequentialQueuedPipeline unfitted({{"scale", 2, step("scale.standard")}, {"shift", add(5)}},
                                            {.batchSize = 10});
    SequentialQueuedPipeline pipeline = unfitted;
    const DataContainer data{.dataInputs = DataList::numbers(0, 101)};
    const auto out = pipeline.fitTransform(data);
    if (!out) {
        std::cerr << out.error().message << '\n';
        return 1;
    }
    SequentialQueuedPipeline again = unfitted;
    again.setFitted(pipeline.fitted());
    const auto same = again.transform(data);
    std::cout << "The mean of 0 to 100 became " << toJson(out->dataInputs[50]) << '\n';
    return same && *same == *out && out->dataInputs[50].toReal() == 5 ? 0 : 1;
}
