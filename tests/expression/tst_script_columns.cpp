// SPDX-License-Identifier: MIT
#include "expression/script/ScriptFunction.h"
#include "ItemsForTests.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <random>

using namespace millrace;

namespace tst_script_columns {

namespace {

constexpr size_t Rows = 40;

/// What a batch is filled with.
struct Items
{
    std::vector<Field> fields;
    std::vector<Column> columns;
    int64_t firstId = -1; ///< negative: the ids are written out

    void fill(Batch &batch) const
    {
        Column ids(ColumnType::Integer);
        std::vector<uint32_t> rows;
        for (size_t row = 0; row < Rows; ++row) {
            ids.appendInteger(int64_t(row) + 7);
            rows.push_back(uint32_t(row));
        }
        batch.setItems(std::make_shared<const Schema>(fields), columns, std::move(ids), std::move(rows));
        if (firstId >= 0)
            batch.setFirstId(firstId);
    }
};

/// Batches of random fields: every type, mixed ones, with nulls and values that the way through a script might lose.
class RandomItems
{
public:
    explicit RandomItems(unsigned seed) : m_random(seed) {}

    unsigned below(unsigned end) { return unsigned(m_random() % end); }

    Items items()
    {
        Items items;
        for (const char *name : {"a", "b", "c", "d", "e"}) {
            static constexpr ValueType types[] = {ValueType::Integer, ValueType::Real,      ValueType::Text,
                                                  ValueType::Boolean, ValueType::Timestamp, ValueType::Null};
            const ValueType type = types[below(6)];
            items.fields.push_back({name, type, below(9) == 0 ? Role::ExpectedOutput : Role::DataInput});
            Column column(columnTypeFor(type));
            const unsigned nulls = below(3) == 0 ? 4 : 0;
            for (size_t row = 0; row < Rows; ++row)
                column.append(nulls != 0 && below(nulls) == 0 ? Value() : value(type));
            items.columns.push_back(std::move(column));
        }
        items.firstId = below(2) == 0 ? int64_t(below(1'000)) : -1;
        return items;
    }

private:
    Value value(ValueType type)
    {
        switch (type) {
        case ValueType::Integer: return pick({Value(int64_t(below(10))), Value((int64_t(1) << 53) + 1), Value(-3)});
        case ValueType::Real:
            // What isn't finite fails its item where it is read member by member, and else only where it is new.
            return pick({Value(0.5 * below(9)), Value(-0.0), Value(1e-300), Value(1e300)});
        case ValueType::Text:
            return pick({Value("one two"), Value(""), Value("gr\u00fcn und \U0001f600"), Value("12"),
                         Value(std::string(60, 'x')), below(20) == 0 ? Value("\xff\xfe") : Value("y"),
                         below(20) == 0 ? Value("\xef\xbb\xbfmark") : Value("2024-01-02")});
        case ValueType::Boolean: return Value(below(2) == 0);
        case ValueType::Timestamp: return moment();
        default: break;
        }
        return pick({Value(int64_t(below(5))), Value("text"), Value(true), Value(List{Value(1), Value("x")}),
                     Value(Members{{"p", Value(2.5)}, {"q", Value()}}), Value::bytes("raw"), moment()});
    }
    Value moment()
    {
        static constexpr std::string_view texts[] = {"2024-02-29", "2024-02-29T12:30", "1969-12-31T23:59:59.999999Z",
                                                     "2024-02-29 12:30:01.25+01:00", "0001-01-01"};
        Timestamp moment;
        return parseTimestamp(texts[below(5)], moment) ? Value(moment) : Value();
    }
    Value pick(std::initializer_list<Value> values) { return values.begin()[below(unsigned(values.size()))]; }

    std::mt19937 m_random;
};

/// All that a step after it could tell, as text.
std::string described(const Batch &batch)
{
    std::string text;
    for (size_t i = 0; i < batch.columnCount(); ++i) {
        const Field &field = batch.schema()->field(i);
        text += field.name + " " + std::string(typeName(field.type)) + " role " + std::to_string(int(field.role))
                + " column " + std::to_string(int(batch.column(i).type())) + "\n";
    }
    for (size_t row = 0; row < batch.size(); ++row) {
        text += toJson(batch.id(row)) + " of " + std::to_string(batch.originalRow(row)) + ":";
        for (size_t i = 0; i < batch.columnCount(); ++i) {
            const Value value = batch.column(i).value(row);
            text += " " + std::string(typeName(value.type())) + " "
                    + (value.isReal() && std::signbit(value.toReal()) ? "(-) " : "") + toJson(value);
        }
        text += "\n";
    }
    for (const ItemError &error : batch.errors())
        text += std::to_string(error.row) + " " + error.kind + " " + error.message + " " + error.trace + "\n";
    return text;
}

/// What becomes of the batches in a script whose transform() gives what work(item, id) returned to last().
std::string outcome(const std::string &work, const std::string &last, const std::vector<Items> &batches)
{
    ScriptFunction function({.code = "let kept = []; function work(item, id) { " + work + " }\n" + last
                                     + "\nfunction transform(item, id) { return last(work(item, id)); }",
                             .surroundings = {},
                             .say = {}});
    std::string text;
    Batch batch;
    for (const Items &items : batches) {
        items.fill(batch);
        const auto done = function.transform(batch);
        text += done ? described(batch) : "failed: " + done.error().message;
    }
    return text;
}

} // namespace

/// What is carried into a script and out of it in columns is what it is value by value.
class TestScriptColumns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsReadByShapeIsWhatIsReadMemberByMember_data()
    {
        QTest::addColumn<QString>("work");
        for (const char *work : {"return item;",
                                 "item.a = item.b; return item;",
                                 "item.c = String(item.c); return item;",
                                 "item.f = id; item.g = 'text'; return item;",
                                 "return {e: item.a, z: 1, a: item.e};",
                                 "return id % 3 ? item : null;",
                                 "return id % 2 ? {a: item.a, n: id / 2} : {n: 'x', m: true};",
                                 "delete item.c; return item;",
                                 "item.a = undefined; item.b = null; return item;",
                                 "if (id % 5 === 0) throw new Error('five'); item.b = -0; return item;",
                                 "item.d = [1, {x: item.d}]; return item;",
                                 "item[5] = 1; return id % 2 ? item : {a: 1, 3: 2, b: 2};",
                                 "if (id % 4 === 0) item[7] = id; return item;",
                                 "return [item, {a: id}];",
                                 "return id;",
                                 "return {a: 9007199254740993, b: 1e300, c: NaN, d: -1, e: 0.1};",
                                 "kept.push(item); if (kept.length > 1) kept[kept.length - 2].a = 'late'; return item;",
                                 "return kept.length ? (kept[0].n = id, kept[0]) : (kept.push({n: 0}), kept[0]);",
                                 "if (item.e instanceof Date) item.e.setUTCHours(5); return item;",
                                 "if (item.d instanceof Date) { item.a = item.d; item.d = new Date(id); } return item;",
                                 "if (item.b instanceof Date) item.b.$written = 7; return item;",
                                 "return {get a() { return id; }, b: 1};",
                                 "return Object.freeze(item);",
                                 "return Object.assign(Object.create({inherited: 1}), item);",
                                 "item.c = () => 1; return item;",
                                 "item.c = Symbol(); return item;",
                                 "item['__proto__'] = null; return item;",
                                 "item[Symbol()] = 1; return item;",
                                 "return (function() { const list = arguments; list.x = 1; return list; })();",
                                 "return Object.fromEntries(Object.entries(item).reverse());",
                                 "return '\\ud800' + item.c;",
                                 "return {byteLength: id, a: 1};",
                                 "return {a: new Uint8Array(2).buffer, b: /x/g, c: new Date(id)};"})
            QTest::newRow(work) << QString::fromLatin1(work);
    }
    void whatIsReadByShapeIsWhatIsReadMemberByMember()
    {
        QFETCH(QString, work);
        // Of a proxy nothing is known beforehand.
        const std::string proxy = "const last = value => typeof value === 'object' && value !== null && "
                                  "Object.getPrototypeOf(value) === Object.prototype && !(value instanceof Error) "
                                  "? new Proxy(value, {}) : value;";
        for (unsigned seed = 0; seed < 6; ++seed) {
            RandomItems random(seed + unsigned(work.size()) * 100);
            std::vector<Items> batches;
            for (int i = 0; i < 2; ++i) {
                const Items items = random.items();
                batches.insert(batches.end(), 3, items); // the first is read member by member either way
            }
            const std::string quick = outcome(work.toStdString(), "const last = value => value;", batches);
            const std::string slow = outcome(work.toStdString(), proxy, batches);
            QCOMPARE(QByteArray::fromStdString(quick), QByteArray::fromStdString(slow));
        }
    }

    /// Of an item with more than a hundred fields each value goes in for itself.
    void whatGoesInByColumnsIsWhatGoesInByValues()
    {
        const std::string work =
            "const list = [id]; for (const name of ['a', 'b', 'c', 'd', 'e']) { const v = item[name];"
            "list.push(typeof v, v instanceof Date ? [v.getTime(), typeof v.$written] : v); if (v && "
            "v.byteLength) list.push(v.byteLength); if (Object.is(v, -0)) list.push('-0'); }"
            "return {text: JSON.stringify(list)};";
        for (unsigned seed = 0; seed < 40; ++seed) {
            RandomItems random(seed);
            std::vector<Items> narrow, wide;
            for (int i = 0; i < 3; ++i) {
                Items items = random.items();
                for (Field &field : items.fields)
                    field.role = Role::DataInput;
                narrow.push_back(items);
                for (int number = 0; number < 100; ++number) {
                    items.fields.push_back({"more" + std::to_string(number), ValueType::Integer});
                    items.columns.push_back(Column(ColumnType::Integer));
                    items.columns.back().resize(Rows);
                }
                wide.push_back(std::move(items));
            }
            const std::string last = "const last = value => value;";
            QCOMPARE(QByteArray::fromStdString(outcome(work, last, narrow)),
                     QByteArray::fromStdString(outcome(work, last, wide)));
        }
    }
};

} // namespace tst_script_columns

QTEST_MAIN(tst_script_columns::TestScriptColumns)
#include "tst_script_columns.moc"
