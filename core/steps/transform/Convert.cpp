// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "formats/text/ConvertValue.h"
#include "steps/SchemaStep.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <optional>

namespace millrace {

namespace {

std::optional<ValueType> typeNamed(std::string_view name)
{
    for (const ValueType type :
         {ValueType::Integer, ValueType::Real, ValueType::Text, ValueType::Boolean, ValueType::Timestamp}) {
        if (typeName(type) == name)
            return type;
    }
    return {};
}

std::string wrongTypeMessage(const std::string &field, const std::string &type)
{
    return field + ": " + inQuotes(type)
           + " is no type to convert to; choose integer, real, text, boolean or timestamp.";
}

const char *nounFor(ValueType type)
{
    switch (type) {
    case ValueType::Integer: return "an integer";
    case ValueType::Real: return "a number";
    case ValueType::Boolean: return "true or false";
    case ValueType::Text: return "something that can be written as text";
    default: return "an ISO 8601 timestamp";
    }
}

struct Target
{
    size_t column = 0;
    ValueType type = ValueType::Text;
};

struct Conversion
{
    std::vector<Target> targets;
    SchemaPtr output;
};

} // namespace

/// Turns fields into other types. A row that fails in one field keeps all.
class Convert final : public SchemaStep<Conversion>
{
public:
    static void describe(StepBuilder<Convert> &step)
    {
        step.id("convert").title("Convert types").family(Family::Transform).icon("convert");
        step.help("Turns the values of fields into another type: texts are read as numbers, true or false (also yes, "
                  "no, 1, 0) or "
                  "ISO 8601 timestamps; numbers and others are written as text. Null stays null. A value that can't be "
                  "converted without a loss is a failed item.");
        step.synonyms({"cast", "type", "parse", "number", "integer", "date", "timestamp", "string"});
        step.keepsItemsOnError();
        step.param("types", &Convert::m_types)
            .required()
            .title("Types")
            .help("The new type of each field: integer, real, text, boolean or timestamp.");
    }
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override;

private:
    struct Fault
    {
        size_t row = 0;
        std::string message;
    };

    Result<Conversion> planFor(const Schema &input) const override;
    void convert(Batch &batch, const Target &target);
    void addFault(const Batch &batch, size_t row, const Target &target);

    TextPairs m_types;

    std::vector<Fault> m_faults; ///< of the batch at hand
};

Result<Conversion> Convert::planFor(const Schema &schema) const
{
    std::vector<Target> targets;
    std::vector<Field> fields = schema.fields();
    for (const auto &[name, type] : m_types) {
        const auto column = schema.find(name);
        const auto known = typeNamed(type);
        if (!column)
            return failure(ErrorKind::Field, noFieldMessage(name, schema));
        if (!known)
            return failure(ErrorKind::Settings, wrongTypeMessage(name, type));
        targets.push_back({*column, *known});
        fields[*column].type = *known;
    }
    return Conversion{std::move(targets), std::make_shared<const Schema>(std::move(fields))};
}

Result<> Convert::process(Batch &batch)
{
    const auto plan = planOf(batch);
    if (!plan)
        return plan.forward();
    const auto &[targets, output] = **plan;
    m_faults.clear();
    std::vector<Column> before; // shared with the batch, for rows that fail
    before.reserve(targets.size());
    for (const Target &target : targets) {
        before.push_back(batch.column(target.column));
        convert(batch, target);
    }
    std::vector<bool> isSaid(m_faults.empty() ? 0 : batch.size());
    for (Fault &fault : m_faults) {
        if (isSaid[fault.row])
            continue;
        isSaid[fault.row] = true;
        for (size_t i = 0; i < targets.size(); ++i)
            batch.columnToChange(targets[i].column).setValue(fault.row, before[i].value(fault.row));
        batch.fail(fault.row, ErrorKind::Type, std::move(fault.message));
    }
    batch.setSchema(output);
    return {};
}

void Convert::convert(Batch &batch, const Target &target)
{
    const Column &column = batch.column(target.column);
    const ColumnType wanted = columnTypeFor(target.type);
    if (column.type() == wanted && wanted != ColumnType::Any)
        return;
    Column converted = batch.takeSpare(wanted);
    converted.reserve(batch.size());
    Value value;
    for (size_t row = 0; row < batch.size(); ++row) {
        const bool isText = column.type() == ColumnType::Text && !column.isNull(row);
        const bool isDone = isText ? convertText(column.text(row), target.type, value)
                                   : convertValue(column.value(row), target.type, value);
        if (!isDone)
            addFault(batch, row, target);
        if (!isDone || value.isNull())
            converted.appendNull();
        else if (wanted == ColumnType::Integer)
            converted.appendInteger(value.toInteger());
        else if (wanted == ColumnType::Real)
            converted.appendReal(value.toReal());
        else
            converted.append(value);
    }
    batch.columnToChange(target.column) = std::move(converted);
}

void Convert::addFault(const Batch &batch, size_t row, const Target &target)
{
    const Value value = batch.column(target.column).value(row);
    const std::string text = value.isText() ? inQuotes(value.toText()) : describeValue(value);
    m_faults.push_back(
        {row, batch.schema()->field(target.column).name + ": " + text + " is not " + nounFor(target.type)});
}

void Convert::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    std::vector<std::string> names;
    for (const auto &[name, type] : m_types) {
        names.push_back(name);
        if (!typeNamed(type))
            problems.push_back({true, "types", wrongTypeMessage(name, type)});
    }
    checkFields(context, "types", names, problems);
}

std::string Convert::summary() const
{
    std::string text;
    for (const auto &[name, type] : m_types)
        text += (text.empty() ? "" : ", ") + name + ": " + type;
    return text;
}

void registerConvert(StepRegistry &registry)
{
    registry.add<Convert>();
}

} // namespace millrace
