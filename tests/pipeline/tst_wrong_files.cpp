// SPDX-License-Identifier: MIT
// What is said of files that a hand, a disk or a newer program made wrong, and what is kept of them.
#include "pipeline/PipelineText.h"

#include <QRandomGenerator>
#include <QTest>

#include <set>

using namespace millrace;
using namespace millrace::test;

namespace tst_wrong_files {

class TestWrongFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void unknownKeysAreKeptAndNamedOnce();
    void wrongTypesAreNamedAndKept_data();
    void wrongTypesAreNamedAndKept();
    void whatNoMachineCanHoldIsRefused();
    void whoPadsOneOfTwoIsNotAskedForTheOther();
    void allProblemsAreNamedAtOnce();
    void aRightValueTakesAWrongOnesPlace();
    void equalIdsAreToldApart();
    void noFileIsNoPipeline_data();
    void noFileIsNoPipeline();
    void syntaxErrorsHaveAPlace();
    void zeroWorkersCountAsOne();
    void brokenFilesNeverCrash();
};

void TestWrongFiles::unknownKeysAreKeptAndNamedOnce()
{
    const std::string json =
        R"({"millrace": 1, "theme": "dark", "batching": {"size": 5, "jitter": 1}, "defaults": {"nice": 3},
        "steps": [{"id": "a", "type": "x", "colour": "red"}, {"id": "b", "type": "x", "colour": "blue"}],
        "links": [{"from": "a", "to": "b", "curve": 2}], "notes": [{"text": "t", "rect": [0, 0, 1, 1], "bold": true}]})";
    const QString problems = problemsOf(json);
    QCOMPARE(problems.count(QLatin1String("warning|")), 6);
    QCOMPARE(problems.count(QLatin1String("colour\" is no setting of a step")), 1);
    QVERIFY2(problems.contains(QLatin1String("It stands there 2 times.")), qPrintable(problems));
    QVERIFY(!problems.contains(QLatin1String("error|")));
    const std::string written = writePipeline(parsePipeline(json)->pipeline);
    for (const char *kept : {"\"theme\": \"dark\"", "\"jitter\": 1", "\"nice\": 3", "\"colour\": \"red\"",
                             "\"colour\": \"blue\"", "\"curve\": 2", "\"bold\": true"})
        QVERIFY2(written.find(kept) != std::string::npos, kept);
}

void TestWrongFiles::wrongTypesAreNamedAndKept_data()
{
    QTest::addColumn<QString>("member");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *member, const char *expected) {
        QTest::newRow(member) << QString::fromUtf8(member) << QString::fromUtf8(expected);
    };
    row(R"("workers": "three")", "\"workers\" is \"three\"; it has to be a whole number.");
    row(R"("workers": 2.5)", "\"workers\" is 2.5; it has to be a whole number.");
    row(R"("workers": 99999999999)", "it has to be a whole number.");
    row(R"("queueSize": null)", "\"queueSize\" is null; it has to be a whole number.");
    row(R"("retries": [1])", "\"retries\" is [1]; it has to be a whole number.");
    row(R"("onError": "ignore")", "it has to be \"stop\", \"skip\" or \"route\".");
    row(R"("runIn": 1)", "it has to be a text.");
    row(R"("params": [])", "it has to be an object");
    row(R"("workerArguments": [1])", "it has to be a list of objects, one for each worker.");
    row(R"("batching": 5)", "it has to be an object such as");
    row(R"("batching": {"size": "many"})", "\"size\" is \"many\"; it has to be a whole number");
    row(R"("batching": {"incomplete": "cut"})", "it has to be \"keep\", \"drop\" or \"pad\".");
    row(R"("enabled": "yes")", "it has to be true or false.");
    row(R"("bypass": 0)", "it has to be true or false.");
    row(R"("position": [1])", "it has to be a list of two numbers.");
    row(R"("name": {})", "it has to be a text.");
    row(R"("type": 5)", "it has to be a text.");
}

void TestWrongFiles::wrongTypesAreNamedAndKept()
{
    QFETCH(QString, member);
    QFETCH(QString, expected);
    const QString type = member.startsWith(QLatin1String("\"type\"")) ? QString() : QStringLiteral("\"type\": \"x\", ");
    const std::string json =
        QStringLiteral(R"({"millrace": 1, "steps": [{"id": "a", %1%2}]})").arg(type, member).toStdString();
    const QString problems = problemsOf(json);
    QVERIFY2(problems.contains(expected), qPrintable(problems));
    QVERIFY2(problems.contains(QLatin1String("error|a|")), qPrintable(problems));
    const Pipeline pipeline = parsePipeline(json)->pipeline;
    QCOMPARE(problemsOf(writePipeline(pipeline)), problems);
    QVERIFY(parsePipeline(writePipeline(pipeline))->pipeline == pipeline);
}

void TestWrongFiles::whatNoMachineCanHoldIsRefused()
{
    const QString problems = problemsOf(R"({"millrace": 1,
        "batching": {"size": 2000000000, "incomplete": "pad", "padDataInputs": 0},
        "defaults": {"workers": 1000000000},
        "steps": [{"id": "a", "type": "x", "workers": 1025}, {"id": "b", "type": "x", "workers": 1024,
                   "batching": {"size": 2000000000}},
                  {"id": "c", "type": "x", "batching": {"size": 10000001, "incomplete": "pad"}}]})");
    for (const char *expected :
         {"error||batching.size|The last batch can't be padded to 2000000000 items",
          "error||defaults.workers|There can't be 1000000000 workers for a step; set workers to 1024 or fewer.",
          "error|a|workers|There can't be 1025 workers",
          "error|c|batching.size|The last batch can't be padded to 10000001 items"})
        QVERIFY2(problems.contains(QString::fromUtf8(expected)), qPrintable(problems));
    QVERIFY2(!problems.contains(QLatin1String("|b|")), qPrintable(problems));
}

void TestWrongFiles::whoPadsOneOfTwoIsNotAskedForTheOther()
{
    const auto problems = [](const char *more) {
        return problemsOf(std::string(R"({"millrace": 1, "batching": {"incomplete": "pad")") + more + "}}");
    };
    QVERIFY(problems("").contains(QLatin1String("padDataInputs is missing")));
    QVERIFY(problems("").contains(QLatin1String("padExpectedOutputs is missing")));
    QVERIFY(!problems(R"(, "padDataInputs": 0)").contains(QLatin1String("missing")));
    QVERIFY(!problems(R"(, "padExpectedOutputs": 0)").contains(QLatin1String("missing")));
}

void TestWrongFiles::allProblemsAreNamedAtOnce()
{
    const QString problems = problemsOf(R"({"millrace": 1, "batching": {"size": 0, "incomplete": "pad"},
        "defaults": {"queueSize": -1, "retries": 101},
        "steps": [{"id": "a b", "type": "x"}, {"id": "c"}, {"id": "d", "type": "x", "workers": -2, "queueSize": -5,
                   "retries": 1000}, 7],
        "links": [{"from": "a", "to": "nowhere"}, {"from": "c"}, {"from": 1, "to": "c"}, "d"], "notes": [false]})");
    for (const char *expected :
         {"\"batching.size\" is 0; it has to be 1 item or more.", "padDataInputs is missing: null is used",
          "\"defaults.queueSize\" is -1", "\"a b\" can't be an id", "error|c|type|It has no type",
          "error|d|workers|\"workers\" is -2", "error|d|queueSize|\"queueSize\" is -5",
          "\"defaults.retries\" is 101; it has to be 0 to 100.",
          "error|d|retries|\"retries\" is 1000; it has to be 0 to 100.", "\"step 4\" is 7; it has to be an object.",
          "The link from \"a\" to \"nowhere\" comes from a step that doesn't exist",
          "The link from \"a\" to \"nowhere\" leads to a step that doesn't exist",
          "Link 2 needs both \"from\" and \"to\".", "\"from\" is 1; it has to be a text such as", "\"link 4\" is \"d\"",
          "\"note 1\" is false"})
        QVERIFY2(problems.contains(QString::fromUtf8(expected)),
                 qPrintable(QString::fromUtf8(expected) + QStringLiteral("\nnot in\n") + problems));
}

void TestWrongFiles::aRightValueTakesAWrongOnesPlace()
{
    Pipeline pipeline =
        parsePipeline(R"({"millrace": 1, "steps": [{"id": "a", "type": "x", "workers": "three"}]})")->pipeline;
    pipeline.steps[0].workers = 3;
    const std::string written = writePipeline(pipeline);
    QVERIFY(written.find("three") == std::string::npos);
    QCOMPARE(problemsOf(written), QString());
}

void TestWrongFiles::equalIdsAreToldApart()
{
    const auto loaded = parsePipeline(R"({"millrace": 1, "steps": [{"id": "a", "type": "x"}, {"id": "a", "type": "y"},
        {"type": "z"}, {"id": "a-2", "type": "w"}]})");
    QVERIFY(loaded);
    std::set<std::string> ids;
    for (const PipelineStep &step : loaded->pipeline.steps)
        ids.insert(step.id);
    QCOMPARE(ids.size(), size_t(4));
    QVERIFY(ids.contains("a") && ids.contains("a-2") && !ids.contains(""));
    QCOMPARE(text(loaded->pipeline.step("a-2")->type), QStringLiteral("w"));
    QCOMPARE(loaded->problems.size(), size_t(2));
    QVERIFY(loaded->problems[0].text.find("Two steps have the id \"a\"") == 0);
}

void TestWrongFiles::noFileIsNoPipeline_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("expected");
    QTest::newRow("empty") << QByteArray("") << QStringLiteral("It is empty");
    QTest::newRow("blank") << QByteArray(" \n\t ") << QStringLiteral("It is empty");
    QTest::newRow("list") << QByteArray("[1]") << QStringLiteral("It is no pipeline: it holds a JSON list");
    QTest::newRow("number") << QByteArray("7") << QStringLiteral("It is no pipeline: it holds a JSON integer");
    QTest::newRow("no version") << QByteArray("{\"steps\": []}")
                                << QStringLiteral("\"millrace\" with the number of its version is missing");
    QTest::newRow("newer") << QByteArray("{\"millrace\": 2}")
                           << QStringLiteral("It was written by a newer Millrace (version 2 of the file format");
    QTest::newRow("text version") << QByteArray("{\"millrace\": \"1\"}") << QStringLiteral("\"millrace\" is \"1\"");
    QTest::newRow("version 0") << QByteArray("{\"millrace\": 0}") << QStringLiteral("\"millrace\" is 0");
    QTest::newRow("truncated") << QByteArray(Example).left(400) << QStringLiteral("the text ends");
    QTest::newRow("not UTF-8") << QByteArray("{\"millrace\": 1, \"name\": \"\xff\"}") << QStringLiteral("UTF-8");
    QTest::newRow("binary") << QByteArray("\x7f"
                                          "ELF\0\0\0",
                                          7)
                            << QStringLiteral("not valid JSON");
    QTest::newRow("deep lists") << QByteArray(200'000, '[') << QStringLiteral("not valid JSON");
    QTest::newRow("deep objects") << "{\"millrace\": 1, \"x\": " + QByteArray("{\"a\":").repeated(5000) + "1"
                                         + QByteArray(5001, '}')
                                  << QStringLiteral("nested more than");
}

void TestWrongFiles::noFileIsNoPipeline()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, expected);
    const auto loaded = parsePipeline({json.data(), size_t(json.size())});
    QVERIFY(!loaded);
    QVERIFY2(text(loaded.error().message).contains(expected), loaded.error().message.c_str());
}

void TestWrongFiles::syntaxErrorsHaveAPlace()
{
    const auto loaded = parsePipeline("{\n  \"millrace\": 1,\n  \"name\": \"\xc3\xa4\" \"b\"\n}");
    QVERIFY(!loaded);
    QVERIFY2(text(loaded.error().message).contains(QLatin1String("line 3, column 15")), loaded.error().message.c_str());
}

void TestWrongFiles::zeroWorkersCountAsOne()
{
    const auto loaded = parsePipeline(R"({"millrace": 1, "steps": [{"id": "a", "type": "x", "workers": 0}]})");
    QVERIFY(loaded);
    QCOMPARE(loaded->problems.size(), size_t(0));
    QCOMPARE(loaded->pipeline.workersOf(loaded->pipeline.steps[0]), 1);
}

void TestWrongFiles::brokenFilesNeverCrash()
{
    QRandomGenerator random(11);
    const QByteArray pieces[] = {
        "{",         "}",       "[",    "]",   ",", ":", "\"", "null", "-1", "1e999", "99999999999999999999",
        "\"steps\"", "\\u0000", "\xff", "true"};
    for (int i = 0; i < 5000; ++i) {
        QByteArray json(Example);
        for (int changes = random.bounded(1, 6); changes > 0; --changes) {
            const auto at = random.bounded(int(json.size()));
            if (random.bounded(3) == 0)
                json.remove(at, random.bounded(1, 40));
            else
                json.replace(at, random.bounded(4), pieces[random.bounded(int(std::size(pieces)))]);
        }
        const auto loaded = parsePipeline({json.data(), size_t(json.size())});
        if (!loaded) {
            QVERIFY(!loaded.error().message.empty());
            continue;
        }
        const auto again = parsePipeline(writePipeline(loaded->pipeline));
        QVERIFY2(again && again->pipeline == loaded->pipeline, json.constData());
    }
}

} // namespace tst_wrong_files

QTEST_GUILESS_MAIN(tst_wrong_files::TestWrongFiles)
#include "tst_wrong_files.moc"
