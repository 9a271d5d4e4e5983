// SPDX-License-Identifier: MIT
// millrace run --resume: after kill -9 and after a stop the result is that of an undisturbed run, or the call says why not.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QFileInfo>
#include <QTest>

#include <csignal>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_resume {

namespace {

/// Numbers, slowly, to out.csv: some three seconds.
constexpr char Slow[] = R"({"millrace": 1, "batching": {"size": 10}, "steps": [
    {"id": "in", "type": "read.csv", "params": {"path": "in.csv"}},
    {"id": "slow", "type": "delay", "params": {"milliseconds": 1}, "workers": 2},
    {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}}],
    "links": [{"from": "in", "to": "slow"}, {"from": "slow", "to": "out"}]})";
constexpr int Rows = 6000;

} // namespace

class TestResume : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestResume() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init()
    {
        empty();
        write("in.csv", rows());
        write("p.millrace", Slow);
    }

    void afterAKillAndAStopTheResultIsWhole()
    {
        breakOff(SIGKILL);
        QVERIFY(!QFileInfo::exists(path("out.csv")));
        breakOff(SIGTERM, {L("--resume")}); // its temporary file has another name then
        QVERIFY(QFileInfo::exists(path("out.csv.partial")));
        const Ended ended = run("p.millrace", {L("--resume"), L("--report"), path("r.json")});
        QVERIFY2(ended.status == 0, ended.errors.constData());
        QVERIFY2(ended.errors.contains("It goes on after "), ended.errors.constData());
        QCOMPARE(content("out.csv"), rows());
        const double from = json("r.json").value(L("resumedFrom")).toDouble();
        QVERIFY(from > 0);
        QCOMPARE(json("r.json").value(L("items")).toObject().value(L("read")).toDouble(), Rows - from);
        QCOMPARE(leftOver(), QStringList());
    }

    void withoutResumeItBeginsAnew()
    {
        breakOff(SIGKILL);
        write("p.millrace", QByteArray(Slow).replace("\"milliseconds\": 1", "\"milliseconds\": 0"));
        const Ended ended = run("p.millrace");
        QCOMPARE(ended.status, 0);
        QCOMPARE(content("out.csv"), rows());
        QCOMPARE(leftOver(), QStringList());
    }

    void whatDoesNotFitIsRefused_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("the pipeline") << QByteArray("p.millrace") << QByteArray("The pipeline was changed");
        QTest::newRow("the input") << QByteArray("in.csv") << QByteArray("was changed since");
        QTest::newRow("the journal") << QByteArray(".out.csv.journal") << QByteArray("is no journal");
    }
    void whatDoesNotFitIsRefused()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, said);
        breakOff(SIGTERM);
        const QByteArray kept = content("out.csv.partial"), journal = content(".out.csv.journal");
        write(file.constData(), file == "p.millrace"
                                    ? QByteArray(Slow).replace("\"milliseconds\": 1", "\"milliseconds\": 2")
                                    : content(file.constData()).left(content(file.constData()).size() - 2));
        const Ended ended = run("p.millrace", {L("--resume")});
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.errors.contains(said) && ended.errors.contains("Without --resume"), ended.errors.constData());
        QCOMPARE(content("out.csv.partial"), kept);
    }

    void whatMakesNoDifferenceIsNoChange()
    {
        breakOff(SIGTERM);
        write("p.millrace", QByteArray(Slow).replace("\"workers\": 2", "\"workers\": 4, \"name\": \"Wait\""));
        const Ended ended = run("p.millrace", {L("--resume")});
        QVERIFY2(ended.status == 0 && ended.errors.contains("goes on after"), ended.errors.constData());
        QCOMPARE(content("out.csv"), rows());
    }

    void whereNothingWasBegunItRunsFromTheBeginning()
    {
        write("p.millrace", QByteArray(Slow).replace("\"milliseconds\": 1", "\"milliseconds\": 0"));
        Ended ended = run("p.millrace", {L("--resume")});
        QCOMPARE(ended.status, 0);
        QVERIFY2(ended.errors.contains("from the beginning"), ended.errors.constData());
        write("p.millrace", QByteArray(Slow).replace("\"delay\", \"params\": {\"milliseconds\": 1}, \"workers\": 2",
                                                     "\"sort\", \"params\": {\"by\": [\"-n\"]}"));
        ended = run("p.millrace", {L("--resume")});
        QCOMPARE(ended.status, 0);
        QVERIFY2(ended.errors.contains("It runs from the beginning, for what \"slow\" makes of an item depends on"),
                 ended.errors.constData());
    }

    void withoutAJournalThereIsNone()
    {
        const auto process = start({L("run"), path("p.millrace"), L("--no-journal")});
        QTest::qWait(2'500);
        QVERIFY(!QFileInfo::exists(path(".out.csv.journal")));
        process->kill();
        QVERIFY(process->waitForFinished());
    }

private:
    static QByteArray rows()
    {
        QByteArray text = "n\n";
        for (int i = 0; i < Rows; ++i)
            text += QByteArray::number(i) + '\n';
        return text;
    }
    /// Once its journal has an entry more.
    void breakOff(int signal, const QStringList &options = {}) const
    {
        const QByteArray before = content(".out.csv.journal");
        const auto process = start(QStringList{L("run"), path("p.millrace"), L("--quiet")} + options);
        const auto isNew = [&] {
            return content(".out.csv.journal").size() > 0 && content(".out.csv.journal") != before;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isNew(), 30'000);
        ::kill(pid_t(process->processId()), signal);
        QVERIFY(process->waitForFinished());
    }
    QStringList leftOver() const
    {
        return QDir(folder()).entryList({L("*.partial*"), L("*.journal")}, QDir::Files | QDir::Hidden);
    }
};

} // namespace tst_resume

QTEST_GUILESS_MAIN(tst_resume::TestResume)
#include "tst_resume.moc"
