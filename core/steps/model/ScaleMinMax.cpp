// SPDX-License-Identifier: MIT
#include "steps/model/ScaleFields.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace millrace {

namespace {

class RangeLearner final : public NumberLearner
{
public:
    RangeLearner() : NumberLearner("scaled") {}
    Result<> merge(FieldLearner &other) override
    {
        const auto &range = static_cast<RangeLearner &>(other);
        m_least = std::min(m_least, range.m_least);
        m_most = std::max(m_most, range.m_most);
        return {};
    }
    Result<Value> finish(const std::string &field) override
    {
        if (m_least > m_most)
            return noNumbers(field);
        return Value(Members{{"least", Value(m_least)}, {"most", Value(m_most)}});
    }

protected:
    Result<> takeNumbers(const Numbers &numbers) override
    {
        for (const double value : numbers.values) {
            if (!std::isnan(value)) {
                m_least = std::min(m_least, value);
                m_most = std::max(m_most, value);
            }
        }
        return {};
    }

private:
    static constexpr double Infinity = std::numeric_limits<double>::infinity();
    double m_least = Infinity, m_most = -Infinity;
};

} // namespace

/// Numbers to a range, the least and the most learnt to its ends.
class ScaleMinMax final : public ScaleFields
{
public:
    static void describe(StepBuilder<ScaleMinMax> &step)
    {
        step.id("scale.minmax").title("Scale to a range").family(Family::Model).icon("scale");
        step.help(
            "Scales numbers so that the least and the most of the data, as learnt, become 0 and 1, or the ends of "
            "another range. Nulls stay null.");
        step.synonyms({"scale", "normalize", "normalise", "minimum", "maximum", "range", "0 to 1"});
        describeFieldModel(step, "numbers");
        step.param("minimum", &ScaleMinMax::m_minimum).title("Minimum").help("What the least number becomes.");
        step.param("maximum", &ScaleMinMax::m_maximum).title("Maximum").help("What the largest number becomes.");
        step.param("clip", &ScaleMinMax::m_isCut)
            .title("Clip")
            .help("Whether numbers beyond those learnt are cut to the ends of the range.");
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        ScaleFields::check(context, problems);
        if (!(m_minimum < m_maximum))
            problems.push_back({true, "maximum", "The maximum has to be larger than the minimum."});
    }

protected:
    std::unique_ptr<FieldLearner> makeLearner() const override { return std::make_unique<RangeLearner>(); }
    Result<Line> lineOf(const Value &learnt) const override
    {
        const auto least = learntNumber(learnt, "least"), most = learntNumber(learnt, "most");
        for (const auto *number : {&least, &most}) {
            if (!*number)
                return number->forward();
        }
        constexpr double Constant = 10 * std::numeric_limits<double>::epsilon(); // all the same, as scikit-learn has it
        const double range = *most - *least < Constant ? 1 : *most - *least;
        Line line;
        line.centre = *least;
        line.factor = (m_maximum - m_minimum) / range;
        line.offset = m_minimum;
        line.isCut = m_isCut;
        line.least = m_minimum;
        line.most = m_maximum;
        return line;
    }

private:
    double m_minimum = 0, m_maximum = 1;
    bool m_isCut = false;
};

void registerScaleMinMax(StepRegistry &registry)
{
    registry.add<ScaleMinMax>();
}

} // namespace millrace
