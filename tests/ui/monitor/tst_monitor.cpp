// SPDX-License-Identifier: MIT
#include "monitor/LimitBox.h"
#include "monitor/NowTiles.h"
#include "monitor/RunProgress.h"
#include "monitor/ThroughputChart.h"
#include "ui/support/Pictures.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

namespace millrace {

namespace {

QString nameOf(const std::string &step)
{
    return QStringLiteral("The ") + QString::fromStdString(step);
}

Prediction oneMore()
{
    Prediction prediction;
    prediction.step = "price";
    prediction.workers = 4;
    prediction.itemsPerSecond = 42'700;
    prediction.gain = 1.29;
    return prediction;
}

QString textOf(const QWidget &widget)
{
    QString all;
    for (const QLabel *label : widget.findChildren<QLabel *>())
        all += label->text() + QLatin1Char('\n');
    return all;
}

} // namespace

class TestMonitor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_theme.setKind(ThemeKind::Light); }

    void theLimitIsSaidWithWhatAWorkerWouldBring()
    {
        LimitBox box(m_theme);
        QSignalSpy wanted(&box, &LimitBox::workerWanted);
        Limit limit;
        limit.step = "price";
        limit.why = "Its 3 workers are busy for 98 % of the time.";
        limit.oneMoreWorker = oneMore();
        box.setLimit(limit, 3, 33'100, true, nameOf);
        box.resize(280, box.heightForWidth(280));
        box.show();
        QVERIFY(QTest::qWaitForWindowExposed(&box));
        const QString text = textOf(box);
        QVERIFY2(text.contains(QLatin1String("The price")), qPrintable(text));
        QVERIFY2(text.contains(QLatin1String("4th")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("29\u00a0%")), qPrintable(text));
        QVERIFY(savePicture(box, QStringLiteral("limit-box")));
        QTest::mouseClick(box.findChild<QPushButton *>(), Qt::LeftButton);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].value<std::string>(), std::string("price"));
    }

    void adviceIsTakenBackWhereTheWorkersHaveChanged()
    {
        LimitBox box(m_theme);
        Limit limit;
        limit.step = "price";
        limit.oneMoreWorker = oneMore();
        box.setLimit(limit, 1, 33'100, true, nameOf);
        const QString text = textOf(box);
        QVERIFY2(!text.contains(QLatin1String("4th")), qPrintable(text));
        QVERIFY2(text.contains(QLatin1String("That was with 3 workers; now there is 1. ")), qPrintable(text));
        box.setLimit(limit, 4, 33'100, true, nameOf);
        QVERIFY2(textOf(box).contains(QLatin1String("now there are 4.")), qPrintable(textOf(box)));
    }

    void whereNoWorkerHelpsTheReasonIsSaid()
    {
        LimitBox box(m_theme);
        Limit limit;
        limit.kind = Limit::Kind::Source;
        limit.step = "orders";
        limit.why = "Reading takes most of the time.";
        box.setLimit(limit, 1, 33'100, false, nameOf);
        QVERIFY(textOf(box).contains(QLatin1String("Reading takes most")));
        QVERIFY(!box.findChild<QPushButton *>()->isVisibleTo(&box));
    }

    void tilesAreSpokenAsTheyAreShown()
    {
        NowTiles tiles(m_theme);
        StepFigures figures;
        figures.itemsPerSecond = 33'100;
        figures.busyShare = 0.98;
        figures.medianNs = 2.1e6;
        figures.p95Ns = 4.8e6;
        figures.done = 482'088;
        figures.errors = 12;
        tiles.setFigures(figures);
        for (const char *part : {"33.1 k/s", "98 %", "2.1 ms", "4.8 ms", "482,088", "errors 12"})
            QVERIFY2(tiles.accessibleDescription().contains(QLatin1String(part)), part);
        tiles.resize(260, tiles.sizeHint().height());
        tiles.show();
        QVERIFY(QTest::qWaitForWindowExposed(&tiles));
        QVERIFY(savePicture(tiles, QStringLiteral("now-tiles")));
    }

    void progressSaysPercentItemsRateAndTimeLeft()
    {
        RunProgress progress(m_theme);
        RunFigures figures;
        figures.state = RunState::Running;
        figures.progress = 0.62;
        figures.items = 482'100;
        figures.totalItems = 777'600;
        figures.itemsPerSecond = 33'100;
        figures.secondsLeft = 7;
        progress.setFigures(figures);
        QCOMPARE(progress.accessibleDescription(),
                 QStringLiteral("62 %, 482,100 of 777,600 items, 33,100 items/s · 7 s left"));
        for (const int width : {700, 320, 160}) {
            progress.resize(width, 30);
            QVERIFY(!progress.grab().isNull());
        }
        figures.state = RunState::Paused;
        progress.setFigures(figures);
        QVERIFY(progress.accessibleDescription().startsWith(QStringLiteral("62 % · paused")));
        figures.state = RunState::Finished;
        figures.seconds = 23;
        progress.setFigures(figures);
        QVERIFY(progress.accessibleDescription().startsWith(QLatin1String("Finished, 482,100 items, 23 s")));
    }

    void withoutATotalSomethingMoves()
    {
        RunProgress progress(m_theme);
        progress.resize(400, 30);
        progress.show();
        QVERIFY(QTest::qWaitForWindowExposed(&progress));
        RunFigures figures;
        figures.state = RunState::Running;
        progress.setFigures(figures);
        const QImage first = progress.grab().toImage();
        QTRY_VERIFY(progress.grab().toImage() != first);
        progress.clear();
        const QImage empty = progress.grab().toImage();
        QVERIFY(empty != first);
    }

    void axesEndAtRoundNumbers()
    {
        QCOMPARE(niceCeiling(0), 1.0);
        QCOMPARE(niceCeiling(3), 5.0);
        QCOMPARE(niceCeiling(10), 10.0);
        QCOMPARE(niceCeiling(11), 20.0);
        QCOMPARE(niceCeiling(0.04), 0.05);
    }

    void theChartShowsAMomentUnderThePointer()
    {
        RunHistory history;
        for (int i = 0; i <= 50; ++i) {
            RunSample sample;
            sample.activeSeconds = sample.seconds = i * 0.3;
            for (const char *id : {"orders", "price"}) {
                StepSample step;
                step.id = id;
                step.itemsOut = uint64_t(i * i * (id[0] == 'o' ? 40 : 25));
                sample.steps.push_back(step);
            }
            history.add(sample);
        }
        ThroughputChart chart(m_theme);
        chart.resize(800, 200);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        const QImage empty = chart.grab().toImage();
        chart.setHistory(&history, nameOf);
        const QImage plain = chart.grab().toImage();
        QVERIFY(plain != empty);
        chart.setSelected("price");
        const QImage selected = chart.grab().toImage();
        QVERIFY(selected != plain);
        QTest::mouseMove(&chart, {300, 100});
        QTRY_VERIFY(chart.grab().toImage() != selected);
        QVERIFY(savePicture(chart, QStringLiteral("throughput-chart")));
    }

private:
    Theme m_theme;
};

} // namespace millrace

QTEST_MAIN(millrace::TestMonitor)
#include "tst_monitor.moc"
