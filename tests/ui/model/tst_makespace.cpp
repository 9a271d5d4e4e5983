// SPDX-License-Identifier: MIT
#include "model/layout/MakeSpace.h"
#include "pipeline/layout/Layout.h"

#include <QTest>

#include <initializer_list>
#include <utility>

namespace millrace::tst_makespace {

namespace {

constexpr QSizeF Card(168, 100);                                      // pixels at 100 %
constexpr double Width = grid::ColumnWidth, Height = grid::RowHeight; // of the grid

/// What is tested: a pipeline whose steps all have places.
struct Drawn
{
    Pipeline pipeline;

    void put(const std::string &id, double x, double y)
    {
        PipelineStep step;
        step.id = id;
        step.position = Position{x, y};
        pipeline.steps.push_back(std::move(step));
    }
    void link(const std::string &from, const std::string &to)
    {
        Link link;
        link.fromStep = from;
        link.toStep = to;
        pipeline.links.push_back(std::move(link));
    }
    void note(const Rectangle &rect) { pipeline.notes.push_back({"A note", rect, {}, {}}), completeNoteIds(pipeline); }
    void frame(const Rectangle &rect)
    {
        pipeline.frames.push_back({"A frame", rect, {}, {}, {}}), completeNoteIds(pipeline);
    }

    CardPlaces cards() const
    {
        CardPlaces places;
        for (const PipelineStep &step : pipeline.steps)
            places.emplace_back(QPointF(step.position->x, step.position->y), Card);
        return places;
    }
    Space spaceAt(QPointF at, const std::string &without = {}) const
    {
        return spaceInLink(pipeline, cards(), pipeline.links.front(), {at, Card}, without);
    }
    QPointF free(QPointF at, const std::optional<Link> &half = {}) const
    {
        return freePlace(pipeline, cards(), {at, Card}, half);
    }
    QPointF place(const std::string &id) const
    {
        const Position &position = *pipeline.step(id)->position;
        return {position.x, position.y};
    }
};

/// a -> b -> c, each in the next column.
Drawn three()
{
    Drawn drawn;
    drawn.put("a", 0, 0);
    drawn.put("b", Width, 0);
    drawn.put("c", 2 * Width, 0);
    drawn.link("a", "b");
    drawn.link("b", "c");
    return drawn;
}

} // namespace

class TestMakeSpace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingMovesWhereTheWantedPlaceIsFree()
    {
        const Space space = three().spaceAt({100, 300});
        QCOMPARE(space.at, QPointF(100, 300));
        QVERIFY(space == (Space{{100, 300}, 0, {}, {}, {}, {}}));
    }

    void whatTheLinkFeedsMovesBehindTheCard()
    {
        Drawn drawn = three();
        const Space space = drawn.spaceAt({120, 0});
        QCOMPARE(space.at, QPointF(Width, 0));
        QCOMPARE(space.shift, Width);
        QVERIFY(space.steps == (StepIds{"b", "c"}));
        makeSpace(drawn.pipeline, space);
        QCOMPARE(drawn.place("a"), QPointF(0, 0));
        QCOMPARE(drawn.place("b"), QPointF(2 * Width, 0));
        QCOMPARE(drawn.place("c"), QPointF(3 * Width, 0));
    }

    void nothingMovesWhereThereIsSpaceBetweenTheCards()
    {
        Drawn drawn = three();
        drawn.pipeline.steps[1].position->x = 2 * Width;
        drawn.pipeline.steps[2].position->x = 3 * Width;
        const Pipeline before = drawn.pipeline;
        const Space space = drawn.spaceAt({120, 0});
        QCOMPARE(space.at, QPointF(Width, 0));
        QCOMPARE(space.shift, 0.0);
        makeSpace(drawn.pipeline, space);
        QVERIFY(drawn.pipeline == before);
    }

    void theCardStandsBelowWhatIsInItsPlace()
    {
        Drawn drawn = three();
        drawn.pipeline.steps[1].position->x = 2 * Width;
        drawn.pipeline.steps[2].position->x = 3 * Width;
        drawn.put("stranger", Width, 20);
        QCOMPARE(drawn.spaceAt({120, 0}).at, QPointF(Width, Height));
    }

    void aCardThatIsDraggedIsNotInItsOwnWay()
    {
        Drawn drawn = three();
        drawn.put("dragged", 110, 310);
        QCOMPARE(drawn.spaceAt({100, 300}, "dragged").at, QPointF(100, 300));
        QCOMPARE(drawn.spaceAt({100, 300}).at, QPointF(Width, 0));
    }

    void otherBranchesInTheWayMoveWithAllThatIsBehindThem()
    {
        Drawn drawn = three();
        drawn.put("source", 0, 280);
        drawn.put("branch", 740, 20);
        drawn.put("end", 980, 280);
        drawn.put("away", 740, 400);
        drawn.link("source", "branch");
        drawn.link("branch", "end");
        const Space space = drawn.spaceAt({120, 0});
        QVERIFY(space.steps == (StepIds{"b", "branch", "c", "end"}));
    }

    void whatFeedsTheLinkStaysWhereItIs()
    {
        Drawn drawn = three();
        drawn.pipeline.steps[0].position = Position{560, 40}; // links may lead back
        const Space space = drawn.spaceAt({600, 40});
        QVERIFY(space.shift > 0);
        QVERIFY(space.steps == (StepIds{"b", "c"}));
    }

    void notesAndFramesGoWithTheirCards()
    {
        Drawn drawn = three();
        drawn.note({0, 110, 140, 40});     // below a
        drawn.note({250, -60, 140, 40});   // above b
        drawn.note({500, 300, 100, 40});   // in the frame of c
        drawn.frame({-20, -80, 460, 240}); // around a and b
        drawn.frame({460, -40, 220, 420}); // around c
        const Space space = drawn.spaceAt({120, 0});
        QVERIFY(space.notes == (NoteIds{"note2", "note3"}));
        QVERIFY(space.frames == NoteIds{"frame2"});
        QVERIFY(space.wider == NoteIds{"frame1"});
        makeSpace(drawn.pipeline, space);
        QCOMPARE(drawn.pipeline.notes[0].rect, (Rectangle{0, 110, 140, 40}));
        QCOMPARE(drawn.pipeline.notes[1].rect, (Rectangle{250 + Width, -60, 140, 40}));
        QCOMPARE(drawn.pipeline.frames[0].rect, (Rectangle{-20, -80, 460 + Width, 240}));
        QCOMPARE(drawn.pipeline.frames[1].rect, (Rectangle{460 + Width, -40, 220, 420}));
    }

    void aNoteInTheWayMovesWithoutTheCardThatItIsAbout()
    {
        Drawn drawn = three();
        drawn.put("below", 760, 170);
        drawn.note({760, 105, 100, 40});
        const Space space = drawn.spaceAt({120, 0});
        QVERIFY(space.notes == NoteIds{"note1"});
        QVERIFY(space.steps == (StepIds{"b", "c"}));
    }

    void aFrameInTheWayMovesWithItsCards()
    {
        Drawn drawn = three();
        drawn.put("framed", 1000, 500);
        drawn.frame({740, 60, 500, 600});
        const Space space = drawn.spaceAt({120, 0});
        QVERIFY(space.frames == NoteIds{"frame1"});
        QVERIFY(space.steps == (StepIds{"b", "c", "framed"}));
    }

    void anAddedCardStandsBesideWhatIsThere()
    {
        const Drawn drawn = three();
        QCOMPARE(drawn.free({100, 300}), QPointF(100, 300));
        QCOMPARE(drawn.free({20, 0}), QPointF(3 * Width, 0)); // right of the last that is in the way
        QCOMPARE(drawn.free({100, 105}), QPointF(3 * Width, 0));
        Link behind;
        behind.fromStep = "a";
        QCOMPARE(drawn.free({20, 0}, behind), QPointF(Width, Height));
        Link before;
        before.fromStep.clear();
        before.toStep = "c";
        QCOMPARE(drawn.free({2 * Width, 0}, before), QPointF(Width, Height));
    }

    void aNoteIsAboutTheNearestCard()
    {
        const CardPlaces cards = three().cards();
        QCOMPARE(*stepBeside(cards, {480, 110, 10, 10}), size_t(2));
        QCOMPARE(*stepBeside(cards, {160, 40, 90, 20}), size_t(1)); // on a and b, nearer to the middle of b
        QVERIFY(!stepBeside({}, {0, 0, 10, 10}));
    }

    void aFrameHoldsTheCardsWithTheirMiddleInIt()
    {
        Drawn drawn = three();
        drawn.frame({-20, -20, 300, 200});
        drawn.frame({900, 0, 100, 100});
        const auto within = stepsInFrames(drawn.pipeline, drawn.cards());
        QCOMPARE(within.size(), size_t(2));
        QVERIFY(within[0] == StepIds{"a"});
        QVERIFY(within[1].empty());
    }
};

} // namespace millrace::tst_makespace

QTEST_APPLESS_MAIN(millrace::tst_makespace::TestMakeSpace)
#include "tst_makespace.moc"
