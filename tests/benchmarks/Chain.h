// SPDX-License-Identifier: MIT
#pragma once

#include "engine/Run.h"
#include "engine/RunPlan.h"

#include "bench.h"

#include <stdexcept>

namespace millrace::bench {

/// How the payload of a workload of peers/workloads.h lies in a batch. W1 and W2: packed reals; W3 and W4: packed integers.
template <class W>
struct Payload;

template <>
struct Payload<pb::Overhead1>
{
    static constexpr size_t Items = 1;
    static std::vector<Field> fields() { return {{"value", ValueType::Real}}; }
    static void make(pb::Overhead1 &work, size_t i, Batch &batch)
    {
        pb::Overhead1::Payload payload;
        work.make(i, payload);
        batch.columnToChange(0).appendReal(payload.value);
    }
    static void step(const pb::Overhead1 &work, int k, Batch &batch)
    {
        work.step(k, batch.columnToChange(0).realsToChange()[0]);
    }
    static void consume(pb::Overhead1 &work, const Batch &batch) { work.consume(batch.column(0).reals()[0]); }
};

/// The same loops as the peers', over a column instead of a vector; the order is checked by the first and the last value.
template <>
struct Payload<pb::Overhead100>
{
    static constexpr size_t Items = pb::Overhead100::kBatch;
    static std::vector<Field> fields() { return {{"value", ValueType::Real}}; }
    static void make(pb::Overhead100 &, size_t i, Batch &batch)
    {
        batch.columnToChange(0).resize(Items);
        const std::span<double> values = batch.columnToChange(0).realsToChange();
        for (size_t j = 0; j < Items; ++j)
            values[j] = double(i + j);
    }
    static void step(const pb::Overhead100 &, int k, Batch &batch)
    {
        double *values = batch.columnToChange(0).realsToChange().data();
        if (k == 1)
            for (size_t j = 0; j < Items; ++j)
                values[j] *= 3.0;
        else if (k == 3)
            for (size_t j = 0; j < Items; ++j)
                values[j] *= 0.5;
        else
            asm volatile("" : : "r"(values) : "memory");
    }
    static void consume(pb::Overhead100 &work, const Batch &batch)
    {
        static thread_local pb::Overhead100::Payload ends{std::vector<double>(2)};
        ends.values.front() = batch.column(0).reals().front();
        ends.values.back() = batch.column(0).reals().back();
        work.consume(ends);
    }
};

template <>
struct Payload<pb::CpuBound>
{
    static constexpr size_t Items = 1;
    static std::vector<Field> fields() { return {{"index", ValueType::Integer}, {"state", ValueType::Integer}}; }
    static void make(pb::CpuBound &work, size_t i, Batch &batch)
    {
        pb::CpuBound::Payload payload;
        work.make(i, payload);
        batch.columnToChange(0).appendInteger(int64_t(payload.index));
        batch.columnToChange(1).appendInteger(int64_t(payload.state));
    }
    static void step(const pb::CpuBound &work, int k, Batch &batch)
    {
        int64_t &state = batch.columnToChange(1).integersToChange()[0];
        pb::CpuBound::Payload payload{0, uint64_t(state)};
        work.step(k, payload);
        state = int64_t(payload.state);
    }
    static void consume(pb::CpuBound &work, const Batch &batch)
    {
        pb::CpuBound::Payload payload{uint64_t(batch.column(0).integers()[0]), uint64_t(batch.column(1).integers()[0])};
        work.consume(payload);
    }
};

template <>
struct Payload<pb::Sleeping>
{
    static constexpr size_t Items = 1;
    static std::vector<Field> fields() { return {{"index", ValueType::Integer}}; }
    static void make(pb::Sleeping &work, size_t i, Batch &batch)
    {
        pb::Sleeping::Payload payload;
        work.make(i, payload);
        batch.columnToChange(0).appendInteger(int64_t(payload.index));
    }
    static void step(const pb::Sleeping &work, int k, Batch &batch)
    {
        pb::Sleeping::Payload payload{uint64_t(batch.column(0).integers()[0])};
        work.step(k, payload);
    }
    static void consume(pb::Sleeping &work, const Batch &batch)
    {
        pb::Sleeping::Payload payload{uint64_t(batch.column(0).integers()[0])};
        work.consume(payload);
    }
};

template <class W>
class Maker final : public InlinedSource<Maker<W>>
{
public:
    explicit Maker(W &work) : m_work(work), m_schema(std::make_shared<const Schema>(Payload<W>::fields())) {}
    Result<bool> fetch(Batch &batch, size_t) override
    {
        if (m_made == m_work.batches())
            return false;
        batch.reset(m_schema);
        Payload<W>::make(m_work, m_made++, batch);
        batch.setSize(Payload<W>::Items);
        return true;
    }
    SchemaPtr schema() const override { return m_schema; }

private:
    W &m_work;
    SchemaPtr m_schema;
    size_t m_made = 0;
};

template <class W>
class Mill final : public Inlined<Mill<W>>
{
public:
    Mill(const W &work, int number) : m_work(work), m_number(number) {}
    Result<> process(Batch &batch) override
    {
        Payload<W>::step(m_work, m_number, batch);
        return {};
    }

private:
    const W &m_work;
    int m_number;
};

template <class W>
class Taker final : public InlinedSink<Taker<W>>
{
public:
    explicit Taker(W &work) : m_work(work) {}
    Result<> write(Batch &batch) override
    {
        Payload<W>::consume(m_work, batch);
        return {};
    }

private:
    W &m_work;
};

/// Source, steps, sink of a workload as a plan; `work` must outlive its run.
template <class W>
RunPlan planChain(W &work, int queueSize)
{
    RunPlan plan;
    const auto add = [&](std::string id, StepKind kind, auto make) {
        PlannedStep step;
        step.id = std::move(id);
        step.type = step.id;
        step.kind = kind;
        step.make = [make](int) -> Result<std::unique_ptr<Step>> { return std::unique_ptr<Step>(make()); };
        step.queueSize = queueSize;
        step.batching.size = int64_t(Payload<W>::Items);
        step.keepsItemsOnError = true;
        if (!plan.steps.empty())
            plan.links.push_back({int(plan.steps.size()) - 1, 0, int(plan.steps.size())});
        plan.steps.push_back(std::move(step));
    };
    add("make", StepKind::Source, [&work] { return new Maker<W>(work); });
    for (int k = 0; k < work.steps(); ++k) {
        add("step" + std::to_string(k), StepKind::Transform, [&work, k] { return new Mill<W>(work, k); });
        plan.steps.back().workers = work.workers(k);
    }
    add("consume", StepKind::Sink, [&work] { return new Taker<W>(work); });
    return plan;
}

/// Lets it run to its end; `samplesPerSecond`: how often all gauges are read meanwhile, 0: never.
inline void finishRun(Result<std::unique_ptr<Run>> run, int samplesPerSecond)
{
    if (!run)
        throw std::runtime_error(run.error().message);
    (*run)->start();
    while (!(*run)->waitForDone(samplesPerSecond > 0 ? 1000 / samplesPerSecond : -1))
        if ((*run)->sample().seconds < 0)
            throw std::runtime_error("a sample from before the start");
    const RunOutcome outcome = (*run)->outcome();
    if (outcome.state != RunState::Finished)
        throw std::runtime_error("the run failed: " + outcome.error.message);
}

template <class W>
void runChain(W &work, size_t queueSize, int samplesPerSecond)
{
    finishRun(Run::create(planChain(work, int(queueSize)), RunOptions()), samplesPerSecond);
}

} // namespace millrace::bench
