// SPDX-License-Identifier: MIT
#include "data/TextDistance.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace millrace {

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

} // namespace millrace
