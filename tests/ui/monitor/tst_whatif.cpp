// SPDX-License-Identifier: MIT
// The window that asks what would be: sliders and fields by mouse and keys, what the simulation says, and that nothing changes before
// it is applied.
#include "monitor/whatif/WhatIfWindow.h"
#include "ui/support/Pictures.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTest>

#include <algorithm>
#include <memory>
#include <vector>

namespace millrace::tst_whatif {

namespace {

constexpr int Patience = 30'000; // milliseconds

SimulationModel measured()
{
    SimulationModel model;
    model.cores = 4;
    model.itemsRead = 5'000;
    for (const char *id : {"numbers", "slow", "nowhere"}) {
        SimulatedStep step;
        step.id = id;
        step.type = "delay";
        step.batches = 500;
        step.secondsPerBatch = step.p50 = step.p95 = step.p99 = step.max = std::string(id) == "slow" ? 0.008 : 0.0001;
        step.bytesPerBatch = 1'000;
        model.steps.push_back(step);
    }
    model.links = {{0, 1, 1}, {1, 2, 1}};
    return model;
}

} // namespace

class TestWhatIf : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_theme.setKind(ThemeKind::Light);
        m_parent = std::make_unique<QWidget>();
        m_parent->resize(1200, 800);
        m_parent->show();
        m_window = new WhatIfWindow(m_theme, m_parent.get());
        m_window->open(measured(), {{QStringLiteral("Numbers"), 1, false},
                                    {QStringLiteral("A slow step"), 0, true},
                                    {QStringLiteral("Nowhere"), 0, true}});
        QVERIFY(QTest::qWaitForWindowExposed(m_window));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->result().has_value(), Patience);
    }

    void cleanup() { m_parent.reset(); }

    void atFirstItIsAsItWasMeasured()
    {
        QVERIFY(m_window->wishes().empty());
        QVERIFY(!button("&Apply")->isEnabled() && !button("As it &was")->isEnabled());
        QVERIFY(!figure("Items/s").contains(QChar(0x2192)));                      // nothing to compare
        QVERIFY(!field<QSlider>("Workers of Numbers, as a slider")->isEnabled()); // such a step has one
        QVERIFY(!field<QSpinBox>("Queue of Numbers, in batches"));
    }

    void aSliderShowsAtOnceWhatWouldBe()
    {
        const double before = m_window->result()->itemsPerSecond;
        auto *slider = field<QSlider>("Workers of A slow step, as a slider");
        QVERIFY(slider->hasFocus()); // the first that can be moved
        QTest::keyClick(slider, Qt::Key_Right);
        QVERIFY(!m_window->result()); // not known yet
        QTRY_VERIFY_WITH_TIMEOUT(m_window->result().has_value(), Patience);
        const double gain = m_window->result()->itemsPerSecond / before;
        QVERIFY2(gain > 1.9 && gain < 2.05, qPrintable(QString::number(gain)));
        QVERIFY2(figure("Items/s").contains(QLatin1String("(+")), qPrintable(figure("Items/s")));
        QCOMPARE(field<QSpinBox>("Workers of A slow step")->value(), 2);
        QVERIFY(isSaid(QStringLiteral("“A slow step” limits the run"))); // by its name, not its id
        QCOMPARE(m_window->wishes(), (std::vector<WhatIfWindow::Wish>{{"slow", 2, {}}}));
        QVERIFY(savePicture(*m_window, QStringLiteral("what-if")));
        m_theme.setKind(ThemeKind::Dark);
        m_theme.apply();
        QVERIFY(savePicture(*m_window, QStringLiteral("what-if-dark")));
        m_theme.setKind(ThemeKind::Light);
        m_theme.apply();
    }

    void whatIsWrittenMovesTheSliderAndAShorterQueueSavesMemory()
    {
        const uint64_t before = m_window->result()->memoryBytes;
        auto *queue = field<QSpinBox>("Queue of A slow step, in batches");
        queue->setFocus();
        queue->selectAll();
        QTest::keyClicks(queue, QStringLiteral("2"));
        QTest::keyClick(queue, Qt::Key_Return);
        auto *workers = field<QSpinBox>("Workers of A slow step");
        workers->setFocus();
        QTest::keyClick(workers, Qt::Key_Up);
        QTest::keyClick(workers, Qt::Key_Up);
        QCOMPARE(field<QSlider>("Workers of A slow step, as a slider")->value(), 3);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->result().has_value(), Patience);
        QVERIFY(m_window->result()->memoryBytes < before);
        QCOMPARE(m_window->wishes(), (std::vector<WhatIfWindow::Wish>{{"slow", 3, 2}}));
        QTest::mouseClick(button("As it &was"), Qt::LeftButton);
        QVERIFY(m_window->wishes().empty());
    }

    void largerBatchesAreLaterAndTakeMoreMemory()
    {
        QVERIFY(!field<QSpinBox>("Items in a batch")->isVisible()); // its size isn't known
        m_window->open(measured(),
                       {{QStringLiteral("Numbers"), 1, false},
                        {QStringLiteral("A slow step"), 0, true},
                        {QStringLiteral("Nowhere"), 0, true}},
                       10);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->result().has_value(), Patience);
        const Simulation before = *m_window->result();
        auto *batch = field<QSpinBox>("Items in a batch");
        QVERIFY(batch->isVisible());
        QCOMPARE(batch->value(), 10);
        QVERIFY(!m_window->wantedBatchSize());
        batch->setValue(40);
        QCOMPARE(m_window->wantedBatchSize(), std::optional(40));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->result().has_value(), Patience);
        const Simulation &now = *m_window->result();
        QVERIFY(std::abs(now.itemsPerSecond / before.itemsPerSecond - 1) < 0.05); // nothing but the items costs time
        QVERIFY(now.latencyP95 > 3.5 * before.latencyP95 && now.latencyP95 < 4.5 * before.latencyP95);
        QVERIFY(now.memoryBytes > 3 * before.memoryBytes);
        QVERIFY(savePicture(*m_window, QStringLiteral("what-if-batches")));
        const QSignalSpy applied(m_window, &WhatIfWindow::applied);
        QTest::mouseClick(button("&Apply"), Qt::LeftButton);
        QCOMPARE(applied.size(), 1);
        QCOMPARE(applied[0][1].value<std::optional<int>>(), std::optional(40));
    }

    void applyTellsOnceAndEscapeLeavesWithoutAWord()
    {
        const QSignalSpy applied(m_window, &WhatIfWindow::applied);
        QTest::keyClick(field<QSlider>("Workers of A slow step, as a slider"), Qt::Key_Right);
        QTest::keyClick(m_window, Qt::Key_Escape);
        QVERIFY(!m_window->isVisible() && applied.isEmpty());
        m_window->open(measured(), {{QStringLiteral("Numbers"), 1, false},
                                    {QStringLiteral("A slow step"), 0, true},
                                    {QStringLiteral("Nowhere"), 0, true}});
        QVERIFY(m_window->wishes().empty()); // it begins anew
        QTest::keyClick(field<QSlider>("Workers of A slow step, as a slider"), Qt::Key_Right);
        QTest::mouseClick(button("&Apply"), Qt::LeftButton);
        QVERIFY(!m_window->isVisible());
        QCOMPARE(applied.size(), 1);
    }

private:
    template <class Field>
    Field *field(const char *name) const
    {
        Field *newest = nullptr; // those of a run before are on their way out
        for (Field *found : m_window->findChildren<Field *>())
            if (found->accessibleName() == QLatin1String(name))
                newest = found;
        return newest;
    }

    QPushButton *button(const char *text) const
    {
        for (QPushButton *found : m_window->findChildren<QPushButton *>())
            if (found->text() == QLatin1String(text))
                return found;
        return nullptr;
    }

    bool isSaid(const QString &words) const
    {
        return std::ranges::any_of(m_window->findChildren<QLabel *>(),
                                   [&](const QLabel *label) { return label->text().contains(words); });
    }

    QString figure(const char *name) const { return field<QLabel>(name)->text(); }

    Theme m_theme;
    std::unique_ptr<QWidget> m_parent;
    WhatIfWindow *m_window = nullptr;
};

} // namespace millrace::tst_whatif

QTEST_MAIN(millrace::tst_whatif::TestWhatIf)
#include "tst_whatif.moc"
