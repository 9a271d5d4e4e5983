// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "expression/values/TextPattern.h"
#include "steps/keys/HoldingStep.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <numeric>
#include <optional>
#include <span>

namespace millrace {

/// Puts one text in place of another.
class Replace final : public Step
{
public:
    static void describe(StepBuilder<Replace> &step)
    {
        step.id("replace").title("Replace").family(Family::Transform).icon("replace");
        step.help("Replaces text within fields, wherever it is found: {\"fields\": [\"phone\"], \"find\": \" \", "
                  "\"with\": \"\"} leaves out blanks. With a regular expression (of Perl's notation) parts of what is "
                  "found can be used: {\"find\": \"(\\\\d+)\\\\.(\\\\d+)\", \"with\": \"$2-$1\", \"regex\": true}. A "
                  "null stays null.");
        step.synonyms({"substitute", "find", "regex", "regular expression", "sed", "clean", "strip"});
        step.param("fields", &Replace::m_fields)
            .help("Fields of texts, in which a value that is none fails its item; none: all texts of the data inputs.");
        step.param("find", &Replace::m_find).required().help("What to look for.");
        step.param("with", &Replace::m_with)
            .ownBraces()
            .help("What to put in its place. Of a regular expression's match $& is the whole, $1 or ${name} a group, "
                  "$$ a dollar sign.");
        step.param("regex", &Replace::m_isRegex).title("Regular expression").help("Whether it is one.");
        step.param("ignoreCase", &Replace::m_ignoresCase).help("Whether small and capital letters are the same.");
    }
    Result<> open(const StepContext &) override
    {
        auto compiled = TextPattern::compile(m_find, {.isLiteral = !m_isRegex, .ignoresCase = m_ignoresCase});
        if (!compiled)
            return compiled.forward();
        m_pattern.emplace(*std::move(compiled));
        auto with = replacement(*m_pattern);
        if (!with)
            return with.forward();
        m_replacement = *std::move(with);
        return {};
    }
    Result<> process(Batch &batch) override;
    void close() override { m_pattern.reset(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override
    {
        return inQuotes(m_find) + " → " + inQuotes(m_with) + (m_fields.empty() ? "" : " in " + joined(m_fields));
    }

private:
    Result<Replacement> replacement(const TextPattern &pattern) const
    {
        return m_isRegex ? Replacement::of(m_with, pattern) : Result<Replacement>(Replacement::literal(m_with));
    }
    void replaceIn(Batch &batch, size_t place, bool isNamed);
    /// Of a row's text, to m_result. False: it stays as it is.
    bool replaceIn(Batch &batch, size_t row, std::string_view text, const std::string &name);

    std::vector<std::string> m_fields;
    std::string m_find, m_with;
    bool m_isRegex = false, m_ignoresCase = false;
    std::optional<TextPattern> m_pattern;
    Replacement m_replacement = Replacement::literal({});
    std::string m_result;
};

Result<> Replace::process(Batch &batch)
{
    const SchemaPtr schema = batch.schema();
    if (auto known = requireFields(*schema, m_fields); !known)
        return known;
    for (const std::string &name : m_fields)
        if (const auto place = schema->find(name))
            replaceIn(batch, *place, true);
    if (m_fields.empty())
        for (size_t place = 0; place < schema->size(); ++place)
            if (schema->field(place).role == Role::DataInput)
                replaceIn(batch, place, false);
    return {};
}

void Replace::replaceIn(Batch &batch, size_t place, bool isNamed)
{
    const Column texts = batch.column(place);
    const std::string name = batch.schema()->field(place).name;
    const bool isText = texts.type() == ColumnType::Text;
    if (!isText && !isNamed && texts.type() != ColumnType::Any)
        return;
    Column results;
    const auto begin = [&](size_t rows) { // as it is up to there
        std::vector<uint32_t> before(rows);
        std::iota(before.begin(), before.end(), 0u);
        results.reset(texts.type());
        results.appendRows(texts, before);
    };
    bool isChanged = false;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        const Value value = isText ? Value() : texts.value(row);
        bool isReplaced = false;
        if (isText || value.isText())
            isReplaced = !texts.isNull(row) && replaceIn(batch, row, isText ? texts.text(row) : value.toText(), name);
        else if (isNamed && !value.isNull())
            batch.fail(row, ErrorKind::Type,
                       "The field " + inQuotes(name) + " is " + describeValue(value) + ", no text to replace in.");
        if (isReplaced && !isChanged) {
            begin(row);
            isChanged = true;
        }
        if (isReplaced && isText)
            results.appendText(m_result);
        else if (isReplaced)
            results.append(Value(m_result));
        else if (isChanged)
            results.appendRows(texts, std::span(&row, 1));
    }
    if (isChanged)
        batch.columnToChange(place) = std::move(results);
}

bool Replace::replaceIn(Batch &batch, size_t row, std::string_view text, const std::string &name)
{
    const auto answer = replaceAll(*m_pattern, m_replacement, text, m_result);
    if (answer == TextPattern::Answer::GaveUp)
        batch.fail(row, ErrorKind::Timeout, gaveUpText(name, m_find));
    return answer == TextPattern::Answer::Found;
}

void Replace::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkFields(context, "fields", m_fields, problems);
    if (m_find.empty())
        return; // that it is missing is said of every required parameter
    const auto pattern = TextPattern::compile(m_find, {.isLiteral = !m_isRegex, .ignoresCase = m_ignoresCase});
    if (!pattern)
        problems.push_back({true, "find", pattern.error().message});
    else if (const auto with = replacement(*pattern); !with)
        problems.push_back({true, "with", with.error().message});
}

void registerReplace(StepRegistry &registry)
{
    registry.add<Replace>();
}

} // namespace millrace
