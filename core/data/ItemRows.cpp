// SPDX-License-Identifier: MIT
#include "data/ItemRows.h"

#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace millrace {

SchemaPtr schemaOfItems(std::span<const Value> items)
{
    std::vector<Field> fields;
    std::vector<bool> isMixed;
    std::unordered_map<std::string, size_t> places;
    const auto note = [&](std::string_view name, const Value &value) {
        const auto [found, isNew] = places.try_emplace(std::string(name), fields.size());
        const size_t place = found->second;
        if (isNew) {
            fields.push_back({std::string(name), ValueType::Null});
            isMixed.push_back(false);
        }
        ValueType &type = fields[place].type;
        if (value.isNull() || isMixed[place] || type == value.type())
            return;
        isMixed[place] = type != ValueType::Null;
        type = isMixed[place] ? ValueType::Null : value.type();
    };
    for (const Value &item : items) {
        if (item.isObject())
            for (const auto &[name, value] : item.toObject())
                note(name, value);
        else
            note(ValueField, item);
    }
    return std::make_shared<const Schema>(std::move(fields));
}

void setItems(Batch &batch, const SchemaPtr &schema, std::span<const Value> items)
{
    batch.reset(schema);
    for (size_t i = 0; i < schema->size(); ++i) {
        const std::string &name = schema->field(i).name;
        Column &column = batch.columnToChange(i);
        for (const Value &item : items) {
            const Value *value = item.isObject() ? item.member(name) : name == ValueField ? &item : nullptr;
            if (value)
                column.append(*value);
            else
                column.appendAbsent();
        }
    }
    batch.setSize(items.size());
}

} // namespace millrace
