// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/arrange/WindowState.h"
#include "steps/keys/HoldingStep.h"
#include "steps/keys/KeyTable.h"
#include "steps/keys/NewFields.h"
#include "steps/keys/ValueOrder.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

namespace millrace {

/// Gives each item figures about itself and its neighbours.
class Window final : public HoldingStep
{
public:
    static void describe(StepBuilder<Window> &step)
    {
        step.id("window").title("Window").family(Family::Transform).icon("rolling");
        step.help("Gives each item figures about it and those before it, for example {\"order\": [\"day\"], "
                  "\"values\": {\"week\": \"mean(sales, 7)\", \"day before\": \"lag(sales)\", \"so far\": "
                  "\"cumsum(sales)\"}}. Functions: count, sum, mean, min, max over so many items up to this one, over "
                  "a time as mean(x, 1 h), or over all so far; cumsum(x); lag(x, n) and lead(x, n), the value n items "
                  "before and behind; rank, its place in the order, the same for equals. Nulls are left out. Without "
                  "\"order\" the items stay in theirs and pass through; else they leave in that order, once the last "
                  "one has come.");
        step.synonyms({"moving average", "rolling", "running total", "cumulative", "lag", "lead", "rank", "previous",
                       "difference", "over"});
        step.ordered().holdsBack().changesItemCount();
        step.param("by", &Window::m_by)
            .title("By")
            .help("Fields whose values make a group, each of which is looked at for itself; none: all items are one.");
        step.param("order", &Window::m_order)
            .help("The fields to sort by first, \"-\" before one for descending order; none: they are in order.");
        step.param("values", &Window::m_values)
            .required()
            .help("What to compute, by the name of the field that gets it, for example {\"average\": \"mean(x, 7)\"}.");
        step.param("memory", &Window::m_memory).help(MemoryHelp);
    }
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    Result<bool> flush(Batch &batch, size_t items) override;
    void close() override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override;

private:
    static constexpr const char *NumberField = "\x01"
                                               "number";
    static constexpr size_t ItemsAtOnce = 1000;

    std::vector<std::string> fieldsUsed(const std::vector<WindowCall> &calls) const;
    std::vector<Field> added(const Schema &input, const std::vector<WindowCall> &calls) const;
    bool holds() const { return m_hasLead || !m_order.empty(); }
    bool isTimed() const
    {
        return std::ranges::any_of(m_calls, [](const WindowCall &call) { return call.microseconds > 0; });
    }
    std::string wrongIn(uint32_t row) const;
    Result<> take(Batch &batch);
    Result<> look(Batch &batch, bool isBackward);
    Result<> lookAt(uint32_t row, bool isBackward, std::vector<Column> &columns);
    uint32_t groupOf(uint32_t row);
    void forgetGroups();
    Result<> lookBackward();
    void noteHeld();

    std::vector<std::string> m_by, m_order;
    TextPairs m_values;

    std::vector<WindowCall> m_calls;
    bool m_hasLead = false, m_isReady = false;
    ItemSorter m_items, m_backward, m_done;         ///< in the order; from its end; in the order again
    std::vector<std::string> m_fields;              ///< by, order, then a call's each
    std::vector<const Column *> m_columns;          ///< of the batch at hand
    KeyTable m_table;                               ///< of groups
    std::vector<std::vector<WindowGroup>> m_groups; ///< of each call
    int64_t m_held = 0;                             ///< by groups, in bytes
    std::string m_key, m_place;
};

std::vector<std::string> Window::fieldsUsed(const std::vector<WindowCall> &calls) const
{
    std::vector<std::string> fields = m_by;
    for (const std::string &key : m_order)
        fields.push_back(sortKeyOf(key).field);
    for (const WindowCall &call : calls)
        fields.push_back(call.field);
    return fields;
}

std::vector<Field> Window::added(const Schema &input, const std::vector<WindowCall> &calls) const
{
    std::vector<Field> fields;
    for (size_t i = 0; i < calls.size(); ++i)
        fields.push_back({m_values[i].first, calls[i].resultType(input)});
    return fields;
}

Result<> Window::open(const StepContext &context)
{
    if (auto opened = HoldingStep::open(context); !opened)
        return opened;
    auto calls = windowCallsOf(m_values, m_order);
    if (!calls)
        return calls.forward();
    m_calls = *std::move(calls);
    m_hasLead = std::ranges::find(m_calls, WindowFunction::Lead, &WindowCall::function) != m_calls.end();
    m_fields = fieldsUsed(m_calls);
    close();
    std::vector<SortKey> order;
    for (const std::string &key : m_order)
        order.push_back(sortKeyOf(key));
    const auto start = [this](ItemSorter &sorter, std::vector<SortKey> keys) {
        sorter.start({.keys = std::move(keys),
                      .memory = std::max<uint64_t>(memoryBytes() / (m_hasLead ? 4 : 2), 1),
                      .folder = m_context.folder,
                      .isInterrupted = [this] { return m_context.isInterrupted(); }});
    };
    start(m_items, std::move(order));
    start(m_backward, {{NumberField, true}});
    start(m_done, {{NumberField, false}});
    return {};
}

void Window::close()
{
    for (ItemSorter *const sorter : {&m_items, &m_backward, &m_done})
        *sorter = ItemSorter();
    m_isReady = false;
    forgetGroups();
}

void Window::forgetGroups()
{
    m_table = KeyTable();
    m_groups.assign(m_calls.size(), {});
    m_held = 0;
}

void Window::noteHeld()
{
    note(m_items.heldBytes() + m_backward.heldBytes() + m_done.heldBytes() + uint64_t(m_held) + m_table.byteSize(),
         m_items.spilledBytes() + m_backward.spilledBytes() + m_done.spilledBytes());
}

Result<> Window::process(Batch &batch)
{
    std::vector<std::string> used;
    std::ranges::copy_if(m_fields, std::back_inserter(used), [](const std::string &name) { return !name.empty(); });
    return takeFrom(batch, used, [&] {
        auto taken = take(batch);
        noteHeld();
        return taken;
    });
}

Result<> Window::take(Batch &batch)
{
    findColumns(batch, m_fields, m_columns);
    std::vector<uint32_t> kept;
    std::vector<ItemError> errors;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        if (std::string wrong = wrongIn(row); !wrong.empty())
            errors.push_back({row, ErrorKind::Type, std::move(wrong), {}});
        else
            kept.push_back(row);
    }
    batch.keepRows(kept);
    if (holds()) {
        if (auto added = m_items.add(batch); !added)
            return added;
        const SchemaPtr schema = batch.schema();
        batch.clearItems();
        batch.reset(
            schema->with(fieldsWith(*schema, added(*schema, m_calls)))); // what follows learns the fields from it
    } else if (auto looked = look(batch, false); !looked) {
        return looked;
    }
    if (!errors.empty())
        batch.errors() = std::move(errors);
    return {};
}

/// A sentence about an item that can't be taken; empty: it can.
std::string Window::wrongIn(uint32_t row) const
{
    const auto valueAt = [&](size_t field) { return m_columns[field] ? m_columns[field]->value(row) : Value(); };
    for (size_t i = 0; i < m_calls.size(); ++i) {
        const size_t field = m_by.size() + m_order.size() + i;
        if (!m_calls[i].wantsNumbers() || (m_columns[field] && m_columns[field]->type() == ColumnType::Integer))
            continue;
        const Value value = valueAt(field);
        if (!value.isNull() && !value.isInteger() && !(value.isReal() && std::isfinite(value.toReal())))
            return "The field " + inQuotes(m_calls[i].field) + " is " + describeValue(value)
                   + ", no number to compute with; convert it before, or leave the item out.";
    }
    if (!isTimed())
        return {};
    const Value time = valueAt(m_by.size());
    return time.isTimestamp() ? std::string()
                              : "The field " + inQuotes(m_fields[m_by.size()]) + " is " + describeValue(time)
                                    + ", no timestamp for a window of time; convert it before.";
}

/// The figures of a batch's items, which are the next ones; of lead, backward, to which the last ones come first.
Result<> Window::look(Batch &batch, bool isBackward)
{
    findColumns(batch, m_fields, m_columns);
    const std::vector<Field> all = added(*batch.schema(), m_calls);
    std::vector<Field> fields;
    std::vector<Column> columns;
    for (size_t i = 0; i < m_calls.size(); ++i) {
        if (isBackward && m_calls[i].function != WindowFunction::Lead)
            continue;
        fields.push_back(all[i]);
        columns.emplace_back(columnTypeFor(all[i].type));
    }
    for (uint32_t row = 0; row < batch.size(); ++row)
        if (auto looked = lookAt(row, isBackward, columns); !looked)
            return looked;
    setFields(batch, fields, std::move(columns));
    if (uint64_t(m_held) + m_table.byteSize() > memoryBytes())
        return failure(ErrorKind::Memory, "What is kept of the groups and their windows needs more than " + m_memory
                                              + " of memory; give the step more, or take shorter windows.");
    return {};
}

Result<> Window::lookAt(uint32_t row, bool isBackward, std::vector<Column> &columns)
{
    const uint32_t group = groupOf(row);
    int64_t moment = 0;
    if (!m_order.empty() && isTimed())
        moment = m_columns[m_by.size()]->value(row).toTimestamp().microseconds;
    m_place.clear();
    for (size_t i = 0; i < m_order.size(); ++i)
        appendKey(m_place, m_columns[m_by.size() + i], row);
    for (size_t i = 0, column = 0; i < m_calls.size(); ++i) {
        const bool isLead = m_calls[i].function == WindowFunction::Lead;
        if (isBackward && !isLead)
            continue;
        if (isLead && !isBackward) {
            columns[column++].appendNull(); // later
            continue;
        }
        const Column *const values = m_columns[m_by.size() + m_order.size() + i];
        auto value = nextInWindow(m_calls[i], m_groups[i][group], values ? values->value(row) : Value(), moment,
                                  m_place, m_held);
        if (!value)
            return value.forward();
        columns[column++].append(*value);
    }
    return {};
}

uint32_t Window::groupOf(uint32_t row)
{
    m_key.clear();
    for (size_t i = 0; i < m_by.size(); ++i)
        appendKey(m_key, m_columns[i], row);
    const uint64_t hash = KeyTable::hashOf(m_key);
    if (const auto known = m_table.find(m_key, hash))
        return *known;
    for (auto &groups : m_groups)
        groups.emplace_back();
    m_held += int64_t(m_groups.size() * sizeof(WindowGroup));
    return m_table.add(m_key, hash);
}

/// All items, for lead: forward, then from the last to the first, then in their order again.
Result<> Window::lookBackward()
{
    Batch batch;
    int64_t number = 0;
    const auto pass = [&](ItemSorter &from, ItemSorter &to, bool isBackward) -> Result<> {
        for (;;) {
            batch.renew();
            const auto some = from.next(batch, ItemsAtOnce);
            if (!some)
                return some.forward();
            if (!*some)
                return {};
            if (auto looked = look(batch, isBackward); !looked)
                return looked;
            if (!isBackward) {
                Column numbers(ColumnType::Integer);
                for (size_t row = 0; row < batch.size(); ++row)
                    numbers.appendInteger(number++);
                std::vector<Column> columns;
                columns.push_back(std::move(numbers));
                const Field field{NumberField, ValueType::Integer};
                setFields(batch, std::span(&field, 1), std::move(columns));
            }
            if (auto added = to.add(batch); !added)
                return added;
            noteHeld();
        }
    };
    if (auto done = pass(m_items, m_backward, false); !done)
        return done;
    forgetGroups();
    return pass(m_backward, m_done, true);
}

Result<bool> Window::flush(Batch &batch, size_t items)
{
    if (ending())
        return Failure{*ending()};
    if (!holds())
        return false;
    if (!m_hasLead) {
        auto some = m_items.next(batch, items);
        if (!some || !*some)
            return some;
        if (auto looked = look(batch, false); !looked)
            return looked.forward();
        noteHeld();
        return true;
    }
    if (!m_isReady) {
        m_isReady = true;
        if (auto done = lookBackward(); !done)
            return done.forward();
    }
    auto some = m_done.next(batch, items);
    noteHeld();
    if (!some || !*some)
        return some;
    std::vector<size_t> columns;
    std::vector<Field> fields;
    for (size_t i = 0; i < batch.schema()->size(); ++i) {
        if (batch.schema()->field(i).name == NumberField)
            continue;
        columns.push_back(i);
        fields.push_back(batch.schema()->field(i));
    }
    batch.selectColumns(batch.schema()->with(std::move(fields)), columns);
    return true;
}

void Window::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkMemory(problems);
    checkFields(context, "by", m_by, problems);
    std::vector<std::string> order;
    for (const std::string &key : m_order)
        order.push_back(sortKeyOf(key).field);
    checkFields(context, "order", order, problems);
    const auto calls = windowCallsOf(m_values, m_order);
    if (!calls) {
        problems.push_back({true, "values", calls.error().message});
        return;
    }
    for (const WindowCall &call : *calls)
        if (!call.field.empty())
            checkFields(context, "values", {call.field}, problems);
}

SchemaPtr Window::outputSchema(const CheckContext &context) const
{
    const auto calls = windowCallsOf(m_values, m_order);
    if (!context.input || !calls)
        return nullptr;
    return context.input->with(fieldsWith(*context.input, added(*context.input, *calls)));
}

std::string Window::summary() const
{
    std::string text;
    for (const auto &[name, call] : m_values)
        text.append(text.empty() ? "" : ", ").append(name).append(" = ").append(call);
    return text + (m_by.empty() ? "" : ", by " + joined(m_by));
}

void registerWindow(StepRegistry &registry)
{
    registry.add<Window>();
}

} // namespace millrace
