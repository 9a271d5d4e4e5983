// SPDX-License-Identifier: MIT
#include "steps/arrange/WindowCall.h"

#include "data/errors/ErrorKind.h"
#include "data/text/NearestName.h"
#include "data/text/Quote.h"
#include "expression/values/Arithmetic.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace millrace {

namespace {

constexpr std::array<std::pair<std::string_view, WindowFunction>, 9> WindowFunctions{
    {{"count", WindowFunction::Count},
     {"sum", WindowFunction::Sum},
     {"mean", WindowFunction::Mean},
     {"min", WindowFunction::Min},
     {"max", WindowFunction::Max},
     {"cumsum", WindowFunction::Cumsum},
     {"lag", WindowFunction::Lag},
     {"lead", WindowFunction::Lead},
     {"rank", WindowFunction::Rank}}};
constexpr std::array<std::pair<std::string_view, double>, 5> TimeUnits{
    {{"ms", 1e3}, {"s", 1e6}, {"min", 6e7}, {"h", 3.6e9}, {"d", 8.64e10}}};
constexpr int64_t MostRows = 1'000'000'000;
constexpr double LongestWindow = 3.2e18; // microseconds: 100 000 years

Failure wrongWindow(std::string_view text, size_t at, const std::string &why)
{
    return failure(ErrorKind::Param, inQuotes(text) + ", column " + std::to_string(at + 1) + ": " + why);
}

Failure unknownWindow(std::string_view text, std::string_view name)
{
    std::vector<std::string> known;
    std::string all;
    for (const auto &[word, function] : WindowFunctions) {
        known.emplace_back(word);
        all += (all.empty() ? "" : ", ") + std::string(word);
    }
    const std::string nearest = nearestName(name, known);
    return wrongWindow(text, 0,
                       "there is no function " + inQuotes(name)
                           + (nearest.empty() ? "; they are " : "; did you mean " + inQuotes(nearest) + "? They are ")
                           + all + '.');
}

std::optional<int64_t> wholeNumber(std::string_view text)
{
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// "1 h" in microseconds.
std::optional<int64_t> duration(std::string_view text)
{
    if (text.size() > 2 && text.front() == text.back() && (text.front() == '"' || text.front() == '\''))
        text = text.substr(1, text.size() - 2);
    const size_t end = text.find_first_not_of("0123456789.");
    if (end == 0 || end == std::string_view::npos)
        return std::nullopt;
    double number = 0;
    const auto unit =
        std::ranges::find(TimeUnits, trimmed(text.substr(end)), &std::pair<std::string_view, double>::first);
    if (unit == TimeUnits.end() || !parseNumber(text.substr(0, end), number))
        return std::nullopt;
    const double microseconds = number * unit->second;
    return microseconds >= 1 && microseconds <= LongestWindow ? std::optional(int64_t(std::llround(microseconds)))
                                                              : std::nullopt;
}

} // namespace

Result<WindowCall> WindowCall::parse(std::string_view given)
{
    const std::string_view text = trimmed(given);
    const size_t open = text.find('(');
    const std::string_view name = trimmed(text.substr(0, open));
    const auto known = std::ranges::find(WindowFunctions, name, &std::pair<std::string_view, WindowFunction>::first);
    if (known == WindowFunctions.end())
        return unknownWindow(text, name);
    WindowCall call;
    call.function = known->second;
    std::string_view inner, second;
    if (open != std::string_view::npos) {
        if (text.back() != ')')
            return wrongWindow(text, text.size(), "a \")\" is missing.");
        inner = trimmed(text.substr(open + 1, text.size() - open - 2));
        if (const size_t comma = inner.rfind(','); comma != std::string_view::npos) {
            second = trimmed(inner.substr(comma + 1));
            inner = trimmed(inner.substr(0, comma));
        }
    }
    call.field = inner;
    const size_t at = second.data() ? size_t(second.data() - text.data()) : text.size();
    if (call.field.empty() != (call.function == WindowFunction::Rank) && call.function != WindowFunction::Count)
        return wrongWindow(text, std::min(open, text.size()),
                           call.field.empty() ? "a field's name in parentheses is missing."
                                              : "rank has no field; it goes by \"order\".");
    if (call.function == WindowFunction::Lag || call.function == WindowFunction::Lead)
        call.rows = 1;
    if (!second.data())
        return call;
    const auto rows = wholeNumber(second);
    const auto time = call.isMoving() ? duration(second) : std::nullopt;
    if (call.function == WindowFunction::Cumsum)
        return wrongWindow(text, at, "cumsum has no window; a sum over one is sum(x, 7).");
    if (time)
        call.microseconds = *time;
    else if (rows && *rows >= 1 && *rows <= MostRows)
        call.rows = *rows;
    else
        return wrongWindow(text, at,
                           "a number of items belongs here"
                               + std::string(call.isMoving() ? ", or a time as 1 h (ms, s, min, h, d)" : "") + ", not "
                               + inQuotes(second) + '.');
    return call;
}

bool WindowCall::wantsNumbers() const
{
    return function == WindowFunction::Sum || function == WindowFunction::Mean || function == WindowFunction::Cumsum;
}

ValueType WindowCall::resultType(const Schema &input) const
{
    switch (function) {
    case WindowFunction::Count:
    case WindowFunction::Rank: return ValueType::Integer;
    case WindowFunction::Mean: return ValueType::Real;
    default: break;
    }
    const auto place = input.find(field);
    return place ? input.field(*place).type : ValueType::Null;
}

Result<std::vector<WindowCall>> windowCallsOf(const std::vector<std::pair<std::string, std::string>> &values,
                                              const std::vector<std::string> &order)
{
    std::vector<WindowCall> calls;
    for (const auto &[name, text] : values) {
        const std::string where = "The value " + inQuotes(name) + ": ";
        auto call = WindowCall::parse(text);
        if (!call)
            return failure(call.error().kind, where + call.error().message);
        if (call->function == WindowFunction::Rank && order.empty())
            return failure(ErrorKind::Param, where + "a rank goes by an order; name its fields in \"order\".");
        if (call->microseconds > 0 && (order.empty() || order.front().starts_with('-')))
            return failure(ErrorKind::Param, where
                                                 + "a window of time needs the field with the time, ascending, as "
                                                   "the first one in \"order\".");
        calls.push_back(*std::move(call));
    }
    for (const WindowCall &call : calls)
        if (call.function == WindowFunction::Lead
            && std::ranges::find(values, call.field, &std::pair<std::string, std::string>::first) != values.end())
            return failure(ErrorKind::Param, "The field " + inQuotes(call.field)
                                                 + " is used by lead, and can't be replaced; give the result another "
                                                   "name.");
    return calls;
}

} // namespace millrace
