// SPDX-License-Identifier: MIT
#include "formats/csv/CsvNumberSigns.h"

#include "data/text/Quote.h"
#include "data/text/VisibleText.h"

#include <algorithm>

namespace millrace {

namespace {

/// Whether it is a number whose signs may stand between groups of three digits: 1.234, -12.345.678.
bool hasGroups(std::string_view text, char sign)
{
    if (text.starts_with('-'))
        text.remove_prefix(1);
    const size_t first = text.find(sign);
    if (first == std::string_view::npos || first == 0 || first > GroupDigits || text[0] == '0')
        return false;
    const size_t whole = text.size() - first;
    for (size_t at = 0; at < text.size(); ++at) {
        const bool isSign = at >= first && (at - first) % (GroupDigits + 1) == 0;
        if (isSign ? text[at] != sign : text[at] < '0' || text[at] > '9')
            return false;
    }
    return whole % (GroupDigits + 1) == 0;
}

bool isNumber(std::string_view text, const FieldRules &rules)
{
    double real = 0;
    int64_t integer = 0;
    return rules.readReal(text, real) || rules.readInteger(text, integer);
}

FieldRules rulesWith(char decimal, const char *thousands)
{
    FieldRules rules;
    rules.decimal = decimal;
    rules.thousands = thousands;
    return rules;
}

/// "1,5" (field "price")
std::string valueOf(const std::string &value, const std::string &name)
{
    return inQuotes(codedText(value)) + " (field " + inQuotes(codedText(name)) + ')';
}

} // namespace

void CsvColumnSigns::add(std::string_view text, const FieldRules &rules)
{
    if (!areNumbers || rules.isNull(text))
        return;
    if (text.find_first_not_of("0123456789-+.,eE") != std::string_view::npos) {
        areNumbers = false;
        return;
    }
    const bool hasComma = text.find(',') != std::string_view::npos, hasPoint = text.find('.') != std::string_view::npos;
    if (!hasComma && !hasPoint)
        return;
    static const FieldRules points = rulesWith('.', ""), commas = rulesWith(',', ""),
                            pointsWithGroups = rulesWith('.', ","), commasWithGroups = rulesWith(',', ".");
    const bool isOfPoints = isNumber(text, points), isOfCommas = isNumber(text, commas);
    if (hasPoint && groups.empty() && hasGroups(text, '.'))
        groups = text;
    else if (point.empty() && hasPoint && isOfPoints && !hasGroups(text, '.'))
        point = text;
    else if (comma.empty() && hasComma && isOfCommas && !hasGroups(text, ','))
        comma = text;
    areNumbers = isOfPoints || isOfCommas || isNumber(text, commasWithGroups) || isNumber(text, pointsWithGroups);
}

CsvDecimalGuess guessCsvDecimal(const std::vector<std::string> &names,
                                const std::vector<CsvColumnSigns> &signs,
                                bool hasCommas)
{
    const auto firstWith = [&](std::string CsvColumnSigns::*value) {
        return size_t(
            std::ranges::find_if(
                signs, [value](const CsvColumnSigns &column) { return column.areNumbers && !(column.*value).empty(); })
            - signs.begin());
    };
    const size_t comma = firstWith(&CsvColumnSigns::comma), point = firstWith(&CsvColumnSigns::point),
                 groups = firstWith(&CsvColumnSigns::groups);
    CsvDecimalGuess guess;
    guess.isComma = hasCommas && point == signs.size();
    if (comma == signs.size() || (point == signs.size() && groups == signs.size()))
        return guess;
    const bool isClear = point < signs.size();
    const size_t other = isClear ? point : groups;
    guess.hasRival = true;
    guess.warning =
        "Numbers have both signs: " + valueOf(signs[comma].comma, names[comma]) + " and "
        + valueOf(isClear ? signs[point].point : signs[groups].groups, names[other])
        + (guess.isComma ? R"(. The decimal sign is taken to be ",", so that numbers with points stay texts: set )"
                           R"("thousands" to "." if these are thousands.)"
                         : R"(. The decimal sign is taken to be ".", so that numbers with commas stay texts: set )"
                           R"("decimal" to the right one, and "thousands" if the other stands between thousands.)");
    return guess;
}

} // namespace millrace
