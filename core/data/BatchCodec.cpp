// SPDX-License-Identifier: MIT
#include "data/BatchCodec.h"

#include <cstring>

namespace millrace {

namespace {

constexpr int DeepestValue = 512;
constexpr uint8_t KnownColumn = 0xff; ///< instead of a ColumnType
constexpr uint8_t AbsentType = 0xff;  ///< instead of a ValueType

template <class T>
void put(std::string &bytes, T value)
{
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    bytes.append(raw, sizeof value);
}

void putText(std::string &bytes, std::string_view text)
{
    put(bytes, uint64_t(text.size()));
    bytes.append(text);
}

void putValue(std::string &bytes, const Value &value)
{
    if (value.isAbsent())
        return put(bytes, AbsentType);
    put(bytes, value.type());
    switch (value.type()) {
    case ValueType::Null: break;
    case ValueType::Boolean: put(bytes, uint8_t(value.toBoolean())); break;
    case ValueType::Integer: put(bytes, value.toInteger()); break;
    case ValueType::Real: put(bytes, value.toReal()); break;
    case ValueType::Timestamp: {
        const Timestamp time = value.toTimestamp();
        put(bytes, time.microseconds);
        put(bytes, time.zoneMinutes);
        put(bytes, time.form);
        put(bytes, time.decimals);
        put(bytes, time.nanoseconds);
        break;
    }
    case ValueType::Text:
    case ValueType::Bytes: putText(bytes, value.toText()); break;
    case ValueType::List:
        put(bytes, uint64_t(value.toList().size()));
        for (const Value &element : value.toList())
            putValue(bytes, element);
        break;
    case ValueType::Object:
        put(bytes, uint64_t(value.toObject().size()));
        for (const auto &[name, member] : value.toObject()) {
            putText(bytes, name);
            putValue(bytes, member);
        }
        break;
    }
}

uint8_t markOf(const Column &column, size_t row)
{
    if (!column.isNull(row))
        return 0;
    return column.isAbsent(row) ? Column::AbsentMark : Column::NullMark;
}

void putColumn(std::string &bytes, const Column &column, size_t rows)
{
    put(bytes, column.type());
    const auto putNulls = [&] {
        put(bytes, uint8_t(column.hasNulls()));
        if (column.hasNulls())
            for (size_t row = 0; row < rows; ++row)
                put(bytes, markOf(column, row));
    };
    switch (column.type()) {
    case ColumnType::Integer:
        bytes.append(reinterpret_cast<const char *>(column.integers().data()), rows * sizeof(int64_t));
        putNulls();
        break;
    case ColumnType::Real:
        bytes.append(reinterpret_cast<const char *>(column.reals().data()), rows * sizeof(double));
        putNulls();
        break;
    case ColumnType::Text:
        for (size_t row = 0; row < rows; ++row) {
            put(bytes, markOf(column, row));
            if (!column.isNull(row))
                putText(bytes, column.text(row));
        }
        break;
    case ColumnType::Any:
        for (size_t row = 0; row < rows; ++row)
            putValue(bytes, column.values()[row]);
        break;
    }
    if (column.type() == ColumnType::Text)
        return;
    put(bytes, uint64_t(column.written().size()));
    for (const WrittenValue value : column.written()) {
        put(bytes, value.row);
        putText(bytes, column.writtenText(value));
    }
}

/// Whether one is a copy of the other, and neither has changed since.
bool isShared(const Column &column, const Column &other)
{
    if (column.type() != other.type() || column.size() != other.size() || column.size() == 0)
        return false;
    switch (column.type()) {
    case ColumnType::Integer: return column.integers().data() == other.integers().data();
    case ColumnType::Real: return column.reals().data() == other.reals().data();
    case ColumnType::Text: return column.refs().data() == other.refs().data();
    case ColumnType::Any: break;
    }
    return column.values().data() == other.values().data();
}

/// Names a column that the reader has, most likely at the same place; false where it hasn't.
bool putKnown(std::string &bytes, const Column &column, size_t likely, const Batch *known)
{
    const size_t count = known ? known->columnCount() : 0;
    for (size_t i = 0; i < count; ++i) {
        const size_t place = (likely + i) % count;
        if (!isShared(column, known->column(place)))
            continue;
        put(bytes, KnownColumn);
        put(bytes, uint32_t(place));
        return true;
    }
    return false;
}

/// Takes bytes from the front; once anything is missing, everything read is zero and isShort stays true.
struct Reader
{
    std::string_view bytes;
    bool isShort = false;

    template <class T>
    T get()
    {
        T value{};
        if (bytes.size() < sizeof value) {
            isShort = true;
            bytes = {};
            return value;
        }
        std::memcpy(&value, bytes.data(), sizeof value);
        bytes.remove_prefix(sizeof value);
        return value;
    }
    std::string_view getBytes(uint64_t size)
    {
        if (size > bytes.size()) {
            isShort = true;
            bytes = {};
            return {};
        }
        const std::string_view part = bytes.substr(0, size_t(size));
        bytes.remove_prefix(size_t(size));
        return part;
    }
    std::string_view getText() { return getBytes(get<uint64_t>()); }
    /// A number of things that take at least a byte each.
    size_t getCount()
    {
        const auto count = get<uint64_t>();
        if (count > bytes.size()) {
            isShort = true;
            return 0;
        }
        return size_t(count);
    }
    Value getValue(int depth = 0)
    {
        if (depth > DeepestValue) {
            isShort = true;
            return {};
        }
        const auto type = get<ValueType>();
        if (uint8_t(type) == AbsentType)
            return Value::absent();
        switch (type) {
        case ValueType::Null: return {};
        case ValueType::Boolean: return Value(get<uint8_t>() != 0);
        case ValueType::Integer: return Value(get<int64_t>());
        case ValueType::Real: return Value(get<double>());
        case ValueType::Timestamp: {
            Timestamp time;
            time.microseconds = get<int64_t>();
            time.zoneMinutes = get<int16_t>();
            time.form = get<uint8_t>();
            time.decimals = get<uint8_t>();
            time.nanoseconds = get<uint16_t>();
            return Value(time);
        }
        case ValueType::Text: return Value(getText());
        case ValueType::Bytes: return Value::bytes(std::string(getText()));
        case ValueType::List: {
            List list;
            for (size_t left = getCount(); left > 0 && !isShort; --left)
                list.push_back(getValue(depth + 1));
            return Value(std::move(list));
        }
        case ValueType::Object: {
            Members members;
            for (size_t left = getCount(); left > 0 && !isShort; --left) {
                std::string name(getText());
                members.emplace_back(std::move(name), getValue(depth + 1));
            }
            return Value(std::move(members));
        }
        }
        isShort = true;
        return {};
    }
    static Value nullOf(uint8_t mark) { return mark == Column::AbsentMark ? Value::absent() : Value(); }
    Column getKnown(size_t rows, const Batch *known)
    {
        const auto place = get<uint32_t>();
        if (known && place < known->columnCount() && known->size() == rows)
            return known->column(place);
        isShort = true;
        return {};
    }
    Column getColumn(size_t rows, const Batch *known)
    {
        const auto type = get<ColumnType>();
        if (uint8_t(type) == KnownColumn)
            return getKnown(rows, known);
        if (type > ColumnType::Any) {
            isShort = true;
            return {};
        }
        Column column(type);
        if (type == ColumnType::Integer || type == ColumnType::Real) {
            const std::string_view packed = getBytes(rows * 8);
            column.resize(packed.size() / 8);
            void *target = type == ColumnType::Integer ? static_cast<void *>(column.integersToChange().data())
                                                       : static_cast<void *>(column.realsToChange().data());
            if (!packed.empty())
                std::memcpy(target, packed.data(), packed.size());
            if (get<uint8_t>() != 0)
                for (size_t row = 0; row < rows && !isShort; ++row)
                    if (const auto mark = get<uint8_t>(); mark != 0)
                        column.setValue(row, nullOf(mark));
            getWritten(column);
            return column;
        }
        for (size_t row = 0; row < rows && !isShort; ++row) {
            if (type == ColumnType::Any)
                column.append(getValue());
            else if (const auto mark = get<uint8_t>(); mark != 0)
                column.append(nullOf(mark));
            else
                column.appendText(getText());
        }
        if (type == ColumnType::Any)
            getWritten(column);
        return column;
    }
    void getWritten(Column &column)
    {
        for (size_t left = getCount(); left > 0 && !isShort; --left) {
            const auto row = get<uint32_t>();
            column.setWritten(row, getText());
        }
    }
};

} // namespace

void encodeBatch(std::string &bytes, const Batch &batch, const Batch *known)
{
    put(bytes, batch.sequence);
    put(bytes, batch.origin.source);
    put(bytes, batch.origin.sequence);
    put(bytes, batch.origin.firstRow);
    put(bytes, batch.origin.firstLine);
    put(bytes, batch.origin.firstColumn);
    put(bytes, uint64_t(batch.origin.lineOffsets.size()));
    const auto &offsets = batch.origin.lineOffsets;
    bytes.append(reinterpret_cast<const char *>(offsets.data()), offsets.size() * sizeof(uint32_t));
    const size_t columns = batch.schema() ? batch.columnCount() : 0;
    put(bytes, uint8_t(batch.schema() && batch.schema()->isOpen()));
    put(bytes, uint64_t(columns));
    for (size_t i = 0; i < columns; ++i) {
        const Field &field = batch.schema()->field(i);
        putText(bytes, field.name);
        put(bytes, field.type);
        put(bytes, field.role);
    }
    put(bytes, uint64_t(batch.size()));
    for (size_t row = 0; row < batch.size(); ++row)
        put(bytes, batch.originalRow(row));
    put(bytes, uint8_t(batch.hasImplicitIds()));
    put(bytes, batch.firstId());
    if (!batch.hasImplicitIds())
        putColumn(bytes, batch.ids(), batch.size());
    for (size_t i = 0; i < columns; ++i)
        if (!putKnown(bytes, batch.column(i), i, known))
            putColumn(bytes, batch.column(i), batch.size());
}

void encodeValue(std::string &bytes, const Value &value)
{
    putValue(bytes, value);
}

Result<Value> decodeValue(std::string_view &bytes)
{
    Reader reader{bytes};
    Value value = reader.getValue();
    if (reader.isShort)
        return failure(ErrorKind::Codec, "A value is damaged or cut off.");
    bytes = reader.bytes;
    return value;
}

void takeItems(Batch &batch, Batch &answer)
{
    batch.swapItems(answer);
    batch.setRaw({nullptr, 0, 0, batch.raw().rows});
    batch.encodedToChange().clear();
    answer.letGo(); // of what the batch had
}

Result<> BatchDecoder::decode(std::string_view bytes, Batch &batch, const Batch *known)
{
    Reader reader{bytes};
    batch.renew();
    batch.sequence = reader.get<uint64_t>();
    batch.origin.source = reader.get<uint32_t>();
    batch.origin.sequence = reader.get<uint64_t>();
    batch.origin.firstRow = reader.get<int64_t>();
    batch.origin.firstLine = reader.get<int64_t>();
    batch.origin.firstColumn = reader.get<uint32_t>();
    for (size_t left = reader.getCount(); left > 0 && !reader.isShort; --left)
        batch.origin.lineOffsets.push_back(reader.get<uint32_t>());
    const bool isOpen = reader.get<uint8_t>() != 0;
    std::vector<Field> fields;
    for (size_t left = reader.getCount(); left > 0 && !reader.isShort; --left) {
        Field field;
        field.name = reader.getText();
        field.type = reader.get<ValueType>();
        field.role = reader.get<Role>();
        fields.push_back(std::move(field));
    }
    if (!m_schema || m_schema->fields() != fields || m_schema->isOpen() != isOpen)
        m_schema = std::make_shared<const Schema>(std::move(fields), isOpen);
    std::vector<uint32_t> rows(reader.getCount());
    for (uint32_t &row : rows)
        row = reader.get<uint32_t>();
    const bool hasImplicitIds = reader.get<uint8_t>() != 0;
    const auto firstId = reader.get<int64_t>();
    Column ids;
    if (hasImplicitIds)
        ids.reset(ColumnType::Integer);
    else
        ids = reader.getColumn(rows.size(), nullptr);
    std::vector<Column> columns;
    for (size_t i = 0; i < m_schema->size() && !reader.isShort; ++i)
        columns.push_back(reader.getColumn(rows.size(), known));
    if (reader.isShort)
        return failure(ErrorKind::Codec, "A batch is damaged or cut off.");
    batch.setItems(m_schema, std::move(columns), std::move(ids), std::move(rows));
    if (hasImplicitIds)
        batch.setFirstId(firstId);
    return {};
}

} // namespace millrace
