// SPDX-License-Identifier: MIT
#include "engine/flow/BatchRows.h"

#include <algorithm>
#include <numeric>

namespace millrace {

namespace {

/// The original row of each item, and the id, as columns of their own.
struct Marks
{
    std::vector<uint32_t> rows;
    Column ids;
};

Marks marksOf(const Batch &batch)
{
    Marks marks;
    marks.ids.reset(batch.hasImplicitIds() ? ColumnType::Integer : batch.ids().type());
    for (size_t row = 0; row < batch.size(); ++row) {
        marks.rows.push_back(batch.originalRow(row));
        marks.ids.append(batch.id(row));
    }
    return marks;
}

std::vector<uint32_t> allRows(size_t size)
{
    std::vector<uint32_t> rows(size);
    std::iota(rows.begin(), rows.end(), 0u);
    return rows;
}

/// The fields of both, those of the first in front.
SchemaPtr joined(const SchemaPtr &first, const SchemaPtr &second)
{
    if (first == second || *first == *second)
        return first;
    std::vector<Field> fields = first->fields();
    for (const Field &field : second->fields())
        if (!first->find(field.name))
            fields.push_back(field);
    return std::make_shared<const Schema>(std::move(fields), first->isOpen() || second->isOpen());
}

void appendColumn(Column &to, const Batch &from, std::string_view name, std::span<const uint32_t> rows)
{
    if (const auto column = from.schema()->find(name)) {
        to.appendRows(from.column(*column), rows);
        return;
    }
    for (size_t i = 0; i < rows.size(); ++i)
        to.appendAbsent();
}

} // namespace

void appendItems(Batch &to, const Batch &from)
{
    const SchemaPtr schema = joined(to.schema(), from.schema());
    const std::vector<uint32_t> toRows = allRows(to.size()), fromRows = allRows(from.size());
    Marks marks = marksOf(to);
    const Marks more = marksOf(from);
    std::vector<Column> columns;
    for (const Field &field : schema->fields()) {
        const auto mine = to.schema()->find(field.name), its = from.schema()->find(field.name);
        Column column(mine ? to.column(*mine).type() : from.column(*its).type());
        appendColumn(column, to, field.name, toRows);
        appendColumn(column, from, field.name, fromRows);
        columns.push_back(std::move(column));
    }
    marks.rows.insert(marks.rows.end(), more.rows.begin(), more.rows.end());
    marks.ids.appendRows(more.ids, fromRows);
    to.setItems(schema, std::move(columns), std::move(marks.ids), std::move(marks.rows));
}

void sortItems(Batch &batch, std::span<const uint32_t> positions)
{
    std::vector<uint32_t> order = allRows(batch.size());
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return positions[a] < positions[b]; });
    Marks marks = marksOf(batch);
    std::vector<Column> columns;
    for (size_t i = 0; i < batch.columnCount(); ++i) {
        Column column(batch.column(i).type());
        column.appendRows(batch.column(i), order);
        columns.push_back(std::move(column));
    }
    Column ids(marks.ids.type());
    ids.appendRows(marks.ids, order);
    std::vector<uint32_t> rows;
    for (const uint32_t row : order)
        rows.push_back(marks.rows[row]);
    batch.setItems(batch.schema(), std::move(columns), std::move(ids), std::move(rows));
}

void addErrorFields(
    Batch &batch, const std::string &step, const std::vector<ItemError> &errors, int attempts, const ItemPlaces &places)
{
    std::vector<Field> fields = batch.schema()->fields();
    std::erase_if(fields, [](const Field &field) { return field.name.starts_with("error."); });
    std::vector<Column> columns;
    for (const Field &field : fields)
        columns.push_back(batch.column(*batch.schema()->find(field.name)));
    Column steps(ColumnType::Text), messages(ColumnType::Text), kinds(ColumnType::Text), tries(ColumnType::Integer);
    Column origins(ColumnType::Text), lines(ColumnType::Integer);
    for (size_t row = 0; row < errors.size(); ++row) {
        const ItemError &error = errors[row];
        steps.appendText(step);
        messages.appendText(error.message);
        kinds.appendText(error.kind);
        tries.appendInteger(attempts);
        places.origin.empty() ? origins.appendNull() : origins.appendText(places.origin);
        places.lines[row] > 0 ? lines.appendInteger(places.lines[row]) : lines.appendNull();
    }
    fields.push_back({"error.step", ValueType::Text, Role::DataInput});
    fields.push_back({"error.message", ValueType::Text, Role::DataInput});
    fields.push_back({"error.kind", ValueType::Text, Role::DataInput});
    fields.push_back({"error.attempts", ValueType::Integer, Role::DataInput});
    fields.push_back({"error.origin", ValueType::Text, Role::DataInput});
    fields.push_back({"error.line", ValueType::Integer, Role::DataInput});
    for (Column *column : {&steps, &messages, &kinds, &tries, &origins, &lines})
        columns.push_back(std::move(*column));
    batch.setColumns(batch.schema()->with(std::move(fields)), std::move(columns));
}

std::vector<uint32_t> otherRows(size_t size, std::span<const uint32_t> rows)
{
    std::vector<uint32_t> others;
    size_t next = 0;
    for (uint32_t row = 0; row < size; ++row) {
        if (next < rows.size() && rows[next] == row)
            ++next;
        else
            others.push_back(row);
    }
    return others;
}

} // namespace millrace
