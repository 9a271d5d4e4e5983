// SPDX-License-Identifier: MIT
#include "data/MadeItems.h"
#include "expression/script/host/ScriptDates.h"
#include "expression/script/host/ScriptFeed.h"
#include "expression/script/host/ScriptRealm.h"
#include "expression/script/host/ScriptShapes.h"
#include "expression/script/host/ScriptValues.h"
#include "expression/script/host/ScriptWork.h"
#include "expression/script/ScriptColumns.h"
#include "expression/script/ScriptSource.h"
#include "expression/script/ScriptText.h"
#include "expression/values/Words.h"

#include <optional>
#include <QJSEngine>
#include <QJSManagedValue>
#include <utility>

namespace millrace {

namespace {

/// Gives the script its console, and makes what is needed around it before it can change what that is made of.
constexpr const char *Prelude = R"((function (out, tools) {
    const {keys, getPrototypeOf, prototype} = Object, toJson = JSON.stringify, OwnError = Error, toText = String;
    const text = value => {
        if (typeof value === "string") return value;
        if (typeof value === "function" || value instanceof OwnError) return toText(value);
        try { const json = toJson(value); return json === undefined ? toText(value) : json; }
        catch (error) { return toText(value); }
    };
    const say = level => (...values) => out.say(level, values.map(text).join(" "));
    this.console = {log: say(0), info: say(0), debug: say(0), warn: say(1), error: say(2)};
    const mark = Symbol();
    tools.thrown = error => ({[mark]: true, error: error instanceof OwnError ? error : {thrown: text(error)}});
    tools.keysOf = value => getPrototypeOf(value) === prototype ? keys(value) : undefined;
    tools.proxies = [new Proxy({}, {}), new Proxy(function() {}, {})];
    return tools;
}))";

/// At the script's end, for its `let` and `const` are its own.
constexpr const char *FindTransform = "\n;typeof transform === 'function' ? transform : undefined";

QString linesOf(std::string_view code)
{
    QString text = fromUtf8(code);
    text.replace(QLatin1String("\r\n"), QLatin1String("\n"));
    return text.replace(QLatin1Char('\r'), QLatin1Char('\n'));
}

std::string textOf(const ScriptPlace &place)
{
    if (place.line <= 0)
        return {};
    std::string text = "line " + std::to_string(place.line);
    return place.column > 0 ? text + ", column " + std::to_string(place.column) : text;
}

std::string placed(const ScriptPlace &place, const std::string &message)
{
    const std::string text = textOf(place);
    return text.empty() ? message : text + ": " + message;
}

/// The place that a frame of evaluate()'s stack trace names: `function:line:column:file`.
ScriptPlace placeOfFrame(const QString &frame)
{
    const QStringList parts = frame.split(QLatin1Char(':'));
    return parts.size() > 2 ? ScriptPlace{parts[1].toInt(), std::max(0, parts[2].toInt())} : ScriptPlace();
}

/// Whether the text can be a script. The engine reads all of it before it does anything, and what it does first is to stop.
Result<> parse(QJSEngine &engine, const QString &code)
{
    QStringList trace;
    const QJSValue thrown = engine.evaluate(QLatin1String("throw 0;\n") + code, {}, 0, &trace);
    if (!thrown.isError())
        return {};
    const ScriptPlace place = trace.isEmpty() ? ScriptPlace() : placeOfFrame(trace.first());
    return failure(ErrorKind::Syntax, placed(place, shortText(thrown.toString())));
}

} // namespace

/// Where console.log() and its like lead.
class ScriptConsole : public QObject
{
    Q_OBJECT

public:
    explicit ScriptConsole(ScriptWork::Say say) : m_say(std::move(say)) {}

    Q_INVOKABLE void say(int level, const QString &text) { m_say(LogLevel(level), shortText(text)); }

private:
    const ScriptWork::Say m_say;
};

/// A script with transform(), in an engine that keeps what the script keeps between items.
class FunctionWork final : public ScriptWork
{
public:
    FunctionWork(ScriptGuard &guard, Say say)
        : m_guard(guard)
        , m_console(std::move(say))
        , m_values(m_engine, guard)
        , m_feed(m_engine, m_values)
        , m_shapes(m_engine, m_values)
    {
        QJSEngine::setObjectOwnership(&m_console, QJSEngine::CppOwnership);
    }
    ~FunctionWork() override { m_guard.setEngine(nullptr, {}); }

    Result<> open(const std::string &source, const ScriptLimits &limits) override;
    Result<> work(Batch &batch, bool endsAtFailure, std::vector<ItemError> &errors) override;
    bool close() override { return false; } // what a script keeps is its own

private:
    Result<> read(const QString &code);
    Result<> start();
    Failure interrupted() const;
    Result<> prepare(const Batch &batch, size_t begin, size_t end);
    std::string code() const;
    Result<> compile();
    std::optional<ItemError> failureOf(const QJSValue &answer);
    std::optional<ItemError> transform(const Batch &batch, size_t row, size_t begin);
    bool transformRows(
        const Batch &batch, size_t begin, size_t end, bool endsAtFailure, std::vector<ItemError> &errors);
    std::optional<ItemError> take(const QJSValue &result, uint32_t row);
    ItemError errorOf(const QJSValue &thrown);

    ScriptGuard &m_guard;
    ScriptConsole m_console;
    QJSEngine m_engine;
    ScriptValues m_values;
    BrokenScript m_script;
    QJSValue m_transform, m_tools;
    QJSManagedValue m_thrown; ///< the class of what thrown() makes
    SchemaPtr m_schema;       ///< that the functions are for
    bool m_isWide = false;    ///< it has more fields than are given one by one
    bool m_hasLearnt = false;
    bool m_isCompiled = false; ///< for that schema, and all that was learnt
    QJSValue m_begin, m_step, m_end, m_isBack;
    QJSValueList m_arguments;
    std::vector<const Column *> m_columns;
    ScriptFeed m_feed;
    ScriptShapes m_shapes;
    MadeItems m_made;
};

Result<> FunctionWork::open(const std::string &source, const ScriptLimits &limits)
{
    m_guard.setEngine(&m_engine, limits);
    m_guard.limitMemory(source.size() * BytesToRead);
    m_guard.begin();
    Result<> opened = read(linesOf(source));
    if (opened)
        opened = start();
    if (m_guard.end())
        return interrupted();
    return opened;
}

Result<> FunctionWork::read(const QString &code)
{
    if (auto parsed = parse(m_engine, code); !parsed)
        return parsed;
    m_script = breakScript(code.toStdU16String());
    if (QJSEngine apart;
        !parse(apart, QString::fromStdU16String(m_script.text))) { // never, but a column isn't worth a script
        m_script = {};
        m_script.text = code.toStdU16String();
    }
    return {};
}

Result<> FunctionWork::start()
{
    m_tools =
        m_engine.evaluate(QString::fromLatin1(Prelude))
            .callWithInstance(m_engine.globalObject(), {m_engine.newQObject(&m_console),
                                                        m_engine.evaluate(QString::fromStdString(scriptTools()))});
    if (auto exact = makeDatesExact(m_engine); !exact)
        return exact;
    if (auto whole = keepCharactersWhole(m_engine); !whole)
        return whole;
    m_thrown = QJSManagedValue(m_tools.property(QStringLiteral("thrown")).call({QJSValue()}), &m_engine).jsMetaType();
    m_shapes.setUp(m_tools.property(QStringLiteral("keysOf")), m_tools.property(QStringLiteral("proxies")));
    QStringList trace;
    const QJSValue result =
        m_engine.evaluate(QString::fromStdU16String(m_script.text) + QLatin1String(FindTransform), {}, 1, &trace);
    if (!trace.isEmpty())
        return failure(ErrorKind::Script,
                       placed(m_script.placeOf(placeOfFrame(trace.first()).line), shortText(result.toString())));
    if (!result.isCallable())
        return failure(ErrorKind::Script,
                       "The script has no function transform(item); write one that returns an item, a list of "
                       "items, or null.");
    m_transform = result;
    return {};
}

Failure FunctionWork::interrupted() const
{
    return failure(ErrorKind::Timeout, limitPassed(ErrorKind::Timeout, "The script", m_guard.limits()));
}

ItemError FunctionWork::errorOf(const QJSValue &thrown)
{
    if (!thrown.isError())
        return {0, ErrorKind::Script, shortText(thrown.property(QStringLiteral("thrown")).toString()), {}};
    const ScriptPlace place = m_script.placeOf(thrown.property(QStringLiteral("lineNumber")).toInt());
    return {0, ErrorKind::Script, placed(place, shortText(thrown.toString())), textOf(place)};
}

/// Makes the functions around transform() anew where rows come that they aren't made for. An object written out costs a fraction of
/// one that is put together.
Result<> FunctionWork::prepare(const Batch &batch, size_t begin, size_t end)
{
    // Nothing is compiled until all is looked at: what throws in between must not leave functions for other rows.
    bool isCompiled = std::exchange(m_isCompiled, false);
    isCompiled &= !std::exchange(m_hasLearnt, false);
    if (batch.schema() != m_schema) {
        isCompiled = false;
        m_schema.reset();
        const Schema &schema = *batch.schema();
        m_isWide = schema.size() > ScriptShapes::MostFields;
        m_feed.restart(m_isWide ? 0 : schema.size());
        std::vector<std::string> names;
        for (size_t i = 0; i < m_feed.size(); ++i)
            names.push_back(schema.field(i).name);
        m_shapes.setInput(std::move(names));
        m_schema = batch.schema();
    }
    for (size_t i = 0; i < m_feed.size(); ++i)
        isCompiled &= !m_feed.look(i, &batch.column(i), begin, end);
    m_isCompiled = isCompiled;
    return m_isCompiled ? Result<>() : compile();
}

/// begin(), step(), end(), whether transform() has returned, and those of the shapes.
std::string FunctionWork::code() const
{
    std::string values, object, forgotten, code = "((transform, $) => { let rows, isBack, thrown = $.thrown;\n";
    for (size_t i = 0; i < m_feed.size(); ++i) {
        const std::string number = std::to_string(i), name = scriptText(m_schema->field(i).name);
        code += joined({"let a", number, ";\n"});
        values += joined({"a", number, " = ", m_feed.value(i), "; "});
        object += joined({name == "\"__proto__\"" ? "[\"__proto__\"]" : name, ": a", number, ", "});
        forgotten += joined({"a", number, " = c", number, " = n", number, " = "});
    }
    code += m_feed.declarations() + m_shapes.declarations();
    code += joined({"return [(size", m_feed.parameters(), ") => { rows = size; ", m_feed.beginning(), "},\n"});
    code += joined({"(r, id, item) => { ", values, "try { isBack = false; const made = transform(",
                    m_isWide ? "item" : "{" + object + "}",
                    ", id); isBack = true; return made; } catch (error) { return thrown(error); } },\n() => { ",
                    forgotten, "undefined; },\n() => isBack"});
    return code + m_shapes.functions(m_feed) + "]; })";
}

Result<> FunctionWork::compile()
{
    const QJSValue made = m_engine.evaluate(QString::fromStdString(code())).call({m_transform, m_tools});
    m_begin = made.property(0);
    m_step = made.property(1);
    m_end = made.property(2);
    m_isBack = made.property(3);
    m_shapes.setFunctions(made, 4);
    m_isCompiled = m_step.isCallable();
    return m_isCompiled ? Result<>() : failure(ErrorKind::Script, "the script engine can't be set up");
}

/// What was made of an item that isn't read by its shape: none, one or several.
std::optional<ItemError> FunctionWork::take(const QJSValue &result, uint32_t row)
{
    if (result.isUndefined())
        return ItemError{
            0, "script", "transform() returned nothing; end it with return and an item, a list of items, or null.", {}};
    m_hasLearnt |= m_shapes.learn(result);
    auto value = m_values.fromScript(result);
    if (!value)
        return ItemError{0, value.error().kind, value.error().message, {}};
    if (value->isList()) {
        for (const Value &each : value->toList())
            m_shapes.take(row, each);
    } else if (!value->isNull()) {
        m_shapes.take(row, *std::move(value));
    }
    m_values.collectGarbage();
    return {};
}

/// What ended transform(), if it didn't return.
std::optional<ItemError> FunctionWork::failureOf(const QJSValue &answer)
{
    if (!answer.isObject())
        return {};
    if (QJSManagedValue(answer, &m_engine).jsMetaType().strictlyEquals(m_thrown))
        return errorOf(answer.property(QStringLiteral("error")));
    if (!answer.isError())
        return {};
    const QJSValue isBack = m_isBack.call(); // an error may be returned, too
    return isBack.isBool() && isBack.toBool() ? std::nullopt : std::optional(errorOf(answer));
}

std::optional<ItemError> FunctionWork::transform(const Batch &batch, size_t row, size_t begin)
{
    m_arguments.clear();
    m_arguments.append(QJSValue(uint(row - begin)));
    m_arguments.append(batch.hasImplicitIds() ? QJSValue(double(batch.firstId() + int64_t(row)))
                                              : m_values.toScript(batch.id(row)));
    if (m_isWide)
        m_arguments.append(m_values.toScript(batch.item(row)));
    std::optional<ItemError> error;
    m_guard.begin();
    const QJSValue answer = m_step.call(m_arguments);
    if (!answer.isObject() || !m_shapes.take(answer, uint32_t(row - begin), uint32_t(row))) {
        if (error = failureOf(answer); !error)
            error = take(answer, uint32_t(row));
    }
    if (m_guard.end()) {
        m_shapes.drop(uint32_t(row));
        error = ItemError{0, ErrorKind::Timeout, interrupted().error.message, {}};
    }
    return error;
}

/// Whether all are through; else the first that failed ends it.
bool FunctionWork::transformRows(
    const Batch &batch, size_t begin, size_t end, bool endsAtFailure, std::vector<ItemError> &errors)
{
    m_arguments = {QJSValue(uint(end - begin))};
    m_feed.give(m_arguments, m_columns, begin, end);
    m_begin.call(m_arguments);
    bool isThrough = true;
    for (size_t row = begin; row < end && isThrough; ++row) {
        if (auto error = transform(batch, row, begin)) {
            error->row = uint32_t(row);
            errors.push_back(*std::move(error));
            isThrough = !endsAtFailure;
        }
    }
    m_end.call();
    m_arguments.clear(); // or they would be no garbage
    m_shapes.giveTo(m_made, batch, begin == 0 && (end == batch.size() || !isThrough));
    m_values.collectGarbage();
    return isThrough;
}

Result<> FunctionWork::work(Batch &batch, bool endsAtFailure, std::vector<ItemError> &errors)
{
    m_made.begin(batch);
    m_columns.clear();
    for (size_t i = 0; i < batch.columnCount(); ++i)
        m_columns.push_back(&batch.column(i));
    for (size_t begin = 0, end = 0; begin < batch.size(); begin = end) {
        end = ScriptFeed::endOf(begin, batch.size(), m_columns);
        if (auto prepared = prepare(batch, begin, end); !prepared)
            return prepared;
        if (!transformRows(batch, begin, end, endsAtFailure, errors))
            break;
    }
    m_made.applyTo(batch);
    return {};
}

std::unique_ptr<ScriptWork> makeFunctionWork(ScriptGuard &guard, ScriptWork::Say say)
{
    return std::make_unique<FunctionWork>(guard, std::move(say));
}

Result<> checkScript(ScriptGuard &guard, const std::string &code, const ScriptLimits &limits)
{
    QJSEngine engine;
    guard.setEngine(&engine, limits);
    guard.limitMemory(code.size() * BytesToRead);
    guard.begin();
    Result<> parsed = parse(engine, linesOf(code));
    if (guard.end())
        parsed = failure(ErrorKind::Timeout, limitPassed(ErrorKind::Timeout, "To read the script", limits));
    guard.setEngine(nullptr, {});
    return parsed;
}

} // namespace millrace

#include "ScriptTransform.moc"
