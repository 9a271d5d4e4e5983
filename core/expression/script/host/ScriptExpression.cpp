// SPDX-License-Identifier: MIT
#include "expression/columns/ColumnEvaluator.h"
#include "expression/language/Parser.h"
#include "expression/operations/Operations.h"
#include "expression/operations/OperationTable.h"
#include "expression/script/host/ScriptDates.h"
#include "expression/script/host/ScriptFeed.h"
#include "expression/script/host/ScriptRealm.h"
#include "expression/script/host/ScriptValues.h"
#include "expression/script/host/ScriptWork.h"
#include "expression/script/ScriptMessages.h"
#include "expression/script/ScriptSource.h"
#include "expression/script/ScriptText.h"
#include "expression/values/Words.h"

#include <new>
#include <optional>
#include <QJSEngine>

namespace millrace {

/// What the script calls where it has no quick path of its own.
class ScriptOperations : public QObject
{
    Q_OBJECT

public:
    ScriptOperations(QJSEngine &engine, ScriptValues &values, const ScriptLimits &limits)
        : m_engine(engine), m_values(values), m_limits(limits)
    {}

    /// Of which expression they are from now on.
    void setExpression(std::shared_ptr<const Ast> ast) { m_ast = std::move(ast); }

    Q_INVOKABLE QJSValue apply(int operation, int node, const QJSValue &values)
    {
        const quint32 count = values.property(QStringLiteral("length")).toUInt();
        std::vector<Value> arguments;
        for (quint32 i = 0; i < count; ++i) {
            auto value = m_values.fromScript(values.property(i));
            if (!value)
                return raise(node, {-1, value.error().kind, value.error().message});
            arguments.push_back(*std::move(value));
        }
        return result(operations()[size_t(operation)], node, arguments, -1);
    }

    Q_INVOKABLE QJSValue number(int node, int argument, const QJSValue &value)
    {
        auto read = m_values.fromScript(value);
        if (!read)
            return raise(node, {-1, read.error().kind, read.error().message});
        return result(functionOf("number"), node, {*std::move(read)}, argument);
    }

    Q_INVOKABLE QJSValue notCallable(int node)
    {
        const uint32_t callee = m_ast->nodes[size_t(node)].children[0];
        return raise(node, {-1, "script", joined({m_ast->writtenOf(callee), " is not a function"})});
    }

    /// A whole number of more digits than a script's numbers have.
    Q_INVOKABLE QJSValue longInteger(const QString &digits)
    {
        return m_values.toScript(Value(int64_t(digits.toLongLong())));
    }
    Q_INVOKABLE bool isLongInteger(const QJSValue &value) { return m_values.isLongInteger(value); }

    /// An exception comes from there. Only the first that says so, which is the innermost, is heard.
    Q_INVOKABLE void locate(int node)
    {
        if (!m_location)
            m_location = uint32_t(node);
    }

    void begin()
    {
        m_hasFailed = false;
        m_location.reset();
    }

    /// What the item under way failed of, when an exception ended it.
    ItemError error(const QJSValue &thrown)
    {
        if (m_hasFailed)
            return std::move(m_error);
        const uint32_t node = m_location.value_or(m_ast->root);
        const bool isCall = m_location && m_ast->nodes[node].kind == NodeKind::Call;
        const uint32_t named = isCall ? m_ast->nodes[node].children[0] : node;
        return {0, ErrorKind::Script, joined({m_ast->writtenOf(named), ": ", shortText(thrown.toString())}),
                m_ast->placeOf(node)};
    }

private:
    QJSValue result(const Operation &operation, int node, const std::vector<Value> &arguments, int argument)
    {
        Value value;
        Fault fault;
        try { // no exception may come as far as the engine
            if (applyOperation(operation, arguments, m_caches, value, fault))
                return m_values.toScript(value);
        } catch (const std::bad_alloc &) {
            return raise(node, {-1, ErrorKind::Memory,
                                limitPassed(ErrorKind::Memory, namedExpression(m_ast->source), m_limits)});
        }
        if (argument >= 0)
            fault.argument = argument;
        return raise(node, fault);
    }

    QJSValue raise(int id, const Fault &fault)
    {
        const Node &node = m_ast->nodes[size_t(id)];
        const bool hasLabel = fault.argument >= 0 && size_t(fault.argument) < node.children.size();
        const uint32_t blamed = hasLabel ? node.children[size_t(fault.argument)] : uint32_t(id);
        m_hasFailed = true;
        m_error.kind = fault.kind;
        m_error.message = fault.messageFor(m_ast->labelOf(blamed));
        m_error.trace = m_ast->placeOf(blamed);
        m_engine.throwError(QString::fromStdString(m_error.message));
        return {};
    }

    QJSEngine &m_engine;
    ScriptValues &m_values;
    std::shared_ptr<const Ast> m_ast;
    const ScriptLimits &m_limits;
    ValueCaches m_caches;
    bool m_hasFailed = false;
    ItemError m_error;
    std::optional<uint32_t> m_location;
};

/// An expression, computed item by item in an engine of its own whose realm is closed: no item leaves anything for the next one.
class ExpressionWork final : public ScriptWork
{
public:
    explicit ExpressionWork(ScriptGuard &guard)
        : m_guard(guard)
        , m_values(m_engine, guard)
        , m_operations(m_engine, m_values, guard.limits())
        , m_feed(m_engine, m_values)
    {
        QJSEngine::setObjectOwnership(&m_operations, QJSEngine::CppOwnership);
    }
    ~ExpressionWork() override { m_guard.setEngine(nullptr, {}); }

    Result<> open(const std::string &source, const ScriptLimits &limits) override;
    bool close() override;
    Result<> work(Batch &batch, bool endsAtFailure, std::vector<ItemError> &errors) override;

private:
    Result<> setUp();
    Result<> compile();
    Result<> checkPatterns();
    void load(const Batch &batch);
    Result<> prepare(size_t begin, size_t end);
    void compute(const Batch &batch, size_t row, size_t begin, std::vector<ItemError> &errors);
    ItemError interrupted() const;

    ScriptGuard &m_guard;
    std::shared_ptr<const Ast> m_ast;
    std::vector<const Column *> m_columns; ///< of the fields, then of the ids; null: it has none
    Column m_ids;
    std::vector<Value> m_results;
    SchemaPtr m_schema = std::make_shared<const Schema>(std::vector<Field>{{"value"}});
    QJSEngine m_engine;
    ScriptValues m_values;
    ScriptOperations m_operations;
    QJSValue m_helpers;      ///< of the prelude; undefined: the engine isn't set up
    bool m_isSpoilt = false; ///< it was interrupted, or can't be set up
    QJSValue m_tools;
    ScriptFeed m_feed;
    bool m_isPrepared = false; ///< for what the feed has seen
    QJSValueList m_arguments;
    QJSValue m_function, m_begin, m_step, m_end;
};

Result<> ExpressionWork::open(const std::string &source, const ScriptLimits &limits)
{
    m_guard.setEngine(&m_engine, limits);
    auto parsed = Parser(source).parse();
    if (!parsed)
        return parsed.forward();
    m_ast = std::make_shared<const Ast>(*std::move(parsed));
    m_feed.restart(m_ast->fields.size() + 1);
    m_isPrepared = false;
    m_operations.setExpression(m_ast);
    m_guard.limitMemory(source.size() * BytesToRead);
    m_guard.begin();
    Result<> compiled = compile();
    if (m_guard.end()) {
        m_isSpoilt = true;
        return failure(ErrorKind::Timeout, limitPassed(ErrorKind::Timeout, "To read the expression", limits));
    }
    return compiled;
}

/// Nothing of an expression is left in a closed realm, so the engine can have another one.
bool ExpressionWork::close()
{
    m_guard.setEngine(nullptr, {});
    m_function = m_begin = m_step = m_end = QJSValue();
    m_arguments.clear();
    return !m_isSpoilt;
}

Result<> ExpressionWork::setUp()
{
    m_tools = m_engine.evaluate(QString::fromStdString(scriptTools()));
    if (auto exact = makeDatesExact(m_engine); !exact)
        return exact;
    if (auto whole = keepCharactersWhole(m_engine); !whole)
        return whole;
    if (auto closed = closeRealm(m_engine); !closed)
        return closed;
    const QJSValue prelude = m_engine.evaluate(QString::fromStdString(scriptPrelude()));
    m_helpers = prelude.call({m_engine.newQObject(&m_operations)});
    m_isSpoilt = m_helpers.isError();
    if (m_helpers.isError())
        return failure(ErrorKind::Script, "the script engine can't be set up: " + m_helpers.toString().toStdString());
    return {};
}

Result<> ExpressionWork::compile()
{
    if (m_helpers.isUndefined()) {
        if (auto isSetUp = setUp(); !isSetUp)
            return isSetUp;
    }
    if (auto checked = checkPatterns(); !checked)
        return checked;
    const QJSValue maker = m_engine.evaluate(QString::fromStdString(scriptSource(*m_ast)));
    if (maker.isError())
        return failure(ErrorKind::Syntax,
                       "the script engine refuses the expression: " + maker.toString().toStdString());
    m_function = maker.call({m_helpers});
    if (!m_function.isCallable())
        return failure(ErrorKind::Syntax,
                       "the script engine refuses the expression: " + m_function.toString().toStdString());
    return {};
}

/// The engine itself takes a wrong one between slashes for one that is never found.
Result<> ExpressionWork::checkPatterns()
{
    const QJSValue make = m_engine.globalObject().property(QStringLiteral("RegExp"));
    for (const Node &node : m_ast->nodes) {
        if (node.kind != NodeKind::Regex)
            continue;
        const QString written = QString::fromStdString(node.text);
        const qsizetype end = written.lastIndexOf(QLatin1Char('/'));
        const QJSValue regex = make.callAsConstructor({written.mid(1, end - 1), written.mid(end + 1)});
        if (regex.isError())
            return failure(ErrorKind::Syntax, joined({"column ", std::to_string(m_ast->columnOf(node.begin)), ": ",
                                                      regex.toString().toStdString()}));
    }
    return {};
}

/// The batch has what the expression uses, by its names.
void ExpressionWork::load(const Batch &batch)
{
    m_columns.clear();
    const auto add = [&](std::string_view name) {
        const auto place = batch.schema()->find(name);
        m_columns.push_back(place ? &batch.column(*place) : nullptr);
    };
    for (const std::string &field : m_ast->fields)
        add(field);
    add("id");
    if (!m_ast->usesId)
        m_columns.back() = nullptr;
    if (!m_ast->usesId || m_columns.back())
        return;
    m_ids.reset(ColumnType::Any);
    for (size_t row = 0; row < batch.size(); ++row)
        m_ids.append(batch.id(row));
    m_columns.back() = &m_ids;
}

/// Makes the functions around the expression's own anew where rows come that they aren't made for.
Result<> ExpressionWork::prepare(size_t begin, size_t end)
{
    for (size_t i = 0; i < m_feed.size(); ++i)
        m_isPrepared &= !m_feed.look(i, m_columns[i], begin, end);
    if (!m_isPrepared) {
        std::string values, forgotten;
        for (size_t i = 0; i < m_feed.size(); ++i) {
            const std::string number = std::to_string(i);
            values +=
                joined({i + 1 < m_feed.size() ? "" : "item, ", m_feed.value(i), i + 1 < m_feed.size() ? ", " : ""});
            forgotten += joined({"c", number, " = n", number, " = "});
        }
        const std::string code =
            joined({"((f, $) => { ", m_feed.declarations(), "return [(size", m_feed.parameters(), ") => { ",
                    m_feed.beginning(), "}, (r, item) => f(", values, "), () => { ", forgotten, "undefined; }]; })"});
        const QJSValue made = m_engine.evaluate(QString::fromStdString(code)).call({m_function, m_tools});
        m_begin = made.property(0);
        m_step = made.property(1);
        m_end = made.property(2);
    }
    m_isPrepared = m_step.isCallable();
    return m_isPrepared ? Result<>() : failure(ErrorKind::Script, "the script engine can't be set up");
}

ItemError ExpressionWork::interrupted() const
{
    return {0, ErrorKind::Timeout, limitPassed(ErrorKind::Timeout, namedExpression(m_ast->source), m_guard.limits()),
            m_ast->placeOf(m_ast->root)};
}

void ExpressionWork::compute(const Batch &batch, size_t row, size_t begin, std::vector<ItemError> &errors)
{
    m_arguments.clear();
    m_arguments.append(QJSValue(uint(row - begin)));
    if (m_ast->usesItem)
        m_arguments.append(m_values.toScript(batch.item(row)));
    m_results[row] = Value();
    m_operations.begin();
    std::optional<ItemError> error;
    m_guard.begin();
    if (const QJSValue result = m_step.call(m_arguments); result.isNumber())
        m_results[row].setReal(result.toNumber());
    else if (result.isError())
        error = m_operations.error(result);
    else if (auto value = m_values.fromScript(result); value)
        m_results[row] = *std::move(value);
    else
        error = ItemError{0, value.error().kind, value.error().message, {}};
    if (m_guard.end()) {
        m_isSpoilt = true;
        m_results[row] = Value();
        error = interrupted();
    }
    m_values.collectGarbage();
    if (!error)
        return;
    error->row = uint32_t(row);
    errors.push_back(*std::move(error));
}

Result<> ExpressionWork::work(Batch &batch, bool endsAtFailure, std::vector<ItemError> &errors)
{
    load(batch);
    const size_t rows = batch.size();
    m_results.assign(rows, Value());
    for (size_t begin = 0, end = 0; begin < rows; begin = end) {
        end = ScriptFeed::endOf(begin, rows, m_columns);
        if (auto prepared = prepare(begin, end); !prepared)
            return prepared;
        m_arguments = {QJSValue()};
        m_feed.give(m_arguments, m_columns, begin, end);
        m_begin.call(m_arguments);
        for (size_t row = begin; row < end; ++row) {
            compute(batch, row, begin, errors);
            if (!endsAtFailure || errors.empty() || errors.back().kind != ErrorKind::Timeout)
                continue;
            for (const ItemError ended = errors.back();
                 ++row < rows;) // the run ends with that one, which took long enough
                errors.push_back({uint32_t(row), ended.kind, ended.message, ended.trace});
            end = rows;
        }
        m_end.call();
    }
    Column column;
    fillColumn(column, rows, m_results.data());
    m_results.clear();
    batch.setColumns(m_schema, {std::move(column)});
    return {};
}

std::unique_ptr<ScriptWork> makeExpressionWork(ScriptGuard &guard)
{
    return std::make_unique<ExpressionWork>(guard);
}

} // namespace millrace

#include "ScriptExpression.moc"
