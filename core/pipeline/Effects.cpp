// SPDX-License-Identifier: MIT
#include "pipeline/Effects.h"

namespace millrace {

namespace {

bool isRead(const Value *method)
{
    return method && method->isText() && (method->toText() == "GET" || method->toText() == "HEAD");
}

} // namespace

bool changesOutside(const PipelineStep &step, const StepType &type)
{
    const Param *method = type.param("method");
    const Value *given = step.param("method");
    return type.changesFiles || (type.reachesNetwork && !(method && isRead(given ? given : &method->defaultValue)));
}

} // namespace millrace
