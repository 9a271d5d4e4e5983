// SPDX-License-Identifier: MIT
// millrace errors: what failed in the last run is shown, exported, discarded, and tried again.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QFileInfo>
#include <QTest>

#include <csignal>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_errors_command {

namespace {

/// Items 0 to 99 as {"n": N, "t": "N"}, but that t of every tenth one is no number; `convert` makes a number of t.
QByteArray pipelineWith(const QByteArray &convert,
                        const QByteArray &sink = R"("write.csv", "params": {"path": "out.csv"})")
{
    return R"({"millrace": 1, "defaults": {"onError": "skip"}, "batching": {"size": 7}, "steps": [
        {"id": "in", "type": "read.csv", "params": {"path": "in.csv", "decimal": ".", "types": {"t": "text"}}},
        {"id": "convert", )"
           + convert + R"(},
        {"id": "out", "type": )"
           + sink + R"(}],
        "links": [{"from": "in", "to": "convert"}, {"from": "convert", "to": "out"}]})";
}

constexpr char Strict[] = R"("type": "convert", "params": {"types": {"t": "integer"}})";
constexpr char Mended[] =
    R"~("type": "formula", "params": {"field": "t", "expression": "number(replace(t, 'x', ''))"})~";

} // namespace

class TestErrorsCommand : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestErrorsCommand() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init()
    {
        empty();
        QByteArray rows = "n,t\n";
        for (int i = 0; i < 100; ++i)
            rows += QByteArray::number(i) + (i % 10 == 3 ? ",x" : ",") + QByteArray::number(i) + '\n';
        write("in.csv", rows);
        write("p.millrace", pipelineWith(Strict));
    }

    void aRunKeepsItsFailedItemsAndSaysWhere()
    {
        const Ended ended = run("p.millrace", {L("--report"), path("r.json")});
        QCOMPARE(ended.status, 3);
        QVERIFY2(ended.errors.contains("millrace errors"), ended.errors.constData());
        const QString kept = json("r.json").value(L("failedItems")).toString();
        QCOMPARE(QFileInfo(kept).canonicalFilePath(),
                 QFileInfo(path("p.millrace.failed/items.jsonl")).canonicalFilePath());
        const QList<QByteArray> lines = content("p.millrace.failed/items.jsonl").trimmed().split('\n');
        QCOMPARE(lines.size(), 10);
        const QJsonObject first = QJsonDocument::fromJson(lines.front()).object();
        QCOMPARE(first.value(L("step")).toString(), L("convert"));
        QCOMPARE(first.value(L("origin")).toString(), L("in.csv line 5"));
        QCOMPARE(first.value(L("attempts")).toInt(), 1);
        QCOMPARE(first.value(L("fields")).toObject(), (QJsonObject{{L("n"), 3}, {L("t"), L("x3")}}));
        for (const char *key : {"worker", "batch", "item", "kind", "message", "trace"})
            QVERIFY2(first.contains(QLatin1String(key)), key);
    }

    void aRunWithoutFailuresLeavesNothing()
    {
        QCOMPARE(run("p.millrace").status, 3);
        write("p.millrace", pipelineWith(Mended));
        const Ended ended = run("p.millrace", {L("--report"), path("r.json")});
        QCOMPARE(ended.status, 0);
        QVERIFY(!json("r.json").contains(L("failedItems")));
        QVERIFY(!QFileInfo::exists(path("p.millrace.failed")));
    }

    void whatIsRoutedIsNotKept()
    {
        QByteArray routed = pipelineWith(Strict);
        routed.replace("\"skip\"", "\"route\"");
        routed.replace("\"links\": [", R"("links": [{"from": "convert", "port": "error", "to": "out"}, )");
        write("p.millrace", routed);
        run("p.millrace");
        QVERIFY(!QFileInfo::exists(path("p.millrace.failed")));
    }

    void aCallThatIsRefusedKeepsThem()
    {
        run("p.millrace");
        write("p.millrace", "{");
        QCOMPARE(run("p.millrace").status, 2);
        QVERIFY(QFileInfo::exists(path("p.millrace.failed/items.jsonl")));
    }

    void theyAreListedByKind()
    {
        run("p.millrace");
        Ended ended = errors({});
        QCOMPARE(ended.status, 0);
        QVERIFY2(ended.output.contains("10 failed items"), ended.output.constData());
        QVERIFY2(ended.output.contains("convert:") && ended.output.contains("in.csv line 5"), ended.output.constData());
        ended = errors({L("list"), L("--json")});
        const QJsonArray groups = QJsonDocument::fromJson(ended.output).array();
        QCOMPARE(groups.size(), 1);
        QCOMPARE(groups[0].toObject().value(L("count")).toInt(), 10);
        QCOMPARE(groups[0].toObject().value(L("step")).toString(), L("convert"));
    }

    void oneIsShownWithItsFields()
    {
        run("p.millrace");
        Ended ended = errors({L("show"), L("--item"), L("13")});
        QVERIFY2(ended.output.contains("in.csv line 15, item 13") && ended.output.contains("\"x13\""),
                 ended.output.constData());
        QVERIFY2(!ended.output.contains("x23"), ended.output.constData());
        ended = errors({L("show"), L("--json")});
        QCOMPARE(ended.output.count('\n'), 10);
        QCOMPARE(errors({L("show"), L("--group"), L("1"), L("--json")}).output.count('\n'), 10);
    }

    void whatThereIsNoneOfIsSaid_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("action") << QStringList{L("repair")} << QByteArray("list, show, retry, export or discard");
        QTest::newRow("group") << QStringList{L("--group"), L("2")} << QByteArray("there are 1 kind of errors");
        QTest::newRow("item") << QStringList{L("--item"), L("14")} << QByteArray("no failed item has that id");
        QTest::newRow("export where") << QStringList{L("export")} << QByteArray("Name the file");
        QTest::newRow("export as") << QStringList{L("export"), L("a.xls")} << QByteArray(".csv, .jsonl or .json");
        QTest::newRow("too much") << QStringList{L("show"), L("all")} << QByteArray("one word too many");
    }
    void whatThereIsNoneOfIsSaid()
    {
        QFETCH(QStringList, words);
        QFETCH(QByteArray, said);
        run("p.millrace");
        const Ended ended = errors(words);
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.errors.contains(said), ended.errors.constData());
    }

    void withoutFailedItemsItSaysSo()
    {
        const Ended ended = errors({});
        QCOMPARE(ended.status, 0);
        QVERIFY2(ended.output.contains("no item failed"), ended.output.constData());
        QCOMPARE(errors({L("--json")}).output.trimmed(), QByteArray("[]"));
    }

    void theyAreExportedWithTheirErrors()
    {
        run("p.millrace");
        QCOMPARE(errors({L("export"), path("e.csv")}).status, 0);
        const QList<QByteArray> lines = content("e.csv").trimmed().split('\n');
        QCOMPARE(lines.size(), 11);
        QVERIFY(lines[0].startsWith("n,t,error.step,error.message,"));
        QVERIFY(lines[1].startsWith("3,x3,convert,"));
        QCOMPARE(errors({L("export"), path("e.jsonl"), L("--item"), L("93")}).status, 0);
        QCOMPARE(json("e.jsonl").value(L("error.origin")).toString(), L("in.csv line 95"));
    }

    void retryAddsWhatComesOutNow()
    {
        run("p.millrace");
        write("p.millrace", pipelineWith(Mended));
        Ended ended = errors({L("retry"), L("--item"), L("3")});
        QVERIFY2(ended.status == 0, ended.errors.constData());
        QCOMPARE(content("out.csv").trimmed().split('\n').back(), QByteArray("3,3"));
        QVERIFY(errors({}).output.contains("9 failed items"));
        ended = errors({L("retry")});
        QVERIFY2(ended.status == 0, ended.errors.constData());
        QVERIFY(!QFileInfo::exists(path("p.millrace.failed")));
        QList<QByteArray> rows = content("out.csv").trimmed().split('\n');
        QCOMPARE(rows.takeFirst(), QByteArray("n,t"));
        QCOMPARE(rows.size(), 100);
        QCOMPARE(QSet<QByteArray>(rows.begin(), rows.end()).size(), 100);
        for (int i = 0; i < 100; ++i)
            QVERIFY(rows.contains(QByteArray::number(i) + ',' + QByteArray::number(i)));
    }

    void whatFailsAgainStaysWithItsPlace()
    {
        run("p.millrace");
        const QByteArray before = content("out.csv");
        const Ended ended = errors({L("retry")});
        QCOMPARE(ended.status, 3);
        QCOMPARE(content("out.csv"), before);
        const QList<QByteArray> lines = content("p.millrace.failed/items.jsonl").trimmed().split('\n');
        QCOMPARE(lines.size(), 10);
        for (int i = 0; i < 10; ++i) {
            const QJsonObject item = QJsonDocument::fromJson(lines[i]).object();
            QCOMPARE(item.value(L("origin")).toString(), L("in.csv line %1").arg(i * 10 + 5));
            QCOMPARE(item.value(L("item")).toInt(), i * 10 + 3);
            QCOMPARE(item.value(L("attempts")).toInt(), 2);
        }
        QVERIFY(!QFileInfo::exists(path("p.millrace.failed-again")));
    }

    void retryIsRefusedWhereItCannotBeRight_data()
    {
        QTest::addColumn<QByteArray>("sink");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("a result that nothing is added to")
            << QByteArray(R"("write.json", "params": {"path": "out.json"})") << QByteArray("Nothing can be added");
        QTest::newRow("all items") << QByteArray(R"~("aggregate", "params": {"values": {"sum": "sum(n)"}}},
                {"id": "end", "type": "write.csv", "params": {"path": "out.csv"})~")
                                   << QByteArray("depends on the others");
    }
    void retryIsRefusedWhereItCannotBeRight()
    {
        QFETCH(QByteArray, sink);
        QFETCH(QByteArray, said);
        QByteArray pipeline = pipelineWith(Strict, sink);
        if (sink.contains("\"end\""))
            pipeline.replace("\"links\": [", R"("links": [{"from": "out", "to": "end"}, )");
        write("p.millrace", pipeline);
        QCOMPARE(run("p.millrace").status, 3);
        const QByteArray kept = content("p.millrace.failed/items.jsonl");
        const Ended ended = errors({L("retry")});
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.errors.contains(said), ended.errors.constData());
        QCOMPARE(content("p.millrace.failed/items.jsonl"), kept);
    }

    void afterARunThatFailedRetryIsRefused()
    {
        QByteArray stops = pipelineWith(Strict);
        stops.replace("\"skip\"", "\"stop\"");
        write("p.millrace", stops);
        QCOMPARE(run("p.millrace").status, 1);
        QVERIFY2(errors({}).output.contains("1 failed item of the last run, which failed"),
                 errors({}).output.constData());
        const Ended ended = errors({L("retry")});
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.errors.contains("did not finish"), ended.errors.constData());
    }

    void theyOutliveAProgramThatIsKilled()
    {
        write("p.millrace", R"({"millrace": 1, "defaults": {"onError": "skip"}, "batching": {"size": 1}, "steps": [
            {"id": "in", "type": "generate", "params": {"count": 100000}},
            {"id": "fail", "type": "fail", "params": {"expression": "value < 5"}},
            {"id": "slow", "type": "delay", "params": {"milliseconds": 5}},
            {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}}], "links": [
            {"from": "in", "to": "fail"}, {"from": "fail", "to": "slow"}, {"from": "slow", "to": "out"}]})");
        const auto process = start({L("run"), path("p.millrace")});
        QTRY_COMPARE_WITH_TIMEOUT(content("p.millrace.failed/items.jsonl").count('\n'), 5, 30'000);
        QVERIFY(errors({}).output.contains("which is under way"));
        QCOMPARE(errors({L("discard")}).status, 2);
        ::kill(pid_t(process->processId()), SIGKILL);
        QVERIFY(process->waitForFinished());
        const Ended ended = errors({});
        QVERIFY2(ended.output.contains("5 failed items of the last run, which was broken off"),
                 ended.output.constData());
        QCOMPARE(errors({L("retry")}).status, 2);
        QCOMPARE(errors({L("discard")}).status, 0);
        QVERIFY(!QFileInfo::exists(path("p.millrace.failed")));
    }

    void someAreDiscarded()
    {
        run("p.millrace");
        const Ended ended = errors({L("discard"), L("--item"), L("13")});
        QCOMPARE(ended.status, 0);
        QVERIFY(ended.output.contains("Discarded 1 failed item."));
        QVERIFY(errors({}).output.contains("9 failed items"));
    }

    void aPipelineOfStandardInputHasNoPlaceForThem()
    {
        QCOMPARE(run({L("run"), L("/dev/stdin")}).status, 2);
        QVERIFY(QDir(folder()).entryList({L("*.failed")}, QDir::AllEntries | QDir::Hidden).isEmpty());
    }

private:
    Ended errors(const QStringList &words) const
    {
        return CommandLineBench::run(QStringList{L("errors"), path("p.millrace")} + words);
    }
    using CommandLineBench::run;
};

} // namespace tst_errors_command

QTEST_GUILESS_MAIN(tst_errors_command::TestErrorsCommand)
#include "tst_errors_command.moc"
