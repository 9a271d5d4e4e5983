// SPDX-License-Identifier: MIT
#include "canvas/CanvasScene.h"
#include "canvas/Navigation.h"

#include <QTest>

namespace millrace::tst_navigation {

class TestNavigation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        // middle, and a card on each side of it; far is straight on behind right.
        Drawing drawing;
        const auto put = [&drawing](const char *id, QPointF at) {
            StepView view;
            view.id = id;
            view.position = at;
            drawing.steps.push_back(view);
        };
        put("middle", {0, 0});
        put("left", {-240, 20});
        put("right", {240, -20});
        put("far", {480, 0});
        put("above", {20, -200});
        put("below", {-20, 200});
        m_scene.setDrawing(drawing);
    }

    void arrowsLeadToTheNearestCardThatWay()
    {
        const StepItem &middle = *m_scene.step("middle");
        const auto next = [&](Direction direction) { return neighbourOf(middle, m_scene, direction)->id(); };
        QCOMPARE(next(Direction::Left), std::string("left"));
        QCOMPARE(next(Direction::Right), std::string("right"));
        QCOMPARE(next(Direction::Up), std::string("above"));
        QCOMPARE(next(Direction::Down), std::string("below"));
        QVERIFY(!neighbourOf(*m_scene.step("far"), m_scene, Direction::Right));
    }

    void aPlaceThatIsNoCardLeadsToOne()
    {
        const QPointF beside = m_scene.step("far")->card().center() + QPointF(240, 0);
        QCOMPARE(nextStep(m_scene, beside, Direction::Left)->id(), std::string("far"));
        QCOMPARE(nextStep(m_scene, beside, Direction::Left, m_scene.step("far"))->id(), std::string("right"));
    }

    void keysStartFromTheOnlySelectedStep()
    {
        QVERIFY(!onlySelectedStep(m_scene));
        m_scene.select({"left"});
        QCOMPARE(onlySelectedStep(m_scene)->id(), std::string("left"));
        m_scene.select({"left", "right"});
        QVERIFY(!onlySelectedStep(m_scene));
    }

    void onlyArrowsHaveADirection()
    {
        QVERIFY(directionOf(Qt::Key_Left) == Direction::Left);
        QVERIFY(directionOf(Qt::Key_Right) == Direction::Right);
        QVERIFY(directionOf(Qt::Key_Up) == Direction::Up);
        QVERIFY(directionOf(Qt::Key_Down) == Direction::Down);
        QVERIFY(!directionOf(Qt::Key_L));
    }

private:
    Theme m_theme;
    CanvasScene m_scene{m_theme};
};

} // namespace millrace::tst_navigation

QTEST_MAIN(millrace::tst_navigation::TestNavigation)
#include "tst_navigation.moc"
