// SPDX-License-Identifier: MIT
#include "steps/StepType.h"

#include "data/errors/ExceptionError.h"
#include "data/json/JsonReader.h"
#include "data/text/NearestName.h"
#include "steps/Secret.h"
#include "steps/StepBuilder.h"

#include <algorithm>

namespace millrace {

namespace {

bool isLetter(char c, char first, char last)
{
    return c >= first && c <= last;
}

std::string lowered(std::string_view text)
{
    std::string lower(text);
    for (char &c : lower) {
        if (isLetter(c, 'A', 'Z'))
            c = char(c - 'A' + 'a');
    }
    return lower;
}

/// "queueSize" as "Queue size".
std::string titleFrom(std::string_view name)
{
    std::string title;
    for (const char c : name) {
        if (c == '_')
            title += ' ';
        else if (title.empty() && isLetter(c, 'a', 'z'))
            title += char(c - 'a' + 'A');
        else if (!title.empty() && isLetter(c, 'A', 'Z'))
            (title += ' ') += char(c - 'A' + 'a');
        else
            title += c;
    }
    return title;
}

bool isEmptyValue(const Value &value)
{
    return value.isNull() || (value.isText() && value.toText().empty()) || (value.isList() && value.toList().empty())
           || (value.isObject() && value.toObject().empty());
}

std::string problemOfChoice(const Param &param, const Value &value)
{
    const auto word = ParamCodec<std::string>::read(value);
    if (word && std::find(param.choices.begin(), param.choices.end(), *word) != param.choices.end())
        return {};
    std::string words;
    for (size_t i = 0; i < param.choices.size(); ++i) {
        if (i > 0)
            words += i + 1 == param.choices.size() ? " or " : ", ";
        words += '"' + param.choices[i] + '"';
    }
    return "must be " + words + ", not " + describeValue(value);
}

std::string problemOfRange(const Param &param, double number)
{
    if (number >= param.minimum && number <= param.maximum)
        return {};
    const std::string least = formatNumber(param.minimum), most = formatNumber(param.maximum);
    const std::string instead = ", not " + formatNumber(number);
    if (param.maximum == std::numeric_limits<double>::infinity())
        return "must be at least " + least + instead;
    if (param.minimum == -std::numeric_limits<double>::infinity())
        return "must be at most " + most + instead;
    return "must be between " + least + " and " + most + instead;
}

template <class T>
std::string problemOfType(const Value &value)
{
    const auto read = ParamCodec<T>::read(value);
    return read ? std::string() : read.error().message;
}

/// Of a secret that stands there in plain: nothing of it is repeated.
std::string problemOfSecret(const Value &value)
{
    if (isEmptyValue(value) || secretReferenceOf(value))
        return {};
    return "is a secret, which isn't written into a pipeline; write where it is, {\"env\": \"NAME\"} or {\"file\": "
           "\"path\"}";
}

/// The same of a text that says how to log in.
std::string problemOfCredential(const Value &value)
{
    if (isEmptyValue(value) || (value.isText() && credentialFrom(value.toText())))
        return {};
    return "must be \"basic:USER:env:NAME\" or \"bearer:env:NAME\", or have file:PATH in place of env:NAME: the secret "
           "itself isn't written into a pipeline";
}

/// Why a value that is given doesn't fit, without the parameter's name; empty where it does.
std::string misfit(const Param &param, const Value &value)
{
    if (param.isSecret)
        return problemOfSecret(value);
    if (param.isCredential)
        return problemOfCredential(value);
    if (param.holdsSecrets)
        return problemOfType<TextPairs>(withoutReferences(value));
    switch (param.kind) {
    case ParamKind::Integer:
        if (std::string problem = problemOfType<int64_t>(value); !problem.empty())
            return problem;
        return problemOfRange(param, value.toReal());
    case ParamKind::Number:
        if (!value.isNumber())
            return problemOfType<double>(value);
        return problemOfRange(param, value.toReal());
    case ParamKind::NumberOrExpression:
        if (value.isNumber())
            return problemOfRange(param, value.toReal());
        return value.isText() ? std::string() : "must be a number or an expression, not " + describeValue(value);
    case ParamKind::Boolean: return problemOfType<bool>(value);
    case ParamKind::Choice: return problemOfChoice(param, value);
    case ParamKind::FieldNames: return problemOfType<std::vector<std::string>>(value);
    case ParamKind::TextMap: return problemOfType<TextPairs>(value);
    case ParamKind::InputFile: // several, where the step reads several: it says itself where it doesn't
        return value.isList() ? problemOfType<std::vector<std::string>>(value) : problemOfType<std::string>(value);
    case ParamKind::Any: return {};
    default: return problemOfType<std::string>(value);
    }
}

/// Null where nothing is given.
Result<Value> withSecret(const Value &value, const std::string &folder)
{
    const auto reference = secretReferenceOf(value);
    if (!reference)
        return Value();
    auto secret = readSecret(*reference, folder);
    return secret ? Result<Value>(Value(*secret)) : secret.forward();
}

/// The object with the secrets in place of their references; null where there are none.
Result<Value> withSecrets(const Value &object, const std::string &folder)
{
    if (!object.isObject() || withoutReferences(object) == object)
        return Value();
    Members members = object.toObject();
    for (auto &[name, member] : members) {
        auto secret = withSecret(member, folder);
        if (!secret)
            return failure(secret.error().kind, name + ": " + secret.error().message);
        if (!secret->isNull())
            member = *std::move(secret);
    }
    return Value(std::move(members));
}

} // namespace

std::string_view familyName(Family family)
{
    switch (family) {
    case Family::Source: return "Sources";
    case Family::Transform: return "Transform";
    case Family::Filter: return "Filter";
    case Family::Script: return "Scripts";
    case Family::Combine: return "Combine";
    case Family::Model: return "Models";
    case Family::Sink: return "Sinks";
    case Family::Simulate: return "Simulate";
    }
    return {};
}

std::string_view paramKindName(ParamKind kind)
{
    switch (kind) {
    case ParamKind::Text: return "text";
    case ParamKind::Integer: return "whole number";
    case ParamKind::Number: return "number";
    case ParamKind::Boolean: return "true or false";
    case ParamKind::Choice: return "choice";
    case ParamKind::Expression: return "expression";
    case ParamKind::NumberOrExpression: return "number or expression";
    case ParamKind::InputFile: return "file to read";
    case ParamKind::OutputFile: return "file to write";
    case ParamKind::Folder: return "folder";
    case ParamKind::FieldName: return "field";
    case ParamKind::FieldNames: return "list of fields";
    case ParamKind::TextMap: return "object of texts";
    case ParamKind::Code: return "code";
    case ParamKind::Any: return "any value";
    }
    return {};
}

std::string_view firstSentence(std::string_view help)
{
    const size_t end = help.find(". ");
    return end == std::string_view::npos ? help : help.substr(0, end + 1);
}

std::string Param::problemOf(const Value &value) const
{
    if (isRequired && isEmptyValue(value))
        return '"' + name + "\" is needed" + (help.empty() ? "." : ": " + std::string(firstSentence(help)));
    if (value.isNull())
        return {};
    const std::string problem = misfit(*this, value);
    return problem.empty() ? problem : '"' + name + "\" " + problem + '.';
}

Value Param::fromText(std::string_view text) const
{
    if (isSecret) {
        const auto reference = secretReferenceFrom(text);
        return reference ? reference->toValue() : Value(text);
    }
    switch (kind) {
    case ParamKind::Integer:
    case ParamKind::Number:
    case ParamKind::NumberOrExpression:
    case ParamKind::Boolean:
    case ParamKind::FieldNames:
    case ParamKind::TextMap:
    case ParamKind::Any: break;
    default: return Value(text);
    }
    auto value = parseJson(text);
    return value ? *std::move(value) : Value(text);
}

const Param *StepType::param(std::string_view paramName) const
{
    const auto found = std::find_if(params.begin(), params.end(), [&](const Param &p) { return p.name == paramName; });
    return found == params.end() ? nullptr : &*found;
}

Result<std::unique_ptr<Step>> StepType::create(const Members &given) const
{
    auto made = caught([&]() -> Result<std::unique_ptr<Step>> { return make(); });
    if (!made)
        return made;
    if (!*made)
        return failure(ErrorKind::Settings,
                       "The step type \"" + id + "\" has made no step: its function returned null.");
    std::unique_ptr<Step> step = *std::move(made);
    for (const auto &[paramName, value] : given) {
        const Param *known = param(paramName);
        if (!known || (value.isNull() && known->kind != ParamKind::Any))
            continue;
        if (known->isSecret && misfit(*known, value).empty())
            continue;
        if (const std::string problem = misfit(*known, value); !problem.empty())
            return failure(ErrorKind::Settings, '"' + paramName + "\" " + problem + '.');
        const Value setting = known->holdsSecrets ? withoutReferences(value) : value;
        auto applied = caught([&] { return known->apply(*step, setting); });
        if (!applied && applied.error().kind == ErrorKind::Memory)
            return applied.forward(); // nothing is wrong with the setting
        if (!applied)
            return failure(ErrorKind::Settings, '"' + paramName + "\" " + applied.error().message + '.');
        if (known->holdsSecrets && withoutReferences(value) != value)
            step->expectSecrets(paramName);
    }
    return step;
}

Result<> StepType::giveSecrets(Step &step, const Members &given, const std::string &folder) const
{
    for (const auto &[paramName, value] : given) {
        const Param *known = param(paramName);
        if (!known || !(known->isSecret || known->holdsSecrets))
            continue;
        auto plain = known->isSecret ? withSecret(value, folder) : withSecrets(value, folder);
        if (!plain)
            return failure(plain.error().kind, '"' + paramName + "\": " + plain.error().message);
        if (plain->isNull())
            continue;
        const bool isApplied = bool(caught([&] { return known->apply(step, *plain); }));
        if (!isApplied) // what it says may have the secret in it
            return failure(ErrorKind::Secret, '"' + paramName + "\" can't be used as it is set there.");
    }
    return {};
}

std::vector<std::string> StepType::portsOf(const Members &given) const
{
    if (!findPorts)
        return outputPorts;
    auto ports = caught([&]() -> Result<std::vector<std::string>> {
        const auto step = create(given);
        if (!step)
            return step.forward();
        return findPorts(**step);
    });
    return ports ? *std::move(ports) : outputPorts;
}

bool StepType::learns(const Members &given) const
{
    if (!isFittable)
        return false;
    const auto learning = caught([&]() -> Result<bool> {
        const auto step = create(given);
        return !step || (*step)->learns();
    });
    return !learning || *learning;
}

namespace {

/// By family, behind those of the same one. What has no title gets one.
void insertByFamily(std::vector<StepType> &types, StepType type)
{
    for (Param &param : type.params)
        if (param.title.empty())
            param.title = titleFrom(param.name);
    if (type.title.empty())
        type.title = titleFrom(type.id);
    const auto isBefore = [](const StepType &left, const StepType &right) { return left.family < right.family; };
    types.insert(std::upper_bound(types.begin(), types.end(), type, isBefore), std::move(type));
}

} // namespace

StepRegistry &StepRegistry::operator=(const StepRegistry &other)
{
    if (this == &other)
        return *this;
    m_types = other.m_types;
    m_kept.clear();
    if (&other.types() != &other.m_types)
        m_kept.push_back(std::make_unique<std::vector<StepType>>(other.types()));
    m_current = m_kept.empty() ? &m_types : m_kept.back().get();
    return *this;
}

void StepRegistry::add(StepType type)
{
    if (!m_kept.empty())
        insertByFamily(*m_kept.back(), type);
    insertByFamily(m_types, std::move(type));
}

void StepRegistry::setDeclared(const std::vector<StepType> &types)
{
    auto all = std::make_unique<std::vector<StepType>>(m_types);
    for (const StepType &type : types)
        insertByFamily(*all, type);
    m_current.store(all.get(), std::memory_order_release);
    m_kept.push_back(std::move(all));
}

const StepType *StepRegistry::find(std::string_view id) const
{
    for (const StepType &type : types()) {
        if (type.id == id)
            return &type;
    }
    for (const StepType &type : types()) {
        if (std::find(type.formerIds.begin(), type.formerIds.end(), id) != type.formerIds.end())
            return &type;
    }
    return nullptr;
}

const StepType *StepRegistry::forFile(std::string_view suffix) const
{
    const auto opening = [this](const std::string &wanted) {
        const auto found = std::find_if(types().begin(), types().end(), [&](const StepType &type) {
            return std::find(type.opens.begin(), type.opens.end(), wanted) != type.opens.end();
        });
        return found == types().end() ? nullptr : &*found;
    };
    const StepType *type = opening(lowered(suffix));
    return type || suffix == FolderFile ? type : opening(AnyFile);
}

std::string StepRegistry::nearest(std::string_view id) const
{
    const std::string wanted = lowered(id);
    std::vector<std::string> ids;
    for (const StepType &type : types()) {
        if (std::find(type.synonyms.begin(), type.synonyms.end(), wanted) != type.synonyms.end())
            return type.id;
        ids.push_back(type.id);
    }
    return nearestName(id, ids);
}

} // namespace millrace
