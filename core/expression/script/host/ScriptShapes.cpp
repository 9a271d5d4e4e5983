// SPDX-License-Identifier: MIT
#include "expression/script/host/ScriptShapes.h"

#include "expression/script/host/ScriptFeed.h"
#include "expression/script/host/ScriptShapeCode.h"
#include "expression/script/host/ScriptValues.h"
#include "expression/script/ScriptText.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <QByteArray>
#include <QJSEngine>
#include <QJSManagedValue>
#include <QJSValueIterator>
#include <QStringList>
#include <utility>

namespace millrace {

namespace {

constexpr size_t MostShapes = 16;
constexpr double WholeBelow = 9007199254740992.0; // 2^53

bool isIndex(const std::string &name)
{
    return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

} // namespace

class ScriptShapes::Private
{
public:
    Private(QJSEngine &engine, ScriptValues &values) : m_engine(engine), m_values(values) {}

    void setUp(const QJSValue &keysOf, const QJSValue &proxies);
    bool learn(const QJSValue &object);
    void setInput(std::vector<std::string> names) { m_input = std::move(names); }
    std::string declarations() const;
    std::string functions(const ScriptFeed &feed) const;
    void setFunctions(const QJSValue &list, quint32 first);
    bool take(const QJSValue &object, uint32_t row, uint32_t batchRow);
    void take(uint32_t batchRow, Value item);
    void drop(uint32_t batchRow);
    void giveTo(MadeItems &items, const Batch &batch, bool isAll);

private:
    static constexpr size_t Other = size_t(-1);

    struct Shape
    {
        std::vector<std::string> names;
        QString first; ///< name
        QJSManagedValue kind;
        QJSValue accept, finish; ///< undefined: not set up yet
        std::vector<size_t> places;
        uint32_t used = 0; ///< objects since the last giveTo()
        QByteArray kinds, numbers;
        std::vector<QStringList> texts;
    };
    struct Made
    {
        uint32_t row;
        size_t shape;   ///< Other: an element of m_others
        uint32_t place; ///< among what the shape or m_others has
    };
    Shape *shapeOf(const QJSValue &object);
    static bool beginsWithName(const QJSValue &object, const QString &name);
    size_t placeOf(const std::string &name) const;
    void fetch(Shape &shape);
    Value valueOf(const Shape &shape, size_t member, const Made &made, const Batch &batch);
    bool giveColumns(MadeItems &items, const Batch &batch);
    void letGo();

    QJSEngine &m_engine;
    ScriptValues &m_values;
    QJSValue m_keysOf;
    std::vector<QJSManagedValue> m_proxies;
    std::vector<Shape> m_shapes;
    std::vector<std::string> m_input;
    size_t m_last = 0;
    std::vector<Made> m_made;
    std::vector<Value> m_others;
    std::vector<Value> m_column;
};

void ScriptShapes::Private::setUp(const QJSValue &keysOf, const QJSValue &proxies)
{
    m_keysOf = keysOf;
    for (quint32 i = 0; i < 2; ++i)
        m_proxies.push_back(QJSManagedValue(proxies.property(i), &m_engine).jsMetaType());
}

bool ScriptShapes::Private::learn(const QJSValue &object)
{
    if (m_shapes.size() >= MostShapes || !object.isObject() || object.isArray() || object.isDate() || object.isRegExp()
        || object.isCallable() || shapeOf(object))
        return false;
    Shape shape;
    shape.kind = QJSManagedValue(object, &m_engine).jsMetaType();
    const auto isKind = [&](const QJSManagedValue &proxy) { return proxy.strictlyEquals(shape.kind); };
    if (std::ranges::any_of(m_proxies, isKind))
        return false;
    const QJSValue keys = m_keysOf.call({object});
    const quint32 count = keys.isArray() ? keys.property(QStringLiteral("length")).toUInt() : 0;
    if (count == 0 || count > MostFields)
        return false;
    for (quint32 i = 0; i < count; ++i) {
        shape.names.push_back(keys.property(i).toString().toStdString());
        if (isIndex(shape.names.back()))
            return false; // which the class knows nothing of
    }
    shape.first = keys.property(0).toString();
    m_shapes.push_back(std::move(shape));
    return true;
}

size_t ScriptShapes::Private::placeOf(const std::string &name) const
{
    return size_t(std::ranges::find(m_input, name) - m_input.begin());
}

std::string ScriptShapes::Private::declarations() const
{
    std::string code;
    for (size_t i = 0; i < m_shapes.size(); ++i)
        code += shapeDeclarations(i, m_shapes[i].names.size());
    return code;
}

std::string ScriptShapes::Private::functions(const ScriptFeed &feed) const
{
    std::string code;
    for (size_t i = 0; i < m_shapes.size(); ++i) {
        std::vector<ShapeMember> members;
        for (const std::string &name : m_shapes[i].names) {
            const size_t place = placeOf(name);
            const std::string before = "a" + std::to_string(place), after = "b" + std::to_string(members.size());
            members.push_back({name, place < feed.size() ? feed.differs(place, before, after) : "true"});
        }
        code += ",\n" + shapeFunctions(i, members);
    }
    return code;
}

void ScriptShapes::Private::setFunctions(const QJSValue &list, quint32 first)
{
    for (size_t i = 0; i < m_shapes.size(); ++i) {
        Shape &shape = m_shapes[i];
        shape.accept = list.property(first + quint32(2 * i));
        shape.finish = list.property(first + quint32(2 * i) + 1);
        shape.places.clear();
        for (const std::string &name : shape.names)
            shape.places.push_back(placeOf(name));
    }
}

ScriptShapes::Private::Shape *ScriptShapes::Private::shapeOf(const QJSValue &object)
{
    if (m_shapes.empty())
        return nullptr;
    const QJSManagedValue kind = QJSManagedValue(object, &m_engine).jsMetaType();
    if (m_last < m_shapes.size() && m_shapes[m_last].kind.strictlyEquals(kind))
        return &m_shapes[m_last];
    for (m_last = 0; m_last < m_shapes.size(); ++m_last)
        if (m_shapes[m_last].kind.strictlyEquals(kind))
            return &m_shapes[m_last];
    return nullptr;
}

/// Classes know nothing of members whose names are numbers, which come first.
bool ScriptShapes::Private::beginsWithName(const QJSValue &object, const QString &name)
{
    QJSValueIterator each(object);
    return each.next() && each.name() == name;
}

bool ScriptShapes::Private::take(const QJSValue &object, uint32_t row, uint32_t batchRow)
{
    Shape *const shape = shapeOf(object);
    if (!shape || shape->accept.isUndefined() || !beginsWithName(object, shape->first))
        return false;
    const uint32_t place = shape->used++; // one that failed halfway isn't used again
    const QJSValue taken = shape->accept.call({object, QJSValue(row), QJSValue(place)});
    if (!taken.isBool() || !taken.toBool())
        return false;
    m_made.push_back({batchRow, m_last, place});
    return true;
}

void ScriptShapes::Private::take(uint32_t batchRow, Value item)
{
    m_made.push_back({batchRow, Other, uint32_t(m_others.size())});
    m_others.push_back(std::move(item));
}

void ScriptShapes::Private::drop(uint32_t batchRow)
{
    while (!m_made.empty() && m_made.back().row == batchRow)
        m_made.pop_back();
}

/// Takes over what its objects held.
void ScriptShapes::Private::fetch(Shape &shape)
{
    const QJSValue held = shape.finish.call();
    shape.kinds = m_engine.fromScriptValue<QByteArray>(held.property(0));
    shape.numbers = m_engine.fromScriptValue<QByteArray>(held.property(1));
    const QJSValue texts = held.property(2);
    const size_t members = shape.names.size();
    shape.kinds.resize(qsizetype(members * shape.used)); // they are ours, whatever the script has done
    shape.numbers.resize(qsizetype(members * shape.used * sizeof(double)));
    shape.texts.assign(members, {});
    for (size_t i = 0; i < members; ++i) {
        if (const QJSValue list = texts.property(quint32(i)); list.isArray())
            shape.texts[i] = m_engine.fromScriptValue<QStringList>(list);
    }
}

Value ScriptShapes::Private::valueOf(const Shape &shape, size_t member, const Made &made, const Batch &batch)
{
    const size_t at = made.place * shape.names.size() + member;
    switch (Kept(shape.kinds[qsizetype(at)])) {
    case Kept::AsItWas: return batch.column(shape.places[member]).value(made.row);
    case Kept::Number: {
        double number = 0;
        std::memcpy(&number, shape.numbers.constData() + at * sizeof number, sizeof number);
        const bool isNegativeZero = number == 0 && std::signbit(number); // which no integer is
        const bool isWhole = std::fabs(number) < WholeBelow && number == std::trunc(number) && !isNegativeZero;
        return isWhole ? Value(int64_t(number)) : Value(number);
    }
    case Kept::Text: {
        if (made.place >= size_t(shape.texts[member].size()))
            return {};
        const QByteArray text = toUtf8(shape.texts[member][qsizetype(made.place)]);
        m_values.count(uint64_t(text.size()));
        return Value(std::string_view(text.constData(), size_t(text.size())));
    }
    case Kept::True: return Value(true);
    case Kept::False: return Value(false);
    case Kept::Null: break;
    }
    return {};
}

/// Where all that was made is alike, column by column.
bool ScriptShapes::Private::giveColumns(MadeItems &items, const Batch &batch)
{
    const Made &first = m_made.front();
    if (first.shape == Other
        || std::ranges::any_of(m_made, [&](const Made &made) { return made.shape != first.shape; }))
        return false;
    std::vector<uint32_t> rows;
    rows.reserve(m_made.size());
    for (const Made &made : m_made)
        rows.push_back(made.row);
    const Shape &shape = m_shapes[first.shape];
    const size_t members = shape.names.size();
    if (!items.beginColumns(std::move(rows), members))
        return false;
    for (size_t i = 0; i < members; ++i) {
        const auto isAsItWas = [&](const Made &made) {
            return shape.kinds[qsizetype(made.place * members + i)] == char(Kept::AsItWas);
        };
        if (std::ranges::all_of(m_made, isAsItWas)) {
            items.keepColumn(shape.places[i]);
            continue;
        }
        m_column.clear();
        for (const Made &made : m_made)
            m_column.push_back(valueOf(shape, i, made, batch));
        items.addColumn(shape.names[i], m_column);
    }
    return true;
}

void ScriptShapes::Private::giveTo(MadeItems &items, const Batch &batch, bool isAll)
{
    for (Shape &shape : m_shapes)
        if (shape.used > 0)
            fetch(shape);
    if (!m_made.empty() && !(isAll && giveColumns(items, batch))) {
        for (const Made &made : m_made) {
            if (made.shape == Other) {
                items.add(made.row, m_others[made.place]);
                continue;
            }
            const Shape &shape = m_shapes[made.shape];
            Members members;
            for (size_t i = 0; i < shape.names.size(); ++i)
                members.emplace_back(shape.names[i], valueOf(shape, i, made, batch));
            items.add(made.row, Value(std::move(members)));
        }
    }
    letGo();
}

void ScriptShapes::Private::letGo()
{
    for (Shape &shape : m_shapes) {
        shape.used = 0;
        shape.kinds = shape.numbers = QByteArray();
        shape.texts.clear();
    }
    m_made.clear();
    m_others.clear();
    m_column.clear();
}

ScriptShapes::ScriptShapes(QJSEngine &engine, ScriptValues &values) : d(std::make_unique<Private>(engine, values)) {}
ScriptShapes::~ScriptShapes() = default;

void ScriptShapes::setUp(const QJSValue &keysOf, const QJSValue &proxies)
{
    d->setUp(keysOf, proxies);
}

bool ScriptShapes::learn(const QJSValue &object)
{
    return d->learn(object);
}

void ScriptShapes::setInput(std::vector<std::string> names)
{
    d->setInput(std::move(names));
}

std::string ScriptShapes::declarations() const
{
    return d->declarations();
}

std::string ScriptShapes::functions(const ScriptFeed &feed) const
{
    return d->functions(feed);
}

void ScriptShapes::setFunctions(const QJSValue &list, uint32_t first)
{
    d->setFunctions(list, first);
}

bool ScriptShapes::take(const QJSValue &object, uint32_t row, uint32_t batchRow)
{
    return d->take(object, row, batchRow);
}

void ScriptShapes::take(uint32_t batchRow, Value item)
{
    d->take(batchRow, std::move(item));
}

void ScriptShapes::drop(uint32_t batchRow)
{
    d->drop(batchRow);
}

void ScriptShapes::giveTo(MadeItems &items, const Batch &batch, bool isAll)
{
    d->giveTo(items, batch, isAll);
}

} // namespace millrace
