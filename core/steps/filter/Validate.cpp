// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "expression/values/TextPattern.h"
#include "steps/keys/HoldingStep.h"
#include "steps/keys/ValueOrder.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"
#include "steps/StepExpression.h"

#include <algorithm>
#include <array>
#include <optional>

namespace millrace {

namespace {

constexpr const char *InvalidKind = "invalid";

struct TypeWord
{
    std::string_view word, article;
    bool (*fits)(const Value &);
};
constexpr std::array<TypeWord, 9> TypeWords{{
    {"text", "a text", [](const Value &value) { return value.isText(); }},
    {"number", "a number", [](const Value &value) { return value.isNumber(); }},
    {"integer", "an integer", [](const Value &value) { return value.isInteger(); }},
    {"real", "a real", [](const Value &value) { return value.isReal(); }},
    {"boolean", "a boolean", [](const Value &value) { return value.isBoolean(); }},
    {"timestamp", "a timestamp", [](const Value &value) { return value.isTimestamp(); }},
    {"bytes", "bytes", [](const Value &value) { return value.isBytes(); }},
    {"list", "a list", [](const Value &value) { return value.isList(); }},
    {"object", "an object", [](const Value &value) { return value.isObject(); }},
}};

/// Of the parameter `rules`. What isn't said isn't asked for.
struct ItemRule
{
    std::string field, pattern, expression, message;
    bool isRequired = false;
    const TypeWord *type = nullptr;
    Value least, most; ///< of a range; null: none

    static Result<ItemRule> read(const Value &value);
    Result<> set(const std::string &name, const Value &value);
    Result<> setRange(const Value &value);
};

Result<ItemRule> ItemRule::read(const Value &value)
{
    if (!value.isObject())
        return failure(ErrorKind::Param,
                       "is " + describeValue(value) + R"(; write it as {"field": "price", "required": true}.)");
    ItemRule rule;
    for (const auto &[name, member] : value.toObject())
        if (auto set = rule.set(name, member); !set)
            return set.forward();
    const bool asksField =
        rule.isRequired || rule.type || !rule.least.isNull() || !rule.most.isNull() || !rule.pattern.empty();
    if (asksField && rule.field.empty())
        return failure(ErrorKind::Param, R"(names no field; say in "field" whose values it is about.)");
    if (!asksField && rule.expression.empty())
        return failure(ErrorKind::Param,
                       R"(asks for nothing; give it "required", "type", "range", "pattern" or "expression".)");
    return rule;
}

Result<> ItemRule::set(const std::string &name, const Value &value)
{
    if (name == "range")
        return setRange(value);
    if (name == "required") {
        if (!value.isBoolean())
            return failure(ErrorKind::Param,
                           "has \"required\": " + toJson(value) + ", which is neither true nor false.");
        isRequired = value.toBoolean();
        return {};
    }
    std::string typeName;
    const std::array<std::pair<std::string_view, std::string *>, 5> texts{{{"field", &field},
                                                                           {"pattern", &pattern},
                                                                           {"expression", &expression},
                                                                           {"message", &message},
                                                                           {"type", &typeName}}};
    const auto found = std::ranges::find(texts, name, &std::pair<std::string_view, std::string *>::first);
    if (found == texts.end())
        return failure(ErrorKind::Param, "has the member " + inQuotes(name)
                                             + "; there are field, required, type, range, pattern, expression and "
                                               "message.");
    if (!value.isText())
        return failure(ErrorKind::Param, "has " + inQuotes(name) + ": " + toJson(value) + ", and must have a text.");
    *found->second = value.toText();
    if (name != "type")
        return {};
    const auto word = std::ranges::find(TypeWords, typeName, &TypeWord::word);
    if (word == TypeWords.end())
        return failure(ErrorKind::Param, "has the type " + inQuotes(typeName)
                                             + "; there are text, number, integer, real, boolean, timestamp, bytes, "
                                               "list and object.");
    type = &*word;
    return {};
}

Result<> ItemRule::setRange(const Value &value)
{
    const auto isBound = [](const Value &bound) { return bound.isNull() || bound.isNumber() || bound.isText(); };
    if (!value.isList() || value.toList().size() != 2 || !std::ranges::all_of(value.toList(), isBound))
        return failure(ErrorKind::Param, "has the range " + toJson(value)
                                             + "; write two numbers or texts, [least, most], null for no bound.");
    least = value.toList()[0];
    most = value.toList()[1];
    if (!least.isNull() && !most.isNull() && compareValues(least, most) > 0)
        return failure(ErrorKind::Param, "has the range " + toJson(value) + ", whose least is above its most.");
    return {};
}

/// The bound as it is compared with that value: a date in a text, where the value is a timestamp.
Value boundFor(const Value &bound, const Value &value)
{
    Timestamp moment;
    return value.isTimestamp() && bound.isText() && parseTimestamp(bound.toText(), moment) ? Value(moment) : bound;
}

/// What is wrong with a value in a range; empty: nothing.
std::string rangeProblem(const ItemRule &rule, const Value &value)
{
    for (const bool isLeast : {true, false}) {
        const Value &given = isLeast ? rule.least : rule.most;
        if (given.isNull())
            continue;
        const Value bound = boundFor(given, value);
        if (typeRank(bound.type()) != typeRank(value.type()))
            return "can't be compared with " + describeValue(given);
        const int order = compareValues(value, bound);
        if (isLeast ? order < 0 : order > 0)
            return std::string("must be ") + (isLeast ? "at least " : "at most ") + toPlain(given);
    }
    return {};
}

} // namespace

/// Fails items that break a rule, with all that they break.
class Validate final : public Step, public ComputesExpression
{
public:
    static void describe(StepBuilder<Validate> &step)
    {
        step.id("validate").title("Validate").family(Family::Filter).icon("validate");
        step.help("Looks whether items are as they should be. One that breaks rules fails, with all that it breaks, "
                  "and so leaves by \"error\" where failed items are routed. A rule names a field and what is asked "
                  "of it, for example [{\"field\": \"price\", \"required\": true, \"type\": \"number\", \"range\": "
                  "[0, null]}, {\"field\": \"zip\", \"pattern\": \"^[0-9]{5}$\", \"message\": \"no postcode\"}, "
                  "{\"expression\": \"from <= to\"}]. Where a field is null, only \"required\" is broken.");
        step.synonyms({"check", "verify", "assert", "schema", "quality", "constraint", "test"});
        step.keepsItemsOnError();
        step.param("rules", &Validate::m_rules)
            .required()
            .help("A list of objects: \"field\"; \"required\" (true); \"type\" (text, number, integer, real, boolean, "
                  "timestamp, bytes, list, object); \"range\" ([least, most], null for none); \"pattern\" (a regular "
                  "expression that is found in its text); \"expression\" (true for the item); \"message\" (said in "
                  "place of ours).");
    }
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    void close() override { m_compiled.clear(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override
    {
        const size_t count = m_rules.isList() ? m_rules.toList().size() : 0;
        return std::to_string(count) + (count == 1 ? " rule" : " rules");
    }

private:
    struct Compiled
    {
        ItemRule rule;
        std::optional<TextPattern> pattern;
        std::optional<ItemExpression> expression;
    };

    Result<std::vector<ItemRule>> rules() const;
    std::string problemOf(Compiled &rule, const Value &value) const;
    void askField(Compiled &rule, const Batch &batch);
    Result<> askExpression(Compiled &rule, const Batch &batch);
    void note(const Compiled &rule, size_t row, const std::string &problem);

    Value m_rules;
    std::vector<Compiled> m_compiled;
    std::vector<std::string> m_broken; ///< of each row of the batch at hand: what it breaks
    std::vector<uint8_t> m_verdicts;
    std::vector<ItemError> m_errors;
};

Result<std::vector<ItemRule>> Validate::rules() const
{
    if (!m_rules.isList() || m_rules.toList().empty())
        return failure(ErrorKind::Param,
                       R"(Rules are a list such as [{"field": "price", "required": true}]; give one at least.)");
    std::vector<ItemRule> rules;
    for (const Value &value : m_rules.toList()) {
        auto rule = ItemRule::read(value);
        if (!rule)
            return failure(ErrorKind::Param, "Rule " + std::to_string(rules.size() + 1) + ' ' + rule.error().message);
        rules.push_back(*std::move(rule));
    }
    return rules;
}

Result<> Validate::open(const StepContext &context)
{
    auto rules = this->rules();
    if (!rules)
        return rules.forward();
    m_compiled.clear();
    StepContext own = context;
    own.endsAtFailure = {}; // all that an item breaks is to be said
    for (ItemRule &rule : *rules) {
        Compiled &compiled = m_compiled.emplace_back();
        if (!rule.pattern.empty()) {
            auto pattern = TextPattern::compile(rule.pattern, {});
            if (!pattern)
                return pattern.forward();
            compiled.pattern.emplace(*std::move(pattern));
        }
        if (!rule.expression.empty()) {
            auto expression = openExpression(rule.expression, own);
            if (!expression)
                return expression.forward();
            compiled.expression.emplace(*std::move(expression));
        }
        compiled.rule = std::move(rule);
    }
    return {};
}

Result<> Validate::process(Batch &batch)
{
    m_broken.assign(batch.size(), {});
    for (Compiled &rule : m_compiled) {
        if (!rule.rule.field.empty())
            askField(rule, batch);
        if (rule.expression)
            if (auto asked = askExpression(rule, batch); !asked)
                return asked;
    }
    for (size_t row = 0; row < m_broken.size(); ++row)
        if (!m_broken[row].empty())
            batch.fail(row, InvalidKind, m_broken[row] + '.');
    return {};
}

void Validate::askField(Compiled &rule, const Batch &batch)
{
    const auto place = batch.schema()->find(rule.rule.field);
    for (size_t row = 0; row < batch.size(); ++row) {
        const Value value = place ? batch.column(*place).value(row) : Value();
        if (std::string problem = problemOf(rule, value); !problem.empty())
            note(rule, row, inQuotes(rule.rule.field) + ' ' + problem);
    }
}

/// Empty: nothing is wrong with it.
std::string Validate::problemOf(Compiled &compiled, const Value &value) const
{
    const ItemRule &rule = compiled.rule;
    if (value.isNull())
        return rule.isRequired ? "is missing" : "";
    const auto is = [&value] { return "is " + describeValue(value) + ", "; }; // only where there is something to say
    if (rule.type && !rule.type->fits(value))
        return is() + "and must be " + std::string(rule.type->article);
    if (std::string problem = rangeProblem(rule, value); !problem.empty())
        return is() + (problem.starts_with("must") ? "and " : "which ") + problem;
    if (!compiled.pattern)
        return {};
    if (!value.isText())
        return is() + "no text to look in for the pattern " + inQuotes(rule.pattern);
    switch (compiled.pattern->find(value.toText())) {
    case TextPattern::Answer::Found: break;
    case TextPattern::Answer::NotFound: return is() + "and doesn't fit the pattern " + inQuotes(rule.pattern);
    case TextPattern::Answer::GaveUp: return "can't be compared: " + gaveUpText(rule.field, rule.pattern);
    }
    return {};
}

Result<> Validate::askExpression(Compiled &rule, const Batch &batch)
{
    if (auto done = rule.expression->evaluateTruth(batch, m_verdicts, m_errors); !done)
        return done;
    for (const ItemError &error : m_errors) {
        note(rule, error.row, error.message);
        m_verdicts[error.row] = 1; // said already
    }
    for (size_t row = 0; row < batch.size(); ++row)
        if (!m_verdicts[row])
            note(rule, row, rule.rule.expression + " is not true");
    return {};
}

void Validate::note(const Compiled &rule, size_t row, const std::string &problem)
{
    std::string &broken = m_broken[row];
    broken.append(broken.empty() ? "" : "; ").append(rule.rule.message.empty() ? problem : rule.rule.message);
}

void Validate::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (m_rules.isNull())
        return; // that they are missing is said of every required parameter
    const auto rules = this->rules();
    if (!rules) {
        problems.push_back({true, "rules", rules.error().message});
        return;
    }
    for (size_t i = 0; i < rules->size(); ++i) {
        const size_t begin = problems.size();
        const ItemRule &rule = (*rules)[i];
        if (!rule.field.empty())
            checkFields(context, "rules", {rule.field}, problems);
        for (size_t j = begin; j < problems.size(); ++j)
            problems[j].isError &= rule.isRequired; // else it is as if it were null
        if (const auto pattern = TextPattern::compile(rule.pattern, {}); !pattern)
            problems.push_back({true, "rules", pattern.error().message});
        if (!rule.expression.empty())
            checkExpression(rule.expression, "rules", context, problems);
        for (size_t j = begin; j < problems.size(); ++j)
            problems[j].text.insert(0, "Rule " + std::to_string(i + 1) + ": ");
    }
}

void registerValidate(StepRegistry &registry)
{
    registry.add<Validate>();
}

} // namespace millrace
