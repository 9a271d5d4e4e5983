// SPDX-License-Identifier: MIT
#include "pipeline/PlainSecrets.h"

#include <algorithm>

namespace millrace {

namespace {

/// Whether there was one.
bool removeFrom(Members &params, const Param &param)
{
    return std::erase_if(params,
                         [&param](const auto &member) {
                             return member.first == param.name && !member.second.isNull()
                                    && !param.problemOf(member.second).empty();
                         })
           > 0;
}

} // namespace

Problems removePlainSecrets(Pipeline &pipeline, const StepRegistry &registry)
{
    Problems removed;
    for (PipelineStep &step : pipeline.steps) {
        const StepType *type = registry.find(step.type);
        for (const Param &param : type ? type->params : std::vector<Param>()) {
            if (!param.isSecret && !param.isCredential)
                continue;
            bool wasPlain = removeFrom(step.params, param);
            for (Members &arguments : step.workerArguments)
                wasPlain = removeFrom(arguments, param) || wasPlain;
            if (wasPlain)
                removed.push_back(
                    {Severity::Warning, step.id, param.name,
                     "The secret \"" + param.name
                         + "\" stood there in plain and wasn't taken over; say where it is instead, in an "
                           "environment variable or a file."});
        }
    }
    return removed;
}

} // namespace millrace
