// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepBuilder.h"

#include <string>
#include <vector>

namespace millrace::test {

/// Small steps with every property that a check looks at, so that these tests depend on no real step.
class Numbers final : public Source
{
public:
    static void describe(StepBuilder<Numbers> &step)
    {
        step.id("numbers").title("Numbers").family(Family::Source).mostWorkers(1);
        step.param("count", &Numbers::m_count).range(0, 1e9).help("How many.");
        step.param("path", &Numbers::m_path).kind(ParamKind::InputFile).help("A file.");
    }
    Result<bool> fetch(Batch &, size_t) override { return false; }
    SchemaPtr schema() const override { return outputSchema({}); }
    SchemaPtr outputSchema(const CheckContext &) const override
    {
        return std::make_shared<const Schema>(std::vector<Field>{{"value", ValueType::Integer, Role::DataInput},
                                                                 {"wanted", ValueType::Text, Role::ExpectedOutput}});
    }

private:
    int64_t m_count = 10;
    std::string m_path;
};

class Scale final : public Step
{
public:
    static void describe(StepBuilder<Scale> &step)
    {
        step.id("scale").title("Scale").family(Family::Transform).formerly("scale.old");
        step.param("by", &Scale::m_by).required().help("The factor.");
        step.param("field", &Scale::m_field).help("The field.");
        step.param("mode", &Scale::m_mode).choices({"up", "down"}).help("Which way.");
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        if (context.input && !context.input->find(m_field))
            problems.push_back(
                {true, "field", "There is no field \"" + m_field + "\"; there are: " + context.input->names() + '.'});
    }

private:
    Value m_by;
    std::string m_field = "value";
    std::string m_mode = "up";
};

class Sieve final : public Step
{
public:
    static void describe(StepBuilder<Sieve> &step)
    {
        step.id("sieve").title("Sieve").family(Family::Filter).outputPorts({"out", "rejected"}).changesItemCount();
    }
};

/// Has an output for each letter of a text.
class Fork final : public Step
{
public:
    static void describe(StepBuilder<Fork> &step)
    {
        step.id("fork").title("Fork").family(Family::Filter).outputPorts({"rest"});
        step.outputPortsFrom("letters", &Fork::ports);
        step.param("letters", &Fork::m_letters).help("Names of outputs.");
    }
    std::vector<std::string> ports() const
    {
        std::vector<std::string> names;
        for (const char letter : m_letters)
            names.emplace_back(1, letter);
        names.emplace_back("rest");
        return names;
    }

private:
    std::string m_letters;
};

class Order final : public Step
{
public:
    static void describe(StepBuilder<Order> &step)
    {
        step.id("order").title("Order").family(Family::Transform).ordered().holdsBack();
    }
};

class Join final : public Step
{
public:
    static void describe(StepBuilder<Join> &step)
    {
        step.id("join").title("Join").family(Family::Combine).combines();
        step.param("mode", &Join::m_mode).choices({"items", "fields"}).help("How.");
    }

private:
    std::string m_mode = "items";
};

/// With a second input that is read first.
class Pair final : public Step
{
public:
    static void describe(StepBuilder<Pair> &step)
    {
        step.id("pair").title("Pair").family(Family::Combine).inputPorts({"left", "right"}).ordered().holdsBack();
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        if (context.input && context.side)
            problems.push_back({false, {}, context.input->names() + " beside " + context.side->names()});
    }
};

class Keep final : public Sink
{
public:
    static void describe(StepBuilder<Keep> &step)
    {
        step.id("keep").title("Keep").family(Family::Sink).mostWorkers(4);
        step.param("path", &Keep::m_path).kind(ParamKind::OutputFile).help("A file.");
    }
    Result<> write(Batch &) override { return {}; }

private:
    std::string m_path;
};

inline StepRegistry testRegistry()
{
    StepRegistry registry;
    registry.add<Numbers>();
    registry.add<Scale>();
    registry.add<Sieve>();
    registry.add<Fork>();
    registry.add<Order>();
    registry.add<Join>();
    registry.add<Pair>();
    registry.add<Keep>();
    return registry;
}

} // namespace millrace::test
