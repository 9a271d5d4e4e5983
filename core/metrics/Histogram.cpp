// SPDX-License-Identifier: MIT
#include "metrics/Histogram.h"

namespace millrace {

double Histogram::quantile(const Counts &counts, double share)
{
    uint64_t total = 0;
    for (const uint64_t count : counts)
        total += count;
    if (total == 0)
        return 0;
    const double wanted = share * double(total);
    uint64_t seen = 0;
    for (int i = 0; i < Classes; ++i) {
        seen += counts[size_t(i)];
        if (double(seen) >= wanted && counts[size_t(i)] > 0)
            return valueOf(i);
    }
    return valueOf(Classes - 1);
}

} // namespace millrace
