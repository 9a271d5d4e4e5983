// SPDX-License-Identifier: MIT
#pragma once

#include "data/BatchCodec.h"
#include "data/Result.h"
#include "expression/columns/ColumnEvaluator.h"
#include "expression/script/ScriptLimits.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace millrace {

class ScriptProcess;

/// Computes an expression item by item in a script engine, which is in a process of its own (ScriptProcess), taken on first use: it
/// gets the fields that the expression uses and answers with the values. Used by one thread at a time, though not always the same one.
class ScriptEvaluator
{
public:
    explicit ScriptEvaluator(std::shared_ptr<const Ast> ast);
    ~ScriptEvaluator();
    ScriptEvaluator(ScriptEvaluator &&) noexcept;
    ScriptEvaluator &operator=(ScriptEvaluator &&) noexcept;

    void setSurroundings(ScriptSurroundings surroundings);

    /// Whether the engine accepts the expression. Fails with the engine's own words.
    Result<> prepare();

    /// Batches that evaluate() will be called with next, in this order (AnnouncedBatches). Called with another one, or one that has
    /// changed, evaluate() forgets what was computed of all of these.
    void announce(std::span<Batch *const> batches, const ColumnBinding &binding);

    /// The values of all rows, as ColumnEvaluator::evaluate(). Fails where the engine couldn't be interrupted, or fell: each item is to
    /// be tried alone then.
    Result<const Operand *> evaluate(const Batch &batch, const ColumnBinding &binding, std::vector<ItemError> &errors);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace millrace
