// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

namespace millrace {

/// Makes of one item as many as a field has elements.
class Split final : public Step
{
public:
    static void describe(StepBuilder<Split> &step)
    {
        step.id("split").title("Split").family(Family::Transform).icon("dissolve");
        step.help(
            "Makes several items of one: one for each element of a list, each member of an object, or each part of a "
            "text, for example {\"field\": \"tags\", \"separator\": \";\"}. The other fields are the same in all of "
            "them; "
            "of the item 7 become 7.0, 7.1 and so on.");
        step.synonyms({"explode", "unnest", "unwind", "list", "elements", "separate", "flatten list"});
        step.changesItemCount();
        step.param("field", &Split::m_field).kind(ParamKind::FieldName).required().help("The field to split.");
        step.param("separator", &Split::m_separator)
            .help("What stands between the parts of a text; nothing: only lists and objects are split.");
        step.param("index", &Split::m_index)
            .kind(ParamKind::FieldName)
            .help("A field for the element's number, from 0, or its name in an object; nothing: none.");
        step.param("empty", &Split::m_empty)
            .choices({"keep", "drop"})
            .help("What becomes of items without any element, or with null there: one item with null, or none.");
    }
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        if (!m_field.empty())
            checkFields(context, "field", {m_field}, problems);
        if (!m_index.empty() && m_index == m_field)
            problems.push_back(
                {true, "index", "The number would take the place of the element; give it another field."});
    }
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        const auto place = context.input ? context.input->find(m_field) : std::nullopt;
        return place ? schemaAfter(*context.input, *place) : nullptr;
    }
    std::string summary() const override
    {
        return m_field + (m_separator.empty() ? "" : " at " + inQuotes(m_separator));
    }

private:
    struct Parts
    {
        std::vector<uint32_t> rows; ///< that each came from
        std::vector<uint32_t> numbers;
        Column values{ColumnType::Any}, names{ColumnType::Any};

        void add(uint32_t row, uint32_t number, const Value &value, const Value &name)
        {
            rows.push_back(row);
            numbers.push_back(number);
            values.append(value);
            names.append(name);
        }
    };

    SchemaPtr schemaAfter(const Schema &input, size_t place) const;
    /// False: it can't be split.
    bool addParts(Parts &parts, uint32_t row, const Value &value) const;

    std::string m_field, m_separator, m_index, m_empty = "keep";
};

SchemaPtr Split::schemaAfter(const Schema &input, size_t place) const
{
    std::vector<Field> fields = input.fields();
    fields[place].type = fields[place].type == ValueType::Text ? ValueType::Text : ValueType::Null;
    if (!m_index.empty() && !input.find(m_index))
        fields.push_back({m_index});
    return input.with(std::move(fields));
}

bool Split::addParts(Parts &parts, uint32_t row, const Value &value) const
{
    uint32_t count = 0;
    if (value.isList()) {
        for (const Value &element : value.toList()) {
            parts.add(row, count, element, Value(int64_t(count)));
            ++count;
        }
    } else if (value.isObject()) {
        for (const auto &[name, member] : value.toObject())
            parts.add(row, count++, member, Value(name));
    } else if (value.isText() && !m_separator.empty()) {
        const std::string_view text = value.toText();
        for (size_t begin = 0; !text.empty() && begin != std::string_view::npos;) {
            const size_t end = text.find(m_separator, begin);
            parts.add(row, count, Value(text.substr(begin, end - begin)), Value(int64_t(count)));
            ++count;
            begin = end == std::string_view::npos ? end : end + m_separator.size();
        }
    } else if (!value.isNull()) {
        return false;
    }
    if (count == 0 && m_empty == "keep")
        parts.add(row, 0, Value(), Value());
    return true;
}

Result<> Split::process(Batch &batch)
{
    const auto place = batch.schema()->find(m_field);
    if (!place && !batch.schema()->isOpen())
        return failure(ErrorKind::Field, noFieldMessage(m_field, *batch.schema()));
    if (!place) { // none of these items has it
        if (m_empty == "drop")
            batch.clearItems();
        return {};
    }
    Parts parts;
    std::vector<ItemError> errors;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        const Value value = batch.column(*place).value(row);
        if (!addParts(parts, row, value))
            errors.push_back({row,
                              ErrorKind::Type,
                              "The field " + inQuotes(m_field) + " is " + describeValue(value)
                                  + (value.isText() ? ", and no separator is given; give one, or make it a list."
                                                    : ", neither a list nor an object nor a text."),
                              {}});
    }
    std::vector<Column> columns;
    for (size_t i = 0; i < batch.columnCount(); ++i) {
        columns.emplace_back(batch.column(i).type());
        if (i != *place)
            columns.back().appendRows(batch.column(i), parts.rows);
    }
    Column ids(ColumnType::Any);
    for (size_t i = 0; i < parts.rows.size(); ++i)
        ids.append(Value(toPlain(batch.id(parts.rows[i])) + '.' + std::to_string(parts.numbers[i])));
    const SchemaPtr schema = schemaAfter(*batch.schema(), *place);
    columns[*place] = std::move(parts.values);
    if (!m_index.empty()) {
        const size_t index = *schema->find(m_index);
        columns.resize(schema->size());
        columns[index] = std::move(parts.names);
    }
    batch.expandRows(parts.rows);
    batch.setColumns(schema, std::move(columns));
    batch.setIds(std::move(ids));
    batch.errors() = std::move(errors);
    return {};
}

void registerSplit(StepRegistry &registry)
{
    registry.add<Split>();
}

} // namespace millrace
