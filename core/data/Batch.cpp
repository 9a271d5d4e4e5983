// SPDX-License-Identifier: MIT
#include "data/Batch.h"

#include <algorithm>

namespace millrace {

void Batch::forgetVerdicts()
{
    m_mayHaveVerdicts = false;
    m_errors.clear();
    m_ports.clear();
    if (m_errors.capacity() + m_ports.capacity() > MostExtras) {
        m_errors.shrink_to_fit();
        m_ports.shrink_to_fit();
    }
    m_failedSchema.reset();
}

/// Apart, for sources reset a batch that letGo() has made ready.
void Batch::resetSlowly(const SchemaPtr &schema)
{
    m_isReady = false;
    const uint32_t count = schema ? uint32_t(schema->size()) : 0;
    m_columns.growTo(count); // first, for without memory the batch stays as it was
    m_schema = schema;
    m_count = count;
    for (size_t i = 0; i < m_count; ++i) {
        const ColumnType type = schema->columnTypes()[i];
        if (m_columns[i].type() != type)
            std::swap(m_columns[i], m_columns[likeliest(i, type)]);
        m_columns[i].reset(type);
    }
    m_size = 0;
    m_hasIds = false;
    m_rows.clear();
    clearVerdicts();
}

size_t Batch::letGoOfColumns()
{
    size_t held = 0;
    for (size_t i = 0; i < m_count; ++i)
        m_columns[i].letGo(ColumnType::Any, held);
    return held;
}

size_t Batch::spareBytes() const
{
    size_t held = 0;
    for (size_t i = m_count; i < m_columns.size(); ++i)
        held += m_columns[i].heldBytes();
    return held;
}

void Batch::letGoOfIds()
{
    m_ids.shrink();
    m_hasIds = false;
}

size_t Batch::letGoOfExtras()
{
    m_encoded.clear();
    m_mayHaveExtras = m_encoded.capacity() > sizeof m_encoded; // to be counted as long as it is kept
    m_rows.clear();
    if (m_rows.capacity() > MostExtras)
        m_rows.shrink_to_fit();
    if (origin.lineOffsets.capacity() > MostExtras)
        origin.lineOffsets = {};
    m_raw = {};
    m_padTo = 0;
    return m_encoded.capacity();
}

void Batch::giveBackMemory()
{
    m_isReady = false;
    m_columns = {};
    m_count = 0;
    m_size = 0;
    m_schema.reset();
    m_hasIds = false;
    m_ids.release();
    clearVerdicts();
    letGoOfExtras();
    m_rows = {};
    m_encoded = {};
}

void Batch::narrowTo(SchemaPtr schema)
{
    m_count = uint32_t(std::min<size_t>(m_count, schema->size()));
    m_schema = std::move(schema);
}

void Batch::renew()
{
    clearItems();
    m_firstId = 0;
    m_hasIds = false;
    sequence = 0;
    origin.source = 0;
    origin.sequence = 0;
    origin.firstRow = origin.firstLine = 0;
    origin.lineOffsets.clear();
    m_raw = {};
    m_encoded.clear();
}

void Batch::shareFrom(const Batch &other)
{
    m_isReady = false;
    sequence = other.sequence;
    origin = other.origin;
    m_schema = other.m_schema;
    m_count = other.m_count;
    m_columns.growTo(m_count);
    for (size_t i = 0; i < m_count; ++i)
        m_columns[i] = other.m_columns[i];
    m_size = other.m_size;
    m_firstId = other.m_firstId;
    m_hasIds = other.m_hasIds;
    if (m_hasIds)
        m_ids = other.m_ids;
    m_rows = other.m_rows;
    m_raw = other.m_raw;
    m_mayHaveExtras |= other.m_mayHaveExtras;
    m_encoded.clear();
    clearVerdicts();
}

void Batch::swapItems(Batch &other) noexcept
{
    std::swap(m_columns, other.m_columns);
    std::swap(m_count, other.m_count);
    std::swap(m_size, other.m_size);
    m_schema.swap(other.m_schema);
    std::swap(m_firstId, other.m_firstId);
    std::swap(m_hasIds, other.m_hasIds);
    std::swap(m_ids, other.m_ids);
    m_rows.swap(other.m_rows);
    for (Batch *batch : {this, &other}) {
        batch->m_isReady = false;
        batch->m_mayHaveExtras = true;
        batch->clearVerdicts();
    }
}

void Batch::setColumns(SchemaPtr schema, std::vector<Column> columns)
{
    m_isReady = false;
    m_schema = std::move(schema);
    m_count = uint32_t(columns.size());
    m_columns.assign(std::move(columns));
}

void Batch::selectColumns(SchemaPtr schema, std::span<const size_t> columns)
{
    std::vector<Column> selected;
    selected.reserve(columns.size()); // first, for without memory the batch stays as it was
    m_isReady = false;
    m_schema = std::move(schema);
    for (const size_t column : columns)
        selected.push_back(std::move(m_columns[column]));
    size_t spare = m_count;
    for (size_t i = m_count; i > 0; --i) {
        Column &left = m_columns[i - 1];
        if (!left.hasMemory())
            continue;
        left.shrink();
        std::swap(left, m_columns[--spare]);
    }
    for (size_t i = 0; i < selected.size(); ++i)
        m_columns[i] = std::move(selected[i]);
    m_count = uint32_t(columns.size());
}

/// Where among the columns from `first` on there is memory for that type; `first` if nowhere near.
size_t Batch::likeliest(size_t first, ColumnType type) const
{
    const size_t end = std::min(m_columns.size(), first + NearColumns);
    for (size_t i = first; i < end; ++i)
        if (m_columns[i].hasMemory() && m_columns[i].type() == type)
            return i;
    return first;
}

void Batch::setItems(SchemaPtr schema, std::vector<Column> columns, Column ids, std::vector<uint32_t> originalRows)
{
    setColumns(std::move(schema), std::move(columns));
    setIds(std::move(ids));
    m_rows = std::move(originalRows);
    m_mayHaveExtras = true;
    m_size = m_rows.size();
    clearVerdicts();
}

void Batch::addColumn(SchemaPtr schema, Column column)
{
    const bool wasSpare = m_columns.size() > m_count;
    // First, for without memory the batch stays as it was.
    m_columns.growTo((wasSpare ? m_columns.size() : m_count) + 1);
    m_isReady = false;
    m_schema = std::move(schema);
    std::swap(m_columns[m_count], column);
    ++m_count;
    if (wasSpare && column.hasMemory() && column.heldBytes() <= Column::MostSpare)
        std::swap(m_columns[m_columns.size() - 1], column);
}

Column Batch::takeSpare(ColumnType type)
{
    Column spare;
    if (m_columns.size() > m_count) {
        const size_t last = m_columns.size() - 1;
        std::swap(m_columns[likeliest(m_count, type)], m_columns[last]);
        spare = m_columns.takeLast();
    }
    spare.reset(type);
    return spare;
}

void Batch::setIds(Column ids)
{
    m_ids = std::move(ids);
    m_hasIds = true;
}

Value Batch::id(size_t row) const
{
    return m_hasIds ? m_ids.value(row) : Value(m_firstId + int64_t(originalRow(row)));
}

int64_t Batch::line(size_t row) const
{
    if (origin.firstLine == 0)
        return 0;
    const uint32_t original = originalRow(row);
    if (origin.lineOffsets.empty())
        return origin.firstLine + original;
    return original < origin.lineOffsets.size() ? origin.firstLine + origin.lineOffsets[original] : 0;
}

void Batch::expandRows(std::span<const uint32_t> from)
{
    std::vector<uint32_t> rows(from.size());
    std::transform(from.begin(), from.end(), rows.begin(), [this](uint32_t row) { return originalRow(row); });
    m_rows = std::move(rows);
    m_mayHaveExtras = true;
    if (m_hasIds) {
        Column ids(m_ids.type());
        ids.appendRows(m_ids, from);
        m_ids = std::move(ids);
    }
    m_size = from.size();
}

void Batch::keepRows(std::span<const uint32_t> rows)
{
    if (rows.size() == m_size)
        return;
    for (size_t i = 0; i < m_count; ++i)
        m_columns[i].keepRows(rows);
    if (m_hasIds)
        m_ids.keepRows(rows);
    if (!m_rows.empty()) {
        for (size_t i = 0; i < rows.size(); ++i)
            m_rows[i] = m_rows[rows[i]];
        m_rows.resize(rows.size());
    } else if (!rows.empty() && rows.back() != rows.size() - 1) {
        m_rows.assign(rows.begin(), rows.end());
        m_mayHaveExtras = true;
    }
    m_size = rows.size();
}

void Batch::copyRows(const Batch &other, std::span<const uint32_t> rows)
{
    m_isReady = false;
    sequence = other.sequence;
    origin = other.origin;
    m_schema = other.m_schema;
    m_count = other.m_count;
    m_columns.growTo(m_count);
    for (size_t i = 0; i < m_count; ++i) {
        m_columns[i].reset(other.m_columns[i].type());
        m_columns[i].appendRows(other.m_columns[i], rows);
    }
    m_firstId = other.m_firstId;
    m_hasIds = other.m_hasIds;
    if (m_hasIds) {
        m_ids.reset(other.m_ids.type());
        m_ids.appendRows(other.m_ids, rows);
    }
    m_mayHaveExtras = true;
    m_rows.assign(rows.begin(), rows.end());
    if (other.hasOriginalRows())
        std::transform(rows.begin(), rows.end(), m_rows.begin(), [&](uint32_t row) { return other.m_rows[row]; });
    else if (rows.empty() || rows.back() == rows.size() - 1)
        m_rows.clear();
    m_size = rows.size();
    clearVerdicts();
}

void Batch::clearItems()
{
    // All memory first, so that without it the batch stays as it was: what others share is given up for new columns.
    std::vector<std::pair<Column *, Column>> fresh;
    const auto makeFresh = [&fresh](Column &column) {
        if (column.isShared())
            fresh.emplace_back(&column, Column(column.type()));
    };
    for (size_t i = 0; i < m_count; ++i)
        makeFresh(m_columns[i]);
    if (m_hasIds)
        makeFresh(m_ids);
    for (auto &[column, empty] : fresh)
        *column = std::move(empty);
    m_isReady = false;
    for (size_t i = 0; i < m_count; ++i)
        m_columns[i].reset(m_columns[i].type());
    if (m_hasIds)
        m_ids.reset(m_ids.type());
    m_rows.clear();
    m_size = 0;
    m_raw.rows = 0;
    clearVerdicts();
}

void Batch::makeIdsExplicit()
{
    if (m_hasIds)
        return;
    m_ids.reset(ColumnType::Integer);
    for (size_t row = 0; row < m_size; ++row)
        m_ids.appendInteger(m_firstId + int64_t(originalRow(row)));
    m_hasIds = true;
}

/// What pad() puts into each field. An object that has members of the fields' names is a whole item, whose other fields are null; any
/// other value stands in each field of its role.
static std::vector<Value> paddingOf(const Schema &schema, const Value &dataInput, const Value &expectedOutput)
{
    const std::vector<Field> &fields = schema.fields();
    const auto isItem = [&fields](const Value &value, Role role) {
        return value.isObject() && std::any_of(fields.begin(), fields.end(), [&](const Field &field) {
                   return field.role == role && value.member(field.name);
               });
    };
    const bool isDataItem = isItem(dataInput, Role::DataInput);
    const bool isExpectedItem = isItem(expectedOutput, Role::ExpectedOutput);
    std::vector<Value> values;
    values.reserve(fields.size());
    for (const Field &field : fields) {
        const bool isExpected = field.role == Role::ExpectedOutput;
        const Value &value = isExpected ? expectedOutput : dataInput;
        const bool isOfItem = isExpected ? isExpectedItem : isDataItem;
        const Value *const member = isOfItem ? value.member(field.name) : &value;
        values.push_back(member ? *member : Value());
    }
    return values;
}

void Batch::pad(size_t size, const Value &dataInput, const Value &expectedOutput)
{
    if (size <= m_size)
        return;
    const std::vector<Value> values = paddingOf(*m_schema, dataInput, expectedOutput);
    makeIdsExplicit();
    if (!m_rows.empty()) {
        for (uint32_t row = m_rows.back(); m_rows.size() < size;)
            m_rows.push_back(++row);
    }
    for (; m_size < size; ++m_size) {
        m_ids.appendNull();
        for (size_t i = 0; i < m_count; ++i)
            m_columns[i].append(values[i]);
    }
}

Value Batch::item(size_t row) const
{
    Members members;
    members.reserve(m_count);
    for (size_t i = 0; i < m_count; ++i)
        if (!m_columns[i].isAbsent(row))
            members.emplace_back(m_schema->field(i).name, m_columns[i].value(row));
    return Value(std::move(members));
}

size_t Batch::byteSize() const
{
    size_t size = sizeof *this + m_rows.capacity() * sizeof(uint32_t) + m_encoded.capacity()
                  + (m_raw.block ? m_raw.end - m_raw.begin : 0);
    size += origin.lineOffsets.capacity() * sizeof(uint32_t);
    for (size_t i = 0; i < m_columns.size(); ++i)
        size += m_columns[i].byteSize();
    return size + (m_hasIds ? m_ids.byteSize() : 0);
}

void Batch::fail(size_t row, std::string kind, std::string message, std::string trace)
{
    m_mayHaveVerdicts = true;
    m_errors.push_back({uint32_t(row), std::move(kind), std::move(message), std::move(trace)});
}

void Batch::sendTo(size_t row, uint8_t port)
{
    m_mayHaveVerdicts = true;
    if (m_ports.empty())
        m_ports.resize(m_size);
    m_ports[row] = port;
}

const SchemaPtr &emptySchema()
{
    static const SchemaPtr schema = std::make_shared<const Schema>();
    return schema;
}

} // namespace millrace
