// SPDX-License-Identifier: MIT
#pragma once

#include "learning/StepSaver.h"

namespace millrace {

/// Keeps a QueueWorker's step without what belongs to the running program only: the tasks that wait in its queue, and who has
/// subscribed. Goes first in a chain, for records made by QueueWorker::record(); once loaded the queue is empty and nobody has
/// subscribed.
class ObservableQueueStepSaver final : public StepSaver
{
public:
    std::string_view name() const override { return "observable-queue"; }
    bool canLoad(const StepRecord &record, const StepFiles &files) const override;
    Result<> save(StepRecord &record, StepFiles &files) const override;
    Result<> load(StepRecord &record, const StepFiles &files) const override;
};

} // namespace millrace
