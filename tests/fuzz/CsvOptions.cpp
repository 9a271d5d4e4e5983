// SPDX-License-Identifier: MIT
// CSV with any parameters: what is read of a file doesn't depend on how many items a batch has. Its first bytes choose them.
#include "fuzz/GoodItems.h"
#include "fuzz/MemoryFile.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace millrace;

namespace {

/// One of those by turns, as a member of the parameters.
std::string choice(uint8_t &number, const char *name, std::initializer_list<const char *> values)
{
    const char *const value = values.begin()[number % values.size()];
    number = uint8_t(number / values.size());
    return value[0] == '\0' ? std::string() : std::string(", \"") + name + "\": " + value;
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    constexpr size_t Choices = 6;
    if (size < Choices)
        return 0;
    std::array<uint8_t, Choices> by{};
    for (size_t i = 0; i < Choices; ++i)
        by[i] = data[i];
    std::string more = "\"sample\": 5";
    more += choice(by[0], "delimiter", {"", R"(";")", R"("||")", R"("\\t")"});
    more += choice(by[0], "quote", {"", R"("'")", R"("none")"});
    more += choice(by[0], "escape", {"", R"("\\")"});
    more += choice(by[1], "quotes", {"", R"("lenient")"});
    more += choice(by[1], "header", {"", R"("false")", R"("true")"});
    more += choice(by[1], "headerRows", {"", R"("2")"});
    more += choice(by[1], "skipLines", {"", R"("2")", R"("0")"});
    more += choice(by[2], "skipEnd", {"", "1", "3"});
    more += choice(by[2], "comment", {"", R"("#")"});
    more += choice(by[2], "trim", {"", R"("true")", R"("false")"});
    more += choice(by[2], "lineEnd", {"", R"("any")", R"("lf")"});
    more += choice(by[3], "types", {"", R"("text")"});
    more += choice(by[3], "misfit", {"", R"("null")"});
    more += choice(by[3], "decimal", {"", R"(",")"});
    more += choice(by[3], "thousands", {"", R"("'")"});
    more += choice(by[3], "dates", {"", R"(["dd.MM.yyyy", "HH:mm"])"});
    more += choice(by[4], "ragged", {"", R"("pad")", R"("keep")"});
    more += choice(by[4], "nulls", {"", R"(["NA", ""])"});
    more += choice(by[4], "file", {"", "true"});
    more += choice(by[4], "line", {"", "true"});
    const fuzz::MemoryFile file(fuzz::textOf(data + Choices, size - Choices));
    const std::string params = test::withPath(file.path(), more);
    const test::Items many = test::readAll("read.csv", params, 1000);
    const test::Items few = test::readAll("read.csv", params, 1 + by[5] % 7);
    fuzz::require(few.failure == many.failure, "it fails alike: " + few.failure + " / " + many.failure);
    if (!many.failure.empty())
        return 0;
    fuzz::require(fuzz::goodItemsOf(few) == fuzz::goodItemsOf(many), "the items are the same: " + more);
    fuzz::require(few.errors == many.errors && few.lines == many.lines, "so are their errors and lines: " + more);
    return 0;
}
