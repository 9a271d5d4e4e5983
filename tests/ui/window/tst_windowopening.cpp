// SPDX-License-Identifier: MIT
// What is to be done with a file once it is open is done with that file and no other.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "canvas/cards/StepItem.h"
#include "document/Document.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "window/MessageBar.h"

#include <QLabel>
#include <QTest>

namespace millrace::tst_windowopening {

namespace {

constexpr int Patience = 60'000; // milliseconds

constexpr char Writes[] = R"({"millrace": 1, "steps": [
    {"id": "numbers", "type": "generate", "params": {"count": 5}},
    {"id": "file", "type": "write.csv", "params": {"path": "out.csv"}}],
    "links": [{"from": "numbers", "to": "file"}]})";

} // namespace

class TestWindowOpening : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QSettings().clear();
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        write("writes.millrace", Writes);
        write("broken.millrace", "{");
        write("other.millrace", R"({"millrace": 1, "steps": [{"id": "only", "type": "generate"}]})");
    }

    void cleanup()
    {
        m_window.reset();
        m_folder.reset();
    }

    void aFileThatIsOpenedToBeRunIsRun()
    {
        m_window->openAndRun(path("writes.millrace"), true, QStringLiteral("file"));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("out.csv")), Patience);
        QCOMPARE(static_cast<CanvasScene *>(m_window->canvas().scene())->selectedSteps(),
                 std::set<std::string>{"file"});
    }

    void whereAFileCantBeOpenedTheNextOneIsNotRunInItsPlace()
    {
        m_window->openAndRun(path("broken.millrace"), true, QStringLiteral("file"));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->messages().isVisible(), Patience);
        openAndWait("writes.millrace", 2);
        QVERIFY(!isRunWanted());
    }

    void aFileThatIsOpenedBeforeTheOneToRunIsThereIsNotRun()
    {
        m_window->openAndRun(path("other.millrace"), true);
        openAndWait("writes.millrace", 2);
        QVERIFY(!isRunWanted());
    }

    /// What is opened can be read: a drawing that doesn't fit begins at its source.
    void aDrawingOpensLegibly()
    {
        m_window->showWelcome(false);
        const auto drawing = [](int count) {
            Pipeline pipeline;
            for (int i = 0; i < count; ++i) {
                PipelineStep step;
                step.id = "s" + std::to_string(i);
                step.type = i == 0 ? "generate" : "identity";
                step.position = Position{300. * i, 100};
                pipeline.steps.push_back(std::move(step));
            }
            return pipeline;
        };
        const CanvasView &view = m_window->canvas();
        m_window->document().reset(drawing(2));
        QVERIFY2(view.zoom() > 0.99 && view.zoom() <= 1.4, qPrintable(QString::number(view.zoom())));
        QVERIFY(view.showsAll());
        m_window->document().reset(drawing(30));
        QCOMPARE(view.zoom(), 0.7);
        const auto *scene = m_window->findChild<CanvasScene *>();
        QVERIFY(view.visibleScene().contains(scene->step("s0")->card()));
        QVERIFY(!view.visibleScene().intersects(scene->step("s29")->card()));
        m_window->resize(1024, 700);
        QTRY_VERIFY(view.visibleScene().contains(scene->step("s0")->card()));
        QCOMPARE(view.zoom(), 0.7);
    }

private:
    void openAndWait(const char *file, size_t steps)
    {
        m_window->open(path(file));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document().pipeline().steps.size(), steps, Patience);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document().isBusy(), Patience);
        QCoreApplication::sendPostedEvents();
    }

    /// Whether the file was written, or is about to be: a run begins as soon as the check is over.
    bool isRunWanted() const { return m_window->bridge().isUnderWay() || QFile::exists(path("out.csv")); }
};

} // namespace millrace::tst_windowopening

QTEST_MAIN(millrace::tst_windowopening::TestWindowOpening)
#include "tst_windowopening.moc"
