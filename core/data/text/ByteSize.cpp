// SPDX-License-Identifier: MIT
#include "data/text/ByteSize.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace millrace {

namespace {

constexpr std::array<std::pair<std::string_view, double>, 12> Units{{
    {"", 1},
    {"b", 1},
    {"byte", 1},
    {"bytes", 1},
    {"kib", 1024.0},
    {"mib", 1024.0 * 1024},
    {"gib", 1024.0 * 1024 * 1024},
    {"tib", 1024.0 * 1024 * 1024 * 1024},
    {"kb", 1e3},
    {"mb", 1e6},
    {"gb", 1e9},
    {"tb", 1e12},
}};
constexpr double MostBytes = 9007199254740992.0; ///< that a double tells apart

} // namespace

std::optional<uint64_t> byteSizeOf(std::string_view text)
{
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || !(number >= 0))
        return std::nullopt;
    text.remove_prefix(size_t(end - text.data()));
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    std::string unit;
    for (const char c : text)
        unit += c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    for (const auto &[name, factor] : Units)
        if (unit == name && number * factor <= MostBytes)
            return uint64_t(std::llround(number * factor));
    return std::nullopt;
}

std::string byteSizeText(uint64_t bytes)
{
    if (bytes < 1024)
        return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
    constexpr std::array<const char *, 4> Names{"KiB", "MiB", "GiB", "TiB"};
    double number = double(bytes) / 1024;
    size_t unit = 0;
    for (; number >= 1023.95 && unit + 1 < Names.size(); ++unit)
        number /= 1024;
    char text[48];
    const bool isWhole = number == std::floor(number) || number >= 99.95;
    std::snprintf(text, sizeof text, isWhole ? "%.0f %s" : "%.1f %s", number, Names[unit]);
    return text;
}

} // namespace millrace
