// SPDX-License-Identifier: MIT
// What one can call, and what comes of it.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_commandline {

class TestCommandLine : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestCommandLine() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }
    void helpIsPrinted();
    void helpForWhatIsNoCommandSaysSo();
    void wrongCallsAreRefused_data();
    void wrongCallsAreRefused();
    void validatePrintsEveryProblem();
    void validateAcceptsASoundFile();
    void peekShowsHowAFileWouldBeRead();
    void peekTellsProgramsHowAFileWouldBeRead();
    void whatCannotBeReadIsSaidByPeek_data();
    void whatCannotBeReadIsSaidByPeek();
    void aRunWritesItsResultAndReport();
    void resultsAreRelativeToTheFile();
    void aFailedRunLeavesTheOlderResult();
    void skippedItemsAreSaidByTheStatus();
    void routedItemsLeaveAsTheyCame();
    void routedItemsSayWhichLineTheyCameFrom();
    void settingsAreChanged();
    void wrongSettingsAreRefused_data();
    void wrongSettingsAreRefused();
    void workersAreSetForAllSteps();
    void theFileMayComeFromStandardInput();
    void metricsComeTenTimesASecond();
    void thePageSaysHowItEnded();
    void outputThatCannotBeWrittenIsSaid();
    void progressIsDrawnOnlyWhenWanted();
    void theCatalogueIsListed();
    void oneStepIsDescribed();
};

void TestCommandLine::helpForWhatIsNoCommandSaysSo()
{
    const Ended ended = run({L("help"), L("ruun")});
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains("There is no command \"ruun\"; did you mean \"run\"?"), ended.errors.constData());
}

void TestCommandLine::helpIsPrinted()
{
    for (const QStringList &arguments :
         {QStringList{L("help")}, {L("--help")}, {L("help"), L("run")}, {L("run"), L("--help")}}) {
        const Ended ended = run(arguments);
        QCOMPARE(ended.status, 0);
        QVERIFY(ended.output.contains("millrace run FILE"));
    }
    const Ended version = run({L("--version")});
    QCOMPARE(version.status, 0);
    QVERIFY(version.output.startsWith("millrace "));
}

void TestCommandLine::wrongCallsAreRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("nothing") << QStringList() << QByteArray("Usage:");
    QTest::newRow("command") << QStringList{L("rn")} << QByteArray("did you mean \"run\"?");
    QTest::newRow("no file") << QStringList{L("run")} << QByteArray("Name a pipeline file.");
    QTest::newRow("two files") << QStringList{L("run"), L("a"), L("b")} << QByteArray("not several");
    QTest::newRow("option") << QStringList{L("run"), L("a"), L("--reprot=x")} << QByteArray("did you mean --report?");
    QTest::newRow("short option") << QStringList{L("run"), L("a"), L("-x")} << QByteArray("there is no option -x");
    QTest::newRow("no value") << QStringList{L("run"), L("a"), L("--seed")} << QByteArray("--seed needs a value");
    QTest::newRow("workers") << QStringList{L("run"), L("a"), L("--workers"), L("-1")}
                             << QByteArray("a whole number, 0 or more");
    QTest::newRow("progress") << QStringList{L("run"), L("a"), L("--progress=maybe")}
                              << QByteArray("auto, always or never");
    QTest::newRow("report") << QStringList{L("run"), L("a"), L("--report=no/where/r.json")} << QByteArray("no/where");
    QTest::newRow("missing file") << QStringList{L("run"), L("none.millrace")}
                                  << QByteArray("none.millrace: There is no such file");
    QTest::newRow("fit nowhere") << QStringList{L("fit"), L("a")} << QByteArray("--save DIR");
    QTest::newRow("fitted nothing") << QStringList{L("run"), L("a"), L("--fitted=")} << QByteArray("name the folder");
    QTest::newRow("step type") << QStringList{L("steps"), L("read.cvs")} << QByteArray("did you mean \"read.csv\"?");
}

void TestCommandLine::wrongCallsAreRefused()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, expected);
    const Ended ended = run(arguments);
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains(expected), ended.errors.constData());
    QCOMPARE(ended.output, QByteArray());
}

void TestCommandLine::validatePrintsEveryProblem()
{
    write("p.millrace", R"({"millrace": 1, "colour": 1, "steps": [{"id": "a", "type": "read.csv", "workers": "two"},
        {"id": "b", "type": "nothing.known"}], "links": [{"from": "a", "to": "c"}]})");
    const Ended ended = run({L("validate"), path("p.millrace")});
    QCOMPARE(ended.status, 2);
    const QByteArray file = path("p.millrace").toUtf8();
    for (const char *line :
         {": warning: \"colour\" is no setting", ": a: \"workers\" is \"two\"", ": a: \"path\" is needed",
          ": b: The step type \"nothing.known\" is unknown", ": a: The link from \"a\" to \"c\""})
        QVERIFY2(ended.output.contains(file + line), ended.output.constData());
    QCOMPARE(ended.output.count("is no setting"), 1);
    QVERIFY(!QFile::exists(path("out.jsonl")));
}

void TestCommandLine::validateAcceptsASoundFile()
{
    write("p.millrace", pipelineOf({}));
    const Ended ended = run({L("validate"), path("p.millrace")});
    QCOMPARE(ended.output, QByteArray());
    QCOMPARE(ended.status, 0);
    QVERIFY(!QFile::exists(path("out.jsonl")));
}

void TestCommandLine::peekShowsHowAFileWouldBeRead()
{
    write("x.csv", "name;price\r\nAnna;1,5\r\nB\x1b[0mob;22,25\r\n");
    const Ended ended = run({L("peek"), path("x.csv")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    for (const char *line :
         {"read by read.csv; UTF-8; line ends CRLF\n", "  delimiter   ;  3 of 3 records have 2 fields\n",
          "  decimal     ,  ", "\nname           price\ntext            real\nAnna             1.5\n",
          "B\\u001b[0mob   22.25\n"})
        QVERIFY2(ended.output.contains(line), ended.output.constData());
    write("nearly.csv", "a,b;c\nu,v;w\nx,y;z\n");
    const QByteArray nearly = run({L("peek"), path("nearly.csv")}).output;
    QVERIFY2(nearly.contains("; ; fits nearly as well"), nearly.constData());
    QVERIFY2(nearly.contains("warning: The delimiter may be \",\" or \";\""), nearly.constData());
    write("text.txt", "one\ntwo\n");
    QVERIFY(run({L("peek"), path("text.txt")}).output.contains("lines of text, read by read.lines"));
    write("x.jsonl", "{\"a\": 1}\n{\"a\": 2}\n");
    QVERIFY(run({L("peek"), path("x.jsonl")}).output.contains("JSON Lines, read by read.jsonl"));
}

void TestCommandLine::peekTellsProgramsHowAFileWouldBeRead()
{
    write("x.csv", "a\tb\n1\tx\n");
    const Ended ended = run({L("peek"), L("--json"), path("x.csv")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    const QJsonObject look = QJsonDocument::fromJson(ended.output).object();
    QCOMPARE(look[L("delimiter")].toString(), L("\t"));
    QCOMPARE(look[L("quote")].toString(), L("\""));
    QCOMPARE(look[L("escape")].toString(), L("doubled"));
    QCOMPARE(look[L("encoding")].toString(), L("UTF-8"));
    QCOMPARE(look[L("header")].toBool(), true);
    QCOMPARE(look[L("skipLines")].toInt(-1), 0);
    QCOMPARE(look[L("decimal")].toString(), L("."));
    QCOMPARE(look[L("fields")].toArray().at(0).toObject()[L("type")].toString(), L("integer"));
    QCOMPARE(look[L("rows")].toArray().size(), 1);
    QCOMPARE(look[L("guesses")].toArray().at(1).toObject()[L("value")].toString(), L("\\t"));
}

void TestCommandLine::whatCannotBeReadIsSaidByPeek_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("empty") << QByteArray() << QByteArray("is empty");
    QTest::newRow("binary") << QByteArray("a\0b\1c\0\0d", 8) << QByteArray("is no text");
    QTest::newRow("PDF") << QByteArray("%PDF-1.7\n") << QByteArray("is a PDF document");
    QTest::newRow("HTML") << QByteArray("<!DOCTYPE html><html></html>") << QByteArray("is a page of HTML");
    QTest::newRow("a long record") << QByteArray(2'000'000, 'x') << QByteArray("has more than 512 KiB");
}

void TestCommandLine::whatCannotBeReadIsSaidByPeek()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, said);
    write("x.csv", bytes);
    const Ended ended = run({L("peek"), path("x.csv")});
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains(said), ended.errors.constData());
    QCOMPARE(ended.output, QByteArray());
}

void TestCommandLine::aRunWritesItsResultAndReport()
{
    write("p.millrace",
          pipelineOf(R"({"id": "twice", "type": "multiply", "params": {"by": 2}, "workers": 2, "queueSize": 5})"));
    const Ended ended = run("p.millrace", {L("--report"), path("r.json"), L("--progress=never")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY(content("out.jsonl").startsWith("{\"value\":0}\n{\"value\":2}\n"));
    QCOMPARE(content("out.jsonl").count('\n'), 100);
    const QJsonObject report = json("r.json");
    QCOMPARE(report[L("status")].toString(), L("finished"));
    QCOMPARE(report[L("exitStatus")].toInt(-1), 0);
    QCOMPARE(report[L("items")][L("read")].toInt(), 100);
    QCOMPARE(report[L("items")][L("written")].toInt(), 100);
    QVERIFY(report[L("seconds")].toDouble() > 0);
    QVERIFY(report[L("peakMemoryBytes")].toDouble() > 100'000);
    QVERIFY(report.contains(L("limitedBy")) && report[L("errors")].isArray());
    const QJsonObject step = report[L("steps")][1].toObject();
    QCOMPARE(step[L("id")].toString(), L("twice"));
    QCOMPARE(step[L("type")].toString(), L("multiply"));
    QCOMPARE(step[L("workers")].toInt(), 2);
    QCOMPARE(step[L("batchesIn")].toInt(), 10);
    QCOMPARE(step[L("itemsOut")].toInt(), 100);
    QCOMPARE(step[L("queue")][L("capacity")].toInt(), 5);
    for (const char *key : {"batchesOut", "itemsIn", "errors", "retries", "busySeconds", "cpuSeconds", "blockedSeconds",
                            "starvedSeconds"})
        QVERIFY2(step[QString::fromUtf8(key)].isDouble(), key);
    for (const char *key : {"p50", "p95", "p99", "max"})
        QVERIFY2(step[L("serviceMs")][QString::fromUtf8(key)].isDouble(), key);
    QVERIFY2(ended.errors.contains("twice") && ended.errors.contains("Finished after"), ended.errors.constData());
}

void TestCommandLine::resultsAreRelativeToTheFile()
{
    QVERIFY(QDir(folder()).mkdir(L("inner")));
    write("inner/p.millrace", pipelineOf({}));
    QCOMPARE(run({L("run"), L("inner/p.millrace")}).status, 0);
    QVERIFY(QFile::exists(path("inner/out.jsonl")));
}

void TestCommandLine::aFailedRunLeavesTheOlderResult()
{
    write("out.jsonl", "old");
    write("p.millrace",
          pipelineOf(
              R"({"id": "trap", "type": "fail", "params": {"expression": "value == 33", "message": "no 33 please"}})"));
    const Ended ended = run("p.millrace", {L("--report"), path("r.json")});
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains("p.millrace: trap: no 33 please (numbers item 34, item 33)\n"),
             ended.errors.constData());
    QCOMPARE(content("out.jsonl"), QByteArray("old"));
    const QJsonObject report = json("r.json");
    QCOMPARE(report[L("status")].toString(), L("failed"));
    QCOMPARE(report[L("failure")][L("step")].toString(), L("trap"));
    QCOMPARE(report[L("errors")][0][L("message")].toString(), L("no 33 please"));
    QCOMPARE(report[L("errors")][0][L("itemId")].toInt(), 33);
}

void TestCommandLine::skippedItemsAreSaidByTheStatus()
{
    write(
        "p.millrace",
        pipelineOf(
            R"({"id": "trap", "type": "fail", "onError": "skip", "params": {"expression": "value % 10 == 3", "message": "a three"}})"));
    const Ended ended = run("p.millrace", {L("--report"), path("r.json")});
    QCOMPARE(ended.status, 3);
    QCOMPARE(content("out.jsonl").count('\n'), 90);
    QVERIFY2(ended.errors.contains("p.millrace: trap: a three (10 times, first at "), ended.errors.constData());
    const QJsonObject report = json("r.json");
    QCOMPARE(report[L("items")][L("errors")].toInt(), 10);
    QCOMPARE(report[L("errors")][0][L("count")].toInt(), 10);
}

void TestCommandLine::routedItemsLeaveAsTheyCame()
{
    // Neither the field that the step adds nor what it makes of another one is to be seen at an item that failed.
    write("route.millrace", R"({"millrace": 1, "batching": {"size": 4}, "steps": [
        {"id": "numbers", "type": "generate", "params": {"count": 10}},
        {"id": "added", "type": "formula", "onError": "route",
         "params": {"expression": "value == 3 ? number(\"x\") : value * 2", "field": "twice"}},
        {"id": "replaced", "type": "formula", "onError": "route",
         "params": {"expression": "value == 6 ? number(\"x\") : value * 3", "field": "value"}},
        {"id": "result", "type": "write.jsonl", "params": {"path": "out.jsonl"}},
        {"id": "both", "type": "merge"},
        {"id": "failed", "type": "write.jsonl", "params": {"path": "failed.jsonl"}}],
      "links": [{"from": "numbers", "to": "added"}, {"from": "added", "to": "replaced"},
        {"from": "replaced", "to": "result"}, {"from": "added.error", "to": "both"},
        {"from": "replaced.error", "to": "both"}, {"from": "both", "to": "failed"}]})");
    QCOMPARE(run("route.millrace").status, 3);
    QCOMPARE(content("out.jsonl").count('\n'), 8);
    QSet<QByteArray> keys;
    for (const QByteArray &line : content("failed.jsonl").trimmed().split('\n')) {
        const QJsonObject item = QJsonDocument::fromJson(line).object();
        const bool isAdded = item[L("error.step")].toString() == L("added");
        QCOMPARE(item[L("value")].toInt(), isAdded ? 3 : 6);
        QCOMPARE(item.contains(L("twice")), !isAdded);
        QVERIFY(isAdded || item[L("twice")].toInt() == 12);
        keys << item[L("error.step")].toString().toUtf8();
    }
    QCOMPARE(keys.size(), 2);
}

void TestCommandLine::routedItemsSayWhichLineTheyCameFrom()
{
    write("prices.csv", "name,cents\na,12\nb,none\n\"c\nd\",13\ne,none\n");
    write("route.millrace", R"({"millrace": 1, "batching": {"size": 2}, "steps": [
        {"id": "prices", "type": "read.csv", "params": {"path": "prices.csv", "types": "text"}},
        {"id": "price", "type": "convert", "onError": "route", "params": {"types": {"cents": "integer"}}},
        {"id": "good", "type": "write.jsonl", "params": {"path": "out.jsonl"}},
        {"id": "failed", "type": "write.csv", "params": {"path": "failed.csv"}}],
      "links": [{"from": "prices", "to": "price"}, {"from": "price", "to": "good"},
        {"from": "price.error", "to": "failed"}]})");
    QCOMPARE(run("route.millrace").status, 3);
    const QList<QByteArray> lines = content("failed.csv").trimmed().split('\n');
    QCOMPARE(lines.size(), 3);
    QVERIFY2(lines[0].endsWith("error.attempts,error.origin,error.line"), lines[0].constData());
    QVERIFY2(lines[1].endsWith(",1,prices.csv,3"), lines[1].constData());
    QVERIFY2(lines[2].endsWith(",1,prices.csv,6"), lines[2].constData());
}

void TestCommandLine::settingsAreChanged()
{
    write("p.millrace", pipelineOf(R"({"id": "twice", "type": "multiply", "params": {"by": 2}})"));
    const Ended ended = run(
        "p.millrace", {L("--set"), L("twice.by=2.5"), L("--set=numbers.count=7"), L("--set=twice.workers=3"),
                       L("--set=twice.queueSize=9"), L("--set=twice.queueBytes=3 MiB"), L("--memory"), L("80 MiB"),
                       L("--set=batching.size=2"), L("--set=result.path=other.jsonl"), L("--report"), path("r.json")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY(content("other.jsonl").endsWith("{\"value\":12.5}\n{\"value\":15}\n"));
    const QJsonValue step = json("r.json")[L("steps")][1];
    QCOMPARE(step[L("workers")].toInt(), 3);
    QCOMPARE(step[L("queue")][L("capacity")].toInt(), 9);
    QCOMPARE(step[L("queue")][L("capacityBytes")].toInt(), 3 << 20);
    QVERIFY(step[L("queue")][L("bytes")].isDouble() && step[L("queue")][L("peakBytes")].isDouble());
    QVERIFY(step[L("heldBytes")].isDouble() && step[L("spilledBytes")].isDouble());
    QCOMPARE(json("r.json")[L("steps")][2][L("queue")][L("capacityBytes")].toInt(), (80 << 20) / 2 / 3);
    QCOMPARE(step[L("batchesIn")].toInt(), 4);
}

void TestCommandLine::wrongSettingsAreRefused_data()
{
    QTest::addColumn<QString>("assignment");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("form") << L("twice") << QByteArray("STEP.PARAM=VALUE");
    QTest::newRow("step") << L("twise.by=2") << QByteArray("there is no step \"twise\"; did you mean \"twice\"?");
    QTest::newRow("param") << L("numbers.cuont=2") << QByteArray("did you mean \"count\"?");
    QTest::newRow("setting") << L("twice.worker=2") << QByteArray("did you mean \"workers\"?");
    QTest::newRow("type") << L("numbers.count=many") << QByteArray("\"count\"");
    QTest::newRow("workers") << L("twice.workers=many") << QByteArray("whole number");
    QTest::newRow("negative") << L("twice.workers=-1") << QByteArray("\"workers\" is -1");
    QTest::newRow("policy") << L("twice.onError=ignore") << QByteArray("\"stop\", \"skip\" or \"route\"");
    QTest::newRow("size") << L("batching.size=0") << QByteArray("\"batching.size\" is 0");
    QTest::newRow("bytes") << L("twice.queueBytes=much") << QByteArray("a size such as \"512 MiB\"");
}

void TestCommandLine::wrongSettingsAreRefused()
{
    QFETCH(QString, assignment);
    QFETCH(QByteArray, expected);
    write("p.millrace", pipelineOf(R"({"id": "twice", "type": "multiply", "params": {"by": 2}})"));
    const Ended ended = run("p.millrace", {L("--set"), assignment});
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains(expected), ended.errors.constData());
    QVERIFY(!QFile::exists(path("out.jsonl")));
}

void TestCommandLine::workersAreSetForAllSteps()
{
    write(
        "p.millrace",
        pipelineOf(
            R"({"id": "a", "type": "multiply", "params": {"by": 2}}, {"id": "b", "type": "add", "params": {"by": 2}, "workers": 7})"));
    for (const auto &[option, workers] : {std::pair("3", 3), {"0", 1}}) { // 0 is read as 1, as in a file
        const Ended ended =
            run("p.millrace", {L("--workers"), QString::fromUtf8(option), L("--report"), path("r.json")});
        QVERIFY2(ended.status == 0, ended.errors.constData());
        QCOMPARE(json("r.json")[L("steps")][1][L("workers")].toInt(), workers);
        QCOMPARE(json("r.json")[L("steps")][2][L("workers")].toInt(), workers);
    }
}

void TestCommandLine::theFileMayComeFromStandardInput()
{
    const auto process = start({L("run"), L("-")});
    process->write(pipelineOf({}));
    const Ended ended = end(*process);
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(content("out.jsonl").count('\n'), 100);
}

void TestCommandLine::metricsComeTenTimesASecond()
{
    write("p.millrace", pipelineOf(R"({"id": "wait", "type": "delay", "params": {"milliseconds": 5}})"));
    const Ended ended = run("p.millrace", {L("--metrics"), path("m.jsonl")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    const QList<QByteArray> lines = content("m.jsonl").trimmed().split('\n');
    QVERIFY2(lines.size() >= 4, QByteArray::number(lines.size()).constData()); // 0.5 s at the least
    double before = -1;
    for (const QByteArray &line : lines) {
        const QJsonObject sample = QJsonDocument::fromJson(line).object();
        QVERIFY(sample[L("seconds")].toDouble() >= before);
        before = sample[L("seconds")].toDouble();
        QCOMPARE(sample[L("steps")][1][L("id")].toString(), L("wait"));
    }
    QCOMPARE(QJsonDocument::fromJson(lines.last())[L("items")][L("written")].toInt(), 100);
}

void TestCommandLine::thePageSaysHowItEnded()
{
    write("p.millrace", pipelineOf(R"({"id": "wait", "type": "delay", "params": {"milliseconds": 5}})"));
    const Ended ended = run("p.millrace", {L("--html"), path("page.html"), L("--quiet")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    const QByteArray page = content("page.html");
    QVERIFY(page.startsWith("<!DOCTYPE html>") && page.endsWith("</html>\n"));
    QVERIFY(page.contains("Finished</span> after ") && page.contains("100 items read, 100 written, no errors."));
    QVERIFY(page.contains("<polyline") && page.contains("<code>5</code>"));
    const Ended both = run("p.millrace", {L("--html"), path("page.html"), L("--report"), path("page.html")});
    QCOMPARE(both.status, 2);
    QVERIFY2(both.errors.contains("--report and --html both name "), both.errors.constData());
    const Ended printed = run("p.millrace", {L("--html"), L("-"), L("--quiet")});
    QVERIFY(printed.output.startsWith("<!DOCTYPE html>"));
}

void TestCommandLine::outputThatCannotBeWrittenIsSaid()
{
    write("p.millrace", pipelineOf({}));
    const QByteArray full = "can't write the metrics to \"/dev/full\": No space left on device.\n";
    for (const char *option : {"--metrics", "--report", "--html"}) {
        const Ended ended = run("p.millrace", {QString::fromUtf8(option), L("/dev/full"), L("--quiet")});
        QCOMPARE(ended.status, 1);
        QCOMPARE(ended.errors.count("can't write"), 1);
        QVERIFY2(option != QByteArray("--metrics") || ended.errors == "millrace: " + full, ended.errors.constData());
        QCOMPARE(content("out.jsonl").count('\n'), 100); // it ran all the same
    }
    for (const char *command : {"steps", "steps read.csv --json", "help", "--version"}) {
        QProcess process;
        process.setStandardOutputFile(L("/dev/full"));
        process.start(L(MILLRACE_PROGRAM), QString::fromUtf8(command).split(QLatin1Char(' ')));
        const Ended ended = end(process);
        QCOMPARE(ended.status, 1);
        QCOMPARE(ended.errors, QByteArray("millrace: can't write to standard output: No space left on device.\n"));
    }
}

void TestCommandLine::progressIsDrawnOnlyWhenWanted()
{
    write("p.millrace", pipelineOf(R"({"id": "wait", "type": "delay", "params": {"milliseconds": 5}})"));
    QVERIFY(!run("p.millrace").errors.contains('\r'));
    QVERIFY(!run("p.millrace", {L("--progress=never")}).errors.contains('\r'));
    const Ended always = run("p.millrace", {L("--progress=always")});
    QVERIFY2(always.errors.contains("\r") && always.errors.contains(" items  ") && always.errors.contains("/s"),
             always.errors.constData());
}

void TestCommandLine::theCatalogueIsListed()
{
    const Ended ended = run({L("steps")});
    QCOMPARE(ended.status, 0);
    for (const QByteArray &line : ended.output.split('\n'))
        QVERIFY2(QString::fromUtf8(line).size() <= 80, line.constData());
    const QJsonArray types = QJsonDocument::fromJson(run({L("steps"), L("--json")}).output).array();
    QVERIFY(types.size() > 10);
    for (const QJsonValue type : types) {
        const QByteArray id = type[L("type")].toString().toUtf8();
        QVERIFY2(ended.output.contains("\n  " + id + ' '), id.constData());
        QVERIFY2(!type[L("help")].toString().isEmpty(), id.constData());
        for (const QJsonValue param : type[L("params")].toArray())
            QVERIFY2(!param[L("help")].toString().isEmpty(), id.constData());
    }
}

void TestCommandLine::oneStepIsDescribed()
{
    const Ended ended = run({L("steps"), L("read.csv")});
    QCOMPARE(ended.status, 0);
    for (const char *expected :
         {"read.csv", "path", "needed", "delimiter", "default \"auto\"", "out, error", "workers"})
        QVERIFY2(ended.output.contains(expected), ended.output.constData());
    const QJsonObject type = QJsonDocument::fromJson(run({L("steps"), L("read.csv"), L("--json")}).output).object();
    QCOMPARE(type[L("type")].toString(), L("read.csv"));
    QCOMPARE(type[L("outputs")].toArray(), (QJsonArray{L("out"), L("error")}));
}

} // namespace tst_commandline

QTEST_GUILESS_MAIN(tst_commandline::TestCommandLine)
#include "tst_commandline.moc"
