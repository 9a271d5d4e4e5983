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
    OtherText = 32,
    BeyondInteger = 64 ///< of more than 64 bits
};

/// Whether a text is an integer but for its size.
bool isLongInteger(std::string_view text)
{
    if (text.starts_with('-'))
        text.remove_prefix(1);
    constexpr size_t LeastDigits = 19;
    return text.size() >= LeastDigits && text.front() != '0'
           && text.find_first_not_of("0123456789") == std::string_view::npos;
}

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
    if (isLongInteger(text))
        return BeyondInteger;
    return parseTimestamp(text, timestamp) ? SomeTimestamp : OtherText;
}

Seen kindOf(std::string_view text, const FieldRules &rules)
{
    int64_t integer;
    double real;
    Timestamp timestamp;
    Seen kind = kindOf(text);
    const bool isPlainNumber =
        kind == SmallInteger || kind == LargeInteger || kind == OtherReal || kind == BeyondInteger;
    if (!rules.hasPlainNumbers()) {
        if (rules.readInteger(text, integer))
            return rules.readReal(text, real) ? SmallInteger : LargeInteger;
        if (rules.readReal(text, real))
            return OtherReal;
        std::string room;
        if (isLongInteger(rules.plainNumber(text, room)))
            return BeyondInteger;
        kind = isPlainNumber ? OtherText : kind;
    }
    return kind == OtherText && rules.readTimestamp(text, timestamp) ? SomeTimestamp : kind;
}

} // namespace

void TypeInference::add(std::string_view text, const FieldRules &rules)
{
    if ((m_seen & OtherText) || rules.isNull(text))
        return;
    note(rules.hasPlainNumbers() && rules.dates.empty() ? kindOf(text) : kindOf(text, rules), text);
}

void TypeInference::add(std::string_view text)
{
    if (!text.empty() && !(m_seen & OtherText))
        note(kindOf(text), text);
}

void TypeInference::note(uint8_t kind, std::string_view text)
{
    if (kind == LargeInteger && m_large.empty())
        m_large = text;
    else if (kind == BeyondInteger && m_beyond.empty())
        m_beyond = text;
    m_seen |= kind;
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

std::string TypeInference::whyNoNumber() const
{
    if ((m_seen & ~(SmallInteger | LargeInteger | OtherReal | BeyondInteger)) != 0)
        return {};
    if (!m_beyond.empty())
        return m_beyond + " is an integer of more than 64 bits";
    if (!m_large.empty() && (m_seen & OtherReal) != 0)
        return m_large + " has more digits than a number with decimals holds, and others have decimals";
    return {};
}

} // namespace millrace
