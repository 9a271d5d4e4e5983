// SPDX-License-Identifier: MIT
#include "expression/operations/Operand.h"

#include "expression/values/ExactNumber.h"
#include "expression/values/ValueReading.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

namespace millrace {

namespace {

/// Copies a text, without a call where it has up to 16 bytes: in pieces that may overlap.
char *putShortText(char *to, std::string_view text)
{
    const size_t length = text.size();
    const auto copy = [&](auto piece, size_t at) {
        std::memcpy(&piece, text.data() + at, sizeof piece);
        std::memcpy(to + at, &piece, sizeof piece);
    };
    if (length > 16) {
        std::memcpy(to, text.data(), length);
    } else if (length >= 8) {
        copy(uint64_t(), 0);
        copy(uint64_t(), length - 8);
    } else if (length >= 4) {
        copy(uint32_t(), 0);
        copy(uint32_t(), length - 4);
    } else if (length > 0) {
        copy(uint8_t(), 0);
        copy(uint8_t(), length / 2);
        copy(uint8_t(), length - 1);
    }
    return to + length;
}

/// Whether some may have more digits than reals: in one quick pass over all rows.
bool hasLongIntegers(std::span<const int64_t> integers)
{
    constexpr uint64_t Most = uint64_t(1) << 53;
    uint64_t seen = 0; // those from -Most to Most - 1, moved to begin at 0, have none of the higher bits
    for (const int64_t integer : integers)
        seen |= (uint64_t(integer) + Most) & ~(2 * Most - 1);
    return seen != 0;
}

bool isWholeNumber(const Value &value)
{
    return value.isInteger() || (value.isReal() && ExactNumber::of(value.toReal()).isWhole);
}

} // namespace

void Operand::reset(Kind kind, size_t rows)
{
    m_kind = kind;
    m_isConstant = false;
    m_rows = rows;
    m_nulls = nullptr;
    m_column = nullptr;
}

void Operand::setConstant(Value value)
{
    const bool isLong = value.isInteger() && isLongInteger(value.toInteger());
    reset(isLong              ? Kind::Any
          : value.isNumber()  ? Kind::Number
          : value.isBoolean() ? Kind::Boolean
          : value.isText()    ? Kind::Text
                              : Kind::Any,
          0);
    m_isConstant = true;
    m_constantNumber = value.isNumber() ? value.toReal() : 0;
    m_constant = std::move(value);
}

void Operand::setColumn(const Column &column)
{
    const size_t rows = column.size();
    switch (column.type()) {
    case ColumnType::Integer: {
        const auto integers = column.integers();
        if (hasLongIntegers(integers)) {
            Value *values = setValues(rows);
            for (size_t i = 0; i < rows; ++i)
                values[i] = column.isNull(i) ? Value() : Value(integers[i]);
            break;
        }
        double *numbers = setNumbers(rows);
        for (size_t i = 0; i < rows; ++i)
            numbers[i] = double(integers[i]);
        m_nulls = column.nulls().empty() ? nullptr : column.nulls().data();
        break;
    }
    case ColumnType::Real:
        reset(Kind::Number, rows);
        m_numbers = column.reals().data();
        m_nulls = column.nulls().empty() ? nullptr : column.nulls().data();
        break;
    case ColumnType::Text:
        reset(Kind::Text, rows);
        m_column = &column;
        break;
    case ColumnType::Any:
        reset(Kind::Any, rows);
        m_values = rows ? column.values().data() : nullptr;
        break;
    }
}

double *Operand::setNumbers(size_t rows)
{
    reset(Kind::Number, rows);
    m_numberMemory.resize(rows);
    m_numbers = m_numberMemory.data();
    return m_numberMemory.data();
}

uint8_t *Operand::setBooleans(size_t rows)
{
    reset(Kind::Boolean, rows);
    m_booleanMemory.resize(rows);
    m_booleans = m_booleanMemory.data();
    return m_booleanMemory.data();
}

Value *Operand::setValues(size_t rows)
{
    reset(Kind::Any, rows);
    m_valueMemory.resize(rows);
    m_values = m_valueMemory.data();
    return m_valueMemory.data();
}

void Operand::setTexts(size_t rows)
{
    reset(Kind::Text, rows);
    m_refs.clear();
    m_refs.reserve(rows);
    m_arena.clear();
    m_textBegin = 0;
}

void Operand::finishText()
{
    m_refs.push_back({uint32_t(m_textBegin), uint32_t(m_arena.size() - m_textBegin)});
    m_textBegin = m_arena.size();
}

void Operand::copyTexts(const Operand &other, size_t rows)
{
    setTexts(rows);
    m_refs.resize(rows);
    if (other.isConstant()) {
        const std::string_view text = other.text(0);
        for (size_t row = 0; row < rows; ++row, m_arena.append(text))
            m_refs[row] = {uint32_t(m_arena.size()), uint32_t(text.size())};
        m_textBegin = m_arena.size();
        return;
    }
    const TextRef *const refs = other.m_column ? other.m_column->refs().data() : other.m_refs.data();
    const char *texts = nullptr; // what they point into
    size_t total = 0;
    for (size_t row = 0; row < rows; ++row) {
        if (refs[row].length == TextRef::Null)
            continue;
        total += refs[row].length;
        if (!texts)
            texts = other.text(row).data() - refs[row].offset;
    }
    m_arena.resize(total);
    char *const begin = m_arena.data(), *to = begin;
    for (size_t row = 0; row < rows; ++row) {
        const TextRef ref = refs[row];
        m_refs[row] = {ref.length == TextRef::Null ? 0 : uint32_t(to - begin), ref.length};
        if (ref.length != TextRef::Null)
            to = putShortText(to, {texts + ref.offset, ref.length});
    }
    m_textBegin = total;
}

uint8_t *Operand::setNulls()
{
    m_nullMemory.assign(m_rows, 0);
    m_nulls = m_nullMemory.data();
    return m_nullMemory.data();
}

bool Operand::isNull(size_t row) const
{
    if (m_isConstant)
        return m_constant.isNull();
    switch (m_kind) {
    case Kind::Number:
    case Kind::Boolean: return m_nulls && m_nulls[row];
    case Kind::Text: return (m_column ? m_column->refs()[row] : m_refs[row]).length == TextRef::Null;
    case Kind::Any: return m_values[row].isNull();
    }
    return false;
}

bool Operand::hasNulls() const
{
    if (m_isConstant)
        return m_constant.isNull();
    if (m_kind == Kind::Number || m_kind == Kind::Boolean)
        return m_nulls != nullptr;
    for (size_t i = 0; i < m_rows; ++i) {
        if (isNull(i))
            return true;
    }
    return false;
}

bool Operand::isTruthy(size_t row) const
{
    if (m_isConstant)
        return millrace::isTruthy(m_constant);
    switch (m_kind) {
    case Kind::Number: return !(m_nulls && m_nulls[row]) && m_numbers[row] != 0 && !std::isnan(m_numbers[row]);
    case Kind::Boolean: return !(m_nulls && m_nulls[row]) && m_booleans[row] != 0;
    case Kind::Text: return !text(row).empty();
    case Kind::Any: return millrace::isTruthy(m_values[row]);
    }
    return false;
}

Value Operand::value(size_t row) const
{
    if (m_isConstant)
        return m_constant;
    if (isNull(row))
        return {};
    switch (m_kind) {
    case Kind::Number: return Value(m_numbers[row]);
    case Kind::Boolean: return Value(m_booleans[row] != 0);
    case Kind::Text: return Value(text(row));
    case Kind::Any: break;
    }
    return m_values[row].isInteger() ? wholeValue(m_values[row].toInteger()) : m_values[row];
}

void Operand::copyTo(Column &column, size_t rows) const
{
    if (m_kind == Kind::Any && !m_isConstant) {
        fillColumn(column, rows, m_values);
        return;
    }
    if (m_kind == Kind::Number) {
        column.reset(ColumnType::Real);
        column.resize(rows);
        double *out = column.realsToChange().data();
        if (m_isConstant)
            std::fill_n(out, rows, m_constantNumber);
        else
            std::copy_n(m_numbers, rows, out);
        for (size_t i = 0; m_nulls && i < rows; ++i) {
            if (m_nulls[i])
                column.setNull(i);
        }
        return;
    }
    if (m_kind == Kind::Text && !m_isConstant && !m_column) {
        column.setTexts(m_arena, m_refs);
        return;
    }
    if (m_kind == Kind::Text) {
        column.reset(ColumnType::Text);
        column.reserve(rows);
        for (size_t i = 0; i < rows; ++i) {
            if (isNull(i))
                column.appendNull();
            else
                column.appendText(text(i));
        }
        return;
    }
    column.reset(ColumnType::Any);
    column.resize(rows);
    const auto values = column.valuesToChange();
    const bool areBooleans = m_kind == Kind::Boolean && !m_isConstant && !m_nulls;
    for (size_t i = 0; i < rows; ++i)
        values[i] = areBooleans ? Value(m_booleans[i] != 0) : value(i);
}

void Operand::copyTruth(std::vector<uint8_t> &truth, size_t rows) const
{
    truth.resize(rows);
    if (m_kind == Kind::Boolean && !m_isConstant && !m_nulls) {
        std::copy_n(m_booleans, rows, truth.data());
        return;
    }
    for (size_t i = 0; i < rows; ++i)
        truth[i] = isTruthy(i);
}

void fillColumn(Column &column, size_t rows, const Value *values)
{
    bool areNumbers = true, areTexts = true, areNulls = true, areWhole = true, hasLong = false;
    for (size_t i = 0; i < rows; ++i) {
        areNulls = areNulls && values[i].isNull();
        areNumbers = areNumbers && (values[i].isNumber() || values[i].isNull());
        areTexts = areTexts && (values[i].isText() || values[i].isNull());
        areWhole = areWhole && (values[i].isNull() || isWholeNumber(values[i]));
        hasLong = hasLong || (values[i].isInteger() && isLongInteger(values[i].toInteger()));
    }
    const bool isPacked = !areNulls && (areTexts || (areNumbers && (!hasLong || areWhole)));
    column.reset(!isPacked  ? ColumnType::Any
                 : areTexts ? ColumnType::Text
                 : hasLong  ? ColumnType::Integer
                            : ColumnType::Real);
    column.reserve(rows);
    for (size_t i = 0; i < rows; ++i) {
        if (values[i].isNull())
            column.appendNull();
        else if (isPacked && areNumbers && hasLong)
            column.appendInteger(values[i].isInteger() ? values[i].toInteger() : int64_t(values[i].toReal()));
        else if (isPacked && areNumbers)
            column.appendReal(values[i].toReal());
        else if (isPacked)
            column.appendText(values[i].toText());
        else
            column.append(values[i].isInteger() ? wholeValue(values[i].toInteger()) : values[i]);
    }
}

} // namespace millrace
