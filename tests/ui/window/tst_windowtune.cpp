// SPDX-License-Identifier: MIT
// Tuning from the window: what the tuner changes is one undo step which the run follows, a hand that changes the same ends it, and in the
// end it is kept or taken back.
#include "document/Document.h"
#include "log/LogModel.h"
#include "log/LogPanel.h"
#include "monitor/tuning/TuneWindow.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"
#include "window/MessageBar.h"

#include <QAction>
#include <QComboBox>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>

#include <algorithm>
#include <memory>

namespace millrace::tst_windowtune {

namespace {

constexpr int Patience = 60'000; // milliseconds
using Phase = TuneWindow::Phase;

} // namespace

class TestWindowTune : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        m_window->showWelcome(false);
        draw(10'000'000);
    }

    void cleanup() { m_window.reset(); }

    void aRunIsStartedTunedAndOneUndoRestoresAll()
    {
        const Pipeline before = document().pipeline();
        const size_t history = document().historyIndex();
        open();
        setField("Workers at most", 6);
        QCOMPARE(view().phase(), Phase::Ready);
        press("&Run and tune");
        QCOMPARE(view().phase(), Phase::UnderWay);
        QTRY_VERIFY_WITH_TIMEOUT(workers("slow") > 1, Patience);
        QTRY_COMPARE_WITH_TIMEOUT(runningWorkers("slow"), workers("slow"), Patience); // the run follows
        // Whatever the keyboard does meanwhile: it is one step.
        m_window->canvas().setFocus();
        document().endGesture();
        QTRY_COMPARE_WITH_TIMEOUT(view().phase(), Phase::Ended, Patience);
        const int tuned = workers("slow");
        QVERIFY2(tuned >= 3 && tuned <= 5, qPrintable(QString::number(tuned)));
        QVERIFY(workers("quick") + tuned <= 6);
        QVERIFY(m_window->bridge().isUnderWay());
        QVERIFY2(view().status().contains(QLatin1String(" items a second, ")), qPrintable(view().status()));
        QVERIFY(hasLogged("Tuning: “Delay” gets "));
        QVERIFY(hasLogged("Tuning: It came to "));
        QVERIFY(hasLogged("Tuned: "));
        QVERIFY(!m_window->bridge().recording().changes().empty()); // marks of the time bar
        QCOMPARE(document().historyIndex(), history + 1);
        QVERIFY(savePicture(view(), QStringLiteral("tune-ended")));
        m_window->action("edit.undo")->trigger();
        QVERIFY(document().pipeline() == before);
        QTRY_COMPARE_WITH_TIMEOUT(runningWorkers("slow"), 1, Patience);
        QCOMPARE(view().phase(), Phase::Ready); // nothing is left to be asked
    }

    void whatIsKeptIsToBeSaved()
    {
        save();
        tuneUntilEnded();
        press("&Keep");
        QCOMPARE(view().phase(), Phase::Ready);
        QVERIFY(document().isDirty());
        QVERIFY(workers("slow") > 1);
        QVERIFY2(view().status().startsWith(QLatin1String("Kept")), qPrintable(view().status()));
        const int kept = workers("slow");
        save();
        QFile file(path("p.millrace"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(QString::fromUtf8(file.readAll()).contains(QStringLiteral("\"workers\": %1").arg(kept)));
    }

    void whatIsTakenBackLeavesTheDrawingAndTheRunAsTheyWere()
    {
        save();
        tuneUntilEnded();
        // A hand's own edit meanwhile stays.
        document().edit(QStringLiteral("Note"), {}, [](Pipeline &pipeline) { pipeline.notes.emplace_back(); });
        press("&Take back");
        QCOMPARE(document().pipeline().notes.size(), size_t(1));
        QVERIFY(!document().pipeline().step("slow")->workers);
        QTRY_COMPARE_WITH_TIMEOUT(runningWorkers("slow"), 1, Patience);
        document().edit(QStringLiteral("Note"), {}, [](Pipeline &pipeline) { pipeline.notes.clear(); });
        QVERIFY(!document().isDirty());
    }

    void aHandThatChangesTheSameWins()
    {
        open();
        setField("Workers at most", 6);
        press("&Run and tune");
        QTRY_VERIFY_WITH_TIMEOUT(workers("slow") > 1, Patience);
        document().edit(QStringLiteral("Hand"), {}, [](Pipeline &pipeline) { pipeline.step("slow")->workers = 2; });
        QTRY_VERIFY_WITH_TIMEOUT(view().phase() != Phase::UnderWay, Patience);
        QVERIFY2(view().status().startsWith(QStringLiteral("“Delay” was changed by hand.")),
                 qPrintable(view().status()));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().reader().last().activeSeconds > 8, Patience);
        QCOMPARE(workers("slow"), 2);
        if (view().phase() == Phase::Ended) // the other step's
            press("&Take back");
        QCOMPARE(workers("slow"), 2);
        QCOMPARE(workers("quick"), 1);
    }

    void tuningIsStoppedAndWhatWasDoneIsAskedInTheBarWhereItsWindowIsClosed()
    {
        open();
        setField("Workers at most", 6);
        press("&Run and tune");
        QTRY_VERIFY_WITH_TIMEOUT(workers("slow") > 1, Patience);
        const int then = workers("slow");
        QTest::keyClick(&view(), Qt::Key_Escape);
        QVERIFY(!view().isVisible());
        open();
        QCOMPARE(view().phase(), Phase::UnderWay);
        view().hide();
        press("&Stop tuning");
        QTRY_COMPARE_WITH_TIMEOUT(view().phase(), Phase::Ended, Patience);
        QCOMPARE(workers("slow"), then);
        QVERIFY(m_window->messages().isVisible());
        QVERIFY2(m_window->messages().sentence().startsWith(QLatin1String("Tuned: Stopped.")),
                 qPrintable(m_window->messages().sentence()));
        for (QPushButton *button : m_window->messages().findChildren<QPushButton *>())
            if (button->text() == QLatin1String("Take back"))
                QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(workers("slow"), 1);
        QVERIFY(!m_window->messages().isVisible());
    }

    void aRunThatEndsMeanwhileEndsTheTuning()
    {
        draw(2'000);
        open();
        press("&Run and tune");
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay() && m_window->bridge().hasSamples(), Patience);
        QTRY_VERIFY_WITH_TIMEOUT(view().phase() != Phase::UnderWay, Patience);
        QVERIFY2(view().status().startsWith(QLatin1String("The run is over.")), qPrintable(view().status()));
    }

    void whatLimitsElsewhereIsLeftAsItIs()
    {
        const Pipeline before = document().pipeline();
        open();
        setField("Workers at most", 2); // as many as there are
        press("&Run and tune");
        QTRY_COMPARE_WITH_TIMEOUT(view().phase(), Phase::UnderWay, Patience);
        QTRY_COMPARE_WITH_TIMEOUT(view().phase(), Phase::Ready, Patience);
        QCOMPARE(view().status(), QStringLiteral("Nothing was found that would help within this budget."));
        QVERIFY(document().pipeline() == before);
        QVERIFY(m_window->bridge().isUnderWay());
    }

    void forTheTimeOfAnItemQueuesGetShort()
    {
        open();
        view().findChild<QComboBox *>()->setCurrentIndex(1);
        setField("Workers at most", 2);
        press("&Run and tune");
        QTRY_COMPARE_WITH_TIMEOUT(view().phase(), Phase::Ended, Patience);
        QVERIFY(queue("slow") < 10);
        QVERIFY2(view().status().contains(QLatin1String(" of the items are through in ")), qPrintable(view().status()));
        QCOMPARE(workers("slow"), 1);
    }

    void aProblemInTheWayIsSaidAndItCanBeStartedAgain()
    {
        document().edit(QStringLiteral("Break"), {},
                        [](Pipeline &pipeline) { pipeline.step("slow")->setParam("milliseconds", Value("(")); });
        open();
        press("&Run and tune");
        QTRY_COMPARE_WITH_TIMEOUT(view().phase(), Phase::Ready, Patience);
        QCOMPARE(view().status(), QStringLiteral("A problem of the pipeline is in the way."));
        QVERIFY(!m_window->bridge().isUnderWay());
    }

    void anotherDocumentEndsItWithoutAWord()
    {
        open();
        press("&Run and tune");
        QTRY_VERIFY_WITH_TIMEOUT(workers("slow") > 1, Patience);
        draw(10);
        QCOMPARE(view().phase(), Phase::Ready);
        QVERIFY(view().status().isEmpty());
    }

private:
    Document &document() const { return m_window->document(); }
    TuneWindow &view() const { return *m_window->findChild<TuneWindow *>(); }

    /// A batch takes the slow step ten milliseconds, the quick one two.
    void draw(int64_t count)
    {
        Pipeline pipeline =
            chainOf({{"numbers", "generate"}, {"slow", "delay"}, {"quick", "delay"}, {"nowhere", "discard"}});
        pipeline.steps[0].params = {{"count", Value(count)}};
        pipeline.steps[1].params = {{"milliseconds", Value(1.0)}};
        pipeline.steps[2].params = {{"milliseconds", Value(0.2)}};
        pipeline.steps[2].name = "Quick";
        document().reset(pipeline);
    }

    void save() const
    {
        document().save(path("p.millrace"), true);
        QTRY_VERIFY_WITH_TIMEOUT(!document().isDirty() && !document().isBusy(), Patience);
    }

    void open() const
    {
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QVERIFY(m_window->action("run.tune")->isEnabled());
        QTest::keyClick(m_window.get(), Qt::Key_U, Qt::AltModifier | Qt::ShiftModifier);
        QVERIFY(m_window->findChild<TuneWindow *>() && view().isVisible());
    }

    void tuneUntilEnded() const
    {
        open();
        setField("Workers at most", 4);
        press("&Run and tune");
        QTRY_COMPARE_WITH_TIMEOUT(view().phase(), Phase::Ended, Patience);
        QVERIFY(workers("slow") > 1);
    }

    void setField(const char *name, int value) const
    {
        for (QSpinBox *field : view().findChildren<QSpinBox *>())
            if (field->accessibleName() == QLatin1String(name))
                field->setValue(value);
    }

    void press(const char *text) const
    {
        const auto buttons = view().findChildren<QPushButton *>();
        const auto found = std::ranges::find_if(
            buttons, [text](QPushButton *button) { return button->text() == QLatin1String(text); });
        QVERIFY2(found != buttons.end() && (*found)->isEnabled(), text);
        QTest::mouseClick(*found, Qt::LeftButton);
    }

    int workers(const char *step) const
    {
        const Pipeline &pipeline = document().pipeline();
        return pipeline.workersOf(*pipeline.step(step));
    }
    int queue(const char *step) const
    {
        const Pipeline &pipeline = document().pipeline();
        return pipeline.queueSizeOf(*pipeline.step(step));
    }
    int runningWorkers(const char *step) const
    {
        const StepSample *found = findStep(m_window->bridge().reader().last(), step);
        return found ? found->workers : 0;
    }
    bool hasLogged(const char *beginning) const
    {
        const auto records = m_window->bridge().logAfter(0);
        return std::ranges::any_of(
            records, [beginning](const LogRecord &record) { return record.message.find(beginning) == 0; });
    }
};

} // namespace millrace::tst_windowtune

QTEST_MAIN(millrace::tst_windowtune::TestWindowTune)
#include "tst_windowtune.moc"
