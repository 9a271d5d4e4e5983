// SPDX-License-Identifier: MIT
#include "steps/keys/ItemGather.h"

#include <algorithm>
#include <numeric>

namespace millrace {

namespace {

Column gatherIds(std::span<const ItemPlace> places, std::span<const Batch *const> from)
{
    Column ids(ColumnType::Integer);
    ids.reserve(places.size());
    for (const auto &[source, row] : places) {
        const Batch &batch = *from[source];
        if (batch.hasImplicitIds())
            ids.appendInteger(batch.firstId() + int64_t(batch.originalRow(row)));
        else
            ids.append(batch.ids().value(row));
    }
    return ids;
}

std::vector<size_t> usedBy(std::span<const ItemPlace> places)
{
    std::vector<size_t> used;
    used.reserve(places.size());
    for (const ItemPlace &place : places)
        used.push_back(place.batch);
    std::ranges::sort(used);
    used.erase(std::unique(used.begin(), used.end()), used.end());
    return used;
}

/// Whether that is one batch as it is.
bool isWholeBatch(std::span<const ItemPlace> places,
                  const std::vector<size_t> &used,
                  std::span<const Batch *const> from)
{
    if (used.size() != 1 || places.size() != from[used.front()]->size())
        return false;
    for (size_t i = 0; i < places.size(); ++i)
        if (places[i].row != i)
            return false;
    return true;
}

} // namespace

void appendFrom(Column &to, const Column *from, size_t row)
{
    if (!from || from->isAbsent(row))
        return to.appendAbsent();
    if (from->isNull(row))
        return to.appendNull();
    const size_t place = to.size();
    switch (from->type()) {
    case ColumnType::Integer: to.appendInteger(from->integers()[row]); break;
    case ColumnType::Real: to.appendReal(from->reals()[row]); break;
    case ColumnType::Text:
        return to.type() == ColumnType::Text ? to.appendText(from->text(row)) : to.append(from->value(row));
    case ColumnType::Any: to.append(from->values()[row]); break;
    }
    if (const std::string_view text = from->written(row); !text.empty() && to.type() != ColumnType::Text)
        to.setWritten(place, text);
}

void FieldUnion::add(const SchemaPtr &schema)
{
    if (schema == m_last || !schema)
        return;
    if (!m_all) {
        m_all = schema;
    } else if (*m_all != *schema) {
        std::vector<Field> fields = m_all->fields();
        for (const Field &field : schema->fields()) {
            const auto known = m_all->find(field.name);
            if (!known)
                fields.push_back(field);
            else if (fields[*known].type != field.type)
                fields[*known].type = ValueType::Null;
        }
        auto all = std::make_shared<const Schema>(std::move(fields), m_all->isOpen() || schema->isOpen());
        if (*all != *m_all)
            m_all = std::move(all);
    }
    m_last = schema;
}

void gatherItems(Batch &to,
                 const SchemaPtr &schema,
                 std::span<const ItemPlace> places,
                 std::span<const Batch *const> from)
{
    std::vector<Column> columns;
    columns.reserve(schema->size());
    // Of what may be thousands of batches only those that are taken from.
    const std::vector<size_t> used = usedBy(places);
    std::vector<size_t> placeOf(places.size());
    for (size_t item = 0; item < places.size(); ++item)
        placeOf[item] = size_t(std::ranges::lower_bound(used, size_t(places[item].batch)) - used.begin());
    const bool isWhole = isWholeBatch(places, used, from);
    std::vector<const Column *> sources(used.size());
    for (size_t i = 0; i < schema->size(); ++i) {
        const std::string &name = schema->field(i).name;
        for (size_t source = 0; source < used.size(); ++source) {
            const Batch &batch = *from[used[source]];
            const bool isSame = batch.schema() && i < batch.schema()->size() && batch.schema()->field(i).name == name;
            const auto column = isSame ? std::optional(i) : batch.schema() ? batch.schema()->find(name) : std::nullopt;
            sources[source] = column ? &batch.column(*column) : nullptr;
        }
        if (isWhole && sources.front() && sources.front()->type() == schema->columnTypes()[i]) {
            columns.push_back(*sources.front()); // shared: what is in it may be long
            continue;
        }
        Column column(schema->columnTypes()[i]);
        column.reserve(places.size());
        for (size_t item = 0; item < places.size(); ++item)
            appendFrom(column, sources[placeOf[item]], places[item].row);
        columns.push_back(std::move(column));
    }
    Column ids = gatherIds(places, from);
    std::vector<uint32_t> rows(places.size());
    std::iota(rows.begin(), rows.end(), 0u);
    to.setItems(schema, std::move(columns), std::move(ids), std::move(rows));
}

void findColumns(const Batch &batch, std::span<const std::string> fields, std::vector<const Column *> &columns)
{
    columns.clear();
    for (const std::string &name : fields) {
        const auto column = batch.schema()->find(name);
        columns.push_back(column ? &batch.column(*column) : nullptr);
    }
}

} // namespace millrace
