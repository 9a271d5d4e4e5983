// SPDX-License-Identifier: MIT
// Links with "keep": true: the next run starts behind them, with the same result, for as long as nothing before them has changed.
#include "app/CommandLineBench.h"
#include "engine/journal/JournalFile.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QSet>
#include <QTest>

#include <algorithm>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_kept {

namespace {

constexpr int Rows = 1'000;

/// What a step of the pipelines here is, by its id.
QByteArray pipeline(const QByteArray &steps, const QByteArray &links)
{
    return R"({"millrace": 1, "batching": {"size": 7}, "steps": [)" + steps + R"(], "links": [)" + links + "]}";
}

constexpr char In[] = R"({"id": "in", "type": "read.csv", "params": {"path": "in.csv"}},)";
constexpr char Double[] =
    R"({"id": "double", "type": "formula", "params": {"expression": "n * 2", "field": "d"}, "workers": 3},)";
constexpr char Out[] = R"({"id": "out", "type": "write.csv", "params": {"path": "out.csv"}})";

QByteArray simple()
{
    return pipeline(QByteArray(In) + Double
                        + R"({"id": "more", "type": "formula", "params": {"expression": "d + 1", "field": "e"}},)"
                        + Out,
                    R"({"from": "in", "to": "double"}, {"from": "double", "to": "more", "keep": true},
                       {"from": "more", "to": "out"})");
}

/// Of the entry that the journal has now; 0: there is none.
uint64_t epochOf(const QString &journal)
{
    const auto entry = millrace::readJournal(journal.toStdString());
    return entry ? entry->epoch : 0;
}

} // namespace

class TestKept : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestKept() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init()
    {
        empty();
        QByteArray rows = "n,kind,late\n";
        for (int i = 0; i < Rows; ++i)
            rows += QByteArray::number(i) + ",kind " + QByteArray::number(i % 5) + ','
                    + (i > 500 ? QByteArray::number(i / 8.0) : QByteArray()) + '\n';
        write("in.csv", rows);
        write("kinds.csv", "kind,name\nkind 0,zero\nkind 1,one\nkind 2,two\nkind 3,three\nkind 4,four\n");
    }

    void theNextRunStartsThereWithTheSameResult_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QStringList>("skipped");
        QTest::newRow("a step") << simple() << QStringList{L("in")};
        QTest::newRow("behind the source") << simple()
                                                  .replace(R"("to": "double"})", R"("to": "double", "keep": true})")
                                                  .replace(R"("to": "more", "keep": true})", R"("to": "more"})")
                                           << QStringList{};
        QTest::newRow("both, the later one counts")
            << simple().replace(R"("to": "double"})", R"("to": "double", "keep": true})") << QStringList{L("in")};
        QTest::newRow("sort, and what leaves a filter by two ports")
            << pipeline(QByteArray(In) + R"({"id": "sort", "type": "sort", "params": {"by": ["-late", "n"]}},
                   {"id": "half", "type": "filter", "params": {"expression": "n % 2 == 0"}},
                   {"id": "other", "type": "write.jsonl", "params": {"path": "other.jsonl"}},)"
                            + Out,
                        R"({"from": "in", "to": "sort"}, {"from": "sort", "to": "half"},
                           {"from": "half", "to": "out", "keep": true},
                           {"from": "half.rejected", "to": "other", "keep": true})")
            << QStringList{L("in"), L("sort")};
        QTest::newRow("the second input of a join")
            << pipeline(QByteArray(In) + R"({"id": "kinds", "type": "read.csv", "params": {"path": "kinds.csv"}},
                   {"id": "upper", "type": "formula", "params": {"expression": "kind + name", "field": "name"
}
},
                   {"id": "join", "type": "join", "params": {"on": {"kind": "kind"}}},)"
                            + Out,
                        R"({"from": "in", "to": "join.left"}, {"from": "kinds", "to": "upper"},
                           {"from": "upper", "to": "join.right", "keep": true}, {"from": "join", "to": "out"})")
            << QStringList{L("kinds")};
        QTest::newRow("branches that come together again behind it")
            << pipeline(QByteArray(In) + Double + R"({"id": "a", "type": "identity"}, {"id": "b", "type": "identity"},
                   {"id": "both", "type": "union", "params": {"mode": "items"}},)"
                            + Out,
                        R"({"from": "in", "to": "double"}, {"from": "double", "to": "a", "keep": true},
                           {"from": "double", "to": "b", "keep": true}, {"from": "a", "to": "both"},
                           {"from": "b", "to": "both"}, {"from": "both", "to": "out"})")
            << QStringList{L("in")};
        QTest::newRow("nobody misses what is thrown away")
            << pipeline(QByteArray(In) + R"({"id": "half", "type": "filter", "params": {"expression": "n % 2 == 0"}},
                   {"id": "bin", "type": "discard"},)"
                            + Out,
                        R"({"from": "in", "to": "half"}, {"from": "half", "to": "out", "keep": true},
                           {"from": "half.rejected", "to": "bin"})")
            << QStringList{L("in")};
    }
    void theNextRunStartsThereWithTheSameResult()
    {
        QFETCH(QByteArray, file);
        QFETCH(QStringList, skipped);
        write("p.millrace", file);
        QVERIFY(!startsBehind(run("p.millrace")));
        const QByteArray out = content("out.csv"), other = content("other.jsonl");
        QVERIFY(out.count('\n') >= Rows / 2);
        QVERIFY(QFile::remove(path("out.csv")));
        const Ended ended = run("p.millrace", {L("--report"), path("r.json")});
        QCOMPARE(ended.status, 0);
        QVERIFY2(startsBehind(ended), ended.errors.constData());
        QCOMPARE(content("out.csv"), out);
        QCOMPARE(content("other.jsonl"), other);
        QSet<QString> steps;
        const QJsonArray all = json("r.json").value(L("steps")).toArray();
        for (const auto &step : all)
            steps.insert(step[L("id")].toString());
        QVERIFY(steps.contains(L("out")));
        QVERIFY(std::ranges::none_of(steps, [](const QString &id) { return id.endsWith(L(" kept")); }));
        for (const QString &id : skipped)
            QVERIFY2(!steps.contains(id), qUtf8Printable(id));
        QCOMPARE(json("r.json")[L("items")][L("written")].toInt(), int(out.count('\n') - 1 + other.count('\n')));
    }

    void whatIsKeptHasItsIdsAndPlaces()
    {
        write("p.millrace",
              simple().replace(
                  R"({"id": "more", "type": "formula", "params": {"expression": "d + 1", "field": "e"}})",
                  R"({"id": "more", "type": "fail", "params": {"expression": "n == 700"}, "onError": "skip"})"));
        const Ended first = run("p.millrace"), second = run("p.millrace");
        QCOMPARE(first.status, 3);
        QCOMPARE(second.status, 3);
        QVERIFY2(startsBehind(second) && second.errors.contains("(in.csv line 702, item 700)"),
                 second.errors.constData());
    }

    void itStartsAtTheSourceAgainWhereSomethingHasChanged_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("a parameter before it") << QByteArray("p.millrace") << withKinds().replace("n * 2", "n * 3");
        QTest::newRow("how the stream is cut")
            << QByteArray("p.millrace") << withKinds().replace("\"size\": 7", "\"size\": 8");
        QTest::newRow("the input") << QByteArray("in.csv") << QByteArray("n,kind,late\n1,kind 1,\n");
        QTest::newRow("a file that a step looks into")
            << QByteArray("kinds.csv") << QByteArray("kind,name\nkind 1,one\n");
    }
    void itStartsAtTheSourceAgainWhereSomethingHasChanged()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, content);
        write("p.millrace", withKinds());
        run("p.millrace");
        QVERIFY(startsBehind(run("p.millrace")));
        write(file.constData(), content);
        QVERIFY(!startsBehind(run("p.millrace")));
        const QByteArray out = this->content("out.csv");
        const Ended again = run("p.millrace");
        QVERIFY2(startsBehind(again), again.errors.constData());
        QCOMPARE(this->content("out.csv"), out);
    }

    void whatMakesNoDifferenceIsNoChange()
    {
        write("p.millrace", simple());
        run("p.millrace");
        write("p.millrace", simple()
                                .replace("\"workers\": 3", "\"workers\": 1, \"name\": \"Twice\", \"queueSize\": 3")
                                .replace("d + 1", "d + 2"));
        QVERIFY(startsBehind(run("p.millrace")));
        QVERIFY(content("out.csv").contains("\n5,kind 0,,10,12\n"));
    }

    void aProgramThatIsAnotherNowIsAChange()
    {
        write("twice.sh", "#!/bin/sh\nexec sed -u 's/kind/sort/'\n");
        QVERIFY(QFile::setPermissions(path("twice.sh"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        write("p.millrace",
              pipeline(R"({"id": "in", "type": "read.lines", "params": {"path": "in.csv"}},
            {"id": "program", "type": "program", "params": {"command": ["./twice.sh"], "protocol": "lines"}},
            {"id": "out", "type": "write.lines", "params": {"path": "out.txt"}})",
                       R"({"from": "in", "to": "program"}, {"from": "program", "to": "out", "keep": true})"));
        const Ended first = run("p.millrace", {L("--trust")});
        QVERIFY2(first.status == 0, first.errors.constData());
        QVERIFY(startsBehind(run("p.millrace", {L("--trust")})));
        write("twice.sh", "#!/bin/sh\nexec sed -u 's/kind/type/'\n");
        QVERIFY(!startsBehind(run("p.millrace", {L("--trust")})));
        QVERIFY(content("out.txt").contains("type 1"));
    }

    void itDoesNotStartWhereSomethingWouldBeMissing_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::newRow("a result before it") << pipeline(
            QByteArray(In) + Double + R"({"id": "early", "type": "write.csv", "params": {"path": "early.csv"}},)" + Out,
            R"({"from": "in", "to": "double"}, {"from": "double", "to": "early"},
                           {"from": "double", "to": "out", "keep": true})");
        QTest::newRow("items of the same source by another way") << pipeline(
            QByteArray(In) + Double + R"({"id": "both", "type": "union", "params": {"mode": "fields"}},)" + Out,
            R"({"from": "in", "to": "double"}, {"from": "in", "to": "both"},
                           {"from": "double", "to": "both", "keep": true}, {"from": "both", "to": "out"})");
    }
    void itDoesNotStartWhereSomethingWouldBeMissing()
    {
        QFETCH(QByteArray, file);
        write("p.millrace", file);
        run("p.millrace");
        const QByteArray out = content("out.csv"), early = content("early.csv");
        QFile::remove(path("early.csv"));
        const Ended ended = run("p.millrace");
        QVERIFY2(ended.status == 0 && !startsBehind(ended), ended.errors.constData());
        QCOMPARE(content("out.csv"), out);
        QCOMPARE(content("early.csv"), early);
    }

    void failedItemsBeforeItAreNotForgotten()
    {
        write("p.millrace",
              simple()
                  .replace(R"("type": "formula", "params": {"expression": "n * 2", "field": "d"}, "workers": 3)",
                           R"("type": "fail", "params": {"expression": "n == 7"}, "onError": "skip")")
                  .replace("d + 1", "n + 1"));
        for (int i = 0; i < 2; ++i) {
            const Ended ended = run("p.millrace");
            QCOMPARE(ended.status, 3);
            QVERIFY2(!startsBehind(ended) && ended.errors.contains("isn't kept: 1 item failed before it"),
                     ended.errors.constData());
        }
    }

    void standardInputIsNotKept()
    {
        write("p.millrace", simple().replace("in.csv", "-"));
        for (const QByteArray row : {"1,a,\n", "2,b,\n"}) {
            const auto process = start({L("run"), path("p.millrace")});
            process->write("n,kind,late\n" + row);
            process->closeWriteChannel();
            const Ended ended = end(*process);
            QVERIFY2(ended.status == 0 && ended.errors.contains("can't be compared"), ended.errors.constData());
            QVERIFY(content("out.csv").contains(row.left(3)));
        }
    }

    void whatIsKeptIsListedAndGoesWhenItIsNotWanted()
    {
        write("p.millrace", simple());
        QVERIFY(kept().isEmpty());
        run("p.millrace");
        QCOMPARE(kept().size(), 1);
        const QJsonObject one = kept().first().toObject();
        QCOMPARE(one[L("link")].toString(), L("double"));
        QCOMPARE(one[L("items")].toInt(), Rows);
        QCOMPARE(one[L("size")].toInt(), int(QFileInfo(path("p.millrace.kept/double.out.batches")).size()));
        QVERIFY(!startsBehind(run("p.millrace", {L("--fresh")})));
        QCOMPARE(kept().size(), 1);
        QCOMPARE(CommandLineBench::run({L("kept"), path("p.millrace"), L("discard")}).status, 0);
        QVERIFY(!QFileInfo::exists(path("p.millrace.kept")));
        run("p.millrace");
        QCOMPARE(kept().size(), 1);
        write("p.millrace", simple().replace(", \"keep\": true", ""));
        run("p.millrace");
        QVERIFY(!QFileInfo::exists(path("p.millrace.kept")));
    }

    void whatFailsIsNotKept()
    {
        write("p.millrace",
              pipeline(QByteArray(In) + Double + Out,
                       R"({"from": "in", "to": "double"}, {"from": "double.error", "to": "out", "keep": true})"));
        const Ended ended = CommandLineBench::run({L("validate"), path("p.millrace")});
        QVERIFY2(ended.output.contains("isn't kept; take \"keep\" out"), ended.output.constData());
    }

    void onlyAWholeRunKeepsAnything()
    {
        write("p.millrace", simple());
        for (const QStringList &options : {QStringList{L("--sample"), L("10")}, {L("--until"), L("more")}}) {
            const Ended ended = run("p.millrace", options);
            QVERIFY2(ended.errors.contains("Nothing is kept"), ended.errors.constData());
            QVERIFY(!QFileInfo::exists(path("p.millrace.kept")));
        }
    }

    void aFileThatIsNotWholeIsNotUsed()
    {
        write("p.millrace", simple());
        run("p.millrace");
        const QByteArray out = content("out.csv");
        for (const int left : {3'000, 10}) {
            QVERIFY(QFile::resize(path("p.millrace.kept/double.out.batches"), left));
            const Ended ended = run("p.millrace");
            QVERIFY2(ended.status == 0 && !startsBehind(ended), ended.errors.constData());
            QCOMPARE(content("out.csv"), out);
        }
        QVERIFY(startsBehind(run("p.millrace")));
    }

    void aDamagedFileIsSaidAndNothingIsWritten()
    {
        write("p.millrace", simple());
        run("p.millrace");
        const QByteArray out = content("out.csv");
        QFile kept(path("p.millrace.kept/double.out.batches"));
        QVERIFY(kept.open(QIODevice::ReadWrite) && kept.seek(kept.size() / 2)
                && kept.write(QByteArray(4'000, '\xff')) > 0);
        kept.close();
        const Ended ended = run("p.millrace");
        QCOMPARE(ended.status, 1);
        QVERIFY2(ended.errors.contains("are damaged") && ended.errors.contains("--fresh"), ended.errors.constData());
        QCOMPARE(content("out.csv"), out);
        QCOMPARE(run("p.millrace", {L("--fresh")}).status, 0);
        QVERIFY(startsBehind(run("p.millrace")));
    }

    void whatLetsNothingThroughKeepsItsFields()
    {
        write("p.millrace",
              pipeline(QByteArray(In) + R"({"id": "none", "type": "filter", "params": {"expression": "n < 0"}},)" + Out,
                       R"({"from": "in", "to": "none"}, {"from": "none", "to": "out", "keep": true})"));
        run("p.millrace");
        QCOMPARE(content("out.csv"), QByteArray("n,kind,late\n"));
        QVERIFY(startsBehind(run("p.millrace")));
        QCOMPARE(content("out.csv"), QByteArray("n,kind,late\n"));
    }

    void whatChangesFilesIsDoneAgain()
    {
        write("p.millrace",
              pipeline(R"({"id": "in", "type": "read.files", "params": {"folder": ".", "pattern": "kinds.csv"}},
            {"id": "copy", "type": "files.copy", "params": {"from": "{path}", "to": "copies/{name}", "exists": "replace"}},)"
                           + QByteArray(Out),
                       R"({"from": "in", "to": "copy"}, {"from": "copy", "to": "out", "keep": true})"));
        Ended ended = run("p.millrace", {L("--trust")});
        QVERIFY2(ended.status == 0, ended.errors.constData());
        QVERIFY(QFile::remove(path("copies/kinds.csv")));
        ended = run("p.millrace", {L("--trust")});
        QVERIFY2(ended.status == 0 && !startsBehind(ended), ended.errors.constData());
        QVERIFY(QFileInfo::exists(path("copies/kinds.csv")));
    }

    void anotherSeedDrawsAnew()
    {
        write("p.millrace",
              pipeline(QByteArray(In) + R"({"id": "some", "type": "sample", "params": {"fraction": 0.5}},)" + Out,
                       R"({"from": "in", "to": "some"}, {"from": "some", "to": "out", "keep": true})"));
        run("p.millrace", {L("--seed"), L("1")});
        const QByteArray one = content("out.csv");
        QVERIFY(startsBehind(run("p.millrace", {L("--seed"), L("1")})));
        QCOMPARE(content("out.csv"), one);
        QVERIFY(!startsBehind(run("p.millrace", {L("--seed"), L("2")})));
        QVERIFY(content("out.csv") != one);
    }

    void aRunThatKeepsHasAJournalAllTheSame()
    {
        write("p.millrace", simple().replace(R"("type": "formula", "params": {"expression": "d + 1", "field": "e"})",
                                             R"("type": "delay", "params": {"milliseconds": 4})"));
        const auto process = start({L("run"), path("p.millrace")});
        QTRY_VERIFY_WITH_TIMEOUT(epochOf(path(".out.csv.journal")) >= 2, 60'000);
        process->kill();
        end(*process);
        const Ended ended = run("p.millrace", {L("--resume")});
        QVERIFY2(ended.status == 0 && ended.errors.contains("It goes on after"), ended.errors.constData());
        QCOMPARE(content("out.csv").count('\n'), Rows + 1);
    }

    void linksInPlaceOfWhatIsKeptAreNotFollowed()
    {
        write("p.millrace", simple());
        write("mine", "mine");
        QVERIFY(QDir(path("")).mkdir(L("p.millrace.kept")) && QDir(path("")).mkdir(L("there")));
        QVERIFY(QFile::link(path("mine"), path("p.millrace.kept/double.out.batches")));
        QVERIFY(QFile::link(path("mine"), path("p.millrace.kept/double.out.kept.json")));
        QCOMPARE(run("p.millrace").status, 0);
        QCOMPARE(content("mine"), "mine");
        QVERIFY(startsBehind(run("p.millrace")));

        QDir(path("p.millrace.kept")).removeRecursively();
        QVERIFY(QFile::link(path("there"), path("p.millrace.kept")));
        const Ended ended = run("p.millrace");
        QVERIFY2(ended.status == 0 && ended.errors.contains("isn't kept"), ended.errors.constData());
        QVERIFY(QDir(path("there")).isEmpty());
    }

    void whatAKilledRunLeftGoesWithTheRest()
    {
        write("p.millrace", simple());
        run("p.millrace");
        write("p.millrace.kept/other.out.batches", "left");
        write("p.millrace.kept/.other.out.batches.AbCdEf.partial", "left");
        QCOMPARE(CommandLineBench::run({L("kept"), path("p.millrace"), L("discard")}).status, 0);
        QVERIFY(!QFileInfo::exists(path("p.millrace.kept")));
    }

    void aStepThatIsOffForOnceLosesNothing()
    {
        write("p.millrace", simple());
        run("p.millrace");
        run("p.millrace", {L("--set"), L("double.enabled=false")});
        QVERIFY(startsBehind(run("p.millrace")));
    }

private:
    static bool startsBehind(const Ended &ended) { return ended.errors.contains("Starts behind \""); }
    QJsonArray kept() const
    {
        const Ended ended = CommandLineBench::run({L("kept"), path("p.millrace"), L("--json")});
        return QJsonDocument::fromJson(ended.output).array();
    }
    static QByteArray withKinds()
    {
        return pipeline(
            QByteArray(In) + Double
                + R"({"id": "look", "type": "lookup", "params": {"file": "kinds.csv", "on": {"kind": "kind"}}, "onError": "stop"},
            {"id": "more", "type": "identity"},)"
                + Out,
            R"({"from": "in", "to": "double"}, {"from": "double", "to": "look"},
                           {"from": "look", "to": "more", "keep": true}, {"from": "more", "to": "out"})");
    }
};

} // namespace tst_kept

QTEST_GUILESS_MAIN(tst_kept::TestKept)
#include "tst_kept.moc"
