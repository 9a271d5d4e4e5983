// SPDX-License-Identifier: MIT
#include "pipeline/Parameters.h"

#include "data/json/JsonReader.h"
#include "data/text/NearestName.h"
#include "steps/Secret.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr std::string_view Opening = "${";

bool isNameLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::string namesText(const Pipeline &pipeline, std::string_view wanted)
{
    std::vector<std::string> names;
    for (const PipelineParameter &parameter : pipeline.parameters)
        names.push_back(parameter.name);
    if (const std::string nearest = nearestName(wanted, names); !nearest.empty())
        return "; did you mean \"" + nearest + "\"?";
    if (names.empty())
        return "; it declares none.";
    std::string text;
    for (size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    return "; it has " + text + '.';
}

/// Empty where the value is of the kind of the default, or what it has to be.
std::string_view expectedLike(const Value &initial, const Value &value)
{
    if (initial.isBoolean())
        return value.isBoolean() ? "" : "true or false";
    if (initial.isNumber())
        return value.isNumber() ? "" : "a number";
    if (initial.isList())
        return value.isList() ? "" : "a list, as JSON";
    if (initial.isObject())
        return value.isObject() ? "" : "an object, as JSON";
    return {};
}

Value readJson(const std::string &text)
{
    auto value = parseJson(text);
    return value ? *std::move(value) : Value(text);
}

/// As its default is: where that is a text, the given one is.
std::optional<Value> valueOf(const PipelineParameter &parameter)
{
    if (!parameter.given)
        return parameter.initial;
    if (parameter.initial && parameter.initial->isText())
        return Value(*parameter.given);
    return readJson(*parameter.given);
}

/// Within a text.
std::string textOf(const PipelineParameter &parameter)
{
    if (parameter.given)
        return *parameter.given;
    const Value &value = *parameter.initial;
    return value.isNull() ? std::string() : toPlain(value);
}

bool holdsOpening(const Value &value)
{
    if (value.isText())
        return value.toText().find(Opening) != std::string_view::npos;
    if (value.isList())
        return std::ranges::any_of(value.toList(), holdsOpening);
    if (value.isObject())
        return std::ranges::any_of(value.toObject(), [](const auto &member) { return holdsOpening(member.second); });
    return false;
}

bool holdsOpening(const Members &members)
{
    return std::ranges::any_of(members, [](const auto &member) { return holdsOpening(member.second); });
}

bool holdsOpening(const PipelineStep &step)
{
    return holdsOpening(step.params)
           || std::ranges::any_of(step.workerArguments, [](const Members &one) { return holdsOpening(one); });
}

bool hasOwnBraces(const Param &param)
{
    return param.hasOwnBraces || param.kind == ParamKind::Code || param.kind == ParamKind::Expression
           || param.kind == ParamKind::NumberOrExpression;
}

bool isText(ParamKind kind)
{
    switch (kind) {
    case ParamKind::Text:
    case ParamKind::Choice:
    case ParamKind::Expression:
    case ParamKind::InputFile:
    case ParamKind::OutputFile:
    case ParamKind::Folder:
    case ParamKind::FieldName:
    case ParamKind::Code: return true;
    default: return false;
    }
}

/// `${name}` in a text.
struct Reference
{
    size_t begin = 0, end = 0; ///< with the braces; without a "$" before them
    std::string_view name;
    bool isEscaped = false; ///< a "$" stands before it, which belongs to it
};

/// The next from `from` on; an escaped "${" counts whatever follows it.
std::optional<Reference> nextReference(std::string_view text, size_t from)
{
    for (size_t begin = text.find(Opening, from); begin != std::string_view::npos;
         begin = text.find(Opening, begin + Opening.size())) {
        const size_t close = text.find('}', begin);
        const std::string_view name = close == std::string_view::npos
                                          ? std::string_view()
                                          : text.substr(begin + Opening.size(), close - begin - Opening.size());
        const bool isEscaped = begin > from && text[begin - 1] == '$';
        if (isParameterName(name))
            return Reference{begin, close + 1, name, isEscaped};
        if (isEscaped)
            return Reference{begin, begin + Opening.size(), {}, true};
    }
    return std::nullopt;
}

} // namespace

/// Puts the values into a copy of the pipeline, and notes what is wrong.
class FilledPipeline::Filler
{
public:
    Filler(FilledPipeline &filled, const StepRegistry &registry) : m_filled(filled), m_registry(registry) {}

    void fill()
    {
        Pipeline &pipeline = *m_filled.m_filled;
        for (PipelineStep &step : pipeline.steps) {
            if (!holdsOpening(step))
                continue;
            m_step = step.id;
            m_type = m_registry.find(step.type);
            fillParams(step.params, {});
            for (Members &arguments : step.workerArguments)
                fillParams(arguments, "workerArguments");
        }
        pipeline.parameters.clear();
        pipeline.hasParameters = false;
        for (const std::string &name : m_filled.m_missing)
            m_filled.m_problems.push_back({Severity::Error, {}, {}, missingText(name)});
        for (const PipelineParameter &parameter : m_filled.m_drawn.parameters)
            if (!m_filled.m_used.contains(parameter.name))
                m_filled.m_problems.push_back({Severity::Warning,
                                               {},
                                               {},
                                               "No step uses the parameter \"" + parameter.name + "\"; write ${"
                                                   + parameter.name + "} where its value belongs, or remove it."});
    }

    static std::string missingText(const std::string &name)
    {
        return "The parameter \"" + name + "\" has no value; give it a default, or run with --param " + name
               + "=VALUE.";
    }

private:
    void fillParams(Members &params, const std::string &blamed)
    {
        for (auto &[name, value] : params) {
            const Param *param = m_type ? m_type->param(name) : nullptr;
            if (param && param->isSecret)
                continue;
            m_blamed = blamed.empty() ? name : blamed;
            m_isLenient = !m_type || (param && hasOwnBraces(*param));
            if (holdsOpening(value))
                value = param ? fitting(*param, value) : filled(value);
        }
    }

    /// As the parameter takes it, where a value may be read as text or as something else.
    Value fitting(const Param &param, const Value &value)
    {
        if (value.isText() && isText(param.kind))
            return filledText(value.toText());
        Value whole = filled(value);
        if (!value.isText() || param.problemOf(whole).empty())
            return whole;
        const auto reference = nextReference(value.toText(), 0);
        const PipelineParameter *named = reference ? declared(reference->name) : nullptr;
        if (!named || !valueOf(*named))
            return whole;
        const std::string text = filledText(value.toText());
        for (Value other : {Value(text), param.fromText(text)})
            if (param.problemOf(other).empty())
                return other;
        return whole;
    }

    Value filled(const Value &value)
    {
        if (value.isText()) {
            const auto reference = nextReference(value.toText(), 0);
            const bool isWhole = reference && reference->begin == 0 && reference->end == value.toText().size();
            if (const PipelineParameter *named = isWhole ? declared(reference->name) : nullptr;
                named && valueOf(*named)) {
                m_filled.m_used.insert(named->name);
                return *valueOf(*named);
            }
            return filledText(value.toText());
        }
        if (value.isList()) {
            List list;
            for (const Value &entry : value.toList())
                list.push_back(holdsOpening(entry) ? filled(entry) : entry);
            return list;
        }
        if (!value.isObject() || secretReferenceOf(value))
            return value;
        Members members;
        for (const auto &[name, member] : value.toObject())
            members.emplace_back(name, holdsOpening(member) ? filled(member) : member);
        return members;
    }

    std::string filledText(std::string_view text)
    {
        std::string made;
        size_t at = 0;
        while (const auto reference = nextReference(text, at)) {
            const PipelineParameter *named = declared(reference->name);
            const bool isLeft = m_isLenient && !named;
            const size_t dollar = reference->isEscaped && !isLeft ? 1 : 0;
            made += text.substr(at, reference->begin - at - dollar);
            at = reference->end;
            if (reference->isEscaped || isLeft)
                made += text.substr(reference->begin, reference->end - reference->begin);
            else
                made += named ? valueText(*named, *reference, text) : undeclared(*reference, text);
        }
        made += text.substr(at);
        return made;
    }

    std::string valueText(const PipelineParameter &named, const Reference &reference, std::string_view text)
    {
        m_filled.m_used.insert(named.name);
        if (named.given || named.initial)
            return textOf(named);
        m_filled.m_missing.insert(named.name);
        return left(reference, text);
    }

    std::string undeclared(const Reference &reference, std::string_view text)
    {
        const std::string name(reference.name);
        if (m_told.insert({m_step, m_blamed + '/' + name}).second)
            m_filled.m_problems.push_back({Severity::Error, m_step, m_blamed,
                                           "This pipeline has no parameter \"" + name + '"'
                                               + namesText(m_filled.m_drawn, name) + " For the text ${" + name
                                               + "} itself write $${" + name + "}."});
        return left(reference, text);
    }

    std::string left(const Reference &reference, std::string_view text)
    {
        m_filled.m_open.insert({m_step, m_blamed});
        return std::string(text.substr(reference.begin, reference.end - reference.begin));
    }

    const PipelineParameter *declared(std::string_view name) const { return m_filled.m_drawn.parameter(name); }

    FilledPipeline &m_filled;
    const StepRegistry &m_registry;
    std::string m_step, m_blamed; ///< what is filled now
    const StepType *m_type = nullptr;
    bool m_isLenient = false;
    std::set<std::pair<std::string, std::string>> m_told;
};

FilledPipeline::FilledPipeline(const Pipeline &pipeline, const StepRegistry &registry) : m_drawn(pipeline)
{
    const auto needsFilling = [](const PipelineStep &step) { return holdsOpening(step); };
    if (pipeline.isFilled || (pipeline.parameters.empty() && std::ranges::none_of(pipeline.steps, needsFilling)))
        return;
    m_filled = pipeline;
    m_filled->isFilled = true;
    Filler(*this, registry).fill();
}

std::string FilledPipeline::missing() const
{
    return m_missing.empty() ? std::string() : Filler::missingText(*m_missing.begin());
}

bool isParameterName(std::string_view name)
{
    const auto isAllowed = [](char c) { return isNameLetter(c) || (c >= '0' && c <= '9') || c == '-'; };
    return !name.empty() && isNameLetter(name.front()) && std::ranges::all_of(name, isAllowed);
}

Result<> giveParameter(Pipeline &pipeline, const std::string &assignment)
{
    const size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
        return failure(ErrorKind::Call, "--param " + assignment + ": it has to be NAME=VALUE.");
    const std::string name = assignment.substr(0, equals), text = assignment.substr(equals + 1);
    PipelineParameter *parameter = pipeline.parameter(name);
    if (!parameter)
        return failure(ErrorKind::Call, "--param " + assignment + ": this pipeline has no parameter \"" + name + '"'
                                            + namesText(pipeline, name));
    const std::string_view expected =
        parameter->initial ? expectedLike(*parameter->initial, readJson(text)) : std::string_view();
    if (!expected.empty())
        return failure(ErrorKind::Call,
                       "--param " + assignment + ": it has to be " + std::string(expected) + ", as its default is.");
    parameter->given = text;
    return {};
}

} // namespace millrace
