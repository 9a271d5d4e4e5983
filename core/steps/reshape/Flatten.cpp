// SPDX-License-Identifier: MIT
#include "data/MadeItems.h"
#include "data/text/Quote.h"
#include "steps/StepBuilder.h"

#include <algorithm>

namespace millrace {

/// Makes fields of the members of objects.
class Flatten final : public Step
{
public:
    static void describe(StepBuilder<Flatten> &step)
    {
        step.id("flatten").title("Flatten objects").family(Family::Transform).icon("columns");
        step.help(
            "Makes a field of each member of an object, also of objects within it: of {\"user\": {\"name\": \"Ada\"}} "
            "becomes {\"user.name\": \"Ada\"}. Lists stay as they are, and so do empty objects.");
        step.synonyms({"unnest", "normalize", "json", "objects", "columns", "expand"});
        step.changesItemCount(); // an item that fails is none of those that are made
        step.param("separator", &Flatten::m_separator).required().help("What stands between the names.");
        step.param("depth", &Flatten::m_depth)
            .range(0, 1000)
            .help("How many levels of objects become fields; 0: all. What is deeper stays an object.");
    }
    Result<> process(Batch &batch) override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override { return inQuotes(m_separator); }

private:
    void add(Members &members, const std::string &name, const Value &value, int64_t depth) const;

    std::string m_separator = ".";
    int64_t m_depth = 0;
    MadeItems m_made;
};

void Flatten::add(Members &members, const std::string &name, const Value &value, int64_t depth) const
{
    if (!value.isObject() || value.toObject().empty() || (m_depth > 0 && depth > m_depth)) {
        members.emplace_back(name, value);
        return;
    }
    for (const auto &[inner, member] : value.toObject())
        add(members, name + m_separator + inner, member, depth + 1);
}

Result<> Flatten::process(Batch &batch)
{
    const auto hasObjects = [&](size_t i) {
        const Column &column = batch.column(i);
        return column.type() == ColumnType::Any && std::ranges::any_of(column.values(), &Value::isObject);
    };
    bool isNeeded = false;
    for (size_t i = 0; i < batch.columnCount() && !isNeeded; ++i)
        isNeeded = hasObjects(i);
    if (!isNeeded)
        return {};
    m_made.begin(batch);
    for (uint32_t row = 0; row < batch.size(); ++row) {
        Members members;
        const Value item = batch.item(row);
        for (const auto &[name, value] : item.toObject())
            add(members, name, value, 1);
        std::vector<std::string_view> names;
        for (const auto &[name, value] : members)
            names.push_back(name);
        std::ranges::sort(names);
        const auto twice = std::ranges::adjacent_find(names);
        if (twice != names.end())
            m_made.fail(
                {row,
                 ErrorKind::Fields,
                 "Two values would be called " + inQuotes(*twice) + "; choose another separator, or rename a field.",
                 {}});
        else
            m_made.add(row, Value(std::move(members)));
    }
    m_made.applyTo(batch);
    return {};
}

SchemaPtr Flatten::outputSchema(const CheckContext &context) const
{
    const auto mayHoldObjects = [](const Field &field) {
        return field.type == ValueType::Null || field.type == ValueType::Object;
    };
    if (!context.input || std::ranges::any_of(context.input->fields(), mayHoldObjects))
        return nullptr; // which fields there will be is seen in the items only
    return context.input;
}

void registerFlatten(StepRegistry &registry)
{
    registry.add<Flatten>();
}

} // namespace millrace
