// SPDX-License-Identifier: MIT
#include "steps/model/ScaleFields.h"

#include "data/text/Quote.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

FieldModel::Fits ScaleFields::fits(ValueType type) const
{
    if (type == ValueType::Integer || type == ValueType::Real)
        return Fits::Yes;
    return type == ValueType::Null ? Fits::MayBe : Fits::No;
}

Result<> ScaleFields::prepare(const Members &learnt)
{
    m_names.clear();
    m_lines.clear();
    for (const auto &[name, value] : learnt) {
        const auto line = lineOf(value);
        if (!line)
            return line.forward();
        m_names.push_back(name);
        m_lines.push_back(*line);
    }
    return {};
}

/// Each number of that column as `change` makes it; nulls stay, and what is no number fails its item.
template <class Change>
void ScaleFields::changeNumbers(Batch &batch, size_t field, size_t column, const char *cannot, Change change)
{
    const Column &from = batch.column(column);
    m_numbers.read(from, batch.size());
    for (const uint32_t row : m_numbers.other)
        batch.fail(row, ErrorKind::Type, cannotText(m_names[field], from.value(row), cannot));
    Column changed = batch.takeSpare(ColumnType::Real);
    changed.resize(batch.size());
    double *const to = changed.realsToChange().data();
    for (size_t row = 0; row < batch.size(); ++row)
        to[row] = change(m_numbers.values[row]);
    for (const uint32_t row : m_numbers.nulls)
        changed.setValue(row, from.value(row));
    batch.columnToChange(column) = std::move(changed);
}

Result<> ScaleFields::apply(Batch &batch, const std::vector<size_t> &targets)
{
    constexpr const char *Cannot = "can't be scaled; convert it first (\"convert\")";
    for (size_t i = 0; i < targets.size(); ++i) {
        const Line line = m_lines[i];
        const auto scaled = [line](double x) { return (x - line.centre) * line.factor + line.offset; };
        if (line.isCut)
            changeNumbers(batch, i, targets[i], Cannot, [&](double x) {
                const double y = scaled(x);
                return y < line.least ? line.least : y > line.most ? line.most : y;
            });
        else
            changeNumbers(batch, i, targets[i], Cannot, scaled);
    }
    batch.setSchema(output());
    return {};
}

Result<> ScaleFields::invert(Batch &batch)
{
    std::vector<size_t> targets;
    for (size_t i = 0; i < m_names.size(); ++i) {
        const auto column = batch.schema()->find(m_names[i]);
        if (!column)
            return failure(ErrorKind::Field, noFieldMessage(m_names[i], *batch.schema()));
        targets.push_back(*column);
        changeNumbers(batch, i, *column, "can't be scaled back",
                      [line = m_lines[i]](double y) { return (y - line.offset) / line.factor + line.centre; });
    }
    batch.setSchema(changedSchema(*batch.schema(), targets, true));
    return {};
}

SchemaPtr ScaleFields::changedSchema(const Schema &schema, const std::vector<size_t> &targets, bool isFitted) const
{
    std::vector<Field> fields = schema.fields();
    for (const size_t column : targets) {
        if (isFitted || fields[column].type != ValueType::Null)
            fields[column].type = ValueType::Real;
    }
    return schema.with(std::move(fields));
}

std::string NumberLearner::problemOf(const std::string &field, const Column &column, size_t rows)
{
    m_numbers.read(column, rows);
    if (m_numbers.other.empty())
        return {};
    return cannotText(field, column.value(m_numbers.other.front()),
                      "can't be " + std::string(m_doing)
                          + "; convert it first (\"convert\"), or choose other \"fields\"");
}

Failure noNumbers(const std::string &field)
{
    return failure(ErrorKind::Fit, "The field " + inQuotes(field)
                                       + " is null in all items, so there is nothing to learn from it; "
                                         "choose other \"fields\".");
}

Result<double> learntNumber(const Value &learnt, std::string_view name)
{
    const Value *number = learnt.member(name);
    if (!number || !number->isNumber())
        return failure(ErrorKind::State,
                       "What was saved for it has no number \"" + std::string(name) + "\"; fit it again.");
    return number->toReal();
}

} // namespace millrace
