// SPDX-License-Identifier: MIT
// INTERACTION.md, "Edit", line by line, as far as the canvas goes.
#include "canvas/notes/NoteField.h"
#include "ui/editing/EditingBench.h"
#include "welcome/Examples.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>

namespace millrace::tst_edit {

class TestEdit : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        renew();
        bench().put("first", "generate", 0, 20);
        bench().put("second", "identity", 253, 160);
        bench().put("third", "discard", 480, 230);
        bench().link("first", "second");
        bench().link("second", "third");
        bench().begin();
    }

    void theContextMenuOffersWhatIsOfUseThere()
    {
        const auto offers = [this](QMenu *menu, const char *id) {
            return menu && menu->actions().contains(bench().window->action(id));
        };
        const auto close = [](QMenu *menu) { menu->close(); };
        QMenu *menu = bench().openMenu(bench().grip("first"));
        QVERIFY(offers(menu, "edit.rename") && offers(menu, "edit.enable") && offers(menu, "help.step"));
        QVERIFY(!offers(menu, "view.fitAll"));
        QVERIFY(savePicture(*menu, QStringLiteral("menu-step")));
        close(menu);
        menu = bench().openMenu({360, 20});
        QVERIFY(bench().selection().empty());
        QVERIFY(offers(menu, "edit.add") && offers(menu, "edit.paste") && offers(menu, "view.fitAll"));
        QVERIFY(!offers(menu, "edit.rename") && !offers(menu, "edit.enable") && !offers(menu, "edit.delete"));
        QVERIFY(savePicture(*menu, QStringLiteral("menu-canvas")));
        close(menu);
        bench().key(Qt::Key_L, Qt::AltModifier);
        const LinkItem &link = *bench().scene().links().front();
        menu = bench().openMenu(link.path().pointAtPercent(0.5));
        QVERIFY(offers(menu, "edit.add") && offers(menu, "edit.delete") && !offers(menu, "edit.rename"));
        close(menu);
        bench().key(Qt::Key_A, Qt::ControlModifier);
        menu = bench().openMenu(bench().grip("first"));
        QVERIFY(bench().selection().size() > 1); // a click on one of several keeps them
        QVERIFY(offers(menu, "edit.enable") && !offers(menu, "edit.rename") && !offers(menu, "help.step"));
        QVERIFY(savePicture(*menu, QStringLiteral("menu-several")));
        close(menu);
    }

    void whatSelectsSaysSoInEveryListOfActions()
    {
        // Menus, the list of all actions and the keys' editor all show the action's own text.
        int count = 0;
        for (const QAction *action : bench().window->findChildren<QAction *>()) {
            if (!action->objectName().startsWith(QLatin1String("select.")))
                continue;
            const QString text = action->text().remove(QLatin1Char('&'));
            QVERIFY2(text.startsWith(QLatin1String("Select ")), qPrintable(text));
            ++count;
        }
        QVERIFY(count >= 7);
    }

    void theExamplesNotesAreAsHighAsTheirText()
    {
        const Theme &theme = bench().scene().theme();
        const double line = noteHeight(theme, QStringLiteral("One line"), 200);
        for (const Example &example : builtInExamples())
            for (const Note &note : example.pipeline.notes) {
                const double needed = noteHeight(theme, toQString(note.text), note.rect.width);
                QVERIFY2(note.rect.height >= needed && note.rect.height < needed + line / 2,
                         qPrintable(QStringLiteral("%1: “%2” needs %3, has %4")
                                        .arg(example.id, toQString(note.text))
                                        .arg(needed)
                                        .arg(note.rect.height)));
            }
    }

    void f2RenamesInPlace()
    {
        bench().click(bench().grip("second"));
        bench().key(Qt::Key_F2);
        auto *field = view().viewport()->findChild<QLineEdit *>();
        QVERIFY(field);
        QTest::keyClicks(field, QStringLiteral("Pass on"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(bench().pipeline().step("second")->name, std::string("Pass on"));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void eEnablesAndShiftEBypasses()
    {
        bench().click(bench().grip("second"));
        bench().key(Qt::Key_E);
        QVERIFY(!bench().pipeline().step("second")->isEnabled);
        bench().key(Qt::Key_E);
        QVERIFY(bench().pipeline().step("second")->isEnabled);
        bench().key(Qt::Key_E, Qt::ShiftModifier);
        QVERIFY(bench().pipeline().step("second")->isBypassed);
    }

    void plusAndMinusChangeTheWorkersOfTheSelection()
    {
        bench().click(bench().grip("second"));
        bench().key(Qt::Key_Plus);
        bench().key(Qt::Key_Plus);
        QCOMPARE(bench().pipeline().workersOf(*bench().pipeline().step("second")), 3);
        bench().key(Qt::Key_Minus);
        QCOMPARE(bench().pipeline().workersOf(*bench().pipeline().step("second")), 2);
    }

    void copyIsReadableTextAndPasteLandsAtThePointerWithItsInnerLinksAndNewIds()
    {
        bench().click(bench().grip("second"));
        bench().click(bench().grip("third"), Qt::ControlModifier);
        bench().key(Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QGuiApplication::clipboard()->text().contains(QLatin1String("\"id\": \"second\"")));
        bench().point({100, 300});
        bench().key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().steps.size(), size_t(5));
        QVERIFY(bench().isLinked("second2", "third2"));
        QVERIFY(!bench().isLinked("first", "second2"));
        QCOMPARE(bench().place("second2"), QPointF(100, 300));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void theAutomaticLayoutGlidesAndIsOneUndoStep()
    {
        const QPointF before = bench().item("third").pos();
        bench().glideSlowly();
        bench().key(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        const QPointF after = bench().place("third");
        QVERIFY(after != before);
        QVERIFY(bench().place("first").x() < bench().place("second").x());
        QVERIFY(bench().place("second").x() < after.x());
        QVERIFY(bench().item("third").pos() != after); // on its way
        bench().scene().glide().settle();
        QCOMPARE(bench().item("third").pos(), after);
        QCOMPARE(bench().undoSteps(), size_t(1));
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(bench().item("third").pos(), before);
    }

    void theAutomaticLayoutPutsFailedItemsBelowAndTakesNotesAlong()
    {
        bench().drawn = {};
        bench().put("source", "generate", 0, 0);
        bench().put("failed", "discard", 20, 300);
        bench().put("kept", "discard", 600, 100);
        bench().put("work", "add", 40, 500);
        bench().link("source", "work");
        bench().link("work", "failed", "error");
        bench().link("work", "kept");
        Note note;
        note.text = "Of what is kept";
        note.rect = {610, 220, 150, 40};
        bench().drawn.notes.push_back(note);
        bench().begin();
        bench().key(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(bench().undoSteps(), size_t(1));
        QVERIFY(bench().place("failed").x() == bench().place("kept").x());
        QVERIFY(bench().place("failed").y() > bench().place("kept").y());
        const Rectangle &moved = bench().pipeline().notes[0].rect;
        QCOMPARE(QPointF(moved.x, moved.y) - bench().place("kept"), QPointF(10, 120));
    }

    void findTravelsToWhatACardSays()
    {
        bench().key(Qt::Key_F, Qt::ControlModifier);
        auto *field = qobject_cast<QLineEdit *>(QApplication::focusWidget());
        QVERIFY(field);
        // As the card's own line words its parameters; no name and no value holds that.
        QTest::keyClicks(field, QStringLiteral("numbers from 0"));
        QCOMPARE(bench().selection(), std::set<std::string>{"first"});
        QTest::keyClick(field, Qt::Key_Escape);
        QVERIFY(view().hasFocus());
    }

    void whatGlidesArrives()
    {
        bench().key(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(!bench().scene().glide().isRunning());
        for (const PipelineStep &step : bench().pipeline().steps)
            QCOMPARE(bench().item(step.id).pos(), bench().place(step.id));
    }

    void undoDuringTheGlidePutsEverythingWhereItWas()
    {
        bench().glideSlowly();
        bench().key(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        bench().key(Qt::Key_Z, Qt::ControlModifier);
        for (const PipelineStep &step : bench().drawn.steps)
            QCOMPARE(bench().item(step.id).pos(), QPointF(step.position->x, step.position->y));
    }

    void cardsAreAlignedByEveryEdgeAndByTheirMiddles()
    {
        const auto places = [this] {
            std::vector<QRectF> cards;
            for (const char *id : {"first", "second"})
                cards.emplace_back(bench().place(id), bench().item(id).card().size());
            return cards;
        };
        bench().document().edit(QStringLiteral("apart"), {}, [](Pipeline &pipeline) {
            pipeline.step("first")->position = Position{20, 100};
            pipeline.step("second")->position = Position{260, 240};
        });
        bench().click(bench().grip("first"));
        bench().click(bench().grip("second"), Qt::ControlModifier);
        const std::vector<QRectF> apart = places();
        const QRectF all = apart[0] | apart[1];
        const auto align = [&](Qt::Key key) {
            bench().key(key, Qt::AltModifier | Qt::ShiftModifier);
            const std::vector<QRectF> aligned = places();
            bench().key(Qt::Key_Z, Qt::ControlModifier);
            return aligned;
        };
        const auto right = align(Qt::Key_R), bottom = align(Qt::Key_B), column = align(Qt::Key_C),
                   row = align(Qt::Key_M);
        QCOMPARE(places(), apart);
        for (const size_t i : {0, 1}) {
            QCOMPARE(right[i].right(), all.right());
            QCOMPARE(right[i].top(), apart[i].top());
            QCOMPARE(bottom[i].bottom(), all.bottom());
            QCOMPARE(bottom[i].left(), apart[i].left());
            QVERIFY(std::abs(column[i].center().x() - all.center().x()) <= 0.5);
            QCOMPARE(column[i].top(), apart[i].top());
            QVERIFY(std::abs(row[i].center().y() - all.center().y()) <= 0.5);
            QCOMPARE(row[i].left(), apart[i].left());
        }
    }

    void onlyTheSelectionIsLaidOutAlignedAndDistributed()
    {
        bench().click(bench().grip("second"));
        bench().click(bench().grip("third"), Qt::ControlModifier);
        bench().key(Qt::Key_T, Qt::AltModifier | Qt::ShiftModifier);
        QCOMPARE(bench().place("second").y(), bench().place("third").y());
        QCOMPARE(bench().place("first"), QPointF(0, 20));
        QCOMPARE(bench().undoSteps(), size_t(1));
        bench().key(Qt::Key_A, Qt::ControlModifier);
        bench().key(Qt::Key_A, Qt::AltModifier | Qt::ShiftModifier);
        QCOMPARE(bench().place("second").x(), 240.0);
        QCOMPARE(bench().undoSteps(), size_t(2));
    }

    void aNoteIsWrittenInMarkdownOnTheCanvas()
    {
        bench().point({60, 300});
        bench().key(Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(bench().pipeline().notes.size(), size_t(1));
        QCOMPARE(bench().scene().selectedNotes(), NoteIds{"note1"});
        auto *field = view().viewport()->findChild<NoteField *>();
        QVERIFY(field);
        field->setPlainText(QStringLiteral("**Why** it is so\n\n- one\n- two\n- three\n- four"));
        QTest::keyClick(field, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().notes.front().text,
                 std::string("**Why** it is so\n\n- one\n- two\n- three\n- four"));
        QVERIFY(bench().pipeline().notes.front().rect.height > 60); // as high as its text
        QCOMPARE(bench().undoSteps(), size_t(2));
        QVERIFY(savePicture(view(), QStringLiteral("note")));
    }

    void aNoteThatIsTooLowForItsTextSaysThatThereIsMore()
    {
        const auto inkInCorner = [&](double height) {
            bench().drawn.notes.clear();
            Note note;
            note.text = "One.\n\nTwo.\n\nThree.";
            note.rect = {0, -100, 160, height};
            bench().drawn.notes.push_back(note);
            bench().begin();
            const QImage image = view().viewport()->grab().toImage();
            const QRect corner = view().mapFromScene(QRectF(144, -100 + height - 12, 15, 11)).boundingRect();
            std::set<QRgb> colors;
            for (int x = corner.left(); x < corner.right(); ++x)
                for (int y = corner.top(); y < corner.bottom(); ++y)
                    colors.insert(image.pixel(x, y));
            return colors.size() > 4; // the canvas, its dots, and more
        };
        QVERIFY(!inkInCorner(95));
        QVERIFY(inkInCorner(35));
    }

    void aNoteThatIsTooSmallToReadShowsItsLines()
    {
        const auto inks = [&](const char *text) {
            bench().drawn.notes.clear();
            Note note;
            note.text = text;
            note.rect = {0, -100, 160, 60};
            bench().drawn.notes.push_back(note);
            bench().begin();
            view().setZoom(0.3);
            const QImage image = view().viewport()->grab().toImage();
            const QRect beside = view().mapFromScene(QRectF(10, -99, 140, 58)).boundingRect();
            std::set<QRgb> colors;
            for (int x = beside.left(); x < beside.right(); ++x)
                for (int y = beside.top(); y < beside.bottom(); ++y)
                    colors.insert(image.pixel(x, y));
            return colors.size();
        };
        const size_t paper = inks("");
        QVERIFY(inks("Why it is so.\n\nAnd how.") > paper);
    }

    void escKeepsWhatIsWrittenInANoteAndAnEmptyOneGoes()
    {
        bench().point({60, 300});
        bench().key(Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
        const QPointF middle = bench().scene().notes().front()->view().rect.center();
        auto *field = view().viewport()->findChild<NoteField *>();
        QVERIFY(field);
        const std::string before = bench().pipeline().notes.front().text;
        QTest::keyClick(field, Qt::Key_Escape); // nothing was written
        QCOMPARE(bench().undoSteps(), size_t(1));
        QTRY_VERIFY(!view().viewport()->findChild<NoteField *>());
        bench().clickTwice(middle);
        field = view().viewport()->findChild<NoteField *>();
        QVERIFY(field);
        QVERIFY(field->findChild<QLabel *>()->text().contains(QLatin1String("Ctrl+Enter")));
        QVERIFY(savePicture(*field, QStringLiteral("note-field")));
        field->setPlainText(QStringLiteral("other"));
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(bench().pipeline().notes.front().text, std::string("other"));
        QTRY_VERIFY(!view().viewport()->findChild<NoteField *>());
        bench().window->document().undo();
        QCOMPARE(bench().pipeline().notes.front().text, before);
        bench().clickTwice(middle);
        field = view().viewport()->findChild<NoteField *>();
        QVERIFY(field);
        field->clear();
        QTest::keyClick(field, Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(bench().pipeline().notes.empty());
    }

    void aNoteIsFoundWrittenMovedResizedAndRemovedByKeys()
    {
        Note low, high;
        low.text = "low";
        low.rect = {0, 400, 200, 40};
        high.text = "high";
        high.rect = {0, -80, 200, 40};
        bench().drawn.notes = {low, high};
        bench().begin();
        bench().key(Qt::Key_N, Qt::AltModifier);
        QCOMPARE(bench().scene().selectedNotes(), NoteIds{"note2"}); // from above to below
        QVERIFY(bench().told().contains(QLatin1String("F2")));
        bench().key(Qt::Key_N, Qt::AltModifier);
        QCOMPARE(bench().scene().selectedNotes(), NoteIds{"note1"});
        bench().key(Qt::Key_N, Qt::AltModifier);
        QCOMPARE(bench().scene().selectedNotes(), NoteIds{"note2"});
        bench().key(Qt::Key_F2);
        auto *field = view().viewport()->findChild<NoteField *>();
        QVERIFY(field);
        field->selectAll();
        QTest::keyClicks(field, QStringLiteral("written"));
        QTest::keyClick(field, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().notes[1].text, std::string("written"));
        QTRY_VERIFY(view().hasFocus());
        const Rectangle before = bench().pipeline().notes[1].rect;
        bench().key(Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().notes[1].rect.x, before.x + grid::Step);
        bench().key(Qt::Key_Right, Qt::AltModifier);
        bench().key(Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(bench().pipeline().notes[1].rect.width, before.width + grid::Step);
        QCOMPARE(bench().pipeline().notes[1].rect.height, before.height + grid::Step);
        for (int i = 0; i < 20; ++i)
            bench().key(Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(bench().pipeline().notes[1].rect.width, NoteItem::Least.width());
        bench().key(Qt::Key_Delete);
        QCOMPARE(bench().pipeline().notes.size(), size_t(1));
        QCOMPARE(bench().pipeline().notes[0].text, std::string("low"));
    }
};

} // namespace millrace::tst_edit

QTEST_MAIN(millrace::tst_edit::TestEdit)
#include "tst_edit.moc"
