// SPDX-License-Identifier: MIT
// Frames that carry the steps inside them, and the sizes of notes.
#include "ui/editing/EditingBench.h"

#include "canvas/cards/RenameField.h"
#include "pipeline/PipelineFile.h"

#include <QGuiApplication>
#include <QMenu>

namespace millrace::tst_frames {

class TestFrames : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        renew();
        bench().put("first", "generate", 0, 160);
        bench().put("second", "identity", 240, 160);
        bench().put("third", "discard", 540, 160);
        bench().link("first", "second");
        bench().link("second", "third");
    }

    void ctrlGDrawsAFrameAroundTheSelectionAndAsksForItsHeading()
    {
        bench().begin();
        bench().click(bench().grip("first"));
        bench().click(bench().grip("second"), Qt::ControlModifier);
        bench().key(Qt::Key_G, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().frames.size(), size_t(1));
        auto *field = view().viewport()->findChild<RenameField *>();
        QVERIFY(field);
        QTRY_VERIFY(field->hasFocus());
        QTest::keyClicks(field, QStringLiteral("Read and clean"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(bench().pipeline().frames.front().text, std::string("Read and clean"));
        const QRectF rect = frameRect();
        QVERIFY(rect.contains(bench().item("first").card()));
        QVERIFY(rect.contains(bench().item("second").card()));
        QVERIFY(!rect.intersects(bench().item("third").card()));
        // Also where a card wears the badge of what limits the run.
        QVERIFY(bench().item("first").pos().y() + bench().item("first").geometry().limitBadge(60).top() - rect.top()
                >= FrameItem::HeadingHeight);
        QCOMPARE(bench().scene().selectedFrames(), NoteIds{"frame1"});
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().frames.front().text, std::string("Frame"));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(bench().pipeline().frames.empty());
        QVERIFY(bench().scene().frames().empty());
    }

    void withoutASelectionTheFrameIsAtThePointer()
    {
        bench().begin();
        bench().point({100, 320});
        bench().key(Qt::Key_G, Qt::ControlModifier);
        QCOMPARE(frameRect().topLeft(), QPointF(100, 320));
        bench().key(Qt::Key_Escape);
    }

    void aFrameIsDraggedByItsHeadingWithTheStepsAndNotesInIt()
    {
        Note inside, outside;
        inside.text = "inside";
        inside.rect = {20, 270, 120, 30};
        outside.text = "outside";
        outside.rect = {540, 320, 120, 30};
        bench().drawn.notes = {inside, outside};
        putFrame();
        bench().begin();
        bench().drag(heading(), heading() + QPointF(43, 81));
        QCOMPARE(frameRect().topLeft(), QPointF(0, 200));
        QCOMPARE(bench().place("first"), QPointF(40, 240));
        QCOMPARE(bench().place("second"), QPointF(280, 240));
        QCOMPARE(bench().place("third"), QPointF(540, 160));
        QCOMPARE(bench().pipeline().notes[0].rect.y, 350.0);
        QCOMPARE(bench().pipeline().notes[1].rect.y, 320.0);
        QCOMPARE(bench().undoSteps(), size_t(1));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(frameRect().topLeft(), QPointF(-40, 120));
        QCOMPARE(bench().item("first").pos(), QPointF(0, 160));
        QCOMPARE(bench().scene().notes()[0]->pos(), QPointF(20, 270));
        bench().key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(bench().item("second").pos(), QPointF(280, 240));
    }

    void aFrameCarriesTheFramesInIt()
    {
        putFrame();
        Frame inner;
        inner.text = "inner";
        inner.rect = {-20, 150, 220, 120};
        bench().drawn.frames.insert(bench().drawn.frames.begin(), inner);
        bench().begin();
        bench().drag({300, 132}, {320, 172});
        QCOMPARE(bench().pipeline().frames[0].rect, (Rectangle{0, 190, 220, 120}));
        QCOMPARE(bench().pipeline().frames[1].rect, (Rectangle{-20, 160, 480, 180}));
        // The inner one lies before the outer one, and takes what stands in it alone.
        const QPointF first = bench().place("first"), second = bench().place("second");
        bench().drag({120, 196}, {140, 216});
        const Rectangle &now = bench().pipeline().frames[0].rect;
        QVERIFY(now.x > 0 && now.y > 190);
        QCOMPARE(bench().place("first") - first, QPointF(now.x, now.y - 190));
        QCOMPARE(bench().place("second"), second);
        QCOMPARE(bench().pipeline().frames[1].rect, (Rectangle{-20, 160, 480, 180}));
    }

    void escGivesUpTheDragOfAFrame()
    {
        putFrame();
        bench().begin();
        bench().press(heading());
        bench().moveTo(heading() + QPointF(50, 50));
        bench().moveTo(QPointF(200, 300));
        QVERIFY(bench().item("first").pos() != QPointF(0, 160));
        bench().key(Qt::Key_Escape);
        bench().release({200, 300});
        QCOMPARE(bench().item("first").pos(), QPointF(0, 160));
        QCOMPARE(frameRect().topLeft(), QPointF(-40, 120));
        QCOMPARE(bench().undoSteps(), size_t(0));
    }

    void theCanvasWithinAFrameIsStillTheCanvas()
    {
        putFrame();
        bench().begin();
        bench().drag({-20, 240}, {300, 190}); // a rubber band
        QCOMPARE(bench().selection(), (StepIds{"first", "second"}));
        QCOMPARE(bench().undoSteps(), size_t(0));
        QVERIFY(bench().scene().selectedFrames().empty());
        bench().drag({-60, 100}, {460, 320});
        QCOMPARE(bench().scene().selectedFrames(), NoteIds{"frame1"});
    }

    void edgesAndCornersAreDraggedAndTheStepsStay()
    {
        putFrame(); // -40, 120, 480 x 180
        bench().begin();
        bench().drag({440, 300}, {481, 338});
        QCOMPARE(frameRect(), QRectF(-40, 120, 520, 220));
        bench().drag({-40, 220}, {-98, 230});
        QCOMPARE(frameRect(), QRectF(-100, 120, 580, 220));
        bench().drag({100, 120}, {100, 97});
        QCOMPARE(frameRect(), QRectF(-100, 100, 580, 240));
        QCOMPARE(bench().undoSteps(), size_t(3));
        QCOMPARE(bench().place("first"), QPointF(0, 160));
        bench().drag({480, 220}, {-300, 220}); // no smaller than this
        QCOMPARE(frameRect(), QRectF(-100, 100, FrameItem::Least.width(), 240));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench().scene().frames()[0]->view().rect, QRectF(-100, 100, 580, 240));
        bench().press({480, 340});
        bench().moveTo({300, 300});
        bench().key(Qt::Key_Escape);
        bench().release({300, 300});
        QCOMPARE(bench().scene().frames()[0]->view().rect, QRectF(-100, 100, 580, 240));
    }

    void aNoteIsMadeWiderByItsCorner()
    {
        Note note;
        note.text = "A note";
        note.rect = {100, 320, 200, 40};
        bench().drawn.notes = {note};
        bench().begin();
        bench().drag({300, 360}, {362, 397});
        const Rectangle &rect = bench().pipeline().notes[0].rect;
        QCOMPARE(rect, (Rectangle{100, 320, 260, 80}));
        bench().drag({360, 340}, {317, 340}, Qt::AltModifier); // to the pixel
        QCOMPARE(bench().pipeline().notes[0].rect.width, 217.0);
        QCOMPARE(bench().undoSteps(), size_t(2));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench().scene().notes()[0]->view().rect.width(), 260.0);
    }

    void aDoubleClickOnTheHeadingOrF2RenamesInPlace()
    {
        putFrame();
        bench().begin();
        bench().clickTwice(heading());
        write(QStringLiteral("Input"));
        QCOMPARE(bench().pipeline().frames[0].text, std::string("Input"));
        bench().click(heading());
        bench().key(Qt::Key_F2);
        write(QStringLiteral("Output"));
        QCOMPARE(bench().scene().frames()[0]->view().text, QStringLiteral("Output"));
        QCOMPARE(bench().undoSteps(), size_t(2));
    }

    void theContextMenuColoursAFrame()
    {
        putFrame();
        bench().begin();
        QMenu *menu = bench().openMenu(heading());
        QVERIFY(menu);
        QCOMPARE(bench().scene().selectedFrames(), NoteIds{"frame1"});
        QMenu *colors = nullptr;
        for (QAction *action : menu->actions())
            if (action->isVisible() && action->menu()
                && action->menu()->actions().contains(bench().window->action("frame.blue")))
                colors = action->menu();
        QVERIFY(colors);
        QCOMPARE(colors->actions().size(), frameColorWords().size());
        menu->setActiveAction(colors->menuAction());
        QTest::keyClick(menu, Qt::Key_Right);
        QVERIFY(colors->isVisible());
        QVERIFY(savePicture(*colors, QStringLiteral("frame-colours")));
        colors->setActiveAction(bench().window->action("frame.blue"));
        QTest::keyClick(colors, Qt::Key_Return);
        QCOMPARE(bench().pipeline().frames[0].color, std::string("blue"));
        QCOMPARE(frameColor(QStringLiteral("blue")), QColor(0x3d, 0x7b, 0xe0));
        QCOMPARE(frameColor(QStringLiteral("#102030")), QColor(0x10, 0x20, 0x30));
        QCOMPARE(frameColor(QStringLiteral("no colour")), frameColor({}));
        QTRY_VERIFY(!QApplication::activePopupWidget());
        bench().key(Qt::Key_3, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(bench().pipeline().frames[0].color, std::string("green"));
        bench().key(Qt::Key_Escape);
        bench().key(Qt::Key_1, Qt::ControlModifier | Qt::AltModifier);
        QVERIFY(bench().told().contains(QLatin1String("Select a frame")));
        QCOMPARE(bench().undoSteps(), size_t(2));
    }

    void aFrameIsFoundRenamedColouredMovedAndResizedByKeys()
    {
        putFrame();
        bench().begin();
        const QRectF before = frameRect();
        const QPointF first = bench().place("first");
        bench().key(Qt::Key_G, Qt::AltModifier);
        QCOMPARE(bench().scene().selectedFrames(), NoteIds{"frame1"});
        QVERIFY(bench().told().contains(QLatin1String("F2")));
        bench().key(Qt::Key_F2);
        auto *field = view().viewport()->findChild<RenameField *>();
        QVERIFY(field);
        QTRY_VERIFY(field->hasFocus());
        QTest::keyClicks(field, QStringLiteral("By keys"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(bench().pipeline().frames[0].text, std::string("By keys"));
        QTRY_VERIFY(view().hasFocus());
        bench().key(Qt::Key_2, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(bench().pipeline().frames[0].color, std::string("blue"));
        bench().key(Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(frameRect(), before.translated(0, grid::Step));
        QCOMPARE(bench().place("first"), first + QPointF(0, grid::Step));
        bench().key(Qt::Key_Right, Qt::AltModifier);
        bench().key(Qt::Key_Right, Qt::AltModifier);
        bench().key(Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(frameRect(), before.translated(0, grid::Step).adjusted(0, 0, 2 * grid::Step, -grid::Step));
        const size_t steps = bench().undoSteps();
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench().undoSteps(), steps - 1); // a row of such keys is one step
        QCOMPARE(frameRect(), before.translated(0, grid::Step));
        // From a frame, the arrows go on to the steps.
        bench().key(Qt::Key_Right);
        QVERIFY(bench().scene().selectedFrames().empty());
        QCOMPARE(bench().selection().size(), size_t(1));
        bench().key(Qt::Key_Right, Qt::AltModifier);
        QVERIFY(bench().told().contains(QLatin1String("Select a note or a frame")));
    }

    void withoutFramesTheKeyForTheNextSaysHowToDrawOne()
    {
        bench().begin();
        bench().key(Qt::Key_G, Qt::AltModifier);
        QVERIFY(bench().told().contains(QLatin1String("no frame")));
    }

    void deletingAFrameKeepsWhatStandsInIt()
    {
        putFrame();
        Frame second;
        second.text = "second";
        second.rect = {500, 100, 260, 200};
        bench().drawn.frames.push_back(second);
        bench().begin();
        bench().click(heading());
        bench().key(Qt::Key_Delete);
        QCOMPARE(bench().pipeline().frames.size(), size_t(1));
        QCOMPARE(bench().pipeline().steps.size(), size_t(3));
        QCOMPARE(bench().pipeline().links.size(), size_t(2));
        bench().key(Qt::Key_Delete); // the other frame has its place in the list now, but isn't selected
        QCOMPARE(bench().pipeline().frames.size(), size_t(1));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().frames.size(), size_t(2));
    }

    void copyPasteAndDuplicateTakeTheContents()
    {
        putFrame();
        bench().begin();
        bench().click(heading());
        bench().key(Qt::Key_C, Qt::ControlModifier);
        bench().point({0, 340});
        bench().key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().frames.size(), size_t(2));
        QCOMPARE(bench().pipeline().steps.size(), size_t(5));
        QCOMPARE(bench().pipeline().links.size(), size_t(3));
        QCOMPARE(bench().place("first2") - bench().scene().frames()[1]->pos(), QPointF(40, 40));
        QCOMPARE(bench().scene().selectedFrames(), NoteIds{"frame2"});
        QCOMPARE(bench().undoSteps(), size_t(1));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        bench().click(heading());
        bench().key(Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().frames[1].rect, (Rectangle{0, 160, 480, 180}));
        QCOMPARE(bench().place("second2"), QPointF(280, 200));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        bench().click(heading());
        bench().key(Qt::Key_X, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().steps.size(), size_t(1));
        QVERIFY(bench().pipeline().frames.empty());
        bench().key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().steps.size(), size_t(3));
        QVERIFY(bench().isLinked("first", "second"));
        QCOMPARE(bench().pipeline().frames.size(), size_t(1));
    }

    void altDragDuplicatesAFrameWithItsContents()
    {
        putFrame();
        bench().begin();
        bench().drag(heading(), heading() + QPointF(0, 200), Qt::AltModifier);
        QCOMPARE(bench().pipeline().frames.size(), size_t(2));
        QCOMPARE(bench().place("first2"), QPointF(0, 360));
        QCOMPARE(bench().place("first"), QPointF(0, 160));
    }

    void ctrlArrowNudgesAFrameWithItsContents()
    {
        putFrame();
        bench().begin();
        bench().click(heading());
        bench().key(Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(frameRect().topLeft(), QPointF(-40, 140));
        QCOMPARE(bench().place("second"), QPointF(240, 180));
        QCOMPARE(bench().place("third"), QPointF(540, 160));
    }

    void theAutomaticLayoutTakesFramesAlongWithTheirSteps()
    {
        putFrame();
        bench().drawn.steps[1].position = Position{240, 130};
        bench().begin();
        bench().key(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(bench().undoSteps(), size_t(1));
        for (const char *id : {"first", "second"})
            QVERIFY2(frameRect().contains(QRectF(bench().place(id), bench().item(id).card().size())), id);
        QVERIFY(!frameRect().contains(bench().place("third") + QPointF(84, 48)));
    }

    void aFileKeepsItsFrames()
    {
        putFrame();
        bench().drawn.frames[0].color = "teal";
        bench().begin();
        bench().drag(heading(), heading() + QPointF(40, 40));
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("framed.millrace"));
        QVERIFY(bench().document().saveNow(path));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto read = parsePipeline(file.readAll().toStdString());
        QVERIFY(read);
        QCOMPARE(read->pipeline.frames, bench().pipeline().frames);
        QCOMPARE(read->pipeline.frames[0].rect, (Rectangle{0, 160, 480, 180}));
    }

    void framesAreDrawnBehindTheCardsLightAndDark()
    {
        putFrame();
        bench().drawn.frames[0].color = "green";
        Frame other;
        other.text = "Write the result where it is read next";
        other.rect = {500, 120, 240, 180};
        other.color = "purple";
        bench().drawn.frames.push_back(other);
        Note note;
        note.text = "What comes in **as it is**";
        note.rect = {0, 266, 200, 30};
        bench().drawn.notes = {note};
        bench().begin();
        bench().click(heading());
        for (const char *theme : {"light", "dark"}) {
            bench().window->action(qPrintable(QStringLiteral("theme.") + QLatin1String(theme)))->trigger();
            QVERIFY(savePicture(*bench().window, QStringLiteral("frames-") + QLatin1String(theme)));
            const QImage shown = view().viewport()->grab().toImage();
            const auto pixel = [&](QPointF at) { return shown.pixelColor(view().mapFromScene(at)); };
            QVERIFY(pixel({-32, 290}).green() > pixel({-32, 290}).red()); // tinted
            QVERIFY(pixel({-32, 290}) != pixel({-72, 292}));
            QCOMPARE(pixel({84, 164}), pixel({624, 164})); // the same card before a green and a purple frame
        }
        bench().window->resize(1024, 700);
        QVERIFY(savePicture(*bench().window, QStringLiteral("frames-dark-small")));
    }

private:
    /// Around the first two steps.
    void putFrame()
    {
        Frame frame;
        frame.text = "Around two";
        frame.rect = {-40, 120, 480, 180};
        bench().drawn.frames = {frame};
    }

    QRectF frameRect()
    {
        const Rectangle &rect = bench().pipeline().frames.front().rect;
        return {rect.x, rect.y, rect.width, rect.height};
    }

    QPointF heading() { return frameRect().topLeft() + QPointF(200, 15); }

    void write(const QString &text)
    {
        auto *field = view().viewport()->findChild<RenameField *>();
        QVERIFY(field);
        QTRY_VERIFY(field->hasFocus());
        QTest::keyClicks(field, text);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(!view().viewport()->findChild<RenameField *>());
    }
};

} // namespace millrace::tst_frames

QTEST_MAIN(millrace::tst_frames::TestFrames)
#include "tst_frames.moc"
