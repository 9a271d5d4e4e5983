// SPDX-License-Identifier: MIT
#include "steps/arrange/AggregateCall.h"

#include "data/text/NearestName.h"
#include "data/text/NumberText.h"
#include "data/text/Quote.h"
#include "expression/values/Arithmetic.h"

#include <array>
#include <optional>

namespace millrace {

namespace {

struct FunctionName
{
    std::string_view name;
    AggregateFunction function;
};

constexpr std::array<FunctionName, 15> FunctionNames{{{"count", AggregateFunction::Count},
                                                      {"sum", AggregateFunction::Sum},
                                                      {"mean", AggregateFunction::Mean},
                                                      {"min", AggregateFunction::Min},
                                                      {"max", AggregateFunction::Max},
                                                      {"first", AggregateFunction::First},
                                                      {"last", AggregateFunction::Last},
                                                      {"stddev", AggregateFunction::Stddev},
                                                      {"variance", AggregateFunction::Variance},
                                                      {"median", AggregateFunction::Median},
                                                      {"quantile", AggregateFunction::Quantile},
                                                      {"distinct", AggregateFunction::Distinct},
                                                      {"mode", AggregateFunction::Mode},
                                                      {"list", AggregateFunction::List},
                                                      {"join", AggregateFunction::Join}}};

Failure wrongCall(std::string_view text, size_t at, const std::string &why)
{
    return failure(ErrorKind::Param, inQuotes(text) + ", column " + std::to_string(at + 1) + ": " + why);
}

Result<AggregateFunction> functionOf(std::string_view text, std::string_view name)
{
    std::vector<std::string> known;
    std::string all;
    for (const FunctionName &one : FunctionNames) {
        if (one.name == name)
            return one.function;
        known.emplace_back(one.name);
        all += (all.empty() ? "" : ", ") + std::string(one.name);
    }
    const std::string nearest = nearestName(name, known);
    return wrongCall(text, 0,
                     "there is no function " + inQuotes(name)
                         + (nearest.empty() ? "" : "; did you mean " + inQuotes(nearest) + '?')
                         + (nearest.empty() ? "; they are " : " They are ") + all + '.');
}

/// A text in quotes, with \n, \t, \\ and \" in it; nothing where it is none.
std::optional<std::string> quotedText(std::string_view text)
{
    if (text.size() < 2 || (text.front() != '"' && text.front() != '\'') || text.back() != text.front())
        return std::nullopt;
    std::string plain;
    for (size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\' && i + 2 < text.size()) {
            ++i;
            plain += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
        } else {
            plain += text[i];
        }
    }
    return plain;
}

} // namespace

Result<AggregateCall> AggregateCall::parse(std::string_view text)
{
    const std::string_view call = trimmed(text);
    const size_t open = call.find('(');
    const auto function = functionOf(call, trimmed(call.substr(0, open)));
    if (!function)
        return function.forward();
    AggregateCall result;
    result.function = *function;
    std::string_view inner;
    if (open != std::string_view::npos) {
        if (call.back() != ')')
            return wrongCall(call, call.size(), "a \")\" is missing.");
        inner = trimmed(call.substr(open + 1, call.size() - open - 2));
    }
    const bool isQuantile = result.function == AggregateFunction::Quantile;
    if (isQuantile || result.function == AggregateFunction::Join) {
        const size_t comma = inner.find(',');
        const char *const what = isQuantile ? "a second value is missing, as 0.9 in quantile(x, 0.9)."
                                            : "a second value is missing, as \", \" in join(x, \", \").";
        if (comma == std::string_view::npos)
            return wrongCall(call, call.size(), what);
        const std::string_view second = trimmed(inner.substr(comma + 1));
        const size_t at = size_t(second.data() - call.data());
        inner = trimmed(inner.substr(0, comma));
        if (isQuantile && (!parseNumber(second, result.share) || !(result.share >= 0 && result.share <= 1)))
            return wrongCall(call, at, "a number from 0 to 1 belongs here, not " + inQuotes(second) + '.');
        const auto separator = quotedText(second);
        if (!isQuantile && !separator)
            return wrongCall(call, at, "a text in quotes belongs here, not " + inQuotes(second) + '.');
        result.separator = isQuantile ? std::string() : *separator;
    }
    result.field = inner;
    if (inner.empty() && result.function != AggregateFunction::Count)
        return wrongCall(call, std::min(open, call.size()), "a field's name in parentheses is missing.");
    return result;
}

bool AggregateCall::wantsNumbers() const
{
    switch (function) {
    case AggregateFunction::Sum:
    case AggregateFunction::Mean:
    case AggregateFunction::Stddev:
    case AggregateFunction::Variance:
    case AggregateFunction::Median:
    case AggregateFunction::Quantile: return true;
    default: return false;
    }
}

ValueType AggregateCall::resultType(const Schema &input) const
{
    const auto place = input.find(field);
    const ValueType type = place ? input.field(*place).type : ValueType::Null;
    switch (function) {
    case AggregateFunction::Count:
    case AggregateFunction::Distinct: return ValueType::Integer;
    case AggregateFunction::Sum: return type == ValueType::Integer || type == ValueType::Real ? type : ValueType::Null;
    case AggregateFunction::Mean:
    case AggregateFunction::Stddev:
    case AggregateFunction::Variance:
    case AggregateFunction::Median:
    case AggregateFunction::Quantile: return ValueType::Real;
    case AggregateFunction::List: return ValueType::List;
    case AggregateFunction::Join: return ValueType::Text;
    default: return type;
    }
}

} // namespace millrace
