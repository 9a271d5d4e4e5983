// SPDX-License-Identifier: MIT
#include "steps/keys/NewFields.h"

#include <optional>
#include <utility>

namespace millrace {

std::vector<Field> fieldsWith(const Schema &input, std::span<const Field> added)
{
    std::vector<Field> fields = input.fields();
    for (const Field &field : added) {
        if (const auto place = input.find(field.name))
            fields[*place].type = field.type;
        else
            fields.push_back(field);
    }
    return fields;
}

void setFields(Batch &batch, std::span<const Field> added, std::vector<Column> columns)
{
    const SchemaPtr before = batch.schema();
    const SchemaPtr after = before->with(fieldsWith(*before, added));
    std::vector<Field> fields = before->fields();
    for (size_t i = 0; i < added.size(); ++i) {
        if (const auto place = before->find(added[i].name)) {
            batch.columnToChange(*place) = std::move(columns[i]);
            continue;
        }
        fields.push_back(added[i]);
        batch.addColumn(before->with(fields), std::move(columns[i]));
    }
    batch.setSchema(after);
}

} // namespace millrace
