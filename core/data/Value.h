// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

class Value;

/// The members of an object, in the order in which they were added. Names are unique.
using Members = std::vector<std::pair<std::string, Value>>;
using List = std::vector<Value>;

/// The least real, by magnitude, that no 64-bit integer is.
inline constexpr double Beyond64Bits = 0x1p63;

enum class ValueType : uint8_t { Null, Boolean, Integer, Real, Timestamp, Text, Bytes, List, Object };

/// The type's name as people read it: "null", "integer", "text", …
std::string_view typeName(ValueType type);

/// Bits of Timestamp::form. None of them: date and time without seconds or zone, separated by `T`.
enum TimestampForm : uint8_t {
    DateOnlyForm = 1,
    SpaceForm = 2,    ///< a space instead of `T`
    SecondsForm = 4,  ///< seconds, with `decimals` digits of fraction
    UtcForm = 8,      ///< `Z`
    OffsetForm = 16,  ///< `+01:00`
    CompactForm = 32, ///< beside OffsetForm: `+0100`
    SmallForm = 64    ///< beside UtcForm: `z`
};

/// A moment, kept with the way it was written, so that writing it again gives the same text.
struct Timestamp
{
    int64_t microseconds = 0; ///< since 1970-01-01T00:00:00 UTC (of the local wall clock when there is no zone)
    int16_t zoneMinutes = 0;  ///< offset from UTC that it was written with, -840 to 840
    uint8_t form = 0;         ///< how it was written: TimestampForm bits
    uint8_t decimals = 0;     ///< digits of the second's fraction, 0 to 9
    uint16_t nanoseconds = 0; ///< beyond the microseconds, 0 to 999

    bool operator==(const Timestamp &) const = default;
};

/// Below 0, 0 or above 0: which moment is the earlier one, however they were written.
inline int compareMoments(const Timestamp &a, const Timestamp &b)
{
    if (a.microseconds != b.microseconds)
        return a.microseconds < b.microseconds ? -1 : 1;
    return int(a.nanoseconds) - int(b.nanoseconds);
}

/// One value of an item: 16 bytes. Null, boolean, integer, real, timestamp and text up to 14 bytes are inline; longer
/// text (UTF-8), bytes, lists and objects stand behind one reference-counted pointer and are immutable once shared.
/// Copies may be used on several threads; one Value object may not.
class Value
{
public:
    static constexpr size_t InlineText = 14;

    Value() noexcept { setNull(); }
    Value(std::nullptr_t) noexcept : Value() {}
    Value(bool value) noexcept { assign(ValueType::Boolean, uint64_t(value)); }
    Value(int value) noexcept : Value(int64_t(value)) {}
    Value(unsigned value) noexcept : Value(int64_t(value)) {}
    Value(int64_t value) noexcept { assign(ValueType::Integer, uint64_t(value)); }
    Value(long long value) noexcept : Value(int64_t(value)) {}
    Value(double value) noexcept
    {
        m_type = ValueType::Real;
        m_length = 0;
        std::memcpy(m_bytes + 6, &value, 8);
    }
    Value(Timestamp value) noexcept;
    Value(std::string_view text);
    Value(const std::string &text) : Value(std::string_view(text)) {}
    Value(const char *text) : Value(std::string_view(text)) {}
    Value(List list);
    Value(Members members);
    static Value bytes(std::string data);
    /// A null that stands for a field which an item doesn't have. It equals null; only isAbsent() tells them apart.
    static Value absent() noexcept
    {
        Value value;
        value.m_length = AbsentMark;
        return value;
    }

    Value(const Value &other) noexcept
    {
        std::memcpy(static_cast<void *>(this), &other, sizeof *this);
        if (isShared())
            retain();
    }
    Value(Value &&other) noexcept
    {
        std::memcpy(static_cast<void *>(this), &other, sizeof *this);
        other.setNull();
    }
    Value &operator=(const Value &other) noexcept
    {
        Value copy(other);
        swap(copy);
        return *this;
    }
    Value &operator=(Value &&other) noexcept
    {
        swap(other);
        return *this;
    }
    ~Value()
    {
        if (isShared())
            release();
    }
    void swap(Value &other) noexcept
    {
        char keep[sizeof(Value)];
        std::memcpy(keep, this, sizeof keep);
        std::memcpy(static_cast<void *>(this), &other, sizeof keep);
        std::memcpy(static_cast<void *>(&other), keep, sizeof keep);
    }

    ValueType type() const { return m_type; }
    bool isNull() const { return m_type == ValueType::Null; }
    bool isAbsent() const { return m_type == ValueType::Null && m_length == AbsentMark; }
    bool isBoolean() const { return m_type == ValueType::Boolean; }
    bool isInteger() const { return m_type == ValueType::Integer; }
    bool isReal() const { return m_type == ValueType::Real; }
    bool isNumber() const { return isInteger() || isReal(); }
    bool isTimestamp() const { return m_type == ValueType::Timestamp; }
    bool isText() const { return m_type == ValueType::Text; }
    bool isBytes() const { return m_type == ValueType::Bytes; }
    bool isList() const { return m_type == ValueType::List; }
    bool isObject() const { return m_type == ValueType::Object; }

    /// Each only for its own type; toReal() for integers too.
    bool toBoolean() const { return payload() != 0; }
    int64_t toInteger() const { return int64_t(payload()); }
    double toReal() const
    {
        if (isInteger())
            return double(toInteger());
        double value;
        std::memcpy(&value, m_bytes + 6, 8);
        return value;
    }
    Timestamp toTimestamp() const;
    /// Text or bytes; valid as long as this Value is.
    std::string_view toText() const
    {
        return m_length == OutOfLine ? sharedText() : std::string_view(m_bytes, m_length);
    }
    const List &toList() const;
    const Members &toObject() const;
    /// The member with that name of an object, or null where there is none or this is no object.
    const Value *member(std::string_view name) const;

    /// In-place setters: no destruction and construction of a temporary.
    void setInteger(int64_t value)
    {
        drop();
        assign(ValueType::Integer, uint64_t(value));
    }
    void setReal(double value)
    {
        drop();
        m_type = ValueType::Real;
        m_length = 0;
        std::memcpy(m_bytes + 6, &value, 8);
    }

    /// Equal type and content. An integer never equals a real here; use isSameNumber where 2 and 2.0 are the same.
    bool operator==(const Value &other) const;

    /// Bytes that it holds beyond itself, an estimate for gauges.
    size_t heapSize() const;

private:
    static constexpr uint8_t OutOfLine = 255;
    static constexpr uint8_t AbsentMark = 1;
    struct Shared;
    struct SharedText;
    struct SharedList;
    struct SharedObject;

    void setNull() noexcept
    {
        m_type = ValueType::Null;
        m_length = 0;
    }
    void assign(ValueType type, uint64_t payload) noexcept
    {
        m_type = type;
        m_length = 0;
        std::memcpy(m_bytes + 6, &payload, 8);
    }
    uint64_t payload() const
    {
        uint64_t value;
        std::memcpy(&value, m_bytes + 6, 8);
        return value;
    }
    bool isShared() const { return m_length == OutOfLine; }
    void drop()
    {
        if (isShared())
            release();
    }
    Shared *shared() const
    {
        Shared *pointer;
        std::memcpy(&pointer, m_bytes + 6, sizeof pointer);
        return pointer;
    }
    void setShared(ValueType type, Shared *pointer) noexcept
    {
        m_type = type;
        m_length = OutOfLine;
        std::memcpy(m_bytes + 6, &pointer, sizeof pointer);
    }
    std::string_view sharedText() const;
    void retain() const noexcept;
    void release() noexcept;
    static void destroy(Shared *content) noexcept;

    alignas(8) ValueType m_type;
    uint8_t m_length; ///< of inline text, or OutOfLine
    char m_bytes[14]; ///< inline text, or the payload in the last eight
};
static_assert(sizeof(Value) == 16);

/// Whether both are numbers, integer or real, of the same value.
bool isSameNumber(const Value &left, const Value &right);

/// Shortest text that reads back as the same number, laid out as JavaScript does ("1000000", "1e+21", "NaN").
std::string formatNumber(double value);
/// Appends formatNumber() to text; the quick way for writers.
void appendNumber(std::string &text, double value);
void appendInteger(std::string &text, int64_t value);

/// ISO 8601 date, or date and time (with `+0100` for `+01:00` and `z` for `Z`, as many write them); nothing else. Returns
/// false where the text is no such timestamp.
bool parseTimestamp(std::string_view text, Timestamp &timestamp);
void appendTimestamp(std::string &text, const Timestamp &timestamp);

/// Appends the value as JSON on one line. NaN and the infinities become null, bytes Base64 text.
void appendJson(std::string &text, const Value &value);
void appendJsonText(std::string &text, std::string_view utf8);
std::string toJson(const Value &value);
/// The value as a person reads it in a table or a CSV field: text bare, null empty, lists and objects as JSON.
void appendPlain(std::string &text, const Value &value);
std::string toPlain(const Value &value);

} // namespace millrace
