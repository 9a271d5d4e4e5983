// SPDX-License-Identifier: MIT
// A pipeline changed between calls: parameters by name, also in a nested pipeline, another step in place of one, and what is said
// of a name that isn't there.
#include <millrace/SequentialQueuedPipeline.h>

#include <iostream>

using namespace millrace;

int main()
{
    SequentialQueuedPipeline pipeline(
        {multiply(2).named("double").workers(2), {"inner", SequentialQueuedPipeline({{"add", add(1)}})}});
    const auto result = [&pipeline] {
        const auto out = pipeline.transform({.dataInputs = {10}});
        return out ? toJson(out->dataInputs[0]) : out.error().message;
    };
    std::cout << result() << '\n'; // 10·2 + 1
    StepReference twice = pipeline["double"];
    const bool isSet = twice.setParameter("by", 3) && pipeline.set("inner.add.by", 5);
    std::cout << result() << '\n'; // 10·3 + 5
    const bool isReplaced = pipeline.setStep("double", mapStep([](double x) { return x / 4; })).has_value();
    std::cout << result() << '\n'; // 10/4 + 5
    const Result<> wrong = pipeline.set("triple.by", 3);
    if (!isSet || !isReplaced || wrong)
        return 1;
    std::cout << wrong.error().message << '\n';
    return result() == "7.5" ? 0 : 1;
}
