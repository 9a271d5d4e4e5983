// SPDX-License-Identifier: MIT
#include "expression/script/host/ScriptValues.h"

#include "expression/script/host/ScriptGuard.h"
#include "expression/script/ScriptText.h"
#include "expression/values/ExactNumber.h"

#include <chrono>
#include <cmath>
#include <QDateTime>
#include <QJSEngine>
#include <QJSValueIterator>
#include <QTimeZone>

namespace millrace {

namespace {

constexpr int DeepestValue = 200;
constexpr uint64_t MuchGarbage = 2 << 20; ///< bytes

constexpr double MostWays = 32; ///< of writing a moment, that have a number
constexpr int64_t MostMilliseconds = int64_t(1) << 48;

/// Of a Date: its milliseconds and the number of the way in which it was written, or the text that it was written as.
QString writtenName()
{
    return QStringLiteral("$written");
}

/// An integer of more digits than a script's numbers have. It can be kept, handed on and written, but not be reckoned with: the
/// result would be another number.
constexpr const char *LongIntegers = R"((() => { "use strict";
const fail = (digits) => {
    throw new RangeError(`${digits} has more digits than a script's numbers; String(x) gives them as text`);
};
const made = Object.freeze({
    toString() { return this.$digits; },
    toJSON() { return fail(this.$digits); },
    [Symbol.toPrimitive](hint) { return hint === "string" ? this.$digits : fail(this.$digits); }
});
const {create, freeze, defineProperty} = Object, MadeMap = Map, MadeSet = Set;
// What has no members of its own: a set is a list, a map an object; a symbol is nothing that could be kept.
const plain = (value) => {
    if (typeof value === "symbol") return undefined;
    if (value instanceof MadeSet) return [...value];
    if (!(value instanceof MadeMap)) return value;
    const object = {};
    for (const [key, inner] of value)
        defineProperty(object, String(key), {value: inner, writable: true, enumerable: true, configurable: true});
    return object;
};
return [(digits) => freeze(create(made, {$digits: {value: digits}})), made, plain];
})())";

/// What a member of that name would be hidden by, or could not be added because of, in a realm that is frozen.
bool isOfEveryObject(std::string_view name)
{
    return name.starts_with("__") || name == "constructor" || name == "hasOwnProperty" || name == "isPrototypeOf"
           || name == "propertyIsEnumerable" || name == "toLocaleString" || name == "toString" || name == "valueOf";
}

} // namespace

int64_t millisecondsOf(const Timestamp &moment)
{
    const std::chrono::microseconds micros(moment.microseconds);
    return std::chrono::floor<std::chrono::milliseconds>(micros).count();
}

class ScriptValues::Private
{
public:
    Private(QJSEngine &itsEngine, const ScriptGuard &itsGuard) : engine(itsEngine), guard(itsGuard)
    {
        define = engine.evaluate(QStringLiteral(
            "((define) => (object, name, value) => { define(object, name, {value, writable: true, enumerable: true, "
            "configurable: true}); })(Object.defineProperty)"));
        const QJSValue longIntegers = engine.evaluate(QString::fromLatin1(LongIntegers));
        makeLongInteger = longIntegers.property(0);
        longInteger = longIntegers.property(1);
        plain = longIntegers.property(2);
    }

    QJSValue toScript(const Value &value);
    QJSValue integerToScript(int64_t integer);
    QJSValue dateToScript(const Timestamp &moment);
    std::optional<double> writtenAs(const Timestamp &moment);
    bool readWritten(const QJSValue &written, int64_t milliseconds, Timestamp &moment) const;
    Result<Value> dateFromScript(const QJSValue &value) const;
    Result<Value> fromScript(const QJSValue &value, int depth);
    Result<Value> listFromScript(const QJSValue &value, int depth);
    Result<Value> objectFromScript(const QJSValue &value, int depth);
    Result<Value> membersFromScript(const QJSValue &value, int depth);
    Result<Value> collectionFromScript(const QJSValue &value, int depth);
    std::string counted(std::string text)
    {
        bytes += text.size();
        return text;
    }
    static Failure interrupted() { return failure(ErrorKind::Timeout, {}); }

    QJSEngine &engine;
    const ScriptGuard &guard;
    QJSValue define;
    QJSValue makeLongInteger, longInteger; ///< a function, and what its results are made of
    QJSValue plain;                        ///< a function for what has no members of its own
    std::vector<Timestamp> ways; ///< of writing a moment; the microseconds are those beyond whole milliseconds
    uint64_t bytes = 0;          ///< since garbage was collected
};

QJSValue ScriptValues::Private::integerToScript(int64_t integer)
{
    if (!millrace::isLongInteger(integer))
        return QJSValue(double(integer));
    return makeLongInteger.call({QString::number(qlonglong(integer))});
}

QJSValue ScriptValues::Private::dateToScript(const Timestamp &moment)
{
    QJSValue date = engine.toScriptValue(QDateTime::fromMSecsSinceEpoch(millisecondsOf(moment), QTimeZone::utc()));
    if (const auto written = writtenAs(moment)) {
        date.setProperty(writtenName(), *written);
        return date;
    }
    std::string text;
    appendTimestamp(text, moment);
    date.setProperty(writtenName(), fromUtf8(text));
    return date;
}

std::optional<double> ScriptValues::Private::writtenAs(const Timestamp &moment)
{
    const int64_t milliseconds = millisecondsOf(moment);
    Timestamp way = moment;
    way.microseconds -= milliseconds * 1'000;
    size_t number = 0;
    while (number < ways.size() && ways[number] != way)
        ++number;
    if (number >= size_t(MostWays) || milliseconds >= MostMilliseconds || milliseconds <= -MostMilliseconds)
        return std::nullopt;
    if (number == ways.size())
        ways.push_back(way);
    return double(milliseconds) * MostWays + double(number);
}

/// Whether it says how a moment of so many milliseconds was written.
bool ScriptValues::Private::readWritten(const QJSValue &written, int64_t milliseconds, Timestamp &moment) const
{
    if (written.isString())
        return parseTimestamp(written.toString().toStdString(), moment) && millisecondsOf(moment) == milliseconds;
    if (!written.isNumber())
        return false;
    const double number = written.toNumber() - double(milliseconds) * MostWays;
    if (!(number >= 0 && number < double(ways.size())) || number != std::trunc(number))
        return false;
    moment = ways[size_t(number)];
    moment.microseconds += milliseconds * 1'000;
    return true;
}

Result<Value> ScriptValues::Private::dateFromScript(const QJSValue &value) const
{
    const QDateTime date = value.toDateTime().toUTC();
    if (!date.isValid())
        return failure(ErrorKind::Script, "the result is no valid date");
    Timestamp moment;
    if (readWritten(value.property(writtenName()), date.toMSecsSinceEpoch(), moment))
        return Value(moment);
    const std::string text = date.toString(Qt::ISODateWithMs).toStdString();
    if (!parseTimestamp(text, moment)) // Qt writes no year of five digits
        return failure(ErrorKind::Script, "the date " + std::to_string(date.date().year())
                                              + date.toString(QStringLiteral("-MM-ddThh:mm:ss.zzz'Z'")).toStdString()
                                              + " is out of range; years from 0 to 9999 are known");
    return Value(moment);
}

Result<Value> ScriptValues::Private::listFromScript(const QJSValue &value, int depth)
{
    List list;
    const quint32 length = value.property(QStringLiteral("length")).toUInt();
    for (quint32 i = 0; i < length; ++i) {
        if (guard.isInterrupted())
            return interrupted();
        auto element = fromScript(value.property(i), depth + 1);
        if (!element)
            return element;
        list.push_back(*std::move(element));
    }
    return Value(std::move(list));
}

Result<Value> ScriptValues::Private::objectFromScript(const QJSValue &value, int depth)
{
    if (value.prototype().strictlyEquals(longInteger))
        return Value(int64_t(value.property(QStringLiteral("$digits")).toString().toLongLong()));
    const QString name = QStringLiteral("byteLength"); // an ArrayBuffer has it of its prototype
    if (value.property(name).isNumber() && !value.hasOwnProperty(name)
        && value.property(QStringLiteral("buffer")).isUndefined())
        return Value::bytes(counted(engine.fromScriptValue<QByteArray>(value).toStdString()));
    auto members = membersFromScript(value, depth);
    return members && members->toObject().empty() ? collectionFromScript(value, depth) : std::move(members);
}

Result<Value> ScriptValues::Private::membersFromScript(const QJSValue &value, int depth)
{
    Members members;
    for (QJSValueIterator each(value); each.hasNext();) {
        if (guard.isInterrupted())
            return interrupted();
        each.next();
        auto member = fromScript(each.value(), depth + 1);
        if (!member)
            return member;
        members.emplace_back(toUtf8(each.name()).toStdString(), *std::move(member));
    }
    return Value(std::move(members));
}

/// Of an object without members: it may be a set, a map or a symbol.
Result<Value> ScriptValues::Private::collectionFromScript(const QJSValue &value, int depth)
{
    const QJSValue made = plain.call({value});
    if (made.isError())
        return failure(ErrorKind::Script, made.toString().toStdString());
    if (made.isUndefined())
        return failure(ErrorKind::Script,
                       "the result holds a symbol, which can't be kept; write its description as text");
    if (made.strictlyEquals(value))
        return Value(Members());
    return made.isArray() ? listFromScript(made, depth) : membersFromScript(made, depth);
}

Result<Value> ScriptValues::Private::fromScript(const QJSValue &value, int depth)
{
    if (depth > DeepestValue)
        return failure(ErrorKind::Script, "the result is nested too deeply, or holds itself");
    if (value.isNumber()) {
        const double number = value.toNumber();
        if (depth > 0 && !std::isfinite(number)) // alone, it is told by whoever asked for it
            return failure(ErrorKind::Range,
                           std::string("the result holds ")
                               + (std::isnan(number) ? "NaN, which is no number" : "an infinite number")
                               + " and can't be kept; return null or a number in its place");
        const bool isNegativeZero = number == 0 && std::signbit(number); // which no integer is
        const bool isWhole =
            depth > 0 && std::fabs(number) < MostExactReal && number == std::trunc(number) && !isNegativeZero;
        return isWhole ? Value(int64_t(number)) : Value(number);
    }
    if (value.isString())
        return Value(counted(toUtf8(value.toString()).toStdString()));
    if (value.isBool())
        return Value(value.toBool());
    if (value.isNull() || value.isUndefined())
        return Value();
    if (value.isCallable())
        return failure(ErrorKind::Script, "the result is a function; call it, with parentheses behind it");
    if (value.isArray())
        return listFromScript(value, depth);
    if (value.isDate())
        return dateFromScript(value);
    if (value.isRegExp())
        return Value(value.toString().toStdString());
    return objectFromScript(value, depth);
}

QJSValue ScriptValues::Private::toScript(const Value &value)
{
    switch (value.type()) {
    case ValueType::Null: return QJSValue(QJSValue::NullValue);
    case ValueType::Boolean: return QJSValue(value.toBoolean());
    case ValueType::Integer: return integerToScript(value.toInteger());
    case ValueType::Real: return QJSValue(value.toReal());
    case ValueType::Timestamp: return dateToScript(value.toTimestamp());
    case ValueType::Text: bytes += value.toText().size(); return QJSValue(fromUtf8(value.toText()));
    case ValueType::Bytes: {
        const std::string_view raw = value.toText();
        bytes += raw.size();
        return engine.toScriptValue(QByteArray(raw.data(), qsizetype(raw.size())));
    }
    case ValueType::List: {
        const List &list = value.toList();
        QJSValue array = engine.newArray(uint(list.size()));
        for (size_t i = 0; i < list.size(); ++i)
            array.setProperty(quint32(i), toScript(list[i]));
        return array;
    }
    case ValueType::Object: break;
    }
    QJSValue object = engine.newObject();
    for (const auto &[name, member] : value.toObject()) {
        if (isOfEveryObject(name))
            define.call({object, fromUtf8(name), toScript(member)});
        else
            object.setProperty(fromUtf8(name), toScript(member));
    }
    return object;
}

ScriptValues::ScriptValues(QJSEngine &engine, const ScriptGuard &guard) : d(std::make_unique<Private>(engine, guard)) {}
ScriptValues::~ScriptValues() = default;

QJSValue ScriptValues::toScript(const Value &value)
{
    return d->toScript(value);
}

QJSValue ScriptValues::toScript(const Column &column, size_t row)
{
    if (column.isNull(row))
        return {QJSValue::NullValue};
    switch (column.type()) {
    case ColumnType::Integer: return d->integerToScript(column.integers()[row]);
    case ColumnType::Real: return {column.reals()[row]};
    case ColumnType::Text: return textToScript(column.text(row));
    case ColumnType::Any: break;
    }
    return d->toScript(column.value(row));
}

std::optional<double> ScriptValues::writtenAs(const Timestamp &moment)
{
    return d->writtenAs(moment);
}

bool ScriptValues::isLongInteger(const QJSValue &value)
{
    return value.isObject() && value.prototype().strictlyEquals(d->longInteger);
}

void ScriptValues::count(uint64_t bytes)
{
    d->bytes += bytes;
}

QJSValue ScriptValues::textToScript(std::string_view text)
{
    d->bytes += text.size();
    return {fromUtf8(text)};
}

Result<Value> ScriptValues::fromScript(const QJSValue &value)
{
    return d->fromScript(value, 0);
}

Result<Value> ScriptValues::memberFromScript(const QJSValue &value)
{
    return d->fromScript(value, 1);
}

void ScriptValues::collectGarbage()
{
    if (d->bytes < MuchGarbage)
        return;
    d->bytes = 0;
    d->engine.collectGarbage();
}

} // namespace millrace
