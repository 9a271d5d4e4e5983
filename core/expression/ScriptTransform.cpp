// SPDX-License-Identifier: MIT
#include "data/MadeItems.h"
#include "expression/ScriptColumns.h"
#include "expression/ScriptSource.h"
#include "expression/ScriptText.h"
#include "expression/ScriptValues.h"
#include "expression/ScriptWork.h"

#include <optional>
#include <QJSEngine>

namespace millrace {

namespace {

/// Gives the script its console, and says what transform() came to as a list: the number of a shape and its members' values; or Other
/// and what was returned, of a Shape that isn't known yet or none; or Thrown and what was thrown, whatever that is.
constexpr const char *Prelude = R"((function (out) {
    const {keys, getPrototypeOf, prototype} = Object, toJson = JSON.stringify, OwnError = Error, toText = String;
    const text = value => {
        if (typeof value === "string") return value;
        if (typeof value === "function" || value instanceof OwnError) return toText(value);
        try { const json = toJson(value); return json === undefined ? toText(value) : json; }
        catch (error) { return toText(value); }
    };
    const say = level => (...values) => out.say(level, values.map(text).join(" "));
    this.console = {log: say(0), info: say(0), debug: say(0), warn: say(1), error: say(2)};
    const shapes = [], readers = [];
    let last = 0;
    const isSame = (list, other) => {
        if (list === undefined || list.length !== other.length) return false;
        for (let i = 0; i < list.length; ++i) if (list[i] !== other[i]) return false;
        return true;
    };
    const returned = value => {
        if (typeof value !== "object" || value === null || getPrototypeOf(value) !== prototype) return [-1, value];
        const names = keys(value);
        if (isSame(shapes[last], names)) return readers[last](value);
        for (let i = 0; i < shapes.length; ++i) if (isSame(shapes[i], names)) { last = i; return readers[i](value); }
        return [-2, value];
    };
    const thrown = error => [-3, error instanceof OwnError ? error : {thrown: text(error)}];
    return {returned, thrown, learn: (list, reader) => { shapes.push(list); readers.push(reader); }};
}))";

constexpr int NewShape = -2, Thrown = -3;
constexpr size_t MostShapes = 16;
/// An object with more fields is put together one by one.
constexpr size_t MostFields = 100;

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
    return failure("syntax", placed(place, shortText(thrown.toString())));
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
    FunctionWork(ScriptGuard &guard, Say say) : m_guard(guard), m_console(std::move(say)), m_values(m_engine, guard)
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
    Result<> prepare(const SchemaPtr &schema);
    void load(const Batch &batch, size_t row);
    std::optional<ItemError> transform(const Batch &batch, size_t row);
    std::optional<ItemError> take(const QJSValue &answer);
    std::optional<ItemError> take(size_t shape, const QJSValue &answer);
    void learn(const QJSValue &object);
    ItemError errorOf(const QJSValue &thrown);

    ScriptGuard &m_guard;
    ScriptConsole m_console;
    QJSEngine m_engine;
    ScriptValues m_values;
    BrokenScript m_script;
    QJSValue m_transform, m_helpers;
    SchemaPtr m_schema;  ///< that m_function is for
    QJSValue m_function; ///< gets an item's values and its id
    QJSValueList m_arguments;
    std::vector<std::vector<std::string>> m_shapes; ///< names of an object's members
    MadeItems m_made;
    std::vector<Value> m_items; ///< made of one
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
    m_helpers = m_engine.evaluate(QString::fromLatin1(Prelude))
                    .callWithInstance(m_engine.globalObject(), {m_engine.newQObject(&m_console)});
    QStringList trace;
    const QJSValue result =
        m_engine.evaluate(QString::fromStdU16String(m_script.text) + QLatin1String(FindTransform), {}, 1, &trace);
    if (!trace.isEmpty())
        return failure("script",
                       placed(m_script.placeOf(placeOfFrame(trace.first()).line), shortText(result.toString())));
    if (!result.isCallable())
        return failure("script",
                       "The script has no function transform(item); write one that returns an item, a list of "
                       "items, or null.");
    m_transform = result;
    return {};
}

Failure FunctionWork::interrupted() const
{
    return failure("timeout", limitPassed("timeout", "The script", m_guard.limits()));
}

ItemError FunctionWork::errorOf(const QJSValue &thrown)
{
    if (!thrown.isError())
        return {0, "script", shortText(thrown.property(QStringLiteral("thrown")).toString()), {}};
    const ScriptPlace place = m_script.placeOf(thrown.property(QStringLiteral("lineNumber")).toInt());
    return {0, "script", placed(place, shortText(thrown.toString())), textOf(place)};
}

/// Makes the function that gives transform() an item of that schema. An object written out costs a fraction of one that is put together.
Result<> FunctionWork::prepare(const SchemaPtr &schema)
{
    if (schema == m_schema)
        return {};
    m_schema = schema;
    std::string parameters, object;
    if (schema->size() <= MostFields) {
        for (size_t i = 0; i < schema->size(); ++i) {
            const std::string argument = "a" + std::to_string(i), name = scriptText(schema->field(i).name);
            parameters += argument + ", ";
            object += (name == "\"__proto__\"" ? "[" + name + "]" : name) + ": " + argument + ", ";
        }
        object = "{" + object + "}";
    } else {
        parameters = "item, ";
        object = "item";
    }
    const QJSValue maker = m_engine.evaluate(QString::fromStdString(
        "((transform, {returned, thrown}) => (" + parameters + "id) => { try { return returned(transform(" + object
        + ", id)); } catch (error) { return thrown(error); } })"));
    m_function = maker.call({m_transform, m_helpers});
    return m_function.isCallable() ? Result<>() : failure("script", "the script engine can't be set up");
}

void FunctionWork::load(const Batch &batch, size_t row)
{
    m_arguments.clear();
    if (m_schema->size() > MostFields) {
        m_arguments.append(m_values.toScript(batch.item(row)));
    } else {
        for (size_t i = 0; i < m_schema->size(); ++i)
            m_arguments.append(m_values.toScript(batch.column(i), row));
    }
    m_arguments.append(m_values.toScript(batch.id(row)));
}

/// What was made of an item, none, one or several.
std::optional<ItemError> FunctionWork::take(const QJSValue &answer)
{
    const int kind = answer.property(0).toInt();
    if (kind >= 0 && size_t(kind) < m_shapes.size())
        return take(size_t(kind), answer);
    const QJSValue result = answer.property(1);
    if (kind == Thrown)
        return errorOf(result);
    if (result.isUndefined())
        return ItemError{
            0, "script", "transform() returned nothing; end it with return and an item, a list of items, or null.", {}};
    if (kind == NewShape)
        learn(result);
    auto value = m_values.fromScript(result);
    if (!value)
        return ItemError{0, value.error().kind, value.error().message, {}};
    if (value->isList()) {
        for (const Value &each : value->toList())
            m_items.push_back(each);
    } else if (!value->isNull()) {
        m_items.push_back(*std::move(value));
    }
    return {};
}

std::optional<ItemError> FunctionWork::take(size_t shape, const QJSValue &answer)
{
    const std::vector<std::string> &names = m_shapes[shape];
    Members members;
    members.reserve(names.size());
    for (size_t i = 0; i < names.size(); ++i) {
        auto value = m_values.memberFromScript(answer.property(quint32(i + 1)));
        if (!value)
            return ItemError{0, value.error().kind, value.error().message, {}};
        members.emplace_back(names[i], *std::move(value));
    }
    m_items.emplace_back(std::move(members));
    return {};
}

/// The next object with the same members, in the same order, comes as a list of their values.
void FunctionWork::learn(const QJSValue &object)
{
    if (m_shapes.size() >= MostShapes)
        return;
    const QJSValue keys = m_engine.globalObject().property(QStringLiteral("Object")).property(QStringLiteral("keys"));
    const QJSValue names = keys.call({object});
    const quint32 count = names.property(QStringLiteral("length")).toUInt();
    if (count > MostFields)
        return;
    std::vector<std::string> shape;
    std::string list;
    for (quint32 i = 0; i < count; ++i) {
        shape.push_back(names.property(i).toString().toStdString());
        list += ", value[" + scriptText(shape.back()) + "]";
    }
    const QJSValue reader =
        m_engine.evaluate(QString::fromStdString("(value => [" + std::to_string(m_shapes.size()) + list + "])"));
    m_helpers.property(QStringLiteral("learn")).call({names, reader});
    m_shapes.push_back(std::move(shape));
}

std::optional<ItemError> FunctionWork::transform(const Batch &batch, size_t row)
{
    m_items.clear();
    load(batch, row);
    m_guard.begin();
    const QJSValue answer = m_function.call(m_arguments);
    std::optional<ItemError> error = answer.isArray() ? take(answer) : errorOf(answer);
    if (m_guard.end())
        error = ItemError{0, "timeout", interrupted().error.message, {}};
    m_values.collectGarbage();
    return error;
}

Result<> FunctionWork::work(Batch &batch, bool endsAtFailure, std::vector<ItemError> &errors)
{
    if (auto prepared = prepare(batch.schema()); !prepared)
        return prepared;
    m_made.begin(batch);
    for (size_t row = 0; row < batch.size(); ++row) {
        if (auto error = transform(batch, row)) {
            error->row = uint32_t(row);
            errors.push_back(*std::move(error));
            if (endsAtFailure)
                break;
            continue;
        }
        for (const Value &item : m_items)
            m_made.add(uint32_t(row), item);
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
        parsed = failure("timeout", limitPassed("timeout", "To read the script", limits));
    guard.setEngine(nullptr, {});
    return parsed;
}

} // namespace millrace

#include "ScriptTransform.moc"
