// SPDX-License-Identifier: MIT
#include "steps/StepBuilder.h"

#include <cmath>

namespace millrace {

namespace {

constexpr size_t LongestQuote = 40;

} // namespace

std::string describeValue(const Value &value)
{
    if (value.isNull())
        return "null";
    const bool isFinite = !value.isNumber() || std::isfinite(value.toReal()); // JSON knows no others
    std::string text = isFinite ? toJson(value) : toPlain(value);
    if (text.size() > LongestQuote) {
        size_t cut = LongestQuote;
        while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80)
            --cut;
        text = text.substr(0, cut) + "…";
    }
    return "the " + std::string(typeName(value.type())) + ' ' + text;
}

namespace {

Failure expected(std::string_view what, const Value &value)
{
    return failure(ErrorKind::Type, "must be " + std::string(what) + ", not " + describeValue(value));
}

} // namespace

/// A number or a truth value stands for its text: a pattern of `2024`, an expression of `true`.
Result<std::string> ParamCodec<std::string>::read(const Value &value)
{
    if (value.isText() || value.isNumber() || value.isBoolean() || value.isTimestamp())
        return toPlain(value);
    return expected("text", value);
}

Result<bool> ParamCodec<bool>::read(const Value &value)
{
    if (value.isBoolean())
        return value.toBoolean();
    return expected("true or false", value);
}

Result<int64_t> ParamCodec<int64_t>::read(const Value &value)
{
    if (value.isInteger())
        return value.toInteger();
    if (value.isReal() && value.toReal() == std::trunc(value.toReal()) && std::fabs(value.toReal()) < Beyond64Bits)
        return int64_t(value.toReal());
    return expected("a whole number", value);
}

Result<int> ParamCodec<int>::read(const Value &value)
{
    const auto number = ParamCodec<int64_t>::read(value);
    if (!number)
        return number.forward();
    if (*number < std::numeric_limits<int>::min() || *number > std::numeric_limits<int>::max())
        return expected("a whole number of at most 2147483647", value);
    return int(*number);
}

Result<double> ParamCodec<double>::read(const Value &value)
{
    if (value.isNumber())
        return value.toReal();
    return expected("a number", value);
}

Value ParamCodec<std::vector<std::string>>::write(const std::vector<std::string> &value)
{
    return Value(List(value.begin(), value.end()));
}

/// A single text stands for a list of one.
Result<std::vector<std::string>> ParamCodec<std::vector<std::string>>::read(const Value &value)
{
    std::vector<std::string> texts;
    if (value.isText()) {
        texts.emplace_back(value.toText());
        return texts;
    }
    if (!value.isList())
        return expected("a list of texts", value);
    for (const Value &element : value.toList()) {
        if (!element.isText())
            return expected("a list of texts", value);
        texts.emplace_back(element.toText());
    }
    return texts;
}

Value ParamCodec<TextPairs>::write(const TextPairs &value)
{
    Members members;
    for (const auto &[from, to] : value)
        members.emplace_back(from, Value(to));
    return Value(std::move(members));
}

Result<TextPairs> ParamCodec<TextPairs>::read(const Value &value)
{
    if (!value.isObject())
        return expected("an object of texts, like {\"from\": \"to\"}", value);
    TextPairs pairs;
    for (const auto &[name, member] : value.toObject()) {
        if (!member.isText())
            return failure(ErrorKind::Type, "must be an object of texts, but " + name + " is " + describeValue(member));
        pairs.emplace_back(name, member.toText());
    }
    return pairs;
}

} // namespace millrace
