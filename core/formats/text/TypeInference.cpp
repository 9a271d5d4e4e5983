// SPDX-License-Identifier: MIT
#include "formats/text/TypeInference.h"

#include "formats/text/ParseText.h"

namespace millrace {

namespace {

enum Seen : uint8_t {
    SmallInteger = 1, ///< that a real holds exactly
    LargeInteger = 2,
    OtherReal = 4,
    SomeBoolean = 8,
    SomeTimestamp = 16,
    OtherText = 32
};

Seen kindOf(std::string_view text)
{
    int64_t integer;
    double real;
    bool boolean;
    Timestamp timestamp;
    if (parseInteger(text, integer))
        return parseReal(text, real) ? SmallInteger : LargeInteger;
    if (parseReal(text, real))
        return OtherReal;
    if (parseBoolean(text, boolean))
        return SomeBoolean;
    return parseTimestamp(text, timestamp) ? SomeTimestamp : OtherText;
}

Seen kindOf(std::string_view text, const FieldRules &rules)
{
    int64_t integer;
    double real;
    Timestamp timestamp;
    Seen kind = kindOf(text);
    const bool isPlainNumber = kind == SmallInteger || kind == LargeInteger || kind == OtherReal;
    if (!rules.hasPlainNumbers()) {
        if (rules.readInteger(text, integer))
            return rules.readReal(text, real) ? SmallInteger : LargeInteger;
        if (rules.readReal(text, real))
            return OtherReal;
        kind = isPlainNumber ? OtherText : kind;
    }
    return kind == OtherText && rules.readTimestamp(text, timestamp) ? SomeTimestamp : kind;
}

} // namespace

void TypeInference::add(std::string_view text, const FieldRules &rules)
{
    if ((m_seen & OtherText) || rules.isNull(text))
        return;
    m_seen |= rules.hasPlainNumbers() && rules.dates.empty() ? kindOf(text) : kindOf(text, rules);
}

void TypeInference::add(std::string_view text)
{
    if (!text.empty() && !(m_seen & OtherText))
        m_seen |= kindOf(text);
}

ValueType TypeInference::type() const
{
    const auto isOnly = [this](int kinds) { return m_seen != 0 && (m_seen & ~kinds) == 0; };
    if (isOnly(SmallInteger | LargeInteger))
        return ValueType::Integer;
    if (isOnly(SmallInteger | OtherReal))
        return ValueType::Real;
    if (isOnly(SomeBoolean))
        return ValueType::Boolean;
    return isOnly(SomeTimestamp) ? ValueType::Timestamp : ValueType::Text;
}

} // namespace millrace
