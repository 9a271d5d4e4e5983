// SPDX-License-Identifier: MIT
#include "formats/container/ContainerColumns.h"

#include "data/FieldLimit.h"

#include <unordered_map>
#include <unordered_set>

namespace millrace {

namespace {

/// Sorts the items of one of the container's lists into columns.
class ColumnCollector
{
public:
    ColumnCollector(Role role, std::string_view plainName) : m_role(role), m_plainName(plainName) {}

    /// First of all rows, so that each column has its type before the first value: values of one type are packed.
    void addFieldsOf(const Value &item)
    {
        if (item.isNull())
            return;
        if (!item.isObject())
            return addField(m_plainName, item.type());
        m_hasObjects = true;
        for (const auto &[name, value] : item.toObject())
            addField(name, value.type());
    }
    bool hasTooMany() const { return m_fields.size() > MostFields; }
    void makeColumns()
    {
        if (m_fields.empty() && !m_hasObjects)
            addField(m_plainName, ValueType::Null);
        for (const Field &field : m_fields)
            m_columns.emplace_back(columnTypeFor(field.type));
    }
    void addItem(const Value &item, size_t row)
    {
        if (item.isObject()) {
            for (const auto &[name, value] : item.toObject())
                m_columns[m_places.at(name)].append(value);
        } else if (!item.isNull()) { // among objects, null is one whose fields are all null
            m_columns[m_places.at(m_plainName)].append(item);
        }
        for (Column &column : m_columns) {
            if (column.size() == row)
                column.append(item.isNull() ? Value() : Value::absent());
        }
    }
    void moveTo(std::vector<Field> &fields, std::vector<Column> &columns)
    {
        std::unordered_set<std::string> taken;
        for (const Field &field : fields)
            taken.insert(field.name);
        for (size_t i = 0; i < m_fields.size(); ++i) {
            Field &field = m_fields[i];
            while (!taken.insert(field.name).second)
                field.name.insert(0, ExpectedPrefix);
            fields.push_back(std::move(field));
            columns.push_back(std::move(m_columns[i]));
        }
    }

private:
    void addField(const std::string &name, ValueType type)
    {
        const auto [found, isNew] = m_places.try_emplace(name, m_fields.size());
        if (isNew) {
            m_fields.push_back({name, type, m_role});
            m_isMixed.push_back(false);
            return;
        }
        ValueType &known = m_fields[found->second].type;
        if (type == ValueType::Null || type == known || m_isMixed[found->second])
            return;
        m_isMixed[found->second] = known != ValueType::Null;
        known = known == ValueType::Null ? type : ValueType::Null;
    }

    const Role m_role;
    const std::string m_plainName;
    std::vector<Field> m_fields;
    std::vector<bool> m_isMixed;
    std::unordered_map<std::string, size_t> m_places;
    std::vector<Column> m_columns;
    bool m_hasObjects = false;
};

/// The container's list of that name; null where it is left out.
Result<const List *> listOf(const Value &container, std::string_view name)
{
    const Value *const value = container.member(name);
    if (!value || value->isNull())
        return nullptr;
    if (!value->isList())
        return failure(ErrorKind::Parse, '"' + std::string(name) + "\" should be a list, but is of the type "
                                             + std::string(typeName(value->type())) + '.');
    return &value->toList();
}

Result<> collect(const List &items, ColumnCollector collector, std::vector<Field> &fields, std::vector<Column> &columns)
{
    for (const Value &item : items) {
        collector.addFieldsOf(item);
        if (collector.hasTooMany())
            return failure(ErrorKind::Parse,
                           "the items have more than " + std::to_string(MostFields)
                               + " different fields; names that differ from item to item are better values "
                                 "of a field.");
    }
    collector.makeColumns();
    for (size_t row = 0; row < items.size(); ++row)
        collector.addItem(items[row], row);
    collector.moveTo(fields, columns);
    return {};
}

std::string lengthProblem(std::string_view name, size_t length, size_t items)
{
    return '"' + std::string(name) + "\" has " + std::to_string(length) + " entries, \"data_inputs\" has "
           + std::to_string(items) + "; they must have the same length.";
}

} // namespace

Result<ContainerColumns> containerColumnsOf(const Value &container)
{
    if (!container.isObject())
        return failure(ErrorKind::Parse,
                       "the file should be an object with the list \"data_inputs\", but is of the type "
                           + std::string(typeName(container.type())) + '.');
    const auto ids = listOf(container, "ids"), inputs = listOf(container, "data_inputs"),
               outputs = listOf(container, "expected_outputs");
    for (const auto *list : {&ids, &inputs, &outputs}) {
        if (!*list)
            return list->forward();
    }
    if (!*inputs)
        return failure(ErrorKind::Parse, "the list \"data_inputs\" is missing.");
    ContainerColumns result;
    result.count = (*inputs)->size();
    if (*ids && (*ids)->size() != result.count)
        return failure(ErrorKind::Parse, lengthProblem("ids", (*ids)->size(), result.count));
    if (*outputs && (*outputs)->size() != result.count)
        return failure(ErrorKind::Parse, lengthProblem("expected_outputs", (*outputs)->size(), result.count));

    std::vector<Field> fields;
    if (auto done = collect(**inputs, ColumnCollector(Role::DataInput, ValueField), fields, result.columns); !done)
        return done.forward();
    if (*outputs) {
        ColumnCollector collector(Role::ExpectedOutput, ExpectedField);
        if (auto done = collect(**outputs, std::move(collector), fields, result.columns); !done)
            return done.forward();
    }
    result.schema = std::make_shared<const Schema>(std::move(fields));
    if (*ids) {
        result.hasIds = true;
        ColumnType type = ColumnType::Integer;
        for (const Value &id : **ids)
            type = id.isInteger() ? type : ColumnType::Any;
        result.ids.reset(type);
        for (const Value &id : **ids)
            result.ids.append(id);
    }
    return result;
}

} // namespace millrace
