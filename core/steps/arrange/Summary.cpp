// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/keys/HoldingStep.h"
#include "steps/keys/ValueOrder.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace millrace {

namespace {

constexpr const char *NumberField = "\x01"
                                    "field",
                     *ContentField = "\x01"
                                     "value";
constexpr std::array<double, 3> Shares{0.25, 0.5, 0.75};
constexpr size_t ItemsOfSorter = 1000;

/// What is known of a field's values.
struct Profile
{
    std::string name;
    int64_t items = 0, nulls = 0, distinct = 0, numbers = 0;
    ValueType type = ValueType::Null;
    bool isMixed = false;
    Value least, most;
    double mean = 0;
    std::array<std::optional<double>, Shares.size()> quantiles;
    // While the values are read in order:
    int64_t numbersSeen = 0;
    double numberBefore = 0, sum = 0, lost = 0;

    void noteType(ValueType other)
    {
        isMixed |= type != ValueType::Null && type != other;
        type = other;
    }
    void look(const Value &value);
    void lookAtNumber(double number);
};

/// The next of the values, which come in their order.
void Profile::look(const Value &value)
{
    if (distinct == 0)
        least = value;
    if (distinct == 0 || compareValues(most, value) != 0)
        ++distinct;
    most = value;
    if (value.isNumber())
        lookAtNumber(value.toReal());
}

void Profile::lookAtNumber(double number)
{
    const double more = sum + number;
    lost += std::fabs(sum) >= std::fabs(number) ? (sum - more) + number : (number - more) + sum; // Neumaier, 1974
    sum = more;
    for (size_t i = 0; i < Shares.size(); ++i) {
        const double place = Shares[i] * double(numbers - 1), below = std::floor(place);
        if (double(numbersSeen) == below)
            quantiles[i] = number;
        else if (double(numbersSeen) == below + 1 && place > below)
            quantiles[i] = numberBefore + (number - numberBefore) * (place - below);
    }
    numberBefore = number;
    if (++numbersSeen == numbers)
        mean = (std::isfinite(lost) ? sum + lost : sum) / double(numbers);
}

SchemaPtr summarySchema()
{
    static const SchemaPtr schema = std::make_shared<const Schema>(std::vector<Field>{{"field", ValueType::Text},
                                                                                      {"type", ValueType::Text},
                                                                                      {"values", ValueType::Integer},
                                                                                      {"nulls", ValueType::Integer},
                                                                                      {"distinct", ValueType::Integer},
                                                                                      {"least", ValueType::Null},
                                                                                      {"q25", ValueType::Real},
                                                                                      {"median", ValueType::Real},
                                                                                      {"q75", ValueType::Real},
                                                                                      {"most", ValueType::Null},
                                                                                      {"mean", ValueType::Real}});
    return schema;
}

} // namespace

/// Looks at the values of each field of all items, and says what there is.
class Summary final : public HoldingStep
{
public:
    static void describe(StepBuilder<Summary> &step)
    {
        step.id("summary").title("Summary").family(Family::Transform).icon("chart");
        step.help("Makes a profile of the data: an item for each field, once the last item has come, with the type of "
                  "its values, how many there are, how many are null, how many differ, the least and the most of "
                  "them, and of numbers the quartiles (between two numbers where they fall there) and the mean. All "
                  "figures are exact; values that memory has no room for wait in a temporary file.");
        step.synonyms({"profile", "describe", "statistics", "quantiles", "overview", "distinct", "nulls", "quality"});
        step.ordered().holdsBack().changesItemCount();
        step.param("fields", &Summary::m_fields).help("The fields to look at; none: all.");
        step.param("memory", &Summary::m_memory).help(MemoryHelp);
    }
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    Result<bool> flush(Batch &batch, size_t items) override;
    void close() override
    {
        m_values = ItemSorter();
        m_profiles.clear();
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        checkMemory(problems);
        checkFields(context, "fields", m_fields, problems);
    }
    SchemaPtr outputSchema(const CheckContext &) const override { return summarySchema(); }
    std::string summary() const override { return m_fields.empty() ? "all fields" : joined(m_fields); }

private:
    Result<> take(const Batch &batch);
    size_t profileOf(const std::string &name);
    Result<> readValues();

    std::vector<std::string> m_fields;

    ItemSorter m_values; ///< of all fields, with the field's number
    std::vector<Profile> m_profiles;
    int64_t m_items = 0;
    size_t m_given = 0;
    bool m_isRead = false;
};

Result<> Summary::open(const StepContext &context)
{
    if (auto opened = HoldingStep::open(context); !opened)
        return opened;
    m_values.start(
        {.keys = {{ContentField, false}}, .memory = memoryBytes(), .folder = m_context.folder, .isInterrupted = [this] {
             return m_context.isInterrupted();
         }});
    m_profiles.clear();
    m_items = 0;
    m_given = 0;
    m_isRead = false;
    for (const std::string &field : m_fields)
        profileOf(field);
    return {};
}

Result<> Summary::process(Batch &batch)
{
    return takeFrom(batch, m_fields, [&]() -> Result<> {
        if (auto taken = take(batch); !taken)
            return taken;
        note(m_values.heldBytes(), m_values.spilledBytes());
        batch.clearItems();
        batch.reset(summarySchema()); // what follows learns the fields from an empty batch, too
        return {};
    });
}

size_t Summary::profileOf(const std::string &name)
{
    const auto found = std::ranges::find(m_profiles, name, &Profile::name);
    if (found != m_profiles.end())
        return size_t(found - m_profiles.begin());
    m_profiles.emplace_back().name = name;
    return m_profiles.size() - 1;
}

/// Each field's values that aren't null, with its number.
Result<> Summary::take(const Batch &batch)
{
    m_items += int64_t(batch.size());
    for (size_t i = 0; i < batch.columnCount(); ++i) {
        const std::string &name = batch.schema()->field(i).name;
        if (!m_fields.empty() && std::ranges::find(m_fields, name) == m_fields.end())
            continue;
        const size_t number = profileOf(name);
        const Column &column = batch.column(i);
        std::vector<uint32_t> rows;
        for (uint32_t row = 0; row < batch.size(); ++row)
            if (!column.isNull(row))
                rows.push_back(row);
        Profile &profile = m_profiles[number];
        profile.items += int64_t(rows.size());
        if (rows.empty())
            continue;
        Column values(column.type()), numbers(ColumnType::Integer);
        values.appendRows(column, rows);
        for (const uint32_t row : rows) {
            const ValueType type = column.type() == ColumnType::Integer ? ValueType::Integer : column.value(row).type();
            profile.noteType(type);
            profile.numbers += type == ValueType::Integer || type == ValueType::Real;
            numbers.appendInteger(int64_t(number));
        }
        std::vector<Column> columns;
        columns.push_back(std::move(numbers));
        columns.push_back(std::move(values));
        Batch held;
        held.setSize(rows.size());
        held.setColumns(std::make_shared<const Schema>(std::vector<Field>{
                            {NumberField, ValueType::Integer}, {ContentField, batch.schema()->field(i).type}}),
                        std::move(columns));
        if (auto added = m_values.add(held); !added)
            return added;
    }
    return {};
}

/// All values, so that those of each field come in their order.
Result<> Summary::readValues()
{
    m_isRead = true;
    Batch batch;
    for (;;) {
        batch.renew();
        const auto some = m_values.next(batch, ItemsOfSorter);
        if (!some)
            return some.forward();
        if (!*some)
            break;
        const Column &numbers = batch.column(*batch.schema()->find(NumberField)),
                     &values = batch.column(*batch.schema()->find(ContentField));
        for (size_t row = 0; row < batch.size(); ++row)
            m_profiles[size_t(numbers.value(row).toInteger())].look(values.value(row));
    }
    for (Profile &profile : m_profiles)
        profile.nulls = m_items - profile.items;
    return {};
}

Result<bool> Summary::flush(Batch &batch, size_t items)
{
    if (ending())
        return Failure{*ending()};
    if (!m_isRead)
        if (auto done = readValues(); !done)
            return done.forward();
    const size_t first = m_given, end = std::min(m_profiles.size(), first + items);
    if (first >= end)
        return false;
    batch.reset(summarySchema());
    const auto finite = [](double number) { return std::isfinite(number) ? Value(number) : Value(); };
    for (; m_given < end; ++m_given) {
        const Profile &profile = m_profiles[m_given];
        const std::string type(profile.isMixed ? "mixed" : typeName(profile.type));
        std::vector<Value> values{Value(profile.name),     Value(type),  Value(profile.items), Value(profile.nulls),
                                  Value(profile.distinct), profile.least};
        for (const auto &quantile : profile.quantiles)
            values.push_back(quantile ? finite(*quantile) : Value());
        values.push_back(profile.most);
        values.push_back(profile.numbers > 0 ? finite(profile.mean) : Value());
        for (size_t i = 0; i < values.size(); ++i)
            batch.columnToChange(i).append(values[i]);
    }
    batch.setSize(end - first);
    batch.setFirstId(int64_t(first));
    return true;
}

void registerSummary(StepRegistry &registry)
{
    registry.add<Summary>();
}

} // namespace millrace
