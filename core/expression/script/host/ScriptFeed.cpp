// SPDX-License-Identifier: MIT
#include "expression/script/host/ScriptFeed.h"

#include "data/text/TextCheck.h"
#include "expression/script/host/ScriptValues.h"
#include "expression/script/ScriptText.h"
#include "expression/values/ExactNumber.h"
#include "expression/values/Words.h"

#include <algorithm>
#include <limits>
#include <QJSEngine>
#include <QStringList>

namespace millrace {

namespace {

constexpr double NoMoment = std::numeric_limits<double>::quiet_NaN();

/// Bytes of text in a row, as far as they are quickly known.
size_t textOf(const Column &column, size_t row)
{
    if (column.type() == ColumnType::Text)
        return column.text(row).size();
    if (column.type() != ColumnType::Any)
        return 0;
    const Value &value = column.values()[row];
    if (value.isText() || value.isBytes())
        return value.toText().size();
    return value.isList() || value.isObject() ? ScriptFeed::MostText / 16
                                              : 0; // whatever they hold, it's little together
}

template <class T>
QByteArray arrayOf(size_t size)
{
    return {qsizetype(size * sizeof(T)), Qt::Uninitialized};
}

} // namespace

size_t ScriptFeed::endOf(size_t begin, size_t rows, const std::vector<const Column *> &columns)
{
    const size_t most = std::min(rows, begin + MostRows);
    size_t end = begin;
    for (size_t text = 0; end < most; ++end) {
        for (const Column *column : columns)
            text += column ? textOf(*column, end) : 0;
        if (text > MostText && end > begin)
            break;
    }
    return end;
}

ScriptFeed::Kind ScriptFeed::kindOf(const Column &column, size_t begin, size_t end)
{
    switch (column.type()) {
    case ColumnType::Integer:
        return std::ranges::any_of(column.integers().subspan(begin, end - begin), isLongInteger) ? Kind::Mixed
                                                                                                 : Kind::Number;
    case ColumnType::Real: return Kind::Number;
    case ColumnType::Text: return Kind::Text;
    case ColumnType::Any: break;
    }
    Kind kind = Kind::None;
    for (const Value &value : column.values().subspan(begin, end - begin)) {
        if (value.isNull())
            continue;
        const Kind own = value.isBoolean()                                                ? Kind::Boolean
                         : value.isTimestamp() && m_values.writtenAs(value.toTimestamp()) ? Kind::Moment
                                                                                          : Kind::Mixed;
        kind = kind == Kind::None || kind == own ? own : Kind::Mixed;
    }
    return kind;
}

/// One that isn't UTF-8 comes back as another one, as does one that begins with U+FEFF.
void ScriptFeed::lookAtTexts(Way &way, const Column &column, size_t begin, size_t end)
{
    for (size_t row = begin; row < end && !way.isLossy; ++row)
        way.isLossy = !isUtf8(column.text(row)) || column.text(row).starts_with("\xef\xbb\xbf");
}

bool ScriptFeed::look(size_t place, const Column *column, size_t begin, size_t end)
{
    if (!column)
        return false;
    Way &way = m_ways[place];
    const Way before = way;
    const Kind kind = kindOf(*column, begin, end);
    if (way.kind == Kind::None || kind == Kind::None)
        way.kind = std::max(way.kind, kind);
    else if (way.kind != kind)
        way.kind = Kind::Mixed;
    if (way.kind == Kind::Text && !way.isLossy)
        lookAtTexts(way, *column, begin, end);
    if (!way.hasNulls && (way.kind == Kind::Number || way.kind == Kind::Text))
        way.hasNulls = column->type() == ColumnType::Any || column->hasNulls();
    return way != before;
}

QJSValue ScriptFeed::numbers(const Column &column, size_t begin, size_t end)
{
    if (column.type() == ColumnType::Real)
        return m_engine.toScriptValue(
            QByteArray(reinterpret_cast<const char *>(column.reals().data() + begin), qsizetype((end - begin) * 8)));
    QByteArray bytes = arrayOf<double>(end - begin);
    auto *target = reinterpret_cast<double *>(bytes.data());
    if (column.type() == ColumnType::Any) // nulls only
        std::fill_n(target, end - begin, 0);
    else
        std::ranges::transform(column.integers().subspan(begin, end - begin), target,
                               [](int64_t i) { return double(i); });
    return m_engine.toScriptValue(bytes);
}

QJSValue ScriptFeed::texts(const Column &column, size_t begin, size_t end)
{
    QStringList list;
    list.reserve(qsizetype(end - begin));
    uint64_t bytes = 0;
    for (size_t row = begin; row < end; ++row) {
        const std::string_view text = column.type() == ColumnType::Text ? column.text(row) : std::string_view();
        bytes += text.size();
        list.append(fromUtf8(text));
    }
    m_values.count(bytes);
    return m_engine.toScriptValue(list);
}

/// As places in a list of false, true and null.
QJSValue ScriptFeed::booleans(const Column &column, size_t begin, size_t end)
{
    QByteArray bytes = arrayOf<uint8_t>(end - begin);
    char *target = bytes.data();
    for (const Value &value : column.values().subspan(begin, end - begin))
        *target++ = value.isNull() ? 2 : value.toBoolean() ? 1 : 0;
    return m_engine.toScriptValue(bytes);
}

QJSValue ScriptFeed::nulls(const Column *column, size_t begin, size_t end)
{
    QByteArray bytes = arrayOf<uint8_t>(end - begin);
    char *target = bytes.data();
    for (size_t row = begin; row < end; ++row)
        *target++ = column->isNull(row) ? 1 : 0;
    return m_engine.toScriptValue(bytes);
}

QJSValue ScriptFeed::mixed(const Column &column, size_t begin, size_t end)
{
    QJSValue list = m_engine.newArray(uint(end - begin));
    for (size_t row = begin; row < end; ++row)
        list.setProperty(quint32(row - begin), m_values.toScript(column, row));
    return list;
}

/// Their milliseconds, and what says how they were written.
void ScriptFeed::giveMoments(QList<QJSValue> &arguments, const Column &column, size_t begin, size_t end)
{
    QByteArray moments = arrayOf<double>(end - begin), ways = arrayOf<double>(end - begin);
    auto *moment = reinterpret_cast<double *>(moments.data());
    auto *way = reinterpret_cast<double *>(ways.data());
    for (const Value &value : column.values().subspan(begin, end - begin)) {
        *moment++ = value.isNull() ? 0 : double(millisecondsOf(value.toTimestamp()));
        *way++ = value.isNull() ? NoMoment : m_values.writtenAs(value.toTimestamp()).value_or(NoMoment);
    }
    arguments.append(m_engine.toScriptValue(moments));
    arguments.append(m_engine.toScriptValue(ways));
}

void ScriptFeed::give(QList<QJSValue> &arguments, const std::vector<const Column *> &columns, size_t begin, size_t end)
{
    for (size_t i = 0; i < m_ways.size(); ++i) {
        const Way &way = m_ways[i];
        const Column *const column = columns[i];
        if (!column || way.kind == Kind::None) {
            arguments.append(QJSValue());
            arguments.append(QJSValue());
            continue;
        }
        if (way.kind == Kind::Moment) {
            giveMoments(arguments, *column, begin, end);
            continue;
        }
        arguments.append(way.kind == Kind::Number    ? numbers(*column, begin, end)
                         : way.kind == Kind::Text    ? texts(*column, begin, end)
                         : way.kind == Kind::Boolean ? booleans(*column, begin, end)
                                                     : mixed(*column, begin, end));
        arguments.append(way.hasNulls && way.kind != Kind::Mixed ? nulls(column, begin, end) : QJSValue());
    }
}

std::string ScriptFeed::declarations() const
{
    std::string code;
    for (size_t i = 0; i < m_ways.size(); ++i) {
        const std::string number = std::to_string(i);
        code += joined({"let c", number, ", n", number, ";\n"});
    }
    return code;
}

std::string ScriptFeed::parameters() const
{
    std::string code;
    for (size_t i = 0; i < m_ways.size(); ++i) {
        const std::string number = std::to_string(i);
        code += joined({", x", number, ", y", number});
    }
    return code;
}

std::string ScriptFeed::beginning() const
{
    std::string code;
    for (size_t i = 0; i < m_ways.size(); ++i) {
        const std::string number = std::to_string(i);
        std::string_view maker, second;
        switch (m_ways[i].kind) {
        case Kind::Number: maker = "new $.Reals"; break;
        case Kind::Boolean: maker = "new $.Bytes"; break;
        case Kind::Moment: maker = second = "new $.Reals"; break;
        default: break;
        }
        if (m_ways[i].hasNulls && m_ways[i].kind != Kind::Mixed)
            second = "new $.Bytes";
        code += joined({"c", number, " = ", maker, "(x", number, "); "});
        if (!second.empty())
            code += joined({"n", number, " = ", second, "(y", number, "); "});
    }
    return code;
}

std::string ScriptFeed::value(size_t place) const
{
    const Way &way = m_ways[place];
    const std::string number = std::to_string(place);
    const std::string plain = joined({"c", number, "[r]"});
    switch (way.kind) {
    case Kind::None: return "null";
    case Kind::Number:
    case Kind::Text: return way.hasNulls ? joined({"(n", number, "[r] === 1 ? null : ", plain, ")"}) : plain;
    case Kind::Boolean: return joined({"$.booleans[", plain, "]"});
    case Kind::Moment:
        return joined({"(n", number, "[r] !== n", number, "[r] ? null : $.date(", plain, ", n", number, "[r]))"});
    case Kind::Mixed: break;
    }
    return plain;
}

std::string ScriptFeed::differs(size_t place, const std::string &a, const std::string &b) const
{
    const Way &way = m_ways[place];
    const std::string number = std::to_string(place);
    const std::string plain = joined({b, " !== ", a});
    if (way.kind == Kind::Text && way.isLossy)
        return "true";
    if (way.kind == Kind::Mixed)
        return joined({"(typeof ", a, " !== \"number\" && typeof ", a, " !== \"boolean\" || ", plain, ")"});
    if (way.kind == Kind::Moment)
        return joined({"(", plain, " || ", a, " !== null && ($.timeOf(", a, ") !== c", number, "[r] || ", a,
                       ".$written !== n", number, "[r]))"});
    return joined({"(", plain, ")"});
}

std::string scriptTools()
{
    return R"((() => {
const OwnDate = Date;
return {
    Reals: Float64Array, Bytes: Uint8Array, Memory: ArrayBuffer, booleans: [false, true, null],
    date: (moment, written) => { const made = new OwnDate(moment); made.$written = written; return made; },
    timeOf: Function.prototype.call.bind(Date.prototype.getTime),
    fill: Function.prototype.call.bind(Uint8Array.prototype.fill),
    texts: (lists, member, size) => {
        const list = [];
        for (let i = 0; i < size; ++i) list[i] = "";
        return lists[member] = list;
    }
}; })())";
}

} // namespace millrace
