// SPDX-License-Identifier: MIT
#include "steps/transform/NumberStep.h"

#include "data/text/Quote.h"
#include "steps/HalfChangedBatch.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace millrace {

namespace {

bool isNumeric(ValueType type)
{
    return type == ValueType::Integer || type == ValueType::Real;
}

/// Whether integers stay integers by that number, as far as they have room for the result.
bool isWhole(const Value &by)
{
    const double real = by.toReal();
    return by.isInteger() || (real == std::trunc(real) && std::fabs(real) < Beyond64Bits);
}

} // namespace

Result<> NumberStep::open(const StepContext &context)
{
    m_id = context.stepId;
    m_log = context.log;
    if (!m_by.isNumber())
        return failure(ErrorKind::Settings, "\"by\" must be a number, not " + describeValue(m_by) + '.');
    m_real = m_by.toReal();
    m_isWhole = isWhole(m_by);
    m_whole = m_by.isInteger() ? m_by.toInteger() : m_isWhole ? int64_t(m_real) : 0;
    m_input.reset();
    return {};
}

Result<> NumberStep::process(Batch &batch)
{
    if (batch.schema() != m_input) {
        if (auto ready = useSchema(batch.schema()); !ready)
            return ready;
    }
    m_faults.clear();
    for (const Target &target : m_targets) {
        const Column &column = batch.column(target.column);
        const bool isPacked = column.type() == ColumnType::Integer || column.type() == ColumnType::Real;
        const bool mayBeTooLong = column.type() == ColumnType::Integer
                                  && std::ranges::any_of(column.integers(), [this](int64_t i) { return isTooLong(i); });
        if (!isPacked || !column.nulls().empty() || mayBeTooLong)
            findFaults(batch, target);
    }
    std::vector<Column> before; // shared, not copied, until the work begins
    if (!m_faults.empty()) {
        for (const Target &target : m_targets)
            before.push_back(batch.column(target.column));
    }
    changeInPlace([&] {
        for (const Target &target : m_targets)
            change(batch, target.column);
        if (m_output != m_input)
            batch.setSchema(m_output);
        if (!m_faults.empty())
            restoreFailed(batch, before);
    });
    if (m_log && !batch.isEmpty() && (m_fields.empty() || !m_targets.empty()))
        sayIfIdle(batch);
    return {};
}

/// What is no number is left alone, which nobody might notice where nothing else is there. By the first items.
void NumberStep::sayIfIdle(const Batch &batch)
{
    RunLog &log = *std::exchange(m_log, nullptr);
    const auto hasWork = [&](const Target &target) {
        const Column &column = batch.column(target.column);
        if (column.type() != ColumnType::Any)
            return column.type() != ColumnType::Text;
        const std::span<const Value> values = column.values();
        return std::any_of(values.begin(), values.end(), [this](const Value &value) { return isWorkedOn(value); });
    };
    if (!m_faults.empty() || std::any_of(m_targets.begin(), m_targets.end(), hasWork))
        return;
    const bool isMultiply = m_operation == Operation::Multiply;
    std::string text = "No data input is a number, so nothing is ";
    text += isMultiply ? "multiplied" : "added";
    if (!m_targets.empty()) {
        const Target &first = m_targets.front();
        text += "; " + batch.schema()->field(first.column).name + " is "
                + describeValue(batch.column(first.column).value(0)) + ", for example";
    }
    log.warn(m_id, text + ". Convert it first (\"convert\").");
}

/// Finds the columns to work on, once for each schema.
Result<> NumberStep::useSchema(const SchemaPtr &schema)
{
    m_targets.clear();
    m_input.reset();
    for (const std::string &name : m_fields) {
        const auto column = schema->find(name);
        if (!column && schema->isOpen())
            continue; // none of these items has it
        if (!column)
            return failure(ErrorKind::Field, noFieldMessage(name, *schema));
        m_targets.push_back({*column, true});
    }
    if (m_fields.empty()) {
        for (size_t i = 0; i < schema->size(); ++i) {
            if (schema->field(i).role == Role::DataInput)
                m_targets.push_back({i, false});
        }
        if (m_targets.size() == 1)
            m_targets[0].isOnlyInput = true;
    }
    m_output = changedSchema(schema, m_targets);
    m_input = schema;
    return {};
}

/// With a fraction, integers become reals.
SchemaPtr NumberStep::changedSchema(const SchemaPtr &schema, const std::vector<Target> &targets) const
{
    std::vector<Field> fields = schema->fields();
    for (const Target &target : targets) {
        if (!m_isWhole && fields[target.column].type == ValueType::Integer)
            fields[target.column].type = ValueType::Real;
    }
    return fields == schema->fields() ? schema : schema->with(std::move(fields));
}

/// Whether the result has more than 64 bits.
bool NumberStep::isTooLong(int64_t integer) const
{
    int64_t result = 0;
    return m_isWhole
           && (m_operation == Operation::Multiply ? __builtin_mul_overflow(integer, m_whole, &result)
                                                  : __builtin_add_overflow(integer, m_whole, &result));
}

bool NumberStep::isTooLong(const Value &value) const
{
    if (value.isList())
        return std::ranges::any_of(value.toList(), [this](const Value &each) { return isTooLong(each); });
    return value.isInteger() && isTooLong(value.toInteger());
}

void NumberStep::addLongFault(const Batch &batch, size_t row, const Target &target, const Value &value)
{
    const std::string_view sign = m_operation == Operation::Multiply ? " * " : " + ";
    m_faults.push_back({row, batch.schema()->field(target.column).name + ": " + describeValue(value) + std::string(sign)
                                 + operandText() + " has more digits than a number holds (64 bits)"});
}

/// Numbers, and lists wherever they hold what can be worked on.
bool NumberStep::isWorkedOn(const Value &value) const
{
    return value.isNumber() || value.isList();
}

/// Within lists texts are left alone unless the field was named; null is nowhere a number.
bool NumberStep::canChange(const Value &value) const
{
    if (value.isList())
        return std::all_of(value.toList().begin(), value.toList().end(),
                           [this](const Value &v) { return canChange(v); });
    return value.isNumber() || (m_fields.empty() && !value.isNull());
}

void NumberStep::findFaults(const Batch &batch, const Target &target)
{
    const Column &column = batch.column(target.column);
    const bool isNamed = !m_fields.empty();
    if (column.type() == ColumnType::Text && !isNamed)
        return;
    // A null in a column of numbers is a number that is missing; in one of texts it is none of our business.
    bool expectsNumbers = isNamed || target.isOnlyInput || column.type() != ColumnType::Any;
    if (!expectsNumbers) {
        const auto isOther = [this](const Value &value) { return !value.isNull() && !isWorkedOn(value); };
        const std::span<const Value> values = column.values();
        expectsNumbers =
            std::none_of(values.begin(), values.end(), isOther)
            && std::any_of(values.begin(), values.end(), [this](const Value &value) { return isWorkedOn(value); });
    }
    for (size_t row = 0; row < batch.size(); ++row) {
        if ((column.type() == ColumnType::Real && !column.isNull(row)) || column.isAbsent(row))
            continue;
        const Value value = column.value(row);
        if (isTooLong(value)) {
            addLongFault(batch, row, target, value);
            continue;
        }
        if (column.type() == ColumnType::Integer && !value.isNull())
            continue;
        if (value.isNull() ? expectsNumbers : !canChange(value))
            addFault(batch, row, target, value);
    }
}

void NumberStep::addFault(const Batch &batch, size_t row, const Target &target, const Value &value)
{
    const std::string what = value.isNull() ? "null" : value.isText() ? inQuotes(value.toText()) : describeValue(value);
    const bool isMultiply = m_operation == Operation::Multiply;
    std::string message =
        batch.schema()->field(target.column).name + ": " + what
        + (isMultiply ? " can't be multiplied by " : " can't be added to ") + operandText()
        + (value.isNull() ? "; fill in what is missing first (\"impute\")" : "; convert it first (\"convert\")")
        + ", or choose other \"fields\"";
    m_faults.push_back({row, std::move(message)});
}

void NumberStep::change(Batch &batch, size_t index) const
{
    Column &column = batch.columnToChange(index);
    switch (column.type()) {
    case ColumnType::Integer: changeIntegers(batch, index); break;
    case ColumnType::Real: {
        const std::span<double> reals = column.realsToChange();
        const double by = m_real;
        if (m_operation == Operation::Multiply) {
            for (double &real : reals)
                real *= by;
        } else {
            for (double &real : reals)
                real += by;
        }
        break;
    }
    case ColumnType::Text: break;
    case ColumnType::Any: changeValues(column); break;
    }
}

void NumberStep::changeIntegers(Batch &batch, size_t index) const
{
    Column &column = batch.columnToChange(index);
    const bool isMultiply = m_operation == Operation::Multiply;
    if (!m_isWhole) {
        Column reals = batch.takeSpare(ColumnType::Real);
        const std::span<const int64_t> from = column.integers();
        reals.resize(from.size());
        double *const to = reals.realsToChange().data();
        for (size_t i = 0; i < from.size(); ++i)
            to[i] = isMultiply ? double(from[i]) * m_real : double(from[i]) + m_real;
        for (size_t i = 0; i < column.nulls().size(); ++i) {
            if (column.nulls()[i] != 0)
                reals.setValue(i, column.value(i));
        }
        column = std::move(reals);
        return;
    }
    // All results fit where all operands lie between these, which is seen in one quick pass.
    const int64_t by = m_whole;
    int64_t least = INT64_MIN, most = INT64_MAX;
    if (isMultiply && by != 0 && by != 1) {
        const auto magnitude = by < 0 ? 0 - uint64_t(by) : uint64_t(by);
        most = int64_t(uint64_t(INT64_MAX) / magnitude);
        least = -most;
    } else if (!isMultiply) {
        (by < 0 ? least : most) -= by;
    }
    bool fits = true;
    for (const int64_t integer : column.integers())
        fits &= integer >= least && integer <= most;
    if (!fits) {
        column.convertToAny();
        changeValues(column);
        return;
    }
    const std::span<int64_t> integers = column.integersToChange();
    if (isMultiply) {
        for (int64_t &integer : integers)
            integer *= by;
    } else {
        for (int64_t &integer : integers)
            integer += by;
    }
}

void NumberStep::changeValues(Column &column) const
{
    for (Value &value : column.valuesToChange()) {
        if (isWorkedOn(value) && canChange(value))
            value = changed(value);
    }
}

Value NumberStep::changed(const Value &value) const
{
    if (value.isList()) {
        List list;
        list.reserve(value.toList().size());
        for (const Value &element : value.toList())
            list.push_back(changed(element));
        return Value(std::move(list));
    }
    if (!value.isNumber())
        return value;
    int64_t result = 0;
    const bool isMultiply = m_operation == Operation::Multiply;
    if (value.isInteger() && m_isWhole
        && !(isMultiply ? __builtin_mul_overflow(value.toInteger(), m_whole, &result)
                        : __builtin_add_overflow(value.toInteger(), m_whole, &result)))
        return Value(result);
    return Value(isMultiply ? value.toReal() * m_real : value.toReal() + m_real);
}

/// Failed rows leave as they came in, in all fields; one fault a row is said.
void NumberStep::restoreFailed(Batch &batch, const std::vector<Column> &before) const
{
    std::vector<bool> isSaid(batch.size());
    for (const Fault &fault : m_faults) {
        if (isSaid[fault.row])
            continue;
        isSaid[fault.row] = true;
        for (size_t i = 0; i < m_targets.size(); ++i)
            batch.columnToChange(m_targets[i].column).setValue(fault.row, before[i].value(fault.row));
        batch.fail(fault.row, ErrorKind::Type, fault.message);
    }
}

void NumberStep::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkFields(context, "fields", m_fields, problems);
    if (!m_fields.empty() || !context.input)
        return;
    const std::vector<Field> &fields = context.input->fields();
    const bool hasWork = std::any_of(fields.begin(), fields.end(), [](const Field &field) {
        const bool mayBe = isNumeric(field.type) || field.type == ValueType::List || field.type == ValueType::Null;
        return field.role == Role::DataInput && mayBe;
    });
    if (!hasWork)
        problems.push_back({false, "fields",
                            "No data input is a number, so nothing will change; convert one of "
                                + context.input->names() + " first (\"convert\")."});
}

SchemaPtr NumberStep::outputSchema(const CheckContext &context) const
{
    if (!context.input || !m_by.isNumber() || isWhole(m_by))
        return context.input;
    std::vector<Field> fields = context.input->fields();
    for (Field &field : fields) {
        const bool isTarget = m_fields.empty()
                                  ? field.role == Role::DataInput
                                  : std::find(m_fields.begin(), m_fields.end(), field.name) != m_fields.end();
        if (isTarget && field.type == ValueType::Integer)
            field.type = ValueType::Real;
    }
    return context.input->with(std::move(fields));
}

} // namespace millrace
