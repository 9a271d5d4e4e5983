// SPDX-License-Identifier: MIT
#include "steps/model/Categories.h"
#include "steps/StepChecks.h"
#include "steps/transform/Numbers.h"

#include <cmath>

namespace millrace {

/// Categories to their numbers, in their order.
class EncodeOrdinal final : public CategoryModel
{
public:
    static void describe(StepBuilder<EncodeOrdinal> &step)
    {
        step.id("encode.ordinal").title("Number categories").icon("encode");
        step.help(
            "Turns categories into whole numbers from 0, in the order of their values as learnt. Nulls stay null.");
        step.synonyms({"encode", "categories", "label", "ordinal", "enumerate"});
        describeCategoryModel(step, "null");
    }
    Result<> invert(Batch &batch) override
    {
        std::vector<Field> fields = batch.schema()->fields();
        for (const auto &[name, categories] : known()) {
            const auto found = batch.schema()->find(name);
            if (!found)
                return failure(ErrorKind::Field, noFieldMessage(name, *batch.schema()));
            Column decoded(ColumnType::Any);
            for (size_t row = 0; row < batch.size(); ++row)
                decoded.append(categoryOf(batch, row, *found, categories));
            batch.columnToChange(*found) = std::move(decoded);
            fields[*found].type = ValueType::Null;
        }
        batch.setSchema(batch.schema()->with(std::move(fields)));
        return {};
    }

protected:
    std::unique_ptr<FieldLearner> makeLearner() const override
    {
        return std::make_unique<CategoryLearner>("encoded", false);
    }
    Result<> apply(Batch &batch, const std::vector<size_t> &targets) override
    {
        std::vector<Column> encoded;
        for (size_t i = 0; i < targets.size(); ++i) {
            const auto &[name, categories] = known()[i];
            const Column &column = batch.column(targets[i]);
            Column numbers = batch.takeSpare(ColumnType::Integer);
            numbers.resize(batch.size());
            for (size_t row = 0; row < batch.size(); ++row) {
                const Value value = column.value(row);
                const auto index = categories.find(value);
                if (index)
                    numbers.integersToChange()[row] = int64_t(*index);
                else if (value.isNull() || !failsOnUnknown())
                    numbers.setNull(row);
                else
                    return unknownCategory(name, value);
            }
            encoded.push_back(std::move(numbers));
        }
        for (size_t i = 0; i < targets.size(); ++i)
            batch.columnToChange(targets[i]) = std::move(encoded[i]);
        batch.setSchema(output());
        return {};
    }
    SchemaPtr changedSchema(const Schema &schema, const std::vector<size_t> &targets, bool isFitted) const override
    {
        std::vector<Field> fields = schema.fields();
        for (const size_t column : targets) {
            if (isFitted || fields[column].type != ValueType::Null)
                fields[column].type = ValueType::Integer;
        }
        return schema.with(std::move(fields));
    }

private:
    static Value categoryOf(Batch &batch, size_t row, size_t column, const Categories &categories)
    {
        const Value number = batch.column(column).value(row);
        const double index = number.isNumber() ? number.toReal() : -1;
        if (number.isNull())
            return {};
        if (index >= 0 && index < double(categories.values().size()) && index == std::floor(index))
            return categories.values()[size_t(index)];
        batch.fail(row, ErrorKind::Category,
                   cannotText(batch.schema()->field(column).name, number, "is the number of no category"));
        return number;
    }
};

void registerEncodeOrdinal(StepRegistry &registry)
{
    registry.add<EncodeOrdinal>();
}

} // namespace millrace
