// SPDX-License-Identifier: MIT
#include "steps/manifest/ManifestParam.h"

#include "data/text/NearestName.h"
#include "data/text/Quote.h"
#include "steps/StepBuilder.h"

#include <algorithm>

namespace millrace {

namespace {

struct KindWord
{
    const char *word;
    ParamKind kind;
};
/// Beside the words of paramKindName().
constexpr KindWord KindWords[] = {{"integer", ParamKind::Integer},          {"boolean", ParamKind::Boolean},
                                  {"input file", ParamKind::InputFile},     {"output file", ParamKind::OutputFile},
                                  {"fields", ParamKind::FieldNames},        {"texts", ParamKind::FieldNames},
                                  {"list of texts", ParamKind::FieldNames}, {"any", ParamKind::Any}};

const std::vector<std::string> ParamKeys{"name",     "kind",    "default", "title",   "help",  "unit",
                                         "required", "minimum", "maximum", "choices", "secret"};

/// Nothing: the word is no kind.
std::optional<ParamKind> paramKindOf(std::string_view word)
{
    for (const KindWord &known : KindWords)
        if (word == known.word)
            return known.kind;
    for (auto kind = ParamKind::Text; kind <= ParamKind::Any; kind = ParamKind(int(kind) + 1))
        if (word == paramKindName(kind))
            return kind;
    return std::nullopt;
}

/// What a parameter is that nobody has set, nor a manifest.
Value emptyDefaultOf(const Param &param)
{
    switch (param.kind) {
    case ParamKind::Integer:
    case ParamKind::Number:
    case ParamKind::NumberOrExpression: return int64_t(std::max(0.0, param.minimum));
    case ParamKind::Boolean: return false;
    case ParamKind::FieldNames: return List();
    case ParamKind::TextMap: return Members();
    case ParamKind::Choice: return param.choices.front();
    case ParamKind::Any: return Value();
    default: return Value("");
    }
}

bool isParamName(std::string_view text)
{
    const auto isFirst = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !text.empty() && isFirst(text.front())
           && std::ranges::all_of(text, [&](char c) { return isFirst(c) || (c >= '0' && c <= '9'); });
}

/// "" where it is no text.
std::string textMember(const Value &object, std::string_view key)
{
    const Value *member = object.member(key);
    return member && member->isText() ? std::string(member->toText()) : std::string();
}

bool isTrueMember(const Value &object, std::string_view key)
{
    const Value *member = object.member(key);
    return member && *member == Value(true);
}

} // namespace

Result<Param> readManifestParam(const Value &given)
{
    const auto wrong = [](std::string text) { return failure(ErrorKind::Settings, std::move(text)); };
    Param param;
    param.name = textMember(given, "name");
    if (!isParamName(param.name))
        return wrong("a parameter needs a \"name\" of letters, digits and \"_\", but there is "
                     + toJson(given).substr(0, 80) + '.');
    const std::string which = "the parameter " + inQuotes(param.name);
    for (const auto &[key, value] : given.toObject())
        if (std::ranges::find(ParamKeys, key) == ParamKeys.end()) {
            const std::string nearest = nearestName(key, ParamKeys);
            return wrong(which + " has the unknown key " + inQuotes(key)
                         + (nearest.empty() ? "." : "; did you mean " + inQuotes(nearest) + "?"));
        }
    const std::string word = textMember(given, "kind");
    if (const auto kind = paramKindOf(word); kind)
        param.kind = *kind;
    else if (!word.empty())
        return wrong(
            which + " has the unknown kind " + inQuotes(word)
            + "; it is text, integer, number, boolean, choice, field, fields, input file, output file, folder, "
              "object of texts, expression, code or any.");
    param.title = textMember(given, "title");
    param.help = textMember(given, "help");
    param.unit = textMember(given, "unit");
    param.isRequired = isTrueMember(given, "required");
    param.isSecret = isTrueMember(given, "secret");
    if (param.isSecret && param.kind != ParamKind::Text)
        return wrong(which + " is a secret, and so a text.");
    const Value *least = given.member("minimum"), *most = given.member("maximum");
    if ((least && !least->isNumber()) || (most && !most->isNumber()))
        return wrong(which + " has a minimum or maximum that is no number.");
    param.minimum = least ? least->toReal() : param.minimum;
    param.maximum = most ? most->toReal() : param.maximum;
    if (const Value *choices = given.member("choices")) {
        auto words = ParamCodec<std::vector<std::string>>::read(*choices);
        if (!words || words->empty())
            return wrong(which + " needs its \"choices\" as a list of texts.");
        param.kind = ParamKind::Choice;
        param.choices = *std::move(words);
    }
    if (param.kind == ParamKind::Choice && param.choices.empty())
        return wrong(which + " is a choice, and needs \"choices\", a list of texts.");
    const Value *initial = given.member("default");
    param.defaultValue = initial && !initial->isNull() ? *initial : emptyDefaultOf(param);
    if (param.isSecret && initial && !initial->isNull() && *initial != Value(""))
        return wrong(which + " is a secret, and can't have a default.");
    Param optional = param;
    optional.isRequired = false;
    if (const std::string problem = param.isSecret ? std::string() : optional.problemOf(param.defaultValue);
        !problem.empty())
        return wrong(which + " has a default that doesn't fit: " + problem);
    return param;
}

} // namespace millrace
