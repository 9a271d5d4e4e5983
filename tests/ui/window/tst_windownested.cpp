// SPDX-License-Identifier: MIT
// Pipelines within pipelines in a window, with a person's hands: folded, run, opened, unfolded, and back.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "monitor/LimitBox.h"
#include "pipeline/PipelineFile.h"
#include "preview/DataPanel.h"
#include "preview/ItemsPane.h"
#include "run/RunBridge.h"
#include "trust/TrustSheet.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"
#include "window/MessageBar.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTest>
#include <QTimer>

#include <functional>
#include <memory>

namespace millrace::tst_windownested {

namespace {

constexpr int Patience = 60'000; // milliseconds

constexpr char Drawn[] = R"({"millrace": 1, "batching": {"size": 10}, "parameters": {"by": {"default": 2}}, "steps": [
    {"id": "numbers", "type": "generate", "name": "All numbers", "params": {"count": 500}, "position": [40, 100]},
    {"id": "double", "type": "multiply", "name": "Twice", "params": {"by": "${by}"}, "position": [280, 100]},
    {"id": "some", "type": "filter", "name": "Some", "params": {"expression": "value % 3 == 0"}, "position": [520, 100]},
    {"id": "result", "type": "write.jsonl", "name": "Result", "params": {"path": "out.jsonl"}, "position": [760, 100]},
    {"id": "rest", "type": "write.jsonl", "name": "Rest", "params": {"path": "rest.jsonl"}, "position": [760, 240]}],
    "links": [{"from": "numbers", "to": "double"}, {"from": "double", "to": "some"}, {"from": "some", "to": "result"},
              {"from": "some.rejected", "to": "rest"}]})";

/// Types a name into the dialog that is about to open, and accepts it.
void answerFileDialog(const QString &path, QString *proposed = nullptr)
{
    auto *timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, path, proposed] {
        auto *dialog = qobject_cast<QFileDialog *>(QApplication::activeModalWidget());
        if (!dialog || !dialog->isVisible())
            return;
        timer->deleteLater();
        timer->stop();
        auto *name = dialog->findChild<QLineEdit *>(QStringLiteral("fileNameEdit"));
        if (proposed)
            *proposed = name->text();
        savePicture(*dialog, QStringLiteral("dialog-fold"));
        name->setText(path);
        auto *buttons = dialog->findChild<QDialogButtonBox *>();
        for (QAbstractButton *button : buttons->buttons())
            if (buttons->buttonRole(button) == QDialogButtonBox::AcceptRole)
                QTest::mouseClick(button, Qt::LeftButton);
    });
    timer->start(1);
}

} // namespace

class TestWindowNested : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs); }

    void init()
    {
        QSettings().clear();
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        m_window->showWelcome(false);
        write("drawn.millrace", Drawn);
        open("drawn.millrace", 5);
    }

    void cleanup()
    {
        m_window->bridge().stop();
        m_window->bridge().stop();
        m_window.reset();
        for (MainWindow *other : others())
            delete other;
        m_folder.reset();
    }

    void aSelectionBecomesAPipelineInOneUndo()
    {
        const Pipeline before = document().pipeline();
        run();
        const QByteArray out = content("out.jsonl"), rest = content("rest.jsonl");
        QVERIFY(!out.isEmpty() && !rest.isEmpty());
        QString proposed;
        fold({"double", "some"}, "part.millrace", &proposed);
        QCOMPARE(proposed, QStringLiteral("twice.millrace"));
        QCOMPARE(document().pipeline().steps.size(), size_t(4));
        QVERIFY((scene().selectedSteps() == std::set<std::string>{"part"}));
        QVERIFY(loadPipeline(path("part.millrace").toStdString()));
        QVERIFY(status().contains(QLatin1String("part.millrace")));
        m_window->action("view.fitAll")->trigger();
        savePictures("window-folded");
        QVERIFY(QFile::remove(path("out.jsonl")) && QFile::remove(path("rest.jsonl")));
        run();
        QCOMPARE(content("out.jsonl"), out);
        QCOMPARE(content("rest.jsonl"), rest);
        savePictures("window-folded-run");
        // Workers and items are those of what is inside; how it ended, too.
        const auto gauge = scene().step("part")->look().gauge;
        QVERIFY(gauge);
        QCOMPARE(gauge->rate, QStringLiteral("500 → 500"));
        QCOMPARE(gauge->state, StepState::Done);
        // Its data, by its ports.
        m_window->bottom().showTab(BottomPanel::Tab::Data);
        scene().select({"part"});
        QTRY_COMPARE_WITH_TIMEOUT(shownData("dataIn"), QStringLiteral(R"({"value":0})"), Patience);
        QCOMPARE(shownData("dataOut"), QStringLiteral(R"({"value":0})"));
        savePictures("window-folded-data");
        m_window->action("edit.undo")->trigger();
        QVERIFY(document().pipeline() == before);
        QVERIFY(QFile::exists(path("part.millrace")));
    }

    void aDoubleClickOpensItAndOneActionLeadsBack()
    {
        fold({"double", "some"}, "part.millrace");
        StepItem *card = scene().step("part");
        m_window->canvas().showStep("part");
        QTest::mouseDClick(m_window->canvas().viewport(), Qt::LeftButton, {},
                           m_window->canvas().mapFromScene(card->pos() + QPointF(80, card->card().height() - 14)));
        QTRY_COMPARE_WITH_TIMEOUT(others().size(), 1, Patience);
        MainWindow &inner = *others().front();
        QTRY_COMPARE_WITH_TIMEOUT(inner.document().pipeline().steps.size(), size_t(5), Patience);
        QVERIFY(inner.action("edit.outside")->isEnabled() && !m_window->action("edit.outside")->isEnabled());
        QTRY_COMPARE(inner.messages().sentence(), QStringLiteral("This is inside “part” of drawn.millrace."));
        inner.resize(1440, 900);
        savePicture(inner, QStringLiteral("window-inside"));
        inner.action("edit.outside")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->isActiveWindow(), Patience);
        // The same window again, by keys.
        scene().select({"part"});
        m_window->canvas().setFocus();
        QTest::keyClick(&m_window->canvas(), Qt::Key_Return, Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(inner.isActiveWindow(), Patience);
        QCOMPARE(others().size(), 1);
        // What is saved inside is looked at outside.
        inner.document().edit(QStringLiteral("Change"), {}, [](Pipeline &pipeline) {
            pipeline.step("some")->setParam("expression", Value("value %"));
        });
        QVERIFY(inner.document().saveNow(path("part.millrace")));
        QTRY_VERIFY_WITH_TIMEOUT(scene().step("part")->look().view.hasError, Patience);
        QVERIFY2(scene().step("part")->helpText().contains(QLatin1String("In part.millrace")),
                 qPrintable(scene().step("part")->helpText()));
        savePictures("window-inside-wrong");
    }

    void itIsUnfoldedInOneUndo()
    {
        fold({"double", "some"}, "part.millrace");
        const Pipeline folded = document().pipeline();
        scene().select({"part"});
        m_window->action("edit.unfold")->trigger();
        QCOMPARE(document().pipeline().steps.size(), size_t(5));
        QVERIFY((scene().selectedSteps() == std::set<std::string>{"double", "some"}));
        QCOMPARE(*document().pipeline().step("double")->param("by"), Value("${by}"));
        savePictures("window-unfolded");
        m_window->action("edit.undo")->trigger();
        QVERIFY(document().pipeline() == folded);
    }

    void whatCantBeDoneIsSaid()
    {
        scene().select({"numbers", "double"});
        m_window->action("edit.fold")->trigger();
        QVERIFY2(said().contains(QLatin1String("leave the source out")), qPrintable(said()));
        scene().select({"double", "result"});
        m_window->action("edit.fold")->trigger();
        QVERIFY2(said().startsWith(QStringLiteral("“Some” gets items from the selection and gives them back")),
                 qPrintable(said()));
        savePictures("window-fold-refused");
        fold({"double", "some"}, "drawn.millrace"); // its own file
        QCOMPARE(document().pipeline().steps.size(), size_t(5));
        QVERIFY2(said().startsWith(QStringLiteral("“drawn.millrace” is open in a window")), qPrintable(said()));
        fold({"double", "some"}, "part.millrace");
        QVERIFY(QFile::remove(path("part.millrace")));
        scene().select({"part"});
        for (const char *action : {"edit.inside", "edit.unfold"}) {
            m_window->action(action)->trigger();
            QVERIFY2(said().contains(QLatin1String("doesn't exist")), qPrintable(said()));
        }
        QVERIFY(others().isEmpty());
        scene().select({"numbers"});
        m_window->action("edit.unfold")->trigger();
        QCOMPARE(status(), QStringLiteral("Select a step that stands for another pipeline."));
    }

    void whileItRunsTheCardSaysWhichInsideIsWorstOff()
    {
        document().edit(QStringLiteral("Slow"), {}, [](Pipeline &pipeline) {
            pipeline.step("numbers")->setParam("count", Value(int64_t(1'000'000)));
            PipelineStep &slow = *pipeline.step("double");
            slow.type = "delay";
            slow.name = "Slow";
            slow.params = {{"milliseconds", Value(int64_t(20))}};
        });
        fold({"double", "some"}, "part.millrace");
        m_window->action("run.start")->trigger();
        const auto help = [this] { return scene().step("part")->helpText(); };
        QTRY_VERIFY2_WITH_TIMEOUT(help().contains(QStringLiteral("Inside, ")), qPrintable(help()), Patience);
        QTRY_VERIFY2_WITH_TIMEOUT(help().contains(QStringLiteral("“double”")), qPrintable(help()), Patience);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->findChild<LimitBox *>()->isHidden(), Patience);
        savePictures("window-nested-running");
        QString advice;
        for (const QLabel *label : m_window->findChild<LimitBox *>()->findChildren<QLabel *>())
            advice += label->text() + QLatin1Char('\n');
        QVERIFY2(advice.contains(QStringLiteral("“part › double”")), qPrintable(advice));
        QVERIFY2(advice.contains(QLatin1String("It is inside another pipeline")), qPrintable(advice));
    }

    void whatIsSomebodyElsesStaysSoWhenItIsFoldedOrUnfolded()
    {
        write("theirs.millrace",
              R"({"millrace": 1, "steps": [{"id": "numbers", "type": "generate", "params": {"count": 3}},
            {"id": "mark", "type": "program", "params": {"protocol": "lines", "command": "cat"}},
            {"id": "away", "type": "discard"}],
            "links": [{"from": "numbers", "to": "mark"}, {"from": "mark", "to": "away"}]})");
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("parts")));
        open("theirs.millrace", 3);
        fold({"mark"}, "parts/theirs-part.millrace"); // in another folder, so that the step says its own
        QThreadPool::globalInstance()->waitForDone();
        isAskedFor();
        scene().select({"theirs-part"});
        m_window->action("edit.unfold")->trigger();
        QCOMPARE(document().pipeline().steps.size(), size_t(3));
        isAskedFor();
    }

    void whatIsOnesOwnIsNotAskedForWhenItIsFolded()
    {
        document().edit(QStringLiteral("Own"), {}, [](Pipeline &pipeline) {
            pipeline.step("double")->type = "program";
            pipeline.step("double")->params = {{"protocol", Value("lines")}, {"command", Value("cat")}};
        });
        fold({"double", "some"}, "own.millrace");
        QThreadPool::globalInstance()->waitForDone();
        run();
        QCOMPARE(m_window->bridge().outcome().state, RunState::Finished);
    }

private:
    Document &document() const { return m_window->document(); }
    CanvasScene &scene() const { return m_window->canvas().canvas(); }
    QString said() const { return m_window->messages().sentence(); }
    QString status() const { return m_window->bottom().statusBar().currentMessage(); }

    void open(const char *name, size_t steps)
    {
        m_window->open(path(name));
        QTRY_COMPARE_WITH_TIMEOUT(document().path(), path(name), Patience);
        QCOMPARE(document().pipeline().steps.size(), steps);
    }

    void fold(const std::set<std::string> &steps, const char *file, QString *proposed = nullptr)
    {
        scene().select(steps);
        answerFileDialog(path(file), proposed);
        if (QFile::exists(path(file)))
            QTimer::singleShot(300, m_window.get(), [] { // it asks whether to replace it
                if (auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget()))
                    box->button(QMessageBox::Yes)->click();
            });
        m_window->action("edit.fold")->trigger();
    }

    void run()
    {
        const QSignalSpy finished(&m_window->bridge(), &RunBridge::finished);
        m_window->action("run.start")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, Patience);
    }

    void isAskedFor()
    {
        m_window->action("run.start")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<TrustSheet *>(), Patience);
        auto *sheet = m_window->findChild<TrustSheet *>();
        QTRY_VERIFY_WITH_TIMEOUT(sheet->isVisible(), Patience);
        sheet->reject();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->findChild<TrustSheet *>(), Patience);
        QVERIFY(!m_window->bridge().isUnderWay());
    }

    /// The first item that the data panel shows there, as JSON.
    QString shownData(const char *side) const
    {
        const auto *pane = m_window->bottom().data().findChild<ItemsPane *>(QLatin1String(side));
        return !pane || pane->items().empty() ? QString() : QString::fromStdString(toJson(pane->items().front().item));
    }

    QByteArray content(const char *name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QList<MainWindow *> others() const
    {
        QList<MainWindow *> found;
        for (QWidget *widget : QApplication::topLevelWidgets())
            if (auto *window = qobject_cast<MainWindow *>(widget); window && window != m_window.get())
                found << window;
        return found;
    }

    void savePictures(const char *name)
    {
        savePicture(*m_window, QLatin1String(name));
        m_theme.setKind(ThemeKind::Dark);
        m_window->resize(1024, 700);
        savePicture(*m_window, QLatin1String(name) + QStringLiteral("-small-dark"));
        m_theme.setKind(ThemeKind::Light);
        m_window->resize(1440, 900);
    }
};

} // namespace millrace::tst_windownested

QTEST_MAIN(millrace::tst_windownested::TestWindowNested)
#include "tst_windownested.moc"
