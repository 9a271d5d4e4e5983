// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepExpression.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace {

/// A step that asks an expression of each item and does one thing where it is true. Derived steps declare the parameter
/// `expression` and say in judge() what follows.
class ConditionStep : public Step, public ComputesExpression
{
public:
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) final;
    size_t announcedAtOnce() const override { return m_compiled->announcedAtOnce(); }
    void announce(std::span<Batch *const> batches) override { m_compiled->announce(batches); }
    void close() override { m_compiled.reset(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override { return m_expression; }

protected:
    enum Verdict : uint8_t { False, True, Failed };
    /// A verdict for each item; those for which the expression couldn't be computed have failed already.
    virtual void judge(Batch &batch, std::span<const uint8_t> verdicts) = 0;

    std::string m_expression;

private:
    std::optional<ItemExpression> m_compiled;
    std::vector<uint8_t> m_verdicts;
    std::vector<ItemError> m_errors;
};

} // namespace millrace
