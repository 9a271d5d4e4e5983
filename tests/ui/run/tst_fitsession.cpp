// SPDX-License-Identifier: MIT
#include "engine/RunPlan.h"
#include "pipeline/PipelineFile.h"
#include "run/start/FitSession.h"
#include "steps/StepType.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

namespace millrace::tst_fitsession {

namespace {

constexpr char Twice[] = R"({"millrace": 1, "steps": [
    {"id": "numbers", "type": "generate", "params": {"count": 50}},
    {"id": "first", "type": "scale.standard", "params": {"fields": ["value"]}},
    {"id": "second", "type": "scale.standard", "params": {"fields": ["value"]}},
    {"id": "nowhere", "type": "discard"}],
    "links": [{"from": "numbers", "to": "first"}, {"from": "first", "to": "second"}, {"from": "second", "to": "nowhere"}]})";

} // namespace

class TestFitSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }

    void passesFollowOneAnotherUntilWhatWasLearntIsSaved()
    {
        const QTemporaryDir folder;
        const QString saveTo = folder.filePath(QStringLiteral("twice.fitted"));
        const Pipeline pipeline = parsePipeline(Twice)->pipeline;
        FitSession session(pipeline, saveTo);
        StartedRun pass = session.startFirstPass(*compilePipeline(pipeline, m_registry), {},
                                                 {{Severity::Warning, "numbers", {}, "Look at this."}});
        QVERIFY(pass.run);
        QVERIFY(!session.isLaterPass());
        pass.run->waitForDone();
        const auto first = pass.run->log().after(0);
        QCOMPARE(first[0].message, std::string("Fitting, pass 1 of 2: the steps that learn see the data."));
        QCOMPARE(first[1].message, std::string("Look at this."));
        QVERIFY(!QFileInfo::exists(saveTo));

        session.keepPass(pass.run->log(), 0);
        pass = session.startNextPass();
        QVERIFY(pass.run);
        QVERIFY(session.isLaterPass());
        pass.run->waitForDone();
        QCOMPARE(pass.run->log().after(0)[0].message,
                 std::string("Fitting, pass 2 of 2: the steps that learn see the data."));

        pass = session.startNextPass();
        QVERIFY(!pass.run);
        QVERIFY(pass.isFitSaved);
        QVERIFY2(pass.error.isEmpty(), qPrintable(pass.error));
        QVERIFY(QFileInfo(saveTo).isDir());
    }

    void aPipelineThatLearnsNothingIsRefused()
    {
        Pipeline pipeline = parsePipeline(Twice)->pipeline;
        pipeline.steps[1].type = pipeline.steps[2].type = "identity";
        pipeline.steps[1].params = pipeline.steps[2].params = {};
        FitSession session(pipeline, QStringLiteral("/nowhere"));
        const StartedRun refused = session.startFirstPass(*compilePipeline(pipeline, m_registry), {}, {});
        QVERIFY(!refused.run);
        QVERIFY(!refused.isFitSaved);
        QVERIFY(refused.error.contains(QStringLiteral("nothing to fit")));
    }

    void recordsAreNumberedOnFromPassToPass()
    {
        FitSession session({}, {});
        RunLog first, second;
        for (const char *text : {"a", "b", "c"})
            first.info({}, text);
        for (const char *text : {"d", "e"})
            second.info({}, text);
        session.keepPass(first, 2);
        session.keepPass(second, 3);
        QCOMPARE(session.logCount(), uint64_t(5));
        QCOMPARE(session.errorCount(), uint64_t(5));
        const auto all = session.logAfter(0, 100);
        QCOMPARE(all.size(), size_t(5));
        for (size_t i = 0; i < all.size(); ++i)
            QCOMPARE(all[i].number, uint64_t(i + 1));
        QCOMPARE(all.back().message, std::string("e"));
        const auto some = session.logAfter(2, 2);
        QCOMPARE(some.size(), size_t(2));
        QCOMPARE(some[0].message, std::string("c"));
        QCOMPARE(some[1].message, std::string("d"));
        QVERIFY(session.logAfter(5, 100).empty());
    }

    void theNewestRecordsAreKept()
    {
        FitSession session({}, {});
        RunLog early, late;
        for (size_t i = 0; i < FitSession::MostEarlierLog - 10; ++i)
            early.info({}, "early");
        for (size_t i = 0; i < 30; ++i)
            late.info({}, "late");
        session.keepPass(early, 0);
        session.keepPass(late, 0);
        QCOMPARE(session.logCount(), uint64_t(FitSession::MostEarlierLog + 20));
        QCOMPARE(session.logAfter(0, 1)[0].number, uint64_t(21));
        QCOMPARE(session.logAfter(0, 2 * FitSession::MostEarlierLog).size(), FitSession::MostEarlierLog);
    }

private:
    StepRegistry m_registry;
};

} // namespace millrace::tst_fitsession

QTEST_MAIN(millrace::tst_fitsession::TestFitSession)
#include "tst_fitsession.moc"
