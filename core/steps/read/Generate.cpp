// SPDX-License-Identifier: MIT
#include "steps/StepBuilder.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace millrace {

namespace {

constexpr double MostCount = 9007199254740992.0; // 2^53: what a number in a form can say exactly

SchemaPtr valueSchema(bool isInteger)
{
    return std::make_shared<const Schema>(std::vector<Field>{
        {std::string(ValueField), isInteger ? ValueType::Integer : ValueType::Real, Role::DataInput}});
}

} // namespace

/// Makes numbers: start, start + step, … Integers where both are, and where the last one is within 64 bits.
class Generate final : public Source
{
public:
    static void describe(StepBuilder<Generate> &step)
    {
        step.id("generate").title("Numbers").family(Family::Source).icon("generate");
        step.help(
            "Makes a row of numbers in the field value, without reading anything: for trying a pipeline out and for "
            "counting.");
        step.synonyms({"range", "sequence", "count", "test", "counter"});
        step.param("count", &Generate::m_count)
            .required()
            .range(0, MostCount)
            .unit("items")
            .title("Count")
            .help("How many numbers.");
        step.param("start", &Generate::m_start).title("Start").help("The first number.");
        step.param("step", &Generate::m_step)
            .title("Step")
            .help("What is added from one number to the next; may be negative.");
    }
    Result<> open(const StepContext &) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    SchemaPtr schema() const override { return m_schema; }
    SourceProgress progress() const override;
    std::string originName() const override { return "numbers"; }
    std::optional<std::vector<std::string>> repeatableFrom() const override { return std::vector<std::string>(); }
    SchemaPtr outputSchema(const CheckContext &) const override { return valueSchema(isWhole()); }
    std::string summary() const override;

private:
    bool isWhole() const;

    int64_t m_count = 0;
    double m_start = 0, m_step = 1;

    bool m_isInteger = true;
    int64_t m_integerStart = 0, m_integerStep = 1;
    SchemaPtr m_schema = valueSchema(true);
    std::atomic<int64_t> m_next{0};
};

bool Generate::isWhole() const
{
    constexpr double limit = 9.2e18;
    const double last = m_start + m_step * double(m_count);
    return m_start == std::trunc(m_start) && m_step == std::trunc(m_step) && std::fabs(m_start) < limit
           && std::fabs(m_step) < limit && std::fabs(last) < limit;
}

Result<> Generate::open(const StepContext &)
{
    m_isInteger = isWhole();
    if (m_isInteger) {
        m_integerStart = int64_t(m_start);
        m_integerStep = int64_t(m_step);
    }
    m_schema = valueSchema(m_isInteger);
    m_next = 0;
    return {};
}

Result<bool> Generate::fetch(Batch &batch, size_t items)
{
    batch.reset(m_schema);
    const int64_t first = m_next.load(std::memory_order_relaxed);
    const auto count = size_t(std::min<int64_t>(int64_t(items), m_count - first));
    if (count == 0)
        return false;
    Column &values = batch.columnToChange(0);
    if (count == 1 && m_isInteger) {
        values.appendInteger(m_integerStart + first * m_integerStep);
    } else if (m_isInteger) {
        values.resize(count);
        int64_t *const to = values.integersToChange().data();
        for (size_t i = 0; i < count; ++i)
            to[i] = m_integerStart + (first + int64_t(i)) * m_integerStep;
    } else {
        values.resize(count);
        double *const to = values.realsToChange().data();
        for (size_t i = 0; i < count; ++i)
            to[i] = m_start + double(first + int64_t(i)) * m_step;
    }
    batch.setSize(count);
    batch.origin.firstRow = first;
    batch.setFirstId(first);
    m_next.store(first + int64_t(count), std::memory_order_relaxed);
    return true;
}

SourceProgress Generate::progress() const
{
    const int64_t made = m_next.load(std::memory_order_relaxed);
    return {m_count > 0 ? double(made) / double(m_count) : 1.0, uint64_t(m_count)};
}

std::string Generate::summary() const
{
    return std::to_string(m_count) + " numbers from " + formatNumber(m_start);
}

void registerGenerate(StepRegistry &registry)
{
    registry.add<Generate>();
}

} // namespace millrace
