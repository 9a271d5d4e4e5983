// SPDX-License-Identifier: MIT
#include "pipeline/Nearest.h"

#include <algorithm>
#include <numeric>

namespace millrace {

namespace {

constexpr size_t LongestName = 64;

char lowered(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }

/// Levenshtein's distance, upper and lower case taken for the same.
size_t distanceBetween(std::string_view a, std::string_view b)
{
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t(0));
    for (size_t i = 0; i < a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.size(); ++j) {
            const size_t replaced = diagonal + (lowered(a[i]) == lowered(b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

} // namespace

std::string nearestName(std::string_view name, const std::vector<std::string> &names)
{
    if (name.size() > LongestName)
        return {};
    std::string nearest;
    size_t least = std::max(size_t(1), name.size() / 3) + 1;
    for (const std::string &candidate : names) {
        if (candidate.size() > LongestName)
            continue;
        const size_t distance = distanceBetween(name, candidate);
        if (distance < least) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

} // namespace millrace
