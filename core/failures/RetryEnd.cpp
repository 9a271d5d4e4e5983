// SPDX-License-Identifier: MIT
#include "failures/RetryEnd.h"

#include "failures/FailedItemsFolder.h"

#include <utility>

namespace millrace {

namespace {

/// What failed again, as what it was before: where it came from, and how often it was tried in all.
Result<std::vector<LogRecord>> failedAgain(const std::string &place, const ItemsToRetry &tried)
{
    auto again = readFailedItems(place);
    if (!again)
        return again;
    for (LogRecord &record : *again) {
        if (const LogRecord *before = tried.find(record.origin))
            record.attempts += before->attempts;
        tried.restorePlace(record);
    }
    return again;
}

} // namespace

Result<> mayRetry(const std::string &folder)
{
    if (isFailedItemsFolderInUse(folder))
        return failure(ErrorKind::Call,
                       "A run of this pipeline is under way; its failed items can be tried again once it is over.");
    if (readEndOfFailedItems(folder).status != "finished")
        return failure(ErrorKind::Call,
                       "The last run did not finish, so its results aren't complete, and there is nothing that more "
                       "could be added to. Run the whole pipeline again.");
    return {};
}

std::string placeOfFailedAgain(const std::string &folder)
{
    return folder + "-again";
}

Result<RetryEnd> settleRetry(const std::string &folder, const RetryPipeline &tried, std::vector<LogRecord> untouched)
{
    RetryEnd end;
    for (const auto &[source, records] : tried.items.bySource)
        end.tried += records.size();
    end.notTried = tried.others.size();
    std::vector<LogRecord> left = std::move(untouched);
    left.insert(left.end(), tried.others.begin(), tried.others.end());
    const std::string place = placeOfFailedAgain(folder);
    const auto again = failedAgain(place, tried.items);
    if (!again)
        return again.forward();
    end.failedAgain = again->size();
    left.insert(left.end(), again->begin(), again->end());
    end.left = left.size();
    if (auto replaced = replaceFailedItems(folder, left); !replaced)
        return replaced.forward();
    discardFailedItems(place);
    return end;
}

} // namespace millrace
