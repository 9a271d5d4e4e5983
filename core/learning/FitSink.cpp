// SPDX-License-Identifier: MIT
#include "learning/FitSink.h"

#include "data/errors/ExceptionError.h"

#include <span>

namespace millrace {

void FitResults::put(const std::string &step, Value state)
{
    const std::lock_guard lock(m_mutex);
    m_states.insert_or_assign(step, std::move(state));
}

std::map<std::string, Value> FitResults::states() const
{
    const std::lock_guard lock(m_mutex);
    return m_states;
}

FitSink::FitSink(Make make, bool isMergeable, std::shared_ptr<FitResults> results)
    : m_make(std::move(make)), m_isMergeable(isMergeable), m_results(std::move(results))
{}

Result<> FitSink::open(const StepContext &context)
{
    m_learners = std::make_shared<Learners>();
    m_id = context.stepId;
    m_items = 0;
    return m_isMergeable ? Result<>() : begin(context);
}

Result<> FitSink::openEncoder(const Sink &opened, const StepContext &context)
{
    m_learners = static_cast<const FitSink &>(opened).m_learners;
    return begin(context);
}

Result<> FitSink::begin(const StepContext &context)
{
    auto made = m_make();
    if (!made)
        return made.forward();
    m_step = *std::move(made);
    if (auto begun = m_step->beginFit(context); !begun)
        return begun;
    const std::lock_guard lock(m_learners->mutex);
    m_learners->steps[m_isMergeable ? context.worker : 0] = m_step;
    return {};
}

Result<> FitSink::learn(const Batch &batch)
{
    return batch.isEmpty() ? Result<>() : m_step->fit(batch);
}

/// Ordered sinks are given each batch once; so the items of one that fails as a whole are tried here, one by one.
Result<> FitSink::write(Batch &batch)
{
    m_items += batch.size();
    if (m_isMergeable)
        return {};
    const auto learnSafely = [this](const Batch &items) { return caught([&] { return learn(items); }); };
    if (learnSafely(batch))
        return {};
    Batch one;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        one.copyRows(batch, std::span(&row, 1));
        if (const auto learnt = learnSafely(one); !learnt)
            batch.fail(row, learnt.error().kind, learnt.error().message);
    }
    return {};
}

Result<> FitSink::finish()
{
    if (m_items == 0)
        return failure(
            ErrorKind::Fit,
            "No items came here, so there is nothing to learn from; look at the source and at what the steps "
            "before this one let through.");
    std::shared_ptr<Step> whole;
    for (const auto &[worker, step] : m_learners->steps) {
        if (!whole)
            whole = step;
        else if (auto merged = whole->mergeFit(*step); !merged)
            return merged;
    }
    if (auto finished = whole->finishFit(); !finished)
        return finished;
    m_results->put(m_id, whole->state());
    m_learners->steps.clear();
    return {};
}

} // namespace millrace
