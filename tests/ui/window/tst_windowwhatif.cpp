// SPDX-License-Identifier: MIT
// What if, from a window in which a pipeline runs: it works by what was measured there, and what is applied is one edit that the run follows.
#include "document/Document.h"
#include "monitor/LimitBox.h"
#include "monitor/whatif/WhatIfWindow.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"

#include <QAction>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTest>

#include <memory>

namespace millrace::tst_windowwhatif {

namespace {

constexpr int Patience = 60'000; // milliseconds

} // namespace

class TestWindowWhatIf : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        m_window->showWelcome(false);
        Pipeline pipeline = chainOf({{"numbers", "generate"}, {"slow", "delay"}, {"nowhere", "discard"}});
        pipeline.steps[0].params = {{"count", Value(int64_t(10'000'000))}};
        pipeline.steps[1].params = {{"milliseconds", Value(int64_t(2))}};
        m_window->document().reset(pipeline);
    }

    void cleanup() { m_window.reset(); }

    void itWorksByWhatWasMeasuredAndIsAppliedToTheRunInOneEdit()
    {
        QAction *action = m_window->action("run.whatIf");
        QVERIFY(!action->isEnabled());
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(action->isEnabled() && m_window->bridge().reader().last().activeSeconds > 1, Patience);
        QTest::keyClick(m_window.get(), Qt::Key_I, Qt::AltModifier | Qt::ShiftModifier);
        auto *view = m_window->findChild<WhatIfWindow *>();
        QVERIFY(view && view->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(view->result().has_value(), Patience);
        const double before = view->result()->itemsPerSecond;
        QVERIFY2(before > 250 && before < 550, qPrintable(QString::number(before))); // 2 ms for an item
        for (QSlider *slider : view->findChildren<QSlider *>())
            if (slider->accessibleName().contains(QLatin1String("Delay")))
                slider->setValue(3);
        QTRY_VERIFY_WITH_TIMEOUT(view->result().has_value(), Patience);
        QVERIFY(view->result()->itemsPerSecond > 2.5 * before);
        QCOMPARE(workers(), 1); // nothing has changed yet
        for (QPushButton *button : view->findChildren<QPushButton *>())
            if (button->text() == QLatin1String("&Apply"))
                QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(workers(), 3);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->bridge().reader().last().steps[1].workers, 3, Patience);
        m_window->action("edit.undo")->trigger();
        QCOMPARE(workers(), 1);
    }

    void anotherBatchSizeIsAppliedToTheDrawing()
    {
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->action("run.whatIf")->isEnabled(), Patience);
        m_window->action("run.whatIf")->trigger();
        auto *view = m_window->findChild<WhatIfWindow *>();
        for (QSpinBox *field : view->findChildren<QSpinBox *>())
            if (field->accessibleName() == QLatin1String("Items in a batch"))
                field->setValue(25);
        for (QPushButton *button : view->findChildren<QPushButton *>())
            if (button->text() == QLatin1String("&Apply"))
                QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(m_window->document().pipeline().batching.size, int64_t(25));
        QVERIFY(!m_window->document().pipeline().step("slow")->workers);
        m_window->action("edit.undo")->trigger();
        QCOMPARE(m_window->document().pipeline().batching.size, int64_t(10));
    }

private:
    int workers() const
    {
        const Pipeline &pipeline = m_window->document().pipeline();
        return pipeline.workersOf(*pipeline.step("slow"));
    }
};

} // namespace millrace::tst_windowwhatif

QTEST_MAIN(millrace::tst_windowwhatif::TestWindowWhatIf)
#include "tst_windowwhatif.moc"
