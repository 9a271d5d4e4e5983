// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "expression/values/Arithmetic.h"
#include "expression/values/ValueReading.h"
#include "formats/text/ConvertValue.h"
#include "steps/HalfChangedBatch.h"
#include "steps/SchemaStep.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"
#include "steps/transform/DateForms.h"

#include <optional>
#include <utility>

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
    default: return "a timestamp"; // whose form is told
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
                  "timestamps (ISO 8601, or as told); numbers and others are written as text. Null stays null. A value "
                  "that can't be "
                  "converted without a loss is a failed item.");
        step.synonyms({"cast", "type", "parse", "number", "integer", "date", "timestamp", "string"});
        step.keepsItemsOnError();
        step.param("types", &Convert::m_types)
            .required()
            .title("Types")
            .help("The new type of each field: integer, real, text, boolean or timestamp.");
        step.param("format", &Convert::m_format)
            .title("Date format")
            .help("How texts write the timestamps that they become, and timestamps are written as texts, for example "
                  "dd.MM.yyyy HH:mm (MM is the month, mm the minute). Empty: ISO 8601.");
        step.param("zone", &Convert::m_zone)
            .title("Time zone")
            .help(
                "Whose clock the texts show that name no offset, for example Europe/Berlin; timestamps are written as "
                "text by it, too. Empty: UTC.");
        step.param("dayFirst", &Convert::m_isDayFirst)
            .title("Day first")
            .help("Reads 1/2/2024, 01.02.2024 13:30 and the like as 1 February. Without it (or a format) such a text "
                  "is a "
                  "failed item, for it might be 2 January.");
    }
    Result<> open(const StepContext &context) override;
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
    void restoreFailed(Batch &batch, const std::vector<Target> &targets, const std::vector<Column> &before);

    bool convertDate(const Value &value, ValueType type, Value &converted) const;

    TextPairs m_types;
    std::string m_format, m_zone;
    bool m_isDayFirst = false;

    DateForms m_forms;
    std::vector<Fault> m_faults; ///< of the batch at hand
};

Result<> Convert::open(const StepContext &context)
{
    auto forms = DateForms::make(m_format, m_zone, m_isDayFirst);
    if (!forms)
        return forms.forward();
    m_forms = *std::move(forms);
    return SchemaStep::open(context);
}

Result<Conversion> Convert::planFor(const Schema &schema) const
{
    std::vector<Target> targets;
    std::vector<Field> fields = schema.fields();
    for (const auto &[name, type] : m_types) {
        const auto column = schema.find(name);
        const auto known = typeNamed(type);
        if (!column && !schema.isOpen())
            return failure(ErrorKind::Field, noFieldMessage(name, schema));
        if (!known)
            return failure(ErrorKind::Settings, wrongTypeMessage(name, type));
        if (!column)
            continue; // none of these items has it
        targets.push_back({*column, *known});
        fields[*column].type = *known;
    }
    return Conversion{std::move(targets), schema.with(std::move(fields))};
}

Result<> Convert::process(Batch &batch)
{
    const auto plan = planOf(batch);
    if (!plan)
        return plan.forward();
    const std::vector<Target> &targets = (*plan)->targets;
    m_faults.clear();
    std::vector<Column> before; // shared with the batch, for rows that fail
    before.reserve(targets.size());
    changeInPlace([&] {
        for (const Target &target : targets) {
            before.push_back(batch.column(target.column));
            convert(batch, target);
        }
        restoreFailed(batch, targets, before);
        batch.setSchema((*plan)->output);
    });
    return {};
}

/// Failed rows leave as they came in, in all fields; one fault a row is said.
void Convert::restoreFailed(Batch &batch, const std::vector<Target> &targets, const std::vector<Column> &before)
{
    std::vector<bool> isSaid(m_faults.empty() ? 0 : batch.size());
    for (Fault &fault : m_faults) {
        if (isSaid[fault.row])
            continue;
        isSaid[fault.row] = true;
        for (size_t i = 0; i < targets.size(); ++i)
            batch.columnToChange(targets[i].column).setValue(fault.row, before[i].value(fault.row));
        batch.fail(fault.row, ErrorKind::Type, std::move(fault.message));
    }
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
        const bool isDone = target.type == ValueType::Timestamp || target.type == ValueType::Text
                                ? convertDate(column.value(row), target.type, value)
                            : isText ? convertText(column.text(row), target.type, value)
                                     : convertValue(column.value(row), target.type, value);
        if (!isDone)
            addFault(batch, row, target);
        if (!isDone || value.isNull())
            converted.append(column.isAbsent(row) ? Value::absent() : Value());
        else if (wanted == ColumnType::Integer)
            converted.appendInteger(value.toInteger());
        else if (wanted == ColumnType::Real)
            converted.appendReal(value.toReal());
        else
            converted.append(value);
    }
    batch.columnToChange(target.column) = std::move(converted);
}

/// To a timestamp or a text: what of it is a date is read or written as told.
bool Convert::convertDate(const Value &value, ValueType type, Value &converted) const
{
    Timestamp moment;
    if (type == ValueType::Timestamp && value.isText() && m_forms.read(trimmed(value.toText()), moment))
        converted = Value(moment);
    else if (type == ValueType::Text && value.isTimestamp() && m_forms.hasFormat())
        converted = Value(m_forms.written(value.toTimestamp()));
    else
        return (type == ValueType::Text || !value.isText()) && convertValue(value, type, converted);
    return true;
}

void Convert::addFault(const Batch &batch, size_t row, const Target &target)
{
    const Value value = batch.column(target.column).value(row);
    std::string text = batch.schema()->field(target.column).name + ": ";
    text += value.isText() ? inQuotes(value.toText()) : describeValue(value);
    ExactNumber number;
    const ReadNumber read = value.isText() || value.isInteger() ? numberOf(value, number) : ReadNumber::NoNumber;
    if (target.type == ValueType::Real && (read == ReadNumber::TooLong || number.isLong)) {
        text += " would lose digits as a real";
    } else {
        text += " is not ";
        text += target.type == ValueType::Timestamp ? m_forms.noun() : nounFor(target.type);
    }
    m_faults.push_back({row, std::move(text)});
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
    if (const auto forms = DateForms::make(m_format, {}, m_isDayFirst); !forms)
        problems.push_back({true, "format", forms.error().message});
    if (const auto forms = DateForms::make({}, m_zone, m_isDayFirst); !forms)
        problems.push_back({true, "zone", forms.error().message});
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
