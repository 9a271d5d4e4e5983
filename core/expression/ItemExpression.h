// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "expression/columns/ColumnEvaluator.h"
#include "expression/script/AnnouncedBatches.h"
#include "expression/script/ScriptEvaluator.h"

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace millrace {

/// An expression of the expression language, ready to be computed for batches. What is made of arithmetic, comparisons,
/// logic and the listed functions runs over whole columns; anything else goes item by item to a script engine. Both
/// give the same results. One thread at a time; each worker has its own.
class ItemExpression
{
public:
    /// ScriptEngine sends to the script engine what could be computed over columns: to compare the two.
    enum class Engine : uint8_t { Fitting, ScriptEngine };

    /// Fails with the column (from 1) of what is wrong.
    static Result<ItemExpression> compile(std::string_view source, Engine engine = Engine::Fitting);
    /// For the checks before a run: what is wrong with the text, or with the fields it uses. A null schema: not known.
    static Result<> check(std::string_view source, const SchemaPtr &schema);

    /// What its script engine may use, where it needs one, and what ends it.
    void setSurroundings(ScriptSurroundings surroundings);

    /// Finds the fields; does nothing where the schema is the one of the last call. Fails with the name of an unknown
    /// field, which is null where the schema is open.
    Result<> bind(const SchemaPtr &schema);

    /// How many batches it would like to be told of at a time: Step::announcedAtOnce().
    size_t announcedAtOnce() const { return m_script ? AnnouncedBatches::Most : 1; }
    /// Batches that it will be asked about next, in this order: a script engine begins with those that have the schema of the first.
    void announce(std::span<Batch *const> batches);

    /// The values of all rows, into a column of the type that fits. Rows that failed are null and named in `errors`, in
    /// ascending order; their expression's position is in the trace. No value is absent: what comes of an absent field is null. Binds
    /// to the batch's schema first.
    Result<> evaluate(const Batch &batch, Column &result, std::vector<ItemError> &errors);
    /// Which rows are true: not null, false, 0, NaN or empty text. One byte a row, 0 for failed ones.
    Result<> evaluateTruth(const Batch &batch, std::vector<uint8_t> &result, std::vector<ItemError> &errors);

    /// Whether it runs over whole columns.
    bool isCompiled() const { return !m_script; }
    bool usesItem() const { return m_ast->usesItem; }
    bool usesId() const { return m_ast->usesId; }
    /// Those it uses by name.
    const std::vector<std::string> &fieldsUsed() const { return m_ast->fields; }
    const std::string &source() const { return m_ast->source; }
    /// What its values are for items of such a schema, where that can be said: Null where not.
    ValueType resultType(const Schema &schema) const;
    /// Sentences, for the checks before a run, about fields of text that `+` joins to a number.
    std::vector<std::string> joinedFields(const Schema &schema) const;

private:
    explicit ItemExpression(std::shared_ptr<const Ast> ast) : m_ast(std::move(ast)) {}
    Result<const Operand *> values(const Batch &batch, std::vector<ItemError> &errors);

    std::shared_ptr<const Ast> m_ast; ///< shared with its evaluator
    std::optional<ColumnEvaluator> m_columns;
    std::optional<ScriptEvaluator> m_script;
    SchemaPtr m_schema; ///< that m_binding is for
    ColumnBinding m_binding;
};

} // namespace millrace
