// SPDX-License-Identifier: MIT
#include "pipeline/Nearest.h"

#include "data/TextDistance.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr size_t LongestName = 64;

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return lower;
}

} // namespace

std::string nearestName(std::string_view name, const std::vector<std::string> &names)
{
    if (name.size() > LongestName)
        return {};
    const std::string wanted = lowered(name);
    std::string nearest;
    size_t least = std::max(size_t(2), name.size() / 3) + 1; // further away is no likeness
    for (const std::string &candidate : names) {
        if (candidate.size() > LongestName)
            continue;
        const size_t distance = editDistance(wanted, lowered(candidate));
        if (distance < least && distance < name.size()) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

} // namespace millrace
