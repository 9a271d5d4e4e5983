// SPDX-License-Identifier: MIT
// INTERACTION.md, "Select and move", line by line.
#include "ui/editing/EditingBench.h"

#include "inspector/InspectorPanel.h"

#include <QGuiApplication>
#include <QPointer>

namespace millrace::tst_select {

class TestSelect : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        renewWithRow();
        bench().put("below", "identity", 240, 320);
        bench().begin();
    }

    void aClickSelects()
    {
        bench().click(bench().grip("second"));
        QCOMPARE(bench().selection(), StepIds{"second"});
        bench().click(bench().grip("third"));
        QCOMPARE(bench().selection(), StepIds{"third"});
        bench().click({420, 280});
        QCOMPARE(bench().selection(), StepIds{});
        bench().click({204, 202}); // the link between first and second
        QCOMPARE(bench().scene().selectedLinks().size(), size_t(1));
        QCOMPARE(bench().undoSteps(), size_t(0));
    }

    void aClickOnOneOfSeveralSelectsItAlone()
    {
        bench().key(Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(bench().selection().size(), size_t(4));
        bench().click(bench().grip("second"));
        QCOMPARE(bench().selection(), StepIds{"second"});
    }

    void enterGoesToTheSettingsOfTheStepAndEscapeBack()
    {
        const auto *panel = bench().window->findChild<InspectorPanel *>();
        for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter}) {
            bench().scene().select({"second"});
            view().setFocus();
            bench().key(key);
            const auto *name = qobject_cast<QLineEdit *>(QApplication::focusWidget());
            QVERIFY(name && panel->isAncestorOf(name));
            QCOMPARE(name->accessibleName(), QStringLiteral("Name of the step"));
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
            QVERIFY(view().hasFocus());
            QCOMPARE(bench().selection(), StepIds{"second"});
        }
        // A hidden panel comes for it.
        bench().window->action("view.inspector")->trigger();
        QVERIFY(!panel->isVisible());
        bench().key(Qt::Key_Return);
        QVERIFY(panel->isVisible() && panel->isAncestorOf(QApplication::focusWidget()));
        QVERIFY(bench().window->action("view.inspector")->isChecked());
        view().setFocus();
        bench().scene().clearSelection();
        bench().key(Qt::Key_Return);
        // With nothing selected they are the pipeline's.
        const auto *name = qobject_cast<QLineEdit *>(QApplication::focusWidget());
        QVERIFY(name && panel->isAncestorOf(name));
        QCOMPARE(name->accessibleName(), QStringLiteral("Name of the pipeline"));
    }

    void enterOfTheCanvasOwnWorkStaysThere()
    {
        bench().scene().select({"second"});
        view().setFocus();
        bench().key(Qt::Key_F2);
        QPointer<QWidget> field = QApplication::focusWidget();
        QVERIFY(field && view().isAncestorOf(field) && field != &view());
        QTest::keyClicks(field, QStringLiteral("renamed"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(bench().pipeline().step("second")->name, std::string("renamed"));
        QTRY_VERIFY(view().hasFocus());
        bench().key(Qt::Key_L);
        bench().key(Qt::Key_Down);
        bench().key(Qt::Key_Return);
        QVERIFY(view().hasFocus());
        QVERIFY(bench().isLinked("second", "below"));
    }

    void aTremblingClickMovesNothing()
    {
        bench().drag(bench().grip("second"), bench().grip("second") + QPointF(2, 2));
        QCOMPARE(bench().selection(), StepIds{"second"});
        QCOMPARE(bench().undoSteps(), size_t(0));
    }

    void ctrlClickToggles()
    {
        bench().click(bench().grip("first"));
        bench().click(bench().grip("third"), Qt::ControlModifier);
        QCOMPARE(bench().selection(), (StepIds{"first", "third"}));
        bench().click(bench().grip("first"), Qt::ControlModifier);
        QCOMPARE(bench().selection(), StepIds{"third"});
    }

    void aDragOnTheEmptyCanvasIsARubberBand()
    {
        bench().press({-20, 140});
        bench().moveTo({200, 200});
        bench().moveTo({430, 280});
        QCOMPARE(bench().selection(), (StepIds{"first", "second"}));
        QVERIFY(savePicture(view(), QStringLiteral("rubber-band")));
        bench().release({430, 280});
        QCOMPARE(bench().selection(), (StepIds{"first", "second"}));
        QCOMPARE(bench().scene().selectedLinks().size(), size_t(1));
        bench().drag({470, 140}, {680, 280}, Qt::ControlModifier);
        QCOMPARE(bench().selection(), (StepIds{"first", "second", "third"}));
    }

    void escClearsTheSelection()
    {
        bench().click(bench().grip("first"));
        bench().key(Qt::Key_Escape);
        QCOMPARE(bench().selection(), StepIds{});
    }

    void escGivesUpADragAndPutsEverythingBack()
    {
        bench().press(bench().grip("below"));
        bench().moveTo(bench().grip("below") + QPointF(50, 50));
        bench().moveTo({500, 400});
        QVERIFY(bench().item("below").pos() != QPointF(240, 320));
        bench().key(Qt::Key_Escape);
        QCOMPARE(bench().item("below").pos(), QPointF(240, 320));
        bench().release({500, 400});
        QCOMPARE(bench().undoSteps(), size_t(0));
    }

    void aNewDrawingDuringADragLeavesTheCardUnderTheHand()
    {
        const QPointF from = bench().grip("below");
        bench().press(from);
        bench().moveTo(from + QPointF(60, 60));
        const QPointF held = bench().item("below").pos();
        QCOMPARE(held, QPointF(300, 380));
        // As when a check ends that an earlier edit has begun: the card shows something new.
        bench().document().edit(QStringLiteral("other"), {},
                                [](Pipeline &pipeline) { pipeline.step("below")->workers = 3; });
        QCOMPARE(bench().item("below").view().workers, 3);
        QCOMPARE(bench().item("below").pos(), held);
        bench().release(from + QPointF(60, 60));
        QCOMPARE(bench().place("below"), held);
    }

    void whatIsDraggedIsAboveWhatItIsDraggedOver()
    {
        bench().press(bench().grip("first"));
        bench().moveTo(bench().grip("second"));
        QVERIFY(bench().item("first").zValue() > bench().item("second").zValue());
        bench().key(Qt::Key_Escape);
        bench().release(bench().grip("second"));
    }

    void movesSnapToTheGrid()
    {
        const QPointF from = bench().grip("below");
        bench().drag(from, from + QPointF(-113, 27));
        QCOMPARE(bench().place("below"), QPointF(120, 340));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void movesSnapToNeighboursEdgesWithGuideLines()
    {
        bench().document().edit(QStringLiteral("aside"), {}, [](Pipeline &pipeline) {
            pipeline.step("second")->position = Position{247, 160};
        });
        QCOMPARE(bench().item("below").pos().x(), 240.0);
        const QPointF from = bench().grip("below");
        bench().press(from);
        bench().moveTo(from + QPointF(3, 30));
        bench().moveTo(from + QPointF(4, 40));
        QCOMPARE(bench().item("below").pos().x(), 247.0);
        // A guide line in the accent colour along the edge, between the two cards.
        const QImage picture = view().viewport()->grab().toImage();
        const QPoint between = view().mapFromScene(QPointF(247, 300));
        bool hasGuide = false;
        for (int by = -1; by <= 1; ++by)
            hasGuide =
                hasGuide
                || bluer(picture.pixelColor(between + QPoint(by, 0)), picture.pixelColor(between + QPoint(6, 0)));
        QVERIFY(savePicture(view(), QStringLiteral("snapping")));
        QVERIFY(hasGuide);
        bench().release(from + QPointF(4, 40));
        QCOMPARE(bench().place("below").x(), 247.0);
    }

    void altSuspendsSnapping()
    {
        const QPointF from = bench().grip("below");
        bench().press(from);
        bench().moveTo(from + QPointF(20, 20), Qt::AltModifier);
        bench().moveTo(from + QPointF(33, 27), Qt::AltModifier);
        bench().release(from + QPointF(33, 27), Qt::AltModifier);
        QCOMPARE(bench().place("below"), QPointF(273, 347));
        QCOMPARE(bench().pipeline().steps.size(), size_t(4));
    }

    void altDragDuplicates()
    {
        bench().click(bench().grip("first"));
        bench().click(bench().grip("second"), Qt::ControlModifier);
        bench().drag(bench().grip("second"), bench().grip("second") + QPointF(0, 200), Qt::AltModifier);
        QCOMPARE(bench().pipeline().steps.size(), size_t(6));
        QCOMPARE(bench().place("second"), QPointF(240, 160));
        QCOMPARE(bench().place("second2"), QPointF(240, 360));
        QVERIFY(bench().isLinked("first2", "second2"));
        QCOMPARE(bench().selection(), (StepIds{"first2", "second2"}));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void ctrlDragDuplicatesForDesktopsThatKeepAltDrag()
    {
        bench().click(bench().grip("first"));
        bench().click(bench().grip("second"), Qt::ControlModifier);
        bench().drag(bench().grip("second"), bench().grip("second") + QPointF(0, 200), Qt::ControlModifier);
        QCOMPARE(bench().pipeline().steps.size(), size_t(6));
        QCOMPARE(bench().place("first"), QPointF(0, 160));
        QCOMPARE(bench().place("second"), QPointF(240, 160));
        QCOMPARE(bench().place("second2"), QPointF(240, 360));
        QVERIFY(bench().isLinked("first2", "second2"));
        QCOMPARE(bench().selection(), (StepIds{"first2", "second2"}));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void ctrlDuringADragDecidesWhenTheHandLetsGo()
    {
        const QPointF from = bench().grip("second"), to = from + QPointF(0, 200);
        bench().press(from);
        bench().moveTo(from + QPointF(0, 100));
        QCOMPARE(bench().item("second").pos(), QPointF(240, 260));
        bench().moveTo(to, Qt::ControlModifier);
        QCOMPARE(bench().item("second").pos(), QPointF(240, 160)); // the original is back, an outline is dragged
        QCOMPARE(view().viewport()->cursor().shape(), Qt::DragCopyCursor);
        bench().release(to);
        QCOMPARE(bench().place("second"), QPointF(240, 360));
        QCOMPARE(bench().pipeline().steps.size(), size_t(4));
        QCOMPARE(view().viewport()->cursor().shape(), Qt::ArrowCursor);
    }

    void ctrlDDuplicates()
    {
        bench().click(bench().grip("second"));
        bench().key(Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().steps.size(), size_t(5));
        QCOMPARE(bench().selection(), StepIds{"second2"});
        QVERIFY(bench().place("second2") != bench().place("second"));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void arrowsGoToTheNearestStepInThatDirection()
    {
        bench().click(bench().grip("first"));
        bench().key(Qt::Key_Right);
        QCOMPARE(bench().selection(), StepIds{"second"});
        bench().key(Qt::Key_Down);
        QCOMPARE(bench().selection(), StepIds{"below"});
        bench().key(Qt::Key_Up);
        bench().key(Qt::Key_Right);
        QCOMPARE(bench().selection(), StepIds{"third"});
        bench().key(Qt::Key_Left);
        QCOMPARE(bench().selection(), StepIds{"second"});
        QCOMPARE(bench().undoSteps(), size_t(0));
    }

    void ctrlArrowsNudge()
    {
        bench().click(bench().grip("second"));
        bench().key(Qt::Key_Down, Qt::ControlModifier);
        bench().key(Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(bench().place("second"), QPointF(260, 180));
        QCOMPARE(bench().undoSteps(), size_t(1)); // a gesture
    }

    void everyMoveIsUndoable()
    {
        bench().drag(bench().grip("second"), bench().grip("second") + QPointF(60, -80));
        bench().drag(bench().grip("third"), bench().grip("third") + QPointF(60, -80));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench().item("third").pos(), QPointF(480, 160));
        QVERIFY(bench().item("second").pos() != QPointF(240, 160));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench().item("second").pos(), QPointF(240, 160));
        bench().key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        bench().key(Qt::Key_Y, Qt::ControlModifier);
        QVERIFY(bench().item("third").pos() != QPointF(480, 160));
    }

    void upstreamDownstreamAndConnectedAreSelected()
    {
        bench().click(bench().grip("second"));
        bench().key(Qt::Key_Left, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(bench().selection(), (StepIds{"first", "second"}));
        bench().click(bench().grip("second"));
        bench().key(Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(bench().selection(), (StepIds{"second", "third"}));
        bench().click(bench().grip("second"));
        bench().key(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(bench().selection(), (StepIds{"first", "second", "third"}));
    }

private:
    /// Nearer to the accent colour than the paper.
    static bool bluer(const QColor &line, const QColor &paper)
    {
        return paper.red() - line.red() > 40 && line.blue() - line.red() > paper.blue() - paper.red() + 20;
    }
};

} // namespace millrace::tst_select

QTEST_MAIN(millrace::tst_select::TestSelect)
#include "tst_select.moc"
