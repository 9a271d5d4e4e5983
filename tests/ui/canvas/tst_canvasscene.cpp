// SPDX-License-Identifier: MIT
// What the scene keeps when its drawing becomes another.
#include "canvas/CanvasScene.h"

#include <QTest>

#include <algorithm>
#include <initializer_list>

namespace millrace::tst_canvasscene {

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

    void notesAndFramesAreToldApartByTheirIds()
    {
        CanvasScene scene(m_theme);
        Drawing drawing = drawingOf({"a"});
        drawing.notes = {{"note1", QStringLiteral("one"), {0, 0, 100, 40}},
                         {"note2", QStringLiteral("two"), {0, 80, 100, 40}}};
        drawing.frames = {{"frame1", QStringLiteral("in"), {0, 0, 300, 200}, {}},
                          {"x", QStringLiteral("out"), {0, 300, 300, 200}, {}}};
        scene.setDrawing(drawing);
        const NoteItem *second = scene.note("note2");
        const FrameItem *other = scene.frame("x");
        scene.select({}, {"note2"}, {"x"});
        drawing.notes.erase(drawing.notes.begin());
        drawing.frames.erase(drawing.frames.begin());
        scene.setDrawing(drawing);
        QCOMPARE(scene.note("note2"), second);
        QCOMPARE(scene.frame("x"), other);
        QCOMPARE(scene.selectedNotes(), NoteIds{"note2"}); // it, and not whoever has its place now
        QCOMPARE(scene.selectedFrames(), NoteIds{"x"});
        QVERIFY(!scene.note("note1"));
        std::ranges::reverse(drawing.notes);
        drawing.notes.push_back({"note1", QStringLiteral("back"), {0, 0, 100, 40}});
        scene.setDrawing(drawing);
        QCOMPARE(scene.notes().back()->view().text, QStringLiteral("back"));
        QCOMPARE(scene.selectedNotes(), NoteIds{"note2"});
    }

private:
    Theme m_theme;
};

} // namespace millrace::tst_canvasscene

QTEST_MAIN(millrace::tst_canvasscene::TestCanvasScene)

#include "tst_canvasscene.moc"
