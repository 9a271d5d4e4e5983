// SPDX-License-Identifier: MIT
#include "steps/combine/JoinFields.h"

#include "data/FieldLimit.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <unordered_set>

namespace millrace {

namespace {

bool isIn(const std::vector<std::string> &names, const std::string &name)
{
    return std::ranges::find(names, name) != names.end();
}

/// The fields of the right side that go on, by the names they have there.
std::vector<Field> takenFields(const JoinSettings &settings, const Schema &right)
{
    std::vector<Field> taken;
    if (!settings.hasRightFields)
        return taken;
    for (const std::string &name : settings.fields) {
        const auto place = right.find(name);
        taken.push_back(place ? right.field(*place) : Field{name});
    }
    if (settings.fields.empty())
        std::ranges::copy_if(right.fields(), std::back_inserter(taken),
                             [&](const Field &field) { return !isIn(settings.rightKeys, field.name); });
    return taken;
}

} // namespace

bool JoinSettings::isNeeded(const std::string &name) const
{
    return isIn(rightKeys, name) || (hasRightFields && (fields.empty() || isIn(fields, name)));
}

Result<JoinFields> JoinFields::of(const JoinSettings &settings, const Schema &left, const Schema &right)
{
    JoinFields joined;
    std::vector<Field> fields = left.fields();
    joined.leftCount = fields.size();
    joined.keyOf.resize(fields.size(), NoKey);
    for (size_t i = 0; settings.keepsRight && i < settings.leftKeys.size(); ++i) {
        const auto place = left.find(settings.leftKeys[i]);
        if (!place)
            continue;
        joined.keyOf[*place] = i;
        const auto key = right.find(settings.rightKeys[i]);
        if (key && right.field(*key).type != fields[*place].type)
            fields[*place].type = ValueType::Null;
    }
    std::unordered_set<std::string> taken;
    for (const Field &field : fields)
        taken.insert(field.name);
    for (Field field : takenFields(settings, right)) {
        joined.fromRight.push_back(field.name);
        while (!taken.insert(field.name).second)
            field.name += settings.suffix.empty() ? "_right" : settings.suffix;
        fields.push_back(std::move(field));
    }
    if (fields.size() > MostFields && !joined.fromRight.empty())
        return failure(ErrorKind::Data, "Both sides have " + std::to_string(fields.size())
                                            + " fields together, more than the " + std::to_string(MostFields)
                                            + " that an item can have; name those that are wanted in \"fields\".");
    const bool isOpen = left.isOpen() || (right.isOpen() && settings.hasRightFields && settings.fields.empty());
    joined.output = std::make_shared<const Schema>(std::move(fields), isOpen);
    return joined;
}

std::string severalText(const JoinSettings &settings, const Batch &batch, size_t row)
{
    std::string text = "Several items of the right side match: ";
    for (size_t i = 0; i < settings.leftKeys.size(); ++i) {
        const auto place = batch.schema()->find(settings.leftKeys[i]);
        text += (i > 0 ? ", " : "") + inQuotes(settings.leftKeys[i]) + " is "
                + describeValue(place ? batch.column(*place).value(row) : Value());
    }
    return text + '.';
}

} // namespace millrace
