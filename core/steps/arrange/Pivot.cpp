// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/arrange/Accumulator.h"
#include "steps/arrange/PivotTable.h"
#include "steps/keys/HoldingStep.h"
#include "steps/keys/ValueOrder.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>

namespace millrace {

/// Makes fields of the values of one, and one item of all that are equal in others.
class Pivot final : public HoldingStep
{
public:
    static void describe(StepBuilder<Pivot> &step)
    {
        step.id("pivot").title("Pivot").family(Family::Transform).icon("table");
        step.help(
            "Makes one wide item of many long ones: for each value of one field a field of that name, for "
            "example {\"by\": [\"city\"], \"names\": \"month\", \"value\": \"sales\"} makes an item a city with a "
            "field a month. Where several items meet in one place, a function says what stands there. Items "
            "leave in the order in which their groups first came, once the last one has come; where \"columns\" "
            "names the fields, the items of a group must follow each other, and each leaves as soon as the next "
            "begins. \"unpivot\" is the way back.");
        step.synonyms({"cross table", "crosstab", "wide", "spread", "transpose", "pivot table", "columns"});
        step.ordered().holdsBack().changesItemCount();
        step.param("by", &Pivot::m_by)
            .title("By")
            .help("The fields in which the items of a group are equal; none: all items are one group.");
        step.param("names", &Pivot::m_names)
            .kind(ParamKind::FieldName)
            .required()
            .help("The field whose values become names of fields.");
        step.param("value", &Pivot::m_value)
            .kind(ParamKind::FieldName)
            .required()
            .help("The field whose values stand there.");
        step.param("aggregate", &Pivot::m_function)
            .choices({"first", "last", "sum", "mean", "min", "max", "count", "median", "distinct", "mode", "list"})
            .help("What stands there where several values meet.");
        step.param("columns", &Pivot::m_given)
            .help("The fields to make, which are known before then; other names are left out. None: one for each name "
                  "that comes, 1000 at most.");
        step.param("memory", &Pivot::m_memory).help(MemoryHelp);
    }
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    Result<bool> flush(Batch &batch, size_t items) override;
    void close() override
    {
        m_table.reset();
        m_run.reset();
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        return context.input && !m_given.empty() ? schemaFor(*context.input, m_given) : nullptr;
    }
    std::string summary() const override
    {
        return m_value + " by " + m_names + (m_by.empty() ? "" : ", an item by " + joined(m_by));
    }

private:
    static constexpr size_t MostColumns = 1000;
    static constexpr uint32_t LeftOut = UINT32_MAX;

    Result<AggregateCall> call() const;
    std::vector<std::string> fieldsUsed() const;
    SchemaPtr schemaFor(const Schema &input, const std::vector<std::string> &columns) const;
    Result<> take(Batch &batch);
    Result<std::vector<uint32_t>> placesOf(Batch &batch);
    std::string wrongIn(const Column *names, const Column *values, uint32_t row) const;
    Result<uint32_t> columnNamed(const std::string &name);

    std::vector<std::string> m_by, m_given;
    std::string m_names, m_value, m_function = "first";

    AggregateCall m_call;
    std::vector<std::string> m_columns; ///< of the wide items, in the order in which they first came
    std::map<std::string, uint32_t, std::less<>> m_places;
    std::vector<const Column *> m_found;
    FieldUnion m_union;
    std::optional<PivotTable> m_table; ///< holds back
    std::optional<PivotRun> m_run;     ///< or one group after the other
    SchemaPtr m_output;
};

Result<AggregateCall> Pivot::call() const
{
    auto call = AggregateCall::parse(m_function + "(value)");
    if (call)
        call->field = m_value;
    return call;
}

std::vector<std::string> Pivot::fieldsUsed() const
{
    std::vector<std::string> fields = m_by;
    fields.push_back(m_names);
    fields.push_back(m_value);
    return fields;
}

SchemaPtr Pivot::schemaFor(const Schema &input, const std::vector<std::string> &columns) const
{
    const auto call = this->call();
    std::vector<Field> fields;
    for (const std::string &name : m_by) {
        const auto place = input.find(name);
        fields.push_back(place ? input.field(*place) : Field{name});
    }
    for (const std::string &name : columns)
        fields.push_back({name, call ? call->resultType(input) : ValueType::Null});
    return std::make_shared<const Schema>(std::move(fields));
}

Result<> Pivot::open(const StepContext &context)
{
    if (auto opened = HoldingStep::open(context); !opened)
        return opened;
    auto call = this->call();
    if (!call)
        return call.forward();
    m_call = *std::move(call);
    close();
    m_columns.clear();
    m_places.clear();
    m_union = FieldUnion();
    m_output.reset();
    for (const std::string &name : m_given)
        if (const auto made = columnNamed(name); !made)
            return made.forward();
    if (!m_given.empty()) {
        m_run.emplace(m_by.size(), m_columns.size(), m_call, memoryBytes());
        return {};
    }
    auto table =
        PivotTable::make({.keys = m_by.size(), .function = m_function, .memory = memoryBytes(), .context = m_context});
    if (!table)
        return table.forward();
    m_table.emplace(*std::move(table));
    return {};
}

Result<> Pivot::process(Batch &batch)
{
    return takeFrom(batch, fieldsUsed(), [&] { return take(batch); });
}

Result<> Pivot::take(Batch &batch)
{
    m_union.add(batch.schema());
    findColumns(batch, fieldsUsed(), m_found);
    const auto columns = placesOf(batch);
    if (!columns)
        return columns.forward();
    std::vector<uint32_t> rows, places;
    for (uint32_t row = 0; row < columns->size(); ++row) {
        if ((*columns)[row] == LeftOut)
            continue;
        rows.push_back(row);
        places.push_back((*columns)[row]);
    }
    const PivotItems items{
        .keys = std::span(m_found).first(m_by.size()), .values = m_found.back(), .rows = rows, .columns = places};
    std::vector<ItemError> errors = std::move(batch.errors());
    if (m_run) {
        m_output = m_output ? m_output : schemaFor(*batch.schema(), m_columns);
        if (auto given = m_run->take(batch, items, m_output); !given)
            return given;
        note(m_run->heldBytes(), 0);
    } else {
        if (auto taken = m_table->take(items); !taken)
            return taken;
        note(m_table->heldBytes(), m_table->spilledBytes());
        batch.clearItems();
        batch.reset(schemaFor(*m_union.schema(), m_columns)); // what follows learns the fields from an empty batch, too
    }
    batch.errors() = std::move(errors);
    return {};
}

/// Which column each item's value belongs to. Items that are wrong fail, and belong to none.
Result<std::vector<uint32_t>> Pivot::placesOf(Batch &batch)
{
    std::vector<uint32_t> places(batch.size(), LeftOut);
    const Column *const names = m_found[m_by.size()], *const values = m_found.back();
    std::string name;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        if (std::string wrong = wrongIn(names, values, row); !wrong.empty()) {
            batch.fail(row, ErrorKind::Type, std::move(wrong));
            continue;
        }
        name = toPlain(names->value(row));
        if (const auto known = m_places.find(name); known != m_places.end()) {
            places[row] = known->second;
            continue;
        }
        if (m_run)
            continue; // not wanted
        if (std::ranges::find(m_by, name) != m_by.end()) {
            batch.fail(row, ErrorKind::Fields,
                       "The field " + inQuotes(m_names) + " is " + inQuotes(name)
                           + ", which is the name of a field of \"by\"; rename that one before.");
            continue;
        }
        const auto made = columnNamed(name);
        if (!made)
            return made.forward();
        places[row] = *made;
    }
    return places;
}

/// A sentence about an item that can't be taken; empty: it can.
std::string Pivot::wrongIn(const Column *names, const Column *values, uint32_t row) const
{
    const Value name = names ? names->value(row) : Value();
    if (name.isNull() || (name.isText() && name.toText().empty()))
        return "The field " + inQuotes(m_names) + " is " + describeValue(name)
               + ", which can't be the name of a field.";
    if (!m_call.wantsNumbers() || !values || values->isNull(row) || values->type() == ColumnType::Integer)
        return {};
    const Value value = values->value(row);
    if (value.isInteger() || (value.isReal() && std::isfinite(value.toReal())))
        return {};
    return "The field " + inQuotes(m_value) + " is " + describeValue(value)
           + ", no number to compute with; convert it before, or leave the item out.";
}

Result<uint32_t> Pivot::columnNamed(const std::string &name)
{
    if (m_columns.size() >= MostColumns)
        return failure(ErrorKind::Memory, "The field " + inQuotes(m_names) + " has more than "
                                              + std::to_string(MostColumns)
                                              + " different values, each of which would be a field; say in \"columns\" "
                                                "which are wanted.");
    const auto place = uint32_t(m_columns.size());
    if (m_places.emplace(name, place).second)
        m_columns.push_back(name);
    return place;
}

Result<bool> Pivot::flush(Batch &batch, size_t items)
{
    if (ending())
        return Failure{*ending()};
    if (!m_output)
        m_output = schemaFor(m_union.schema() ? *m_union.schema() : Schema(), m_columns);
    if (m_run)
        return m_run->giveLast(batch, m_output);
    auto some = m_table->next(batch, items, m_output);
    note(m_table->heldBytes(), m_table->spilledBytes());
    return some;
}

void Pivot::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkMemory(problems);
    checkFields(context, "by", m_by, problems);
    for (const auto &[param, field] : {std::pair("names", &m_names), std::pair("value", &m_value)})
        if (!field->empty())
            checkFields(context, param, {*field}, problems);
    if (m_given.size() > MostColumns)
        problems.push_back({true, "columns", "There can be at most " + std::to_string(MostColumns) + " columns."});
    for (const std::string &name : m_given)
        if (std::ranges::find(m_by, name) != m_by.end())
            problems.push_back(
                {true, "columns",
                 "The name " + inQuotes(name) + " is one of a field of \"by\"; rename that one before."});
}

void registerPivot(StepRegistry &registry)
{
    registry.add<Pivot>();
}

} // namespace millrace
