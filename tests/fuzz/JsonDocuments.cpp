// SPDX-License-Identifier: MIT
// Documents of JSON: what is read of them doesn't depend on how many items a batch has.
#include "fuzz/GoodItems.h"
#include "fuzz/MemoryFile.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace millrace;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    constexpr std::array<const char *, 4> Pointers{"", R"("records": "/a")", R"("records": "/a/0")",
                                                   R"("nan": "null")"};
    const char *const more = Pointers[data[0] % Pointers.size()];
    const fuzz::MemoryFile file(fuzz::textOf(data + 1, size - 1));
    const std::string params = test::withPath(file.path(), more);
    const test::Items many = test::readAll("read.json", params, 1000);
    const test::Items few = test::readAll("read.json", params, 1 + (data[0] >> 2) % 7);
    fuzz::require(few.failure == many.failure, "it fails alike: " + few.failure + " / " + many.failure);
    fuzz::require(fuzz::goodItemsOf(few) == fuzz::goodItemsOf(many), "the items are the same");
    fuzz::require(few.errors == many.errors && few.lines == many.lines, "so are their errors and lines");
    return 0;
}
