// SPDX-License-Identifier: MIT
// What the quick reader of CSV reads is what a slow and simple one reads.
#include "formats/bytes/FileKind.h"
#include "formats/bytes/Unpacker.h"
#include "Fuzz.h"
#include "steps/SlowCsv.h"

using namespace millrace;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view text = fuzz::textOf(data, size);
    // Bytes of value 0, marks of other encodings, and what begins as a file of another kind are refused, or unpacked.
    const std::string_view file = text.substr(1);
    if (file.find('\0') != std::string_view::npos || file.starts_with('\xEF') || file.starts_with('\xFE')
        || file.starts_with('\xFF') || packingOf(file) != Packing::None || !binaryKindOf(file).empty())
        return 0;
    const std::string difference = test::differenceFromSlowCsv(std::string(file), 1 + data[0] % 32);
    fuzz::require(difference.empty(), difference);
    return 0;
}
