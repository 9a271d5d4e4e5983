// SPDX-License-Identifier: MIT
#include "expression/ItemExpression.h"

#include "data/text/VisibleText.h"
#include "expression/language/Parser.h"
#include "expression/language/StaticTypes.h"
#include "expression/values/Words.h"

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

Result<ColumnBinding> bindingFor(const Ast &ast, const Schema &schema)
{
    ColumnBinding binding;
    for (const std::string &name : ast.fields) {
        const auto column = schema.find(name);
        if (column) {
            binding.columns.push_back(*column);
            continue;
        }
        if (schema.isOpen()) {
            binding.columns.push_back(ColumnBinding::None);
            continue;
        }
        const std::string nearest = schema.nearest(name);
        const std::string hint = nearest.empty() ? ";" : joined({"; did you mean \"", codedText(nearest), "\"?"});
        const std::string fields =
            schema.size() ? joined({" the fields are ", schema.names()}) : " the items have no fields";
        return failure(ErrorKind::Field, joined({"there is no field \"", codedText(name), "\"", hint, fields}));
    }
    if (ast.usesId)
        binding.idColumn = schema.find("id");
    return binding;
}

/// NaN and the infinities can't be written, and nobody means them.
void failWhatIsNoNumber(const Column &results, const Ast &ast, std::vector<ItemError> &errors)
{
    const size_t before = errors.size();
    const auto check = [&](size_t row, double real) {
        if (!std::isfinite(real))
            errors.push_back(
                {uint32_t(row), "range",
                 joined({std::isnan(real) ? "the result is not a number (NaN)" : "the result is infinite"}),
                 ast.placeOf(ast.root)});
    };
    for (size_t row = 0; row < results.size(); ++row) {
        if (results.isNull(row))
            continue;
        if (results.type() == ColumnType::Real)
            check(row, results.reals()[row]);
        else if (results.type() == ColumnType::Any && results.values()[row].isReal())
            check(row, results.values()[row].toReal());
    }
    if (before == 0 || errors.size() == before)
        return;
    std::stable_sort(errors.begin(), errors.end(),
                     [](const ItemError &a, const ItemError &b) { return a.row < b.row; });
    const auto isSameRow = [](const ItemError &a, const ItemError &b) { return a.row == b.row; };
    errors.erase(std::unique(errors.begin(), errors.end(), isSameRow), errors.end());
}

} // namespace

Result<ItemExpression> ItemExpression::compile(std::string_view source, Engine engine)
{
    auto parsed = Parser(source).parse();
    if (!parsed)
        return parsed.forward();
    ItemExpression expression(std::make_shared<const Ast>(*std::move(parsed)));
    if (expression.m_ast->needsScript || engine == Engine::ScriptEngine)
        expression.m_script.emplace(expression.m_ast);
    else
        expression.m_columns.emplace(expression.m_ast);
    return expression;
}

Result<> ItemExpression::check(std::string_view source, const SchemaPtr &schema)
{
    auto expression = compile(source);
    if (!expression)
        return expression.forward();
    if (expression->m_script) {
        if (auto prepared = expression->m_script->prepare(); !prepared)
            return prepared;
    }
    return schema ? expression->bind(schema) : Result<>();
}

void ItemExpression::setSurroundings(ScriptSurroundings surroundings)
{
    if (m_script)
        m_script->setSurroundings(std::move(surroundings));
}

Result<> ItemExpression::bind(const SchemaPtr &schema)
{
    if (schema && schema == m_schema)
        return {};
    auto binding = bindingFor(*m_ast, schema ? *schema : *emptySchema());
    if (!binding)
        return binding.forward();
    m_binding = *std::move(binding);
    m_schema = schema;
    return {};
}

void ItemExpression::announce(std::span<Batch *const> batches)
{
    if (!m_script || batches.empty() || !bind(batches.front()->schema()))
        return;
    const auto other = std::ranges::find_if(batches, [&](const Batch *batch) { return batch->schema() != m_schema; });
    m_script->announce({batches.begin(), other}, m_binding);
}

Result<const Operand *> ItemExpression::values(const Batch &batch, std::vector<ItemError> &errors)
{
    if (auto bound = bind(batch.schema()); !bound)
        return bound.forward();
    errors.clear();
    if (m_script)
        return m_script->evaluate(batch, m_binding, errors);
    return &m_columns->evaluate(batch, m_binding, errors);
}

Result<> ItemExpression::evaluate(const Batch &batch, Column &result, std::vector<ItemError> &errors)
{
    const auto found = values(batch, errors);
    if (!found)
        return found.forward();
    const Node &root = m_ast->nodes[m_ast->root];
    const bool isField = root.kind == NodeKind::Field && !m_script;
    if (isField && m_binding.columns[root.slot] != ColumnBinding::None) { // as it is, integers and all
        result = batch.column(m_binding.columns[root.slot]);
        result.fillAbsent();
        return {};
    }
    (*found)->copyTo(result, batch.size());
    result.fillAbsent();
    if (root.kind != NodeKind::Field)
        failWhatIsNoNumber(result, *m_ast, errors);
    for (const ItemError &error : errors)
        result.setNull(error.row);
    return {};
}

Result<> ItemExpression::evaluateTruth(const Batch &batch, std::vector<uint8_t> &result, std::vector<ItemError> &errors)
{
    const auto found = values(batch, errors);
    if (!found)
        return found.forward();
    (*found)->copyTruth(result, batch.size());
    for (const ItemError &error : errors)
        result[error.row] = 0;
    return {};
}

ValueType ItemExpression::resultType(const Schema &schema) const
{
    const Node &root = m_ast->nodes[m_ast->root];
    if (root.kind == NodeKind::Field) {
        const auto column = schema.find(m_ast->fields[root.slot]);
        return column ? schema.field(*column).type : ValueType::Null;
    }
    return StaticTypes(*m_ast, schema).typeOf(m_ast->root);
}

std::vector<std::string> ItemExpression::joinedFields(const Schema &schema) const
{
    return StaticTypes(*m_ast, schema).joinedFields();
}

} // namespace millrace
