// SPDX-License-Identifier: MIT
#include "steps/Categories.h"
#include "steps/Numbers.h"

namespace millrace {

/// Categories to their numbers, in their order.
class EncodeOrdinal final : public FieldModel
{
public:
    static void describe(StepBuilder<EncodeOrdinal> &step)
    {
        step.id("encode.ordinal").title("Number categories");
        step.help(
            "Turns categories into whole numbers from 0, in the order of their values as learnt. Nulls stay null.");
        step.synonyms({"encode", "categories", "label", "ordinal", "enumerate"});
        describeFieldModel(step, "known to be text or booleans");
        step.param("unknown", &EncodeOrdinal::m_unknown)
            .choices({"error", "null"})
            .title("Unknown")
            .help("What becomes of a value that wasn't there when this was learnt.");
    }

protected:
    Fits fits(ValueType type) const override
    {
        switch (type) {
        case ValueType::Text:
        case ValueType::Boolean: return Fits::Yes;
        case ValueType::Null:
        case ValueType::Integer:
        case ValueType::Real:
        case ValueType::Timestamp: return Fits::IfNamed;
        default: return Fits::No;
        }
    }
    std::string_view doing() const override { return "encoded"; }
    std::unique_ptr<FieldLearner> makeLearner() const override
    {
        return std::make_unique<CategoryLearner>("encoded", false);
    }
    Result<> prepare(const Members &learnt) override
    {
        m_known.clear();
        for (const auto &[name, value] : learnt) {
            auto categories = Categories::from(value);
            if (!categories)
                return categories.forward();
            m_known.emplace_back(name, *std::move(categories));
        }
        return {};
    }
    Result<> apply(Batch &batch, const std::vector<size_t> &targets) override
    {
        std::vector<Column> encoded;
        for (size_t i = 0; i < targets.size(); ++i) {
            const auto &[name, categories] = m_known[i];
            const Column &column = batch.column(targets[i]);
            Column numbers = batch.takeSpare(ColumnType::Integer);
            numbers.resize(batch.size());
            for (size_t row = 0; row < batch.size(); ++row) {
                const Value value = column.value(row);
                const auto index = categories.find(value);
                if (index)
                    numbers.integersToChange()[row] = int64_t(*index);
                else if (value.isNull() || m_unknown == "null")
                    numbers.setNull(row);
                else
                    return failure("category", cannotText(name, value, "wasn't there when the categories were learnt"));
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
        return std::make_shared<const Schema>(std::move(fields));
    }

private:
    std::string m_unknown = "error";
    std::vector<std::pair<std::string, Categories>> m_known;
};

void registerEncodeOrdinal(StepRegistry &registry)
{
    registry.add<EncodeOrdinal>();
}

} // namespace millrace
