// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "expression/language/Ast.h"
#include "expression/operations/Operand.h"
#include "expression/operations/Operations.h"
#include "expression/values/ValueCaches.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace millrace {

/// Which columns an expression reads; made once for a schema.
struct ColumnBinding
{
    static constexpr size_t None = SIZE_MAX;

    std::vector<size_t> columns;    ///< of each of Ast::fields; None: the batch has no such field, its items' are null
    std::optional<size_t> idColumn; ///< a field that is named "id" stands for the item's id
};

/// Computes an expression for all rows of a batch at once, part after part. What a row fails at is told for that row;
/// the parts that `&&`, `||`, `??` and `?:` leave out can't fail it. One thread at a time; keeps its memory between
/// batches.
class ColumnEvaluator
{
public:
    explicit ColumnEvaluator(std::shared_ptr<const Ast> ast);

    /// The values of all rows. Valid until the next call, and as long as the batch is unchanged.
    const Operand &evaluate(const Batch &batch, const ColumnBinding &binding, std::vector<ItemError> &errors);

private:
    const Operand &evaluate(uint32_t node, const uint8_t *active);
    void load(const Node &node, Operand &result);
    void operation(uint32_t id, const uint8_t *active, Operand &result);
    void operationByRow(uint32_t id, const uint8_t *active, Operand &result);
    void logic(const Node &node, const uint8_t *active, Operand &result);
    void coalesce(const Node &node, const uint8_t *active, Operand &result);
    void conditional(const Node &node, const uint8_t *active, Operand &result);
    /// Row by row one of two operands: the first where `isFirst`.
    void choose(const uint8_t *isFirst, const Operand &first, const Operand &second, Operand &result);
    void fail(size_t row, uint32_t node, const Fault &fault);
    void foldConstants();

    std::shared_ptr<const Ast> m_ast;
    std::vector<Operand> m_operands;           ///< of each node
    std::vector<std::vector<uint8_t>> m_masks; ///< of the nodes that decide: two each
    ValueCaches m_caches;
    std::vector<Value> m_arguments;
    size_t m_textBytes = 0;        ///< of the texts made row by row
    std::vector<uint8_t> m_failed; ///< rows that failed already; empty: none
    // While a batch is at work:
    const Batch *m_batch = nullptr;
    const ColumnBinding *m_binding = nullptr;
    std::vector<ItemError> *m_errors = nullptr;
    size_t m_rows = 0;
};

} // namespace millrace
