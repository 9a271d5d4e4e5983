// SPDX-License-Identifier: MIT
#include "engine/workers/FailureLimits.h"

#include <algorithm>
#include <cstdio>
#include <string>

namespace millrace {

Result<> checkFailedItems(const RunLimits &limits, uint64_t failed, uint64_t read)
{
    if (limits.errors && failed > uint64_t(*limits.errors))
        return failure(ErrorKind::Limit,
                       "The run ends, for " + std::to_string(failed) + (failed == 1 ? " item has" : " items have")
                           + " failed, and its limit \"errors\" is " + std::to_string(*limits.errors) + '.');
    const uint64_t all = std::max(read, failed);
    if (!limits.errorPercent || all < uint64_t(limits.afterItems.value_or(UsualAfterItems))
        || double(failed) * 100 <= *limits.errorPercent * double(all))
        return {};
    char percent[64];
    std::snprintf(percent, sizeof percent, "%.3g %%, and its limit \"errorPercent\" is %.6g.",
                  double(failed) * 100 / double(all), *limits.errorPercent);
    return failure(ErrorKind::Limit, "The run ends, for " + std::to_string(failed) + " of " + std::to_string(all)
                                         + " items have failed: " + percent);
}

} // namespace millrace
