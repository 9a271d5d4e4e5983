// SPDX-License-Identifier: MIT
#include "steps/model/Moments.h"
#include "steps/model/ScaleFields.h"

#include <cmath>
#include <limits>

namespace millrace {

namespace {

class MomentsLearner final : public NumberLearner
{
public:
    MomentsLearner() : NumberLearner("scaled") {}
    Result<> merge(FieldLearner &other) override
    {
        m_moments.merge(static_cast<MomentsLearner &>(other).m_moments);
        return {};
    }
    Result<Value> finish(const std::string &field) override
    {
        if (m_moments.count == 0)
            return noNumbers(field);
        return Value(Members{{"mean", Value(m_moments.mean)},
                             {"variance", Value(m_moments.variance())},
                             {"count", Value(int64_t(m_moments.count))}});
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

/// Whether so small a variance is only what rounding left of a field that is the same in all items: the bound of the two-pass
/// algorithm in Chan, Golub and LeVeque, "Algorithms for computing the sample variance", The American Statistician 37 (1983).
bool isConstant(double mean, double variance, double count)
{
    constexpr double Rounding = std::numeric_limits<double>::epsilon();
    const double ofMean = count * mean * Rounding;
    return variance <= count * Rounding * variance + ofMean * ofMean;
}

} // namespace

/// Numbers to a mean of 0 and a standard deviation of 1.
class ScaleStandard final : public ScaleFields
{
public:
    static void describe(StepBuilder<ScaleStandard> &step)
    {
        step.id("scale.standard").title("Standardise").family(Family::Model).icon("scale");
        step.help(
            "Scales numbers to a mean of 0 and a standard deviation of 1, as learnt from the data. Nulls stay null.");
        step.synonyms({"scale", "normalize", "normalise", "standardize", "zscore", "z-score", "mean", "deviation"});
        describeFieldModel(step, "numbers");
        step.param("centre", &ScaleStandard::m_isCentred)
            .title("Centre")
            .help("Whether the mean is taken away, so that it becomes 0.");
        step.param("scale", &ScaleStandard::m_isScaled)
            .title("Scale")
            .help("Whether numbers are divided by their standard deviation, so that it becomes 1.");
    }

protected:
    std::unique_ptr<FieldLearner> makeLearner() const override { return std::make_unique<MomentsLearner>(); }
    Result<Line> lineOf(const Value &learnt) const override
    {
        const auto mean = learntNumber(learnt, "mean"), variance = learntNumber(learnt, "variance"),
                   count = learntNumber(learnt, "count");
        for (const auto *number : {&mean, &variance, &count}) {
            if (!*number)
                return number->forward();
        }
        Line line;
        if (m_isCentred)
            line.centre = *mean;
        if (m_isScaled && !isConstant(*mean, *variance, *count))
            line.factor = 1 / std::sqrt(*variance);
        return line;
    }

private:
    bool m_isCentred = true, m_isScaled = true;
};

void registerScaleStandard(StepRegistry &registry)
{
    registry.add<ScaleStandard>();
}

} // namespace millrace
