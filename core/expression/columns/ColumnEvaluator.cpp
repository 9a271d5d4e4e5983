// SPDX-License-Identifier: MIT
#include "expression/columns/ColumnEvaluator.h"

#include "expression/operations/TextOperations.h"

#include <algorithm>
#include <array>

namespace millrace {

using Kind = Operand::Kind;

namespace {

constexpr size_t LongestFolded = 4'096; ///< bytes of a text: compiling an expression takes no time, whatever it says

} // namespace

ColumnEvaluator::ColumnEvaluator(std::shared_ptr<const Ast> ast)
    : m_ast(std::move(ast)), m_operands(m_ast->nodes.size()), m_masks(m_ast->nodes.size())
{
    foldConstants();
}

/// Operations on literals are done once. One that fails is left to fail for each row.
void ColumnEvaluator::foldConstants()
{
    for (size_t id = 0; id < m_ast->nodes.size(); ++id) {
        const Node &node = m_ast->nodes[id];
        if (node.kind == NodeKind::Literal)
            m_operands[id].setConstant(node.value);
        if (node.kind != NodeKind::Operation)
            continue;
        const bool isFixed = std::all_of(node.children.begin(), node.children.end(), [&](uint32_t child) {
            const Operand &operand = m_operands[child];
            return operand.isConstant()
                   && (!operand.constant().isText() || operand.constant().toText().size() <= LongestFolded);
        });
        std::vector<Value> arguments;
        for (const uint32_t child : node.children)
            arguments.push_back(m_operands[child].constant());
        Value result;
        Fault fault;
        if (isFixed && applyOperation(*node.operation, arguments, m_caches, result, fault))
            m_operands[id].setConstant(std::move(result));
    }
}

const Operand &ColumnEvaluator::evaluate(const Batch &batch,
                                         const ColumnBinding &binding,
                                         std::vector<ItemError> &errors)
{
    m_batch = &batch;
    m_binding = &binding;
    m_errors = &errors;
    m_rows = batch.size();
    m_failed.clear();
    m_textBytes = 0;
    const Operand *result = &evaluate(m_ast->root, nullptr);
    if (!m_failed.empty())
        std::sort(errors.begin(), errors.end(), [](const ItemError &a, const ItemError &b) { return a.row < b.row; });
    return *result;
}

const Operand &ColumnEvaluator::evaluate(uint32_t id, const uint8_t *active)
{
    Operand &result = m_operands[id];
    if (result.isConstant())
        return result;
    const Node &node = m_ast->nodes[id];
    switch (node.kind) {
    case NodeKind::Operation: operation(id, active, result); break;
    case NodeKind::And:
    case NodeKind::Or: logic(node, active, result); break;
    case NodeKind::Coalesce: coalesce(node, active, result); break;
    case NodeKind::Conditional: conditional(node, active, result); break;
    default: load(node, result); break;
    }
    return result;
}

void ColumnEvaluator::load(const Node &node, Operand &result)
{
    if (node.kind == NodeKind::Field && m_binding->columns[node.slot] == ColumnBinding::None) {
        std::fill_n(result.setValues(m_rows), m_rows, Value());
    } else if (node.kind == NodeKind::Field) {
        result.setColumn(m_batch->column(m_binding->columns[node.slot]));
    } else if (node.kind == NodeKind::Id && m_binding->idColumn) {
        result.setColumn(m_batch->column(*m_binding->idColumn));
    } else if (node.kind == NodeKind::Id && !m_batch->hasImplicitIds()) {
        result.setColumn(m_batch->ids());
    } else {
        Value *values = result.setValues(m_rows);
        for (size_t i = 0; i < m_rows; ++i)
            values[i] = node.kind == NodeKind::Id ? m_batch->id(i) : m_batch->item(i);
    }
}

void ColumnEvaluator::operation(uint32_t id, const uint8_t *active, Operand &result)
{
    constexpr size_t MostForLoops = 2;
    const Node &node = m_ast->nodes[id];
    std::array<const Operand *, MostForLoops> operands{};
    for (size_t i = 0; i < node.children.size(); ++i) {
        const Operand &operand = evaluate(node.children[i], active);
        if (i < MostForLoops)
            operands[i] = &operand;
    }
    if (node.children.size() > MostForLoops
        || !applyToColumns(*node.operation, {operands.data(), node.children.size()}, m_rows, active, m_caches, result))
        operationByRow(id, active, result);
}

void ColumnEvaluator::operationByRow(uint32_t id, const uint8_t *active, Operand &result)
{
    const Node &node = m_ast->nodes[id];
    Value *values = result.setValues(m_rows);
    m_arguments.resize(node.children.size());
    Fault fault;
    for (size_t row = 0; row < m_rows; ++row) {
        values[row] = Value();
        if ((active && !active[row]) || (!m_failed.empty() && m_failed[row]))
            continue;
        for (size_t i = 0; i < node.children.size(); ++i)
            m_arguments[i] = m_operands[node.children[i]].value(row);
        if (!applyOperation(*node.operation, m_arguments, m_caches, values[row], fault)) {
            fail(row, id, fault);
        } else if (values[row].isText()) {
            m_textBytes += values[row].toText().size();
            if (m_textBytes > MostTextBytes || values[row].toText().size() > LongestText) {
                m_textBytes -= values[row].toText().size();
                values[row] = Value();
                fail(row, id, tooLongText());
            }
        }
    }
}

void ColumnEvaluator::logic(const Node &node, const uint8_t *active, Operand &result)
{
    const bool isAnd = node.kind == NodeKind::And;
    const Operand &left = evaluate(node.children[0], active);
    auto &keepsLeft = m_masks[size_t(&node - m_ast->nodes.data())];
    keepsLeft.resize(m_rows * 2);
    uint8_t *goesOn = keepsLeft.data() + m_rows;
    for (size_t i = 0; i < m_rows; ++i) {
        keepsLeft[i] = left.isTruthy(i) != isAnd;
        goesOn[i] = !keepsLeft[i] && (!active || active[i]);
    }
    choose(keepsLeft.data(), left, evaluate(node.children[1], goesOn), result);
}

void ColumnEvaluator::coalesce(const Node &node, const uint8_t *active, Operand &result)
{
    auto &masks = m_masks[size_t(&node - m_ast->nodes.data())];
    masks.resize(m_rows * 2);
    uint8_t *hasValue = masks.data(), *goesOn = masks.data() + m_rows;
    const Operand *last = &evaluate(node.children[0], active);
    Operand soFar;
    for (size_t child = 1; child < node.children.size(); ++child) {
        for (size_t i = 0; i < m_rows; ++i) {
            hasValue[i] = !last->isNull(i);
            goesOn[i] = !hasValue[i] && (!active || active[i]);
        }
        const Operand &next = evaluate(node.children[child], goesOn);
        if (child + 1 == node.children.size()) {
            choose(hasValue, *last, next, result);
            return;
        }
        Operand chosen;
        choose(hasValue, *last, next, chosen);
        soFar = std::move(chosen);
        last = &soFar;
    }
    std::fill_n(hasValue, m_rows, uint8_t(1));
    choose(hasValue, *last, *last, result);
}

void ColumnEvaluator::conditional(const Node &node, const uint8_t *active, Operand &result)
{
    const Operand &condition = evaluate(node.children[0], active);
    auto &masks = m_masks[size_t(&node - m_ast->nodes.data())];
    masks.resize(m_rows * 3);
    uint8_t *isFirst = masks.data(), *first = isFirst + m_rows, *second = first + m_rows;
    for (size_t i = 0; i < m_rows; ++i) {
        isFirst[i] = condition.isTruthy(i);
        const bool isActive = !active || active[i];
        first[i] = isActive && isFirst[i];
        second[i] = isActive && !isFirst[i];
    }
    const Operand &then = evaluate(node.children[1], first);
    choose(isFirst, then, evaluate(node.children[2], second), result);
}

void ColumnEvaluator::choose(const uint8_t *isFirst, const Operand &first, const Operand &second, Operand &result)
{
    const bool isSameKind = first.kind() == second.kind();
    if (isSameKind && (first.kind() == Kind::Number || first.kind() == Kind::Boolean)) {
        if (first.kind() == Kind::Number) {
            double *out = result.setNumbers(m_rows);
            for (size_t i = 0; i < m_rows; ++i)
                out[i] = isFirst[i] ? first.number(i) : second.number(i);
        } else {
            uint8_t *out = result.setBooleans(m_rows);
            for (size_t i = 0; i < m_rows; ++i)
                out[i] = isFirst[i] ? first.boolean(i) : second.boolean(i);
        }
        if (!first.nulls() && !second.nulls())
            return;
        uint8_t *nulls = result.setNulls();
        for (size_t i = 0; i < m_rows; ++i)
            nulls[i] = isFirst[i] ? first.isNull(i) : second.isNull(i);
        return;
    }
    if (isSameKind && first.kind() == Kind::Text) {
        result.setTexts(m_rows);
        for (size_t i = 0; i < m_rows; ++i) {
            const Operand &chosen = isFirst[i] ? first : second;
            if (chosen.isNull(i))
                result.appendNull();
            else
                result.appendText(chosen.text(i));
        }
        return;
    }
    Value *values = result.setValues(m_rows);
    for (size_t i = 0; i < m_rows; ++i)
        values[i] = isFirst[i] ? first.value(i) : second.value(i);
}

void ColumnEvaluator::fail(size_t row, uint32_t id, const Fault &fault)
{
    if (m_failed.empty())
        m_failed.assign(m_rows, 0);
    m_failed[row] = 1;
    const Node &node = m_ast->nodes[id];
    const bool hasLabel = fault.argument >= 0 && size_t(fault.argument) < node.children.size();
    const uint32_t blamed = hasLabel ? node.children[size_t(fault.argument)] : id;
    ItemError error;
    error.row = uint32_t(row);
    error.kind = fault.kind;
    error.message = fault.messageFor(m_ast->labelOf(blamed));
    error.trace = m_ast->placeOf(blamed);
    m_errors->push_back(std::move(error));
}

} // namespace millrace
