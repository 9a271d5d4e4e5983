// SPDX-License-Identifier: MIT
// Steps that make other items of items: more of them, or with other fields.
#include "steps/StepRunner.h"

#include <QTest>

using namespace millrace;
using namespace millrace::test;

namespace tst_reshaping {

class ReshapingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itemsAreSplit_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *params, const char *expected) {
            QTest::newRow(params) << QByteArray(params) << QByteArray(expected);
        };
        row(R"({"field": "l"})", "{\"n\":1,\"l\":10,\"t\":\"a;b\"}\n{\"n\":1,\"l\":\"x\",\"t\":\"a;b\"}\n"
                                 "{\"n\":2,\"l\":null,\"t\":\"\"}\n{\"n\":3,\"l\":null,\"t\":\"c\"}\n");
        row(R"({"field": "l", "empty": "drop", "index": "i"})",
            "{\"n\":1,\"l\":10,\"t\":\"a;b\",\"i\":0}\n{\"n\":1,\"l\":\"x\",\"t\":\"a;b\",\"i\":1}\n");
        row(R"({"field": "t", "separator": ";", "index": "n"})",
            "{\"n\":0,\"l\":[10,\"x\"],\"t\":\"a\"}\n{\"n\":1,\"l\":[10,\"x\"],\"t\":\"b\"}\n"
            "{\"n\":null,\"l\":[],\"t\":null}\n{\"n\":0,\"l\":null,\"t\":\"c\"}\n");
    }
    void itemsAreSplit()
    {
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, expected);
        const Items made =
            passAll(*make("split", params.toStdString()),
                    {R"([{"n":1,"l":[10,"x"],"t":"a;b"},{"n":2,"l":[],"t":""}])", R"([{"n":3,"l":null,"t":"c"}])"});
        COMPARE_TEXT(made.failure, "");
        COMPARE_TEXT(made.json(), expected.toStdString());
    }
    void partsHaveIdsOfTheirOwn()
    {
        const auto batch = batchOf(R"([{"o":{"a":1,"b":[2]}},{"o":{"c":3}}])");
        const std::string first = toPlain(batch->id(0)), second = toPlain(batch->id(1));
        const auto step = make("split", R"({"field": "o", "index": "k"})");
        QVERIFY(step->process(*batch));
        COMPARE_TEXT(jsonOf(*batch), "{\"o\":1,\"k\":\"a\"}\n{\"o\":[2],\"k\":\"b\"}\n{\"o\":3,\"k\":\"c\"}\n");
        QCOMPARE(batch->id(0), Value(first + ".0"));
        QCOMPARE(batch->id(1), Value(first + ".1"));
        QCOMPARE(batch->id(2), Value(second + ".0"));
        QCOMPARE(batch->originalRow(2), 1u);
    }
    void whatCannotBeSplitFailsAlone()
    {
        const auto batch = batchOf(R"([{"v":[1]},{"v":5},{"v":"a,b"},{"v":[2]}])");
        QVERIFY(make("split", R"({"field": "v"})")->process(*batch));
        COMPARE_TEXT(jsonOf(*batch), "{\"v\":1}\n{\"v\":2}\n");
        QCOMPARE(batch->errors().size(), size_t(2));
        QCOMPARE(batch->errors()[0].row, 1u);
        QCOMPARE(batch->errors()[1].row, 2u);
        QVERIFY(batch->errors()[1].message.find("no separator is given") != std::string::npos);
    }
    void columnsBecomeRows()
    {
        const std::vector<std::string> batches{R"([{"city":"a","x":1,"y":null},{"city":"b","x":2.5,"y":"t"}])"};
        const Items made = passAll(*make("unpivot", R"({"fields": ["y", "x"]})"), batches);
        COMPARE_TEXT(
            made.json(),
            "{\"city\":\"a\",\"name\":\"y\",\"value\":null}\n{\"city\":\"a\",\"name\":\"x\",\"value\":1}\n"
            "{\"city\":\"b\",\"name\":\"y\",\"value\":\"t\"}\n{\"city\":\"b\",\"name\":\"x\",\"value\":2.5}\n");
        const Items fewer = passAll(
            *make("unpivot", R"({"fields": ["y", "x"], "name": "city", "value": "x", "dropNulls": true})"), batches);
        COMPARE_TEXT(fewer.json(),
                     "{\"city\":\"x\",\"x\":1}\n{\"city\":\"y\",\"x\":\"t\"}\n{\"city\":\"x\",\"x\":2.5}\n");
    }
    void jsonIsParsed()
    {
        const auto batch = batchOf(
            "[{\"t\":\"{\\\"a\\\": [1, 2.5]}\"},{\"t\":\"nope\"},{\"t\":null},{\"t\":5},{\"t\":\"\\\"x\\\"\"}]");
        QVERIFY(make("parse.json", R"({"field": "t", "into": "v"})")->process(*batch));
        COMPARE_TEXT(toJson(*batch->item(0).member("v")), R"({"a":[1,2.5]})");
        COMPARE_TEXT(toJson(*batch->item(2).member("v")), "null");
        COMPARE_TEXT(toJson(*batch->item(4).member("v")), "\"x\"");
        QCOMPARE(batch->errors().size(), size_t(2));
        QCOMPARE(batch->errors()[0].row, 1u);
        QVERIFY2(bytes(batch->errors()[0].message).startsWith("The field \"t\" isn't JSON: "),
                 batch->errors()[0].message.c_str());
        COMPARE_TEXT(batch->errors()[1].message, "The field \"t\" is the integer 5, no text to read as JSON.");
        const auto same = batchOf(R"([{"t":"[true]","u":1}])");
        QVERIFY(make("parse.json", R"({"field": "t"})")->process(*same));
        COMPARE_TEXT(jsonOf(*same), "{\"t\":[true],\"u\":1}\n");
    }
    void objectsBecomeFieldsAndBack()
    {
        const std::string items = R"([{"o":{"a":1,"b":{"c":"x","d":[{"e":1}]}},"n":2},{"n":3},{"o":{},"n":4}])";
        const auto flat = batchOf(items);
        QVERIFY(make("flatten", "{}")->process(*flat));
        COMPARE_TEXT(toJson(*flat->item(0).member("o.b.c")), "\"x\"");
        COMPARE_TEXT(toJson(*flat->item(0).member("o.b.d")), R"([{"e":1}])");
        QVERIFY(!flat->item(0).member("o"));
        QCOMPARE(flat->item(1).toObject().size(), size_t(1)); // without what the others have
        COMPARE_TEXT(toJson(*flat->item(2).member("o")), "{}");
        QVERIFY(make("unflatten", "{}")->process(*flat));
        const auto before = batchOf(items);
        for (size_t row = 0; row < 3; ++row) {
            const Value was = before->item(row), is = flat->item(row);
            for (const auto &[name, value] : was.toObject()) {
                QVERIFY2(is.member(name), name.c_str());
                COMPARE_TEXT(toJson(*is.member(name)), toJson(value));
            }
            QCOMPARE(is.toObject().size(), was.toObject().size());
        }
        const auto shallow = batchOf(items);
        QVERIFY(make("flatten", R"({"depth": 1, "separator": "/"})")->process(*shallow));
        COMPARE_TEXT(toJson(*shallow->item(0).member("o/b")), R"({"c":"x","d":[{"e":1}]})");
    }
    void namesThatClashFailTheirItem()
    {
        const auto flat = batchOf(R"([{"a.b":1,"a":{"b":2}},{"a":{"b":3}}])");
        QVERIFY(make("flatten", "{}")->process(*flat));
        COMPARE_TEXT(jsonOf(*flat), "{\"a.b\":3}\n");
        QCOMPARE(flat->errors().size(), size_t(1));
        const auto nested = batchOf(R"([{"a":5,"a.b":1},{"a.b":2}])");
        QVERIFY(make("unflatten", "{}")->process(*nested));
        COMPARE_TEXT(jsonOf(*nested), "{\"a\":{\"b\":2}}\n");
        QCOMPARE(nested->errors().size(), size_t(1));
        QVERIFY(nested->errors()[0].message.find("\"a.b\"") != std::string::npos);
    }
    void theFieldsThatLeaveAreKnown()
    {
        const CheckContext context{{},
                                   std::make_shared<const Schema>(
                                       std::vector<Field>{{"a", ValueType::Text, {}}, {"b", ValueType::Integer, {}}})};
        COMPARE_TEXT(make("split", R"({"field": "a", "index": "i"})")->outputSchema(context)->names(), "a, b, i");
        const SchemaPtr rows = make("unpivot", R"({"fields": ["b"]})")->outputSchema(context);
        COMPARE_TEXT(rows->names(), "a, name, value");
        QCOMPARE(rows->field(2).type, ValueType::Integer);
        std::vector<StepProblem> problems;
        make("split", R"({"field": "c", "index": "c"})")->check(context, problems);
        make("unpivot", R"({"fields": ["c"], "name": "a"})")->check(context, problems);
        QCOMPARE(problems.size(), size_t(4));
    }
};

} // namespace tst_reshaping

QTEST_GUILESS_MAIN(tst_reshaping::ReshapingTest)
#include "tst_reshaping.moc"
