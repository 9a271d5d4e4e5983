// SPDX-License-Identifier: MIT
// The throughput panel: which steps have a chart, what their charts show, and how one zooms and reads values, by mouse and keys.
#include "monitor/throughput/ChartColors.h"
#include "monitor/throughput/ThroughputPanel.h"
#include "ui/support/Pictures.h"

#include <QListWidget>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

namespace millrace::tst_throughput {

namespace {

QString nameOf(const std::string &step)
{
    return QStringLiteral("The ") + QString::fromStdString(step);
}

double luminance(const QColor &color)
{
    const auto linear = [](double channel) {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

} // namespace

class TestThroughput : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_theme.setKind(ThemeKind::Light); }

    void init()
    {
        m_history.clear();
        m_recording.clear();
    }

    void axesEndAtRoundNumbers()
    {
        QCOMPARE(niceCeiling(0), 1.0);
        QCOMPARE(niceCeiling(3), 5.0);
        QCOMPARE(niceCeiling(10), 10.0);
        QCOMPARE(niceCeiling(11), 20.0);
        QCOMPARE(niceCeiling(0.04), 0.05);
    }

    void aStretchStaysWithinTheRunAndFollowsItOnlyWhileItIsAll()
    {
        TimeStretch stretch;
        stretch.follow(20);
        QCOMPARE(stretch.to(), 20.0);
        stretch.zoom(4, 5);
        QCOMPARE(stretch.length(), 5.0);
        QCOMPARE((5 - stretch.from()) / stretch.length(), 0.25); // where it was
        stretch.follow(30);
        QCOMPARE(stretch.length(), 5.0);
        stretch.move(100);
        QCOMPARE(stretch.to(), 30.0);
        stretch.zoom(0.001, 0);
        QVERIFY(stretch.isAll());
        stretch.zoom(1e6, 10);
        QCOMPARE(stretch.length(), TimeStretch::Least);
        stretch.follow(1); // another run
        QVERIFY(stretch.isAll());
        QCOMPARE(stretch.to(), TimeStretch::Shortest);
    }

    void coloursDoNotRepeatAndAreSeenOnBothGrounds()
    {
        for (const Colors &colors : {lightColors(), darkColors()}) {
            std::set<QRgb> seen;
            for (size_t i = 0; i < 300; ++i) {
                const QColor color = chartColor(i, colors.window);
                QVERIFY2(seen.insert(color.rgb()).second, qPrintable(QString::number(i)));
                const double a = luminance(color), b = luminance(colors.window);
                QVERIFY((std::max(a, b) + 0.05) / (std::min(a, b) + 0.05) >= 3);
            }
        }
    }

    void eachChosenStepHasAChartAndTheOthersNone()
    {
        fill(14, 60);
        const auto panel = shown();
        QCOMPARE(panel->charts().steps().size(), ThroughputPanel::MostAtFirst);
        auto *list = panel->findChild<QListWidget *>();
        QCOMPARE(list->count(), 14);
        QCOMPARE(list->item(3)->text(), QStringLiteral("The step3"));
        const QRect row = list->visualItemRect(list->item(0));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, QPoint(row.left() + 12, row.center().y()));
        QCOMPARE(list->item(0)->checkState(), Qt::Unchecked);
        QVERIFY(panel->charts().cellOf(0).isEmpty() && !panel->charts().cellOf(1).isEmpty());
        list->setFocus();
        list->setCurrentRow(13);
        QTest::keyClick(list, Qt::Key_Space);
        QVERIFY(!panel->charts().cellOf(13).isEmpty());
        // The step that is selected on the canvas is shown all the same.
        panel->setSelected("step0");
        QCOMPARE(panel->charts().cellOf(0).top(), 0.0);
        click(*panel, "No step");
        QCOMPARE(panel->charts().steps(), std::vector<size_t>{0});
        panel->setSelected({});
        QVERIFY(panel->charts().steps().empty());
        click(*panel, "All steps");
        QCOMPARE(panel->charts().steps().size(), size_t(14));
        // A run of other steps.
        init();
        fill(2, 60);
        panel->follow();
        QCOMPARE(list->count(), 2);
        QCOMPARE(panel->charts().steps().size(), size_t(2));
    }

    void thePointerShowsTheSameMomentInAllCharts()
    {
        fill(4, 60);
        const auto panel = shown();
        StepCharts &charts = panel->charts();
        const QImage plain = charts.grab().toImage();
        const QRectF cell = charts.cellOf(1);
        moveTo(charts, cell.center());
        QVERIFY(charts.cursor().has_value());
        QVERIFY(std::abs(*charts.cursor() - charts.stretch().to() / 2) < 0.3);
        QVERIFY(charts.accessibleDescription().contains(QLatin1String("The step1: ")));
        const QImage pointed = charts.grab().toImage();
        for (const size_t step : {0, 1, 2, 3}) {
            const QRect part = charts.cellOf(step).toRect();
            QVERIFY(plain.copy(part) != pointed.copy(part));
        }
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(charts.viewport(), &leave);
        QVERIFY(!charts.cursor());
    }

    void aDragZoomsToWhatItPassesOverAndADoubleClickShowsAll()
    {
        fill(4, 60);
        const auto panel = shown();
        StepCharts &charts = panel->charts();
        const QRectF cell = charts.cellOf(0);
        const double y = cell.center().y();
        const QPoint from(int(cell.left() + cell.width() / 4), int(y)), to(int(cell.left() + cell.width() / 2), int(y));
        QTest::mousePress(charts.viewport(), Qt::LeftButton, {}, from);
        moveTo(charts, to);
        QTest::mouseRelease(charts.viewport(), Qt::LeftButton, {}, to);
        QVERIFY(!charts.stretch().isAll());
        QVERIFY(std::abs(charts.stretch().from() - 15) < 3 && std::abs(charts.stretch().to() - 30) < 1);
        savePicture(*panel, QStringLiteral("throughput-zoomed"));
        QTest::mouseDClick(charts.viewport(), Qt::LeftButton, {}, to);
        QVERIFY(charts.stretch().isAll());
    }

    void ctrlWheelZoomsWhereThePointerIsAndTheWheelScrolls()
    {
        fill(30, 60);
        const auto panel = shown();
        click(*panel, "All steps");
        StepCharts &charts = panel->charts();
        turn(charts, {});
        QVERIFY(charts.verticalScrollBar()->value() > 0 && charts.stretch().isAll());
        charts.verticalScrollBar()->setValue(0);
        turn(charts, Qt::ControlModifier);
        QVERIFY(charts.stretch().length() > 30 || charts.stretch().isAll()); // away from the hand
        click(*panel, "Zoom in");
        click(*panel, "Zoom in");
        QVERIFY(charts.stretch().length() < 16);
        click(*panel, "Show the whole run");
        QVERIFY(charts.stretch().isAll());
        QVERIFY(!button(*panel, "Show the whole run")->isEnabled());
    }

    void keysGoThroughTheRun()
    {
        fill(4, 60);
        const auto panel = shown();
        StepCharts &charts = panel->charts();
        charts.setFocus();
        QTest::keyClick(&charts, Qt::Key_Left);
        QVERIFY(std::abs(*charts.cursor() - 59) < 0.1);
        QTest::keyClick(&charts, Qt::Key_Left);
        QTest::keyClick(&charts, Qt::Key_Plus);
        QTest::keyClick(&charts, Qt::Key_Plus);
        const double before = charts.stretch().from();
        QVERIFY(charts.stretch().length() < 30);
        for (int i = 0; i < 70; ++i)
            QTest::keyClick(&charts, Qt::Key_Left);
        QVERIFY(charts.stretch().from() < before); // it goes along
        QTest::keyClick(&charts, Qt::Key_Escape);
        QVERIFY(!charts.cursor() && !charts.stretch().isAll());
        QTest::keyClick(&charts, Qt::Key_Escape);
        QVERIFY(charts.stretch().isAll());
    }

    void changesOfAStepAreMarkedInItsChartWithWords()
    {
        // The chart of step1 without a change, with one of another step, and with one of its own.
        const auto chartWithChangeOf = [this](const char *step) {
            init();
            fill(2, 20);
            RunChange change;
            change.step = step;
            change.before = QStringLiteral("2");
            change.now = QStringLiteral("3");
            if (*step)
                m_recording.note(change);
            fill(2, 60, 20);
            const auto panel = shown();
            return panel->charts().viewport()->grab(panel->charts().cellOf(1).toRect()).toImage();
        };
        const QImage plain = chartWithChangeOf(""), other = chartWithChangeOf("step0"),
                     own = chartWithChangeOf("step1");
        const auto differences = [&plain](const QImage &marked) {
            int count = 0;
            for (int y = 0; y < plain.height(); ++y)
                for (int x = 0; x < plain.width(); ++x)
                    count += plain.pixel(x, y) != marked.pixel(x, y);
            return count;
        };
        QVERIFY(differences(other) > 10);                   // a faint line
        QVERIFY(differences(own) > 3 * differences(other)); // a line and words
    }

    void aClickOnANameGoesToTheStep()
    {
        fill(4, 60);
        const auto panel = shown();
        const QSignalSpy wanted(panel.get(), &ThroughputPanel::stepWanted);
        const QRectF cell = panel->charts().cellOf(2);
        QTest::mouseClick(panel->charts().viewport(), Qt::LeftButton, {},
                          QPoint(int(cell.left()) + 40, int(cell.top()) + 10));
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].value<std::string>(), std::string("step2"));
    }

    void itIsLookedAt()
    {
        fill(7, 60);
        for (const bool isDark : {false, true}) {
            m_theme.setKind(isDark ? ThemeKind::Dark : ThemeKind::Light);
            m_theme.apply();
            const auto panel = shown();
            panel->setSelected("step2");
            moveTo(panel->charts(), panel->charts().cellOf(1).center());
            QVERIFY(
                savePicture(*panel, isDark ? QStringLiteral("throughput-dark") : QStringLiteral("throughput-light")));
        }
        m_theme.setKind(ThemeKind::Light);
        m_theme.apply();
    }

private:
    /// A run of so many steps, the first of which is a source, on from a second.
    void fill(int steps, int seconds, int from = 0)
    {
        for (int tenth = from > 0 ? from * 10 + 3 : 0; tenth <= seconds * 10; tenth += 3) {
            RunSample sample;
            sample.activeSeconds = sample.seconds = tenth / 10.0;
            for (int i = 0; i < steps; ++i) {
                StepSample step;
                step.id = "step" + std::to_string(i);
                step.isSource = i == 0;
                step.itemsOut = uint64_t(tenth * (900 - 100 * (i % 7)) + 400 * std::sin(tenth / 20.0 + i) * 10 + 5000);
                step.queue.capacity = i == 0 ? 0 : 10;
                step.queue.depth = i == 0 ? 0 : uint32_t(5 + 5 * std::sin(tenth / 30.0 + i));
                sample.steps.push_back(std::move(step));
            }
            m_history.add(sample);
            m_recording.add(sample, {});
        }
    }

    std::unique_ptr<ThroughputPanel> shown()
    {
        auto panel = std::make_unique<ThroughputPanel>(m_theme);
        panel->corner()->setParent(panel.get());
        panel->corner()->move(0, 200);
        panel->setSources(&m_history, &m_recording, nameOf);
        panel->resize(1200, 240);
        panel->show();
        if (!QTest::qWaitForWindowExposed(panel.get()))
            return nullptr;
        return panel;
    }

    static QToolButton *button(const ThroughputPanel &panel, const char *name)
    {
        for (QToolButton *found : panel.corner()->findChildren<QToolButton *>())
            if (found->text() == QLatin1String(name) || found->accessibleName() == QLatin1String(name))
                return found;
        return nullptr;
    }

    static void click(const ThroughputPanel &panel, const char *name)
    {
        QTest::mouseClick(button(panel, name), Qt::LeftButton);
    }

    static void moveTo(StepCharts &charts, QPointF at)
    {
        QMouseEvent event(QEvent::MouseMove, at, charts.viewport()->mapToGlobal(at), Qt::NoButton, Qt::NoButton, {});
        QCoreApplication::sendEvent(charts.viewport(), &event);
    }

    static void turn(StepCharts &charts, Qt::KeyboardModifiers modifiers)
    {
        const QPointF at = charts.cellOf(0).center();
        QWheelEvent event(at, charts.viewport()->mapToGlobal(at), {}, {0, -120}, Qt::NoButton, modifiers,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(charts.viewport(), &event);
    }

    Theme m_theme;
    RunHistory m_history;
    RunRecording m_recording;
};

} // namespace millrace::tst_throughput

QTEST_MAIN(millrace::tst_throughput::TestThroughput)
#include "tst_throughput.moc"
