// SPDX-License-Identifier: MIT
// What steps have learnt: whatever is read is written so that the same is read again.
#include "data/json/StateText.h"
#include "Fuzz.h"

using namespace millrace;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const auto value = parseStateText(fuzz::textOf(data, size));
    if (!value)
        return 0;
    const std::string written = toStateText(*value);
    const auto again = parseStateText(written);
    fuzz::require(again.has_value(), "what was written is read again");
    fuzz::require(toStateText(*again) == written, "what is read again is written alike");
    return 0;
}
