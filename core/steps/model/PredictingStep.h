// SPDX-License-Identifier: MIT
#pragma once

#include "steps/SchemaStep.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// Where a prediction's numbers are, and the fields with the new one.
struct PredictionPlan
{
    std::vector<size_t> columns;
    SchemaPtr output;
};

/// The columns of these fields, in this order. Fails with a sentence for one that isn't there.
Result<std::vector<size_t>> columnsOf(const std::vector<std::string> &names, const Schema &schema);

/// What regress.linear and cluster.kmeans have in common: from the numbers in some fields they tell, by what they have learnt, the
/// value of a new field, `into`. An item with something else in one of them fails.
class PredictingStep : public SchemaStep<PredictionPlan>
{
public:
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;

protected:
    /// `type`: of the new field.
    PredictingStep(std::string into, ValueType type) : m_into(std::move(into)), m_type(type) {}
    /// The fields that are predicted from, in the order of the plan's columns.
    virtual const std::vector<std::string> &names() const = 0;
    Result<PredictionPlan> planFor(const Schema &input) const override;
    /// Puts the new column in, and lets those rows fail that have a problem (row, sentence). A row is named once.
    void finish(Batch &batch,
                const PredictionPlan &plan,
                Column predicted,
                std::vector<std::pair<uint32_t, std::string>> problems);
    static std::string noNumber(const std::string &field, const Value &value);

    std::vector<std::string> m_fields;
    std::string m_into;

private:
    const ValueType m_type;
};

} // namespace millrace
