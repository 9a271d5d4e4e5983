// SPDX-License-Identifier: MIT
#include "steps/arrange/PivotTable.h"

#include "data/text/ByteSize.h"
#include "steps/keys/ValueOrder.h"
#include "steps/StepType.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace millrace {

extern void registerAggregate(StepRegistry &registry); // of its own file

namespace {

constexpr const char *CellColumn = "column", *CellValue = "value", *CellPlace = "place";
constexpr size_t CellsAtOnce = 1000, WideAtOnce = 200;

std::string keyName(size_t number)
{
    return "key" + std::to_string(number);
}

std::vector<Column> columnsFor(const Schema &schema)
{
    std::vector<Column> columns;
    for (const ColumnType type : schema.columnTypes())
        columns.emplace_back(type);
    return columns;
}

Column rowsOf(const Column *from, std::span<const uint32_t> rows)
{
    Column column(from ? from->type() : ColumnType::Any);
    if (from)
        column.appendRows(*from, rows);
    else
        for (size_t i = 0; i < rows.size(); ++i)
            column.appendNull();
    return column;
}

ValueType typeOfColumn(const Column &column)
{
    switch (column.type()) {
    case ColumnType::Integer: return ValueType::Integer;
    case ColumnType::Real: return ValueType::Real;
    case ColumnType::Text: return ValueType::Text;
    case ColumnType::Any: break;
    }
    return ValueType::Null;
}

Result<std::unique_ptr<Step>> makeAggregate(const PivotTable::Settings &settings)
{
    StepRegistry own;
    registerAggregate(own);
    List by;
    for (size_t i = 0; i < settings.keys; ++i)
        by.emplace_back(keyName(i));
    by.emplace_back(CellColumn);
    const std::string call = settings.function + '(' + CellValue + ')';
    const uint64_t memory = std::max<uint64_t>(settings.memory / 2, 1);
    return own.find("aggregate")
        ->create({{"by", Value(std::move(by))},
                  {"values", Value(Members{{CellValue, Value(call)}})},
                  {"memory", Value(std::to_string(memory))}});
}

/// Makes wide items of cells, which come group after group.
class Widening
{
public:
    Widening(size_t keys, size_t columns) : m_keys(keys), m_values(columns) {}
    /// The next cells: groups that are over go to the columns of `made`.
    void take(const Batch &cells, std::vector<Column> &made);
    /// The last group, if there is one.
    void end(std::vector<Column> &made)
    {
        if (m_isBegun)
            give(made);
    }

private:
    void give(std::vector<Column> &made);

    std::vector<Value> m_keys, m_values;
    int64_t m_place = 0;
    std::string m_key, m_lastKey;
    bool m_isBegun = false;
};

void Widening::take(const Batch &cells, std::vector<Column> &made)
{
    const auto columnNamed = [&cells](const std::string &name) { return &cells.column(*cells.schema()->find(name)); };
    std::vector<const Column *> keys;
    for (size_t i = 0; i < m_keys.size(); ++i)
        keys.push_back(columnNamed(keyName(i)));
    const Column *const numbers = columnNamed(CellColumn), *const values = columnNamed(CellValue),
                        *const places = columnNamed(CellPlace);
    for (size_t row = 0; row < cells.size(); ++row) {
        m_key.clear();
        for (const Column *column : keys)
            appendKey(m_key, column, row);
        const bool isOther = !m_isBegun || m_key != m_lastKey;
        if (isOther && m_isBegun)
            give(made);
        if (isOther) {
            m_isBegun = true;
            m_lastKey = m_key;
            m_place = places->value(row).toInteger();
            for (size_t i = 0; i < keys.size(); ++i)
                m_keys[i] = keys[i]->value(row);
        }
        m_values[size_t(numbers->value(row).toInteger())] = values->value(row);
    }
}

void Widening::give(std::vector<Column> &made)
{
    size_t column = 0;
    for (const Value &value : m_keys)
        made[column++].append(value);
    for (Value &value : m_values)
        made[column++].append(std::exchange(value, Value()));
    made[column].appendInteger(m_place);
}

} // namespace

PivotRun::PivotRun(size_t keys, size_t columns, const AggregateCall &call, uint64_t memory)
    : m_columns(columns), m_memory(memory), m_values(Accumulator::make(call)), m_isSeen(columns), m_group(keys)
{
    m_values->resize(columns);
}

/// The group that is over; another may begin.
Result<> PivotRun::give(std::vector<Column> &columns)
{
    for (size_t i = 0; i < m_group.size(); ++i)
        columns[i].append(m_group[i]);
    for (size_t i = 0; i < m_columns; ++i) {
        auto value = m_isSeen[i] ? m_values->result(i) : Result<Value>(Value());
        if (!value)
            return value.forward();
        columns[m_group.size() + i].append(*value);
    }
    m_values->clear();
    m_values->resize(m_columns);
    m_isSeen.assign(m_columns, 0);
    m_hasGroup = false;
    return {};
}

Result<> PivotRun::take(Batch &batch, const PivotItems &items, const SchemaPtr &output)
{
    std::vector<Column> columns = columnsFor(*output);
    Column ids(ColumnType::Integer);
    std::vector<uint32_t> originals;
    for (size_t i = 0; i < items.rows.size(); ++i) {
        const uint32_t row = items.rows[i];
        m_key.clear();
        for (const Column *key : items.keys)
            appendKey(m_key, key, row);
        if (m_hasGroup && m_key != m_lastKey) {
            if (auto given = give(columns); !given)
                return given;
            ids.appendInteger(m_given++);
            originals.push_back(batch.originalRow(row));
        }
        if (!m_hasGroup)
            for (size_t key = 0; key < m_group.size(); ++key)
                m_group[key] = items.keys[key] ? items.keys[key]->value(row) : Value();
        m_hasGroup = true;
        m_lastKey = m_key;
        m_isSeen[items.columns[i]] = 1;
        m_values->add(items.values, items.rows.subspan(i, 1), items.columns.subspan(i, 1));
    }
    if (heldBytes() > m_memory)
        return failure(ErrorKind::Memory, "What is kept of one group needs more than " + byteSizeText(m_memory)
                                              + " of memory; give the step more.");
    batch.setItems(output, std::move(columns), std::move(ids), std::move(originals));
    return {};
}

Result<bool> PivotRun::giveLast(Batch &batch, const SchemaPtr &output)
{
    if (!m_hasGroup)
        return false;
    std::vector<Column> columns = columnsFor(*output);
    if (auto given = give(columns); !given)
        return given.forward();
    batch.reset(output);
    batch.setColumns(output, std::move(columns));
    batch.setSize(1);
    batch.setFirstId(m_given++);
    return true;
}

Result<PivotTable> PivotTable::make(Settings given)
{
    PivotTable table(std::move(given));
    const Settings &settings = table.m_settings;
    auto cells = makeAggregate(settings);
    if (!cells)
        return cells.forward();
    table.m_cells = *std::move(cells);
    if (auto opened = table.m_cells->open(settings.context); !opened)
        return opened.forward();
    const auto sorterBy = [&settings](std::vector<SortKey> keys) {
        auto sorter = std::make_unique<ItemSorter>();
        sorter->start({.keys = std::move(keys),
                       .memory = std::max<uint64_t>(settings.memory / 4, 1),
                       .folder = settings.context.folder,
                       .isInterrupted = [context = settings.context] { return context.isInterrupted(); }});
        return sorter;
    };
    std::vector<SortKey> keys;
    for (size_t i = 0; i < settings.keys; ++i)
        keys.push_back({keyName(i), false});
    table.m_sorted = sorterBy(std::move(keys));
    table.m_wide = sorterBy({{CellPlace, false}});
    return table;
}

Result<> PivotTable::take(const PivotItems &items)
{
    std::vector<Field> fields;
    std::vector<Column> columns;
    const auto add = [&](std::string name, Column column) {
        fields.push_back({std::move(name), typeOfColumn(column)});
        columns.push_back(std::move(column));
    };
    for (size_t i = 0; i < m_settings.keys; ++i)
        add(keyName(i), rowsOf(items.keys[i], items.rows));
    Column numbers(ColumnType::Integer);
    for (const uint32_t column : items.columns)
        numbers.appendInteger(column);
    add(CellColumn, std::move(numbers));
    add(CellValue, rowsOf(items.values, items.rows));
    Batch narrow;
    narrow.setColumns(std::make_shared<const Schema>(std::move(fields)), std::move(columns));
    narrow.setSize(items.rows.size());
    return m_cells->process(narrow);
}

/// All cells, in the order in which they first came, to be sorted by their groups.
Result<> PivotTable::sortCells()
{
    Batch cells;
    for (int64_t place = 0;;) {
        cells.renew();
        cells.reset(emptySchema());
        const auto some = m_cells->flush(cells, CellsAtOnce);
        if (!some)
            return some.forward();
        if (!*some)
            return {};
        Column places(ColumnType::Integer);
        for (size_t row = 0; row < cells.size(); ++row)
            places.appendInteger(place++);
        std::vector<Field> fields = cells.schema()->fields();
        fields.push_back({CellPlace, ValueType::Integer});
        cells.addColumn(std::make_shared<const Schema>(std::move(fields)), std::move(places));
        if (auto added = m_sorted->add(cells); !added)
            return added;
    }
}

std::vector<Field> PivotTable::keyFields() const
{
    std::vector<Field> fields;
    for (size_t i = 0; i < m_settings.keys; ++i)
        fields.push_back({keyName(i)});
    return fields;
}

/// A wide item of the cells of each group, which follow each other now.
Result<> PivotTable::widen(size_t columns)
{
    std::vector<Field> fields = keyFields();
    for (size_t i = 0; i < columns; ++i)
        fields.push_back({"column" + std::to_string(i)});
    fields.push_back({CellPlace, ValueType::Integer});
    const auto schema = std::make_shared<const Schema>(std::move(fields));
    std::vector<Column> made = columnsFor(*schema);
    const auto handOn = [&]() -> Result<> {
        Batch batch;
        const size_t size = made.back().size();
        batch.setColumns(schema, std::exchange(made, columnsFor(*schema)));
        batch.setSize(size);
        return m_wide->add(batch);
    };
    Widening widening(m_settings.keys, columns);
    Batch cells;
    for (;;) {
        cells.renew();
        const auto some = m_sorted->next(cells, CellsAtOnce);
        if (!some)
            return some.forward();
        if (!*some)
            break;
        widening.take(cells, made);
        if (made.back().size() >= WideAtOnce)
            if (auto handed = handOn(); !handed)
                return handed;
    }
    widening.end(made);
    return made.back().size() > 0 ? handOn() : Result<>();
}

Result<bool> PivotTable::next(Batch &batch, size_t items, const SchemaPtr &output)
{
    if (!m_isReady) {
        m_isReady = true;
        if (auto sorted = sortCells(); !sorted)
            return sorted.forward();
        if (auto widened = widen(output->size() - m_settings.keys); !widened)
            return widened.forward();
    }
    auto some = m_wide->next(batch, items);
    if (!some || !*some)
        return some;
    std::vector<size_t> columns(output->size());
    std::iota(columns.begin(), columns.end(), size_t(0));
    batch.selectColumns(output, columns);
    Column ids(ColumnType::Integer);
    for (size_t row = 0; row < batch.size(); ++row)
        ids.appendInteger(m_given++);
    batch.setIds(std::move(ids));
    return true;
}

uint64_t PivotTable::heldBytes() const
{
    return m_cells->held()->held.load(std::memory_order_relaxed) + m_sorted->heldBytes() + m_wide->heldBytes();
}

uint64_t PivotTable::spilledBytes() const
{
    return m_cells->held()->spilled.load(std::memory_order_relaxed) + m_sorted->spilledBytes() + m_wide->spilledBytes();
}

} // namespace millrace
