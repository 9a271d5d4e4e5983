// SPDX-License-Identifier: MIT
#pragma once

#include "TestSteps.h"

#include "engine/Run.h"

#include <QTest>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace millrace::test {

constexpr int Patience = 30'000; ///< milliseconds after which a run has hung

/// A plan in a few words: steps in a row unless linked otherwise.
struct Plan
{
    RunPlan plan;

    template <class Make>
    PlannedStep &add(std::string id, StepKind kind, Make make)
    {
        PlannedStep step;
        step.id = std::move(id);
        step.type = "test";
        step.kind = kind;
        step.make = [make](int worker) -> Result<std::unique_ptr<Step>> { return std::unique_ptr<Step>(make(worker)); };
        plan.steps.push_back(std::move(step));
        return plan.steps.back();
    }
    PlannedStep &source(int64_t count, int64_t batch, std::string id = "source", int64_t first = 0)
    {
        PlannedStep &step = add(std::move(id), StepKind::Source, [=](int) { return new NumberSource(first, count); });
        step.batching.size = batch;
        return step;
    }
    std::shared_ptr<Collected> sink(std::string id = "sink")
    {
        auto collected = std::make_shared<Collected>();
        add(std::move(id), StepKind::Sink, [=](int) { return new CollectSink(collected, true, {}); });
        return collected;
    }
    void link(int from, int to, int port = 0) { plan.links.push_back({from, port, to}); }
    void chain()
    {
        for (int i = 0; i + 1 < int(plan.steps.size()); ++i)
            link(i, i + 1);
    }
    std::unique_ptr<Run> start(RunOptions options = {})
    {
        auto run = Run::create(plan, options);
        if (!run)
            qFatal("%s", run.error().message.c_str());
        (*run)->start();
        return *std::move(run);
    }
};

/// A step that is a function on the batch.
class FunctionStep : public Step
{
public:
    using Function = std::function<Result<>(Batch &)>;
    explicit FunctionStep(Function function) : m_function(std::move(function)) {}
    Result<> process(Batch &batch) override { return m_function(batch); }

private:
    Function m_function;
};

inline std::vector<int64_t> firstNumbers(const Collected &collected)
{
    std::vector<int64_t> numbers;
    for (const auto &item : collected.items)
        numbers.push_back(item[0]);
    return numbers;
}

inline std::vector<int64_t> upTo(int64_t count)
{
    std::vector<int64_t> numbers(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i)
        numbers[size_t(i)] = i;
    return numbers;
}

} // namespace millrace::test
