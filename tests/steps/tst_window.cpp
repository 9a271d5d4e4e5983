// SPDX-License-Identifier: MIT
// The step that gives items figures about their neighbours, beside looking through all of them for each.
#include "steps/arrange/WindowCall.h"
#include "steps/keys/ValueOrder.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_window {

namespace {

constexpr int64_t Hour = 3'600'000'000;

/// JSON with single quotes, which are easier to read here.
std::string json(std::string text)
{
    std::ranges::replace(text, '\'', '"');
    return text;
}

Value memberOf(const Value &object, std::string_view name)
{
    const Value *value = object.member(name);
    return value ? *value : Value();
}

/// The items before this one in its group, and itself, in their order; those of the group behind it.
struct Neighbours
{
    std::vector<Value> upTo, behind;
};

Neighbours neighboursOf(const std::vector<Value> &items, size_t at)
{
    Neighbours found;
    for (size_t i = 0; i < items.size(); ++i)
        if (compareValues(memberOf(items[i], "g"), memberOf(items[at], "g")) == 0)
            (i <= at ? found.upTo : found.behind).push_back(items[i]);
    return found;
}

/// Sum, number, least and most of the last values that aren't null.
struct Figures
{
    double sum = 0;
    int64_t count = 0;
    Value least, most;

    Figures(const std::vector<Value> &items, size_t first)
    {
        for (size_t i = first; i < items.size(); ++i) {
            const Value value = memberOf(items[i], "x");
            if (value.isNull())
                continue;
            sum += value.toReal();
            if (count == 0 || compareValues(value, least) < 0)
                least = value;
            if (count == 0 || compareValues(value, most) > 0)
                most = value;
            ++count;
        }
    }
};

bool isNear(const Value &value, const Value &expected)
{
    if (!value.isNumber() || !expected.isNumber())
        return value == expected;
    return std::fabs(value.toReal() - expected.toReal()) <= 1e-9 * std::max(1.0, std::fabs(expected.toReal()));
}

/// Of those items, the timestamps of which are hours in the JSON.
std::unique_ptr<Batch> timedBatch(const std::vector<Value> &items)
{
    auto batch = batchOf(toJson(Value(List(items.begin(), items.end()))));
    const size_t place = *batch->schema()->find("t");
    Column times(ColumnType::Any);
    for (size_t row = 0; row < batch->size(); ++row)
        times.append(Value(Timestamp{.microseconds = batch->column(place).value(row).toInteger() * Hour}));
    batch->columnToChange(place) = std::move(times);
    std::vector<Field> fields = batch->schema()->fields();
    fields[place].type = ValueType::Timestamp;
    batch->setSchema(std::make_shared<const Schema>(std::move(fields)));
    return batch;
}

void collect(const Batch &batch, std::vector<Value> &to)
{
    for (size_t row = 0; row < batch.size(); ++row)
        to.push_back(batch.item(row));
}

} // namespace

class WindowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void figuresAreThoseOfTheNeighbours_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 80; ++seed)
            QTest::newRow(qPrintable(QString::number(seed))) << seed;
    }
    /// At random: in their order or in another one, with or without what comes behind, in little memory too.
    void figuresAreThoseOfTheNeighbours()
    {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        const auto draw = [&random](int least, int most) {
            return std::uniform_int_distribution<int>(least, most)(random);
        };
        const bool isOrdered = draw(0, 1) == 1, hasLead = draw(0, 1) == 1;
        const int rows = draw(1, 5), far = draw(1, 3), hours = draw(1, 6);
        std::vector<Value> items;
        for (int i = draw(1, 120); i > 0; --i)
            items.emplace_back(Members{{"id", Value(i)},
                                       {"g", draw(0, 9) == 0 ? Value() : Value(draw(0, 3))},
                                       {"t", Value(draw(0, 20))},
                                       {"x", draw(0, 6) == 0 ? Value()
                                             : draw(0, 3)    ? Value(draw(-50, 50))
                                                             : Value(draw(-9, 9) / 4.0)}});
        Members values{{"moving", Value("mean(x, " + std::to_string(rows) + ")")},
                       {"total", Value("cumsum(x)")},
                       {"least", Value("min(x, " + std::to_string(rows) + ")")},
                       {"before", Value("lag(x, " + std::to_string(far) + ")")}};
        if (hasLead)
            values.emplace_back("behind", Value("lead(x, " + std::to_string(far) + ")"));
        if (isOrdered) {
            values.emplace_back("place", Value("rank"));
            values.emplace_back("lately", Value("count(x, " + std::to_string(hours) + " h)"));
            values.emplace_back("most", Value("max(x, " + std::to_string(hours * 60) + " min)"));
        }
        Members params{{"by", Value(List{Value("g")})}, {"values", Value(values)}};
        if (isOrdered)
            params.emplace_back("order", Value(List{Value("t")}));
        if (draw(0, 1))
            params.emplace_back("memory", Value("60 KiB"));
        const auto step = make("window", toJson(Value(params)));
        QVERIFY(step->open({}));
        std::vector<Value> made;
        for (size_t at = 0; at < items.size();) {
            const size_t end = std::min(items.size(), at + size_t(draw(1, 30)));
            const auto batch = timedBatch({items.begin() + ptrdiff_t(at), items.begin() + ptrdiff_t(end)});
            const auto done = step->process(*batch);
            QVERIFY2(done, done ? "" : done.error().message.c_str());
            collect(*batch, made);
            at = end;
        }
        for (Batch batch;;) {
            batch.renew();
            batch.reset(emptySchema());
            const auto some = step->flush(batch, 7);
            QVERIFY2(some, some ? "" : some.error().message.c_str());
            if (!*some)
                break;
            collect(batch, made);
        }
        if (isOrdered)
            std::ranges::stable_sort(items, [](const Value &a, const Value &b) {
                return memberOf(a, "t").toInteger() < memberOf(b, "t").toInteger();
            });
        QCOMPARE(made.size(), items.size());
        for (size_t at = 0; at < items.size(); ++at) {
            QCOMPARE(memberOf(made[at], "id"), memberOf(items[at], "id"));
            const Neighbours neighbours = neighboursOf(items, at);
            const std::vector<Value> &upTo = neighbours.upTo, &behind = neighbours.behind;
            const auto is = [&](const char *name, const Value &expected) {
                const bool isSame = isNear(memberOf(made[at], name), expected);
                if (!isSame)
                    qWarning("%s of %s: not %s", name, toJson(made[at]).c_str(), toJson(expected).c_str());
                return isSame;
            };
            const Figures all(upTo, 0), last(upTo, upTo.size() - std::min(upTo.size(), size_t(rows)));
            QVERIFY(is("moving", last.count ? Value(last.sum / double(last.count)) : Value()));
            QVERIFY(is("total", all.count ? Value(all.sum) : Value()));
            QVERIFY(is("least", last.least));
            const auto distance = size_t(far);
            QVERIFY(is("before", upTo.size() > distance ? memberOf(upTo[upTo.size() - 1 - distance], "x") : Value()));
            QVERIFY(!hasLead
                    || is("behind", behind.size() >= distance ? memberOf(behind[distance - 1], "x") : Value()));
            if (!isOrdered)
                continue;
            const int64_t now = memberOf(items[at], "t").toInteger();
            const auto isBefore = [&](int64_t time) {
                return size_t(std::ranges::count_if(
                    upTo, [time](const Value &item) { return memberOf(item, "t").toInteger() <= time; }));
            };
            QVERIFY(is("place", Value(int64_t(isBefore(now - 1)) + 1)));
            const Figures lately(upTo, isBefore(now - hours));
            QVERIFY(is("lately", Value(lately.count)));
            QVERIFY(is("most", lately.most));
        }
    }

    void itemsPassThroughWhereNothingMustBeKnownOfLaterOnes()
    {
        const auto step = make("window", json("{'values': {'x': 'lag(x)', 'n': 'count'}}"));
        QVERIFY(step->open({}));
        const auto batch = batchOf(json("[{'x':1},{'x':'a'},{'x':null}]"));
        QVERIFY(step->process(*batch));
        COMPARE_TEXT(jsonOf(*batch), json("{'x':null,'n':1}\n{'x':1,'n':2}\n{'x':'a','n':3}\n"));
        const SchemaPtr input = batchOf(json("[{'x':1}]"))->schema();
        COMPARE_TEXT(batch->schema()->names(), step->outputSchema({{}, input})->names());
    }

    void whatIsNoNumberFailsAloneAndSumsAreExact()
    {
        const auto step = make("window", json("{'values': {'s': 'cumsum(x)'}}"));
        QVERIFY(step->open({}));
        const auto batch = batchOf(json("[{'x':9007199254740993},{'x':'a'},{'x':2}]"));
        QVERIFY(step->process(*batch));
        COMPARE_TEXT(jsonOf(*batch),
                     json("{'x':9007199254740993,'s':9007199254740993}\n{'x':2,'s':9007199254740995}\n"));
        QCOMPARE(batch->errors().size(), size_t(1));
        QCOMPARE(batch->errors()[0].row, 1u);
        const auto large = batchOf(json("[{'x':9223372036854775807}]"));
        const auto done = step->process(*large);
        QVERIFY(!done);
        COMPARE_TEXT(done.error().message,
                     "The sum of \"x\" has more than 64 bits; convert the field to reals before.");
    }

    void callsAreUnderstood_data()
    {
        QTest::addColumn<QByteArray>("call");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](const char *call, const char *problem) {
            QTest::newRow(call) << QByteArray(call) << QByteArray(problem);
        };
        row("mean(x, 7)", "");
        row(" sum( unit price , 90 min ) ", "");
        row("count", "");
        row("rank()", "");
        row("lag(x)", "");
        row("max(x, \"1.5 h\")", "");
        row("men(x, 7)", "\"men(x, 7)\", column 1: there is no function \"men\"; did you mean \"mean\"?");
        row("mean(x, 7", "\"mean(x, 7\", column 10: a \")\" is missing.");
        row("mean(x, 0)", "\"mean(x, 0)\", column 9: a number of items belongs here, or a time");
        row("lag(x, 1 h)", "\"lag(x, 1 h)\", column 8: a number of items belongs here, not \"1 h\".");
        row("mean(x, 1 y)", "\"mean(x, 1 y)\", column 9: ");
        row("cumsum(x, 7)", "\"cumsum(x, 7)\", column 11: cumsum has no window");
        row("sum", "\"sum\", column 4: a field's name in parentheses is missing.");
        row("rank(x)", "\"rank(x)\", column 5: rank has no field");
    }
    void callsAreUnderstood()
    {
        QFETCH(QByteArray, call);
        QFETCH(QByteArray, problem);
        const auto parsed = WindowCall::parse(call.toStdString());
        QCOMPARE(bool(parsed), problem.isEmpty());
        if (!parsed)
            QVERIFY2(bytes(parsed.error().message).startsWith(problem), parsed.error().message.c_str());
    }

    void whatIsWrongIsSaidBefore()
    {
        const CheckContext context{{},
                                   std::make_shared<const Schema>(std::vector<Field>{{"x", ValueType::Integer, {}}})};
        const auto problem = [&](const char *params) {
            std::vector<StepProblem> problems;
            make("window", json(params))->check(context, problems);
            return problems.size() == 1 ? problems[0].param + ": " + problems[0].text : std::to_string(problems.size());
        };
        COMPARE_TEXT(problem("{'values': {'r': 'rank'}}"),
                     "values: The value \"r\": a rank goes by an order; name its fields in \"order\".");
        COMPARE_TEXT(problem("{'values': {'m': 'mean(x, 1 h)'}, 'order': ['-x']}"),
                     "values: The value \"m\": a window of time needs the field with the time, ascending, as the first "
                     "one in \"order\".");
        COMPARE_TEXT(problem("{'values': {'x': 'lead(x)'}}"),
                     "values: The field \"x\" is used by lead, and can't be replaced; give the result another name.");
        COMPARE_TEXT(problem("{'values': {'m': 'mean(y, 2)'}}"), "values: There is no field \"y\"; the fields are x.");
    }
};

} // namespace tst_window

QTEST_GUILESS_MAIN(tst_window::WindowTest)
#include "tst_window.moc"
