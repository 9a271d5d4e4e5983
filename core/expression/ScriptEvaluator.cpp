// SPDX-License-Identifier: MIT
#include "expression/ScriptEvaluator.h"

#include "expression/ScriptSource.h"
#include "expression/ScriptText.h"
#include "expression/ScriptValues.h"
#include "expression/Words.h"

#include <optional>
#include <QCoreApplication>
#include <QJSEngine>

namespace millrace {

/// What the script calls where it has no quick path of its own.
class ScriptOperations : public QObject
{
    Q_OBJECT

public:
    ScriptOperations(QJSEngine &engine, const Ast &ast) : m_engine(engine), m_ast(ast) {}

    Q_INVOKABLE QJSValue apply(int operation, int node, const QJSValue &values)
    {
        const quint32 count = values.property(QStringLiteral("length")).toUInt();
        std::vector<Value> arguments;
        for (quint32 i = 0; i < count; ++i) {
            auto value = fromScript(m_engine, values.property(i));
            if (!value)
                return raise(node, {-1, value.error().kind, value.error().message});
            arguments.push_back(*std::move(value));
        }
        return result(Operation(operation), node, arguments, -1);
    }

    Q_INVOKABLE QJSValue number(int node, int argument, const QJSValue &value)
    {
        auto read = fromScript(m_engine, value);
        if (!read)
            return raise(node, {-1, read.error().kind, read.error().message});
        return result(Operation::Number, node, {*std::move(read)}, argument);
    }

    Q_INVOKABLE QJSValue notCallable(int node)
    {
        const uint32_t callee = m_ast.nodes[size_t(node)].children[0];
        return raise(node, {-1, "script", joined({m_ast.writtenOf(callee), " is not a function"})});
    }

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
        const uint32_t node = m_location.value_or(m_ast.root);
        const bool isCall = m_location && m_ast.nodes[node].kind == NodeKind::Call;
        const uint32_t named = isCall ? m_ast.nodes[node].children[0] : node;
        return {0, "script", joined({m_ast.writtenOf(named), ": ", thrown.toString().toStdString()}),
                m_ast.placeOf(node)};
    }

private:
    QJSValue result(Operation operation, int node, const std::vector<Value> &arguments, int argument)
    {
        Value value;
        Fault fault;
        if (applyOperation(operation, arguments, m_patterns, value, fault))
            return toScript(m_engine, value);
        if (argument >= 0)
            fault.argument = argument;
        return raise(node, fault);
    }

    QJSValue raise(int id, const Fault &fault)
    {
        const Node &node = m_ast.nodes[size_t(id)];
        const bool hasLabel = fault.argument >= 0 && size_t(fault.argument) < node.children.size();
        const uint32_t blamed = hasLabel ? node.children[size_t(fault.argument)] : uint32_t(id);
        m_hasFailed = true;
        m_error.kind = fault.kind;
        m_error.message = fault.messageFor(m_ast.labelOf(blamed));
        m_error.trace = m_ast.placeOf(blamed);
        m_engine.throwError(QString::fromStdString(m_error.message));
        return {};
    }

    QJSEngine &m_engine;
    const Ast &m_ast;
    PatternCache m_patterns;
    bool m_hasFailed = false;
    ItemError m_error;
    std::optional<uint32_t> m_location;
};

class ScriptEvaluator::Private
{
public:
    explicit Private(std::shared_ptr<const Ast> expression)
        : ast(std::move(expression)), operands(ast->fields.size() + 1), operations(engine, *ast)
    {
        QJSEngine::setObjectOwnership(&operations, QJSEngine::CppOwnership);
    }

    Result<> compile();
    Result<> checkPatterns();
    void load(const Batch &batch, const ColumnBinding &binding);
    QJSValue argument(const Operand &operand, size_t row);

    std::shared_ptr<const Ast> ast;
    std::vector<Operand> operands; ///< of the fields, then the id
    Operand result;
    QJSEngine engine;
    ScriptOperations operations;
    QJSValueList arguments;
    QJSValue function;
};

Result<> ScriptEvaluator::Private::compile()
{
    const QJSValue prelude = engine.evaluate(QString::fromStdString(scriptPrelude()));
    const QJSValue helpers = prelude.call({engine.newQObject(&operations)});
    if (helpers.isError())
        return failure("script", "the script engine can't be set up: " + helpers.toString().toStdString());
    if (auto checked = checkPatterns(); !checked)
        return checked;
    const QJSValue maker = engine.evaluate(QString::fromStdString(scriptSource(*ast)));
    if (maker.isError())
        return failure("syntax", "the script engine refuses the expression: " + maker.toString().toStdString());
    function = maker.call({helpers});
    if (!function.isCallable())
        return failure("syntax", "the script engine refuses the expression: " + function.toString().toStdString());
    return {};
}

/// The engine itself takes a wrong one between slashes for one that is never found.
Result<> ScriptEvaluator::Private::checkPatterns()
{
    const QJSValue make = engine.globalObject().property(QStringLiteral("RegExp"));
    for (const Node &node : ast->nodes) {
        if (node.kind != NodeKind::Regex)
            continue;
        const QString written = QString::fromStdString(node.text);
        const qsizetype end = written.lastIndexOf(QLatin1Char('/'));
        const QJSValue regex = make.callAsConstructor({written.mid(1, end - 1), written.mid(end + 1)});
        if (regex.isError())
            return failure("syntax", joined({"column ", std::to_string(ast->columnOf(node.begin)), ": ",
                                             regex.toString().toStdString()}));
    }
    return {};
}

void ScriptEvaluator::Private::load(const Batch &batch, const ColumnBinding &binding)
{
    for (size_t i = 0; i < binding.columns.size(); ++i)
        operands[i].setColumn(batch.column(binding.columns[i]));
    Operand &id = operands.back();
    if (binding.idColumn) {
        id.setColumn(batch.column(*binding.idColumn));
    } else if (ast->usesId) {
        Value *values = id.setValues(batch.size());
        for (size_t i = 0; i < batch.size(); ++i)
            values[i] = batch.id(i);
    }
}

QJSValue ScriptEvaluator::Private::argument(const Operand &operand, size_t row)
{
    if (operand.isNull(row))
        return QJSValue(QJSValue::NullValue);
    if (operand.kind() == Operand::Kind::Number)
        return QJSValue(operand.number(row));
    if (operand.kind() == Operand::Kind::Text)
        return QJSValue(fromUtf8(operand.text(row)));
    return toScript(engine, operand.value(row));
}

ScriptEvaluator::ScriptEvaluator(std::shared_ptr<const Ast> ast)
{
    if (QCoreApplication::instance())
        d = std::make_unique<Private>(std::move(ast));
}

ScriptEvaluator::~ScriptEvaluator() = default;
ScriptEvaluator::ScriptEvaluator(ScriptEvaluator &&) noexcept = default;
ScriptEvaluator &ScriptEvaluator::operator=(ScriptEvaluator &&) noexcept = default;

Result<> ScriptEvaluator::prepare()
{
    if (!d)
        return failure("script", "the script engine needs a QCoreApplication; make one first");
    return d->function.isUndefined() ? d->compile() : Result<>();
}

Result<const Operand *> ScriptEvaluator::evaluate(const Batch &batch,
                                                  const ColumnBinding &binding,
                                                  std::vector<ItemError> &errors)
{
    if (auto prepared = prepare(); !prepared)
        return prepared.forward();
    d->load(batch, binding);
    const size_t fields = d->ast->fields.size(), rows = batch.size();
    d->arguments.resize(qsizetype(fields) + 2);
    Value *values = d->result.setValues(rows);
    for (size_t row = 0; row < rows; ++row) {
        for (size_t i = 0; i < fields; ++i)
            d->arguments[qsizetype(i)] = d->argument(d->operands[i], row);
        if (d->ast->usesItem)
            d->arguments[qsizetype(fields)] = toScript(d->engine, batch.item(row));
        if (d->ast->usesId)
            d->arguments[qsizetype(fields) + 1] = d->argument(d->operands[fields], row);
        values[row] = Value();
        d->operations.begin();
        const QJSValue result = d->function.call(d->arguments);
        if (result.isNumber()) {
            values[row].setReal(result.toNumber());
        } else if (result.isError()) {
            errors.push_back(d->operations.error(result));
            errors.back().row = uint32_t(row);
        } else if (auto value = fromScript(d->engine, result); value) {
            values[row] = *std::move(value);
        } else {
            errors.push_back({uint32_t(row), value.error().kind, value.error().message, {}});
        }
    }
    return &d->result;
}

} // namespace millrace

#include "ScriptEvaluator.moc"
