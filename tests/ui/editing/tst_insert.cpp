// SPDX-License-Identifier: MIT
// INTERACTION.md, "Links": steps that go into a link, and what makes room for them.
#include "ui/editing/EditingBench.h"

namespace millrace::tst_insert {

class TestInsert : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        renewWithLoose("filter");
        bench().put("other", "generate", 0, 280);
        bench().begin();
    }

    void aStepDroppedOnALinkIsInsertedIntoIt()
    {
        const QPointF onLink = (bench().output("source") + bench().input("middle")) / 2;
        bench().drag(bench().grip("loose"), onLink + QPointF(0, 8));
        QVERIFY(bench().isLinked("source", "loose"));
        QVERIFY(bench().isLinked("loose", "middle"));
        QVERIFY(!bench().isLinked("source", "middle"));
        QCOMPARE(bench().undoSteps(), size_t(1));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(bench().isLinked("source", "middle"));
        QCOMPARE(bench().place("loose"), QPointF(260, 280));
    }

    void notesAndFramesMakeRoomWithTheStepsTheyLieAmong()
    {
        const auto addNote = [&](const char *text, Rectangle rect) {
            Note note;
            note.text = text;
            note.rect = rect;
            bench().drawn.notes.push_back(note);
        };
        const QPointF middle = bench().place("middle"), source = bench().place("source"), sink = bench().place("sink");
        addNote("Below what feeds the link", {source.x(), source.y() + 110, 140, 40});
        addNote("Below what it feeds", {middle.x() + 10, middle.y() - 60, 140, 40});
        addNote("In the frame, far from every card", {sink.x() + 300, sink.y() + 200, 100, 40});
        const auto addFrame = [&](Rectangle rect) {
            Frame frame;
            frame.text = "Frame";
            frame.rect = rect;
            bench().drawn.frames.push_back(frame);
        };
        addFrame({source.x() - 20, source.y() - 80, middle.x() + 190 - source.x(), 240});
        addFrame({sink.x() - 20, sink.y() - 40, 460, 300});
        bench().begin(0.5);
        bench().drag(bench().grip("loose"), (bench().output("source") + bench().input("middle")) / 2 + QPointF(0, 8));
        QVERIFY(bench().isLinked("source", "loose") && bench().isLinked("loose", "middle"));
        const double shift = bench().place("middle").x() - middle.x();
        QVERIFY(shift > 0);
        QCOMPARE(bench().place("sink") - sink, QPointF(shift, 0));
        for (const char *id : {"source", "middle", "sink", "other"})
            QVERIFY2(!bench().item(id).drawnCard().intersects(bench().item("loose").drawnCard()), id);
        const auto &notes = bench().pipeline().notes;
        QCOMPARE(notes[0].rect, bench().drawn.notes[0].rect);
        QCOMPARE(notes[1].rect.x, middle.x() + 10 + shift);
        QCOMPARE(notes[2].rect.x, sink.x() + 300 + shift);
        const auto &frames = bench().pipeline().frames;
        QCOMPARE(frames[0].rect.x, source.x() - 20);
        QCOMPARE(frames[0].rect.width, middle.x() + 190 - source.x() + shift);
        QCOMPARE(frames[1].rect.x, sink.x() - 20 + shift);
        QCOMPARE(frames[1].rect.width, 460.0);
        QCOMPARE(bench().undoSteps(), size_t(1));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().notes[1].rect, bench().drawn.notes[1].rect);
        QCOMPARE(bench().pipeline().frames[0].rect, bench().drawn.frames[0].rect);
    }

    void whatMakesRoomGlidesAndIsOneUndoStep()
    {
        Frame frame;
        frame.text = "Around what moves and what stays";
        frame.rect = {240, 40, 500, 200};
        Note note;
        note.text = "Above what moves";
        note.rect = {530, 20, 140, 40};
        bench().put("stays", "identity", 260, 140);
        bench().drawn.frames.push_back(frame);
        bench().drawn.notes.push_back(note);
        bench().begin(0.5);
        const auto pos = [this](const char *id) { return bench().item(id).pos(); };
        const QPointF sink = pos("sink");
        bench().glideSlowly();
        bench().drag(bench().grip("loose"), (bench().output("source") + bench().input("middle")) / 2 + QPointF(0, 8));
        QVERIFY(bench().isLinked("loose", "middle"));
        QVERIFY(bench().place("sink").x() > sink.x());
        // On their way.
        const CanvasScene &scene = bench().scene();
        QVERIFY(pos("sink").x() < bench().place("sink").x());
        QVERIFY(pos("loose") != bench().place("loose"));
        QVERIFY(scene.frames()[0]->shownRect().width() < scene.frames()[0]->view().rect.width());
        QVERIFY(scene.notes()[0]->pos().x() < scene.notes()[0]->view().rect.x());
        bench().scene().glide().settle();
        QCOMPARE(pos("sink"), bench().place("sink"));
        QCOMPARE(pos("loose"), bench().place("loose"));
        QCOMPARE(scene.frames()[0]->shownRect(), scene.frames()[0]->view().rect);
        QCOMPARE(scene.notes()[0]->pos(), scene.notes()[0]->view().rect.topLeft());
        QCOMPARE(bench().undoSteps(), size_t(1));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(pos("sink"), sink);
    }

    void aHandThatTakesACardDuringTheGlideHoldsItWhereItBelongs()
    {
        bench().glideSlowly();
        bench().drag(bench().grip("loose"), (bench().output("source") + bench().input("middle")) / 2 + QPointF(0, 8));
        const QPointF sink = bench().place("sink");
        QVERIFY(bench().item("sink").pos() != sink);
        bench().press({360, 330});
        QCOMPARE(bench().item("sink").pos(), sink);
        bench().release({360, 330});
    }

    void otherBranchesInTheWayMakeRoomToo()
    {
        // Right of what moves, in its row, stands a branch that isn't linked to it; in a frame, with a note of its own.
        bench().put("branch", "identity", 780, 80);
        bench().put("branchEnd", "discard", 1000, 200);
        bench().put("away", "discard", 780, 400);
        bench().link("other", "branch");
        bench().link("branch", "branchEnd");
        Frame frame;
        frame.text = "The other branch";
        frame.rect = {760, 20, 440, 300};
        bench().drawn.frames.push_back(frame);
        Note note;
        note.text = "On its own";
        note.rect = {1240, 100, 140, 40};
        bench().drawn.notes.push_back(note);
        bench().begin(0.5);
        bench().drag(bench().grip("loose"), (bench().output("source") + bench().input("middle")) / 2 + QPointF(0, 8));
        QVERIFY(bench().isLinked("loose", "middle"));
        const double shift = bench().place("sink").x() - 520;
        QVERIFY(shift > 0);
        QCOMPARE(bench().place("branch"), QPointF(780 + shift, 80));
        QCOMPARE(bench().place("branchEnd"), QPointF(1000 + shift, 200));
        QCOMPARE(bench().pipeline().frames[0].rect.x, 760 + shift);
        QCOMPARE(bench().pipeline().frames[0].rect.width, 440.0);
        QCOMPARE(bench().pipeline().notes[0].rect.x, 1240 + shift);
        QCOMPARE(bench().place("away"), QPointF(780, 400)); // in nobody's way
        QCOMPARE(bench().place("other"), QPointF(0, 280));  // feeds it, and stays
        QVERIFY(savePicture(*bench().window, QStringLiteral("room-for-an-inserted-step")));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().steps, bench().drawn.steps);
        QCOMPARE(bench().pipeline().frames, bench().drawn.frames);
        QCOMPARE(bench().pipeline().notes, bench().drawn.notes);
    }

    void aTypeFromThePaletteDroppedOnALinkIsInsertedIntoIt()
    {
        QMimeData data;
        data.setData(QLatin1String(StepMimeType), "identity");
        QVERIFY(bench().drop(data, (bench().output("source") + bench().input("middle")) / 2));
        QVERIFY(bench().isLinked("source", "identity"));
        QVERIFY(bench().isLinked("identity", "middle"));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void whatIsAddedWhileALinkIsSelectedIsInsertedIntoIt()
    {
        bench().click(bench().grip("middle"));
        bench().key(Qt::Key_L, Qt::AltModifier);
        bench().key(Qt::Key_Tab);
        QVERIFY(bench().quickAdd().isVisible());
        QVERIFY(bench().offered().contains(QLatin1String("filter")));
        QVERIFY(!bench().offered().contains(QLatin1String("generate")));
        QVERIFY(!bench().offered().contains(QLatin1String("discard")));
        QTest::keyClicks(&bench().search(), QStringLiteral("filter"));
        QTest::keyClick(&bench().search(), Qt::Key_Return);
        QCOMPARE(bench().selection().size(), size_t(1));
        const std::string added = *bench().selection().begin();
        QVERIFY(bench().isLinked("source", added) && bench().isLinked(added, "middle"));
        QVERIFY(!bench().isLinked("source", "middle"));
        QCOMPARE(bench().undoSteps(), size_t(1));
        // Between the two was no room: what comes later has made it.
        QCOMPARE(bench().place(added).y(), bench().place("source").y());
        QVERIFY(bench().place("source").x() < bench().place(added).x());
        QVERIFY(bench().place(added).x() < bench().place("middle").x());
        QCOMPARE(bench().place("sink") - bench().place("middle"), QPointF(260, 0));
        QCOMPARE(bench().place("loose"), QPointF(260, 280));
        for (const char *id : {"source", "middle", "loose", "other"})
            QVERIFY2(!bench().item(id).drawnCard().intersects(bench().item(added).drawnCard()), id);
    }
};

} // namespace millrace::tst_insert

QTEST_MAIN(millrace::tst_insert::TestInsert)
#include "tst_insert.moc"
