// SPDX-License-Identifier: MIT
#include "data/json/JsonReader.h"
#include "data/text/Quote.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

namespace millrace {

/// Reads a field's text as JSON.
class ParseJson final : public Step
{
public:
    static void describe(StepBuilder<ParseJson> &step)
    {
        step.id("parse.json").title("Parse JSON").family(Family::Transform).icon("json");
        step.help("Reads the text of a field as JSON: an object, a list, a number, and so on, for example {\"field\": "
                  "\"payload\"}. What isn't JSON fails its item, with the place in the text.");
        step.synonyms({"json", "decode", "parse", "payload", "deserialize"});
        step.param("field", &ParseJson::m_field)
            .kind(ParamKind::FieldName)
            .required()
            .help("The field that holds the text.");
        step.param("into", &ParseJson::m_into)
            .kind(ParamKind::FieldName)
            .help("The field that gets the value; nothing: the same.");
    }
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        if (!m_field.empty())
            checkFields(context, "field", {m_field}, problems);
    }
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        return context.input ? schemaAfter(*context.input) : nullptr;
    }
    std::string summary() const override { return m_into.empty() ? m_field : m_field + " → " + m_into; }

private:
    const std::string &target() const { return m_into.empty() ? m_field : m_into; }
    SchemaPtr schemaAfter(const Schema &input) const
    {
        std::vector<Field> fields = input.fields();
        const auto place = input.find(target());
        if (!place)
            fields.push_back({target()});
        fields[place.value_or(input.size())].type = ValueType::Null;
        return input.with(std::move(fields));
    }

    std::string m_field, m_into;
    JsonReader m_reader;
};

Result<> ParseJson::process(Batch &batch)
{
    const auto place = batch.schema()->find(m_field);
    if (!place && !batch.schema()->isOpen())
        return failure(ErrorKind::Field, noFieldMessage(m_field, *batch.schema()));
    if (!place)
        return {}; // none of these items has it
    const Column texts = batch.column(*place);
    Column values(ColumnType::Any);
    std::vector<ItemError> errors;
    const bool isText = texts.type() == ColumnType::Text;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        const Value text = isText && !texts.isNull(row) ? Value() : texts.value(row); // a long text is not copied
        if (isText ? texts.isNull(row) : text.isNull()) {
            values.append(text);
            continue;
        }
        if (!isText && !text.isText()) {
            errors.push_back(
                {row,
                 ErrorKind::Type,
                 "The field " + inQuotes(m_field) + " is " + describeValue(text) + ", no text to read as JSON.",
                 {}});
            values.append(Value());
            continue;
        }
        auto value = m_reader.parse(isText ? texts.text(row) : text.toText());
        if (!value)
            errors.push_back({row,
                              ErrorKind::Parse,
                              "The field " + inQuotes(m_field) + " isn't JSON: " + value.error().message,
                              {}});
        values.append(value ? *std::move(value) : Value());
    }
    const SchemaPtr schema = schemaAfter(*batch.schema());
    if (const auto to = batch.schema()->find(target())) {
        batch.columnToChange(*to) = std::move(values);
        batch.setSchema(schema);
    } else {
        batch.addColumn(schema, std::move(values));
    }
    for (ItemError &error : errors)
        batch.fail(error.row, std::move(error.kind), std::move(error.message));
    return {};
}

void registerParseJson(StepRegistry &registry)
{
    registry.add<ParseJson>();
}

} // namespace millrace
