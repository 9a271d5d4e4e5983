// SPDX-License-Identifier: MIT
#include "steps/model/Categories.h"
#include "steps/model/Moments.h"
#include "steps/model/ScaleFields.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace millrace {

namespace {

Value fillOf(Value value)
{
    return Members{{"fill", std::move(value)}};
}

class MeanLearner final : public NumberLearner
{
public:
    MeanLearner() : NumberLearner("filled in with a mean") {}
    Result<> merge(FieldLearner &other) override
    {
        m_moments.merge(static_cast<MeanLearner &>(other).m_moments);
        return {};
    }
    Result<Value> finish(const std::string &field) override
    {
        if (m_moments.count == 0)
            return noNumbers(field);
        return fillOf(m_moments.mean);
    }

protected:
    Result<> takeNumbers(const Numbers &numbers) override
    {
        m_moments.merge(Moments::of(numbers.values));
        return {};
    }

private:
    Moments m_moments;
};

/// Exact, and so keeps all numbers until the end: 8 bytes an item.
class MedianLearner final : public NumberLearner
{
public:
    MedianLearner() : NumberLearner("filled in with a median") {}
    Result<> merge(FieldLearner &other) override
    {
        const auto &numbers = static_cast<MedianLearner &>(other).m_numbers;
        m_numbers.insert(m_numbers.end(), numbers.begin(), numbers.end());
        return {};
    }
    Result<Value> finish(const std::string &field) override
    {
        if (m_numbers.empty())
            return noNumbers(field);
        const auto middle = m_numbers.begin() + std::ptrdiff_t(m_numbers.size() / 2);
        std::nth_element(m_numbers.begin(), middle, m_numbers.end());
        if (m_numbers.size() % 2 != 0)
            return fillOf(*middle);
        const double below = *std::max_element(m_numbers.begin(), middle);
        return fillOf(below + (*middle - below) / 2);
    }

protected:
    Result<> takeNumbers(const Numbers &numbers) override
    {
        std::copy_if(numbers.values.begin(), numbers.values.end(), std::back_inserter(m_numbers),
                     [](double value) { return !std::isnan(value); });
        return {};
    }

private:
    std::vector<double> m_numbers;
};

/// Of values that came equally often the first in their order.
class MostFrequentLearner final : public CategoryLearner
{
public:
    MostFrequentLearner() : CategoryLearner("filled in", false) {}
    Result<Value> finish(const std::string &field) override
    {
        const auto most = std::max_element(counts().begin(), counts().end(), [](const auto &left, const auto &right) {
            return left.second < right.second;
        });
        if (most == counts().end())
            return noNumbers(field);
        return fillOf(most->first);
    }
};

} // namespace

/// Something in the place of nulls.
class Impute final : public FieldModel
{
public:
    static void describe(StepBuilder<Impute> &step)
    {
        step.id("impute").title("Fill in nulls").icon("impute");
        step.help("Puts the mean, the median or the most frequent value of the field, as learnt, or a constant in the "
                  "place of nulls. A constant needs no fit.");
        step.synonyms({"fill", "missing", "null", "mean", "median", "most frequent", "mode", "constant", "default"});
        describeFieldModel(step, "numbers; with the most frequent value or a constant, all but lists and objects");
        step.param("strategy", &Impute::m_strategy)
            .choices({"mean", "median", "mostFrequent", "constant"})
            .title("With")
            .help("What is put in the place of nulls. The median keeps all numbers in memory while it is learnt.");
        step.param("value", &Impute::m_value).title("Value").help("The constant.");
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        FieldModel::check(context, problems);
        if (m_strategy == "constant" && m_value.isNull())
            problems.push_back({true, "value", "\"value\" is needed for \"strategy\": \"constant\"; give one."});
    }

protected:
    bool isOfNumbers() const { return m_strategy == "mean" || m_strategy == "median"; }
    Fits fits(ValueType type) const override
    {
        switch (type) {
        case ValueType::Integer:
        case ValueType::Real: return Fits::Yes;
        case ValueType::Null: return Fits::MayBe;
        case ValueType::Text:
        case ValueType::Boolean:
        case ValueType::Timestamp: return isOfNumbers() ? Fits::No : Fits::Yes;
        default: return Fits::No;
        }
    }
    std::string_view doing() const override { return "filled in"; }
    Members settings() const override { return {{"strategy", Value(m_strategy)}}; }
    std::unique_ptr<FieldLearner> makeLearner() const override
    {
        if (m_strategy == "mean")
            return std::make_unique<MeanLearner>();
        if (m_strategy == "median")
            return std::make_unique<MedianLearner>();
        return std::make_unique<MostFrequentLearner>();
    }
    Value given() const override { return m_strategy == "constant" && !m_value.isNull() ? fillOf(m_value) : Value(); }
    Result<> prepare(const Members &learnt) override
    {
        m_fills.clear();
        for (const auto &[name, value] : learnt) {
            const Value *fill = value.member("fill");
            if (!fill || fill->isNull() || (isOfNumbers() && !fill->isNumber()))
                return failure(ErrorKind::State,
                               "What was saved for it has nothing to fill " + name + " in with; fit it again.");
            m_fills.emplace_back(name, *fill);
        }
        return {};
    }
    Result<> apply(Batch &batch, const std::vector<size_t> &targets) override
    {
        for (size_t i = 0; i < targets.size(); ++i) {
            if (isOfNumbers())
                fillNumbers(batch, targets[i], m_fills[i]);
            else
                fillValues(batch.columnToChange(targets[i]), batch.size(), m_fills[i].second);
        }
        batch.setSchema(output());
        return {};
    }
    SchemaPtr changedSchema(const Schema &schema, const std::vector<size_t> &targets, bool isFitted) const override
    {
        std::vector<Field> fields = schema.fields();
        for (const size_t column : targets) {
            ValueType &type = fields[column].type;
            if (isOfNumbers())
                type = isFitted || type != ValueType::Null ? ValueType::Real : type;
            else if (const Value *fill = fillFor(fields[column].name, isFitted); fill && fill->type() != type)
                type = ValueType::Null;
        }
        return schema.with(std::move(fields));
    }

private:
    using Fill = std::pair<std::string, Value>;

    /// Null where it isn't known yet.
    const Value *fillFor(const std::string &name, bool isFitted) const
    {
        if (!isFitted)
            return m_strategy == "constant" ? &m_value : nullptr;
        const auto fill =
            std::find_if(m_fills.begin(), m_fills.end(), [&name](const Fill &known) { return known.first == name; });
        return fill == m_fills.end() ? nullptr : &fill->second;
    }
    void fillNumbers(Batch &batch, size_t target, const Fill &fill)
    {
        const Column &column = batch.column(target);
        m_numbers.read(column, batch.size());
        for (const uint32_t row : m_numbers.other)
            batch.fail(row, ErrorKind::Type,
                       cannotText(fill.first, column.value(row), "is no number; convert it first (\"convert\")"));
        Column filled = batch.takeSpare(ColumnType::Real);
        filled.resize(batch.size());
        std::copy_n(m_numbers.values.begin(), batch.size(), filled.realsToChange().begin());
        for (const uint32_t row : m_numbers.nulls)
            filled.realsToChange()[row] = fill.second.toReal();
        batch.columnToChange(target) = std::move(filled);
    }
    static void fillValues(Column &column, size_t rows, const Value &fill)
    {
        for (size_t row = 0; row < rows; ++row) {
            if (column.isNull(row))
                column.setValue(row, fill);
        }
    }

    std::string m_strategy = "mean";
    Value m_value;
    std::vector<Fill> m_fills;
    Numbers m_numbers; ///< of the column at hand
};

void registerImpute(StepRegistry &registry)
{
    registry.add<Impute>();
}

} // namespace millrace
