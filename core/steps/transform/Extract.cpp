// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "expression/values/TextPattern.h"
#include "steps/keys/NewFields.h"
#include "steps/keys/PlainText.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace millrace {

/// Makes fields of the parts of a text.
class Extract final : public Step
{
public:
    static void describe(StepBuilder<Extract> &step)
    {
        step.id("extract").title("Extract").family(Family::Transform).icon("extract");
        step.help("Makes fields of the parts of a text that a regular expression (of Perl's notation) names, for "
                  "example {\"field\": \"line\", \"pattern\": \"(?<method>GET|POST) (?<path>\\\\S+)\"}. They are "
                  "texts; \"convert\" makes numbers or dates of them. A group that takes no part in the match is "
                  "null.");
        step.synonyms({"regex", "regular expression", "capture", "match", "grok", "parse", "log"});
        step.outputPorts({"out", "rejected"}).changesItemCount();
        step.param("field", &Extract::m_field).kind(ParamKind::FieldName).required().help("The field to look in.");
        step.param("pattern", &Extract::m_source)
            .required()
            .help("A regular expression with named groups, (?<name>…), each of which gives a field.");
        step.param("missing", &Extract::m_missing)
            .choices({"null", "reject", "fail"})
            .help("What becomes of items in which it isn't found: their new fields are null, they leave by "
                  "\"rejected\", or fail.");
    }
    Result<> open(const StepContext &) override
    {
        auto compiled = compile();
        if (!compiled)
            return compiled.forward();
        m_pattern.emplace(*std::move(compiled));
        m_fields = fieldsOf(*m_pattern);
        return {};
    }
    Result<> process(Batch &batch) override;
    void close() override { m_pattern.reset(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        if (!context.input)
            return nullptr;
        const auto pattern = compile();
        return pattern ? context.input->with(fieldsWith(*context.input, fieldsOf(*pattern))) : nullptr;
    }
    std::string summary() const override { return m_field + ": " + inQuotes(m_source); }

private:
    Result<TextPattern> compile() const;
    static std::vector<Field> fieldsOf(const TextPattern &pattern);
    TextPattern::Answer look(const Column *texts, size_t row);
    void append(bool isFound, std::vector<Column> &columns) const;

    std::string m_field, m_source, m_missing = "null";
    std::optional<TextPattern> m_pattern;
    std::vector<Field> m_fields; ///< that it gives
    std::string_view m_text;     ///< that was looked in last: of the column, or in m_room
    std::string m_room;
};

Result<TextPattern> Extract::compile() const
{
    auto pattern = TextPattern::compile(m_source, {});
    if (pattern && pattern->names().empty())
        return failure(ErrorKind::Param, "The pattern " + inQuotes(m_source)
                                             + " names no group, so that it gives no field; write (?<name>…) around "
                                               "what is wanted.");
    return pattern;
}

std::vector<Field> Extract::fieldsOf(const TextPattern &pattern)
{
    std::vector<Field> fields;
    for (const auto &group : pattern.names())
        if (std::ranges::find(fields, group.first, &Field::name) == fields.end())
            fields.push_back({group.first, ValueType::Text});
    return fields;
}

Result<> Extract::process(Batch &batch)
{
    const auto place = batch.schema()->find(m_field);
    if (!place && !batch.schema()->isOpen())
        return failure(ErrorKind::Field, noFieldMessage(m_field, *batch.schema()));
    const Column *const texts = place ? &std::as_const(batch).column(*place) : nullptr;
    std::vector<uint32_t> kept;
    std::vector<uint8_t> ports;
    std::vector<ItemError> errors;
    std::vector<Column> columns;
    for (size_t i = 0; i < m_fields.size(); ++i)
        columns.emplace_back(ColumnType::Text);
    for (uint32_t row = 0; row < batch.size(); ++row) {
        if (const Value *const held = texts && texts->type() == ColumnType::Any ? &texts->values()[row] : nullptr;
            held && (held->isList() || held->isObject() || held->isBytes())) {
            errors.push_back({row,
                              ErrorKind::Type,
                              "The field " + inQuotes(m_field) + " is " + describeValue(*held) + ", no text.",
                              {}});
            continue;
        }
        const auto answer = look(texts, row);
        if (answer == TextPattern::Answer::GaveUp) {
            errors.push_back({row, ErrorKind::Timeout, gaveUpText(m_field, m_source), {}});
            continue;
        }
        const bool isFound = answer == TextPattern::Answer::Found;
        if (!isFound && m_missing == "fail") {
            errors.push_back({row,
                              ErrorKind::Data,
                              "The field " + inQuotes(m_field) + " is "
                                  + describeValue(texts ? texts->value(row) : Value()) + ", in which the pattern "
                                  + inQuotes(m_source) + " isn't found.",
                              {}});
            continue;
        }
        append(isFound, columns);
        kept.push_back(row);
        ports.push_back(!isFound && m_missing == "reject" ? 1 : 0);
    }
    batch.keepRows(kept);
    setFields(batch, m_fields, std::move(columns));
    for (size_t row = 0; row < ports.size(); ++row)
        if (ports[row] != 0)
            batch.sendTo(row, ports[row]);
    if (!errors.empty())
        batch.errors() = std::move(errors);
    return {};
}

TextPattern::Answer Extract::look(const Column *texts, size_t row)
{
    if (!texts || texts->isNull(row))
        return TextPattern::Answer::NotFound;
    m_text = plainTextAt(*texts, row, m_room);
    return m_pattern->find(m_text);
}

void Extract::append(bool isFound, std::vector<Column> &columns) const
{
    for (size_t i = 0; i < m_fields.size(); ++i) {
        std::optional<std::pair<size_t, size_t>> place;
        for (const auto &[name, number] : m_pattern->names()) // of one name the first that takes part
            if (isFound && !place && name == m_fields[i].name)
                place = m_pattern->group(number);
        if (place)
            columns[i].appendText(m_text.substr(place->first, place->second - place->first));
        else
            columns[i].appendNull();
    }
}

void Extract::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (!m_field.empty())
        checkFields(context, "field", {m_field}, problems);
    if (m_source.empty())
        return; // that it is missing is said of every required parameter
    const auto pattern = compile();
    if (!pattern) {
        problems.push_back({true, "pattern", pattern.error().message});
        return;
    }
    for (const Field &field : fieldsOf(*pattern))
        if (context.input && context.input->find(field.name) && field.name != m_field)
            problems.push_back(
                {false, "pattern", "The field " + inQuotes(field.name) + " is there already, and is replaced."});
}

void registerExtract(StepRegistry &registry)
{
    registry.add<Extract>();
}

} // namespace millrace
