// SPDX-License-Identifier: MIT
// What the log of a whole window says of a run, and where it leads.
#include "commands/Actions.h"
#include "document/Document.h"
#include "editing/CanvasEditor.h"
#include "log/LogModel.h"
#include "log/LogPanel.h"
#include "run/RunBridge.h"
#include "run/RunDiary.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"

#include <QAction>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <functional>
#include <memory>
#include <utility>

namespace millrace::tst_windowlog {

namespace {

constexpr int Patience = 60'000; // milliseconds

PipelineStep stepOf(const char *id, const char *type, double x, Members params)
{
    PipelineStep step;
    step.id = id;
    step.type = type;
    step.position = Position{x, 100};
    step.params = std::move(params);
    return step;
}

/// Numbers through something between to nowhere.
Pipeline throughStep(int64_t count, PipelineStep between)
{
    Pipeline pipeline;
    pipeline.batching.size = 10;
    const std::string id = between.id;
    pipeline.steps.push_back(stepOf("numbers", "generate", 40, {{"count", Value(count)}}));
    pipeline.steps.push_back(std::move(between));
    pipeline.steps.push_back(stepOf("nowhere", "discard", 520, {}));
    for (const auto &[from, to] : {std::pair<std::string, std::string>("numbers", id), {id, "nowhere"}}) {
        Link link;
        link.fromStep = from;
        link.toStep = to;
        pipeline.links.push_back(std::move(link));
    }
    return pipeline;
}

} // namespace

class TestWindowLog : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_window = makeWindow(); }

    void cleanup() { m_window.reset(); }

    void sentencesSayWhatWasChanged()
    {
        QCOMPARE(workersText(3, 1), std::string("3 workers, 1 before."));
        QCOMPARE(workersText(1, 2), std::string("1 worker, 2 before."));
        QCOMPARE(queueText(20, 1), std::string("The queue holds 20 batches, 1 batch before."));
        QCOMPARE(queueText(0, 10), std::string("The queue holds any number of batches, 10 batches before."));
        QCOMPARE(policyText(ErrorPolicy::Skip, 0), std::string("On an error: skip."));
        QCOMPARE(policyText(ErrorPolicy::Route, 2), std::string("On an error: route, after 2 retries."));
    }

    void theEndIsSaidInFigures()
    {
        RunSample last;
        last.seconds = 7;
        last.itemsRead = 3'376;
        last.itemsWritten = 263;
        QCOMPARE(endText(last, RunState::Finished),
                 std::string("Finished after 7 s: 3,376 items read, 263 written, no errors."));
        RunSample partly = last;
        partly.errors = 12;
        QCOMPARE(endText(partly, RunState::Finished),
                 std::string("Finished after 7 s with 12 failed items: 3,376 items read, 263 written."));
        partly.errors = partly.itemsRead;
        partly.itemsWritten = 0;
        QCOMPARE(endText(partly, RunState::Finished),
                 std::string("Finished after 7 s, but all items failed: 3,376 items read, 0 written."));
        last.itemsRead = 1;
        RunSample quick = last;
        for (const auto &[seconds, said] :
             {std::pair{0.0421, "42 ms"}, {0.9996, "1 s"}, {2.44, "2.4 s"}, {125.0, "2 min 5 s"}}) {
            quick.seconds = seconds;
            QVERIFY2(endText(quick, RunState::Finished).starts_with(std::string("Finished after ") + said + ": "),
                     endText(quick, RunState::Finished).c_str());
        }
        last.errors = 1;
        QCOMPARE(endText(last, RunState::Failed), std::string("Failed after 7 s: 1 item read, 263 written, 1 error."));
        last.errors = 0; // whatever ended it is one
        QCOMPARE(endText(last, RunState::Failed), std::string("Failed after 7 s: 1 item read, 263 written, 1 error."));
    }

    void beginningAndEndAreInTheLog()
    {
        m_window->document().reset(throughStep(1'000, stepOf("same", "identity", 280, {})));
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), Patience);
        const QStringList said = messages();
        QCOMPARE(said.size(), 2);
        QCOMPARE(said[0], QStringLiteral("Started with 3 steps and 3 workers."));
        QVERIFY2(said[1].startsWith(QLatin1String("Finished after "))
                     && said[1].endsWith(QLatin1String(": 1,000 items read, 1,000 written, no errors.")),
                 qPrintable(said[1]));
    }

    void whatIsEditedBetweenRunAndItsStartIsCheckedFirst()
    {
        m_window->document().reset(throughStep(1000, stepOf("same", "identity", 280, {})));
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document().isChecking(), Patience);
        const QSignalSpy runs(&m_window->bridge(), &RunBridge::stateChanged);
        m_window->action("run.start")->trigger(); // its check begins, of the whole drawing
        m_window->document().edit(QStringLiteral("Cut"), {}, [](Pipeline &pipeline) { pipeline.links.clear(); });
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document().isChecking(), Patience);
        QVERIFY(hasErrors(m_window->document().problems()));
        QCOMPARE(runs.count(), 0);
        QVERIFY(m_window->action("run.start")->isEnabled());
    }

    void checkIsUnderWayUntilWhatItFoundIsKnown()
    {
        m_window->document().reset(throughStep(1000, stepOf("same", "identity", 280, {})));
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document().isChecking(), Patience);
        m_window->document().edit(QStringLiteral("Cut"), {}, [](Pipeline &pipeline) { pipeline.links.clear(); });
        m_window->document().check();
        QTest::qSleep(300); // the check ends, and nobody has heard of it
        QVERIFY(m_window->document().isChecking());
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document().isChecking(), Patience);
        QVERIFY(hasErrors(m_window->document().problems()));
    }

    void changesOfARunAreInItsLog()
    {
        // Long enough that nothing but stopping ends it.
        m_window->document().reset(
            throughStep(10'000'000, stepOf("slow", "delay", 280, {{"milliseconds", Value(int64_t(2))}})));
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples(), Patience);
        edit([](PipelineStep &step) { step.workers = 2; });
        edit([](PipelineStep &step) { step.workers = 3; });
        edit([](PipelineStep &step) { step.queueSize = 25; });
        edit([](PipelineStep &step) { step.onError = ErrorPolicy::Skip; });
        m_window->action("run.pause")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().isPaused(), Patience);
        m_window->action("run.pause")->trigger();
        m_window->action("run.stop")->trigger();
        m_window->action("run.stop")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        const QStringList said = messages();
        const QStringList expected{QStringLiteral("Started with 3 steps and 3 workers."),
                                   QStringLiteral("slow: 2 workers, 1 before."),
                                   QStringLiteral("slow: 3 workers, 2 before."),
                                   QStringLiteral("slow: The queue holds 25 batches, 10 batches before."),
                                   QStringLiteral("slow: On an error: skip."),
                                   QStringLiteral("Paused."),
                                   QStringLiteral("Resumed."),
                                   QStringLiteral("Stopping: what is under way finishes."),
                                   QStringLiteral("Stopping now: what is under way is dropped.")};
        QCOMPARE(said.mid(0, expected.size()), expected);
        QCOMPARE(said.size(), expected.size() + 1);
        QVERIFY2(said.last().startsWith(QLatin1String("Stopped after ")), qPrintable(said.last()));
    }

    void allThatALongRunLoggedIsThereAtItsEnd()
    {
        runWithErrors(25'000);
        const LogModel &log = m_window->bottom().log().model();
        QTRY_COMPARE_WITH_TIMEOUT(log.keptCount(), size_t(25'002), Patience);
        QCOMPARE(log.errorCount(), uint64_t(25'000));
        QCOMPARE(log.record(0)->number, uint64_t(25'002));
        QVERIFY(messages().last().startsWith(QLatin1String("Finished after ")));
    }

    void whatCameWhileTheLogWasHeldIsReadAfterwards()
    {
        auto *hold = button(QStringLiteral("Hold the log still"));
        QVERIFY(hold);
        QTest::mouseClick(hold, Qt::LeftButton);
        runWithErrors(30);
        const LogModel &log = m_window->bottom().log().model();
        QCOMPARE(log.keptCount(), size_t(0));
        // The run is over, and nothing more comes: letting go reads it.
        QTest::mouseClick(hold, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(log.keptCount(), size_t(32), Patience);
    }

    void errorsAreCountedOnTheCardAndLeadToTheStep()
    {
        PipelineStep fails =
            stepOf("fails", "fail", 280, {{"expression", Value("value % 10 == 3")}, {"message", Value("no threes")}});
        fails.onError = ErrorPolicy::Skip;
        m_window->document().reset(throughStep(100, std::move(fails)));
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), Patience);
        const LogModel &log = m_window->bottom().log().model();
        QCOMPARE(log.errorCount(), uint64_t(10));
        QVERIFY(messages().last().endsWith(QLatin1String(" with 10 failed items: 100 items read, 90 written.")));
        QCOMPARE(m_window->bridge().reader().stepGauges({}).at("fails").errors,
                 QStringLiteral("10")); // what the card's badge shows

        // The first error: newest are on top.
        auto *table = m_window->bottom().log().findChild<QTableView *>();
        int row = log.rowCount() - 1;
        while (row >= 0 && log.record(row)->level != LogLevel::Error)
            --row;
        QVERIFY(row >= 0);
        const LogRecord record = *log.record(row);
        QCOMPARE(record.step, std::string("fails"));
        QVERIFY(record.hasItem && record.worker == 0 && record.batch >= 0);
        QVERIFY(m_window->editor().selection().empty());
        table->scrollTo(log.index(row, LogModel::Message));
        const QPoint at = table->visualRect(log.index(row, LogModel::Message)).center();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, at);
        QVERIFY(m_window->editor().selection() == StepIds{"fails"});
        savePicture(*m_window, QStringLiteral("window-run-log"));
    }

private:
    /// Every item is an error.
    void runWithErrors(int64_t count)
    {
        PipelineStep fails = stepOf("fails", "fail", 280, {{"expression", Value("true")}, {"message", Value("no")}});
        fails.onError = ErrorPolicy::Skip;
        m_window->document().reset(throughStep(count, std::move(fails)));
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), Patience);
    }

    QToolButton *button(const QString &name) const
    {
        for (auto *found : m_window->findChildren<QToolButton *>())
            if (found->accessibleName() == name)
                return found;
        return nullptr;
    }

    /// Changes the step between, as its form does.
    void edit(const std::function<void(PipelineStep &)> &change)
    {
        m_window->document().edit(QStringLiteral("Change"), {}, [&](Pipeline &pipeline) { change(pipeline.steps[1]); });
    }

    /// What the log shows of the run and its changes, oldest first, each with its step.
    QStringList messages() const
    {
        const LogModel &log = m_window->bottom().log().model();
        QStringList said;
        for (int row = log.rowCount() - 1; row >= 0; --row)
            if (const LogRecord *record = log.record(row); record->level != LogLevel::Error)
                said << (record->step.empty() ? QString() : QString::fromStdString(record->step + ": "))
                            + QString::fromStdString(record->message);
        return said;
    }
};

} // namespace millrace::tst_windowlog

QTEST_MAIN(millrace::tst_windowlog::TestWindowLog)
#include "tst_windowlog.moc"
