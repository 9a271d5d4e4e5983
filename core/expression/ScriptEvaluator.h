// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "expression/ColumnEvaluator.h"

#include <memory>
#include <vector>

namespace millrace {

/// Computes an expression item by item in a script engine of its own, made on first use. Used by one thread at a time,
/// though not always the same one: Qt's engine keeps nothing of the thread it was made on (its limit of nested calls
/// counts calls and does not look at the stack). Needs a QCoreApplication.
class ScriptEvaluator
{
public:
    explicit ScriptEvaluator(std::shared_ptr<const Ast> ast);
    ~ScriptEvaluator();
    ScriptEvaluator(ScriptEvaluator &&) noexcept;
    ScriptEvaluator &operator=(ScriptEvaluator &&) noexcept;

    /// Whether the engine accepts the expression. Fails with the engine's own words.
    Result<> prepare();

    /// The values of all rows, as ColumnEvaluator::evaluate().
    Result<const Operand *> evaluate(const Batch &batch, const ColumnBinding &binding, std::vector<ItemError> &errors);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace millrace
