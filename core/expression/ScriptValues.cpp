// SPDX-License-Identifier: MIT
#include "expression/ScriptValues.h"

#include "expression/ScriptText.h"

#include <chrono>
#include <cmath>
#include <QDateTime>
#include <QJSEngine>
#include <QJSValueIterator>

namespace millrace {

namespace {

constexpr int DeepestNesting = 200;
constexpr double ExactIntegers = 9007199254740992.0; // 2^53

/// Of a Date: the text that its timestamp was written as.
QString writtenName()
{
    return QStringLiteral("$written");
}

int64_t millisecondsOf(const Timestamp &moment)
{
    const std::chrono::microseconds micros(moment.microseconds);
    return std::chrono::floor<std::chrono::milliseconds>(micros).count();
}

QJSValue dateToScript(QJSEngine &engine, const Timestamp &moment)
{
    QJSValue date = engine.toScriptValue(QDateTime::fromMSecsSinceEpoch(millisecondsOf(moment), Qt::UTC));
    std::string text;
    appendTimestamp(text, moment);
    date.setProperty(writtenName(), fromUtf8(text));
    return date;
}

Result<Value> dateFromScript(const QJSValue &value)
{
    const QDateTime date = value.toDateTime().toUTC();
    if (!date.isValid())
        return failure("script", "the result is no valid date");
    Timestamp moment;
    const QJSValue written = value.property(writtenName());
    if (written.isString() && parseTimestamp(written.toString().toStdString(), moment)
        && millisecondsOf(moment) == date.toMSecsSinceEpoch())
        return Value(moment);
    const std::string text = date.toString(Qt::ISODateWithMs).toStdString();
    if (!parseTimestamp(text, moment)) // Qt writes no year of five digits
        return failure("script", "the date " + std::to_string(date.date().year())
                                     + date.toString(QStringLiteral("-MM-ddThh:mm:ss.zzz'Z'")).toStdString()
                                     + " is out of range; years from 0 to 9999 are known");
    return Value(moment);
}

Result<Value> valueFromScript(QJSEngine &engine, const QJSValue &value, int depth);

Result<Value> listFromScript(QJSEngine &engine, const QJSValue &value, int depth)
{
    List list;
    const quint32 length = value.property(QStringLiteral("length")).toUInt();
    for (quint32 i = 0; i < length; ++i) {
        auto element = valueFromScript(engine, value.property(i), depth + 1);
        if (!element)
            return element;
        list.push_back(*std::move(element));
    }
    return Value(std::move(list));
}

Result<Value> objectFromScript(QJSEngine &engine, const QJSValue &value, int depth)
{
    const QJSValue bytes = value.property(QStringLiteral("byteLength"));
    if (bytes.isNumber() && value.property(QStringLiteral("buffer")).isUndefined())
        return Value::bytes(engine.fromScriptValue<QByteArray>(value).toStdString());
    Members members;
    for (QJSValueIterator each(value); each.hasNext();) {
        each.next();
        auto member = valueFromScript(engine, each.value(), depth + 1);
        if (!member)
            return member;
        members.emplace_back(each.name().toStdString(), *std::move(member));
    }
    return Value(std::move(members));
}

Result<Value> valueFromScript(QJSEngine &engine, const QJSValue &value, int depth)
{
    if (depth > DeepestNesting)
        return failure("script", "the result is nested too deeply, or holds itself");
    if (value.isNumber()) {
        const double number = value.toNumber();
        const bool isWhole = depth > 0 && std::fabs(number) < ExactIntegers && number == std::trunc(number);
        return isWhole ? Value(int64_t(number)) : Value(number);
    }
    if (value.isString())
        return Value(value.toString().toStdString());
    if (value.isBool())
        return Value(value.toBool());
    if (value.isNull() || value.isUndefined())
        return Value();
    if (value.isCallable())
        return failure("script", "the result is a function; call it, with parentheses behind it");
    if (value.isArray())
        return listFromScript(engine, value, depth);
    if (value.isDate())
        return dateFromScript(value);
    if (value.isRegExp())
        return Value(value.toString().toStdString());
    return objectFromScript(engine, value, depth);
}

} // namespace

QJSValue toScript(QJSEngine &engine, const Value &value)
{
    switch (value.type()) {
    case ValueType::Null: return QJSValue(QJSValue::NullValue);
    case ValueType::Boolean: return QJSValue(value.toBoolean());
    case ValueType::Integer:
    case ValueType::Real: return QJSValue(value.toReal());
    case ValueType::Timestamp: return dateToScript(engine, value.toTimestamp());
    case ValueType::Text: return QJSValue(fromUtf8(value.toText()));
    case ValueType::Bytes: {
        const std::string_view bytes = value.toText();
        return engine.toScriptValue(QByteArray(bytes.data(), qsizetype(bytes.size())));
    }
    case ValueType::List: {
        const List &list = value.toList();
        QJSValue array = engine.newArray(uint(list.size()));
        for (size_t i = 0; i < list.size(); ++i)
            array.setProperty(quint32(i), toScript(engine, list[i]));
        return array;
    }
    case ValueType::Object: break;
    }
    QJSValue object = engine.newObject();
    for (const auto &[name, member] : value.toObject())
        object.setProperty(fromUtf8(name), toScript(engine, member));
    return object;
}

Result<Value> fromScript(QJSEngine &engine, const QJSValue &value)
{
    return valueFromScript(engine, value, 0);
}

} // namespace millrace
