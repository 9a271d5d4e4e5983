// SPDX-License-Identifier: MIT
#pragma once

#include "steps/Step.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace millrace {

/// Where the passes of a fit leave what was learnt. Safe on all threads.
class FitResults
{
public:
    void put(const std::string &step, Value state);
    std::map<std::string, Value> states() const;

private:
    mutable std::mutex m_mutex; ///< guards m_states
    std::map<std::string, Value> m_states;
};

/// Stands for a step that is being fitted, as a sink of the run that fits it. Of a mergeable step each worker fits one of its own
/// (encode()), and finish() brings them together; else one is fitted in the order of the source.
class FitSink final : public Sink
{
public:
    using Make = std::function<Result<std::unique_ptr<Step>>()>;

    FitSink(Make make, bool isMergeable, std::shared_ptr<FitResults> results);

    bool isTwoPhase() const override { return m_isMergeable; }
    bool isOrdered() const override { return !m_isMergeable; }
    Result<> open(const StepContext &context) override;
    Result<> openEncoder(const Sink &opened, const StepContext &context) override;
    Result<> encode(Batch &batch) override { return learn(batch); }
    Result<> write(Batch &batch) override;
    Result<> finish() override;

private:
    /// The steps that the workers fit, by worker.
    struct Learners
    {
        std::mutex mutex; ///< guards steps
        std::map<int, std::shared_ptr<Step>> steps;
    };
    Result<> begin(const StepContext &context);
    Result<> learn(const Batch &batch);

    const Make m_make;
    const bool m_isMergeable;
    const std::shared_ptr<FitResults> m_results;
    std::string m_id;
    std::shared_ptr<Step> m_step;         ///< of this worker
    std::shared_ptr<Learners> m_learners; ///< the opened sink's, shared with its encoders
    uint64_t m_items = 0;                 ///< that came
};

} // namespace millrace
