// SPDX-License-Identifier: MIT
#include "streaming/ObservableQueueStepSaver.h"

#include <algorithm>

namespace millrace {

namespace {

bool isOfTheProgram(const std::pair<std::string, Value> &member)
{
    return member.first == "waiting" || member.first == "subscribers";
}

} // namespace

bool ObservableQueueStepSaver::canLoad(const StepRecord &record, const StepFiles &) const
{
    return std::any_of(record.extra.begin(), record.extra.end(),
                       [](const auto &member) { return member.first == "queueSize"; });
}

Result<> ObservableQueueStepSaver::save(StepRecord &record, StepFiles &) const
{
    std::erase_if(record.extra, isOfTheProgram);
    return {};
}

Result<> ObservableQueueStepSaver::load(StepRecord &record, const StepFiles &) const
{
    std::erase_if(record.extra, isOfTheProgram);
    record.extra.emplace_back("waiting", List());
    record.extra.emplace_back("subscribers", List());
    return {};
}

} // namespace millrace
