// SPDX-License-Identifier: MIT
#include "expression/values/ValueReading.h"

#include "expression/values/Arithmetic.h"
#include "expression/values/Words.h"

#include <cmath>

namespace millrace {

bool isTruthy(const Value &value)
{
    switch (value.type()) {
    case ValueType::Null: return false;
    case ValueType::Boolean: return value.toBoolean();
    case ValueType::Integer:
    case ValueType::Real: return value.toReal() != 0 && !std::isnan(value.toReal());
    case ValueType::Text: return !value.toText().empty();
    default: return true;
    }
}

std::string shownValue(const Value &value)
{
    constexpr size_t MostCharacters = 60;
    switch (value.type()) {
    case ValueType::Null: return "null";
    case ValueType::List: return "a list";
    case ValueType::Object: return "an object";
    case ValueType::Bytes: return "a value of bytes";
    default: break;
    }
    std::string text = toPlain(value);
    if (characterCount(text) > MostCharacters) {
        size_t end = MostCharacters;
        while (end < text.size() && (uint8_t(text[end]) & 0xc0) == 0x80)
            ++end;
        text = text.substr(0, end) + "…";
    }
    return value.isText() || value.isTimestamp() ? joined({"\"", text, "\""}) : text;
}

bool numberOf(const Value &value, double &number)
{
    constexpr double MicrosPerMilli = 1000;
    switch (value.type()) {
    case ValueType::Integer:
    case ValueType::Real: number = value.toReal(); return true;
    case ValueType::Boolean: number = value.toBoolean() ? 1 : 0; return true;
    case ValueType::Timestamp: number = double(value.toTimestamp().microseconds) / MicrosPerMilli; return true;
    case ValueType::Text: return parseNumber(value.toText(), number);
    default: return false;
    }
}

bool momentOf(const Value &value, Timestamp &moment)
{
    if (value.isTimestamp())
        moment = value.toTimestamp();
    return value.isTimestamp() || (value.isText() && parseTimestamp(trimmed(value.toText()), moment));
}

} // namespace millrace
