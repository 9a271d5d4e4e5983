// SPDX-License-Identifier: MIT
// Fields that first appear late are fields like any other: steps that name them are never refused for that.
#include "steps/StepRunner.h"

#include <QTest>

using namespace millrace;
using namespace millrace::test;

namespace tst_latefields {

namespace {

/// A file of JSON lines whose field b comes when the first 1 000 lines are over.
std::string lateFile(const Folder &folder)
{
    std::string text;
    for (int i = 0; i < 1200; ++i)
        text += "{\"a\":" + std::to_string(i) + "}\n";
    return folder.write("late.jsonl", text + "{\"a\":1,\"b\":7}\n{\"a\":2,\"b\":null}\n{\"a\":3}\n");
}

std::string problemsOf(const Step &step, const SchemaPtr &schema)
{
    std::vector<StepProblem> problems;
    step.check({{}, schema}, problems);
    std::string text;
    for (const StepProblem &problem : problems)
        text += (problem.isError ? "error: " : "warning: ") + problem.text + '\n';
    return text;
}

} // namespace

class LateFieldsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stepsMayNameThem_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("last");
        const auto row = [](const char *type, const char *params, const char *first, const char *last) {
            QTest::newRow(type) << QByteArray(params) << QByteArray(first) << QByteArray(last);
        };
        row("select", R"({"fields": ["b", "a"]})", R"({"a":0})",
            "{\"b\":7,\"a\":1}\n{\"b\":null,\"a\":2}\n{\"a\":3}\n");
        row("rename", R"({"names": {"b": "c"}})", R"({"a":0})", "{\"a\":1,\"c\":7}\n{\"a\":2,\"c\":null}\n{\"a\":3}\n");
        row("convert", R"({"types": {"b": "text"}})", R"({"a":0})",
            "{\"a\":1,\"b\":\"7\"}\n{\"a\":2,\"b\":null}\n{\"a\":3}\n");
        row("filter", R"({"expression": "b == 7 || a == 0"})", R"({"a":0})",
            "{\"a\":1,\"b\":7}\n{\"a\":2,\"b\":null}\n{\"a\":3}\n");
        row("formula", R"({"expression": "b + 1", "field": "c"})", R"({"a":0,"c":null})",
            "{\"a\":1,\"b\":7,\"c\":8}\n{\"a\":2,\"b\":null,\"c\":null}\n{\"a\":3,\"c\":null}\n");
    }
    void stepsMayNameThem()
    {
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, first);
        QFETCH(QByteArray, last);
        const Folder folder;
        const auto step = make(QTest::currentDataTag(), params.toStdString());
        const std::string path = lateFile(folder);
        for (const size_t batchSize : {1u, 7u, 5000u}) {
            QVERIFY(step->open({}));
            const Items read = readAll("read.jsonl", withPath(path), batchSize, {step.get()});
            COMPARE_TEXT(read.failure, "");
            QVERIFY(read.errors.empty());
            COMPARE_TEXT(problemsOf(*step, read.schema),
                         "warning: None of the first items has a field \"b\"; later ones may.\n");
            COMPARE_TEXT(toJson(read.items.front()), first.toStdString());
            const std::string all = read.json();
            QVERIFY2(bytes(all).endsWith(last), all.substr(all.size() - 100).c_str());
            step->close();
        }
    }
    void numbersThatAreNotThereAreLeftAlone()
    {
        const Folder folder;
        const auto step = make("add", R"({"by": 0.5, "fields": ["b"]})");
        QVERIFY(step->open({}));
        const Items read = readAll("read.jsonl", withPath(lateFile(folder)), 5000, {step.get()});
        QCOMPARE(read.failedItems, std::vector<size_t>{1201}); // the null
        COMPARE_TEXT(toJson(read.items[1200]), R"({"a":1,"b":7.5})");
        COMPARE_TEXT(toJson(read.items[1202]), R"({"a":3})");
    }
    void whatIsMissingMayBeFilledIn()
    {
        const Folder folder;
        const auto step = make("impute", R"({"strategy": "constant", "value": 5, "fields": ["b"]})");
        QVERIFY(step->open({}));
        for (const size_t batchSize : {7u, 5000u}) {
            const Items read = readAll("read.jsonl", withPath(lateFile(folder)), batchSize, {step.get()});
            COMPARE_TEXT(read.failure, "");
            QVERIFY(read.errors.empty());
            COMPARE_TEXT(toJson(read.items[0]), R"({"a":0,"b":5})");
            COMPARE_TEXT(toJson(read.items[1200]), R"({"a":1,"b":7})");
            COMPARE_TEXT(toJson(read.items[1201]), R"({"a":2,"b":5})");
        }
    }
    void aScriptEngineTakesThemForNull()
    {
        const Folder folder;
        const auto step = make("formula", R"js({"expression": "[b, 1].map(x => x === null)", "field": "c"})js");
        QVERIFY(step->open({}));
        const Items read = readAll("read.jsonl", withPath(lateFile(folder)), 100, {step.get()});
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(toJson(read.items[0]), R"({"a":0,"c":[true,false]})");
        COMPARE_TEXT(toJson(read.items[1200]), R"({"a":1,"b":7,"c":[false,false]})");
    }
    void whereAllItemsWereSeenAFieldThatNoneHasIsAnError()
    {
        const Folder folder;
        for (const char *type : {"read.jsonl", "read.json"}) {
            const Items read = readAll(type, withPath(folder.write("all", "{\"a\":1}\n{\"ab\":2}\n\n")));
            const std::string problems = problemsOf(*make("select", R"({"fields": ["abc"]})"), read.schema);
            COMPARE_TEXT(problems, "error: There is no field \"abc\"; did you mean \"ab\"? The fields are a, ab.\n");
            QVERIFY(
                bytes(problemsOf(*make("filter", R"({"expression": "abc > 1"})"), read.schema)).startsWith("error: "));
        }
    }
    void ofSeveralFilesTheFirstOneKnowsNotAll()
    {
        const Folder folder;
        folder.write("1.jsonl", "{\"a\":1}\n");
        folder.write("2.jsonl", "{\"b\":2}\n");
        const Items read = readAll("read.jsonl", withPath(folder.path("*.jsonl")));
        QVERIFY(read.schema->isOpen());
        COMPARE_TEXT(read.json(), "{\"a\":1}\n{\"b\":2}\n");
    }
};

} // namespace tst_latefields

QTEST_GUILESS_MAIN(tst_latefields::LateFieldsTest)
#include "tst_latefields.moc"
