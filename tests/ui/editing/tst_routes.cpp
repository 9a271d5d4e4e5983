// SPDX-License-Identifier: MIT
// Where links run: none goes behind a card that it has nothing to do with, and the minimap gives way to what is selected.
#include "canvas/links/LinkRoute.h"
#include "canvas/minimap/Minimap.h"
#include "ui/editing/EditingBench.h"

namespace millrace::tst_routes {

class TestRoutes : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init() { renew(); }

    void longLinksRunBesideTheCardsThatTheySpan_data()
    {
        QTest::addColumn<int>("steps");
        QTest::addColumn<int>("branches");
        QTest::addRow("a chain with one link past it") << 5 << 1;
        QTest::addRow("two chains side by side") << 4 << 2;
        QTest::addRow("four chains of many") << 8 << 4;
    }

    void longLinksRunBesideTheCardsThatTheySpan()
    {
        QFETCH(int, steps);
        QFETCH(int, branches);
        bench().put("source", "generate", 0, 0);
        bench().put("merge", "merge", 0, 0);
        for (int branch = 0; branch < branches; ++branch) {
            std::string before = "source";
            for (int i = 0; i < steps; ++i) {
                const std::string id = "b" + std::to_string(branch) + "s" + std::to_string(i);
                bench().put(id, "identity", 0, 0);
                bench().link(before, id);
                before = id;
            }
            bench().link(before, "merge");
        }
        bench().link("source", "merge");
        bench().begin();
        bench().window->action("arrange.layout")->trigger();
        bench().scene().glide().settle();
        const QString fault = whatRunsBehindACard();
        QVERIFY2(fault.isEmpty(), qPrintable(fault));
        bench().window->action("view.fitAll")->trigger();
        QVERIFY(savePicture(view(), QStringLiteral("routes-%1-%2").arg(steps).arg(branches)));
    }

    void aLinkGivesWayToACardThatIsPutInItsWay()
    {
        bench().put("source", "generate", 0, 160);
        bench().put("end", "discard", 800, 160);
        bench().put("loose", "identity", 400, 400);
        bench().link("source", "end");
        bench().begin();
        QVERIFY(whatRunsBehindACard().isEmpty());
        bench().drag(bench().grip("loose"), bench().grip("loose") - QPointF(0, 240));
        QCOMPARE(bench().place("loose"), QPointF(400, 160));
        const QString fault = whatRunsBehindACard();
        QVERIFY2(fault.isEmpty(), qPrintable(fault));
        bench().window->action("edit.undo")->trigger();
        bench().scene().glide().settle();
        QVERIFY(whatRunsBehindACard().isEmpty());
    }

    void aFreeCurveKeepsItsShape()
    {
        QVERIFY(!laneOf({168, 100}, {660, 300}, {}));
        QVERIFY(!laneOf({168, 100}, {660, 100}, {QRectF(300, 200, 168, 90)}));
        const auto lane = laneOf({168, 100}, {660, 100}, {QRectF(300, 60, 168, 90)});
        QVERIFY(lane && (*lane < 60 || *lane > 150));
    }

    void theMinimapGivesWayToWhatIsSelected()
    {
        for (int i = 0; i < 12; ++i)
            bench().put("s" + std::to_string(i), "identity", i * 240, i * 160);
        bench().begin();
        auto *map = bench().window->findChild<Minimap *>();
        // Just panned, it is awake; a card under it is not selected yet.
        const QRect place = map->geometry();
        view().panBy(place.center() - view().mapFromScene(bench().item("s6").card().center()));
        QVERIFY(map->width() > Minimap::FoldedSize.width());
        bench().scene().select({"s6"});
        QCOMPARE(map->size(), Minimap::FoldedSize);
    }

private:
    QString whatRunsBehindACard() const
    {
        for (const LinkItem *link : bench().scene().links())
            for (const StepItem *step : bench().scene().steps()) {
                if (step->id() == link->view().fromStep || step->id() == link->view().toStep)
                    continue;
                for (int i = 0; i <= 200; ++i)
                    if (step->card().contains(link->path().pointAtPercent(i / 200.0)))
                        return QStringLiteral("%1 to %2 behind %3")
                            .arg(toQString(link->view().fromStep), toQString(link->view().toStep),
                                 toQString(step->id()));
            }
        return {};
    }
};

} // namespace millrace::tst_routes

QTEST_MAIN(millrace::tst_routes::TestRoutes)
#include "tst_routes.moc"
