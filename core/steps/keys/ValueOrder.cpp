// SPDX-License-Identifier: MIT
#include "steps/keys/ValueOrder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>

namespace millrace {

namespace {

constexpr uint8_t NullRank = 7;
constexpr double TwoTo63 = 9223372036854775808.0;

template <class T>
int compareSimple(T a, T b)
{
    return a < b ? -1 : a > b ? 1 : 0;
}

int compareReals(double a, double b)
{
    if (std::isnan(a) || std::isnan(b))
        return int(std::isnan(a)) - int(std::isnan(b));
    return compareSimple(a, b);
}

/// Exact: no integer of 64 bits is rounded.
int compareMixed(int64_t a, double b)
{
    if (std::isnan(b) || b >= TwoTo63)
        return -1;
    if (b < -TwoTo63)
        return 1;
    const double whole = std::floor(b);
    if (const int order = compareSimple(a, int64_t(whole)); order != 0)
        return order;
    return b > whole ? -1 : 0;
}

int compareNumbers(const Value &a, const Value &b)
{
    if (a.isInteger())
        return b.isInteger() ? compareSimple(a.toInteger(), b.toInteger()) : compareMixed(a.toInteger(), b.toReal());
    return b.isInteger() ? -compareMixed(b.toInteger(), a.toReal()) : compareReals(a.toReal(), b.toReal());
}

int compareTexts(std::string_view a, std::string_view b)
{
    return a.compare(b); // UTF-8 is in the order of code points
}

int compareLists(const List &a, const List &b)
{
    for (size_t i = 0; i < a.size() && i < b.size(); ++i)
        if (const int order = compareValues(a[i], b[i]); order != 0)
            return order;
    return compareSimple(a.size(), b.size());
}

std::vector<const Members::value_type *> byName(const Members &members)
{
    std::vector<const Members::value_type *> sorted;
    sorted.reserve(members.size());
    for (const auto &member : members)
        sorted.push_back(&member);
    std::ranges::sort(sorted, {}, [](const auto *member) -> const std::string & { return member->first; });
    return sorted;
}

int compareObjects(const Members &a, const Members &b)
{
    const auto left = byName(a), right = byName(b);
    for (size_t i = 0; i < left.size() && i < right.size(); ++i) {
        if (const int order = left[i]->first.compare(right[i]->first); order != 0)
            return order;
        if (const int order = compareValues(left[i]->second, right[i]->second); order != 0)
            return order;
    }
    return compareSimple(left.size(), right.size());
}

/// The bits of a real, in the order of the reals; NaN last, one zero.
uint64_t orderedBits(double value)
{
    if (std::isnan(value))
        return UINT64_MAX;
    const auto bits = std::bit_cast<uint64_t>(value + 0.0);
    return bits >> 63 ? ~bits : bits | (1ull << 63);
}

uint64_t textBits(std::string_view text)
{
    unsigned char first[8] = {};
    std::memcpy(first, text.data(), std::min<size_t>(text.size(), 8));
    uint64_t bits = 0;
    for (const unsigned char byte : first)
        bits = bits << 8 | byte;
    return bits;
}

uint64_t ranked(uint8_t rank, uint64_t bits)
{
    return uint64_t(rank) << 61 | bits >> 3;
}

uint64_t prefixOf(const Value &value)
{
    const uint8_t rank = typeRank(value.type());
    switch (value.type()) {
    case ValueType::Boolean: return ranked(rank, uint64_t(value.toBoolean()) << 3);
    case ValueType::Integer:
    case ValueType::Real: return ranked(rank, orderedBits(value.toReal()));
    case ValueType::Timestamp: return ranked(rank, uint64_t(value.toTimestamp().microseconds) ^ (1ull << 63));
    case ValueType::Text:
    case ValueType::Bytes: return ranked(rank, textBits(value.toText()));
    default: return ranked(rank, 0);
    }
}

template <class T>
void appendRaw(std::string &bytes, uint8_t mark, T value)
{
    char raw[1 + sizeof value];
    raw[0] = char(mark);
    std::memcpy(raw + 1, &value, sizeof value);
    bytes.append(raw, sizeof raw);
}

enum KeyMark : uint8_t {
    NullKey,
    FalseKey,
    TrueKey,
    IntegerKey,
    RealKey,
    MomentKey,
    TextKey,
    BytesKey,
    ListKey,
    ObjectKey
};

void appendTextKey(std::string &bytes, KeyMark mark, std::string_view text)
{
    appendRaw(bytes, mark, uint64_t(text.size()));
    bytes.append(text);
}

void appendRealKey(std::string &bytes, double value)
{
    if (value >= -TwoTo63 && value < TwoTo63 && value == std::floor(value))
        return appendRaw(bytes, IntegerKey, int64_t(value));
    appendRaw(bytes, RealKey, orderedBits(value));
}

} // namespace

uint8_t typeRank(ValueType type)
{
    switch (type) {
    case ValueType::Null: return NullRank;
    case ValueType::Boolean: return 0;
    case ValueType::Integer:
    case ValueType::Real: return 1;
    case ValueType::Timestamp: return 2;
    case ValueType::Text: return 3;
    case ValueType::Bytes: return 4;
    case ValueType::List: return 5;
    case ValueType::Object: return 6;
    }
    return NullRank;
}

int compareValues(const Value &a, const Value &b)
{
    const uint8_t rank = typeRank(a.type());
    if (const int order = int(rank) - int(typeRank(b.type())); order != 0)
        return order;
    switch (a.type()) {
    case ValueType::Null: return 0;
    case ValueType::Boolean: return int(a.toBoolean()) - int(b.toBoolean());
    case ValueType::Integer:
    case ValueType::Real: return compareNumbers(a, b);
    case ValueType::Timestamp: return compareMoments(a.toTimestamp(), b.toTimestamp());
    case ValueType::Text:
    case ValueType::Bytes: return compareTexts(a.toText(), b.toText());
    case ValueType::List: return compareLists(a.toList(), b.toList());
    case ValueType::Object: return compareObjects(a.toObject(), b.toObject());
    }
    return 0;
}

int compareRows(const Column *a, size_t rowA, const Column *b, size_t rowB)
{
    const bool isNullA = !a || a->isNull(rowA), isNullB = !b || b->isNull(rowB);
    if (isNullA || isNullB)
        return int(isNullA) - int(isNullB);
    if (a->type() == b->type()) {
        switch (a->type()) {
        case ColumnType::Integer: return compareSimple(a->integers()[rowA], b->integers()[rowB]);
        case ColumnType::Real: return compareReals(a->reals()[rowA], b->reals()[rowB]);
        case ColumnType::Text: return compareTexts(a->text(rowA), b->text(rowB));
        case ColumnType::Any: return compareValues(a->values()[rowA], b->values()[rowB]);
        }
    }
    return compareValues(a->value(rowA), b->value(rowB));
}

uint64_t orderPrefix(const Column *column, size_t row)
{
    if (!column || column->isNull(row))
        return ranked(NullRank, UINT64_MAX);
    switch (column->type()) {
    case ColumnType::Integer: return ranked(1, orderedBits(double(column->integers()[row])));
    case ColumnType::Real: return ranked(1, orderedBits(column->reals()[row]));
    case ColumnType::Text: return ranked(3, textBits(column->text(row)));
    case ColumnType::Any: break;
    }
    return prefixOf(column->values()[row]);
}

void appendKey(std::string &bytes, const Value &value)
{
    switch (value.type()) {
    case ValueType::Null: bytes += char(NullKey); break;
    case ValueType::Boolean: bytes += char(value.toBoolean() ? TrueKey : FalseKey); break;
    case ValueType::Integer: appendRaw(bytes, IntegerKey, value.toInteger()); break;
    case ValueType::Real: appendRealKey(bytes, value.toReal()); break;
    case ValueType::Timestamp: {
        const Timestamp time = value.toTimestamp();
        appendRaw(bytes, MomentKey, time.microseconds);
        bytes.append(reinterpret_cast<const char *>(&time.nanoseconds), sizeof time.nanoseconds);
        break;
    }
    case ValueType::Text: appendTextKey(bytes, TextKey, value.toText()); break;
    case ValueType::Bytes: appendTextKey(bytes, BytesKey, value.toText()); break;
    case ValueType::List:
        appendRaw(bytes, ListKey, uint64_t(value.toList().size()));
        for (const Value &element : value.toList())
            appendKey(bytes, element);
        break;
    case ValueType::Object:
        appendRaw(bytes, ObjectKey, uint64_t(value.toObject().size()));
        for (const auto *member : byName(value.toObject())) {
            appendTextKey(bytes, TextKey, member->first);
            appendKey(bytes, member->second);
        }
        break;
    }
}

void appendKey(std::string &bytes, const Column *column, size_t row)
{
    if (!column || column->isNull(row)) {
        bytes += char(NullKey);
        return;
    }
    switch (column->type()) {
    case ColumnType::Integer: return appendRaw(bytes, IntegerKey, column->integers()[row]);
    case ColumnType::Real: return appendRealKey(bytes, column->reals()[row]);
    case ColumnType::Text: return appendTextKey(bytes, TextKey, column->text(row));
    case ColumnType::Any: break;
    }
    appendKey(bytes, column->values()[row]);
}

} // namespace millrace
