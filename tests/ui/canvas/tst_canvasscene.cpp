// SPDX-License-Identifier: MIT
// What the scene keeps when its drawing becomes another.
#include "canvas/CanvasScene.h"

#include <QTest>

#include <initializer_list>

namespace millrace {

namespace {

Drawing drawingOf(std::initializer_list<const char *> steps)
{
    Drawing drawing;
    for (const char *id : steps) {
        StepView view;
        view.id = id;
        view.position = {240.0 * double(drawing.steps.size()), 0};
        drawing.steps.push_back(view);
    }
    return drawing;
}

} // namespace

class TestCanvasScene : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whoListensToTheSelectionSeesNoHoleWhileStepsComeAndGo()
    {
        CanvasScene scene(m_theme);
        scene.setDrawing(drawingOf({"a", "b"}));
        scene.select({"a"});
        int heard = 0;
        connect(&scene, &QGraphicsScene::selectionChanged, &scene, [&] {
            ++heard;
            for (const StepItem *item : scene.steps())
                QVERIFY(item);
            QCOMPARE(scene.cards().size(), scene.drawing().steps.size());
        });
        scene.setDrawing(drawingOf({"b", "c", "d"})); // the selected one goes, others come
        QVERIFY(heard > 0);
        QCOMPARE(scene.steps().size(), size_t(3));
    }

private:
    Theme m_theme;
};

} // namespace millrace

QTEST_MAIN(millrace::TestCanvasScene)

#include "tst_canvasscene.moc"
