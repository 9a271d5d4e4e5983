// SPDX-License-Identifier: MIT
// Where JSON values end: of any text the same, however much of it is at hand, and of JSON where it ends.
#include "data/json/JsonReader.h"
#include "formats/json/JsonExtent.h"
#include "fuzz/Fuzz.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace millrace;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    std::string_view text = fuzz::textOf(data, size);
    skipJsonSeparators(text);
    if (text.empty())
        return 0;
    const size_t length = jsonLength(text, true);
    fuzz::require(length <= text.size(), "a value ends within its text");
    for (size_t end = 0; end < text.size(); ++end) {
        const size_t early = jsonLength(text.substr(0, end), false);
        fuzz::require(early == std::string_view::npos || early == length, "its end doesn't depend on what follows");
    }
    const std::string_view whole = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    if (parseJson(whole))
        fuzz::require(length == whole.size(), "JSON is one value");
    return 0;
}
