// SPDX-License-Identifier: MIT
#include "pipeline/Pipeline.h"

#include "data/text/ByteSize.h"

#include <algorithm>

namespace millrace {

namespace {

template <class Entries>
auto byId(Entries &entries, std::string_view id)
{
    const auto found = std::find_if(entries.begin(), entries.end(), [id](const auto &entry) { return entry.id == id; });
    return found == entries.end() ? nullptr : &*found;
}

} // namespace

const Value *PipelineStep::param(std::string_view paramName) const
{
    const auto found = std::ranges::find(params, paramName, &Members::value_type::first);
    return found == params.end() ? nullptr : &found->second;
}

void PipelineStep::setParam(std::string_view paramName, Value value)
{
    const auto found = std::ranges::find(params, paramName, &Members::value_type::first);
    if (found == params.end())
        params.emplace_back(paramName, std::move(value));
    else
        found->second = std::move(value);
}

const PipelineParameter *Pipeline::parameter(std::string_view parameterName) const
{
    const auto found = std::ranges::find(parameters, parameterName, &PipelineParameter::name);
    return found == parameters.end() ? nullptr : &*found;
}

PipelineParameter *Pipeline::parameter(std::string_view parameterName)
{
    const auto found = std::ranges::find(parameters, parameterName, &PipelineParameter::name);
    return found == parameters.end() ? nullptr : &*found;
}

const PipelineStep *Pipeline::step(std::string_view id) const
{
    const auto found = std::ranges::find(steps, id, &PipelineStep::id);
    return found == steps.end() ? nullptr : &*found;
}

PipelineStep *Pipeline::step(std::string_view id)
{
    const auto found = std::ranges::find(steps, id, &PipelineStep::id);
    return found == steps.end() ? nullptr : &*found;
}

const Note *Pipeline::note(std::string_view id) const
{
    return byId(notes, id);
}

Note *Pipeline::note(std::string_view id)
{
    return byId(notes, id);
}

const Frame *Pipeline::frame(std::string_view id) const
{
    return byId(frames, id);
}

Frame *Pipeline::frame(std::string_view id)
{
    return byId(frames, id);
}

int Pipeline::workersOf(const PipelineStep &step) const
{
    return std::max(1, step.workers.value_or(defaults.workers));
}

int Pipeline::queueSizeOf(const PipelineStep &step) const
{
    return std::max(0, step.queueSize.value_or(defaults.queueSize));
}

uint64_t Pipeline::queueBytesOf(const PipelineStep &step) const
{
    return uint64_t(std::max<int64_t>(0, step.queueBytes.value_or(0)));
}

uint64_t RunLimits::memoryBytes() const
{
    if (memory.isText())
        return byteSizeOf(memory.toText()).value_or(0);
    return memory.isNumber() ? uint64_t(std::max(0.0, memory.toReal())) : 0;
}

int Pipeline::retriesOf(const PipelineStep &step) const
{
    return std::max(0, step.retries.value_or(defaults.retries));
}

ErrorPolicy Pipeline::errorPolicyOf(const PipelineStep &step) const
{
    return step.onError.value_or(defaults.onError);
}

const std::string &Pipeline::runInOf(const PipelineStep &step) const
{
    return step.runIn ? *step.runIn : defaults.runIn;
}

const Batching &Pipeline::batchingOf(const PipelineStep &step) const
{
    return step.batching ? *step.batching : batching;
}

std::string_view errorPolicyName(ErrorPolicy policy)
{
    switch (policy) {
    case ErrorPolicy::Stop: return "stop";
    case ErrorPolicy::Skip: return "skip";
    case ErrorPolicy::Route: return "route";
    }
    return {};
}

std::string_view incompleteName(Batching::Incomplete incomplete)
{
    switch (incomplete) {
    case Batching::Incomplete::Keep: return "keep";
    case Batching::Incomplete::Drop: return "drop";
    case Batching::Incomplete::Pad: return "pad";
    }
    return {};
}

} // namespace millrace
