// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/arrange/GroupTable.h"
#include "steps/keys/HoldingStep.h"
#include "steps/keys/ValueOrder.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace {

/// One item for each group of items, with what a few functions say of the group.
class Aggregate final : public HoldingStep
{
public:
    static void describe(StepBuilder<Aggregate> &step);
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    Result<bool> flush(Batch &batch, size_t items) override;
    void close() override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override;

private:
    static constexpr size_t Parts = 16; ///< that items of new groups are parted into where memory is used up
    static constexpr int PartBits = 4, MostLevels = 64 / PartBits;

    /// Items of groups that memory had no room for: all items of a group are in one part.
    struct Part
    {
        std::unique_ptr<SpillFile> file;
        int level = 0;
    };

    Result<std::vector<AggregateCall>> parseCalls() const;
    std::vector<std::string> fieldsUsed() const;
    SchemaPtr schemaFor(const Schema &input, const std::vector<AggregateCall> &calls) const;
    Result<> take(Batch &batch);
    void failWrong(Batch &batch, std::vector<uint32_t> &rows) const;
    Result<> takeSorted(Batch &batch, const std::vector<uint32_t> &rows);
    Result<> takeHashed(const Batch &batch, const std::vector<uint32_t> &rows, const Column *places);
    Result<> spill(const Batch &batch, const Column *places);
    Result<> workOffParts();
    Result<> workOff(Part &part);
    Result<> giveToSorter();
    Result<bool> giveGroups(Batch &batch, size_t items);
    void noteHeld();

    std::vector<std::string> m_by;
    TextPairs m_values;
    bool m_isSorted = false;

    std::vector<AggregateCall> m_calls;
    std::vector<std::string> m_fields; ///< of the keys, then of the calls
    std::vector<const Column *> m_columns;
    FieldUnion m_union;
    SchemaPtr m_output;
    GroupTable m_groups;
    bool m_isFull = false; ///< new groups go to m_parts
    int m_level = 0;
    std::vector<Part> m_parts; ///< of the groups that are being made
    std::vector<Part> m_waiting;
    uint64_t m_partBytes = 0;
    ItemSorter m_later; ///< groups of the parts, by where they first came
    std::vector<uint32_t> m_leftOver;
    std::vector<uint64_t> m_hashes;
    std::string m_lastKey, m_key; ///< where sorted
    int64_t m_items = 0, m_given = 0;
    bool m_isEnding = false, m_areFirstGiven = false;
};

void Aggregate::describe(StepBuilder<Aggregate> &step)
{
    step.id("aggregate").title("Aggregate").family(Family::Transform).icon("aggregate");
    step.help(
        "Makes one item of each group of items that are equal in some fields, for example by [\"city\"] with values "
        "{\"orders\": \"count\", \"total\": \"sum(cents)\"}. Functions: count, count(x), sum, mean, min, max, first, "
        "last, stddev and variance (of a sample), median, quantile(x, 0.9), distinct(x) (how many different values), "
        "mode (the most frequent one), list, join(x, \", \"). Nulls are left out. Groups leave in the order in which "
        "they first came, once the last item has come.");
    step.synonyms(
        {"group", "group by", "sum", "count", "average", "mean", "total", "median", "summarize", "statistics"});
    step.ordered().holdsBack().changesItemCount();
    step.param("by", &Aggregate::m_by)
        .title("By")
        .help("The fields in which the items of a group are equal; none: all items are one group.");
    step.param("values", &Aggregate::m_values)
        .title("Values")
        .help("What to compute, by the name of the field that gets it, for example {\"total\": \"sum(cents)\"}.");
    step.param("sorted", &Aggregate::m_isSorted)
        .help("Whether the items of a group come one after the other: then each group leaves as soon as the next one "
              "begins, "
              "and hardly any memory is needed.");
    step.param("memory", &Aggregate::m_memory)
        .help("How much of the groups stays in memory, as \"256 MiB\"; items of the others wait in temporary files.");
}

Result<std::vector<AggregateCall>> Aggregate::parseCalls() const
{
    std::vector<AggregateCall> calls;
    for (const auto &[name, text] : m_values) {
        auto call = AggregateCall::parse(text);
        if (!call)
            return failure(call.error().kind, "The value " + inQuotes(name) + ": " + call.error().message);
        calls.push_back(*std::move(call));
    }
    return calls;
}

std::vector<std::string> Aggregate::fieldsUsed() const
{
    std::vector<std::string> fields = m_by;
    for (const AggregateCall &call : m_calls)
        if (!call.field.empty())
            fields.push_back(call.field);
    return fields;
}

SchemaPtr Aggregate::schemaFor(const Schema &input, const std::vector<AggregateCall> &calls) const
{
    std::vector<Field> fields;
    for (const std::string &name : m_by) {
        const auto place = input.find(name);
        fields.push_back(place ? input.field(*place) : Field{name});
    }
    for (size_t i = 0; i < calls.size(); ++i)
        fields.push_back({m_values[i].first, calls[i].resultType(input)});
    return std::make_shared<const Schema>(std::move(fields));
}

Result<> Aggregate::open(const StepContext &context)
{
    if (auto opened = HoldingStep::open(context); !opened)
        return opened;
    auto calls = parseCalls();
    if (!calls)
        return calls.forward();
    m_calls = *std::move(calls);
    m_fields = m_by;
    for (const AggregateCall &call : m_calls)
        m_fields.push_back(call.field);
    close();
    return {};
}

void Aggregate::close()
{
    m_groups.start(m_by.size(), m_calls);
    m_later.start({.keys = {{"\x01place", false}},
                   .memory = std::max<uint64_t>(memoryBytes() / 4, 1),
                   .folder = m_context.folder,
                   .isInterrupted = [this] { return m_context.isInterrupted(); }});
    m_union = FieldUnion();
    m_output.reset();
    m_parts.clear();
    m_waiting.clear();
    m_isFull = m_isEnding = m_areFirstGiven = false;
    m_level = 0;
    m_items = m_given = 0;
    m_partBytes = 0;
    m_lastKey.clear();
}

void Aggregate::noteHeld()
{
    note(m_groups.byteSize() + m_later.heldBytes(), m_partBytes + m_later.spilledBytes());
}

Result<> Aggregate::process(Batch &batch)
{
    return takeFrom(batch, fieldsUsed(), [&] {
        auto taken = take(batch);
        noteHeld();
        return taken;
    });
}

/// Items whose fields can't be computed with fail, and are in no group.
void Aggregate::failWrong(Batch &batch, std::vector<uint32_t> &rows) const
{
    std::vector<uint8_t> isWrong(batch.size());
    bool isAny = false;
    for (size_t i = 0; i < m_calls.size(); ++i) {
        const Column *const column = m_columns[m_by.size() + i];
        if (!m_calls[i].wantsNumbers() || !column || column->type() == ColumnType::Integer)
            continue;
        for (uint32_t row = 0; row < batch.size(); ++row) {
            if (isWrong[row] || column->isNull(row))
                continue;
            const Value value = column->value(row);
            if (value.isInteger() || (value.isReal() && std::isfinite(value.toReal())))
                continue;
            isWrong[row] = 1;
            isAny = true;
            batch.fail(row, ErrorKind::Type,
                       "The field " + inQuotes(m_calls[i].field) + " is " + describeValue(value)
                           + ", no number to compute with; convert it before, or leave the item out.");
        }
    }
    for (uint32_t row = 0; row < batch.size(); ++row)
        if (!isAny || !isWrong[row])
            rows.push_back(row);
}

Result<> Aggregate::take(Batch &batch)
{
    const SchemaPtr before = m_union.schema();
    m_union.add(batch.schema());
    if (m_union.schema() != before)
        m_output = schemaFor(*m_union.schema(), m_calls);
    findColumns(batch, m_fields, m_columns);
    std::vector<uint32_t> rows;
    rows.reserve(batch.size());
    failWrong(batch, rows);
    m_groups.bind(m_columns);
    if (m_isSorted)
        return takeSorted(batch, rows);
    m_groups.setPlaces(m_items, nullptr);
    m_items += int64_t(batch.size());
    if (auto taken = takeHashed(batch, rows, nullptr); !taken)
        return taken;
    std::vector<ItemError> errors = std::move(batch.errors());
    batch.clearItems();
    batch.reset(m_output); // what follows learns the fields from an empty batch, too
    batch.errors() = std::move(errors);
    return {};
}

/// Groups that are over take the batch's place.
Result<> Aggregate::takeSorted(Batch &batch, const std::vector<uint32_t> &rows)
{
    std::vector<Column> columns;
    for (const ColumnType type : m_output->columnTypes())
        columns.emplace_back(type);
    Column ids(ColumnType::Integer);
    std::vector<uint32_t> originals;
    for (size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
        const auto keyOf = [&](uint32_t row) {
            m_key.clear();
            for (size_t i = 0; i < m_by.size(); ++i)
                appendKey(m_key, m_columns[i], row);
        };
        keyOf(rows[begin]);
        if (m_groups.size() > 0 && m_key != m_lastKey) {
            if (auto appended = m_groups.appendTo(columns, 0, 1); !appended)
                return appended;
            m_groups.clear();
            ids.appendInteger(m_given++);
            originals.push_back(batch.originalRow(rows[begin]));
        }
        if (m_groups.size() == 0)
            m_groups.startGroup(rows[begin]);
        m_lastKey = m_key;
        for (end = begin + 1; end < rows.size(); ++end)
            if (keyOf(rows[end]); m_key != m_lastKey)
                break;
        m_groups.addToLast(std::span(rows).subspan(begin, end - begin));
    }
    if (m_groups.byteSize() > 2 * memoryBytes())
        return failure(ErrorKind::Memory, "What is kept of one group needs more than " + m_memory
                                              + " of memory; give the step more, or compute less of large groups.");
    std::vector<ItemError> errors = batch.errors();
    batch.setItems(m_output, std::move(columns), std::move(ids), std::move(originals));
    batch.errors() = std::move(errors);
    return {};
}

Result<> Aggregate::takeHashed(const Batch &batch, const std::vector<uint32_t> &rows, const Column *places)
{
    m_leftOver.clear();
    m_hashes.clear();
    m_groups.add(rows, !m_isFull, m_leftOver, m_hashes);
    if (!m_leftOver.empty())
        if (auto spilled = spill(batch, places); !spilled)
            return spilled;
    const uint64_t bytes = m_groups.byteSize(), memory = memoryBytes();
    if (bytes >= memory && m_level + 1 < MostLevels)
        m_isFull = true;
    if (bytes > 2 * memory + (8 << 20))
        return failure(
            ErrorKind::Memory,
            "What is kept of the groups (lists, texts or numbers of their items) needs more than " + m_memory
                + " of memory; give the step more, sort the items by the groups' fields and say \"sorted\": true, or "
                  "compute less of large groups.");
    return {};
}

/// Parts the items that are left over by their keys' hashes, of which each level takes other bits.
Result<> Aggregate::spill(const Batch &batch, const Column *places)
{
    std::vector<Field> fields;
    std::vector<Column> columns;
    const SchemaPtr &schema = batch.schema();
    for (size_t i = 0; i < schema->size(); ++i) {
        const std::string &name = schema->field(i).name;
        if (std::ranges::find(m_fields, name) == m_fields.end() && &batch.column(i) != places)
            continue;
        fields.push_back(schema->field(i));
        columns.push_back(batch.column(i));
    }
    if (!places) {
        Column numbers(ColumnType::Integer);
        for (size_t row = 0; row < batch.size(); ++row)
            numbers.appendInteger(m_items - int64_t(batch.size()) + int64_t(row));
        fields.push_back({"\x01place", ValueType::Integer});
        columns.push_back(std::move(numbers));
    }
    Batch narrow, part;
    std::vector<uint32_t> all(batch.size());
    std::iota(all.begin(), all.end(), 0u);
    Column ids(ColumnType::Integer);
    ids.resize(batch.size());
    narrow.setItems(std::make_shared<const Schema>(std::move(fields)), std::move(columns), std::move(ids),
                    std::move(all));
    if (m_parts.empty())
        m_parts.resize(Parts);
    std::vector<std::vector<uint32_t>> rows(Parts);
    for (size_t i = 0; i < m_leftOver.size(); ++i)
        rows[m_hashes[i] >> (64 - PartBits * (m_level + 1)) & (Parts - 1)].push_back(m_leftOver[i]);
    for (size_t i = 0; i < Parts; ++i) {
        if (rows[i].empty())
            continue;
        if (!m_parts[i].file)
            m_parts[i] = {std::make_unique<SpillFile>(m_context.folder), m_level + 1};
        part.copyRows(narrow, rows[i]);
        const uint64_t before = m_parts[i].file->end();
        if (auto written = m_parts[i].file->write(part); !written)
            return written.forward();
        m_partBytes += m_parts[i].file->end() - before;
    }
    return {};
}

Result<> Aggregate::workOff(Part &part)
{
    m_level = part.level;
    m_isFull = false;
    Batch batch;
    for (uint64_t at = 0; at < part.file->end();) {
        if (m_context.isInterrupted())
            return failure(ErrorKind::Interrupted, "The run was stopped.");
        const auto end = part.file->read(at, batch);
        if (!end)
            return end.forward();
        at = *end;
        part.file->forgetBefore(at);
        findColumns(batch, m_fields, m_columns);
        m_groups.bind(m_columns);
        const Column *const places = &batch.column(*batch.schema()->find("\x01place"));
        m_groups.setPlaces(0, places);
        std::vector<uint32_t> rows(batch.size());
        std::iota(rows.begin(), rows.end(), 0u);
        if (auto taken = takeHashed(batch, rows, places); !taken)
            return taken;
        noteHeld();
    }
    return {};
}

/// What is left of a part waits with where each group first came.
Result<> Aggregate::giveToSorter()
{
    constexpr size_t AtOnce = 1000;
    std::vector<Field> fields = m_output->fields();
    fields.push_back({"\x01place", ValueType::Integer});
    const auto schema = std::make_shared<const Schema>(std::move(fields));
    for (size_t begin = 0; begin < m_groups.size(); begin += AtOnce) {
        const size_t end = std::min(begin + AtOnce, m_groups.size());
        Batch batch;
        batch.reset(schema);
        std::vector<Column> columns;
        for (const ColumnType type : schema->columnTypes())
            columns.emplace_back(type);
        if (auto appended = m_groups.appendTo(columns, begin, end); !appended)
            return appended;
        for (size_t group = begin; group < end; ++group)
            columns.back().appendInteger(m_groups.places()[group]);
        batch.setColumns(schema, std::move(columns));
        batch.setSize(end - begin);
        if (auto added = m_later.add(batch); !added)
            return added;
    }
    m_groups.clear();
    return {};
}

Result<> Aggregate::workOffParts()
{
    m_groups.clear();
    const auto takeParts = [this] {
        for (Part &part : m_parts)
            if (part.file)
                m_waiting.push_back(std::move(part));
        m_parts.clear();
    };
    for (takeParts(); !m_waiting.empty(); takeParts()) {
        Part part = std::move(m_waiting.back());
        m_waiting.pop_back();
        if (auto done = workOff(part); !done)
            return done;
        if (auto given = giveToSorter(); !given)
            return given;
    }
    return {};
}

Result<bool> Aggregate::giveGroups(Batch &batch, size_t items)
{
    const auto begin = size_t(m_isSorted ? 0 : m_given);
    const size_t end = std::min(begin + items, m_groups.size());
    if (begin >= end)
        return false;
    std::vector<Column> columns;
    for (const ColumnType type : m_output->columnTypes())
        columns.emplace_back(type);
    if (auto appended = m_groups.appendTo(columns, begin, end); !appended)
        return appended.forward();
    batch.reset(m_output);
    batch.setColumns(m_output, std::move(columns));
    batch.setSize(end - begin);
    batch.setFirstId(m_given);
    m_given += int64_t(end - begin);
    return true;
}

Result<bool> Aggregate::flush(Batch &batch, size_t items)
{
    if (ending())
        return Failure{*ending()};
    if (!m_isEnding) {
        m_isEnding = true;
        if (!m_output)
            m_output = schemaFor(Schema(), m_calls);
        if (m_by.empty() && m_groups.size() == 0) { // of no items there is a count, too
            m_columns.assign(m_fields.size(), nullptr);
            m_groups.bind(m_columns);
            m_groups.setPlaces(0, nullptr);
            m_groups.startGroup(0);
            m_groups.addToLast({});
        }
    }
    if (!m_areFirstGiven) {
        auto some = giveGroups(batch, items);
        if (!some || *some) {
            if (m_isSorted)
                m_groups.clear();
            return some;
        }
        m_areFirstGiven = true;
        if (auto done = workOffParts(); !done)
            return done.forward();
    }
    auto some = m_later.next(batch, items);
    noteHeld();
    if (!some || !*some)
        return some;
    std::vector<size_t> columns(m_output->size());
    std::iota(columns.begin(), columns.end(), size_t(0));
    batch.selectColumns(m_output, columns);
    Column ids(ColumnType::Integer);
    for (size_t row = 0; row < batch.size(); ++row)
        ids.appendInteger(m_given++);
    batch.setIds(std::move(ids));
    return true;
}

void Aggregate::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkMemory(problems);
    checkFields(context, "by", m_by, problems);
    if (m_by.empty() && m_values.empty())
        problems.push_back({true, "values", "There is nothing to compute; say what, as {\"items\": \"count\"}."});
    for (const auto &[name, text] : m_values) {
        if (std::ranges::find(m_by, name) != m_by.end())
            problems.push_back(
                {true, "values", "Two fields would be called " + inQuotes(name) + "; give each a name of its own."});
        const auto call = AggregateCall::parse(text);
        if (!call)
            problems.push_back({true, "values", "The value " + inQuotes(name) + ": " + call.error().message});
        else if (!call->field.empty())
            checkFields(context, "values", {call->field}, problems);
    }
}

SchemaPtr Aggregate::outputSchema(const CheckContext &context) const
{
    const auto calls = parseCalls();
    return context.input && calls ? schemaFor(*context.input, *calls) : nullptr;
}

std::string Aggregate::summary() const
{
    std::string text;
    for (const auto &[name, call] : m_values)
        text += (text.empty() ? "" : ", ") + name + " = " + call;
    return text + (m_by.empty() ? "" : (text.empty() ? "by " : " by ") + joined(m_by));
}

void registerAggregate(StepRegistry &registry)
{
    registry.add<Aggregate>();
}

} // namespace millrace
