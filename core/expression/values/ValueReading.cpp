// SPDX-License-Identifier: MIT
#include "expression/values/ValueReading.h"

#include "data/text/DateText.h"
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

ReadNumber numberOf(const Value &value, ExactNumber &number)
{
    switch (value.type()) {
    case ValueType::Integer: number = ExactNumber::of(value.toInteger()); break;
    case ValueType::Real: number = ExactNumber::of(value.toReal()); break;
    case ValueType::Boolean: number = ExactNumber::of(int64_t(value.toBoolean())); break;
    case ValueType::Timestamp:
        number = ExactNumber::of(double(value.toTimestamp().microseconds) / double(MicrosPerMilli));
        break;
    case ValueType::Text: return parseExactNumber(value.toText(), number);
    default: return ReadNumber::NoNumber;
    }
    return ReadNumber::Read;
}

bool momentOf(const Value &value, Timestamp &moment)
{
    if (value.isTimestamp())
        moment = value.toTimestamp();
    return value.isTimestamp() || (value.isText() && parseTimestamp(trimmed(value.toText()), moment));
}

} // namespace millrace
