// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "failures/RetryPipeline.h"
#include "metrics/LogRecord.h"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

/// Fails with a sentence where what is kept in that folder can't be tried again: a run is under way, or the last one did not finish, so
/// that there are no complete results to add to.
Result<> mayRetry(const std::string &folder);

/// Where a run of a RetryPipeline keeps what fails in it, until settleRetry().
std::string placeOfFailedAgain(const std::string &folder);

/// What came of trying failed items again.
struct RetryEnd
{
    uint64_t tried = 0;
    uint64_t failedAgain = 0;
    uint64_t notTried = 0; ///< RetryPipeline::others
    uint64_t left = 0;     ///< failed items that are kept now
};

/// For a run of `tried` that has finished: the folder keeps `untouched`, the items that could not be tried, and those that have failed
/// again, with where they first came from and how often they were tried in all. placeOfFailedAgain() goes, but where this fails: then both
/// stay as they are.
Result<RetryEnd> settleRetry(const std::string &folder, const RetryPipeline &tried, std::vector<LogRecord> untouched);

} // namespace millrace
