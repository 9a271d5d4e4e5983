// SPDX-License-Identifier: MIT
#include "monitor/LimitBox.h"
#include "monitor/NowTiles.h"
#include "monitor/RunProgress.h"
#include "monitor/StepsModel.h"
#include "ui/support/Pictures.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <cstdlib>
#include <map>
#include <string_view>

namespace millrace::tst_monitor {

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
        box.setLimit(limit, {true, 3, 33'100, true}, nameOf);
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
        box.setLimit(limit, {true, 1, 33'100, true}, nameOf);
        const QString text = textOf(box);
        QVERIFY2(!text.contains(QLatin1String("4th")), qPrintable(text));
        QVERIFY2(text.contains(QLatin1String("That was with 3 workers; now there is 1. ")), qPrintable(text));
        box.setLimit(limit, {true, 4, 33'100, true}, nameOf);
        QVERIFY2(textOf(box).contains(QLatin1String("now there are 4.")), qPrintable(textOf(box)));
    }

    void whereNoWorkerHelpsTheReasonIsSaid()
    {
        LimitBox box(m_theme);
        Limit limit;
        limit.kind = Limit::Kind::Source;
        limit.step = "orders";
        limit.why = "Reading takes most of the time.";
        box.setLimit(limit, {true, 1, 33'100, false}, nameOf);
        QVERIFY(textOf(box).contains(QLatin1String("Reading takes most")));
        QVERIFY(!box.findChild<QPushButton *>()->isVisibleTo(&box));
    }

    void twoThatShareTheLimitAreBothNamed()
    {
        LimitBox box(m_theme);
        Limit limit;
        limit.step = "price";
        limit.sharedWith = {{"tax", 0.96}, {"sum", 0.95}};
        limit.oneMoreWorker = oneMore();
        for (const bool isNamed : {true, false}) {
            box.setLimit(limit, {true, 3, 33'100, isNamed}, nameOf);
            const QString text = textOf(box);
            QVERIFY2(text.startsWith(QStringLiteral("“The price”, “The tax” and “The sum” limit the run together.")),
                     qPrintable(text));
            QVERIFY2(!text.contains(QLatin1String("4th")), qPrintable(text));
            QVERIFY(!box.findChild<QPushButton *>()->isVisibleTo(&box));
        }
    }

    void aStepThatWasDeletedHasNoButton()
    {
        LimitBox box(m_theme);
        Limit limit;
        limit.step = "price";
        limit.oneMoreWorker = oneMore();
        box.setLimit(limit, {false, 3, 33'100, true}, nameOf);
        QVERIFY(textOf(box).contains(QLatin1String("It was deleted")));
        QVERIFY(!box.findChild<QPushButton *>()->isVisibleTo(&box));
    }

    void theEndIsSaidInWordsSignAndColour_data()
    {
        QTest::addColumn<RunState>("state");
        QTest::addColumn<int>("errors");
        QTest::addColumn<QString>("words");
        QTest::addColumn<QColor>("color");
        const Colors colors = lightColors();
        QTest::newRow("well") << RunState::Finished << 0 << QStringLiteral("Finished,") << colors.calm;
        QTest::newRow("one failed") << RunState::Finished << 1 << QStringLiteral("Finished with 1 failed item,")
                                    << colors.warn;
        QTest::newRow("some failed") << RunState::Finished << 1'200
                                     << QStringLiteral("Finished with 1,200 failed items,") << colors.warn;
        QTest::newRow("all failed") << RunState::Finished << -1 << QStringLiteral("Finished, all items failed,")
                                    << colors.warn;
        QTest::newRow("failed") << RunState::Failed << 1 << QStringLiteral("Failed,") << colors.bad;
        QTest::newRow("stopped") << RunState::Stopped << 0 << QStringLiteral("Stopped,") << colors.muted;
        QTest::newRow("stopped with errors") << RunState::Stopped << 3 << QStringLiteral("Stopped,") << colors.muted;
    }

    void theEndIsSaidInWordsSignAndColour()
    {
        QFETCH(RunState, state);
        QFETCH(int, errors);
        QFETCH(QString, words);
        QFETCH(QColor, color);
        RunFigures figures;
        figures.state = state;
        figures.errors = uint64_t(std::abs(errors));
        figures.hasAllFailed = errors < 0;
        figures.end = runEnd(state, figures.errors);
        figures.items = 10'000;
        figures.progress = 1.0;
        RunProgress progress(m_theme);
        progress.resize(700, 30);
        progress.setFigures(figures);
        QVERIFY2(progress.accessibleDescription().startsWith(words), qPrintable(progress.accessibleDescription()));
        const QImage image = progress.grab().toImage();
        QCOMPARE(image.pixelColor(image.width() / 20, image.height() / 2), color); // of the bar
        int signPixels = 0; // between the bar and the texts, which are in another colour
        for (int x = 262; x < image.width(); ++x)
            for (int y = 0; y < image.height(); ++y)
                signPixels += image.pixelColor(x, y) == color;
        if (color != lightColors().muted)
            QVERIFY2(signPixels > 0, qPrintable(QString::number(signPixels)));
        QVERIFY(savePicture(progress, QStringLiteral("progress-%1").arg(QLatin1String(QTest::currentDataTag()))));
    }

    void whatAStopWaitsForIsSaid()
    {
        RunProgress progress(m_theme);
        RunFigures figures;
        figures.state = RunState::Stopping;
        figures.itemsPerSecond = 50;
        figures.drain = Drain{30, 6.2};
        progress.setFigures(figures);
        QVERIFY2(
            progress.accessibleDescription().startsWith(QLatin1String("Stopping, finishing 30 batches, about 6 s")),
            qPrintable(progress.accessibleDescription()));
        figures.drain = Drain{1, 0.2};
        progress.setFigures(figures);
        QVERIFY2(progress.accessibleDescription().startsWith(QLatin1String("Stopping, finishing 1 batch,")),
                 qPrintable(progress.accessibleDescription()));
        figures.drain = Drain{2, {}};
        progress.setFigures(figures);
        QVERIFY(progress.accessibleDescription().startsWith(QLatin1String("Stopping, finishing 2 batches,")));
    }

    void aPauseDoesNotLookLikeARun()
    {
        RunProgress progress(m_theme);
        progress.resize(700, 30);
        RunFigures figures;
        figures.state = RunState::Running;
        figures.progress = 0.6;
        progress.setFigures(figures);
        const auto barColor = [&progress] {
            const QImage image = progress.grab().toImage();
            return image.pixelColor(image.width() / 20, image.height() / 2);
        };
        QCOMPARE(barColor(), lightColors().accent);
        figures.state = RunState::Paused;
        progress.setFigures(figures);
        QCOMPARE(barColor(), lightColors().muted);
    }

    void theStepsTableHasWhatTheGaugesDeclare()
    {
        StepsModel model(m_theme);
        QAbstractItemModelTester tester(&model);
        RunSample sample;
        sample.activeSeconds = 2;
        sample.steps.resize(2);
        sample.steps[0].id = "read";
        sample.steps[0].isSource = true;
        sample.steps[1].id = "price";
        sample.steps[1].itemsIn = sample.steps[1].itemsOut = 1000;
        model.setSample(sample, nameOf);
        const auto titles = [&model] {
            QStringList all;
            for (int column = 0; column < model.columnCount(); ++column)
                all << model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
            return all;
        };
        const auto cell = [&](const char *title) {
            return model.index(1, int(titles().indexOf(QLatin1String(title)))).data().toString();
        };
        QVERIFY(!titles().contains(QLatin1String("Retries")));
        QCOMPARE(cell("Step"), QStringLiteral("The price"));
        QCOMPARE(cell("In"), QStringLiteral("1,000"));
        QCOMPARE(cell("Items/s"), QStringLiteral("500"));
        QCOMPARE(model.index(0, int(titles().indexOf(QLatin1String("In")))).data().toString(), QStringLiteral("—"));
        sample.steps[1].counted[countedGauge("retries")] = 12;
        sample.steps[1].errors = 3;
        model.setSample(sample, nameOf);
        QCOMPARE(cell("Retries"), QStringLiteral("12"));
        const int errors = int(titles().indexOf(QLatin1String("Errors")));
        QCOMPARE(model.index(1, errors).data(Qt::ForegroundRole).value<QColor>(), lightColors().bad);
        QVERIFY(!model.index(0, errors).data(Qt::ForegroundRole).isValid());
        QVERIFY(model.headerData(errors, Qt::Horizontal, Qt::ToolTipRole).toString().contains(QLatin1String("failed")));
        QCOMPARE(model.step(1), std::string("price"));
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void tilesAreSpokenAsTheyAreShown()
    {
        NowTiles tiles(m_theme);
        StepFigures figures;
        const std::map<std::string_view, double> values{{"items out", 33'100},      {"busy", 0.98},
                                                        {"per batch, median", 2.1}, {"p95", 4.8},
                                                        {"done", 482'088},          {"errors", 12}};
        for (const StepGaugeType &gauge : stepGaugeTypes())
            if (const auto value = values.find(gauge.look.tile); value != values.end())
                figures.figures.push_back({&gauge, value->second});
        QCOMPARE(figures.figures.size(), values.size());
        tiles.setFigures(figures);
        for (const char *part : {"items out 33.1 k/s", "98 %", "2.1 ms", "4.8 ms", "482,088", "errors 12"})
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
        QVERIFY(progress.accessibleDescription().startsWith(QStringLiteral("Paused · 62 %")));
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

private:
    Theme m_theme;
};

} // namespace millrace::tst_monitor

QTEST_MAIN(millrace::tst_monitor::TestMonitor)
#include "tst_monitor.moc"
