// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/compile/PipelineDefinition.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// The names that lead to a step: one of the pipeline's, one within that, and so on.
using StepPath = std::vector<std::string>;

/// A step's parameter, written as "outer.inner.by".
struct ParameterPath
{
    StepPath step;
    std::string parameter;
};

// All of these fail with a sentence that lists what there is. None changes a definition: it is shared.

/// "outer.inner" taken apart. Names that have dots themselves are known by the steps that there are.
Result<StepPath> stepPathOf(const PipelineDefinition &definition, std::string_view text);
Result<ParameterPath> parameterPathOf(const PipelineDefinition &definition, std::string_view text);

Result<QueuedStep> stepAt(const PipelineDefinition &definition, const StepPath &path);
/// The definition with that step in this place. Fails where the pipeline would have a problem then.
Result<std::shared_ptr<const PipelineDefinition>> withStepAt(const PipelineDefinition &definition,
                                                             const StepPath &path,
                                                             QueuedStep step);

/// What the parameter of a step is, or would be if nobody had set it. `further`: types beside the built-in ones; may be null.
Result<Value> parameterOf(const QueuedStep &step, const std::string &parameter, const StepRegistry *further);
/// The step with that parameter. Whether the value fits is said by the pipeline that it goes into.
Result<QueuedStep> withParameter(const QueuedStep &step,
                                 const std::string &parameter,
                                 Value value,
                                 const StepRegistry *further);

} // namespace millrace
