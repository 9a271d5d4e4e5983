// SPDX-License-Identifier: MIT
#include "steps/model/ScaleFields.h"

#include "data/text/Quote.h"

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

Result<> ScaleFields::apply(Batch &batch, const std::vector<size_t> &targets)
{
    for (size_t i = 0; i < targets.size(); ++i) {
        const Line line = m_lines[i];
        const Column &column = batch.column(targets[i]);
        m_numbers.read(column, batch.size());
        for (const uint32_t row : m_numbers.other)
            batch.fail(row, "type",
                       cannotText(m_names[i], column.value(row), "can't be scaled; convert it first (\"convert\")"));
        Column scaled = batch.takeSpare(ColumnType::Real);
        scaled.resize(batch.size());
        double *const to = scaled.realsToChange().data();
        for (size_t row = 0; row < batch.size(); ++row)
            to[row] = (m_numbers.values[row] - line.centre) * line.factor + line.offset;
        if (line.isCut) {
            for (size_t row = 0; row < batch.size(); ++row)
                to[row] = to[row] < line.least ? line.least : to[row] > line.most ? line.most : to[row];
        }
        for (const uint32_t row : m_numbers.nulls)
            scaled.setNull(row);
        batch.columnToChange(targets[i]) = std::move(scaled);
    }
    batch.setSchema(output());
    return {};
}

SchemaPtr ScaleFields::changedSchema(const Schema &schema, const std::vector<size_t> &targets, bool isFitted) const
{
    std::vector<Field> fields = schema.fields();
    for (const size_t column : targets) {
        if (isFitted || fields[column].type != ValueType::Null)
            fields[column].type = ValueType::Real;
    }
    return std::make_shared<const Schema>(std::move(fields));
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
    return failure("fit", "The field " + inQuotes(field)
                              + " is null in all items, so there is nothing to learn from it; "
                                "choose other \"fields\".");
}

Result<double> learntNumber(const Value &learnt, std::string_view name)
{
    const Value *number = learnt.member(name);
    if (!number || !number->isNumber())
        return failure("state", "What was saved for it has no number \"" + std::string(name) + "\"; fit it again.");
    return number->toReal();
}

} // namespace millrace
