// SPDX-License-Identifier: MIT
// INTERACTION.md, "View" and the levels of detail, line by line.
#include "ui/editing/EditingBench.h"

#include "monitor/GaugeLimitsWindow.h"

#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPointingDevice>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QToolButton>
#include <QToolTip>

#include <cmath>
#include <cstdlib>

namespace millrace::tst_view {

class TestView : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        renewWithRow();
        bench().begin();
    }

    void theWheelZoomsAtThePointerFrom10To300Percent()
    {
        const QPointF at(300, 250);
        const QPointF before = view().mapFromScene(at);
        bench().wheel(at, {0, 240});
        QVERIFY(view().zoom() > 1.2);
        QVERIFY(QLineF(before, view().mapFromScene(at)).length() <= 2);
        for (int i = 0; i < 40; ++i)
            bench().wheel(at, {0, 240});
        QCOMPARE(view().zoom(), 3.0);
        QVERIFY(QLineF(before, view().mapFromScene(at)).length() <= 60);
        for (int i = 0; i < 40; ++i)
            bench().wheel(at, {0, -240});
        QCOMPARE(view().zoom(), 0.1);
        const QPointF low = view().mapFromScene(at);
        QVERIFY(QLineF(before, low).length() <= 60);
        bench().wheel(at, {0, 1200});
        QVERIFY(QLineF(low, view().mapFromScene(at)).length() <= 2);
    }

    void aPinchZooms()
    {
        const QPointF middle = view().viewport()->rect().center();
        QNativeGestureEvent pinch(Qt::ZoomNativeGesture, QPointingDevice::primaryPointingDevice(), 2, middle, middle,
                                  view().viewport()->mapToGlobal(middle), 0.25, {});
        QCoreApplication::sendEvent(view().viewport(), &pinch);
        QCOMPARE(view().zoom(), 1.25);
    }

    void twoFingersPan()
    {
        const QPointF before = view().mapFromScene(0, 0);
        bench().wheel({200, 200}, {0, -80}, {}, {-30, -40});
        QCOMPARE(view().mapFromScene(0, 0) - before, QPointF(-30, -40));
        QCOMPARE(view().zoom(), 1.0);
    }

    void aPreferenceSwapsWheelZoomAndWheelPan()
    {
        bench().window->action("view.wheelPans")->trigger();
        const QPointF before = view().mapFromScene(0, 0);
        bench().wheel({200, 200}, {0, -120});
        QCOMPARE(view().zoom(), 1.0);
        QCOMPARE(view().mapFromScene(0, 0) - before, QPointF(0, -60));
        bench().wheel({200, 200}, {0, 120}, Qt::ControlModifier);
        QVERIFY(view().zoom() > 1);
        QVERIFY(QSettings().value(QStringLiteral("canvas/wheelPans")).toBool());
    }

    void middleDragPans()
    {
        const QPointF before = view().mapFromScene(0, 0);
        bench().drag({100, 60}, {160, 90}, {}, Qt::MiddleButton);
        QCOMPARE(view().mapFromScene(0, 0) - before, QPointF(60, 30));
        QCOMPARE(bench().undoSteps(), size_t(0));
    }

    void spaceDragPansAndOpensNothing()
    {
        const QPointF before = view().mapFromScene(0, 0);
        QTest::keyPress(&view(), Qt::Key_Space);
        bench().drag(bench().grip("second"), bench().grip("second") + QPointF(40, -20));
        QTest::keyRelease(&view(), Qt::Key_Space);
        QCOMPARE(view().mapFromScene(0, 0) - before, QPointF(40, -20));
        QVERIFY(!bench().quickAdd().isVisible());
        QCOMPARE(bench().undoSteps(), size_t(0));
    }

    void draggingNearTheEdgeScrolls()
    {
        const QPointF from = bench().grip("second");
        const double before = view().visibleScene().right();
        bench().press(from);
        const QPointF edge = view().mapToScene(view().viewport()->width() - 4, 120);
        bench().moveTo(from + QPointF(30, 0));
        bench().moveTo(edge);
        QTRY_VERIFY(view().visibleScene().right() > before + 100);
        // The card stays under the hand.
        const QPointF hand = view().mapToScene(view().viewport()->width() - 4, 120);
        QVERIFY(bench().item("second").card().adjusted(-15, -15, 15, 15).contains(hand));
        bench().release(hand);
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void keysZoom()
    {
        bench().key(Qt::Key_Plus, Qt::ControlModifier);
        QVERIFY(view().zoom() > 1.1);
        bench().key(Qt::Key_Minus, Qt::ControlModifier);
        bench().key(Qt::Key_Minus, Qt::ControlModifier);
        QVERIFY(view().zoom() < 0.9);
        bench().key(Qt::Key_0, Qt::ControlModifier);
        QCOMPARE(view().zoom(), 1.0);
        view().setZoom(3);
        bench().key(Qt::Key_1, Qt::ControlModifier);
        QVERIFY(view().visibleScene().contains(bench().scene().contentRect()));
        bench().click(bench().grip("third"));
        bench().key(Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(view().zoom(), 1.5);
        const QPointF free = view().mapToScene(view().freeRect().center()); // beside the inspector
        QVERIFY(QLineF(free, bench().item("third").card().center()).length() < 3);
    }

    void theStatusBarShowsTheZoomWithAMenu()
    {
        QToolButton *zoom = nullptr;
        for (QToolButton *button : bench().window->bottom().statusBar().findChildren<QToolButton *>())
            if (button->accessibleName() == QLatin1String("Zoom"))
                zoom = button;
        QVERIFY(zoom);
        bench().wheel({200, 200}, {0, 240});
        QCOMPARE(zoom->text(), QStringLiteral("%1 %").arg(int(std::lround(view().zoom() * 100))));
        for (QAction *action : zoom->menu()->actions())
            if (action->text() == QLatin1String("50 %"))
                action->trigger();
        QCOMPARE(view().zoom(), 0.5);
    }

    void theCanvassDotsAreAsLargeOnScreensOfManyPixels()
    {
        const auto dotWidth = [&](double ratio) {
            QImage image((QSizeF(60, 60) * ratio).toSize(), QImage::Format_RGB32);
            image.setDevicePixelRatio(ratio);
            QPainter painter(&image);
            view().setZoom(1);
            const QPoint dot = view().mapFromScene(-400, -400);
            view().render(&painter, {0, 0, 60, 60}, QRect(dot - QPoint(30, 30), QSize(60, 60)));
            int width = 0;
            for (int x = int(20 * ratio); x < int(40 * ratio); ++x)
                width += image.pixelColor(x, int(30 * ratio)) != lightColors().canvas;
            return width;
        };
        view().centerOn(-400, -400);
        const int usual = dotWidth(1);
        QVERIFY(usual >= 2);
        QVERIFY2(dotWidth(2) >= 2 * usual - 1, qPrintable(QString::number(dotWidth(2))));
    }

    void farOutAFailedCardIsCrossedOut()
    {
        view().setZoom(0.2);
        view().centerOn(bench().item("second").card().center());
        const auto colors = [&] {
            const QImage image = view().viewport()->grab().toImage();
            const QRect card = view().mapFromScene(bench().item("second").card()).boundingRect();
            std::set<QRgb> found;
            for (int x = card.left() + 4; x < card.right() - 4; ++x)
                found.insert(image.pixel(x, card.center().y()));
            return found;
        };
        QCOMPARE(colors().size(), size_t(1));
        StepGauge gauge;
        gauge.state = StepState::Failed;
        bench().scene().setGauges({{"second", gauge}}, {});
        QVERIFY(colors().size() > 1);
    }

    void theFiguresOfAStepWithManyWorkersLeaveItsDotsFree()
    {
        StepGauge gauge;
        gauge.state = StepState::Busy;
        gauge.rate = QStringLiteral("33.1 k");
        gauge.workers = 3;
        bench().scene().setGauges({{"second", gauge}}, {});
        view().viewport()->grab();
        const auto &texts = bench().item("second").look().texts;
        QCOMPARE(texts.rateUnit.text(), QStringLiteral(" items/s"));
        gauge.workers = 8;
        bench().scene().setGauges({{"second", gauge}}, {});
        view().viewport()->grab();
        QCOMPARE(texts.rateUnit.text(), QStringLiteral("/s"));
        const StepGeometry &geometry = bench().item("second").geometry();
        QVERIFY(geometry.rate().right() - texts.unitWidth - texts.rateWidth > geometry.dot(7).right());
    }

    void aLongReasonIsBrokenIntoLinesWithinTheCanvas()
    {
        view().explain(QStringLiteral("This is a reason with a long name in it. ").repeated(12), {400, 300});
        const auto *reason = view().findChild<QLabel *>(QStringLiteral("canvasReason"));
        QVERIFY(view().viewport()->rect().contains(reason->geometry()));
        QVERIFY(reason->height() > 2 * reason->fontMetrics().height());
        view().explain({}, {});
    }

    void restingOnACardTellsItsNameAndState()
    {
        StepGauge failed;
        failed.state = StepState::Failed;
        bench().scene().setGauges({{"second", failed}}, {});
        const QPoint at = view().mapFromScene(bench().grip("second"));
        QHelpEvent event(QEvent::ToolTip, at, view().viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(view().viewport(), &event);
        QTRY_VERIFY(QToolTip::isVisible());
        QVERIFY2(QToolTip::text().startsWith(QLatin1String("second")), qPrintable(QToolTip::text()));
        QVERIFY(QToolTip::text().contains(stateText(StepState::Failed)));
        QToolTip::hideText();
    }

    void thereAreThreeLevelsOfDetail()
    {
        QCOMPARE(detailAt(0.6), Detail::Full);
        QCOMPARE(detailAt(0.59), Detail::Plain);
        QCOMPARE(detailAt(0.35), Detail::Plain);
        QCOMPARE(detailAt(0.34), Detail::Blocks);
        // Below, a card is one colour: its state's.
        view().setZoom(0.2);
        view().centerOn(bench().item("second").card().center());
        const QImage blocks = view().viewport()->grab().toImage();
        const QPoint middle = view().mapFromScene(bench().item("second").card().center());
        for (const QPoint by : {QPoint(-8, -3), QPoint(0, 3), QPoint(8, 0)})
            QCOMPARE(blocks.pixelColor(middle + by), blocks.pixelColor(middle));
    }

    void namesAndFiguresAreAsLargeAsCanBeReadWhereverTheyAreShown()
    {
        const CardTexts &texts = bench().scene().stepPainter().texts();
        const double usual = bench().scene().theme().fontScale();
        for (int percent = 35; percent <= 300; percent += 5) {
            const double zoom = percent / 100.0 * usual;
            const int size = texts.sizeAt(zoom);
            QVERIFY2(size * zoom >= 10.99 * usual, qPrintable(QString::number(percent)));
            QCOMPARE(texts.fonts(size).bold.font().pixelSize(), size);
            QVERIFY(texts.fonts(size).names.font().pixelSize() >= size);
        }
        QCOMPARE(texts.sizeAt(usual), 11);
        QCOMPARE(texts.sizeAt(3 * usual), 11); // text grows with the drawing
        // What is longer than its place is cut, not let out of the card.
        view().setZoom(0.4);
        view().centerOn(bench().item("second").card().center());
        view().viewport()->grab();
        const StepTexts &shown = bench().item("second").look().texts;
        QCOMPARE(shown.size, texts.sizeAt(0.4 * usual));
        QVERIFY(QFontMetricsF(texts.fonts(shown.size).names.font()).horizontalAdvance(shown.name.text())
                <= StepGeometry::Width);
    }

    void whatLimitsTheRunHasASignWhereItsWordsCantBeRead()
    {
        StepGauge limiting;
        limiting.limit = QStringLiteral("limits the run · 98 % busy");
        bench().scene().setGauges({{"second", limiting}}, {});
        const StepItem &step = bench().item("second");
        view().centerOn(step.card().center());
        for (const double zoom : {0.26, 0.38, 0.49}) {
            view().setZoom(zoom);
            const QRect place = view()
                                    .mapFromScene(step.geometry().limitSign().translated(step.pos()))
                                    .boundingRect()
                                    .adjusted(3, 1, -3, -1);
            const QImage sign = view().viewport()->grab(place).toImage();
            // No bare colour.
            const int ground = qGray(view().canvas().theme().colors().warn.rgb());
            const int ink = qGray(view().canvas().theme().colors().onWarn.rgb());
            int inked = 0;
            for (int y = 0; y < sign.height(); ++y)
                for (int x = 0; x < sign.width(); ++x)
                    inked += std::abs(qGray(sign.pixel(x, y)) - ground) > std::abs(ink - ground) / 3;
            QVERIFY2(inked >= 6, qPrintable(QString::number(zoom)));
            savePicture(*view().viewport(), QStringLiteral("canvas-limit-%1").arg(int(zoom * 100)));
        }
    }

    void equalGaugesRepaintNothing()
    {
        StepGauge gauge;
        gauge.state = StepState::Busy;
        gauge.depth = 3;
        gauge.capacity = 10;
        const std::map<std::string, StepGauge> gauges{{"first", gauge}, {"second", gauge}, {"third", gauge}};
        QTRY_VERIFY(!bench().document().isChecking()); // what is found is drawn
        bench().scene().setGauges(gauges, {LinkGauge{2}, LinkGauge{3}});
        QCoreApplication::processEvents();
        QSignalSpy changes(&bench().scene(), &QGraphicsScene::changed);
        bench().scene().setGauges(gauges, {LinkGauge{2}, LinkGauge{3}});
        QCoreApplication::processEvents();
        QCOMPARE(changes.size(), 0);
        auto one = gauges;
        one["second"].depth = 4;
        bench().scene().setGauges(one, {LinkGauge{2}, LinkGauge{3}});
        QTRY_VERIFY(!changes.empty());
        QRectF repainted;
        for (const auto &change : changes)
            for (const QRectF &rect : change.front().value<QList<QRectF>>())
                repainted |= rect;
        QVERIFY(!repainted.intersects(bench().item("first").card()));
        QVERIFY(repainted.intersects(bench().item("second").card()));
    }

    void theLimitsOfTheGaugesColoursAreSetAndKept()
    {
        StepGauge gauge;
        gauge.state = StepState::Busy;
        gauge.depth = 7;
        gauge.capacity = 10;
        bench().scene().setGauges({{"second", gauge}}, {});
        const auto barColor = [this] {
            const StepItem &card = bench().item("second");
            const QPoint at = view().mapFromScene(card.pos() + card.geometry().queueBar().center() - QPointF(20, 0));
            return view().viewport()->grab().toImage().pixelColor(at);
        };
        QCOMPARE(barColor(), lightColors().warn);
        bench().key(Qt::Key_Q, Qt::AltModifier | Qt::ShiftModifier);
        auto *limits = bench().window->findChild<GaugeLimitsWindow *>();
        QVERIFY(limits && limits->isVisible());
        const auto boxes = limits->findChildren<QSpinBox *>();
        QCOMPARE(boxes.size(), qsizetype(2));
        QVERIFY(savePicture(*limits, QStringLiteral("gauge-limits")));
        const auto type = [](QSpinBox *box, const char *digits) {
            box->selectAll();
            QTest::keyClicks(box, QLatin1String(digits));
            QTest::keyClick(box, Qt::Key_Return);
        };
        type(boxes[0], "75");
        QCOMPARE(barColor(), lightColors().calm);
        QCOMPARE(GaugeLimitsWindow::kept(), (GaugeLimits{0.75, 0.85}));
        QCOMPARE(boxes[1]->minimum(), 76); // red comes after amber
        type(boxes[0], "40");
        type(boxes[1], "65");
        QCOMPARE(barColor(), lightColors().full);
        QTest::mouseClick(limits->findChild<QPushButton *>(), Qt::LeftButton);
        QCOMPARE(barColor(), lightColors().warn);
        QCOMPARE(GaugeLimitsWindow::kept(), GaugeLimits());
        limits->hide();
        QSettings().setValue(QStringLiteral("canvas/gaugeFilling"), 90); // over the other: nonsense
        QCOMPARE(GaugeLimitsWindow::kept(), GaugeLimits());
        QSettings().remove(QStringLiteral("canvas/gaugeFilling"));
    }

    void itemsHaveNoEffectsAndNoWidgetsInThem()
    {
        for (const QGraphicsItem *item : bench().scene().items()) {
            QVERIFY(!item->graphicsEffect());
            QVERIFY(!item->isWidget());
        }
    }

    void aRunIsDrawnInBothLooks()
    {
        StepGauge busy, waiting, failed;
        busy.state = StepState::Busy;
        busy.rate = QStringLiteral("12 400");
        busy.workers = 4;
        busy.busyWorkers = 3;
        waiting.state = StepState::Blocked;
        waiting.depth = 9;
        waiting.capacity = 10;
        waiting.workers = 12;
        waiting.busyWorkers = 5;
        waiting.limit = QStringLiteral("limits the run · 98 % busy");
        failed.state = StepState::Failed;
        failed.errors = QStringLiteral("3");
        bench().scene().setGauges({{"first", busy}, {"second", waiting}, {"third", failed}},
                                  {LinkGauge{6}, LinkGauge{2}});
        QVERIFY(savePicture(*bench().window, QStringLiteral("canvas-run-light")));
        bench().window->action("theme.dark")->trigger();
        bench().window->resize(1024, 700);
        QVERIFY(savePicture(*bench().window, QStringLiteral("canvas-run-dark-small")));
        const QImage card = view().viewport()->grab().toImage();
        const QPoint inside = view().mapFromScene(bench().item("second").pos() + QPointF(150, 35));
        QCOMPARE(card.pixelColor(inside), darkColors().card);
    }
};

} // namespace millrace::tst_view

QTEST_MAIN(millrace::tst_view::TestView)
#include "tst_view.moc"
