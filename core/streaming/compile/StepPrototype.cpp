// SPDX-License-Identifier: MIT
#include "streaming/compile/StepPrototype.h"

#include "remote/WorkerPlaces.h"

#include <mutex>

namespace millrace {

namespace {

/// "orders::PriceStep" → "PriceStep"
std::string lastWord(const std::string &name)
{
    const std::string bare = name.substr(0, name.find('<'));
    const size_t colon = bare.rfind(':');
    return colon == std::string::npos ? bare : bare.substr(colon + 1);
}

} // namespace

RunIn::RunIn(std::string_view name)
{
    const WorkerPlace *place = workerPlace(name);
    m_name = place ? place->name : workerPlaces().front().name;
}

bool RunIn::isApart() const
{
    return workerPlace(m_name)->isApart;
}

StepPrototype StepPrototype::registered(std::string type, Members params)
{
    StepPrototype prototype;
    prototype.m_name = prototype.m_type = std::move(type);
    prototype.m_params = std::move(params);
    return prototype;
}

StepPrototype StepPrototype::made(std::string name, std::function<std::unique_ptr<Step>()> make)
{
    StepType type;
    type.id = std::move(name);
    if (!make)
        return own(std::move(type), failure(ErrorKind::Settings, "There is no function that makes it."));
    type.make = [make = std::move(make), mutex = std::make_shared<std::mutex>()] {
        const std::lock_guard lock(*mutex);
        return make();
    };
    return own(std::move(type));
}

StepPrototype StepPrototype::own(StepType type, Result<> taken)
{
    if (taken)
        return own(std::move(type));
    type.make = [] { return std::make_unique<Step>(); };
    StepPrototype prototype = own(std::move(type));
    prototype.m_problem = taken.error().message;
    return prototype;
}

StepPrototype StepPrototype::own(StepType type)
{
    StepPrototype prototype;
    prototype.m_name = lastWord(type.id);
    prototype.m_type = type.id;
    prototype.m_own = std::make_shared<const StepType>(std::move(type));
    return prototype;
}

StepPrototype StepPrototype::inOrder() const
{
    if (!m_own)
        return *this;
    StepType type = *m_own;
    type.isOrdered = true;
    StepPrototype copy = own(std::move(type));
    copy.m_name = m_name;
    copy.m_problem = m_problem;
    return copy;
}

StepPrototype StepPrototype::named(std::string name) const
{
    StepPrototype copy = *this;
    copy.m_name = std::move(name);
    return copy;
}

StepPrototype StepPrototype::withParameter(const std::string &parameter, Value value) const
{
    StepPrototype copy = *this;
    for (auto &[name, old] : copy.m_params) {
        if (name != parameter)
            continue;
        old = std::move(value);
        return copy;
    }
    copy.m_params.emplace_back(parameter, std::move(value));
    return copy;
}

StepPrototype StepPrototype::withPipeline(std::shared_ptr<const PipelineDefinition> pipeline) const
{
    StepPrototype copy = *this;
    copy.m_pipeline = std::move(pipeline);
    return copy;
}

} // namespace millrace
