// SPDX-License-Identifier: MIT
// A source and a sink of one's own, which hold no more than a batch, in a pipeline that is drawn in C++ and run as a pipeline file is.
#include <millrace/Pipeline.h>
#include <millrace/Run.h>
#include <millrace/Schema.h>
#include <millrace/StepBuilder.h>

#include <iostream>

using namespace millrace;

namespace {

/// The numbers from `first` down to 1.
class Countdown final : public Source
{
public:
    static void describe(StepBuilder<Countdown> &step)
    {
        step.id("countdown").title("Countdown").help("Counts down to 1.").family(Family::Source);
        step.param("first", &Countdown::m_first).range(1, 1e12).help("Where to begin.");
    }
    SchemaPtr schema() const override { return m_schema; }
    Result<> open(const StepContext &) override
    {
        m_next = m_first;
        return {};
    }
    Result<bool> fetch(Batch &batch, size_t items) override
    {
        batch.reset(m_schema);
        batch.setFirstId(m_first - m_next);
        for (; batch.columnToChange(0).size() < items && m_next > 0; --m_next)
            batch.columnToChange(0).appendInteger(m_next);
        batch.setSize(batch.columnToChange(0).size());
        return batch.size() > 0;
    }

private:
    const SchemaPtr m_schema = std::make_shared<const Schema>(std::vector<Field>{{"left", ValueType::Integer}});
    int64_t m_first = 10, m_next = 0;
};

/// Writes to standard output as items come, in their order.
class Print final : public Sink
{
public:
    static void describe(StepBuilder<Print> &step)
    {
        step.id("print").title("Print").help("Prints each item.").family(Family::Sink);
    }
    Result<> write(Batch &batch) override
    {
        for (size_t row = 0; row < batch.size(); ++row)
            std::cout << toJson(batch.item(row)) << '\n';
        return std::cout ? Result<>() : failure("io", "Standard output takes no more.");
    }
};

PipelineStep drawn(const char *id, const char *type, Members params = {})
{
    PipelineStep step;
    step.id = id;
    step.type = type;
    step.params = std::move(params);
    return step;
}

} // namespace

int main()
{
    StepRegistry registry;
    registerBuiltInSteps(registry);
    registry.add<Countdown>();
    registry.add<Print>();

    Pipeline pipeline;
    pipeline.steps = {drawn("from", "countdown", {{"first", 5}}),
                      drawn("half", "formula", {{"expression", "left / 2"}, {"field", "half"}}), drawn("to", "print")};
    pipeline.links = {{.fromStep = "from", .fromPort = "out", .toStep = "half", .toPort = "in", .unknown = {}},
                      {.fromStep = "half", .fromPort = "out", .toStep = "to", .toPort = "in", .unknown = {}}};

    auto run = Run::create(pipeline, registry, {});
    if (!run) {
        std::cerr << run.error().message << '\n';
        return 1;
    }
    (*run)->start();
    (*run)->waitForDone();
    return (*run)->outcome().state == RunState::Finished ? 0 : 1;
}
