// SPDX-License-Identifier: MIT
#include "duckdb/values/DuckDbVector.h"

#include "data/text/DateText.h"
#include "data/text/NumberText.h"
#include "formats/text/ParseText.h"

#include <array>
#include <cinttypes>
#include <cstdio>

namespace millrace {

namespace {

__extension__ using Int128 = __int128; // which ISO C++ doesn't know
__extension__ using UInt128 = unsigned __int128;

struct HugeParts
{
    uint64_t lower;
    int64_t upper;
};
struct ListEntry
{
    uint64_t offset, length;
};
struct IntervalParts
{
    int32_t months, days;
    int64_t microseconds;
};
/// A text of up to 12 bytes stands in it, a longer one elsewhere.
struct StringParts
{
    uint32_t length;
    char begin[4];
    const char *elsewhere;
};
constexpr uint32_t MostInside = 12;
constexpr int32_t MostDays = INT64_MAX / MicrosPerDay; ///< that microseconds can count

Int128 wide(HugeParts parts)
{
    return Int128(UInt128(uint64_t(parts.upper)) << 64 | parts.lower);
}

std::string wideDigits(UInt128 number)
{
    std::array<char, 40> digits{};
    size_t at = digits.size();
    do
        digits[--at] = char('0' + int(number % 10));
    while ((number /= 10) != 0);
    return {digits.data() + at, digits.size() - at};
}

std::string signedWideDigits(Int128 number)
{
    return number < 0 ? '-' + wideDigits(UInt128(0) - UInt128(number)) : wideDigits(UInt128(number));
}

/// An integer, or a text of the digits of one that 64 bits don't hold.
Value wideInteger(Int128 number)
{
    return number >= INT64_MIN && number <= INT64_MAX ? Value(int64_t(number)) : Value(signedWideDigits(number));
}

std::string clockText(int64_t microseconds)
{
    char text[48];
    const int64_t seconds = microseconds / MicrosPerSecond, rest = microseconds % MicrosPerSecond;
    const int length = std::snprintf(text, sizeof text, "%02" PRId64 ":%02" PRId64 ":%02" PRId64, seconds / 3600,
                                     seconds / 60 % 60, seconds % 60);
    std::string clock(text, size_t(length));
    if (rest != 0) {
        std::snprintf(text, sizeof text, ".%06" PRId64, rest);
        clock += text;
    }
    return clock;
}

/// As ISO 8601 has it: P1Y2M3DT4H5M6S.
std::string intervalText(IntervalParts parts)
{
    std::string text = "P";
    const auto add = [&text](int64_t count, char unit) {
        if (count != 0)
            (text += std::to_string(count)) += unit;
    };
    add(parts.months / 12, 'Y');
    add(parts.months % 12, 'M');
    add(parts.days, 'D');
    if (parts.microseconds != 0) {
        text += 'T';
        add(parts.microseconds / (60 * MicrosPerMinute), 'H');
        add(parts.microseconds / MicrosPerMinute % 60, 'M');
        if (const int64_t rest = parts.microseconds % MicrosPerMinute; rest != 0) {
            appendNumber(text, double(rest) / double(MicrosPerSecond));
            text += 'S';
        }
    }
    return text.size() == 1 ? "PT0S" : text;
}

std::string uuidText(HugeParts parts)
{
    const uint64_t upper = uint64_t(parts.upper) ^ uint64_t(1) << 63; // kept so that they are in order
    char text[40];
    std::snprintf(text, sizeof text, "%08" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%012" PRIx64, upper >> 32,
                  upper >> 16 & 0xffff, upper & 0xffff, parts.lower >> 48, parts.lower & 0xffffffffffff);
    return text;
}

int64_t floorOf(int64_t number, int64_t by)
{
    return number / by - (number % by < 0 ? 1 : 0);
}

/// A moment, written with as many digits as it needs: none, three, six or nine.
Value momentOf(int64_t microseconds, int64_t nanoseconds, bool isZoned)
{
    Timestamp moment;
    moment.microseconds = microseconds;
    moment.nanoseconds = uint16_t(nanoseconds);
    moment.form = uint8_t(SecondsForm | (isZoned ? UtcForm : 0));
    moment.decimals = nanoseconds != 0                      ? 9
                      : microseconds % MicrosPerMilli != 0  ? 6
                      : microseconds % MicrosPerSecond != 0 ? 3
                                                            : 0;
    return moment;
}

} // namespace

DuckDbVector::DuckDbVector(const DuckDbFunctions &duckdb, const DuckDbType &type, DuckDbHandle vector)
    : m_type(&type), m_data(duckdb.vector_get_data(vector)), m_validity(duckdb.vector_get_validity(vector))
{
    switch (type.kind) {
    case DuckDbKind::List: m_parts.emplace_back(duckdb, type.parts[0], duckdb.list_vector_get_child(vector)); break;
    case DuckDbKind::Array: m_parts.emplace_back(duckdb, type.parts[0], duckdb.array_vector_get_child(vector)); break;
    case DuckDbKind::Map:
        for (size_t i = 0; i < 2; ++i)
            m_parts.emplace_back(duckdb, type.parts[i],
                                 duckdb.struct_vector_get_child(duckdb.list_vector_get_child(vector), i));
        break;
    case DuckDbKind::Struct:
        for (size_t i = 0; i < type.parts.size(); ++i)
            m_parts.emplace_back(duckdb, type.parts[i], duckdb.struct_vector_get_child(vector, i));
        break;
    default: break;
    }
}

std::string_view DuckDbVector::text(uint64_t row) const
{
    const StringParts &parts = static_cast<const StringParts *>(m_data)[row];
    return {parts.length <= MostInside ? parts.begin : parts.elsewhere, parts.length};
}

uint64_t DuckDbVector::textBytes(uint64_t row, uint64_t count) const
{
    uint64_t bytes = 0;
    if (m_type->kind == DuckDbKind::Varchar || m_type->kind == DuckDbKind::Blob)
        for (uint64_t i = row; i < row + count; ++i)
            bytes += isNull(i) ? 0 : text(i).size();
    return bytes;
}

template <class T>
void DuckDbVector::appendIntegers(Column &column, uint64_t row, uint64_t count) const
{
    for (uint64_t i = row; i < row + count; ++i) {
        if (isNull(i))
            column.appendNull();
        else
            column.appendInteger(int64_t(at<T>(i)));
    }
}

void DuckDbVector::appendTo(Column &column, uint64_t row, uint64_t count) const
{
    switch (m_type->kind) {
    case DuckDbKind::Integer: appendIntegers<int32_t>(column, row, count); return;
    case DuckDbKind::BigInt: appendIntegers<int64_t>(column, row, count); return;
    case DuckDbKind::Double:
        for (uint64_t i = row; i < row + count; ++i)
            isNull(i) ? column.appendNull() : column.appendReal(at<double>(i));
        return;
    case DuckDbKind::Varchar:
        for (uint64_t i = row; i < row + count; ++i)
            isNull(i) ? column.appendNull() : column.appendText(text(i));
        return;
    case DuckDbKind::Decimal: {
        std::string written;
        for (uint64_t i = row; i < row + count; ++i) {
            written.clear();
            column.append(isNull(i) ? Value() : decimal(i, written));
            if (!written.empty() && column.type() != ColumnType::Text)
                column.setWritten(column.size() - 1, written);
        }
        return;
    }
    default:
        for (uint64_t i = row; i < row + count; ++i)
            column.append(value(i));
    }
}

Value DuckDbVector::integer(uint64_t row) const
{
    switch (m_type->kind) {
    case DuckDbKind::TinyInt: return int64_t(at<int8_t>(row));
    case DuckDbKind::SmallInt: return int64_t(at<int16_t>(row));
    case DuckDbKind::Integer: return int64_t(at<int32_t>(row));
    case DuckDbKind::UTinyInt: return int64_t(at<uint8_t>(row));
    case DuckDbKind::USmallInt: return int64_t(at<uint16_t>(row));
    case DuckDbKind::UInteger: return int64_t(at<uint32_t>(row));
    case DuckDbKind::UBigInt: return wideInteger(Int128(at<uint64_t>(row)));
    case DuckDbKind::HugeInt: return wideInteger(wide(at<HugeParts>(row)));
    case DuckDbKind::UHugeInt: {
        const auto parts = at<HugeParts>(row);
        return parts.upper >= 0 ? wideInteger(wide(parts)) : Value(wideDigits(UInt128(wide(parts))));
    }
    default: return at<int64_t>(row);
    }
}

Value DuckDbVector::decimal(uint64_t row, std::string &written) const
{
    const Int128 number = m_type->inner == DuckDbKind::SmallInt  ? Int128(at<int16_t>(row))
                          : m_type->inner == DuckDbKind::Integer ? Int128(at<int32_t>(row))
                          : m_type->inner == DuckDbKind::BigInt  ? Int128(at<int64_t>(row))
                                                                 : wide(at<HugeParts>(row));
    if (m_type->scale == 0)
        return wideInteger(number);
    std::string digits = wideDigits(number < 0 ? UInt128(0) - UInt128(number) : UInt128(number));
    if (digits.size() <= size_t(m_type->scale))
        digits.insert(0, size_t(m_type->scale) + 1 - digits.size(), '0');
    digits.insert(digits.size() - size_t(m_type->scale), 1, '.');
    if (number < 0)
        digits.insert(0, 1, '-');
    double real = 0;
    if (!parseReal(digits, real))
        return Value(digits);
    std::string usual;
    appendNumber(usual, real);
    if (usual != digits)
        written = std::move(digits);
    return Value(real);
}

Value DuckDbVector::moment(uint64_t row) const
{
    if (m_type->kind == DuckDbKind::Date) {
        const auto days = at<int32_t>(row);
        if (days == INT32_MAX || days == -INT32_MAX)
            return days > 0 ? "infinity" : "-infinity";
        if (days > MostDays || days < -MostDays)
            return Value(std::to_string(days) + " days after 1970-01-01");
        return Timestamp{.microseconds = days * MicrosPerDay, .form = DateOnlyForm};
    }
    const auto count = at<int64_t>(row);
    if (count == INT64_MAX || count == -INT64_MAX)
        return count > 0 ? "infinity" : "-infinity";
    switch (m_type->kind) {
    case DuckDbKind::TimestampSeconds:
        if (count > INT64_MAX / MicrosPerSecond || count < INT64_MIN / MicrosPerSecond)
            return Value(std::to_string(count) + " seconds after 1970-01-01");
        return momentOf(count * MicrosPerSecond, 0, false);
    case DuckDbKind::TimestampMillis:
        if (count > INT64_MAX / MicrosPerMilli || count < INT64_MIN / MicrosPerMilli)
            return Value(std::to_string(count) + " milliseconds after 1970-01-01");
        return momentOf(count * MicrosPerMilli, 0, false);
    case DuckDbKind::TimestampNanos: {
        const int64_t microseconds = floorOf(count, NanosPerMicro);
        return momentOf(microseconds, count - microseconds * NanosPerMicro, false);
    }
    default: return momentOf(count, 0, m_type->kind == DuckDbKind::TimestampZoned);
    }
}

Value DuckDbVector::list(uint64_t begin, uint64_t count) const
{
    List items;
    items.reserve(count);
    for (uint64_t i = begin; i < begin + count; ++i)
        items.push_back(m_parts[0].value(i));
    return {std::move(items)};
}

/// An object where its keys are texts, which are then unique; else a list of objects.
Value DuckDbVector::map(uint64_t begin, uint64_t count) const
{
    Members members;
    List entries;
    const bool isObject = m_type->valueType() == ValueType::Object;
    for (uint64_t i = begin; i < begin + count; ++i) {
        if (isObject)
            members.emplace_back(std::string(m_parts[0].value(i).toText()), m_parts[1].value(i));
        else
            entries.emplace_back(Members{{"key", m_parts[0].value(i)}, {"value", m_parts[1].value(i)}});
    }
    return isObject ? Value(std::move(members)) : Value(std::move(entries));
}

Value DuckDbVector::object(uint64_t row) const
{
    Members members;
    for (size_t i = 0; i < m_parts.size(); ++i)
        members.emplace_back(m_type->names[i], m_parts[i].value(row));
    return {std::move(members)};
}

Value DuckDbVector::value(uint64_t row) const
{
    if (isNull(row))
        return {};
    switch (m_type->kind) {
    case DuckDbKind::Boolean: return at<uint8_t>(row) != 0;
    case DuckDbKind::Float: return double(at<float>(row));
    case DuckDbKind::Double: return at<double>(row);
    case DuckDbKind::Varchar: return text(row);
    case DuckDbKind::Blob: return Value::bytes(std::string(text(row)));
    case DuckDbKind::Time: return Value(clockText(at<int64_t>(row)));
    case DuckDbKind::Interval: return Value(intervalText(at<IntervalParts>(row)));
    case DuckDbKind::Uuid: return Value(uuidText(at<HugeParts>(row)));
    case DuckDbKind::Enum: {
        const uint64_t place = m_type->inner == DuckDbKind::UTinyInt    ? at<uint8_t>(row)
                               : m_type->inner == DuckDbKind::USmallInt ? at<uint16_t>(row)
                                                                        : at<uint32_t>(row);
        return Value(m_type->names[place]);
    }
    case DuckDbKind::Decimal: {
        std::string written;
        return decimal(row, written);
    }
    case DuckDbKind::Timestamp:
    case DuckDbKind::TimestampSeconds:
    case DuckDbKind::TimestampMillis:
    case DuckDbKind::TimestampNanos:
    case DuckDbKind::TimestampZoned:
    case DuckDbKind::Date: return moment(row);
    case DuckDbKind::List: return list(at<ListEntry>(row).offset, at<ListEntry>(row).length);
    case DuckDbKind::Map: return map(at<ListEntry>(row).offset, at<ListEntry>(row).length);
    case DuckDbKind::Array: return list(row * m_type->length, m_type->length);
    case DuckDbKind::Struct: return object(row);
    case DuckDbKind::Null:
    case DuckDbKind::Unknown: return {};
    default: return integer(row);
    }
}

} // namespace millrace
