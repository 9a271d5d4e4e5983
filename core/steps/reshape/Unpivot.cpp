// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

/// Makes rows of columns: an item for each of some fields.
class Unpivot final : public Step
{
public:
    static void describe(StepBuilder<Unpivot> &step)
    {
        step.id("unpivot").title("Columns to rows").family(Family::Transform).icon("table");
        step.help("Makes an item of each of some fields, with its name in one field and its value in another: of "
                  "{city, 2023, 2024} with {\"fields\": [\"2023\", \"2024\"]} become two items {city, name, value}. "
                  "The other "
                  "fields are the same in all of them.");
        step.synonyms({"melt", "wide to long", "reshape", "columns to rows", "gather", "transpose", "normalize"});
        step.changesItemCount();
        step.param("fields", &Unpivot::m_fields).required().help("The fields that become items.");
        step.param("name", &Unpivot::m_name).kind(ParamKind::FieldName).help("The field that gets their names.");
        step.param("value", &Unpivot::m_value).kind(ParamKind::FieldName).help("The field that gets their values.");
        step.param("dropNulls", &Unpivot::m_dropNulls)
            .help("Whether fields that are null, or that an item doesn't have, make no item.");
    }
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        return context.input ? schemaAfter(*context.input) : nullptr;
    }
    std::string summary() const override;

private:
    bool isUsed(const std::string &field) const { return std::ranges::find(m_fields, field) != m_fields.end(); }
    SchemaPtr schemaAfter(const Schema &input) const;

    std::vector<std::string> m_fields;
    std::string m_name = "name", m_value = "value";
    bool m_dropNulls = false;
};

SchemaPtr Unpivot::schemaAfter(const Schema &input) const
{
    std::vector<Field> fields;
    std::optional<ValueType> type;
    for (const Field &field : input.fields()) {
        if (isUsed(field.name))
            type = type && *type != field.type ? ValueType::Null : field.type;
        else if (field.name != m_name && field.name != m_value)
            fields.push_back(field);
    }
    fields.push_back({m_name, ValueType::Text});
    fields.push_back({m_value, type.value_or(ValueType::Null)});
    return input.with(std::move(fields));
}

Result<> Unpivot::process(Batch &batch)
{
    const Schema &input = *batch.schema();
    std::vector<const Column *> columns;
    for (const std::string &name : m_fields) {
        const auto place = input.find(name);
        if (!place && !input.isOpen())
            return failure(ErrorKind::Field, noFieldMessage(name, input));
        columns.push_back(place ? &batch.column(*place) : nullptr);
    }
    const SchemaPtr schema = schemaAfter(input);
    std::vector<uint32_t> rows;
    Column names(ColumnType::Text), values(schema->columnTypes().back());
    for (uint32_t row = 0; row < batch.size(); ++row)
        for (size_t i = 0; i < columns.size(); ++i) {
            const bool isNull = !columns[i] || columns[i]->isNull(row);
            if (isNull && m_dropNulls)
                continue;
            rows.push_back(row);
            names.appendText(m_fields[i]);
            if (isNull)
                values.appendNull();
            else
                values.appendRows(*columns[i], std::span(&row, 1));
        }
    std::vector<Column> made;
    for (size_t i = 0; i + 2 < schema->size(); ++i) {
        const Column &other = batch.column(*input.find(schema->field(i).name));
        made.emplace_back(other.type());
        made.back().appendRows(other, rows);
    }
    made.push_back(std::move(names));
    made.push_back(std::move(values));
    batch.expandRows(rows);
    batch.setColumns(schema, std::move(made));
    return {};
}

void Unpivot::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkFields(context, "fields", m_fields, problems);
    if (m_name.empty() || m_value.empty() || m_name == m_value)
        problems.push_back({true, "name", "Names and values need a field each, of different names."});
    for (const std::string &field : {m_name, m_value})
        if (context.input && context.input->find(field) && !isUsed(field))
            problems.push_back({false, "name", "The field " + inQuotes(field) + " is there already, and is replaced."});
}

std::string Unpivot::summary() const
{
    std::string text;
    for (const std::string &field : m_fields)
        text += (text.empty() ? "" : ", ") + field;
    return text;
}

void registerUnpivot(StepRegistry &registry)
{
    registry.add<Unpivot>();
}

} // namespace millrace
