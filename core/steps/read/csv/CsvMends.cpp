// SPDX-License-Identifier: MIT
#include "steps/read/csv/CsvMends.h"

#include "data/text/DatePattern.h"
#include "data/text/Quote.h"
#include "formats/text/FieldRules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace millrace {

namespace {

constexpr size_t LongestNullWord = 20; // bytes

/// How dates are often written, those first of which nobody can think something else.
constexpr std::array<const char *, 10> usualDates{"yyyy/M/d", "yyyy.M.d", "yyyyMMdd",   "d.M.yyyy",    "d-M-yyyy",
                                                  "d/M/yyyy", "M/d/yyyy", "d MMM yyyy", "MMM d, yyyy", "d.M.yy"};
constexpr std::array<const char *, 3> usualTimes{"", " H:mm", " H:mm:ss"};

bool isNumberType(ValueType type)
{
    return type == ValueType::Integer || type == ValueType::Real;
}

/// A value of a failed record that isn't of its field's type.
struct MisfitValue
{
    std::string field, text;
    ValueType type;
};

/// The first one: it is the one that the message is about.
std::optional<MisfitValue> misfitIn(const Value &item, const Schema &schema)
{
    if (!item.isObject())
        return std::nullopt;
    for (const auto &[name, value] : item.toObject()) {
        const auto index = schema.find(name);
        if (!index || !value.isText() || schema.field(*index).type == ValueType::Text)
            continue;
        return MisfitValue{name, std::string(value.toText()), schema.field(*index).type};
    }
    return std::nullopt;
}

/// How values are read with these parameters.
FieldRules rulesOf(const CsvSettings &settings)
{
    FieldRules rules = settings.rules;
    rules.decimal = settings.decimal.value_or('.');
    return rules;
}

/// Whether the parameters have been changed since, and take the value by now.
bool isMended(const MisfitValue &misfit, const CsvParams &params)
{
    std::string param;
    const auto settings = params.settings(param);
    if (!settings || settings->nullsMisfits)
        return true;
    const FieldRules rules = rulesOf(*settings);
    double number = 0;
    Timestamp moment;
    return rules.isNull(misfit.text) || (isNumberType(misfit.type) && rules.readReal(misfit.text, number))
           || (misfit.type == ValueType::Timestamp && rules.readTimestamp(misfit.text, moment));
}

/// Whether every field of numbers still is one, and the value is a number by these rules.
bool areNumbersStill(const MisfitValue &misfit, const Schema &before, const CsvParams &changed, const CsvLook &look)
{
    std::string param;
    const auto settings = changed.settings(param);
    if (!settings)
        return false;
    double number = 0;
    if (!rulesOf(*settings).readReal(misfit.text, number))
        return false;
    const SchemaPtr after = look(changed);
    if (!after || after->size() != before.size())
        return false;
    for (size_t i = 0; i < before.size(); ++i)
        if (isNumberType(before.field(i).type) && !isNumberType(after->field(i).type))
            return false;
    return true;
}

void offerNumberSigns(std::vector<Mend> &mends,
                      const MisfitValue &misfit,
                      const Schema &schema,
                      const CsvParams &params,
                      const CsvLook &look)
{
    for (const char *decimal : {",", "."}) {
        CsvParams changed = params;
        changed.decimal = decimal;
        if (params.decimal == decimal || !areNumbersStill(misfit, schema, changed, look))
            continue;
        mends.push_back({"Read " + inQuotes(decimal) + " as the decimal sign", {{"decimal", decimal}}});
        return;
    }
    for (const char *thousands : {",", ".", " ", "'"}) {
        CsvParams changed = params;
        changed.thousands = thousands;
        if (!params.thousands.empty() || !areNumbersStill(misfit, schema, changed, look))
            continue;
        mends.push_back(
            {"Take " + inQuotes(thousands) + " between digits for a thousands sign", {{"thousands", thousands}}});
        return;
    }
}

Value withWord(std::vector<std::string> words, const std::string &word)
{
    words.push_back(word);
    return List(words.begin(), words.end());
}

void offerDates(std::vector<Mend> &mends, const MisfitValue &misfit, const CsvParams &params)
{
    for (const char *date : usualDates)
        for (const char *time : usualTimes) {
            const std::string text = std::string(date) + time;
            const auto pattern = DatePattern::forReading(text);
            Timestamp moment;
            if (pattern && pattern->parse(misfit.text, moment))
                mends.push_back({"Read dates such as " + inQuotes(misfit.text) + " as " + text,
                                 {{"dates", withWord(params.dates, text)}}});
        }
}

void offerNullWord(std::vector<Mend> &mends, const MisfitValue &misfit, const CsvParams &params)
{
    const bool hasDigit = std::ranges::any_of(misfit.text, [](unsigned char c) { return c >= '0' && c <= '9'; });
    if (!hasDigit && misfit.text.size() <= LongestNullWord)
        mends.push_back(
            {"Take " + inQuotes(misfit.text) + " for null", {{"nulls", withWord(params.nulls, misfit.text)}}});
}

void offerWiderType(std::vector<Mend> &mends, const MisfitValue &misfit, const CsvParams &params)
{
    Members types = params.types.isObject() ? params.types.toObject() : Members();
    std::erase_if(types, [&](const auto &type) { return type.first == misfit.field; });
    types.emplace_back(misfit.field, "text");
    mends.push_back({"Read " + misfit.field + " as text", {{"types", std::move(types)}}});
    mends.push_back({"Make values null that don't fit their field", {{"misfit", "null"}}});
}

/// What the decoder advises where a record isn't as it should be.
std::vector<Mend> mendsOfRecord(std::string_view message)
{
    struct Advice
    {
        const char *text, *caption, *param, *value;
    };
    constexpr std::array<Advice, 5> known{
        {{R"("ragged" to "pad")", "Fill up records that are too short with nulls", "ragged", "pad"},
         {R"("ragged" to "keep")", "Keep what records have too much in the field extra", "ragged", "keep"},
         {R"("quotes" to "lenient")", "Take stray quotes for ordinary characters", "quotes", "lenient"},
         {R"("quote" to "none")", "Take all quotes for ordinary characters", "quote", "none"},
         {R"("comment" to "#")", "Pass over lines that begin with #", "comment", "#"}}};
    for (const Advice &advice : known)
        if (message.find(advice.text) != std::string_view::npos)
            return {{advice.caption, {{advice.param, advice.value}}}};
    return {};
}

/// Whether it isn't set already.
bool isOffered(const Mend &mend, const CsvParams &params)
{
    const auto &[name, value] = mend.params.front();
    const std::string &now = name == "ragged"   ? params.ragged
                             : name == "quotes" ? params.quotes
                             : name == "quote"  ? params.quote
                                                : params.comment;
    return now != value.toText() && !(name == "ragged" && now == "keep");
}

} // namespace

std::vector<Mend> csvMends(const FailedAt &failed, const CsvParams &params, const CsvLook &look)
{
    std::vector<Mend> mends = mendsOfRecord(failed.message);
    if (!mends.empty()) {
        std::erase_if(mends, [&](const Mend &mend) { return !isOffered(mend, params); });
        return mends;
    }
    const SchemaPtr schema = look(params);
    const auto misfit = schema ? misfitIn(failed.item, *schema) : std::nullopt;
    if (!misfit || isMended(*misfit, params))
        return mends;
    if (isNumberType(misfit->type))
        offerNumberSigns(mends, *misfit, *schema, params, look);
    else if (misfit->type == ValueType::Timestamp)
        offerDates(mends, *misfit, params);
    offerNullWord(mends, *misfit, params);
    offerWiderType(mends, *misfit, params);
    return mends;
}

} // namespace millrace
