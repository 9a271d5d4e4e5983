// SPDX-License-Identifier: MIT
// Runs of a part of a pipeline, a look at what comes out of a step, and the log of a run as a file.
#include "app/CommandLineBench.h"

#include <QTest>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_run_parts {

namespace {

/// numbers -> odd (also rejected -> rest) -> double -> result; a second branch whose file isn't there.
const QByteArray Branched = R"({"millrace": 1, "batching": {"size": 10},
    "steps": [{"id": "numbers", "type": "generate", "params": {"count": 100}},
              {"id": "odd", "type": "filter", "params": {"expression": "value % 2 == 1"}},
              {"id": "double", "type": "multiply", "params": {"by": 2}},
              {"id": "result", "type": "write.jsonl", "params": {"path": "out.jsonl"}},
              {"id": "rest", "type": "write.jsonl", "params": {"path": "rest.jsonl"}},
              {"id": "missing", "type": "read.csv", "params": {"path": "missing.csv"}},
              {"id": "copy", "type": "write.csv", "params": {"path": "copy.csv"}}],
    "links": [{"from": "numbers", "to": "odd"}, {"from": "odd", "to": "double"}, {"from": "double", "to": "result"},
              {"from": "odd.rejected", "to": "rest"}, {"from": "missing", "to": "copy"}]})";

} // namespace

class TestRunParts : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestRunParts() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init()
    {
        empty();
        write("p.millrace", Branched);
    }
    void aRunUpToAStepNeedsNothingElse();
    void aSampleReadsTheFirstItemsAndWritesNothing();
    void whatComesOutOfAStepIsShown();
    void aPortIsShown();
    void onATerminalItIsATable();
    void itemsAreShownInTheirOrder();
    void theReportSaysNothingOfIt();
    void wrongCallsAreNamed_data();
    void wrongCallsAreNamed();
    void theLogIsAFile();
    void theLogIsJsonLinesByItsName();
    void aLogThatCantBeWrittenIsAWrongCall();
};

void TestRunParts::aRunUpToAStepNeedsNothingElse()
{
    QCOMPARE(run("p.millrace").status, 2); // missing.csv
    const Ended ended = run("p.millrace", {L("--until"), L("double"), L("--report"), path("r.json")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(content("out.jsonl"), QByteArray("(none)"));
    QCOMPARE(content("rest.jsonl"), QByteArray("(none)"));
    QStringList ids;
    for (const QJsonValue step : json("r.json")[L("steps")].toArray())
        ids << step[L("id")].toString();
    QCOMPARE(ids, (QStringList{L("numbers"), L("odd"), L("double")}));
}

void TestRunParts::aSampleReadsTheFirstItemsAndWritesNothing()
{
    write("out.jsonl", "old\n");
    const Ended ended =
        run("p.millrace", {L("--until"), L("result"), L("--sample"), L("7"), L("--report"), path("r.json")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(content("out.jsonl"), QByteArray("old\n"));
    const QJsonObject items = json("r.json")[L("items")].toObject();
    QCOMPARE(items[L("read")].toInt(), 7);
    QCOMPARE(items[L("written")].toInt(), 0);
}

void TestRunParts::whatComesOutOfAStepIsShown()
{
    const Ended ended =
        run("p.millrace", {L("--quiet"), L("--until"), L("double"), L("--show"), L("double"), L("--items"), L("3")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(ended.output, QByteArray("{\"value\":2}\n{\"value\":6}\n{\"value\":10}\n"));
    QCOMPARE(run("p.millrace", {L("--quiet"), L("--until"), L("double"), L("--show"), L("double")}).output.count('\n'),
             20);
}

void TestRunParts::aPortIsShown()
{
    const Ended ended =
        run("p.millrace", {L("--quiet"), L("--until"), L("result"), L("--show"), L("odd.rejected"), L("--items=2")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(ended.output, QByteArray("{\"value\":0}\n{\"value\":2}\n"));
    QCOMPARE(content("out.jsonl").count('\n'), 50); // the run itself is whole
}

void TestRunParts::onATerminalItIsATable()
{
    const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    QVERIFY(terminal >= 0 && ::grantpt(terminal) == 0 && ::unlockpt(terminal) == 0);
    const int line = ::open(::ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
    QProcess process;
    process.setWorkingDirectory(folder());
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(L("TERM"), L("xterm")); // where tests run there may be none
    process.setProcessEnvironment(environment);
    process.setChildProcessModifier([line] { ::dup2(line, STDOUT_FILENO); });
    process.start(L(MILLRACE_PROGRAM), {L("run"), path("p.millrace"), L("--quiet"), L("--until"), L("double"),
                                        L("--show"), L("double"), L("--items"), L("2")});
    QVERIFY(process.waitForFinished(60'000));
    ::close(line);
    QByteArray shown;
    char buffer[4096];
    for (ssize_t size = 0; (size = ::read(terminal, buffer, sizeof buffer)) > 0;)
        shown.append(buffer, size);
    ::close(terminal);
    QCOMPARE(shown.replace("\r", ""), QByteArray(" value\n     2\n     6\n"));
}

void TestRunParts::itemsAreShownInTheirOrder()
{
    const Ended ended = run("p.millrace", {L("--quiet"), L("--until"), L("double"), L("--show"), L("double"),
                                           L("--items"), L("50"), L("--workers"), L("8"), L("--set"),
                                           L("numbers.count=1000"), L("--set"), L("batching.size=1")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QByteArray expected;
    for (int i = 0; i < 50; ++i)
        expected += "{\"value\":" + QByteArray::number(2 + 4 * i) + "}\n";
    QCOMPARE(ended.output, expected);
}

void TestRunParts::theReportSaysNothingOfIt()
{
    const Ended ended = run("p.millrace", {L("--quiet"), L("--until"), L("result"), L("--show"), L("double"),
                                           L("--report"), path("r.json"), L("--metrics"), path("m.jsonl")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    const QJsonObject report = json("r.json");
    QCOMPARE(report[L("steps")].toArray().size(), 4);
    QCOMPARE(report[L("items")][L("written")].toInt(), 50);
    QVERIFY(!content("m.jsonl").contains("first-items"));
}

void TestRunParts::wrongCallsAreNamed_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("no such step") << QStringList{L("--until"), L("doublex")}
                                  << QByteArray(
                                         "--until doublex: there is no step \"doublex\"; did you mean \"double\"?");
    QTest::newRow("no such step to show")
        << QStringList{L("--show"), L("doublex")} << QByteArray("did you mean \"double\"?");
    QTest::newRow("no such port") << QStringList{L("--show"), L("odd.left")}
                                  << QByteArray("\"odd\" has no port \"left\"; it has out, rejected, error.");
    QTest::newRow("a sink") << QStringList{L("--show"), L("result")} << QByteArray("nothing comes out of a sink");
    QTest::newRow("left out") << QStringList{L("--until"), L("odd"), L("--show"), L("double")}
                              << QByteArray("there is no step \"double\"");
    QTest::newRow("no number") << QStringList{L("--sample"), L("0")}
                               << QByteArray("--sample 0: it has to be a whole number");
    QTest::newRow("items alone") << QStringList{L("--items"), L("3")} << QByteArray("name a step by --show STEP.");
}

void TestRunParts::wrongCallsAreNamed()
{
    QFETCH(QStringList, options);
    QFETCH(QByteArray, message);
    const Ended ended = run("p.millrace", options);
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains(message), ended.errors.constData());
}

void TestRunParts::theLogIsAFile()
{
    write("f.millrace",
          pipelineOf(R"({"id": "rule", "type": "fail", "params": {"expression": "value == 17", "message": "no"},
                                       "onError": "skip"})"));
    const Ended ended = run("f.millrace", {L("--quiet"), L("--log"), path("run.log")});
    QCOMPARE(ended.status, 3);
    const QList<QByteArray> lines = content("run.log").trimmed().split('\n');
    QVERIFY2(lines.size() >= 3, content("run.log").constData());
    QVERIFY2(lines.first().contains(" info Started: ") && lines.first().contains("f.millrace"),
             lines.first().constData());
    QVERIFY2(lines.last().contains(" info Finished after ") && lines.last().contains("1 failed item"),
             lines.last().constData());
    QVERIFY2(content("run.log").contains(" error rule: no (numbers item 18, item 17, worker "),
             content("run.log").constData());
    QVERIFY2(lines.first().at(4) == '-' && lines.first().at(23) == 'Z', lines.first().constData());
}

void TestRunParts::theLogIsJsonLinesByItsName()
{
    write("f.millrace",
          pipelineOf(R"({"id": "rule", "type": "fail", "params": {"expression": "value == 17", "message": "no\nway"},
                                       "onError": "skip"})"));
    QCOMPARE(run("f.millrace", {L("--quiet"), L("--log"), path("run.jsonl")}).status, 3);
    QJsonObject error;
    for (const QByteArray &line : content("run.jsonl").trimmed().split('\n')) {
        const QJsonDocument document = QJsonDocument::fromJson(line);
        QVERIFY2(document.isObject(), line.constData());
        if (document[L("level")].toString() == L("error"))
            error = document.object();
    }
    QCOMPARE(error[L("step")].toString(), L("rule"));
    QCOMPARE(error[L("itemId")].toInt(), 17);
    QCOMPARE(error[L("message")].toString(), L("no\nway"));
}

void TestRunParts::aLogThatCantBeWrittenIsAWrongCall()
{
    const Ended ended = run("p.millrace", {L("--log"), path("nowhere/run.log")});
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains("nowhere"), ended.errors.constData());
    const Ended itself = run("p.millrace", {L("--until"), L("result"), L("--log"), path("out.jsonl")});
    QCOMPARE(itself.status, 2);
    QVERIFY2(itself.errors.contains("written by \"result\""), itself.errors.constData());
}

} // namespace tst_run_parts

QTEST_GUILESS_MAIN(tst_run_parts::TestRunParts)
#include "tst_run_parts.moc"
