// SPDX-License-Identifier: MIT
// The ghost run: what of a drawing is tried while it is edited, what comes of it, and that it leaves nothing behind.
#include "pipeline/PipelineFile.h"
#include "run/GhostPipeline.h"
#include "run/GhostRun.h"
#include "steps/StepType.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

namespace millrace::tst_ghostrun {

class TestGhostRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }

    void sinksWriteNothingAndOpenPortsAreLookedAt()
    {
        const QTemporaryDir folder;
        const Pipeline drawing = parsePipeline(R"({"millrace": 1, "steps": [
            {"id": "in", "type": "generate", "params": {"count": 100000}, "workers": 8},
            {"id": "wait", "type": "delay", "params": {"milliseconds": 3600000}},
            {"id": "half", "type": "formula", "params": {"expression": "value < 2 ? 1 / 0 : value / 2", "field": "half"}},
            {"id": "keep", "type": "filter", "params": {"expression": "value > 10"}},
            {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}}],
            "links": [{"from": "in", "to": "wait"}, {"from": "wait", "to": "half"}, {"from": "half", "to": "keep"},
                      {"from": "keep", "to": "out"}]})")
                                     ->pipeline;
        const GhostPipeline ghost = ghostOf(drawing, {}, m_registry, folder.path().toStdString());
        QVERIFY(ghost.leftOut.empty());
        const GhostData data = tried(ghost, folder.path());
        QVERIFY(data.isWhole);
        QCOMPARE(items(data, "in", 0).size(), size_t(200));
        QCOMPARE(items(data, "half", 0).size(), size_t(198)); // two failed
        QCOMPARE(toJson(items(data, "half", 0)[0].item), std::string(R"({"value":2,"half":1})"));
        QCOMPARE(items(data, "keep", 0).size(), size_t(189));
        QCOMPARE(items(data, "keep", 1).size(), size_t(9)); // rejected, which nothing is linked to
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void theOutputsThatRulesNameAreLookedAtEach()
    {
        const Pipeline drawing = parsePipeline(R"({"millrace": 1, "steps": [
            {"id": "in", "type": "generate", "params": {"count": 10}},
            {"id": "by", "type": "route", "params": {"rules": [{"port": "few", "when": "value < 3"}, {"port": "some", "when": "value < 7"}]}},
            {"id": "out", "type": "discard"}],
            "links": [{"from": "in", "to": "by"}, {"from": "by.some", "to": "out"}]})")
                                     ->pipeline;
        const GhostData data = tried(ghostOf(drawing, {}, m_registry, {}), {});
        QCOMPARE(items(data, "by", 0).size(), size_t(3));
        QCOMPARE(items(data, "by", 1).size(), size_t(4));
        QCOMPARE(items(data, "by", 2).size(), size_t(3));
    }

    void bothInputsOfAJoinAreTried()
    {
        const Pipeline drawing = parsePipeline(R"({"millrace": 1, "steps": [
            {"id": "in", "type": "generate", "params": {"count": 100}},
            {"id": "few", "type": "generate", "params": {"count": 3, "start": 7}},
            {"id": "by", "type": "join", "params": {"on": {"value": "value"}, "how": "right"}},
            {"id": "half", "type": "join", "params": {"on": {"value": "value"}}}],
            "links": [{"from": "in", "to": "by.left"}, {"from": "few", "to": "by.right"}, {"from": "in", "to": "half.left"}]})")
                                     ->pipeline;
        const Problems problems{{Severity::Error, "half", {}, "Nothing is linked to its input \"right\"."}};
        const GhostPipeline ghost = ghostOf(drawing, problems, m_registry, {});
        QCOMPARE(ghost.leftOut, (StepIds{"half"}));
        const GhostData data = tried(ghost, {});
        QCOMPARE(items(data, "by", 0).size(), size_t(3));
        QCOMPARE(toJson(items(data, "by", 0)[2].item), std::string(R"({"value":9})"));
    }

    void whatOnlyHoldsBackTakesNoTimeAndTablesAreLookedUp()
    {
        const QTemporaryDir folder;
        QFile table(folder.filePath(QStringLiteral("t.csv")));
        QVERIFY(table.open(QIODevice::WriteOnly) && table.write("id,name\n1,a\n2,b\n") > 0);
        table.close();
        QCOMPARE(::mkfifo(qPrintable(folder.filePath(QStringLiteral("pipe"))), 0600), 0);
        const Pipeline drawing = parsePipeline(R"({"millrace": 1, "steps": [
            {"id": "in", "type": "generate", "params": {"count": 100}},
            {"id": "slow", "type": "throttle", "params": {"rate": 0.01}},
            {"id": "look", "type": "lookup", "params": {"file": "t.csv", "on": {"value": "id"}}},
            {"id": "once", "type": "lookup", "params": {"file": "pipe", "on": {"value": "id"}}}],
            "links": [{"from": "in", "to": "slow"}, {"from": "slow", "to": "look"}, {"from": "slow", "to": "once"}]})")
                                     ->pipeline;
        const GhostPipeline ghost = ghostOf(drawing, {}, m_registry, folder.path().toStdString());
        QCOMPARE(ghost.leftOut, (StepIds{"once"}));
        const GhostData data = tried(ghost, folder.path());
        QCOMPARE(items(data, "look", 0).size(), size_t(100));
        QCOMPARE(toJson(items(data, "look", 0)[2].item), std::string(R"({"value":2,"name":"b"})"));
    }

    void whatHasEffectsOrMustLearnIsLeftOutWithAllBehindIt()
    {
        const Pipeline drawing = parsePipeline(R"({"millrace": 1, "steps": [
            {"id": "in", "type": "generate", "params": {"count": 10}},
            {"id": "run", "type": "program", "params": {"command": ["touch", "made"], "protocol": "lines"}},
            {"id": "behind", "type": "discard"},
            {"id": "ask", "type": "http.request", "params": {"url": "http:\/\/127.0.0.1:1/{value}"}},
            {"id": "gone", "type": "files.delete", "params": {"from": "{value}"}},
            {"id": "tail", "type": "read.tail", "params": {"path": "log"}},
            {"id": "learn", "type": "scale.standard", "params": {"fields": ["value"]}},
            {"id": "wrong", "type": "filter"},
            {"id": "off", "type": "identity", "enabled": false}],
            "links": [{"from": "in", "to": "run"}, {"from": "run", "to": "behind"}, {"from": "in", "to": "learn"},
                      {"from": "in", "to": "ask"}, {"from": "in", "to": "gone"},
                      {"from": "in", "to": "wrong"}, {"from": "in", "to": "off"}]})")
                                     ->pipeline;
        const Problems problems{{Severity::Error, "wrong", {}, "A condition is missing."}};
        const GhostPipeline ghost = ghostOf(drawing, problems, m_registry, {});
        QVERIFY(ghost.leftOut == (StepIds{"ask", "behind", "gone", "learn", "off", "run", "tail", "wrong"}));
        QCOMPARE(items(tried(ghost, {}), "in", 0).size(), size_t(10));
    }

    void whatCanBeReadButOnceIsLeftAlone()
    {
        const QTemporaryDir folder;
        QCOMPARE(::mkfifo(folder.filePath(QStringLiteral("pipe")).toLocal8Bit().constData(), 0600), 0);
        for (const char *path : {"pipe", "-", "/dev/stdin", "/dev/zero"}) {
            const Pipeline drawing = parsePipeline(std::string(R"({"millrace": 1, "steps": [
                {"id": "in", "type": "read.lines", "params": {"path": ")")
                                                   + path + "\"}}]}")
                                         ->pipeline;
            QVERIFY2(ghostOf(drawing, {}, m_registry, folder.path().toStdString()).pipeline.steps.empty(), path);
        }
    }

    void theNextOneTakesThePlaceOfTheLast()
    {
        const auto ghost = [&](const char *count) {
            return ghostOf(parsePipeline(std::string(R"({"millrace": 1, "steps": [{"id": "in", "type": "generate",
                "params": {"count": )") + count
                                         + "}}]}")
                               ->pipeline,
                           {}, m_registry, {});
        };
        GhostRun run(m_registry);
        QSignalSpy spy(&run, &GhostRun::ready);
        for (const char *count : {"1", "2", "3", "4", "5"}) {
            GhostPipeline next = ghost(count);
            run.start(std::move(next.pipeline), {}, {});
        }
        QVERIFY(spy.wait());
        QTRY_COMPARE(items(*run.data(), "in", 0).size(), size_t(5));
        run.clear();
        QVERIFY(!run.data());
    }

    void anItemThatNeverEndsIsGivenUp()
    {
        const GhostPipeline ghost = ghostOf(parsePipeline(R"({"millrace": 1, "steps": [
            {"id": "in", "type": "generate", "params": {"count": 10}},
            {"id": "js", "type": "javascript", "params": {"code": "function transform(item) { for (;;) {} }"}}],
            "links": [{"from": "in", "to": "js"}]})")
                                                ->pipeline,
                                            {}, m_registry, {});
        QElapsedTimer clock;
        clock.start();
        {
            GhostRun run(m_registry);
            GhostPipeline copy = ghost;
            run.start(std::move(copy.pipeline), {}, {});
            QTest::qWait(100); // it is at work, most likely; whether or not, it ends
        }
        QVERIFY(clock.elapsed() < 9'000); // the script's own limit is ten seconds
    }

private:
    GhostData tried(const GhostPipeline &ghost, const QString &folder)
    {
        GhostRun run(m_registry);
        QSignalSpy spy(&run, &GhostRun::ready);
        Pipeline copy = ghost.pipeline;
        run.start(std::move(copy), ghost.leftOut, folder.toStdString());
        if (spy.isEmpty() && !spy.wait(30'000))
            qFatal("nothing came of it");
        return *run.data();
    }
    static std::vector<SampledItem> items(const GhostData &data, const char *step, int port)
    {
        const auto found = data.items.find(step);
        if (found == data.items.end() || !found->second.contains(port))
            return {};
        return found->second.at(port).first;
    }

    StepRegistry m_registry;
};

} // namespace millrace::tst_ghostrun

QTEST_GUILESS_MAIN(millrace::tst_ghostrun::TestGhostRun)
#include "tst_ghostrun.moc"
