// SPDX-License-Identifier: MIT
// The time bar: it is there with a run, shows earlier moments of it on the canvas, plays, and comes back to now.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "monitor/TimeBar.h"
#include "monitor/TimeTrack.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"

#include <QAction>
#include <QHelpEvent>
#include <QLabel>
#include <QSignalSpy>
#include <QToolButton>
#include <QToolTip>

#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace millrace::tst_timebar {

namespace {

constexpr int Patience = 60'000; // milliseconds

} // namespace

class TestTimeBar : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QSettings().clear();
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        m_window->showWelcome(false);
        m_window->document().reset(chain());
        m_window->canvas().showFromSource();
        QCoreApplication::sendPostedEvents();
    }
    void cleanup() { m_window.reset(); }

    void itIsThereWithARunAndGoesWithIt()
    {
        QVERIFY(!bar().isVisible());
        runFor(0.3);
        QVERIFY(bar().isVisible());
        QVERIFY2(moment().endsWith(QStringLiteral("· live")), qPrintable(moment()));
        stop();
        QVERIFY(bar().isVisible());
        QVERIFY2(moment().endsWith(QStringLiteral("· end")), qPrintable(moment()));
        m_window->showWelcome(true);
        QVERIFY(!bar().isVisible());
        m_window->showWelcome(false);
        QVERIFY(bar().isVisible());
        m_window->document().reset(chain()); // another document
        QVERIFY(!bar().isVisible());
    }

    void itLiesOverNothingElse()
    {
        runFor(0.3);
        stop();
        for (const QSize size : {QSize(1440, 900), QSize(1024, 700), QSize(800, 560)})
            for (const bool isFolded : {true, false}) {
                m_window->resize(size);
                m_window->bottom().setFolded(isFolded);
                scene().select({"slow"});
                QCoreApplication::sendPostedEvents();
                const QRect canvas = m_window->canvas().geometry();
                QVERIFY(canvas.contains(bar().geometry()));
                for (const char *name : {"rail", "inspectorCard"})
                    QVERIFY2(part(name).isVisible() && !part(name).geometry().intersects(bar().geometry()), name);
                QVERIFY(!bar().geometry().intersects(m_window->canvas().minimapPlace()->translated(canvas.topLeft())));
                QVERIFY(savePicture(*m_window, QStringLiteral("timebar-%1-%2").arg(size.width()).arg(isFolded)));
            }
        m_window->resize(1440, 900);
        m_window->bottom().setFolded(true);
        QCoreApplication::sendPostedEvents();
        const int narrow = bar().width();
        m_window->action("view.minimap")->trigger();
        QVERIFY(bar().width() > narrow);
    }

    void whatIsFittedStandsAboveIt()
    {
        runFor(0.3);
        m_window->canvas().fitAll();
        for (const StepItem *step : scene().steps()) {
            const QRect card = m_window->canvas().mapFromScene(step->card()).boundingRect();
            QVERIFY(!card.translated(m_window->canvas().pos()).intersects(bar().geometry()));
        }
    }

    void theCanvasShowsTheMomentThatTheHandleIsDraggedTo()
    {
        std::map<double, Shown> seen;
        connect(&m_window->bridge(), &RunBridge::sampled, m_window.get(),
                [&] { seen[m_window->bridge().recording().length()] = shown(); });
        runFor(1.0);
        setWorkers(3);
        QTRY_COMPARE_WITH_TIMEOUT(shown().at("slow").workers, 3, Patience);
        runFor(2.5);
        track().setPast(m_window->bridge().recording().length() * 0.8);
        const double second = m_window->bridge().recording().secondsOf(*bar().moment());
        QVERIFY(seen.contains(second));
        QCOMPARE(shown(), seen.at(second));
        QVERIFY2(moment().startsWith(QLatin1String("at 0:0")), qPrintable(moment()));
        QVERIFY(bar().property("past").toBool());
        savePicture(*m_window, QStringLiteral("timebar-past"));
        // It stays while the run goes on; the panels are of now.
        const QSignalSpy samples(&m_window->bridge(), &RunBridge::sampled);
        const uint64_t items = m_window->bridge().reader().last().itemsRead;
        QTRY_VERIFY_WITH_TIMEOUT(samples.count() >= 3, Patience);
        QCOMPARE(shown(), seen.at(second));
        QVERIFY(m_window->bridge().reader().last().itemsRead > items);
        // Before the change there were fewer workers, whatever is drawn now.
        track().setPast(0.5);
        QCOMPARE(shown().at("slow").workers, 1);
        live().click();
        QCOMPARE(shown().at("slow").workers, 3);
        QVERIFY(!bar().property("past").toBool());
        stop();
    }

    void aHandDragsItAndTheKeyboardStaysWithTheDrawing()
    {
        runFor(1.0);
        stop();
        m_window->canvas().setFocus();
        const QPoint right(track().width() - 8, track().height() / 2), left(track().width() / 4, track().height() / 2);
        QTest::mousePress(&track(), Qt::LeftButton, {}, right);
        QVERIFY(!bar().moment());
        QTest::mouseMove(&track(), left);
        QVERIFY(bar().moment());
        const auto first = *bar().moment();
        QTest::mouseMove(&track(), left / 2);
        QVERIFY(*bar().moment() < first);
        QTest::mouseRelease(&track(), Qt::LeftButton, {}, left / 2);
        QVERIFY(m_window->canvas().hasFocus());
        QTest::mousePress(&track(), Qt::LeftButton, {}, left);
        QTest::mouseMove(&track(), QPoint(track().width() + 50, 3));
        QVERIFY(!bar().moment()); // the end is now
        QTest::mouseRelease(&track(), Qt::LeftButton, {}, right);
        // The wheel and the bar's ground do nothing to either.
        const double zoom = m_window->canvas().zoom();
        const QPointF at = track().rect().center();
        QWheelEvent wheel(at, track().mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(&track(), &wheel);
        QVERIFY(m_window->canvas().zoom() == zoom && !bar().moment());
    }

    void itWorksByKeys()
    {
        runFor(1.2);
        stop();
        QVERIFY(!track().accessibleName().isEmpty() && !play().accessibleName().isEmpty());
        track().setFocus();
        QTest::keyClick(&track(), Qt::Key_Left);
        QTest::keyClick(&track(), Qt::Key_Left);
        QVERIFY(track().past());
        QVERIFY(std::abs(*track().past() - (std::ceil(m_window->bridge().recording().length() * 10) / 10 - 0.2))
                < 1e-6);
        QCOMPARE(track().accessibleDescription(), moment());
        QTest::keyClick(&track(), Qt::Key_Home);
        QCOMPARE(track().past(), std::optional(0.0));
        QTest::keyClick(&track(), Qt::Key_End);
        QVERIFY(!track().past());
        QTest::keyClick(&track(), Qt::Key_Delete);
        QCOMPARE(m_window->document().pipeline().steps.size(), size_t(3));
        QTest::keyClick(&track(), Qt::Key_Escape);
        QVERIFY(m_window->canvas().hasFocus());
        // Each part is reached by Tab.
        track().setFocus();
        QWidget *next = track().nextInFocusChain();
        while (next != &live() && next != &track())
            next = next->nextInFocusChain();
        QCOMPARE(next, &live());
    }

    void itPlaysFromThereToNow()
    {
        runFor(1.5);
        stop();
        const Shown end = shown();
        track().setPast(m_window->bridge().recording().length() - 0.8);
        const QSignalSpy moments(&bar(), &TimeBar::momentChanged);
        play().click();
        QCOMPARE(play().accessibleName(), QStringLiteral("Hold"));
        QTRY_VERIFY_WITH_TIMEOUT(!bar().moment(), Patience);
        QVERIFY(moments.count() >= 3);
        QCOMPARE(play().accessibleName(), QStringLiteral("Play"));
        QCOMPARE(shown(), end);
        play().click(); // from the beginning
        QTRY_VERIFY(bar().moment() && *track().past() < 1);
        play().click();
        const auto held = track().past();
        QTest::qWait(300);
        QCOMPARE(track().past(), held);
    }

    void aNewRunIsShownAsItGoesOn()
    {
        runFor(0.6);
        stop();
        track().setPast(0.2);
        play().click();
        runFor(0.3);
        QVERIFY(bar().isVisible() && !bar().moment() && !bar().property("past").toBool());
        QVERIFY(m_window->bridge().recording().length() < 10);
        QCOMPARE(play().accessibleName(), QStringLiteral("Play"));
        stop();
    }

    void eachChangeHasAMarkThatSaysWhich()
    {
        runFor(0.5);
        setWorkers(3);
        m_window->document().edit(QStringLiteral("Queue"), {},
                                  [](Pipeline &pipeline) { pipeline.step("slow")->queueSize = 25; });
        runFor(1.5);
        stop();
        const auto &changes = m_window->bridge().recording().changes();
        QCOMPARE(changes.size(), size_t(2));
        QCOMPARE(changeText(changes[0]), QStringLiteral("1 → 3 workers"));
        QCOMPARE(changeText(changes[1]), QStringLiteral("queue 10 → 25 batches"));
        const double share = changes[0].seconds / m_window->bridge().recording().length();
        const QPoint at(7 + int(std::lround((track().width() - 14) * share)), track().height() / 2);
        QHelpEvent help(QEvent::ToolTip, at, track().mapToGlobal(at));
        QApplication::sendEvent(&track(), &help);
        QVERIFY2(QToolTip::text().contains(QStringLiteral("Slow: 1 → 3 workers at 0:0")), qPrintable(QToolTip::text()));
        QVERIFY(QToolTip::text().contains(QStringLiteral("Slow: queue 10 → 25 batches")));
        QToolTip::hideText();
        QVERIFY(savePicture(*m_window, QStringLiteral("timebar-marks")));
    }

    void editsAreAsAlwaysWhileThePastIsShown()
    {
        runFor(1.0);
        stop();
        track().setPast(0.5);
        const Shown past = shown();
        m_window->document().edit(QStringLiteral("Cut"), {}, [](Pipeline &pipeline) { pipeline.links.pop_back(); });
        QCOMPARE(shown(), past);
        QCOMPARE(scene().links().size(), size_t(1));
        m_window->document().undo();
        QCOMPARE(scene().links().size(), size_t(2));
        QCOMPARE(shown(), past);
    }

private:
    using Shown = std::map<std::string, StepGauge>;

    CanvasScene &scene() const { return m_window->canvas().canvas(); }
    QWidget &part(const char *name) const
    {
        return *m_window->centralWidget()->findChild<QWidget *>(QLatin1String(name), Qt::FindDirectChildrenOnly);
    }
    TimeBar &bar() const { return static_cast<TimeBar &>(part("timeBar")); }
    TimeTrack &track() const { return *bar().findChild<TimeTrack *>(); }
    QToolButton &play() const { return *bar().findChild<QToolButton *>(QStringLiteral("play")); }
    QToolButton &live() const { return *bar().findChild<QToolButton *>(QStringLiteral("live")); }
    QString moment() const { return bar().findChild<QLabel *>(QStringLiteral("moment"))->text(); }

    /// What the cards show.
    Shown shown() const
    {
        Shown gauges;
        for (const StepItem *step : scene().steps())
            if (step->look().gauge)
                gauges[step->id()] = *step->look().gauge;
        return gauges;
    }

    /// Starts a run where none is under way, and waits until it has gone on for so long.
    void runFor(double seconds)
    {
        if (!m_window->bridge().isUnderWay())
            m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().isUnderWay() && m_window->bridge().recording().length() >= seconds,
                                 Patience);
    }
    void stop()
    {
        m_window->bridge().stop();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
    }
    void setWorkers(int workers)
    {
        m_window->document().edit(QStringLiteral("Workers"), {},
                                  [workers](Pipeline &pipeline) { pipeline.step("slow")->workers = workers; });
    }

    /// Runs until it is stopped.
    static Pipeline chain()
    {
        Pipeline pipeline = chainOf({{"numbers", "generate"}, {"slow", "delay"}, {"nowhere", "discard"}});
        pipeline.steps[0].params = {{"count", Value(int64_t(100'000'000))}};
        pipeline.steps[1].params = {{"milliseconds", Value(int64_t(2))}};
        pipeline.steps[1].name = "Slow";
        pipeline.steps[1].workers = 1;
        pipeline.steps[1].queueSize = 10;
        return pipeline;
    }
};

} // namespace millrace::tst_timebar

QTEST_MAIN(millrace::tst_timebar::TestTimeBar)
#include "tst_timebar.moc"
