// SPDX-License-Identifier: MIT
// INTERACTION.md, "Links", line by line.
#include "ui/editing/EditingBench.h"

#include <QLabel>

namespace millrace {

class TestLinks : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        renew();
        bench().put("source", "generate", 0, 80);
        bench().put("other", "generate", 0, 280);
        bench().put("middle", "filter", 260, 80);
        bench().put("sink", "discard", 520, 80);
        bench().put("loose", "identity", 260, 280);
        bench().link("source", "middle");
        bench().link("middle", "sink");
        bench().begin();
    }

    void aLinkIsDrawnFromItsOutput()
    {
        bench().drag(bench().output("other"), bench().input("loose"));
        QVERIFY(bench().isLinked("other", "loose"));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void aLinkIsDrawnFromItsInput()
    {
        bench().drag(bench().input("loose"), bench().output("other"));
        QVERIFY(bench().isLinked("other", "loose"));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void fittingStepsLightUpAndOthersFadeAndSayWhyNot()
    {
        bench().press(bench().output("other"));
        bench().moveTo({220, 320});
        QCOMPARE(bench().item("loose").look().hint, DropHint::Fits);
        QCOMPARE(bench().item("source").look().hint, DropHint::Refused);
        bench().moveTo(bench().grip("loose"));
        QCOMPARE(bench().item("loose").look().hint, DropHint::Target);
        QVERIFY(savePicture(view(), QStringLiteral("drawing-a-link")));
        bench().moveTo(bench().grip("source"));
        QVERIFY2(bench().told().contains(QLatin1String("is a source: it has no input")), qPrintable(bench().told()));
        const auto *reason = view().findChild<QLabel *>(QStringLiteral("canvasReason"));
        QVERIFY(reason->isVisible());
        QCOMPARE(reason->text(), bench().told());
        QVERIFY(view().rect().contains(reason->geometry()));
        QVERIFY(savePicture(view(), QStringLiteral("link-refused")));
        bench().moveTo({220, 320});
        QVERIFY(!reason->isVisible() && bench().told().isEmpty());
        bench().moveTo(bench().grip("source"));
        QVERIFY(reason->isVisible());
        bench().release(bench().grip("source"));
        QVERIFY(!reason->isVisible());
        QCOMPARE(bench().item("loose").look().hint, DropHint::None);
        QCOMPARE(bench().undoSteps(), size_t(0));
    }

    void theWholeCardIsADropZone()
    {
        bench().drag(bench().output("other"), bench().item("loose").card().bottomRight() - QPointF(6, 6));
        QVERIFY(bench().isLinked("other", "loose"));
    }

    void droppedOnTheEmptyCanvasItOpensQuickAddWithWhatFits()
    {
        bench().drag(bench().output("other"), {300, 460});
        QVERIFY(bench().quickAdd().isVisible());
        const QStringList offered = bench().offered();
        QVERIFY(offered.contains(QLatin1String("identity")));
        QVERIFY(!offered.contains(QLatin1String("generate")));
        QTest::keyClicks(&bench().search(), QStringLiteral("discard"));
        QTest::keyClick(&bench().search(), Qt::Key_Return);
        QVERIFY(bench().isLinked("other", "discard"));
        QCOMPARE(bench().undoSteps(), size_t(1));
        QCOMPARE(bench().selection(), StepIds{"discard"});
    }

    void droppedFromAnInputItOffersWhatHasAnOutput()
    {
        bench().drag(bench().input("loose"), {120, 460});
        QVERIFY(bench().quickAdd().isVisible());
        QVERIFY(!bench().offered().contains(QLatin1String("discard")));
        QTest::keyClicks(&bench().search(), QStringLiteral("generate"));
        QTest::keyClick(&bench().search(), Qt::Key_Return);
        QVERIFY(bench().isLinked("generate", "loose"));
    }

    void droppedOnATakenSingleInputItReplacesItInOneUndoStep()
    {
        bench().drag(bench().output("other"), bench().grip("middle"));
        QVERIFY(bench().isLinked("other", "middle"));
        QVERIFY(!bench().isLinked("source", "middle"));
        QCOMPARE(bench().undoSteps(), size_t(1));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(bench().isLinked("source", "middle"));
        QVERIFY(!bench().isLinked("other", "middle"));
    }

    void aLinksEndIsReroutedFromItsPort()
    {
        bench().drag(bench().input("middle"), bench().grip("loose"));
        QVERIFY(bench().isLinked("source", "loose"));
        QVERIFY(!bench().isLinked("source", "middle"));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void aLinksEndIsReroutedFromBesideItsPort()
    {
        // Its beginning: a little right of the output, where the link is in the hand and not the port.
        const QPointF near = bench().output("source") + QPointF(22, 0);
        bench().drag(near, bench().output("other"));
        QVERIFY(bench().isLinked("other", "middle"));
        QVERIFY(!bench().isLinked("source", "middle"));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void aClickOnATakenPortLeavesItsLink()
    {
        bench().click(bench().input("middle"));
        QVERIFY(bench().isLinked("source", "middle"));
        bench().click(bench().input("middle") - QPointF(20, 0));
        QVERIFY(bench().isLinked("source", "middle"));
        QCOMPARE(bench().scene().selectedLinks().size(), size_t(1));
        QCOMPARE(bench().undoSteps(), size_t(0));
    }

    void aLinksEndIsPulledOff()
    {
        bench().drag(bench().input("middle"), {240, 460});
        QVERIFY(!bench().isLinked("source", "middle"));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void aStepThatGoesWhileALinkIsDrawnToItIsNoTarget()
    {
        bench().press(bench().output("other"));
        bench().moveTo({220, 320});
        bench().moveTo(bench().grip("loose"));
        bench().document().edit(QStringLiteral("gone"), {},
                                [](Pipeline &pipeline) { removeSteps(pipeline, {"loose"}); });
        bench().release({344, 340});
        QVERIFY(bench().pipeline().step("loose") == nullptr);
        QCOMPARE(bench().pipeline().links.size(), size_t(2));
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

    void ctrlDeleteRemovesAStepAndReconnectsItsNeighbours()
    {
        bench().click(bench().grip("middle"));
        bench().key(Qt::Key_Delete, Qt::ControlModifier);
        QVERIFY(bench().pipeline().step("middle") == nullptr);
        QVERIFY(bench().isLinked("source", "sink"));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void deleteRemovesASelectedLink()
    {
        bench().click((bench().output("source") + bench().input("middle")) / 2);
        bench().key(Qt::Key_Delete);
        QVERIFY(!bench().isLinked("source", "middle"));
        QCOMPARE(bench().pipeline().steps.size(), size_t(5));
    }

    void aLinkIsDrawnByKeys()
    {
        bench().click(bench().grip("other"));
        bench().key(Qt::Key_L);
        QVERIFY(bench().told().contains(QLatin1String("Enter links")));
        QCOMPARE(bench().item("loose").look().hint, DropHint::Target);
        bench().key(Qt::Key_Up);
        QCOMPARE(bench().item("middle").look().hint, DropHint::Target);
        bench().key(Qt::Key_Left);
        const auto *reason = view().findChild<QLabel *>(QStringLiteral("canvasReason"));
        QVERIFY(reason->isVisible() && reason->text().contains(QLatin1String("is a source")));
        bench().key(Qt::Key_Right);
        QVERIFY(!reason->isVisible());
        bench().key(Qt::Key_Down);
        bench().key(Qt::Key_Return);
        QVERIFY(bench().isLinked("other", "loose"));
        QCOMPARE(bench().item("loose").look().hint, DropHint::None);
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void lOnceMoreTakesTheNextOutputAndTheErrorPortLast()
    {
        bench().document().edit(QStringLiteral("a filter"), {},
                                [](Pipeline &pipeline) { pipeline.step("other")->type = "filter"; });
        bench().click(bench().grip("other"));
        QCOMPARE(bench().item("other").view().outputs.size(), size_t(2));
        bench().key(Qt::Key_L);
        QVERIFY(bench().told().contains(QStringLiteral("output “out”")));
        QVERIFY(bench().told().contains(QLatin1String("L takes the next of its 3 outputs")));
        bench().key(Qt::Key_L);
        QVERIFY(bench().told().contains(QStringLiteral("output “rejected”")));
        QVERIFY(savePicture(*bench().window, QStringLiteral("link-by-keys")));
        bench().key(Qt::Key_Return);
        QCOMPARE(bench().pipeline().links.back().fromPort, std::string("rejected"));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        bench().key(Qt::Key_L);
        bench().key(Qt::Key_L);
        bench().key(Qt::Key_L);
        QVERIFY(bench().told().contains(QLatin1String("failed items")));
        bench().key(Qt::Key_Return);
        QCOMPARE(bench().pipeline().links.back().fromPort, std::string("error"));
        QCOMPARE(bench().pipeline().step("other")->onError, std::optional(ErrorPolicy::Route));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        bench().key(Qt::Key_L);
        for (int i = 0; i < 3; ++i)
            bench().key(Qt::Key_L);
        QVERIFY(bench().told().contains(QStringLiteral("output “out”"))); // and around
        bench().key(Qt::Key_Escape);
        QVERIFY(bench().told().isEmpty());
    }

    void aLinkIsFoundAndReroutedAndRemovedByKeys()
    {
        bench().click(bench().grip("middle"));
        bench().key(Qt::Key_L, Qt::AltModifier);
        QCOMPARE(bench().scene().selectedLinks().size(), size_t(1));
        QVERIFY2(bench().told().contains(QStringLiteral("from “source” to “middle”")), qPrintable(bench().told()));
        bench().key(Qt::Key_L);
        QVERIFY(bench().told().startsWith(QStringLiteral("Link from “source”")));
        QCOMPARE(bench().item("middle").look().hint, DropHint::Target);
        bench().key(Qt::Key_Return);
        QCOMPARE(bench().undoSteps(), size_t(0)); // where it was
        bench().key(Qt::Key_L);
        bench().key(Qt::Key_Down);
        QCOMPARE(bench().item("loose").look().hint, DropHint::Target);
        bench().key(Qt::Key_Return);
        QVERIFY(bench().isLinked("source", "loose") && !bench().isLinked("source", "middle"));
        QCOMPARE(bench().undoSteps(), size_t(1));
        const size_t links = bench().pipeline().links.size();
        bench().key(Qt::Key_Escape);
        bench().key(Qt::Key_L, Qt::AltModifier);
        const LinkView first = bench().scene().selectedLinks().front();
        bench().key(Qt::Key_L, Qt::AltModifier);
        QVERIFY(bench().scene().selectedLinks() != std::vector<LinkView>{first});
        bench().key(Qt::Key_Delete);
        QCOMPARE(bench().pipeline().links.size(), links - 1);
        QCOMPARE(bench().undoSteps(), size_t(2));
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

    void aReroutedLinkIntoAUnionKeepsItsPlaceAmongItsLinks()
    {
        bench().put("union", "union", 700, 400);
        bench().link("middle", "union");
        bench().link("other", "union");
        bench().begin(0.5);
        const QPointF output = bench().output("middle");
        bench().drag(output, bench().grip("loose"), Qt::ShiftModifier);
        QVERIFY(bench().isLinked("loose", "union") && !bench().isLinked("middle", "union"));
        std::vector<std::string> order;
        for (const Link &link : bench().pipeline().links)
            if (link.toStep == "union")
                order.push_back(link.fromStep);
        QCOMPARE(order, (std::vector<std::string>{"loose", "other"}));
    }

    void aCycleIsRefusedAndShown()
    {
        bench().drag(bench().output("middle"), bench().grip("loose"));
        QVERIFY(bench().isLinked("middle", "loose"));
        bench().press(bench().output("loose"));
        bench().moveTo({300, 230});
        bench().moveTo(bench().grip("middle"));
        QVERIFY2(bench().told().contains(QLatin1String("cycle")), qPrintable(bench().told()));
        // The way back is seen, and nothing else.
        const auto cycle = [&] {
            std::set<std::string> marked;
            for (const LinkItem *link : bench().scene().links())
                if (link->look().isOfCycle)
                    marked.insert(link->view().fromStep + "-" + link->view().toStep);
            return marked;
        };
        QCOMPARE(cycle(), std::set<std::string>{"middle-loose"});
        QVERIFY(savePicture(*bench().window, QStringLiteral("cycle-refused")));
        bench().release(bench().grip("middle"));
        QVERIFY(!bench().isLinked("loose", "middle"));
        QVERIFY(cycle().empty());
        // By keys, too.
        bench().click(bench().grip("loose"));
        bench().key(Qt::Key_L);
        bench().key(Qt::Key_Up);
        bench().key(Qt::Key_Left);
        QCOMPARE(cycle(), std::set<std::string>{"middle-loose"});
        bench().key(Qt::Key_Escape);
        QVERIFY(cycle().empty());
    }

    void aLinkFromTheErrorOutputRoutesFailedItems()
    {
        bench().click(bench().grip("middle"));
        const QPointF port = bench().item("middle").portPosition({Port::Kind::Error, 0});
        QVERIFY(bench().item("middle").geometry().shape().hasErrorPort);
        bench().drag(port, {480, 330});
        QTest::keyClicks(&bench().search(), QStringLiteral("discard"));
        QTest::keyClick(&bench().search(), Qt::Key_Return);
        QCOMPARE(bench().pipeline().links.back().fromPort, std::string("error"));
        QVERIFY(bench().pipeline().step("middle")->onError == ErrorPolicy::Route);
    }
};

} // namespace millrace

QTEST_MAIN(millrace::TestLinks)
#include "tst_links.moc"
