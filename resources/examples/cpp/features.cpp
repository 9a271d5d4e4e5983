// SPDX-License-Identifier: MIT
// ParallelQueuedFeatureUnion: the same data through several steps side by side, joined as fields or by a function.
#include <millrace/ParallelQueuedFeatureUnion.h>
#include <millrace/SequentialQueuedPipeline.h>

#include <iostream>

using namespace millrace;

int main()
{
    const std::vector<QueuedStep> branches{
        {"twice", 2, multiply(2)}, {"shifted", SequentialQueuedPipeline({multiply(3), add(1)})}, // pipelines nest
    };
    const ParallelQueuedFeatureUnion fields(branches, {.batchSize = 10, .joiner = Joining::Fields});
    const DataJoiner difference = [](std::vector<DataContainer> results) -> Result<DataContainer> {
        DataContainer joined{.ids = results[0].ids};
        for (size_t row = 0; row < joined.ids.size(); ++row)
            joined.dataInputs.append(results[1].dataInputs[row].toReal() - results[0].dataInputs[row].toReal());
        return joined;
    };
    const ParallelQueuedFeatureUnion function(branches, {.batchSize = 10, .joiner = difference});

    const DataContainer data{.dataInputs = DataList::numbers(0, 100)};
    const auto records = fields.transform(data), differences = function.transform(data);
    if (!records || !differences) {
        std::cerr << (records ? differences : records).error().message << '\n';
        return 1;
    }
    std::cout << toJson(records->dataInputs[7]) << "; difference " << toJson(differences->dataInputs[7]) << '\n';
    return differences->dataInputs[7].toReal() == 8 ? 0 : 1;
}
