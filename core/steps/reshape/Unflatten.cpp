// SPDX-License-Identifier: MIT
#include "data/MadeItems.h"
#include "data/text/Quote.h"
#include "steps/StepBuilder.h"

#include <algorithm>
#include <memory>

namespace millrace {

namespace {

/// An object that is being put together.
struct GrowingObject
{
    std::vector<std::string> order;
    std::vector<Value> values;
    std::vector<std::unique_ptr<GrowingObject>> objects; ///< null: a value stands there

    /// The member's place; one more where there is none.
    size_t placeOf(std::string_view name)
    {
        const auto known = std::ranges::find(order, name);
        if (known != order.end())
            return size_t(known - order.begin());
        order.emplace_back(name);
        values.emplace_back();
        objects.emplace_back();
        return order.size() - 1;
    }
    Value toValue()
    {
        Members members;
        for (size_t i = 0; i < order.size(); ++i)
            members.emplace_back(std::move(order[i]), objects[i] ? objects[i]->toValue() : std::move(values[i]));
        return Value(std::move(members));
    }
};

} // namespace

/// Makes objects of fields whose names have several parts.
class Unflatten final : public Step
{
public:
    static void describe(StepBuilder<Unflatten> &step)
    {
        step.id("unflatten").title("Nest fields").family(Family::Transform).icon("container");
        step.help("Makes objects of fields whose names have several parts, the reverse of flatten: of {\"user.name\": "
                  "\"Ada\", "
                  "\"user.age\": 36} becomes {\"user\": {\"name\": \"Ada\", \"age\": 36}}.");
        step.synonyms({"nest", "json", "objects", "structure"});
        step.changesItemCount(); // an item that fails is none of those that are made
        step.param("separator", &Unflatten::m_separator).required().help("What stands between the parts of a name.");
    }
    Result<> process(Batch &batch) override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override { return inQuotes(m_separator); }

private:
    /// False: a part of the name is a value already, or the other way round.
    bool add(GrowingObject &object, std::string_view name, const Value &value) const;

    std::string m_separator = ".";
    MadeItems m_made;
};

bool Unflatten::add(GrowingObject &object, std::string_view name, const Value &value) const
{
    GrowingObject *to = &object;
    for (size_t at = name.find(m_separator); at != std::string_view::npos; at = name.find(m_separator)) {
        const size_t before = to->order.size(), place = to->placeOf(name.substr(0, at));
        if (place < before && !to->objects[place])
            return false;
        if (!to->objects[place])
            to->objects[place] = std::make_unique<GrowingObject>();
        to = to->objects[place].get();
        name.remove_prefix(at + m_separator.size());
    }
    const size_t before = to->order.size(), place = to->placeOf(name);
    to->values[place] = value;
    return place == before;
}

Result<> Unflatten::process(Batch &batch)
{
    if (m_separator.empty())
        return failure(ErrorKind::Param, "The separator is empty; say what stands between the parts of a name.");
    const auto &fields = batch.schema()->fields();
    if (std::ranges::none_of(fields,
                             [this](const Field &field) { return field.name.find(m_separator) != std::string::npos; }))
        return {};
    m_made.begin(batch);
    for (uint32_t row = 0; row < batch.size(); ++row) {
        GrowingObject object;
        const std::string *wrong = nullptr;
        for (size_t i = 0; i < fields.size() && !wrong; ++i)
            if (!batch.column(i).isAbsent(row) && !add(object, fields[i].name, batch.column(i).value(row)))
                wrong = &fields[i].name;
        if (wrong)
            m_made.fail(
                {row,
                 ErrorKind::Fields,
                 "The field " + inQuotes(*wrong) + " would be a value and an object at once; rename one of them.",
                 {}});
        else
            m_made.add(row, object.toValue());
    }
    m_made.applyTo(batch);
    return {};
}

SchemaPtr Unflatten::outputSchema(const CheckContext &context) const
{
    if (!context.input || m_separator.empty())
        return nullptr;
    std::vector<Field> fields;
    for (const Field &field : context.input->fields()) {
        const size_t at = field.name.find(m_separator);
        const std::string name = field.name.substr(0, at);
        if (std::ranges::find(fields, name, &Field::name) != fields.end())
            continue;
        fields.push_back(field);
        if (at != std::string::npos)
            fields.back() = {name, ValueType::Object, field.role};
    }
    return context.input->with(std::move(fields));
}

void registerUnflatten(StepRegistry &registry)
{
    registry.add<Unflatten>();
}

} // namespace millrace
