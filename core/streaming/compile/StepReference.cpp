// SPDX-License-Identifier: MIT
#include "streaming/compile/StepReference.h"

#include "data/errors/ExceptionError.h"
#include "streaming/BaseQueuedPipeline.h"
#include "streaming/compile/StepEdits.h"

namespace millrace {

namespace {

/// What the new step doesn't say itself, from the old one.
QueuedStep inPlaceOf(const QueuedStep &old, QueuedStep step)
{
    const auto keep = [&](auto member) {
        if (!(step.*member))
            step.*member = old.*member;
    };
    if (step.name.empty()) {
        step.name = old.name;
        step.isNamed = old.isNamed;
    }
    keep(&QueuedStep::workers);
    keep(&QueuedStep::queueSize);
    keep(&QueuedStep::runIn);
    keep(&QueuedStep::onError);
    keep(&QueuedStep::retries);
    keep(&QueuedStep::timeLimit);
    keep(&QueuedStep::memoryLimit);
    return step;
}

} // namespace

StepReference StepReference::operator[](std::string_view name) const
{
    StepReference within = *this;
    within.m_path.emplace_back(name);
    return within;
}

Result<QueuedStep> StepReference::step() const
{
    return caught([&] { return stepAt(*m_pipeline->definition(), m_path); });
}

Result<> StepReference::setStep(QueuedStep step)
{
    const auto old = this->step();
    return old ? change(inPlaceOf(*old, std::move(step))) : Result<>(old.forward());
}

Result<Value> StepReference::parameter(const std::string &name) const
{
    return caught([&]() -> Result<Value> {
        const auto found = step();
        return found ? parameterOf(*found, name, m_pipeline->options().registry) : found.forward();
    });
}

Result<> StepReference::setParameter(const std::string &name, const DataItem &value)
{
    auto changed = caught([&]() -> Result<QueuedStep> {
        const auto found = step();
        return found ? withParameter(*found, name, value.value(), m_pipeline->options().registry) : found.forward();
    });
    return changed ? change(*std::move(changed)) : Result<>(changed.forward());
}

Result<> StepReference::change(QueuedStep step)
{
    if (!m_changed)
        return failure(ErrorKind::Settings, "The pipeline is const; change a copy of it.");
    return caught([&]() -> Result<> {
        auto changed = withStepAt(*m_changed->definition(), m_path, std::move(step));
        if (!changed)
            return changed.forward();
        m_changed->m_definition = *std::move(changed);
        return {};
    });
}

Result<> BaseQueuedPipeline::setStep(std::string_view path, QueuedStep step)
{
    auto found = caught([&] { return stepPathOf(*m_definition, path); });
    return found ? StepReference(*this, *std::move(found)).setStep(std::move(step)) : Result<>(found.forward());
}

Result<> BaseQueuedPipeline::set(std::string_view path, const DataItem &value)
{
    auto found = caught([&] { return parameterPathOf(*m_definition, path); });
    if (!found)
        return found.forward();
    return StepReference(*this, std::move(found->step)).setParameter(found->parameter, value);
}

Result<Value> BaseQueuedPipeline::parameter(std::string_view path) const
{
    auto found = caught([&] { return parameterPathOf(*m_definition, path); });
    return found ? StepReference(*this, std::move(found->step)).parameter(found->parameter) : found.forward();
}

} // namespace millrace
