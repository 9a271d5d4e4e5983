// SPDX-License-Identifier: MIT
// What a whole window says while a pipeline runs in it, and of how that ended.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "document/Document.h"
#include "failures/FailedItemsFolder.h"
#include "log/LogModel.h"
#include "log/LogPanel.h"
#include "model/Edits.h"
#include "monitor/LimitBox.h"
#include "monitor/RunProgress.h"
#include "run/RunBridge.h"
#include "run/WrittenFiles.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"
#include "window/MessageBar.h"

#include <QAction>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTest>
#include <QUrl>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::tst_windowrun {

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

/// Steps one after the other.
Pipeline chain(std::vector<PipelineStep> steps)
{
    Pipeline pipeline;
    pipeline.batching.size = 10;
    pipeline.steps = std::move(steps);
    for (size_t i = 1; i < pipeline.steps.size(); ++i) {
        Link link;
        link.fromStep = pipeline.steps[i - 1].id;
        link.toStep = pipeline.steps[i].id;
        pipeline.links.push_back(std::move(link));
    }
    return pipeline;
}

/// Runs until it is stopped.
Pipeline endless(PipelineStep sink)
{
    return chain({stepOf("numbers", "generate", 40, {{"count", Value(int64_t(100'000'000))}}),
                  stepOf("slow", "delay", 280, {{"milliseconds", Value(int64_t(2))}}), std::move(sink)});
}

} // namespace

class TestWindowRun : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        m_window->showWelcome(false);
    }

    void cleanup() { m_window.reset(); }

    void messagesAndLabelsOfTheStatusBarNeverOverlap()
    {
        m_window->document().reset(endless(stepOf("nowhere", "discard", 520, {})));
        run();
        QStatusBar *bar = &m_window->bottom().statusBar();
        QVERIFY(isLabelShown());
        bar->showMessage(QStringLiteral("Saved as something."));
        QVERIFY(!isLabelShown());
        // A sample of the run, and an edit that can't be applied to it, have more to show.
        const QSignalSpy samples(&m_window->bridge(), &RunBridge::sampled);
        m_window->document().edit(QStringLiteral("Change"), {},
                                  [](Pipeline &pipeline) { pipeline.steps[1].params[0].second = Value(int64_t(3)); });
        QTRY_VERIFY_WITH_TIMEOUT(samples.count() >= 2, Patience);
        QVERIFY(!isLabelShown());
        savePicture(*m_window, QStringLiteral("window-status-message"));
        // The bar moves below the panel, as when the log opens at the end of a run, and back into the row; a message may come before
        // that is shown.
        for (const bool isFolded : {false, true, false}) {
            bar->clearMessage();
            m_window->bottom().setFolded(isFolded);
            bar->showMessage(QStringLiteral("Saved as something."));
            QCoreApplication::processEvents();
            QVERIFY(!isLabelShown());
        }
        bar->clearMessage();
        QVERIFY(isLabelShown());
    }

    void whatEndedARunIsAnErrorOfTheStepInTheLog()
    {
        // No file can be made there: it ends before there is an item that could fail.
        m_window->document().reset(chain({stepOf("numbers", "generate", 40, {{"count", Value(int64_t(100))}}),
                                          stepOf("out", "write.csv", 280, {{"path", Value("/proc/out.csv")}})}));
        runToItsEnd();
        QCOMPARE(m_window->bridge().outcome().state, RunState::Failed);
        const auto errors = logged(LogLevel::Error);
        QCOMPARE(errors.size(), size_t(1));
        QCOMPARE(errors[0].step, std::string("out"));
        QCOMPARE(errors[0].message, m_window->bridge().outcome().error.message);
        QCOMPARE(m_window->bridge().errorCount(), uint64_t(1)); // the badge
        const std::string end = logged(LogLevel::Info).back().message;
        QVERIFY2(end.starts_with("Failed after ") && end.ends_with("0 items read, 0 written, 1 error."), end.c_str());
        savePicture(*m_window, QStringLiteral("window-run-failed"));
    }

    void anItemThatEndedARunIsNotTwiceInTheLog()
    {
        m_window->document().reset(
            chain({stepOf("numbers", "generate", 40, {{"count", Value(int64_t(100))}}),
                   stepOf("fails", "fail", 280, {{"expression", Value("value == 30")}, {"message", Value("no")}}),
                   stepOf("nowhere", "discard", 520, {})}));
        runToItsEnd();
        QCOMPARE(m_window->bridge().outcome().state, RunState::Failed);
        const auto errors = logged(LogLevel::Error);
        QCOMPARE(errors.size(), size_t(1));
        QVERIFY(errors[0].hasItem);
        QCOMPARE(m_window->bridge().errorCount(), uint64_t(1));
        const std::string end = logged(LogLevel::Info).back().message;
        QVERIFY2(end.ends_with(", 1 error."), end.c_str());
    }

    void failedItemsAreKeptBesideASavedPipeline()
    {
        m_window->document().reset(chain({stepOf("numbers", "generate", 40, {{"count", Value(int64_t(100))}}),
                                          stepOf("fails", "fail", 280, {{"expression", Value("value % 10 == 3")}}),
                                          stepOf("nowhere", "discard", 520, {})}));
        m_window->document().edit(QStringLiteral("Skip"), {},
                                  [](Pipeline &pipeline) { pipeline.steps[1].onError = ErrorPolicy::Skip; });
        runToItsEnd();
        const QString folder = path("p.millrace.failed");
        QVERIFY(!QFileInfo::exists(folder)); // it has no file yet
        QVERIFY(m_window->document().saveNow(path("p.millrace")));
        QTRY_COMPARE(m_window->document().path(), path("p.millrace"));
        const QSignalSpy ended(&m_window->bridge(), &RunBridge::finished);
        m_window->action("run.start")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, Patience);
        QCOMPARE(readFailedItems(folder.toStdString())->size(), size_t(10));
        QCOMPARE(readEndOfFailedItems(folder.toStdString()).status, std::string("finished"));
    }

    void workersThatAreTakenBackAreTakenBackEverywhere()
    {
        m_window->document().reset(endless(stepOf("nowhere", "discard", 520, {})));
        run();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->findChild<LimitBox *>()->isHidden(), Patience);
        m_window->document().edit(QStringLiteral("Add a worker"), {},
                                  [](Pipeline &pipeline) { pipeline.steps[1].workers = 2; });
        QTRY_COMPARE_WITH_TIMEOUT(shownWorkers("slow"), 2, Patience);
        QTRY_VERIFY_WITH_TIMEOUT(advice().contains(QLatin1String("3rd worker")), Patience);
        m_window->action("run.stop")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        QVERIFY2(advice().contains(QLatin1String("3rd worker")), qPrintable(advice()));
        m_window->action("edit.undo")->trigger();
        QCOMPARE(shownWorkers("slow"), 1);
        QVERIFY2(advice().contains(QLatin1String("with 2 workers; now there is 1.")), qPrintable(advice()));
        savePicture(*m_window, QStringLiteral("window-run-undone"));
        m_window->action("edit.redo")->trigger();
        QCOMPARE(shownWorkers("slow"), 2);
        QVERIFY2(advice().contains(QLatin1String("3rd worker")), qPrintable(advice()));
        m_window->findChild<LimitBox *>()->findChild<QPushButton *>()->click();
        QCOMPARE(shownWorkers("slow"), 3);
        QCOMPARE(m_window->document().pipeline().steps[1].workers, std::optional(3));
        QVERIFY2(advice().contains(QLatin1String("with 2 workers; now there are 3.")), qPrintable(advice()));
    }

    void whatAStoppedRunKeptIsSaid()
    {
        const QString kept = path("out.csv.partial");
        m_window->document().reset(
            endless(stepOf("out", "write.csv", 520, {{"path", Value(path("out.csv").toStdString())}})));
        run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().reader().last().itemsWritten > 0, Patience);
        // What is asked before the window is left tells the same.
        QString asked;
        m_window->askLeaving = [&](const QString &question, bool, bool) {
            asked = question;
            return MainWindow::Leaving::Cancel;
        };
        m_window->action("file.new")->trigger();
        QVERIFY2(asked.contains(QStringLiteral("“….partial”")), qPrintable(asked));
        m_window->action("run.stop")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        QVERIFY(QFile::exists(kept) && !QFile::exists(path("out.csv")));
        const QString sentence = QStringLiteral("What was finished until then is in “%1”.").arg(kept);
        QCOMPARE(QString::fromStdString(logged(LogLevel::Info).back().message), sentence);
        QVERIFY2(m_window->bottom().statusBar().currentMessage().endsWith(sentence),
                 qPrintable(m_window->bottom().statusBar().currentMessage()));
        savePicture(*m_window, QStringLiteral("window-run-kept"));
    }

    void whatAFailedRunKeptIsSaidWithTheError()
    {
        m_window->document().reset(
            chain({stepOf("numbers", "generate", 40, {{"count", Value(int64_t(100))}}),
                   stepOf("fails", "fail", 280, {{"expression", Value("value == 30")}, {"message", Value("no")}}),
                   stepOf("out", "write.csv", 520, {{"path", Value(path("out.csv").toStdString())}})}));
        runToItsEnd();
        const QString sentence =
            QStringLiteral("What was finished until then is in “%1”.").arg(path("out.csv.partial"));
        QCOMPARE(QString::fromStdString(logged(LogLevel::Info).back().message), sentence);
        QVERIFY2(m_window->messages().sentence().endsWith(sentence), qPrintable(m_window->messages().sentence()));
    }

    void stepsOfAStoppedRunDontLookDone()
    {
        m_window->document().reset(endless(stepOf("nowhere", "discard", 520, {})));
        run();
        m_window->action("run.stop")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        QCOMPARE(m_window->bridge().outcome().state, RunState::Stopped);
        for (const StepItem *step : m_window->canvas().canvas().steps()) {
            QVERIFY(step->look().gauge->wasStopped);
            QVERIFY2(step->helpText().endsWith(QLatin1String("\nstopped")), qPrintable(step->helpText()));
            QVERIFY(m_window->canvas().canvas().stepPainter().blockColor(step->look()) != m_theme.colors().calm);
        }
        savePicture(*m_window, QStringLiteral("window-run-stopped"));
        m_theme.setKind(ThemeKind::Dark);
        savePicture(*m_window, QStringLiteral("window-run-stopped-dark"));
    }

    void whatWasWrittenIsSaidWithWhereItIs()
    {
        const QString first = path("first.csv"), second = path("second.jsonl");
        Pipeline pipeline = chain({stepOf("numbers", "generate", 40, {{"count", Value(int64_t(100))}}),
                                   stepOf("out", "write.csv", 280, {{"path", Value(first.toStdString())}})});
        m_window->document().reset(pipeline);
        QVERIFY(!m_window->written().isVisible());
        runToItsEnd();
        WrittenButton &button = m_window->written();
        QVERIFY(button.isVisible());
        QCOMPARE(button.text(), QStringLiteral("Written: first.csv"));
        QStringList opened;
        button.openUrl = [&opened](const QUrl &url) { opened << url.toLocalFile(); };
        for (QAction *action : button.menu()->actions())
            action->trigger();
        QCOMPARE(opened, (QStringList{first, QFileInfo(first).path()}));
        bool isLogged = false;
        for (const LogRecord &record : logged(LogLevel::Info))
            isLogged =
                isLogged || (record.step == "out" && record.message.starts_with("Written: " + first.toStdString()));
        QVERIFY(isLogged);
        savePicture(*m_window, QStringLiteral("window-run-written"));
        // Two of them have a menu each.
        pipeline.steps.push_back(stepOf("all", "write.jsonl", 280, {{"path", Value(second.toStdString())}}));
        Link link;
        link.fromStep = "numbers";
        link.toStep = "all";
        pipeline.links.push_back(link);
        m_window->document().edit(QStringLiteral("Add"), {}, [&](Pipeline &now) { now = pipeline; });
        const QSignalSpy finished(&m_window->bridge(), &RunBridge::finished);
        m_window->action("run.start")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, Patience);
        QCOMPARE(button.text(), QStringLiteral("2 files written"));
        QCOMPARE(button.menu()->actions().size(), 2);
        // Of another document it says nothing.
        m_window->document().reset(Pipeline());
        QTRY_VERIFY(!button.isVisible());
    }

    void cardsShowTheEndOfAPath()
    {
        const std::string far = "/home/somebody/a/very/long/way/to/the/data/of/the/year/alaska.csv";
        m_window->document().reset(chain({stepOf("numbers", "generate", 40, {{"count", Value(int64_t(100))}}),
                                          stepOf("out", "write.csv", 280, {{"path", Value(far)}})}));
        m_window->canvas().setZoom(1);
        savePicture(*m_window, QStringLiteral("window-long-path"));
        const QString shown = m_window->canvas().canvas().step("out")->look().texts.summary.text();
        QVERIFY2(shown.startsWith(QStringLiteral("…")) && shown.endsWith(QLatin1String("/alaska.csv")),
                 qPrintable(shown));
    }

    void aStrayStepIsLeftOutOfTheRun()
    {
        Pipeline pipeline = chain({stepOf("numbers", "generate", 40, {{"count", Value(int64_t(100))}}),
                                   stepOf("keep", "filter", 280, {{"expression", Value("value > 1")}}),
                                   stepOf("nowhere", "discard", 520, {})});
        pipeline.steps.push_back(stepOf("stray", "filter", 280, {}));
        pipeline.steps.push_back(stepOf("file", "read.csv", 40, {}));
        m_window->document().reset(pipeline);
        runToItsEnd();
        QCOMPARE(m_window->bridge().outcome().state, RunState::Finished);
        QCOMPARE(m_window->bridge().pipeline().steps.size(), size_t(3));
        const auto remarks = logged(LogLevel::Warning);
        QCOMPARE(remarks.size(), size_t(2));
        QCOMPARE(remarks[0].step, std::string("stray"));
        QCOMPARE(remarks[0].message, std::string("Left out of this run: no source leads to it."));
        QCOMPARE(remarks[1].message, std::string("Left out of this run: nothing is linked to it."));
        QVERIFY(m_window->canvas().canvas().step("stray")->helpText().contains(QLatin1String("Left out of this run.")));
        // Not as what applies at the next run.
        QVERIFY(m_window->canvas().canvas().step("stray")->look().isLeftOut);
        QVERIFY(!m_window->canvas().canvas().step("keep")->look().isLeftOut);
        savePicture(*m_window, QStringLiteral("window-run-stray"));
    }

    void whatIsNotUpstreamDoesntKeepTheRunFromTheSelectedStep()
    {
        // Wrong, fed by the source, and beside the way to the selected step.
        Pipeline pipeline = chain({stepOf("numbers", "generate", 40, {{"count", Value(int64_t(100))}}),
                                   stepOf("keep", "filter", 280, {{"expression", Value("value > 1")}}),
                                   stepOf("nowhere", "discard", 520, {})});
        pipeline.steps.push_back(stepOf("wrong", "filter", 520, {}));
        Link link;
        link.fromStep = "keep";
        link.toStep = "wrong";
        pipeline.links.push_back(link);
        m_window->document().reset(pipeline);
        m_window->canvas().canvas().select({"nowhere"});
        m_window->action("run.upTo")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), Patience);
        QCOMPARE(m_window->bridge().outcome().state, RunState::Finished);
        QCOMPARE(m_window->bridge().pipeline().steps.size(), size_t(3));
        // It takes part in a run of the whole drawing, which it keeps from starting.
        const QSignalSpy started(&m_window->bridge(), &RunBridge::started);
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->messages().sentence().isEmpty(), Patience);
        QCOMPARE(started.size(), 0);
    }

    void whatIsAllThereIsSaysWhatIsWrongWithIt()
    {
        m_window->document().reset(chain({stepOf("alone", "filter", 280, {})}));
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->messages().sentence().isEmpty(), Patience);
        QVERIFY(!m_window->bridge().isUnderWay());
    }

    void aRunWhoseItemsAllFailedDoesNotLookLikeSuccess()
    {
        PipelineStep fails = stepOf("fails", "fail", 280, {{"expression", Value("true")}, {"message", Value("no")}});
        fails.onError = ErrorPolicy::Skip;
        m_window->document().reset(chain({stepOf("numbers", "generate", 40, {{"count", Value(int64_t(1'000))}}),
                                          std::move(fails), stepOf("nowhere", "discard", 520, {})}));
        runToItsEnd();
        const auto *progress = m_window->findChild<RunProgress *>();
        QVERIFY2(progress->accessibleDescription().startsWith(QLatin1String("Finished, all items failed, ")),
                 qPrintable(progress->accessibleDescription()));
        QCOMPARE(m_window->bottom().statusBar().currentMessage(),
                 QStringLiteral("All items failed: the log says why."));
        QCOMPARE(help("numbers"), QStringLiteral("done"));
        QCOMPARE(help("fails"), QStringLiteral("done, 1 k failed"));
        QCOMPARE(help("nowhere"), QStringLiteral("done, no items came"));
        const CanvasScene &canvas = m_window->canvas().canvas();
        QVERIFY(canvas.stepPainter().blockColor(canvas.step("fails")->look()) == m_theme.colors().warn);
        QVERIFY(canvas.stepPainter().blockColor(canvas.step("nowhere")->look()) != m_theme.colors().calm);
        QCOMPARE(canvas.step("fails")->look().gauge->rate, QStringLiteral("1,000 → 0"));
        const auto warnings = logged(LogLevel::Warning);
        QVERIFY(!warnings.empty());
        QVERIFY2(warnings.back().message.starts_with("Finished after ")
                     && warnings.back().message.find(", but all items failed: ") != std::string::npos,
                 warnings.back().message.c_str());
        savePicture(*m_window, QStringLiteral("window-run-all-failed"));
        m_theme.setKind(ThemeKind::Dark);
        savePicture(*m_window, QStringLiteral("window-run-all-failed-dark"));
        m_window->resize(1024, 700);
        savePicture(*m_window, QStringLiteral("window-run-all-failed-small"));
    }

    void aPausedRunDoesNotLookLikeOneThatRuns()
    {
        m_window->document().reset(endless(stepOf("nowhere", "discard", 520, {})));
        run();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->bridge().reader().last().steps[1].itemsIn > 0, true, Patience);
        m_window->action("run.pause")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(help("slow"), QStringLiteral("paused"), Patience);
        for (const char *step : {"numbers", "slow", "nowhere"})
            QVERIFY(m_window->canvas().canvas().step(step)->look().gauge->rate.isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(m_window->canvas().canvas().step("slow")->look().gauge->busyWorkers, 0, Patience);
        const auto *progress = m_window->findChild<RunProgress *>();
        QVERIFY2(progress->accessibleDescription().startsWith(QLatin1String("Paused")),
                 qPrintable(progress->accessibleDescription()));
        savePicture(*m_window, QStringLiteral("window-run-paused"));
        m_theme.setKind(ThemeKind::Dark);
        savePicture(*m_window, QStringLiteral("window-run-paused-dark"));
        m_window->resize(1024, 700);
        savePicture(*m_window, QStringLiteral("window-run-paused-small"));
        m_window->action("run.pause")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->canvas().canvas().step("slow")->look().gauge->rate.isEmpty(), Patience);
    }

    void aStopThatTakesLongSaysWhyAndOffersToStopNow()
    {
        Pipeline pipeline = endless(stepOf("nowhere", "discard", 520, {}));
        pipeline.steps[1].params = {{"milliseconds", Value(int64_t(3'000))}};
        pipeline.batching.size = 1;
        pipeline.defaults.queueSize = 20;
        m_window->document().reset(pipeline);
        run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().reader().last().steps[1].queue.depth >= 20, Patience);
        QAction *stop = m_window->action("run.stop");
        const int before = stopButton()->width(), x = m_window->findChild<RunProgress *>()->x();
        stop->trigger();
        QCOMPARE(stop->text(), QStringLiteral("&Stop now"));
        const auto *progress = m_window->findChild<RunProgress *>();
        QTRY_VERIFY_WITH_TIMEOUT(progress->accessibleDescription().startsWith(QLatin1String("Stopping, finishing 2")),
                                 Patience);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(stopButton()->width(), before); // and nothing beside it moves
        QCOMPARE(progress->x(), x);
        savePicture(*m_window, QStringLiteral("window-run-stopping"));
        stop->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        QCOMPARE(stop->text(), QStringLiteral("&Stop"));
    }

    void whatLimitsIsNamedAlsoOnceItIsDeleted()
    {
        Pipeline pipeline = endless(stepOf("nowhere", "discard", 520, {}));
        pipeline.steps[1].name = "The slow one";
        m_window->document().reset(pipeline);
        run();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->findChild<LimitBox *>()->isHidden(), Patience);
        m_window->document().edit(QStringLiteral("Delete"), {},
                                  [](Pipeline &drawn) { removeSteps(drawn, {std::string("slow")}); });
        QVERIFY2(advice().startsWith(QStringLiteral("“The slow one” limits the run.")), qPrintable(advice()));
        QVERIFY2(advice().contains(QLatin1String("It was deleted")), qPrintable(advice()));
        QVERIFY(m_window->findChild<LimitBox *>()->findChild<QPushButton *>()->isHidden());
        savePicture(*m_window, QStringLiteral("window-run-deleted"));
        m_window->action("run.stop")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        QVERIFY(m_window->findChild<LimitBox *>()->isHidden()); // that run is over, and this drawing has no such step
        m_window->action("edit.undo")->trigger();
        QVERIFY(!m_window->findChild<LimitBox *>()->isHidden());
    }

    void whatWasSaidOfARunEndsWithTheNextOne()
    {
        m_window->document().reset(endless(stepOf("nowhere", "discard", 520, {})));
        run();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->findChild<LimitBox *>()->isHidden(), Patience);
        m_window->action("run.stop")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        m_window->bottom().statusBar().showMessage(QStringLiteral("Something of that run."));
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().isUnderWay(), Patience);
        QVERIFY(m_window->findChild<LimitBox *>()->isHidden());
        QVERIFY(m_window->bottom().statusBar().currentMessage().isEmpty());
    }

    void anEditThatIsTakenBackAfterTheRunAppliesNoMore()
    {
        m_window->document().reset(endless(stepOf("nowhere", "discard", 520, {})));
        run();
        const auto pending = [this] { return m_window->canvas().canvas().step("slow")->look().pending; };
        m_window->document().edit(QStringLiteral("Change"), {},
                                  [](Pipeline &pipeline) { pipeline.steps[1].params[0].second = Value(int64_t(3)); });
        QVERIFY2(pending().startsWith(QLatin1String("Applies at the next run")), qPrintable(pending()));
        m_window->action("run.stop")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        QVERIFY(!pending().isEmpty());
        // What is changed only now applies at the next run as everything does: nothing to be said.
        m_window->document().edit(QStringLiteral("Change"), {}, [](Pipeline &pipeline) {
            pipeline.steps[0].params[0].second = Value(int64_t(7));
            pipeline.steps[1].runIn = "processes";
        });
        QVERIFY(m_window->canvas().canvas().step("numbers")->look().pending.isEmpty());
        QVERIFY2(!pending().contains(QLatin1String(", ")), qPrintable(pending()));
        m_window->action("edit.undo")->trigger();
        QVERIFY(!pending().isEmpty());
        m_window->action("edit.undo")->trigger();
        QVERIFY2(pending().isEmpty(), qPrintable(pending()));
    }

private:
    /// How the card says its state.
    QString help(const char *step) const
    {
        return m_window->canvas().canvas().step(step)->helpText().section(QLatin1Char('\n'), -1);
    }

    QPushButton *stopButton() const
    {
        for (QPushButton *button : m_window->findChildren<QPushButton *>())
            if (button->accessibleName().startsWith(QLatin1String("Stop")))
                return button;
        return nullptr;
    }

    int shownWorkers(const std::string &step) const
    {
        return m_window->canvas().canvas().step(step)->look().gauge->workers;
    }

    QString advice() const
    {
        QString text;
        for (const QLabel *label : m_window->findChild<LimitBox *>()->findChildren<QLabel *>())
            text += label->text() + QLatin1Char('\n');
        return text;
    }

    void runToItsEnd()
    {
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), Patience);
    }

    /// What the log shows of that level, oldest first.
    std::vector<LogRecord> logged(LogLevel level) const
    {
        const LogModel &log = m_window->bottom().log().model();
        std::vector<LogRecord> records;
        for (int row = log.rowCount() - 1; row >= 0; --row)
            if (log.record(row)->level == level)
                records.push_back(*log.record(row));
        return records;
    }

    void run()
    {
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples(), Patience);
    }

    bool isLabelShown() const
    {
        bool isShown = false;
        for (const QLabel *label : m_window->bottom().statusBar().findChildren<QLabel *>())
            isShown = isShown || label->isVisible();
        return isShown;
    }
};

} // namespace millrace::tst_windowrun

QTEST_MAIN(millrace::tst_windowrun::TestWindowRun)
#include "tst_windowrun.moc"
