// SPDX-License-Identifier: MIT
#include "formats/text/FieldRules.h"

#include "formats/text/ParseText.h"

#include <algorithm>

namespace millrace {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Adds the digits in front of the decimal sign without what is between their groups. False: they are no such groups.
bool appendGroups(std::string_view text, const std::string &between, std::string &plain)
{
    const size_t first = std::min(text.find(between), text.size());
    if (first == 0 || (first > GroupDigits && first < text.size()))
        return false;
    plain += text.substr(0, first);
    for (size_t at = first; at < text.size(); at += between.size() + GroupDigits) {
        const std::string_view group = text.substr(std::min(at + between.size(), text.size()), GroupDigits);
        if (text.substr(at, between.size()) != between || group.size() < GroupDigits
            || !std::ranges::all_of(group, isDigit))
            return false;
        plain += group;
    }
    return true;
}

} // namespace

bool FieldRules::isNull(std::string_view text) const
{
    return text.empty() || std::ranges::any_of(nulls, [text](const std::string &word) { return word == text; });
}

bool FieldRules::hasNumberAsNull() const
{
    return std::ranges::any_of(nulls, [](const std::string &word) {
        double number = 0;
        int64_t integer = 0;
        return parseReal(word, number) || parseInteger(word, integer);
    });
}

std::string_view FieldRules::plainNumber(std::string_view text, std::string &room) const
{
    if (hasPlainNumbers())
        return text;
    return makePlain(text, room) ? std::string_view(room) : std::string_view();
}

/// False: its groups, or the signs between them, are no number's.
bool FieldRules::makePlain(std::string_view text, std::string &plain) const
{
    plain.clear();
    if (text.starts_with('-')) {
        plain += '-';
        text.remove_prefix(1);
    }
    const size_t point = std::min(text.find(decimal), text.size());
    const std::string_view whole = text.substr(0, point);
    if (thousands.empty())
        plain += whole;
    else if (!whole.empty() && !appendGroups(whole, thousands, plain))
        return false;
    if (decimal != '.' && whole.find('.') != std::string_view::npos && thousands != ".")
        return false;
    if (point == text.size())
        return true;
    plain += '.';
    plain += text.substr(point + 1);
    return text.find('.', point + 1) == std::string_view::npos;
}

bool FieldRules::readInteger(std::string_view text, int64_t &value) const
{
    std::string room;
    return parseInteger(plainNumber(text, room), value);
}

bool FieldRules::readReal(std::string_view text, double &value) const
{
    std::string room;
    return parseReal(plainNumber(text, room), value);
}

bool FieldRules::readTimestamp(std::string_view text, Timestamp &value) const
{
    return parseTimestamp(text, value)
           || std::ranges::any_of(dates, [&](const DatePattern &pattern) { return pattern.parse(text, value); });
}

bool fieldTypeOf(std::string_view name, ValueType &type)
{
    for (const ValueType known :
         {ValueType::Integer, ValueType::Real, ValueType::Boolean, ValueType::Timestamp, ValueType::Text}) {
        if (name == typeName(known)) {
            type = known;
            return true;
        }
    }
    return false;
}

} // namespace millrace
