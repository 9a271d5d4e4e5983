// SPDX-License-Identifier: MIT
#include "data/text/NearestName.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace millrace {

namespace {

constexpr size_t LongestName = 64; // bytes

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return lower;
}

} // namespace

size_t editDistance(std::string_view from, std::string_view to)
{
    std::vector<size_t> before(to.size() + 1), last(to.size() + 1), now(to.size() + 1);
    std::iota(last.begin(), last.end(), size_t(0));
    for (size_t i = 1; i <= from.size(); ++i) {
        now[0] = i;
        for (size_t j = 1; j <= to.size(); ++j) {
            const bool isSame = from[i - 1] == to[j - 1];
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1)});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                now[j] = std::min(now[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, now);
    }
    return last[to.size()];
}

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
