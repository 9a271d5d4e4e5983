// SPDX-License-Identifier: MIT
// Whatever is read as a pipeline file is written as one from which the same is read again.
#include "pipeline/PipelineFile.h"
#include "Fuzz.h"

using namespace millrace;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const auto loaded = parsePipeline(fuzz::textOf(data, size));
    if (!loaded)
        return 0;
    const std::string written = writePipeline(loaded->pipeline);
    const auto again = parsePipeline(written);
    fuzz::require(again.has_value(), "what was written is read again");
    fuzz::require(writePipeline(again->pipeline) == written, "what is read again is written alike");
    return 0;
}
