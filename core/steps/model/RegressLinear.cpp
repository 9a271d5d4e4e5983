// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/model/LeastSquares.h"
#include "steps/model/PredictingStep.h"
#include "steps/StepBuilder.h"
#include "steps/transform/Numbers.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace millrace {

/// A number as the sum of multiples of others, by ordinary least squares.
class RegressLinear final : public PredictingStep
{
public:
    RegressLinear() : PredictingStep("prediction", ValueType::Real) {}
    static void describe(StepBuilder<RegressLinear> &step)
    {
        step.id("regress.linear").title("Predict by a line").family(Family::Model);
        step.fittable().mergeable().needsExpectedOutput();
        step.help(
            "Learns to say a number, the target, as a sum of multiples of other fields (ordinary least squares), and "
            "puts what it says into a new field. The target needs to be there only while it learns.");
        step.synonyms({"linear regression", "least squares", "predict", "trend", "model"});
        step.param("fields", &RegressLinear::m_fields)
            .title("Fields")
            .help("The numbers to predict from. None: all data inputs known to be numbers, but for the target.");
        step.param("target", &RegressLinear::m_target)
            .title("Target")
            .help("The field to learn to predict. None: the expected output.");
        step.param("into", &RegressLinear::m_into).title("Into").help("The new field for what is predicted.");
    }

    Result<> beginFit(const StepContext &) override
    {
        m_learner = LeastSquares();
        m_learns = {};
        m_isFitted = false;
        m_fitSchema.reset();
        return {};
    }
    Result<> fit(const Batch &batch) override
    {
        if (batch.schema() != m_fitSchema) {
            if (auto taken = takeSchema(batch.schema()); !taken)
                return taken;
        }
        std::vector<Numbers> numbers(m_fitColumns.size());
        for (size_t i = 0; i < numbers.size(); ++i) {
            const Column &column = batch.column(m_fitColumns[i]);
            numbers[i].read(column, batch.size());
            for (size_t row = 0; row < batch.size(); ++row) {
                if (!std::isfinite(numbers[i].values[row]))
                    return failure(
                        ErrorKind::Type,
                        noNumber(i < m_learns.names.size() ? m_learns.names[i] : m_learns.target, column.value(row)));
            }
        }
        std::vector<double> row(numbers.size() + 1);
        for (size_t item = 0; item < batch.size(); ++item) {
            row[0] = 1;
            for (size_t i = 0; i < numbers.size(); ++i)
                row[i + 1] = numbers[i].values[item];
            m_learner.add(row);
        }
        return {};
    }
    Result<> mergeFit(Step &step) override
    {
        auto &other = static_cast<RegressLinear &>(step);
        if (other.m_learns.names.empty())
            return {};
        if (m_learns.names.empty()) {
            m_learns = std::move(other.m_learns);
            m_learner = std::move(other.m_learner);
            return {};
        }
        if (other.m_learns.names != m_learns.names || other.m_learns.target != m_learns.target)
            return differentFields();
        m_learner.merge(other.m_learner);
        return {};
    }
    Result<> finishFit() override
    {
        if (m_learns.names.empty())
            return failure(ErrorKind::Fit, "No items came, so there is nothing to learn from.");
        if (const auto column = m_learner.dependentColumn())
            return failure(ErrorKind::Fit,
                           "The field " + inQuotes(*column == 0 ? m_learns.target : m_learns.names[*column - 1])
                               + " says nothing that the ones before it don't say already, or there are too few "
                                 "items, so that there is no single answer; leave it out of \"fields\".");
        std::vector<double> multiples = m_learner.solve();
        m_learns.intercept = multiples.front();
        m_learns.coefficients.assign(multiples.begin() + 1, multiples.end());
        m_learner = LeastSquares();
        m_isFitted = true;
        return {};
    }

    Value state() const override
    {
        if (!m_isFitted)
            return {};
        Members coefficients;
        for (size_t i = 0; i < m_learns.names.size(); ++i)
            coefficients.emplace_back(m_learns.names[i], Value(m_learns.coefficients[i]));
        return Members{{"target", Value(m_learns.target)},
                       {"intercept", Value(m_learns.intercept)},
                       {"coefficients", Value(std::move(coefficients))}};
    }
    Result<> setState(const Value &state) override
    {
        m_isFitted = false;
        m_learns = {};
        forgetPlan();
        if (state.isNull())
            return {};
        const Value *target = state.member("target"), *intercept = state.member("intercept"),
                    *coefficients = state.member("coefficients");
        if (!target || !target->isText() || !intercept || !intercept->isNumber() || !coefficients
            || !coefficients->isObject())
            return failure(ErrorKind::State,
                           "What was saved for it isn't what a step of this kind learns; fit it again.");
        m_learns.target = std::string(target->toText());
        m_learns.intercept = intercept->toReal();
        for (const auto &[name, value] : coefficients->toObject()) {
            if (!value.isNumber())
                return failure(ErrorKind::State,
                               "The coefficient saved for " + inQuotes(name) + " is no number; fit it again.");
            m_learns.names.push_back(name);
            m_learns.coefficients.push_back(value.toReal());
        }
        if ((!m_fields.empty() && m_fields != m_learns.names) || (!m_target.empty() && m_target != m_learns.target))
            return failure(ErrorKind::State,
                           "It was fitted with another \"target\" or other \"fields\"; fit it again.");
        m_isFitted = true;
        return {};
    }

    Result<> process(Batch &batch) override
    {
        if (!m_isFitted)
            return failure(ErrorKind::Unfitted, "It hasn't learnt anything yet; fit it first.");
        const auto plan = planOf(batch);
        if (!plan)
            return plan.forward();
        Column predicted = batch.takeSpare(ColumnType::Real);
        predicted.resize(batch.size());
        double *const sums = predicted.realsToChange().data();
        std::fill_n(sums, batch.size(), m_learns.intercept);
        std::map<uint32_t, std::string> problems; // by row
        for (size_t i = 0; i < (*plan)->columns.size(); ++i) {
            const Column &column = batch.column((*plan)->columns[i]);
            m_numbers.read(column, batch.size());
            for (size_t row = 0; row < batch.size(); ++row)
                sums[row] += m_learns.coefficients[i] * m_numbers.values[row];
            for (const auto *rows : {&m_numbers.nulls, &m_numbers.other}) {
                for (const uint32_t row : *rows)
                    problems[row] = noNumber(m_learns.names[i], column.value(row));
            }
        }
        finish(batch, **plan, std::move(predicted), {problems.begin(), problems.end()});
        return {};
    }

    std::string summary() const override { return m_target.empty() ? m_into : m_into + " of " + m_target; }

private:
    struct Learnt
    {
        std::vector<std::string> names;
        std::string target;
        double intercept = 0;
        std::vector<double> coefficients; ///< by name
    };

    const std::vector<std::string> &names() const override { return m_learns.names; }
    static Failure differentFields()
    {
        return failure(ErrorKind::Fit,
                       "The items don't all have the same fields of numbers; name \"fields\" and \"target\".");
    }
    Result<std::string> targetIn(const Schema &schema) const
    {
        if (!m_target.empty())
            return m_target;
        std::string found;
        for (const Field &field : schema.fields()) {
            if (field.role != Role::ExpectedOutput)
                continue;
            if (!found.empty())
                return failure(ErrorKind::Field, "There are several expected outputs; name the \"target\".");
            found = field.name;
        }
        if (found.empty())
            return failure(ErrorKind::Field, "There is no expected output to learn; name the \"target\".");
        return found;
    }
    /// Finds the columns to learn from, once for each schema.
    Result<> takeSchema(const SchemaPtr &schema)
    {
        auto target = targetIn(*schema);
        if (!target)
            return target.forward();
        std::vector<std::string> names = m_fields;
        for (const Field &field : schema->fields()) {
            if (m_fields.empty() && field.role == Role::DataInput && field.name != *target
                && (field.type == ValueType::Integer || field.type == ValueType::Real))
                names.push_back(field.name);
        }
        if (names.empty())
            return failure(ErrorKind::Field,
                           "No data input is known to be a number; name \"fields\", or convert some first "
                           "(\"convert\").");
        if (!m_learns.names.empty() && (names != m_learns.names || *target != m_learns.target))
            return differentFields();
        std::vector<std::string> all = names;
        all.push_back(*target);
        auto columns = columnsOf(all, *schema);
        if (!columns)
            return columns.forward();
        if (m_learns.names.empty())
            m_learner = LeastSquares(all.size() + 1);
        m_fitColumns = *std::move(columns);
        m_learns.names = std::move(names);
        m_learns.target = *std::move(target);
        m_fitSchema = schema;
        return {};
    }
    std::string m_target;

    LeastSquares m_learner;
    SchemaPtr m_fitSchema;            ///< that the columns below are of
    std::vector<size_t> m_fitColumns; ///< of the names, then of the target

    bool m_isFitted = false;
    Learnt m_learns;
    Numbers m_numbers; ///< of the column at hand
};

void registerRegressLinear(StepRegistry &registry)
{
    registry.add<RegressLinear>();
}

} // namespace millrace
