// SPDX-License-Identifier: MIT
#include "ItemsForTests.h"

#include "expression/values/Words.h"

#include <cmath>
#include <limits>
#include <QtTest>
#include <random>

using namespace millrace;

namespace tst_compiled_equals_script {

namespace {

constexpr size_t Rows = 24;

class Chance
{
public:
    explicit Chance(unsigned seed) : m_random(seed) {}

    size_t below(size_t count) { return size_t(m_random() % count); }
    bool oneIn(size_t count) { return below(count) == 0; }
    template <class T>
    const T &of(const std::vector<T> &choices)
    {
        return choices[below(choices.size())];
    }

    double number()
    {
        static const std::vector<double> odd{0,
                                             -0.0,
                                             1,
                                             -1,
                                             2,
                                             0.5,
                                             -0.5,
                                             2.5,
                                             100,
                                             1e15,
                                             1e300,
                                             -7,
                                             3,
                                             31,
                                             32,
                                             4294967296.0,
                                             1.005,
                                             1e-7,
                                             0.1,
                                             std::numeric_limits<double>::infinity(),
                                             -std::numeric_limits<double>::infinity(),
                                             std::numeric_limits<double>::quiet_NaN()};
        if (oneIn(2))
            return of(odd);
        return oneIn(2) ? double(int(below(2000)) - 1000) : (double(below(2'000'000)) - 1'000'000) / 100;
    }
    int64_t longInteger()
    {
        static const std::vector<int64_t> odd{9007199254740992, 9007199254740993,    -9007199254740995,  INT64_MAX,
                                              INT64_MIN,        1311768467463790321, 3000000000000000001};
        return of(odd);
    }
    std::string text()
    {
        static const std::vector<std::string> odd{"",
                                                  "a",
                                                  "b",
                                                  "abc",
                                                  "ABC",
                                                  " padded ",
                                                  "12",
                                                  "12.5",
                                                  "-3",
                                                  "12,50",
                                                  "1e3",
                                                  "Infinity",
                                                  "NaN",
                                                  "0x10",
                                                  "true",
                                                  "null",
                                                  "\u00e4\u00d6\u00df",
                                                  "\U0001f600",
                                                  "\uffee",
                                                  "2024-05-31",
                                                  " 7 ",
                                                  "paid",
                                                  "open",
                                                  "a b a b",
                                                  "2024-05-31T12:00:00Z",
                                                  "9007199254740993",
                                                  "123456789012345678901234567890",
                                                  "x\"y\\z\n",
                                                  "\u00a0n\u00a0",
                                                  "a text that is longer than fourteen bytes"};
        return of(odd);
    }
    Value moment()
    {
        static const std::vector<std::string> some{"2024-05-31",
                                                   "2024-05-31T12:00:00Z",
                                                   "1969-12-31T23:59:59.999999Z",
                                                   "2024-05-31T14:00:00+02:00",
                                                   "2000-02-29 23:30:00",
                                                   "2024-10-27T00:30:00.123456789+0000"};
        return momentOf(of(some));
    }
    Value value(ValueType type)
    {
        if (oneIn(6))
            return {};
        switch (type) {
        case ValueType::Integer: return Value(oneIn(40) ? longInteger() : int64_t(below(2000)) - 1000);
        case ValueType::Real: return Value(number());
        case ValueType::Boolean: return Value(oneIn(2));
        case ValueType::Text: return Value(text());
        case ValueType::Timestamp: return moment();
        case ValueType::List: return Value(List{Value(1), Value(text()), Value(2.5)});
        case ValueType::Object: return Value(Members{{"a", Value(1)}, {"b", Value(text())}});
        default: break;
        }
        static const std::vector<ValueType> any{ValueType::Integer, ValueType::Real,  ValueType::Boolean,
                                                ValueType::Text,    ValueType::Text,  ValueType::Timestamp,
                                                ValueType::List,    ValueType::Object};
        return value(of(any));
    }

private:
    std::mt19937 m_random;
};

std::vector<FieldValues> randomItems(Chance &chance)
{
    const std::vector<Field> fields{
        {"qty", ValueType::Integer}, {"price", ValueType::Real},     {"paid", ValueType::Boolean},
        {"name", ValueType::Text},   {"when", ValueType::Timestamp}, {"any", ValueType::Null},
        {"tags", ValueType::List},   {"more", ValueType::Object},    {"code", ValueType::Text}};
    std::vector<FieldValues> items;
    for (const Field &field : fields) {
        items.push_back({field, {}});
        const bool hasNoNulls = chance.oneIn(2);
        while (items.back().second.size() < Rows) {
            Value value = chance.value(field.type);
            if (!hasNoNulls || !value.isNull())
                items.back().second.push_back(std::move(value));
        }
    }
    return items;
}

std::string quoted(const std::string &text)
{
    std::string json;
    appendJsonText(json, text);
    return json;
}

std::string randomExpression(Chance &chance, int depth)
{
    const auto part = [&] { return randomExpression(chance, depth - 1); };
    if (depth == 0 || chance.oneIn(5)) {
        switch (chance.below(6)) {
        case 0: {
            if (chance.oneIn(10)) {
                const int64_t whole = chance.longInteger();
                return joined({"(", whole == INT64_MIN ? "1" : std::to_string(whole), ")"});
            }
            const double number = chance.number();
            return joined({std::signbit(number) ? "(-" : "(", formatNumber(std::fabs(number)), ")"});
        }
        case 1: return quoted(chance.text());
        case 2: return chance.of(std::vector<std::string>{"true", "false", "null", "undefined", "id"});
        default:
            return chance.of(std::vector<std::string>{"qty", "price", "paid", "name", "when", "any", "item.any",
                                                      "item[\"code\"]", "qty", "price", "name"});
        }
    }
    static const std::vector<std::string> binary{"+",  "-",  "*", "/",  "%",  "**", "+",   "-",   "*",
                                                 "<",  "<=", ">", ">=", "==", "!=", "===", "!==", "&&",
                                                 "||", "&",  "|", "^",  "<<", ">>", ">>>"};
    static const std::vector<std::string> one{
        "abs",     "floor",  "ceil",       "sqrt",       "log",       "exp",         "round",
        "lower",   "upper",  "trim",       "text",       "number",    "year",        "month",
        "day",     "isNull", "Math.round", "Math.trunc", "Math.sign", "Math.floor",  "hour",
        "quarter", "minute", "second",     "weekday",    "week",      "fromSeconds", "fromMilliseconds"};
    static const std::vector<std::string> two{"min",      "max",      "pow",      "round",   "contains", "startsWith",
                                              "endsWith", "coalesce", "Math.max", "addDays", "addMonths"};
    static const std::vector<std::string> zones{"\"UTC\"", "\"Europe/Berlin\"", "\"-03:30\"", "\"Asia/Kolkata\"",
                                                "name"};
    static const std::vector<std::string> units{"\"second\"", "\"hours\"", "\"day\"", "\"week\"",
                                                "\"months\"", "\"year\"",  "code"};
    static const std::vector<std::string> patterns{"\"a\"", "\"^[a-z]+$\"", "\"\\\\d+\"", "/B/i", "\"(a|b)*c\""};
    switch (chance.below(12)) {
    case 9:
        return joined({chance.of(std::vector<std::string>{"inZone", "hour", "year", "day"}), "(", part(), ", ",
                       chance.of(zones), ")"});
    case 10: return joined({"truncate(", part(), ", ", chance.of(units), ", ", chance.of(zones), ")"});
    case 11:
        return chance.oneIn(3)
                   ? joined({"diff(", part(), ", ", part(), ", ", chance.of(units), ")"})
                   : joined(
                       {chance.of(std::vector<std::string>{"parseDate", "formatDate"}), "(", part(), ", ",
                        chance.of(std::vector<std::string>{"\"yyyy-MM-dd\"", "\"yyyy-MM-dd'T'HH:mm:ssXXX\"", "name"}),
                        ", ", chance.of(zones), ")"});
    case 0: return joined({"(", chance.of(std::vector<std::string>{"-", "+", "!", "~"}), "(", part(), "))"});
    case 1: return joined({"(", part(), " ? ", part(), " : ", part(), ")"});
    case 2: return joined({chance.of(one), "(", part(), ")"});
    case 3: return joined({chance.of(two), "(", part(), ", ", part(), ")"});
    case 4:
        return joined(
            {chance.of(std::vector<std::string>{"replace", "clamp"}), "(", part(), ", ", part(), ", ", part(), ")"});
    case 5: return joined({"matches(", part(), ", ", chance.of(patterns), ")"});
    case 6: return joined({"(", part(), " ?? ", part(), ")"});
    default: return joined({"(", part(), " ", chance.of(binary), " ", part(), ")"});
    }
}

/// What the check before a run goes by. Null: it promises nothing.
bool isAsPromised(const Value &value, ValueType promised)
{
    if (value.isNull() || promised == ValueType::Null)
        return true;
    return promised == ValueType::Integer || promised == ValueType::Real ? value.isNumber() : value.type() == promised;
}

} // namespace

class TestCompiledEqualsScript : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameValuesAndErrorsForRandomExpressions()
    {
        Chance chance(20240531);
        size_t failed = 0, nulls = 0, valued = 0;
        for (int round = 0; round < 2000; ++round) {
            const std::string source = randomExpression(chance, int(1 + chance.below(4)));
            Batch batch;
            fillBatch(batch, randomItems(chance));
            const auto compiled = ItemExpression::compile(source);
            QVERIFY2(compiled, source.c_str());
            QVERIFY2(compiled->isCompiled(), source.c_str());
            const std::vector<Value> fast = computed(source, batch);
            const std::vector<Value> slow = computed(source, batch, ItemExpression::Engine::ScriptEngine);
            const ValueType promised = compiled->resultType(*batch.schema());
            for (size_t row = 0; row < batch.size(); ++row) {
                if (!isSameResult(fast[row], slow[row]))
                    qWarning("%s\nfor %s:\ncompiled %s\nscript   %s", source.c_str(), toJson(batch.item(row)).c_str(),
                             toPlain(fast[row]).c_str(), toPlain(slow[row]).c_str());
                QVERIFY(isSameResult(fast[row], slow[row]));
                const bool hasFailed = fast[row].isText() && fast[row].toText().starts_with("! ");
                if (!hasFailed && !isAsPromised(fast[row], promised))
                    qWarning("%s\nis promised as %s and gives %s", source.c_str(),
                             std::string(typeName(promised)).c_str(), toPlain(fast[row]).c_str());
                QVERIFY(hasFailed || isAsPromised(fast[row], promised));
                failed += hasFailed;
                nulls += fast[row].isNull();
                valued += !fast[row].isNull();
            }
        }
        // The dice must not leave out a kind of result
        QVERIFY(failed > 1000);
        QVERIFY(nulls > 1000);
        QVERIFY(valued > failed + 1000);
    }

    /// What is computed is given to all items, so that nothing of it is absent.
    void whatComesOfAnAbsentFieldIsNull_data()
    {
        QTest::addColumn<QByteArray>("expression");
        for (const char *expression :
             {"a", "(a)", "item.a", "item[\"a\"]", "a ?? a", "a || a", "a && a", "a ? 1 : a", "true ? a : 1",
              "coalesce(a, a)", "min(a)", "max(a, a)", "a + 1", "-a", "[1] && a", "missing", "a ?? missing"})
            QTest::newRow(expression) << QByteArray(expression);
    }
    void whatComesOfAnAbsentFieldIsNull()
    {
        QFETCH(QByteArray, expression);
        for (const ValueType type : {ValueType::Integer, ValueType::Real, ValueType::Text, ValueType::Null}) {
            Batch batch;
            batch.reset(std::make_shared<const Schema>(std::vector<Field>{{"a", type}}, true));
            batch.columnToChange(0).append(Value::absent());
            batch.columnToChange(0).append(Value());
            batch.setSize(2);
            for (const auto engine : {ItemExpression::Engine::Fitting, ItemExpression::Engine::ScriptEngine}) {
                auto compiled = ItemExpression::compile(expression.toStdString(), engine);
                QVERIFY(compiled);
                Column result;
                std::vector<ItemError> errors;
                QVERIFY(compiled->evaluate(batch, result, errors));
                QVERIFY(errors.empty());
                for (const size_t row : {0u, 1u}) {
                    QVERIFY(result.isNull(row));
                    QVERIFY(!result.isAbsent(row));
                }
                QVERIFY(batch.column(0).isAbsent(0));
            }
        }
    }
    void zerosKeepTheirSignWithinAnItem()
    {
        Batch batch;
        fillBatch(batch, {{{"price", ValueType::Real}, {Value(-0.0), Value(0.0)}}});
        for (const auto engine : {ItemExpression::Engine::Fitting, ItemExpression::Engine::ScriptEngine}) {
            const std::vector<Value> items = computed("item", batch, engine);
            QVERIFY(std::signbit(items[0].member("price")->toReal()));
            QVERIFY(!std::signbit(items[1].member("price")->toReal()));
        }
    }

    void packedColumnsAndMixedOnesGiveTheSame()
    {
        Chance chance(7);
        for (int round = 0; round < 1000; ++round) {
            const std::string source = randomExpression(chance, int(1 + chance.below(3)));
            const auto items = randomItems(chance);
            Batch packed, mixed;
            fillBatch(packed, items);
            fillBatch(mixed, items);
            for (size_t i = 0; i < mixed.columnCount(); ++i)
                mixed.columnToChange(i).convertToAny();
            const auto a = computed(source, packed), b = computed(source, mixed);
            for (size_t row = 0; row < packed.size(); ++row) {
                if (!isSameResult(a[row], b[row]))
                    qWarning("%s\nfor %s:\npacked %s\nmixed  %s", source.c_str(), toJson(packed.item(row)).c_str(),
                             toPlain(a[row]).c_str(), toPlain(b[row]).c_str());
                QVERIFY(isSameResult(a[row], b[row]));
            }
        }
    }
};

} // namespace tst_compiled_equals_script

QTEST_GUILESS_MAIN(tst_compiled_equals_script::TestCompiledEqualsScript)
#include "tst_compiled_equals_script.moc"
