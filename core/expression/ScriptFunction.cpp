// SPDX-License-Identifier: MIT
#include "expression/ScriptFunction.h"

#include "data/NumberText.h"
#include "expression/ScriptColumns.h"
#include "expression/ScriptText.h"
#include "expression/ScriptValues.h"
#include "expression/ScriptWatch.h"

#include <optional>
#include <QCoreApplication>
#include <QJSEngine>

namespace millrace {

namespace {

/// Tells what was returned from what was thrown, whatever that is; and gives the script its console.
constexpr const char *Prelude = R"((function (out) {
    const text = value => {
        if (typeof value === "string") return value;
        if (typeof value === "function" || value instanceof Error) return String(value);
        try { const json = JSON.stringify(value); return json === undefined ? String(value) : json; }
        catch (error) { return String(value); }
    };
    const say = level => (...values) => out.say(level, values.map(text).join(" "));
    this.console = {log: say(0), info: say(0), debug: say(0), warn: say(1), error: say(2)};
    return transform => (item, id) => {
        try { return [transform(item, id)]; }
        catch (error) { return error instanceof Error ? error : {thrown: text(error)}; }
    };
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

Failure noApplication()
{
    return failure("script", "the script engine needs a QCoreApplication; make one first");
}

/// Whether the text can be a script. The engine reads all of it before it does anything, and what it does first is to stop.
Result<> parse(QJSEngine &engine, const QString &code)
{
    QStringList trace;
    const QJSValue thrown = engine.evaluate(QLatin1String("throw 0;\n") + code, {}, 0, &trace);
    if (!thrown.isError())
        return {};
    const ScriptPlace place = trace.isEmpty() ? ScriptPlace() : placeOfFrame(trace.first());
    return failure("syntax", placed(place, thrown.toString().toStdString()));
}

} // namespace

/// Where console.log() and its like lead.
class ScriptConsole : public QObject
{
    Q_OBJECT

public:
    explicit ScriptConsole(const ScriptFunction::Options &options) : m_options(options) {}

    Q_INVOKABLE void say(int level, const QString &text)
    {
        if (m_options.say)
            m_options.say(LogLevel(level), text.toStdString());
    }

private:
    const ScriptFunction::Options &m_options;
};

class ScriptFunction::Private
{
public:
    explicit Private(Options given) : options(std::move(given)), console(options)
    {
        QJSEngine::setObjectOwnership(&console, QJSEngine::CppOwnership);
    }

    Result<> start();
    Result<> interrupted(ScriptWatch::Cause cause);
    QJSValue argument(const Value &value) { return toScript(engine, value); }
    ItemError errorOf(const QJSValue &thrown);
    bool addResult(const QJSValue &result, std::vector<Value> &made, ItemError &error);

    Options options;
    QJSEngine engine;
    ScriptConsole console;
    BrokenScript script;
    QJSValue function;
    std::optional<ScriptWatch> watch; ///< last: it must be gone before the engine
};

Result<> ScriptFunction::Private::start()
{
    const QString code = linesOf(options.code);
    if (auto parsed = parse(engine, code); !parsed)
        return parsed;
    script = breakScript(code.toStdU16String());
    if (QJSEngine apart;
        !parse(apart, QString::fromStdU16String(script.text))) { // never, but a column isn't worth a script
        script = {};
        script.text = code.toStdU16String();
    }
    const QJSValue maker = engine.evaluate(QString::fromLatin1(Prelude))
                               .callWithInstance(engine.globalObject(), {engine.newQObject(&console)});
    watch.emplace(engine, options.timeLimit, options.interrupt);
    watch->begin();
    QStringList trace;
    const QJSValue result =
        engine.evaluate(QString::fromStdU16String(script.text) + QLatin1String(FindTransform), {}, 1, &trace);
    if (const auto cause = watch->end(); cause != ScriptWatch::Cause::None)
        return interrupted(cause);
    if (!trace.isEmpty())
        return failure("script",
                       placed(script.placeOf(placeOfFrame(trace.first()).line), result.toString().toStdString()));
    if (!result.isCallable())
        return failure("script",
                       "The script has no function transform(item); write one that returns an item, a list of "
                       "items, or null.");
    function = maker.call({result});
    return function.isCallable() ? Result<>() : failure("script", "the script engine can't be set up");
}

Result<> ScriptFunction::Private::interrupted(ScriptWatch::Cause cause)
{
    if (cause == ScriptWatch::Cause::RunEnded)
        return failure("interrupted", "The run was stopped.");
    return failure("timeout", "The script took longer than its time limit of " + secondsText(options.timeLimit)
                                  + "; look for a loop without end, or raise timeLimit.");
}

ItemError ScriptFunction::Private::errorOf(const QJSValue &thrown)
{
    if (!thrown.isError())
        return {0, "script", thrown.property(QStringLiteral("thrown")).toString().toStdString(), {}};
    const ScriptPlace place = script.placeOf(thrown.property(QStringLiteral("lineNumber")).toInt());
    return {0, "script", placed(place, thrown.toString().toStdString()), textOf(place)};
}

bool ScriptFunction::Private::addResult(const QJSValue &result, std::vector<Value> &made, ItemError &error)
{
    if (result.isUndefined()) {
        error = {
            0, "script", "transform() returned nothing; end it with return and an item, a list of items, or null.", {}};
        return false;
    }
    auto value = fromScript(engine, result);
    if (!value) {
        error = {0, value.error().kind, value.error().message, {}};
        return false;
    }
    if (value->isList()) {
        for (const Value &each : value->toList())
            made.push_back(each);
    } else if (!value->isNull()) {
        made.push_back(*std::move(value));
    }
    return true;
}

ScriptFunction::ScriptFunction(Options options)
{
    if (QCoreApplication::instance())
        d = std::make_unique<Private>(std::move(options));
}

ScriptFunction::~ScriptFunction() = default;
ScriptFunction::ScriptFunction(ScriptFunction &&) noexcept = default;
ScriptFunction &ScriptFunction::operator=(ScriptFunction &&) noexcept = default;

Result<> ScriptFunction::check(std::string_view code)
{
    if (!QCoreApplication::instance())
        return noApplication();
    QJSEngine engine;
    return parse(engine, linesOf(code));
}

Result<> ScriptFunction::start()
{
    return d ? d->start() : noApplication();
}

Result<bool> ScriptFunction::transform(const Batch &batch, size_t row, std::vector<Value> &made, ItemError &error)
{
    const QJSValueList arguments{d->argument(batch.item(row)), d->argument(batch.id(row))};
    d->watch->begin();
    const QJSValue result = d->function.call(arguments);
    if (const auto cause = d->watch->end(); cause != ScriptWatch::Cause::None) {
        auto interrupted = d->interrupted(cause);
        if (cause == ScriptWatch::Cause::RunEnded)
            return interrupted.forward();
        error = {0, interrupted.error().kind, interrupted.error().message, {}};
        return false;
    }
    if (!result.isArray()) {
        error = d->errorOf(result);
        return false;
    }
    return d->addResult(result.property(0), made, error);
}

} // namespace millrace

#include "ScriptFunction.moc"
