// SPDX-License-Identifier: MIT
// INTERACTION.md, "Links", line by line.
#include "ui/editing/EditingBench.h"

#include <QLabel>

namespace millrace::tst_links {

class TestLinks : public EditingTest
{
    Q_OBJECT

    /// The links into a step, in the order of the file.
    QString feeding(const std::string &step) const
    {
        QStringList links;
        for (const Link &link : bench().pipeline().links)
            if (link.toStep == step)
                links << toQString(link.fromStep + '>' + link.toPort);
        return links.join(QLatin1Char(' '));
    }

private Q_SLOTS:
    void init()
    {
        renewWithLoose("filter");
        bench().put("other", "generate", 0, 280);
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

    void aLinkLeadsToTheInputThatTheHandIsNearOrThatIsFree()
    {
        bench().put("join", "join", 560, 300);
        bench().begin();
        const auto input = [this](int index) { return bench().item("join").portPosition({Port::Kind::Input, index}); };
        QVERIFY(input(0) != input(1));
        bench().drag(bench().output("other"), input(1));
        QCOMPARE(feeding("join"), QStringLiteral("other>right"));
        bench().drag(bench().output("loose"), bench().grip("join"));
        QCOMPARE(feeding("join"), QStringLiteral("other>right loose>left"));
        QVERIFY(savePicture(*bench().window, QStringLiteral("two-inputs")));
        bench().drag(bench().output("source"), input(0)); // which is taken
        QCOMPARE(feeding("join"), QStringLiteral("other>right source>left"));
        bench().drag(input(1), {440, 460}); // pulled off, and not the other
        QCOMPARE(feeding("join"), QStringLiteral("source>left"));
        bench().drag(input(0), input(1)); // from one to the other
        QCOMPARE(feeding("join"), QStringLiteral("source>right"));
        QCOMPARE(bench().undoSteps(), size_t(5));
    }

    void aLinkByKeysLeadsToTheInputThatIsFree()
    {
        bench().put("join", "join", 260, 440);
        bench().begin(0.7);
        bench().drag(bench().output("source"), bench().item("join").portPosition({Port::Kind::Input, 0}));
        bench().click(bench().grip("other"));
        bench().key(Qt::Key_L);
        for (int i = 0; i < 3 && bench().item("join").look().hint != DropHint::Target; ++i)
            bench().key(Qt::Key_Down);
        QCOMPARE(bench().item("join").look().hint, DropHint::Target);
        bench().key(Qt::Key_Return);
        QCOMPARE(feeding("join"), QStringLiteral("source>left other>right"));
    }

    void aJoinInsertedIntoALinkTakesItAsItsFirstInput()
    {
        Pipeline pipeline = bench().pipeline();
        const std::string id = addStep(pipeline, *bench().document().registry().find("join"), {});
        const Link first = pipeline.links.front();
        insertIntoLink(pipeline, bench().document().registry(), id, first);
        const auto before = std::ranges::find(pipeline.links, id, &Link::toStep);
        QVERIFY(before != pipeline.links.end());
        QCOMPARE(before->toPort, std::string("left"));
        Link side;
        side.fromStep = "other";
        side.toStep = id;
        side.toPort = "right";
        addLink(pipeline, bench().document().registry(), side);
        removeAndReconnect(pipeline, {id}, bench().document().registry());
        QCOMPARE(pipeline.links.size(), size_t(2)); // as it was: what came by its second input is linked to nothing
        QVERIFY(std::ranges::none_of(pipeline.links, [](const Link &link) { return link.fromStep == "other"; }));
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

    void aLinkThatGoesBackSwingsAroundTheCards()
    {
        // From right to left in one row: below both cards, out of one and into the other in the links' direction.
        const QPointF from(400, 100), to(40, 110);
        const QPainterPath path = linkPath(from, to);
        QVERIFY(path.boundingRect().bottom() > 110 + 46);
        QVERIFY(path.boundingRect().right() > from.x() + 20 && path.boundingRect().left() < to.x() - 20);
        QVERIFY(path.pointAtPercent(0.02).x() > from.x() && path.pointAtPercent(0.98).x() < to.x());
        QCOMPARE(path.currentPosition(), to);
        // Nowhere a kink: the direction turns little from one point to the next.
        for (double at = 0.01; at < 0.98; at += 0.01) {
            const QLineF before(path.pointAtPercent(at), path.pointAtPercent(at + 0.01));
            const QLineF after(path.pointAtPercent(at + 0.01), path.pointAtPercent(at + 0.02));
            const double turn = before.angleTo(after);
            QVERIFY2(std::min(turn, 360 - turn) < 30, qPrintable(QString::number(at)));
        }
        // Between the cards where these stand far enough apart.
        const QPainterPath between = linkPath({400, 100}, {40, 400});
        QVERIFY(between.boundingRect().bottom() <= 400 && between.boundingRect().top() >= 100);
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

} // namespace millrace::tst_links

QTEST_MAIN(millrace::tst_links::TestLinks)
#include "tst_links.moc"
