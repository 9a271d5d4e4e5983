// SPDX-License-Identifier: MIT
#include "formats/text/ConvertValue.h"

#include "expression/values/ExactNumber.h"
#include "formats/text/ParseText.h"

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

std::string_view trimmed(std::string_view text)
{
    const size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// Whoever asks for numbers means 7 by "007" and by "+7".
std::string withoutZeros(std::string_view text)
{
    std::string number;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        if (text.front() == '-')
            number = '-';
        text.remove_prefix(1);
    }
    while (text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9')
        text.remove_prefix(1);
    return number += text;
}

bool equalsWord(std::string_view text, std::string_view word)
{
    return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                      [](char c, char lower) { return (c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c) == lower; });
}

bool realToInteger(double real, Value &converted)
{
    if (real != std::trunc(real) || std::fabs(real) >= Beyond64Bits)
        return false;
    converted = Value(int64_t(real));
    return true;
}

bool integerToReal(int64_t integer, Value &converted)
{
    converted = Value(double(integer));
    return !isLongInteger(integer) || isWrittenAs(double(integer), toPlain(Value(integer)).substr(integer < 0));
}

/// Whether it is a whole number that no real is written as.
bool losesDigits(std::string_view text)
{
    ExactNumber number;
    return parseExactNumber(text, number) == ReadNumber::TooLong;
}

bool textToBoolean(std::string_view text, Value &converted)
{
    for (const std::string_view word : {"true", "yes", "1"}) {
        if (equalsWord(text, word)) {
            converted = Value(true);
            return true;
        }
    }
    for (const std::string_view word : {"false", "no", "0"}) {
        if (equalsWord(text, word)) {
            converted = Value(false);
            return true;
        }
    }
    return false;
}

bool textToNumber(std::string_view text, ValueType type, Value &converted)
{
    int64_t integer = 0;
    double real = 0;
    if (type == ValueType::Integer && parseInteger(text, integer)) {
        converted = Value(integer);
        return true;
    }
    if (parseReal(text, real)) {
        converted = Value(real);
        return type == ValueType::Real ? !losesDigits(text) : realToInteger(real, converted);
    }
    return type == ValueType::Real && parseInteger(text, integer) && integerToReal(integer, converted);
}

} // namespace

bool convertText(std::string_view text, ValueType type, Value &converted)
{
    if (type == ValueType::Text) {
        converted = Value(text);
        return true;
    }
    text = trimmed(text);
    switch (type) {
    case ValueType::Integer:
    case ValueType::Real: {
        if (textToNumber(text, type, converted))
            return true;
        const std::string number = withoutZeros(text);
        return number.size() < text.size() && textToNumber(number, type, converted);
    }
    case ValueType::Boolean: return textToBoolean(text, converted);
    case ValueType::Timestamp: {
        Timestamp timestamp;
        if (!parseTimestamp(text, timestamp))
            return false;
        converted = Value(timestamp);
        return true;
    }
    default: return false;
    }
}

bool convertValue(const Value &value, ValueType type, Value &converted)
{
    converted = value;
    if (value.isNull() || value.type() == type)
        return true;
    if (value.isText())
        return convertText(value.toText(), type, converted);
    switch (type) {
    case ValueType::Integer:
        if (value.isBoolean())
            converted = Value(int64_t(value.toBoolean()));
        return value.isBoolean() || (value.isReal() && realToInteger(value.toReal(), converted));
    case ValueType::Real:
        if (value.isInteger())
            return integerToReal(value.toInteger(), converted);
        converted = Value(value.isBoolean() ? double(value.toBoolean()) : 0.0);
        return value.isBoolean();
    case ValueType::Boolean:
        if (!value.isNumber() || (value.toReal() != 0 && value.toReal() != 1))
            return false;
        converted = Value(value.toReal() == 1);
        return true;
    case ValueType::Text:
        if (value.isBytes())
            return false;
        converted = Value(toPlain(value));
        return true;
    default: return false;
    }
}

} // namespace millrace
