// SPDX-License-Identifier: MIT
// What the quick reader of CSV reads is what a slow and simple one reads.
#include "Fuzz.h"
#include "steps/SlowCsv.h"

using namespace millrace;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view text = fuzz::textOf(data, size);
    // Bytes of value 0 and marks of other encodings are refused at a file's beginning.
    if (text.substr(1).find('\0') != std::string_view::npos || text[1 % size] == '\xEF' || text[1 % size] == '\xFE'
        || text[1 % size] == '\xFF')
        return 0;
    const std::string difference = test::differenceFromSlowCsv(std::string(text.substr(1)), 1 + data[0] % 32);
    fuzz::require(difference.empty(), difference);
    return 0;
}
