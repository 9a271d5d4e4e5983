// SPDX-License-Identifier: MIT
#include "steps/keys/HoldingStep.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <random>

namespace millrace {

/// Draws items at random: each with the same chance, or so many of all.
class Sample final : public HoldingStep
{
public:
    static void describe(StepBuilder<Sample> &step)
    {
        step.id("sample").title("Sample").family(Family::Filter).icon("filter");
        step.help("Keeps some of the items, drawn at random: a share of them as they come, for example {\"fraction\": "
                  "0.1}, or, "
                  "when all have come, so many with the same chance for each, for example {\"count\": 1000}. They stay "
                  "in their "
                  "order, and the same seed draws the same items.");
        step.synonyms({"random", "draw", "subset", "reservoir", "thin"});
        step.ordered().holdsBack().changesItemCount();
        step.param("fraction", &Sample::m_fraction).range(0, 1).help("Each item's chance, if no count is given.");
        step.param("count", &Sample::m_count)
            .range(0, 1e12)
            .unit("items")
            .help("How many to draw; 0: a share of them.");
        step.param("seed", &Sample::m_seed)
            .range(0, 9e15)
            .help("Another one draws other items; 0: as the run's seed says.");
        step.param("memory", &Sample::m_memory).help(MemoryHelp);
    }
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    Result<bool> flush(Batch &batch, size_t items) override;
    void close() override
    {
        m_chosen = ItemSorter();
        m_inOrder = ItemSorter();
    }
    void check(const CheckContext &, std::vector<StepProblem> &problems) const override
    {
        checkMemory(problems);
        if (m_count == 0 && m_fraction == 0)
            problems.push_back({true, "fraction", "Nothing would be drawn; give a share above 0, or a count."});
    }
    std::string summary() const override
    {
        return m_count > 0 ? std::to_string(m_count) + " items" : formatNumber(m_fraction * 100) + " %";
    }

private:
    static constexpr const char *DrawnField = "\x01"
                                              "drawn",
                                *OrderField = "\x01"
                                              "order";

    void drawShare(Batch &batch);
    Result<> drawSome(const Batch &batch);
    Result<> putInOrder();

    double m_fraction = 0;
    int64_t m_count = 0, m_seed = 0;
    std::mt19937_64 m_random;
    ItemSorter m_chosen, m_inOrder; ///< by the number that each has drawn, of which the least win; by their order
    int64_t m_items = 0;
    bool m_isOrdered = false;
};

Result<> Sample::open(const StepContext &context)
{
    if (auto opened = HoldingStep::open(context); !opened)
        return opened;
    m_random.seed(m_seed != 0 ? uint64_t(m_seed) : context.seed);
    const auto settings = [this](const char *field) {
        return ItemSorter::Settings{.keys = {{field, false}},
                                    .memory = std::max<uint64_t>(memoryBytes() / 2, 1),
                                    .folder = m_context.folder,
                                    .isInterrupted = [this] { return m_context.isInterrupted(); }};
    };
    ItemSorter::Settings drawn = settings(DrawnField);
    drawn.top = uint64_t(m_count);
    m_chosen.start(std::move(drawn));
    m_inOrder.start(settings(OrderField));
    m_items = 0;
    m_isOrdered = false;
    return {};
}

Result<> Sample::process(Batch &batch)
{
    return takeFrom(batch, {}, [&]() -> Result<> {
        if (m_count == 0) {
            drawShare(batch);
            return {};
        }
        if (auto drawn = drawSome(batch); !drawn)
            return drawn;
        note(m_chosen.heldBytes(), m_chosen.spilledBytes());
        batch.clearItems();
        return {};
    });
}

void Sample::drawShare(Batch &batch)
{
    std::vector<uint32_t> kept;
    for (uint32_t row = 0; row < batch.size(); ++row)
        if (double(m_random() >> 11) * 0x1p-53 < m_fraction)
            kept.push_back(row);
    batch.keepRows(kept);
}

/// Each item draws a number; those with the least are the sample: each set of items has the same chance.
Result<> Sample::drawSome(const Batch &batch)
{
    Batch held;
    held.shareFrom(batch);
    Column drawn(ColumnType::Integer), order(ColumnType::Integer);
    for (size_t row = 0; row < batch.size(); ++row) {
        drawn.appendInteger(int64_t(m_random() >> 1));
        order.appendInteger(m_items++);
    }
    std::vector<Field> fields = batch.schema()->fields();
    fields.push_back({DrawnField, ValueType::Integer});
    held.addColumn(batch.schema()->with(fields), std::move(drawn));
    fields.push_back({OrderField, ValueType::Integer});
    held.addColumn(batch.schema()->with(std::move(fields)), std::move(order));
    return m_chosen.add(held);
}

Result<> Sample::putInOrder()
{
    m_isOrdered = true;
    Batch batch;
    for (;;) {
        const auto some = m_chosen.next(batch, 1000);
        if (!some)
            return some.forward();
        if (!*some)
            return {};
        if (auto added = m_inOrder.add(batch); !added)
            return added;
        batch.renew();
    }
}

Result<bool> Sample::flush(Batch &batch, size_t items)
{
    if (ending())
        return Failure{*ending()};
    if (!m_isOrdered)
        if (auto done = putInOrder(); !done)
            return done.forward();
    auto some = m_inOrder.next(batch, items);
    if (!some || !*some)
        return some;
    std::vector<size_t> columns;
    std::vector<Field> fields;
    for (size_t i = 0; i < batch.schema()->size(); ++i) {
        const Field &field = batch.schema()->field(i);
        if (field.name == DrawnField || field.name == OrderField)
            continue;
        columns.push_back(i);
        fields.push_back(field);
    }
    batch.selectColumns(batch.schema()->with(std::move(fields)), columns);
    return true;
}

void registerSample(StepRegistry &registry)
{
    registry.add<Sample>();
}

} // namespace millrace
