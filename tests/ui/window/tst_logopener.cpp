// SPDX-License-Identifier: MIT
// The panel opens at the log after a run with something that must be seen, and never under a hand.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"
#include "window/monitors/LogOpener.h"

#include <QAction>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTabBar>

#include <utility>

namespace millrace::tst_logopener {

namespace {

constexpr int Patience = 60'000; // milliseconds

} // namespace

class TestLogOpener : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QSettings().clear();
        m_window = makeWindow();
        m_window->showWelcome(false);
        QVERIFY(bottom().isFolded());
    }
    void cleanup() { m_window.reset(); }

    void aRunWithFailedItemsOpensItAtTheLog()
    {
        m_window->document().reset(failing(1'000, ErrorPolicy::Skip));
        runToItsEnd();
        QCOMPARE(m_window->bridge().outcome().state, RunState::Finished);
        QVERIFY(bottom().shows(BottomPanel::Tab::Log));
        QVERIFY(savePicture(*m_window, QStringLiteral("logopener-items")));
    }

    void aFailedRunOpensItAtTheLog()
    {
        m_window->document().reset(failing(1'000, ErrorPolicy::Stop));
        runToItsEnd();
        QCOMPARE(m_window->bridge().outcome().state, RunState::Failed);
        QVERIFY(bottom().shows(BottomPanel::Tab::Log));
    }

    void aRunWithoutErrorsLeavesItFolded()
    {
        m_window->document().reset(failing(10, ErrorPolicy::Skip)); // the 30th would fail
        runToItsEnd();
        QCOMPARE(m_window->bridge().errorCount(), uint64_t(0));
        QTest::qWait(2 * LogOpener::TypingPause / 3);
        QVERIFY(bottom().isFolded());
    }

    void whoFoldsItDuringTheRunIsLeftAlone()
    {
        bottom().setFolded(false);
        m_window->document().reset(failing(100'000'000, ErrorPolicy::Skip));
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && m_window->bridge().errorCount() > 0, Patience);
        tabs().setFocus();
        QTest::keyClick(&tabs(), Qt::Key_Space); // folds it
        m_window->bridge().stop();
        m_window->bridge().stop();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        QVERIFY(bottom().isFolded());
        // The next run has its own once.
        m_window->document().reset(failing(1'000, ErrorPolicy::Skip));
        runToItsEnd();
        QVERIFY(bottom().shows(BottomPanel::Tab::Log));
        bottom().setFolded(true);
        QTest::qWait(500);
        QVERIFY(bottom().isFolded());
    }

    void whatIsOpenStaysAtItsTab()
    {
        bottom().showTab(BottomPanel::Tab::Steps);
        m_window->document().reset(failing(1'000, ErrorPolicy::Skip));
        runToItsEnd();
        QVERIFY(bottom().shows(BottomPanel::Tab::Steps));
    }

    void itWaitsForWhoTypes()
    {
        m_window->document().reset(failing(100'000'000, ErrorPolicy::Skip));
        m_window->action("edit.settings")->trigger();
        auto *field = static_cast<QLineEdit *>(nullptr);
        for (auto *found : m_window->findChildren<QLineEdit *>())
            if (found->accessibleName() == QLatin1String("Name of the pipeline"))
                field = found;
        QVERIFY(field);
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && m_window->bridge().errorCount() > 0, Patience);
        field->setFocus();
        m_window->bridge().stop();
        const QSignalSpy ends(&m_window->bridge(), &RunBridge::finished);
        for (int i = 0; i < 1000 && ends.isEmpty(); ++i) {
            QTest::keyClick(field, Qt::Key_A);
            QTest::qWait(20);
        }
        QCOMPARE(ends.size(), 1);
        QTest::qWait(400);
        QVERIFY(bottom().isFolded());
        QTRY_VERIFY_WITH_TIMEOUT(bottom().shows(BottomPanel::Tab::Log), Patience);
        QVERIFY(field->hasFocus()); // it takes no keys
    }

    void itWaitsForWhoDrags()
    {
        m_window->document().reset(failing(1'000, ErrorPolicy::Skip));
        m_window->canvas().showFromSource();
        QCoreApplication::sendPostedEvents();
        QWidget *paper = m_window->canvas().viewport();
        const QPoint at = m_window->canvas().mapFromScene(m_window->canvas().canvas().step("fails")->card().center());
        QTest::mousePress(paper, Qt::LeftButton, {}, at);
        QTest::mouseMove(paper, at + QPoint(40, 40));
        QVERIFY(m_window->canvas().isHolding());
        runToItsEnd();
        QTest::qWait(600);
        QVERIFY(bottom().isFolded());
        QTest::mouseRelease(paper, Qt::LeftButton, {}, at + QPoint(40, 40));
        QTRY_VERIFY_WITH_TIMEOUT(bottom().shows(BottomPanel::Tab::Log), Patience);
    }

    void whatOpenedByItselfIsNoChoiceForTheNextStart()
    {
        m_window->document().reset(failing(1'000, ErrorPolicy::Skip));
        runToItsEnd();
        QVERIFY(!bottom().isFolded());
        m_window->close();
        m_window = makeWindow();
        QVERIFY(bottom().isFolded());
    }

private:
    BottomPanel &bottom() const { return m_window->bottom(); }
    QTabBar &tabs() const { return *bottom().findChild<QTabBar *>(); }

    void runToItsEnd()
    {
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), Patience);
    }

    /// Numbers of which each 30th fails.
    static Pipeline failing(int64_t count, ErrorPolicy policy)
    {
        Pipeline pipeline = chainOf({{"numbers", "generate"}, {"fails", "fail"}, {"nowhere", "discard"}});
        pipeline.steps[0].params = {{"count", Value(count)}};
        pipeline.steps[1].params = {{"expression", Value("value % 30 == 29")}, {"message", Value("no")}};
        pipeline.steps[1].onError = policy;
        return pipeline;
    }
};

} // namespace millrace::tst_logopener

QTEST_MAIN(millrace::tst_logopener::TestLogOpener)
#include "tst_logopener.moc"
