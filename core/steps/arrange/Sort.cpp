// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/keys/HoldingStep.h"
#include "steps/keys/ValueOrder.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <bit>

namespace millrace {

/// Puts the items into order. Those that compare as equal stay in the order of the source.
class Sort final : public HoldingStep
{
public:
    static void describe(StepBuilder<Sort> &step)
    {
        step.id("sort").title("Sort").family(Family::Transform).icon("sort");
        step.help(
            "Puts the items into order by one field or several, for example by [\"city\", \"-cents\"]: by city, and "
            "within each the largest amount first. Items that are equal there stay in their order. Values of "
            "different types are in the order boolean, number, timestamp, text (by code point), bytes, list, object. "
            "Nothing leaves before the last item has come; what memory has no room for waits in a temporary file.");
        step.synonyms({"order", "order by", "rank", "top", "arrange", "ascending", "descending"});
        step.ordered().holdsBack().changesItemCount();
        step.param("by", &Sort::m_by)
            .required()
            .title("By")
            .help("The fields to sort by, the most important one first; \"-\" before a name: in descending order.");
        step.param("nulls", &Sort::m_nulls)
            .choices({"last", "first"})
            .help("Where items stand that have no value there, in either direction.");
        step.param("top", &Sort::m_top)
            .range(0, 1e15)
            .unit("items")
            .help("Only so many of the first are kept; 0: all. Few of them need little memory.");
        step.param("memory", &Sort::m_memory).help(MemoryHelp);
    }
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    Result<bool> flush(Batch &batch, size_t items) override;
    void close() override { m_sorter = ItemSorter(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override;

private:
    std::vector<std::string> fields() const;
    void noteTypes(const Batch &batch);

    std::vector<std::string> m_by;
    std::string m_nulls = "last";
    int64_t m_top = 0;
    ItemSorter m_sorter;
    std::vector<uint8_t> m_types; ///< of each field, those that came: bits by typeRank()
    bool m_hasWarned = false;
};

std::vector<std::string> Sort::fields() const
{
    std::vector<std::string> names;
    for (const std::string &key : m_by)
        names.push_back(sortKeyOf(key).field);
    return names;
}

Result<> Sort::open(const StepContext &context)
{
    if (auto opened = HoldingStep::open(context); !opened)
        return opened;
    ItemSorter::Settings settings;
    for (const std::string &key : m_by)
        settings.keys.push_back(sortKeyOf(key));
    settings.areNullsFirst = m_nulls == "first";
    settings.top = uint64_t(m_top);
    settings.memory = memoryBytes();
    settings.folder = context.folder;
    settings.isInterrupted = [this] { return m_context.isInterrupted(); };
    m_sorter.start(std::move(settings));
    m_types.assign(m_by.size(), 0);
    m_hasWarned = false;
    return {};
}

/// Values of several types in one field are most often a mistake.
void Sort::noteTypes(const Batch &batch)
{
    constexpr uint8_t Null = 1 << 7;
    const std::vector<std::string> names = fields();
    for (size_t i = 0; i < names.size() && !m_hasWarned; ++i) {
        const auto place = batch.schema()->find(names[i]);
        if (!place || batch.isEmpty())
            continue;
        const Column &column = batch.column(*place);
        switch (column.type()) {
        case ColumnType::Integer:
        case ColumnType::Real: m_types[i] |= uint8_t(1 << typeRank(ValueType::Integer)); break;
        case ColumnType::Text: m_types[i] |= uint8_t(1 << typeRank(ValueType::Text)); break;
        case ColumnType::Any:
            for (const Value &value : column.values())
                m_types[i] |= uint8_t(1 << typeRank(value.type()));
        }
        if (std::popcount(uint8_t(m_types[i] & ~Null)) < 2)
            continue;
        m_hasWarned = true;
        if (m_context.log)
            m_context.log->warn(m_context.stepId,
                                "The field " + inQuotes(names[i])
                                    + " holds values of different types; they are in the order boolean, "
                                      "number, timestamp, text, bytes, list, object.");
    }
}

Result<> Sort::process(Batch &batch)
{
    return takeFrom(batch, fields(), [&]() -> Result<> {
        if (auto added = m_sorter.add(batch); !added)
            return added;
        if (!m_hasWarned)
            noteTypes(batch);
        note(m_sorter.heldBytes(), m_sorter.spilledBytes());
        batch.clearItems();
        return {};
    });
}

Result<bool> Sort::flush(Batch &batch, size_t items)
{
    if (ending())
        return Failure{*ending()};
    auto some = m_sorter.next(batch, items);
    note(m_sorter.heldBytes(), m_sorter.spilledBytes());
    return some;
}

void Sort::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkMemory(problems);
    checkFields(context, "by", fields(), problems);
}

std::string Sort::summary() const
{
    return joined(m_by) + (m_top > 0 ? ", the first " + std::to_string(m_top) : "");
}

void registerSort(StepRegistry &registry)
{
    registry.add<Sort>();
}

} // namespace millrace
