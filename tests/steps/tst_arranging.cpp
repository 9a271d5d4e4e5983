// SPDX-License-Identifier: MIT
// Small steps that go by the order of the items.
#include "steps/StepRunner.h"

#include <QTest>

#include <cstdlib>

using namespace millrace;
using namespace millrace::test;

namespace tst_arranging {

namespace {

std::string numbered(int count, int groups)
{
    std::string items = "[";
    for (int i = 0; i < count; ++i)
        items += (i ? "," : "") + ("{\"i\":" + std::to_string(i)) + ",\"g\":" + std::to_string(i % groups) + "}";
    return items + "]";
}

/// The values of a field, of items that come in several batches.
std::string valuesOf(const Items &items, const char *field)
{
    if (!items.failure.empty())
        return items.failure;
    std::string text;
    for (const Value &item : items.items) {
        const Value *const value = item.member(field);
        text += (value ? toJson(*value) : std::string("-")) + ' ';
    }
    return text;
}

} // namespace

class ArrangingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void limitTakesSkipsAndThins_data()
    {
        QTest::addColumn<QByteArray>("params");
        for (const char *params :
             {R"("take": 4)", R"("skip": 3)", R"("every": 3)", R"("skip": 2, "every": 4, "take": 2)", R"("take": 0)",
              R"("take": 2, "by": ["g"])", R"("skip": 1, "every": 2, "by": ["g"])"})
            QTest::newRow(params) << QByteArray(params);
    }
    void limitTakesSkipsAndThins()
    {
        QFETCH(QByteArray, params);
        const auto step = make("limit", "{" + params.toStdString() + "}");
        const Items kept = passAll(*step, {numbered(10, 3), numbered(7, 3)});
        // By hand: the place of each item in its group.
        const auto number = [&](const QByteArray &name, int usual) {
            const auto at = params.indexOf("\"" + name + "\": ");
            return at < 0 ? usual : params.mid(at + name.size() + 4).split(',').front().toInt();
        };
        const int skip = number("skip", 0), take = number("take", -1), every = number("every", 1);
        const bool isGrouped = params.contains("by");
        int places[3] = {}, taken[3] = {};
        std::string expected;
        for (int i = 0; i < 17; ++i) {
            const int item = i < 10 ? i : i - 10, group = isGrouped ? item % 3 : 0, place = places[group]++;
            if (place < skip || (place - skip) % every != 0 || (take >= 0 && taken[group] >= take))
                continue;
            ++taken[group];
            expected += std::to_string(item) + ' ';
        }
        COMPARE_TEXT(valuesOf(kept, "i"), expected);
    }
    void numbersRun()
    {
        COMPARE_TEXT(valuesOf(passAll(*make("number", "{}"), {numbered(3, 2), numbered(2, 2)}), "number"),
                     "1 2 3 4 5 ");
        COMPARE_TEXT(valuesOf(passAll(*make("number", R"({"start": 10, "step": -5, "by": ["g"], "into": "g2"})"),
                                      {numbered(3, 2), numbered(3, 2)}),
                              "g2"),
                     "10 10 5 0 5 -5 ");
        const Items replaced =
            passAll(*make("number", R"({"into": "i", "start": 0})"), {R"([{"i":"x","g":1},{"i":"y","g":2}])"});
        COMPARE_TEXT(replaced.json(), "{\"i\":0,\"g\":1}\n{\"i\":1,\"g\":2}\n");
    }
    void numbersOfMoreThan64BitsFailTheirItems()
    {
        const Items made = passAll(*make("number", R"({"start": 9223372036854775806})"), {numbered(4, 1)});
        QCOMPARE(made.errors.size(), size_t(2));
        QCOMPARE(made.failedItems, (std::vector<size_t>{2, 3}));
    }
    void gapsAreFilledFromBefore()
    {
        const std::vector<std::string> batches{R"([{"a":null,"b":1},{"a":"x","b":null},{"a":null,"b":2}])",
                                               R"([{"b":3},{"a":"y"},{"a":null,"b":null}])"};
        const Items filled = passAll(*make("fill", R"({"fields": ["a", "b"]})"), batches);
        COMPARE_TEXT(valuesOf(filled, "a"), "null \"x\" \"x\" \"x\" \"y\" \"y\" ");
        COMPARE_TEXT(valuesOf(filled, "b"), "1 1 2 3 3 3 ");
        const Items zero = passAll(*make("fill", R"({"fields": ["b"], "with": "value", "value": 0})"), batches);
        COMPARE_TEXT(valuesOf(zero, "b"), "1 0 2 3 0 0 ");
        COMPARE_TEXT(valuesOf(zero, "a"), "null \"x\" null - \"y\" null ");
    }
    void itemsAreCollected()
    {
        const auto collected = [](const char *params) {
            return passAll(*make("collect", params), {R"([{"o":1,"v":"a"},{"o":1,"v":"b"}])",
                                                      R"([{"o":1.0,"v":"c"},{"o":2,"v":"d"}])", R"([{"o":1,"v":"e"}])"})
                .json();
        };
        COMPARE_TEXT(
            collected(R"({"by": ["o"], "into": "lines"})"),
            "{\"o\":1,\"lines\":[{\"v\":\"a\"},{\"v\":\"b\"},{\"v\":\"c\"}]}\n{\"o\":2,\"lines\":[{\"v\":\"d\"}]}\n"
            "{\"o\":1,\"lines\":[{\"v\":\"e\"}]}\n");
        COMPARE_TEXT(collected(R"({"by": ["o"], "count": 2})"),
                     "{\"o\":1,\"items\":[{\"v\":\"a\"},{\"v\":\"b\"}]}\n{\"o\":1,\"items\":[{\"v\":\"c\"}]}\n"
                     "{\"o\":2,\"items\":[{\"v\":\"d\"}]}\n{\"o\":1,\"items\":[{\"v\":\"e\"}]}\n");
        COMPARE_TEXT(collected(R"({"count": 10})"), "{\"items\":[{\"o\":1,\"v\":\"a\"},{\"o\":1,\"v\":\"b\"},{\"o\":1,"
                                                    "\"v\":\"c\"},{\"o\":2,\"v\":\"d\"},{\"o\":1,"
                                                    "\"v\":\"e\"}]}\n");
        const Items large = passAll(*make("collect", R"({"count": 1000, "memory": "2 KiB"})"), {numbered(200, 2)});
        QVERIFY2(bytes(large.failure).contains("is larger than 2 KiB"), large.failure.c_str());
    }
    void samplesAreDrawnFairly()
    {
        // Of 20 items 5, 2000 times: each is drawn 500 times, give or take 4.5 standard deviations of 19.4.
        int drawn[20] = {};
        for (int seed = 1; seed <= 2000; ++seed) {
            const auto step = make("sample", R"({"count": 5, "seed": )" + std::to_string(seed) + "}");
            const Items some = passAll(*step, {numbered(12, 2), numbered(8, 2)});
            QCOMPARE(some.items.size(), size_t(5));
            for (const Value &item : some.items)
                ++drawn[item.member("i")->toInteger()];
        }
        // Items 0 to 7 come in both batches, the others once.
        for (int i = 0; i < 12; ++i)
            QVERIFY2(std::abs(drawn[i] - (i < 8 ? 1000 : 500)) < (i < 8 ? 124 : 88), std::to_string(drawn[i]).c_str());
    }
    void samplesStayInOrderAndCanBeDrawnAgain()
    {
        for (const char *params : {R"({"count": 300, "seed": 7})", R"({"count": 300, "seed": 7, "memory": "8 KiB"})",
                                   R"({"fraction": 0.3, "seed": 7})"}) {
            const Items some = passAll(*make("sample", params), {numbered(1000, 3)});
            int64_t before = -1;
            for (const Value &item : some.items) {
                QVERIFY(item.member("i")->toInteger() > before);
                before = item.member("i")->toInteger();
                QCOMPARE(item.toObject().size(), size_t(2));
            }
            QVERIFY2(some.items.size() > 230 && some.items.size() < 370, std::to_string(some.items.size()).c_str());
            COMPARE_TEXT(passAll(*make("sample", params), {numbered(1000, 3)}).json(), some.json());
        }
        QCOMPARE(passAll(*make("sample", R"({"count": 300})"), {numbered(7, 3)}).items.size(), size_t(7));
    }
    void mistakesAreSaid_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *type, const char *params, const char *expected) {
            QTest::newRow(params) << QByteArray(type) << QByteArray(params) << QByteArray(expected);
        };
        row("limit", "{}", "All items pass");
        row("limit", R"({"take": 1, "by": ["h"]})", "There is no field \"h\"");
        row("number", R"({"into": ""})", "has no name");
        row("number", R"({"by": ["h"]})", "There is no field \"h\"");
        row("fill", R"({"fields": ["h"]})", "There is no field \"h\"");
        row("fill", R"({"fields": ["g"], "with": "value"})", "no value to fill in");
        row("sample", "{}", "Nothing would be drawn");
        row("collect", "{}", "how many items become one");
        row("collect", R"({"by": ["g"], "into": "g"})", "Two fields would be called");
    }
    void mistakesAreSaid()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, expected);
        std::vector<StepProblem> problems;
        const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"g", ValueType::Integer, {}}});
        make(type.toStdString(), params.toStdString())->check({{}, schema}, problems);
        QCOMPARE(problems.size(), size_t(1));
        QVERIFY2(bytes(problems[0].text).contains(expected), problems[0].text.c_str());
    }
};

} // namespace tst_arranging

QTEST_GUILESS_MAIN(tst_arranging::ArrangingTest)
#include "tst_arranging.moc"
