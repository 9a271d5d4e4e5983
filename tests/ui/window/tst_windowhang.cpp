// SPDX-License-Identifier: MIT
// What a window says and draws while nothing moves in a run, and what it offers, with a person's clicks.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "window/MessageBar.h"

#include <QAction>
#include <QPushButton>
#include <QTest>

#include <memory>

namespace millrace::tst_windowhang {

namespace {

constexpr int Patience = 60'000; // milliseconds

} // namespace

class TestWindowHang : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        m_window->showWelcome(false);
        Pipeline pipeline = chainOf({{"numbers", "generate"}, {"slow", "delay"}, {"nowhere", "discard"}});
        pipeline.steps[0].params = {{"count", Value(int64_t(1000))}};
        // Two batches go through at once, the third takes longer than anybody waits.
        pipeline.steps[1].params = {{"milliseconds", Value("value < 20 ? 0 : 600000")}};
        pipeline.steps[1].name = "Ask";
        m_window->document().reset(pipeline);
    }

    void cleanup()
    {
        m_window->bridge().stop();
        m_window->bridge().stop();
        m_window.reset();
    }

    void itSaysWhoWaitsForWhomAndDrawsIt()
    {
        QVERIFY(waitForHang());
        const QString sentence = m_window->messages().sentence();
        for (const char *part : {"“Ask” has been at work on a batch", "“Discard” waits for what comes from there.",
                                 "“Numbers” waits for room there."})
            QVERIFY2(sentence.contains(QString::fromUtf8(part)), qPrintable(sentence));
        for (const char *from : {"numbers", "slow"})
            QVERIFY2(linkFrom(from)->look().isWaiting, from);
        savePicture(*m_window, QStringLiteral("window-hang"));
        m_theme.setKind(ThemeKind::Dark);
        m_window->resize(1024, 700);
        savePicture(*m_window, QStringLiteral("window-hang-small-dark"));
        // While it is paused, that is the reason, and nothing else.
        m_window->action("run.pause")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->messages().isVisible(), Patience);
        QVERIFY(!linkFrom("numbers")->look().isWaiting);
    }

    void whatHelpsIsOneClickAndOneUndo()
    {
        QVERIFY(waitForHang());
        QPushButton *add = answer("Add a worker");
        QVERIFY(add);
        QTest::mouseClick(add, Qt::LeftButton);
        const auto workers = [this] {
            const Pipeline &pipeline = m_window->document().pipeline();
            return pipeline.workersOf(*pipeline.step("slow"));
        };
        QCOMPARE(workers(), 2);
        // The run has it at once, and other batches move.
        QTRY_COMPARE_WITH_TIMEOUT(m_window->bridge().reader().last().steps[1].activeWorkers, 2, Patience);
        m_window->action("edit.undo")->trigger();
        QCOMPARE(workers(), 1);
    }

    void theStepIsShownAndTheEndTakesAllBack()
    {
        QVERIFY(waitForHang());
        QTest::mouseClick(answer("Show step"), Qt::LeftButton);
        QCOMPARE(m_window->canvas().canvas().selectedSteps(), std::set<std::string>{"slow"});
        m_window->bridge().stop();
        m_window->bridge().stop();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
        QVERIFY(!linkFrom("numbers")->look().isWaiting);
        QVERIFY(!m_window->messages().isVisible());
    }

private:
    bool waitForHang()
    {
        m_window->run();
        return QTest::qWaitFor(
            [this] { return m_window->messages().sentence().startsWith(QLatin1String("Nothing has moved since 0:0")); },
            Patience);
    }

    const LinkItem *linkFrom(const std::string &step) const
    {
        for (const LinkItem *link : m_window->canvas().canvas().links())
            if (link->view().fromStep == step)
                return link;
        return nullptr;
    }

    QPushButton *answer(const char *text) const
    {
        for (QPushButton *button : m_window->messages().findChildren<QPushButton *>())
            if (button->isVisible() && button->text() == QLatin1String(text))
                return button;
        return nullptr;
    }
};

} // namespace millrace::tst_windowhang

QTEST_MAIN(millrace::tst_windowhang::TestWindowHang)
#include "tst_windowhang.moc"
