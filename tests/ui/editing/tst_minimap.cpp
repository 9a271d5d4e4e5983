// SPDX-License-Identifier: MIT
// INTERACTION.md, "View": the minimap, and what gives way to it and it to.
#include "ui/editing/EditingBench.h"

#include "canvas/minimap/Minimap.h"

#include <cstdlib>

namespace millrace::tst_minimap {

class TestMinimap : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        renewWithRow();
        // There is more than is in view, as much on either side.
        bench().put("left", "discard", -3000, 160);
        bench().put("right", "discard", 3720 - StepGeometry::Width, 160);
        bench().begin();
    }

    void theMinimapShowsStatusColours()
    {
        const QImage before = map().grab().toImage();
        StepGauge failed;
        failed.state = StepState::Failed;
        bench().scene().setGauges({{"second", failed}}, {});
        QTRY_VERIFY(map().grab().toImage() != before);
    }

    void draggingTheMinimapsFrameTravels()
    {
        // Taken a little beside its middle, the frame doesn't jump.
        const QPointF before = view().visibleScene().center();
        const QPoint from(map().width() / 2 + 5, map().height() / 2);
        QTest::mousePress(&map(), Qt::LeftButton, {}, from);
        QVERIFY(QLineF(before, view().visibleScene().center()).length() < 2);
        QMouseEvent move(QEvent::MouseMove, from + QPoint(20, 0), map().mapToGlobal(from + QPoint(20, 0)), Qt::NoButton,
                         Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&map(), &move);
        QTest::mouseRelease(&map(), Qt::LeftButton, {}, from + QPoint(20, 0));
        QVERIFY(view().visibleScene().center().x() > before.x() + 60);
        QVERIFY(std::abs(view().visibleScene().center().y() - before.y()) < 2);
    }

    void theMinimapCanBeSwitchedOff()
    {
        QVERIFY(map().isVisible());
        bench().window->action("view.minimap")->trigger();
        QVERIFY(!map().isVisible());
        QVERIFY(!QSettings().value(QStringLiteral("canvas/minimap")).toBool());
    }

    void onASmallCanvasTheMinimapIsSmallerAndGivesWayToCards()
    {
        const QSize large = map().size();
        bench().window->resize(640, 480);
        QCoreApplication::processEvents();
        QTRY_VERIFY(map().width() < large.width() && map().height() < large.height());
        const QPointF corner = view().mapToScene(map().geometry().center());
        bench().document().edit(QStringLiteral("away"), {}, [&](Pipeline &pipeline) {
            for (PipelineStep &step : pipeline.steps)
                step.position = Position{corner.x() - 5000, corner.y()};
        });
        QTRY_VERIFY(!map().isFolded());
        bench().document().edit(QStringLiteral("below the map"), {}, [&](Pipeline &pipeline) {
            pipeline.steps[0].position = Position{corner.x() - 84, corner.y() - 48};
        });
        QTRY_VERIFY(map().isFolded());
        QVERIFY(view().isMinimapShown()); // as the person wants it
        view().panBy({0, -300});
        QVERIFY(!map().isFolded());
        view().panBy({0, 300});
        QTRY_VERIFY(map().isFolded());
        QVERIFY(savePicture(*bench().window, QStringLiteral("minimap-small")));
        bench().window->resize(1440, 900);
        QTRY_VERIFY(!map().isFolded());
        QTRY_COMPARE(map().size(), large);
    }

    void overCardsTheMinimapFoldsWhenThePaperRestsAndUnfoldsUnderThePointer()
    {
        const QRect open = map().geometry();
        const QPointF corner = view().mapToScene(open.topLeft() + QPoint(30, 30));
        bench().document().edit(QStringLiteral("below the map"), {}, [&](Pipeline &pipeline) {
            pipeline.steps[2].position = Position{corner.x() - 90, corner.y() - 70};
        });
        QTRY_VERIFY(map().isFolded());
        QVERIFY(map().isVisible());
        QCOMPARE(map().size(), Minimap::FoldedSize);
        QVERIFY(!view().mapFromScene(bench().item("third").card()).boundingRect().intersects(map().geometry()));
        // The card is there for the hand.
        bench().click(corner);
        QCOMPARE(bench().selection(), StepIds{"third"});
        QVERIFY(savePicture(*bench().window, QStringLiteral("minimap-folded")));
        // Over a card it is still seen, in both looks.
        for (const bool isDark : {false, true}) {
            bench().window->action(isDark ? "theme.dark" : "theme.light")->trigger();
            const QColor edge = map().grab().toImage().pixelColor(Minimap::FoldedSize.width() / 2, 0);
            const QColor card = isDark ? darkColors().card : lightColors().card;
            QVERIFY2(std::abs(edge.lightness() - card.lightness()) > 40, qPrintable(edge.name()));
        }
        // While one travels, the whole is shown.
        view().panBy({-1, 0});
        QVERIFY(!map().isFolded());
        QTRY_VERIFY(map().isFolded());
        const QPointF sign = view().mapToScene(map().geometry().center());
        bench().moveTo(sign);
        QTRY_VERIFY(!map().isFolded());
        QCOMPARE(map().geometry(), open);
        bench().moveTo({100, 0});
        QTRY_VERIFY(map().isFolded());
    }

    void whereAllIsInViewThereIsNoMinimap()
    {
        QVERIFY(map().isVisible());
        bench().key(Qt::Key_1, Qt::ControlModifier);
        QVERIFY(!map().isVisible());
        QVERIFY(view().isMinimapShown()); // as the person wants it
        bench().key(Qt::Key_0, Qt::ControlModifier);
        QVERIFY(map().isVisible());
        bench().document().edit(QStringLiteral("near"), {}, [&](Pipeline &pipeline) { pipeline.steps.resize(3); });
        QTRY_VERIFY(!map().isVisible());
        view().panBy({-2000, 0}); // lost
        QVERIFY(map().isVisible());
    }

    void fittingTheSelectionLeavesNoCardUnderTheMinimap()
    {
        // So wide, and so high, that the whole canvas would be needed.
        for (const QPointF last : {QPointF(2400, 1500), QPointF(900, 1500), QPointF(2400, 300), QPointF(700, 420)}) {
            bench().document().edit(QStringLiteral("spread"), {}, [&](Pipeline &pipeline) {
                pipeline.steps[0].position = Position{0, 0};
                pipeline.steps[1].position = Position{last.x() / 2, last.y()};
                pipeline.steps[2].position = Position{last.x(), last.y()};
            });
            bench().scene().select({"first", "second", "third"});
            bench().key(Qt::Key_2, Qt::ControlModifier);
            QVERIFY(map().isVisible());
            for (const char *id : {"first", "second", "third"}) {
                const QRect card = view().mapFromScene(bench().item(id).card()).boundingRect();
                QVERIFY2(!card.intersects(map().geometry()), id);
                QVERIFY2(view().viewport()->rect().contains(card), id);
            }
        }
        QVERIFY(savePicture(*bench().window, QStringLiteral("fit-beside-the-minimap")));
    }

    void theMinimapGivesWayToWhatAHandCarries()
    {
        const QPointF corner = view().mapToScene(map().geometry().center());
        bench().press(bench().grip("second"));
        bench().moveTo(bench().grip("second") + QPointF(40, 0));
        QVERIFY(map().isVisible());
        bench().moveTo(corner);
        QVERIFY(!map().isVisible());
        bench().release(corner);
        QVERIFY(map().isVisible());
        // The step stands where it was let go, below the minimap; a key shows it again.
        QVERIFY(bench().place("second").x() > 500);
        bench().press(bench().grip("first"));
        bench().moveTo(corner);
        QVERIFY(!map().isVisible());
        bench().key(Qt::Key_Escape);
        QVERIFY(map().isVisible());
    }

private:
    Minimap &map() { return *view().findChild<Minimap *>(); }
};

} // namespace millrace::tst_minimap

QTEST_MAIN(millrace::tst_minimap::TestMinimap)
#include "tst_minimap.moc"
