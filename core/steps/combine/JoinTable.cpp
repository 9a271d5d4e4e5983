// SPDX-License-Identifier: MIT
#include "steps/combine/JoinTable.h"

#include "steps/keys/ValueOrder.h"

#include <algorithm>
#include <numeric>

namespace millrace {

void JoinTable::start(const JoinSettings &settings)
{
    *this = JoinTable();
    m_settings = settings;
}

uint64_t JoinTable::byteSize() const
{
    uint64_t bytes = m_keys.byteSize() + m_ids.heldBytes() + m_isMet.capacity() / 8 + m_outside;
    for (const Kept &kept : m_columns)
        bytes += kept.values.heldBytes();
    for (const auto *rows : {&m_firstOf, &m_lastOf, &m_next, &m_keyOf})
        bytes += rows->capacity() * sizeof(uint32_t);
    return bytes;
}

/// Leaves the bytes of the keys in m_key. False: one is null.
bool JoinTable::makeKey(std::span<const Column *const> columns, uint32_t row)
{
    m_key.clear();
    for (const Column *column : columns) {
        if (!column || column->isNull(row))
            return false;
        appendKey(m_key, column, row);
    }
    return true;
}

uint32_t JoinTable::find(std::span<const Column *const> columns, uint32_t row)
{
    return makeKey(columns, row) ? m_keys.find(m_key, KeyTable::hashOf(m_key)).value_or(None) : None;
}

/// The number of the key in m_key.
uint32_t JoinTable::addKey(bool &isNew)
{
    const uint64_t hash = KeyTable::hashOf(m_key);
    const auto known = m_keys.find(m_key, hash);
    isNew = !known;
    if (known)
        return *known;
    m_firstOf.push_back(None);
    m_lastOf.push_back(None);
    m_isMet.push_back(false);
    return m_keys.add(m_key, hash);
}

void JoinTable::add(const Batch &batch)
{
    m_union.add(batch.schema());
    findColumns(batch, m_settings.rightKeys, m_found);
    std::vector<uint32_t> rows;
    rows.reserve(batch.size());
    for (uint32_t row = 0; row < batch.size(); ++row) {
        const bool hasKey = makeKey(m_found, row);
        if (!hasKey && !m_settings.keepsRight)
            continue; // it matches nothing
        uint32_t key = None;
        if (hasKey) {
            bool isNew = false;
            key = addKey(isNew);
            if (!isNew && m_settings.needsFirstOnly())
                continue;
            const uint32_t place = m_rows + uint32_t(rows.size());
            if (isNew)
                m_firstOf[key] = place;
            else
                m_next[m_lastOf[key]] = place;
            m_lastOf[key] = place;
        }
        m_next.push_back(None);
        if (m_settings.keepsRight)
            m_keyOf.push_back(key);
        rows.push_back(row);
    }
    addRows(batch, rows);
}

void JoinTable::addRows(const Batch &batch, std::span<const uint32_t> rows)
{
    const Schema &schema = *batch.schema();
    for (const Field &field : schema.fields()) {
        if (!m_settings.isNeeded(field.name)
            || std::ranges::find(m_columns, field.name, &Kept::name) != m_columns.end())
            continue;
        m_columns.push_back({field.name, Column()});
        Column &values = m_columns.back().values;
        values.reset(m_rows == 0 ? schema.columnTypes()[*schema.find(field.name)] : ColumnType::Any);
        for (uint32_t row = 0; row < m_rows; ++row)
            values.appendAbsent();
    }
    for (Kept &kept : m_columns) {
        const auto place = schema.find(kept.name);
        if (!place) {
            for (size_t i = 0; i < rows.size(); ++i)
                kept.values.appendAbsent();
            continue;
        }
        const Column &from = batch.column(*place);
        kept.values.appendRows(from, rows);
        if (kept.values.type() == ColumnType::Any && !batch.isEmpty())
            m_outside += (from.byteSize() - (from.type() == ColumnType::Any ? from.heldBytes() : 0)) * rows.size()
                         / batch.size();
    }
    if (m_settings.keepsRight) {
        if (m_rows == 0)
            m_ids.reset(ColumnType::Integer);
        for (const uint32_t row : rows)
            m_ids.append(batch.id(row));
    }
    m_rows += uint32_t(rows.size());
}

const Column *JoinTable::column(const std::string &name) const
{
    const auto found = std::ranges::find(m_columns, name, &Kept::name);
    return found == m_columns.end() ? nullptr : &found->values;
}

Result<> JoinTable::moveTo(ItemSorter &sorter, const std::string &place)
{
    constexpr uint32_t AtOnce = 1024;
    std::vector<Field> fields;
    for (const Kept &kept : m_columns)
        fields.push_back(m_union.schema()->field(*m_union.schema()->find(kept.name)));
    fields.push_back({place, ValueType::Integer});
    const auto schema = std::make_shared<const Schema>(std::move(fields));
    for (uint32_t begin = 0; begin < m_rows; begin += AtOnce) {
        std::vector<uint32_t> rows(std::min(AtOnce, m_rows - begin)), originals(rows.size());
        std::iota(rows.begin(), rows.end(), begin);
        std::iota(originals.begin(), originals.end(), 0u);
        std::vector<Column> columns;
        for (const Kept &kept : m_columns)
            columns.emplace_back(kept.values.type()).appendRows(kept.values, rows);
        Column places(ColumnType::Integer), ids(ColumnType::Integer);
        for (const uint32_t row : rows)
            places.appendInteger(row);
        columns.push_back(std::move(places));
        if (m_settings.keepsRight)
            ids.appendRows(m_ids, rows);
        else
            ids.resize(rows.size());
        Batch batch;
        batch.setItems(schema, std::move(columns), std::move(ids), std::move(originals));
        if (auto added = sorter.add(batch); !added)
            return added;
    }
    FieldUnion known = std::move(m_union);
    start(JoinSettings(m_settings));
    m_union = std::move(known);
    return {};
}

} // namespace millrace
