// SPDX-License-Identifier: MIT
// fit(), transform(), fitTransform() and inverseTransform(): a step that learns, what it has learnt saved as a folder and loaded, and its
// scaling taken back.
#include <millrace/SequentialQueuedPipeline.h>

#include <filesystem>
#include <iostream>

#include <unistd.h>

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
    const auto folder = std::filesystem::temp_directory_path() / ("fitted-" + std::to_string(::getpid()));
    SequentialQueuedPipeline again = unfitted;
    const auto kept = pipeline.save(folder.string());
    const auto loaded = again.load(folder.string());
    std::filesystem::remove_all(folder);
    if (!kept || !loaded) {
        std::cerr << (kept ? loaded.error().message : kept.error().message) << '\n';
        return 1;
    }
    for (const Problem &stale : *loaded) // learnt before a step was changed
        std::cerr << stale.text << '\n';
    const auto same = again.transform(data);
    std::cout << "The mean of 0 to 100 became " << toJson(out->dataInputs[50]) << '\n';
    SequentialQueuedPipeline scaling({step("scale.minmax"), step("scale.standard")});
    const auto scaled = scaling.fitTransform({.dataInputs = {10, 20, 30}});
    const auto back = scaled ? scaling.inverseTransform(*scaled) : scaled;
    if (!back) {
        std::cerr << back.error().message << '\n';
        return 1;
    }
    std::cout << toJson(scaled->dataInputs[1]) << " was " << toJson(back->dataInputs[1]) << '\n';
    return same && *same == *out && out->dataInputs[50].toReal() == 5 && back->dataInputs[1].toReal() == 20 ? 0 : 1;
}
