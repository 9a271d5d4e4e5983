// SPDX-License-Identifier: MIT
#include "millrace/errors/ChosenItems.h"

#include "data/files/FilePath.h"
#include "data/text/Counted.h"
#include "data/text/Quote.h"
#include "failures/FailedItemsFolder.h"
#include "metrics/ErrorGroup.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace millrace {

std::vector<LogRecord> ChosenItems::records() const
{
    std::vector<LogRecord> chosen;
    for (size_t i = 0; i < all.size(); ++i)
        if (isChosen[i])
            chosen.push_back(all[i]);
    return chosen;
}

std::vector<LogRecord> ChosenItems::others() const
{
    std::vector<LogRecord> left;
    for (size_t i = 0; i < all.size(); ++i)
        if (!isChosen[i])
            left.push_back(all[i]);
    return left;
}

std::vector<size_t> groupNumbers(const std::vector<LogRecord> &records)
{
    std::map<std::string, size_t> numbers;
    std::vector<size_t> groups;
    for (const LogRecord &record : records)
        groups.push_back(numbers.try_emplace(errorGroup(record), numbers.size() + 1).first->second);
    return groups;
}

Result<ChosenItems> chooseItems(const Call &call)
{
    ChosenItems chosen;
    chosen.label = call.words.front();
    std::error_code error;
    chosen.path = std::filesystem::absolute(chosen.label, error).string();
    if (!isRegularFile(chosen.path))
        return failure(ErrorKind::Call, "There is no pipeline file " + inQuotes(chosen.label) + '.');
    chosen.folder = failedItemsPlace(chosen.path);
    auto records = readFailedItems(chosen.folder);
    if (!records)
        return records.forward();
    chosen.all = *std::move(records);
    const auto groupText = call.value("group");
    const auto group = groupText ? wholeOption("group", *groupText, 1) : Result<int64_t>(int64_t(0));
    if (!group)
        return group.forward();
    const std::vector<size_t> groups = groupNumbers(chosen.all);
    const size_t last = groups.empty() ? 0 : *std::ranges::max_element(groups);
    if (size_t(*group) > last)
        return failure(ErrorKind::Call, "--group " + *groupText + ": "
                                            + (last == 0 ? "no item has failed."
                                                         : "there are " + counted(last, "kind") + " of errors."));
    const auto item = call.value("item");
    for (size_t i = 0; i < chosen.all.size(); ++i)
        chosen.isChosen.push_back((*group == 0 || groups[i] == size_t(*group))
                                  && (!item || toPlain(chosen.all[i].itemId) == *item));
    if (item && std::ranges::find(chosen.isChosen, true) == chosen.isChosen.end())
        return failure(ErrorKind::Call,
                       "--item " + *item + ": no failed item has that id" + (*group > 0 ? " in that group." : "."));
    return chosen;
}

int refuseItems(const std::string &text)
{
    printError(printable(text));
    return WrongCall;
}

} // namespace millrace
