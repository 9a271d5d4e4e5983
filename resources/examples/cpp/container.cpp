// SPDX-License-Identifier: MIT
// DataContainer: items with their ids and expected outputs, cut into batches.
#include <millrace/DataContainer.h>

#include <iostream>

using namespace millrace;

int main()
{
    const DataContainer prices{
        .ids = {"tea", "coffee", "milk"}, .dataInputs = std::vector<double>{2.5, 4, 1.2}, .expectedOutputs = {3, 5, 1}};
    Batching batching;
    batching.size = 2;
    const auto batches = prices.minibatches(batching);
    if (!batches) {
        std::cerr << batches.error().message << '\n';
        return 1;
    }
    for (const DataContainer &batch : *batches)
        for (size_t row = 0; row < batch.size(); ++row)
            std::cout << toJson(batch.id(row)) << ' ' << toJson(batch.dataInputs[row]) << '\n';
    return batches->size() == 2 ? 0 : 1;
}
