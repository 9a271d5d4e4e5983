// SPDX-License-Identifier: MIT
// The inspector within its window: what its fields and the document's history have to do with each other.
#include "canvas/CanvasScene.h"
#include "canvas/cards/StepItem.h"
#include "document/Document.h"
#include "editing/CanvasEditor.h"
#include "editing/StepAdder.h"
#include "inspector/InspectorPanel.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"

#include <QAction>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QTest>

#include <algorithm>

namespace millrace::tst_windowinspector {

namespace {

constexpr char FourSteps[] = R"({"millrace": 1, "steps": [
    {"id": "numbers", "type": "generate", "params": {"count": 10}},
    {"id": "keep", "type": "filter", "params": {"expression": "value > 1"}},
    {"id": "wait", "type": "delay", "params": {"milliseconds": 8}},
    {"id": "run", "type": "program", "params": {"command": "cat"}}],
    "links": [{"from": "numbers", "to": "keep"}, {"from": "keep", "to": "wait"}, {"from": "wait", "to": "run"}]})";

constexpr char Endless[] = R"({"millrace": 1, "batching": {"size": 10}, "steps": [
    {"id": "numbers", "type": "generate", "params": {"count": 100000000}},
    {"id": "wait", "type": "delay", "params": {"milliseconds": 8}},
    {"id": "nowhere", "type": "discard"}],
    "links": [{"from": "numbers", "to": "wait"}, {"from": "wait", "to": "nowhere"}]})";

constexpr int Patience = 60'000; // milliseconds

} // namespace

class TestWindowInspector : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        write("drawing.millrace", FourSteps);
        m_window->open(path("drawing.millrace"));
        QTRY_COMPARE(document().pipeline().steps.size(), size_t(4));
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    void cleanup()
    {
        m_window.reset();
        m_folder.reset();
    }

    void whatANewStepLacksIsNoAlarmUntilARunIsTried()
    {
        const auto lines = [this](const char *role) {
            QStringList said;
            for (const QLabel *label : m_window->findChild<InspectorPanel *>()->findChildren<QLabel *>())
                if (label->isVisible() && label->property("role").toString() == QLatin1String(role))
                    said << label->text();
            return said;
        };
        const auto settle = [this] {
            QTRY_VERIFY_WITH_TIMEOUT(!document().isChecking(), Patience);
            QCoreApplication::sendPostedEvents();
        };
        select("keep");
        m_window->editor().adder().append(QStringLiteral("filter"));
        settle();
        QTRY_VERIFY(lines("small").contains(QStringLiteral("Needed")));
        QCOMPARE(lines("problem") + lines("warning"), QStringList());
        QVERIFY(savePicture(*m_window, QStringLiteral("window-new-step")));
        m_window->run();
        QTRY_COMPARE_WITH_TIMEOUT(lines("problem").size(), 1, Patience);
        QVERIFY(!lines("small").contains(QStringLiteral("Needed")));
    }

    void undoInAFieldIsTheDocuments()
    {
        select("keep");
        auto *expression = field<QPlainTextEdit>("Expression");
        type(*expression, QStringLiteral("value > 42"));
        auto *name = field<QLineEdit>("Name of the step");
        type(*name, QStringLiteral("First"));
        document().endGesture();
        type(*name, QStringLiteral("Second"));
        const QStringList captions = document().captions();
        QCOMPARE(captions.size(), 4);

        QTest::keyClick(name, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(name->text(), QStringLiteral("First"));
        QTest::keyClick(name, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(name->text(), QString());
        QTest::keyClick(name, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(expression->toPlainText(), QStringLiteral("value > 1"));
        QVERIFY(name->hasFocus());
        QCOMPARE(document().historyIndex(), size_t(0));
        QTest::keyClick(name, Qt::Key_Z, Qt::ControlModifier); // nothing is left: nothing happens
        QCOMPARE(document().captions(), captions);
        QVERIFY(!document().canUndo() && !document().isDirty());

        expression->setFocus();
        QTest::keyClick(expression, Qt::Key_Y, Qt::ControlModifier);
        QCOMPARE(expression->toPlainText(), QStringLiteral("value > 42"));
        QTest::keyClick(expression, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(name->text(), QStringLiteral("First"));
        QVERIFY(expression->hasFocus());
        QCOMPARE(document().captions(), captions);
        // What is typed next is an edit of its own, where the cursor was.
        QTest::keyClick(expression, Qt::Key_Z, Qt::ControlModifier);
        QTest::keyClick(expression, Qt::Key_Z, Qt::ControlModifier);
        QTest::keyClicks(expression, QStringLiteral("0"));
        QCOMPARE(param("keep", "expression"), Value("value > 10"));
        QCOMPARE(document().captions().size(), 2);
    }

    void undoWhileCompletionsAreOfferedIsTheDocuments()
    {
        select("keep");
        auto *expression = field<QPlainTextEdit>("Expression");
        type(*expression, QStringLiteral("val"));
        auto *completer = expression->findChild<QCompleter *>();
        completer->popup()->show();
        QTest::keyClick(completer->popup(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(document().historyIndex(), size_t(0));
        QCOMPARE(expression->toPlainText(), QStringLiteral("value > 1"));
        QCOMPARE(document().captions().size(), 2);
    }

    void undoTakesBackFirstWhatIsTypedAndNotApplied()
    {
        select("wait");
        auto *workers = field<QSpinBox>("Workers");
        type(*workers, QStringLiteral("3"));
        workers->selectAll();
        QTest::keyClick(workers, Qt::Key_Delete);
        QTest::keyClick(workers, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(workers->text(), QStringLiteral("3"));
        QCOMPARE(document().historyIndex(), size_t(1));
        QTest::keyClick(workers, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(workers->value(), 1);
        QCOMPARE(document().historyIndex(), size_t(0));
        QVERIFY(workers->hasFocus());
        QCOMPARE(document().captions().size(), 2);

        for (QWidget *button : m_window->findChildren<QWidget *>())
            if (auto *push = qobject_cast<QAbstractButton *>(button);
                push && push->text().startsWith(QLatin1String("Settings for")))
                push->click();
        auto *arguments = field<QLineEdit>("Settings of worker 1, as JSON");
        type(*arguments, QStringLiteral("{\"milliseconds\": 2}"));
        QTest::keyClicks(arguments, QStringLiteral(" and"));
        QVERIFY(arguments->property("wrong").toBool());
        QTest::keyClick(arguments, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!arguments->property("wrong").toBool());
        QVERIFY(arguments->text().contains(QLatin1String("milliseconds")));
        QCOMPARE(document().pipeline().step("wait")->workerArguments.size(), size_t(1));
        QTest::keyClick(arguments, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(arguments->text(), QString());
        QVERIFY(document().pipeline().step("wait")->workerArguments.empty());

        select("run");
        auto *value = field<QLineEdit>("Environment, value of row 1");
        type(*value, QStringLiteral("without a name"));
        QTest::keyClick(value, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(value->text(), QString());
    }

    void theHistoryNamesTheStepsThatAnEditChanged()
    {
        select("keep");
        type(*field<QLineEdit>("Name of the step"), QStringLiteral("R&D"));
        type(*field<QPlainTextEdit>("Expression"), QStringLiteral("value > 2"));
        QTest::keyClick(field<QSpinBox>("Workers"), Qt::Key_Up);
        m_window->action("edit.bypass")->trigger();
        m_window->findChild<CanvasScene *>()->select({"keep", "wait"});
        m_window->action("edit.enable")->trigger();
        const QStringList captions = document().captions();
        QCOMPARE(captions.mid(1),
                 (QStringList{QStringLiteral("Rename · Filter"), QStringLiteral("Change “Expression” · R&D"),
                              QStringLiteral("Change workers · R&D"), QStringLiteral("Bypass · R&D"),
                              QStringLiteral("Disable · 2 steps")}));
        document().undo();
        QCOMPARE(m_window->action("edit.undo")->text(), QStringLiteral("&Undo: Bypass · R&&D"));
        m_window->findChild<CanvasScene *>()->select({});
        field<QLineEdit>("Name of the pipeline")->setFocus();
        QTest::keyClicks(field<QLineEdit>("Name of the pipeline"), QStringLiteral("x"));
        QCOMPARE(document().captions().last(), QStringLiteral("Rename the pipeline"));
        m_window->action("view.history")->trigger();
        QCoreApplication::sendPostedEvents();
        QVERIFY(savePicture(*m_window, QStringLiteral("window-history")));
    }

    void aFieldsMenuOffersTheDocumentsUndo()
    {
        select("keep");
        auto *name = field<QLineEdit>("Name of the step");
        type(*name, QStringLiteral("Named"));
        for (QWidget *widget : {static_cast<QWidget *>(name), field<QPlainTextEdit>("Expression")->viewport(),
                                static_cast<QWidget *>(field<QSpinBox>("Workers"))}) {
            QTest::mouseClick(widget, Qt::LeftButton);
            QContextMenuEvent event(QContextMenuEvent::Mouse, {5, 5}, widget->mapToGlobal(QPoint(5, 5)));
            QCoreApplication::sendEvent(widget, &event);
            auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
            QVERIFY(menu);
            QCOMPARE(menu->actions().value(0), m_window->action("edit.undo"));
            QCOMPARE(menu->actions().value(1), m_window->action("edit.redo"));
            for (const QAction *other : menu->actions().mid(2))
                QVERIFY2(!other->text().contains(QLatin1String("ndo")), qPrintable(other->text()));
            menu->close();
        }
    }

    void whatAppliesAtTheNextRunIsMarkedOnItsFieldAndCard()
    {
        write("drawing.millrace", Endless);
        m_window->open(path("drawing.millrace"));
        QTRY_COMPARE(document().pipeline().steps.size(), size_t(3));
        select("wait");
        const StepItem *card = m_window->findChild<CanvasScene *>()->step("wait");
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples(), Patience);
        QVERIFY(!isSaid("Applies at the next run"));

        auto *milliseconds = field<QPlainTextEdit>("Milliseconds");
        type(*milliseconds, QStringLiteral("2"));
        QVERIFY(isSaid("Applies at the next run"));
        QVERIFY(milliseconds->accessibleDescription().contains(QLatin1String("Applies at the next run")));
        QVERIFY2(card->helpText().contains(QLatin1String("Applies at the next run: Milliseconds.")),
                 qPrintable(card->helpText()));
        QVERIFY(savePicture(*m_window, QStringLiteral("window-pending-change")));
        select("numbers");
        QVERIFY(!isSaid("Applies at the next run"));
        select("wait");
        QVERIFY(isSaid("Applies at the next run"));
        // What applies at once is none of it.
        auto *workers = field<QSpinBox>("Workers");
        type(*workers, QStringLiteral("3"));
        QVERIFY(!workers->accessibleDescription().contains(QLatin1String("next run")));
        QVERIFY(!card->helpText().contains(QLatin1String("orkers")));
        document().undo();
        document().undo();
        QVERIFY(!isSaid("Applies at the next run") && !card->helpText().contains(QLatin1String("next run")));

        document().redo();
        QVERIFY(isSaid("Applies at the next run"));
        stopAndWait();
        QVERIFY(isSaid("Applies at the next run")); // the next run isn't yet
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().isUnderWay(), Patience);
        QTRY_VERIFY(!isSaid("Applies at the next run"));
        QVERIFY(!card->helpText().contains(QLatin1String("next run")));
        stopAndWait();
    }

private:
    void stopAndWait() const
    {
        m_window->bridge().stop();
        m_window->bridge().stop(); // drops what is under way
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
    }

    bool isSaid(const char *words) const
    {
        QCoreApplication::sendPostedEvents();
        auto *panel = m_window->findChild<InspectorPanel *>();
        return std::ranges::any_of(panel->findChildren<QLabel *>(), [&](const QLabel *label) {
            return label->isVisibleTo(panel) && label->text().contains(QLatin1String(words));
        });
    }

    Document &document() const { return m_window->document(); }

    void select(const char *step) const { m_window->findChild<CanvasScene *>()->select({step}); }

    Value param(const char *step, const char *name) const
    {
        const Value *value = document().pipeline().step(step)->param(name);
        return value ? *value : Value();
    }

    template <class Field>
    Field *field(const char *name) const
    {
        QCoreApplication::sendPostedEvents();
        auto *panel = m_window->findChild<InspectorPanel *>();
        for (Field *found : panel->findChildren<Field *>())
            if (found->accessibleName() == QLatin1String(name) && found->isVisibleTo(panel))
                return found;
        qFatal("There is no field %s", name);
        return nullptr;
    }

    template <class Field>
    void type(Field &field, const QString &text) const
    {
        field.setFocus();
        field.selectAll();
        QTest::keyClicks(&field, text);
    }
};

} // namespace millrace::tst_windowinspector

QTEST_MAIN(millrace::tst_windowinspector::TestWindowInspector)
#include "tst_windowinspector.moc"
