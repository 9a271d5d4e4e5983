// SPDX-License-Identifier: MIT
// What happens while a hand drags: keys, other edits, runs, the wheel, a loss of the focus.
#include "canvas/notes/NoteField.h"
#include "ui/editing/EditingBench.h"

namespace millrace::tst_drag {

class TestDrag : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        renewWithLoose("identity");
        bench().begin();
    }

    void aCardThatIsDeletedUnderTheHandIsLetGo()
    {
        holdLoose();
        bench().key(Qt::Key_Delete);
        QVERIFY(!bench().pipeline().step("loose") && !view().isHolding());
        bench().release(farther());
        QCOMPARE(bench().undoSteps(), size_t(1));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench().place("loose"), loose);
    }

    void anUndoThatMovesTheHeldCardLetsItGo()
    {
        bench().click(bench().grip("loose"));
        bench().key(Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(bench().place("loose"), loose + QPointF(0, grid::Step));
        holdLoose();
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!view().isHolding());
        QCOMPARE(bench().item("loose").pos(), loose);
        bench().release(farther());
        QCOMPARE(bench().place("loose"), loose);
    }

    void anUndoOfSomethingElseLeavesTheHeldCardInTheHand()
    {
        bench().click(bench().grip("source"));
        bench().key(Qt::Key_E);
        holdLoose();
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(view().isHolding());
        bench().release(farther());
        QVERIFY(bench().place("loose") != loose);
    }

    void aReleaseThatSomebodyElseGotIsNoticedByTheNextMove()
    {
        Note note;
        note.text = "Held";
        note.rect = {0, 280, 160, 80};
        bench().drawn.notes.push_back(note);
        bench().begin();
        bench().clickTwice({60, 300});
        QTRY_VERIFY(view().viewport()->findChild<NoteField *>());
        // The field leaves the press to the paper, and goes: Qt gives the release to nobody.
        bench().press({60, 300}, {}, Qt::MiddleButton);
        QTRY_VERIFY(!view().viewport()->findChild<NoteField *>());
        bench().release({60, 300});
        bench().moveTo({300, 400});
        QVERIFY(!view().isHolding());
        const QRectF before = view().visibleScene();
        bench().moveTo({360, 440});
        QCOMPARE(view().visibleScene(), before);
    }

    void aNoteThatTakesThePlaceOfTheHeldOneInTheListStays()
    {
        Note note;
        note.text = "First";
        note.rect = {0, 280, 120, 40};
        bench().drawn.notes.push_back(note);
        note.text = "Second";
        note.rect = {520, 280, 120, 40};
        bench().drawn.notes.push_back(note);
        bench().begin();
        bench().press({60, 300});
        bench().moveTo({80, 310});
        bench().moveTo({120, 320});
        bench().document().edit(QStringLiteral("without the first"), {},
                                [](Pipeline &pipeline) { pipeline.notes.erase(pipeline.notes.begin()); });
        QVERIFY(!view().isHolding());
        bench().release({120, 320});
        QCOMPARE(bench().pipeline().notes.size(), size_t(1));
        QCOMPARE(bench().pipeline().notes[0].rect, note.rect);
        QCOMPARE(bench().scene().notes()[0]->pos(), QPointF(520, 280));
    }

    void aFrameWhoseSizeIsUndoneUnderTheHandKeepsIt()
    {
        Frame frame;
        frame.text = "Frame";
        frame.rect = {500, 260, 200, 100};
        bench().drawn.frames.push_back(frame);
        bench().begin();
        bench().document().edit(QStringLiteral("wider"), {},
                                [](Pipeline &pipeline) { pipeline.frames[0].rect.width = 180; });
        bench().press({680, 320});
        bench().moveTo({640, 320});
        bench().moveTo({620, 320});
        QVERIFY(view().isHolding());
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!view().isHolding());
        bench().release({620, 320});
        QCOMPARE(bench().pipeline().frames[0].rect, frame.rect);
        QCOMPARE(bench().scene().frames()[0]->shownRect(), QRectF(500, 260, 200, 100));
    }

    void aLinkThatMeanwhileWouldCloseACycleIsNotDrawn()
    {
        bench().press(bench().output("middle"));
        bench().moveTo({400, 200});
        bench().moveTo(bench().grip("loose"));
        bench().document().edit(QStringLiteral("the other way"), {}, [](Pipeline &pipeline) {
            pipeline.links[0].fromStep = "loose"; // loose to middle
        });
        bench().release(bench().grip("loose"));
        QVERIFY(bench().isLinked("loose", "middle") && !bench().isLinked("middle", "loose"));
    }

    void aLinkWhoseStepIsUndoneIsLetGo()
    {
        bench().document().edit(QStringLiteral("more"), {}, [](Pipeline &pipeline) {
            PipelineStep step;
            step.id = "more";
            step.type = "generate";
            step.position = Position{520, 280};
            pipeline.steps.push_back(step);
        });
        bench().press(bench().output("more"));
        bench().moveTo({480, 260});
        bench().moveTo({440, 250});
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!view().isHolding());
        bench().release({440, 250});
        QVERIFY(!bench().quickAdd().isVisible());
        for (const StepItem *step : bench().scene().steps())
            QCOMPARE(step->look().hint, DropHint::None);
    }

    void keysThatAreForAnEmptyHandDoNothing()
    {
        holdLoose();
        const auto selected = bench().selection();
        for (const Qt::Key key : {Qt::Key_Tab, Qt::Key_Space, Qt::Key_Left, Qt::Key_L}) {
            bench().key(key);
            QVERIFY(!bench().quickAdd().isVisible());
            QVERIFY(view().isHolding());
        }
        QCOMPARE(bench().selection(), selected);
        bench().key(Qt::Key_Escape);
        QVERIFY(!view().isHolding());
        bench().release(farther());
        QCOMPARE(bench().undoSteps(), size_t(0));
        QCOMPARE(bench().item("loose").pos(), loose);
    }

    void theFocusThatGoesElsewhereEndsTheDrag()
    {
        holdLoose();
        bench().key(Qt::Key_F, Qt::ControlModifier); // the search takes it
        QVERIFY(!view().hasFocus());
        QVERIFY(!view().isHolding());
        QCOMPARE(bench().item("loose").pos(), loose);
        bench().release(farther());
        QCOMPARE(bench().undoSteps(), size_t(0));
        view().setFocus();
        bench().drag(bench().grip("loose"), bench().grip("loose") + QPointF(100, 40), Qt::AltModifier);
        QVERIFY(!view().isHolding()); // and the next one is a whole one
    }

    void theWheelMovesThePaperUnderWhatIsHeld()
    {
        holdLoose();
        const QPointF hand = farther();
        const QPoint pixel = bench().inWindow(hand);
        bench().wheel(hand, {0, 240});
        QVERIFY(view().isHolding());
        const QPointF now = view().mapToScene(view().viewport()->mapFrom(bench().window.get(), pixel));
        const QPointF held = bench().item("loose").pos() + QPointF(84, 60);
        QVERIFY(QLineF(now, held).length() < 1.5 * grid::Step); // snapped
        bench().wheel(now, {0, 240}, Qt::ShiftModifier | Qt::ControlModifier);
        bench().key(Qt::Key_Escape);
        QCOMPARE(bench().item("loose").pos(), loose);
    }

    void aRubberBandThatIsLeftGivesBackTheSelection()
    {
        bench().click(bench().grip("loose"));
        bench().press({-40, 30});
        bench().moveTo({100, 60});
        bench().moveTo({400, 120});
        QVERIFY(bench().selection().contains("middle"));
        bench().key(Qt::Key_Escape);
        QCOMPARE(bench().selection(), std::set<std::string>{"loose"});
        bench().release({400, 120});
    }

private:
    const QPointF loose{260, 280};

    QPointF farther() const { return loose + QPointF(84 + 60, 60 - 20); }
    void holdLoose()
    {
        bench().press(bench().grip("loose"));
        bench().moveTo(loose + QPointF(84 + 30, 60));
        bench().moveTo(farther());
        QVERIFY(view().isHolding());
        QVERIFY(bench().item("loose").pos() != loose);
    }
};

} // namespace millrace::tst_drag

QTEST_MAIN(millrace::tst_drag::TestDrag)
#include "tst_drag.moc"
