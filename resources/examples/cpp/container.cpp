// SPDX-License-Identifier: MIT
// DataContainer: items with their ids and expected outputs, cut into batches, joined, put side by side, and walked by.
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
    for (const DataContainer &batch : *batches) {
        const DataRows rows = batch.rows();
        for (const DataRow &row : rows)
            std::cout << toJson(row.id) << ' ' << toJson(row.dataInput) << '\n';
    }
    const auto joined = DataContainer::join(*batches);
    const auto zipped = prices.zipped({.dataInputs = {{{"stock", 7}}, {{"stock", 0}}, {{"stock", 3}}}});
    if (!joined || !zipped)
        return 1;
    std::cout << toJson(zipped->dataInputs[0]) << '\n';
    return batches->size() == 2 && *joined == prices ? 0 : 1;
}
