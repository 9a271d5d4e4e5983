// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/model/Categories.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <span>

namespace millrace {

namespace {

constexpr size_t MostCategories = 10'000; ///< of one field: more would be a field for nearly each item

class OneHotLearner final : public CategoryLearner
{
public:
    static constexpr size_t MostFields = 10'000; ///< that one field may become

    OneHotLearner() : CategoryLearner("encoded", true, MostFields) {}
    Result<Value> finish(const std::string &field) override
    {
        if (counts().size() > MostCategories)
            return failure(ErrorKind::Fit, "The field " + inQuotes(field) + " has " + std::to_string(counts().size())
                                               + " different values, and each would become a field of its own; "
                                               + std::to_string(MostCategories)
                                               + " are the most. Choose other \"fields\".");
        return CategoryLearner::finish(field);
    }
};

std::string categoryName(const std::string &field, const Value &category)
{
    return field + '_' + (category.isNull() ? "null" : toPlain(category));
}

} // namespace

/// A field for each category: 1 where the item is of it, else 0.
class EncodeOneHot final : public CategoryModel
{
public:
    static void describe(StepBuilder<EncodeOneHot> &step)
    {
        step.id("encode.onehot").title("A field for each category").icon("encode");
        step.help(
            "Turns a field of categories into fields FIELD_CATEGORY behind the others, one for each category as "
            "learnt, which are 1 for the items of that category and else 0. Null is a category where it was there.");
        step.synonyms({"encode", "categories", "one hot", "one-hot", "dummy", "dummies", "indicator"});
        describeCategoryModel(step, "zeros");
    }
    /// Of the fields of each category the largest says which it is; that of an item of none is null.
    Result<> invert(Batch &batch) override
    {
        std::vector<size_t> encoded; // columns, those of one field after those of the other
        for (const auto &[name, categories] : known())
            for (const Value &category : categories.values()) {
                const auto column = batch.schema()->find(categoryName(name, category));
                if (!column)
                    return failure(ErrorKind::Field, noFieldMessage(categoryName(name, category), *batch.schema()));
                encoded.push_back(*column);
            }
        std::vector<Field> fields = keptOf(*batch.schema(), encoded);
        std::vector<Column> columns = keptColumns(batch, encoded);
        auto next = encoded.begin();
        for (const auto &[name, categories] : known()) {
            const size_t count = categories.values().size();
            fields.push_back({name, ValueType::Null, batch.schema()->field(*next).role});
            columns.push_back(decoded(batch, std::span(next, count), categories.values()));
            next += ptrdiff_t(count);
        }
        batch.setColumns(batch.schema()->with(std::move(fields)), std::move(columns));
        return {};
    }

protected:
    std::unique_ptr<FieldLearner> makeLearner() const override { return std::make_unique<OneHotLearner>(); }
    Result<> apply(Batch &batch, const std::vector<size_t> &targets) override
    {
        if (!output())
            return failure(ErrorKind::Field, clashOf(*batch.schema(), targets));
        std::vector<Column> columns = keptColumns(batch, targets);
        for (size_t i = 0; i < targets.size(); ++i) {
            if (auto encoded = encode(batch, targets[i], known()[i], columns); !encoded)
                return encoded;
        }
        batch.setColumns(output(), std::move(columns));
        return {};
    }
    SchemaPtr changedSchema(const Schema &schema, const std::vector<size_t> &targets, bool isFitted) const override
    {
        if (!isFitted || !clashOf(schema, targets).empty())
            return nullptr;
        std::vector<Field> fields = keptOf(schema, targets);
        for (const auto &[name, categories] : known()) {
            const auto column = schema.find(name);
            const Role role = column ? schema.field(*column).role : Role::DataInput;
            for (const Value &category : categories.values())
                fields.push_back({categoryName(name, category), ValueType::Integer, role});
        }
        return schema.with(std::move(fields));
    }

private:
    using Known = std::pair<std::string, Categories>;

    static std::vector<Field> keptOf(const Schema &schema, const std::vector<size_t> &targets)
    {
        std::vector<Field> fields;
        for (size_t column = 0; column < schema.size(); ++column) {
            if (std::find(targets.begin(), targets.end(), column) == targets.end())
                fields.push_back(schema.field(column));
        }
        return fields;
    }
    static std::vector<Column> keptColumns(const Batch &batch, const std::vector<size_t> &targets)
    {
        std::vector<Column> columns;
        for (size_t column = 0; column < batch.columnCount(); ++column) {
            if (std::find(targets.begin(), targets.end(), column) == targets.end())
                columns.push_back(batch.column(column));
        }
        return columns;
    }
    static Column decoded(const Batch &batch, std::span<const size_t> from, const List &categories)
    {
        Column column(ColumnType::Any);
        for (size_t row = 0; row < batch.size(); ++row) {
            double most = 0;
            Value category;
            for (size_t i = 0; i < from.size(); ++i) {
                const Value share = batch.column(from[i]).value(row);
                if (!share.isNumber() || !(share.toReal() > most))
                    continue;
                most = share.toReal();
                category = categories[i];
            }
            column.append(category);
        }
        return column;
    }
    /// Empty, or a sentence that names a field which would be there twice.
    std::string clashOf(const Schema &schema, const std::vector<size_t> &targets) const
    {
        std::vector<std::string> names;
        for (const Field &field : keptOf(schema, targets))
            names.push_back(field.name);
        for (const auto &[name, categories] : known()) {
            for (const Value &category : categories.values())
                names.push_back(categoryName(name, category));
        }
        std::sort(names.begin(), names.end());
        const auto twice = std::adjacent_find(names.begin(), names.end());
        return twice == names.end() ? std::string()
                                    : "Two fields would be called " + inQuotes(*twice)
                                          + "; rename one of those that come in (\"rename\").";
    }
    Result<> encode(const Batch &batch, size_t target, const Known &field, std::vector<Column> &columns) const
    {
        const auto &[name, categories] = field;
        std::vector<Column> own(categories.values().size());
        for (Column &column : own) {
            column.reset(ColumnType::Integer);
            column.resize(batch.size());
        }
        for (size_t row = 0; row < batch.size(); ++row) {
            const Value value = batch.column(target).value(row);
            if (const auto index = categories.find(value))
                own[*index].integersToChange()[row] = 1;
            else if (failsOnUnknown())
                return unknownCategory(name, value);
        }
        for (Column &column : own)
            columns.push_back(std::move(column));
        return {};
    }
};

void registerEncodeOneHot(StepRegistry &registry)
{
    registry.add<EncodeOneHot>();
}

} // namespace millrace
