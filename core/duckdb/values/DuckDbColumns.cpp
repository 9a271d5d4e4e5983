// SPDX-License-Identifier: MIT
#include "duckdb/values/DuckDbColumns.h"

#include "data/text/Quote.h"

#include <algorithm>
#include <map>

namespace millrace {

namespace {

/// Whether all that such a column can hold fits, so that nothing has to be looked at.
bool isFitting(const DuckDbType &type, const Column *column)
{
    return !column || type.kind == DuckDbKind::Varchar
           || (type.kind == DuckDbKind::BigInt && column->type() == ColumnType::Integer)
           || (type.kind == DuckDbKind::Double && column->type() == ColumnType::Real);
}

} // namespace

void DuckDbColumns::noteColumn(Seen &seen, const millrace::Column &column)
{
    for (size_t row = 0; row < column.size(); ++row)
        seen.guess.note(column.value(row));
}

bool DuckDbColumns::look(const Batch &batch)
{
    if (m_isDecided)
        return false;
    for (size_t i = 0; batch.schema() && i < batch.schema()->size(); ++i) {
        const Field &field = batch.schema()->field(i);
        auto found = std::ranges::find(m_seen, field.name, [](const Seen &seen) { return seen.field.name; });
        if (found == m_seen.end())
            found = m_seen.insert(found, Seen{field, {}});
        noteColumn(*found, batch.column(i));
    }
    if (!batch.isEmpty()) {
        m_kept.emplace_back().shareFrom(batch);
        m_items += batch.size();
        m_bytes += batch.byteSize();
    }
    return true;
}

Result<std::vector<DuckDbColumns::Column>> DuckDbColumns::guess() const
{
    std::vector<Column> columns;
    std::map<std::string, std::string> names;
    for (const Seen &seen : m_seen) {
        const std::string &name = seen.field.name;
        const auto [other, isNew] = names.emplace(duckDbKey(name), name);
        if (!isNew)
            return failure(ErrorKind::Fields,
                           "The fields " + inQuotes(other->second) + " and " + inQuotes(name)
                               + " differ in case alone, by which DuckDB doesn't tell columns apart; "
                                 "rename one before.");
        if (name.empty() || name.find('\0') != std::string::npos)
            return failure(ErrorKind::Fields,
                           "The field " + inQuotes(name) + " has a name that no column can have; rename it before.");
        columns.push_back({name, seen.guess.type(seen.field.type)});
    }
    return columns;
}

Result<> DuckDbColumns::decide()
{
    auto columns = guess();
    if (!columns)
        return columns.forward();
    m_columns = *std::move(columns);
    m_isDecided = true;
    m_seen.clear();
    return {};
}

/// Empty, or why the item can't go into the table. `unknown`: columns of the batch that the table hasn't got.
std::string DuckDbColumns::problemOf(const Batch &batch,
                                     const Rows &rows,
                                     std::span<const size_t> unknown,
                                     uint32_t row) const
{
    for (const size_t column : unknown)
        if (!batch.column(column).isNull(row))
            return "The field " + inQuotes(batch.schema()->field(column).name)
                   + " isn't among those of the first items, which are the columns; choose the fields with \"select\" "
                     "before.";
    for (size_t i = 0; i < m_columns.size(); ++i) {
        if (isFitting(m_columns[i].type, rows.columns[i]))
            continue;
        const std::string misfit = duckDbMisfit(m_columns[i].type, rows.columns[i]->value(row));
        if (!misfit.empty())
            return "The field " + inQuotes(m_columns[i].name) + ' ' + misfit
                   + ", as the first items' values say; convert it before.";
    }
    return {};
}

DuckDbColumns::Rows DuckDbColumns::fitting(Batch &batch) const
{
    Rows rows;
    rows.batch = &batch;
    std::vector<size_t> unknown;
    for (const Column &column : m_columns) {
        const auto place = batch.schema()->find(column.name);
        rows.columns.push_back(place ? &batch.column(*place) : nullptr);
    }
    for (size_t i = 0; i < batch.schema()->size(); ++i)
        if (std::ranges::find(m_columns, batch.schema()->field(i).name, &Column::name) == m_columns.end())
            unknown.push_back(i);
    rows.rows.reserve(batch.size());
    for (uint32_t row = 0; row < batch.size(); ++row) {
        if (std::string problem = problemOf(batch, rows, unknown, row); !problem.empty())
            batch.fail(row, ErrorKind::Type, std::move(problem));
        else
            rows.rows.push_back(row);
    }
    return rows;
}

} // namespace millrace
