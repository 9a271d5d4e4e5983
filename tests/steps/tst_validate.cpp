// SPDX-License-Identifier: MIT
// The step that looks whether items keep rules: all that they break is said.
#include "steps/StepRunner.h"

#include <QTest>

using namespace millrace;
using namespace millrace::test;

namespace tst_validate {

class ValidateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void brokenRulesAreAllSaid_data()
    {
        QTest::addColumn<QByteArray>("rules");
        QTest::addColumn<QByteArray>("item");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char *rules, const char *item, const char *message) {
            QTest::addRow("%s %s", rules, item) << QByteArray(rules) << QByteArray(item) << QByteArray(message);
        };
        row(R"([{"field": "a", "required": true}])", R"({"a":0})", "");
        row(R"([{"field": "a", "required": true}])", R"({"a":null})", "\"a\" is missing.");
        row(R"([{"field": "b", "required": true}])", R"({"a":1})", "\"b\" is missing.");
        row(R"([{"field": "a", "type": "number", "range": [0, 10], "pattern": "x"}])", R"({"a":null})", "");
        row(R"([{"field": "a", "type": "number"}])", R"({"a":1.5})", "");
        row(R"([{"field": "a", "type": "integer"}])", R"({"a":1.5})", "\"a\" is the real 1.5, and must be an integer.");
        row(R"([{"field": "a", "type": "text"}])", R"({"a":[1]})", "\"a\" is the list [1], and must be a text.");
        row(R"([{"field": "a", "range": [0, 10]}])", R"({"a":10})", "");
        row(R"([{"field": "a", "range": [0, 10]}])", R"({"a":-1})", "\"a\" is the integer -1, and must be at least 0.");
        row(R"([{"field": "a", "range": [null, 2.5]}])", R"({"a":3})",
            "\"a\" is the integer 3, and must be at most 2.5.");
        row(R"([{"field": "a", "range": [0, 10]}])", R"({"a":"x"})",
            "\"a\" is the text \"x\", which can't be compared with the integer 0.");
        row(R"([{"field": "a", "range": ["b", "d"]}])", R"({"a":"e"})",
            "\"a\" is the text \"e\", and must be at most d.");
        row(R"([{"field": "a", "pattern": "^[0-9]{5}$"}])", R"({"a":"01234"})", "");
        row(R"([{"field": "a", "pattern": "^[0-9]{5}$"}])", R"({"a":"0123"})",
            "\"a\" is the text \"0123\", and doesn't fit the pattern \"^[0-9]{5}$\".");
        row(R"([{"expression": "a < b"}])", R"({"a":1,"b":2})", "");
        row(R"([{"expression": "a < b"}])", R"({"a":2,"b":2})", "a < b is not true.");
        row(R"([{"field": "a", "range": [5, null]}, {"expression": "a < b", "message": "wrong way round"}, {"field": "c", "required": true}])",
            R"({"a":3,"b":2})", "\"a\" is the integer 3, and must be at least 5; wrong way round; \"c\" is missing.");
    }
    void brokenRulesAreAllSaid()
    {
        QFETCH(QByteArray, rules);
        QFETCH(QByteArray, item);
        QFETCH(QByteArray, message);
        const auto step = make("validate", "{\"rules\": " + rules.toStdString() + "}");
        QVERIFY(step->open({}));
        const auto batch = batchOf("[" + item.toStdString() + "]");
        QVERIFY(step->process(*batch));
        QCOMPARE(batch->errors().size(), size_t(message.isEmpty() ? 0 : 1));
        if (!message.isEmpty())
            COMPARE_TEXT(batch->errors()[0].message, message.toStdString());
        COMPARE_TEXT(jsonOf(*batch), item.toStdString() + "\n");
    }
    void datesAreComparedWithDates()
    {
        const Items read = readCsvText("d\n2024-05-01\n2023-12-31\n2024-01-01\n");
        const auto step = make("validate", R"({"rules": [{"field": "d", "range": ["2024-01-01", null]}]})");
        QVERIFY(step->open({}));
        Batch batch;
        batch.reset(std::make_shared<const Schema>(std::vector<Field>{{"d", ValueType::Timestamp}}));
        for (const Value &item : read.items)
            batch.columnToChange(0).append(*item.member("d"));
        batch.setSize(read.items.size());
        QVERIFY(step->process(batch));
        QCOMPARE(batch.errors().size(), size_t(1));
        QCOMPARE(batch.errors()[0].row, 1u);
    }
    void wrongRulesAreSaid_data()
    {
        QTest::addColumn<QByteArray>("rules");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](const char *rules, const char *problem) {
            QTest::newRow(rules) << QByteArray(rules) << QByteArray(problem);
        };
        row(R"([])", "Rules are a list");
        row(R"([5])", "Rule 1 is the integer 5");
        row(R"([{"field": "a"}])", "Rule 1 asks for nothing");
        row(R"([{"field": "a", "required": true}, {"required": true}])", "Rule 2 names no field");
        row(R"([{"field": "a", "type": "date"}])", "Rule 1 has the type \"date\"");
        row(R"([{"field": "a", "range": [1]}])", "Rule 1 has the range [1]");
        row(R"([{"field": "a", "range": [2, 1]}])", "Rule 1 has the range [2,1], whose least is above its most.");
        row(R"([{"field": "a", "needed": true}])", "Rule 1 has the member \"needed\"");
        row("[{\"field\": \"a\", \"pattern\": \"(a\"}]", "Rule 1: The pattern \"(a\" is wrong at column 3");
        row(R"([{"expression": "a <"}])", "Rule 1: ");
        row(R"([{"field": "x", "required": true}])", "Rule 1: There is no field \"x\"");
    }
    void wrongRulesAreSaid()
    {
        QFETCH(QByteArray, rules);
        QFETCH(QByteArray, problem);
        const CheckContext context{{},
                                   std::make_shared<const Schema>(std::vector<Field>{{"a", ValueType::Integer, {}}})};
        std::vector<StepProblem> problems;
        make("validate", "{\"rules\": " + rules.toStdString() + "}")->check(context, problems);
        QCOMPARE(problems.size(), size_t(1));
        QVERIFY2(bytes(problems[0].text).startsWith(problem), problems[0].text.c_str());
        QVERIFY(problems[0].isError);
    }
};

} // namespace tst_validate

QTEST_GUILESS_MAIN(tst_validate::ValidateTest)
#include "tst_validate.moc"
