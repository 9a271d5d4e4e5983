// SPDX-License-Identifier: MIT
// Prints every step type of the library, whose registration and script engine must survive linking, and the version.
#include <millrace/SequentialQueuedPipeline.h>
#include <millrace/StepType.h>
#include <millrace/Version.h>

#include <iostream>

#if __has_include("data/Value.h") || __has_include("Value.h")
#error "The library brings names into the include path that aren't its own"
#endif
#if MILLRACE_VERSION_MAJOR == 0 && MILLRACE_VERSION_MINOR < 1
#error "The version can't be compared"
#endif

using namespace millrace;

int main()
{
    StepRegistry registry;
    registerBuiltInSteps(registry);
    for (const StepType &type : registry.types())
        std::cout << type.id << '\n';
    const SequentialQueuedPipeline pipeline({
        step("javascript", {{"code", "function transform(item) { return {value: item.value.toString(2)}; }"}}),
        step("formula", {{"expression", "value.split('').reverse().join('')"}, {"field", "value"}}),
    });
    const auto out = pipeline.transform({.dataInputs = {4, 6, 11}});
    if (!out) {
        std::cerr << out.error().message << '\n';
        return 1;
    }
    std::cerr << MILLRACE_VERSION << '\n';
    return out->dataInputs[2].toText() == "1101" ? 0 : 1;
}
