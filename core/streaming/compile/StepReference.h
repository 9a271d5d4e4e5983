// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "streaming/data/DataItem.h"
#include "streaming/QueuedStep.h"

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

class BaseQueuedPipeline;

/// A step of a pipeline by its name, to be looked at and changed: `pipeline["double"].setParameter("by", 3)`, and
/// `pipeline["outer"]["inner"]` within a nested one. Borrows the pipeline, which must outlive it; on the thread that has that.
///
/// A change makes a new pipeline in place of the old one, for calls that begin after it; copies and calls that are under way have
/// what they had. One that can't be (an unknown step or parameter, a value that doesn't fit) changes nothing: the error lists what
/// there is.
class StepReference
{
public:
    StepReference(BaseQueuedPipeline &pipeline, std::string_view name)
        : m_pipeline(&pipeline), m_changed(&pipeline), m_path{std::string(name)}
    {}
    /// Only to look at: changes are an error.
    StepReference(const BaseQueuedPipeline &pipeline, std::string_view name)
        : m_pipeline(&pipeline), m_path{std::string(name)}
    {}
    StepReference(BaseQueuedPipeline &pipeline, std::vector<std::string> path)
        : m_pipeline(&pipeline), m_changed(&pipeline), m_path(std::move(path))
    {}
    StepReference(const BaseQueuedPipeline &pipeline, std::vector<std::string> path)
        : m_pipeline(&pipeline), m_path(std::move(path))
    {}

    StepReference operator[](std::string_view name) const;

    /// Whether there is such a step.
    bool isValid() const { return step().has_value(); }
    /// The step as it is now, with its name and settings.
    Result<QueuedStep> step() const;
    /// Another step in its place. What that doesn't say (its name, workers, queue, …) is as it was.
    Result<> setStep(QueuedStep step);
    /// What was set, or the default. Of a step of one's own, only what was set by setParameter().
    Result<Value> parameter(const std::string &name) const;
    Result<> setParameter(const std::string &name, const DataItem &value);

private:
    Result<> change(QueuedStep step);

    const BaseQueuedPipeline *m_pipeline;
    BaseQueuedPipeline *m_changed = nullptr; ///< the same; null: it is const
    std::vector<std::string> m_path;
};

} // namespace millrace
