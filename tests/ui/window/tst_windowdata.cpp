// SPDX-License-Identifier: MIT
// The data of the selected step: before a run, during it, after it, and once the drawing is another one.
#include "canvas/CanvasScene.h"
#include "canvas/links/LinkItem.h"
#include "document/Document.h"
#include "pipeline/PipelineFile.h"
#include "preview/DataPanel.h"
#include "preview/ItemsPane.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"

#include <QComboBox>
#include <QLabel>
#include <QTableView>

namespace millrace::tst_windowdata {

namespace {

constexpr int Patience = 60'000; // milliseconds

Pipeline pipelineOf(const char *steps, const char *links)
{
    return parsePipeline(std::string(R"({"millrace": 1, "batching": {"size": 10}, "steps": [)") + steps
                         + R"(], "links": [)" + links + "]}")
        ->pipeline;
}

} // namespace

class TestWindowData : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        m_window->showWelcome(false);
        m_window->bottom().showTab(BottomPanel::Tab::Data);
    }
    void cleanup() { m_window.reset(); }

    void aStepIsTriedWhileItIsDrawn()
    {
        m_window->document().reset(halves());
        select("half");
        QTRY_COMPARE_WITH_TIMEOUT(shown("dataOut"), QStringLiteral(R"({"value":0,"half":0})"), Patience);
        QCOMPARE(shown("dataIn"), QStringLiteral(R"({"value":0})"));
        QVERIFY(savePicture(*m_window, QStringLiteral("window-data-tried")));
        setHalf("value / 4 + 1");
        QTRY_COMPARE_WITH_TIMEOUT(shown("dataOut"), QStringLiteral(R"({"value":0,"half":1})"), Patience);
        // A step that is wrong shows nothing, and what comes before it all the same.
        setHalf("value /");
        QTRY_COMPARE_WITH_TIMEOUT(shown("dataOut"), QString(), Patience);
        QTRY_COMPARE_WITH_TIMEOUT(shown("dataIn"), QStringLiteral(R"({"value":0})"), Patience);
        QVERIFY(!m_window->bridge().hasSamples());
    }

    void aRunTakesThePlaceOfWhatWasTriedUntilTheNextEdit()
    {
        m_window->document().reset(halves());
        select("half");
        QTRY_VERIFY_WITH_TIMEOUT(!shown("dataOut").isEmpty(), Patience);
        runToItsEnd();
        QVERIFY(said("last run"));
        QCOMPARE(shown("dataOut"), QStringLiteral(R"({"value":0,"half":0})"));
        QVERIFY(savePicture(*m_window, QStringLiteral("window-data-run")));
        // Moved, it is still what ran.
        m_window->document().edit(QStringLiteral("Move"), {}, [](Pipeline &pipeline) {
            pipeline.steps[0].position = Position{5, 5};
        });
        QVERIFY(said("last run"));
        setHalf("value + 7");
        QTRY_COMPARE_WITH_TIMEOUT(shown("dataOut"), QStringLiteral(R"({"value":0,"half":7})"), Patience);
        QVERIFY(!said("last run"));
        m_window->document().undo();
        QTRY_VERIFY_WITH_TIMEOUT(said("last run"), Patience);
        QCOMPARE(shown("dataOut"), QStringLiteral(R"({"value":0,"half":0})"));
    }

    void whileItRunsTheNewestAreSeen()
    {
        m_window->document().reset(pipelineOf(R"({"id": "numbers", "type": "generate", "params": {"count": 100000000}},
                          {"id": "slow", "type": "delay", "params": {"milliseconds": 1}},
                          {"id": "end", "type": "discard"})",
                                              R"({"from": "numbers", "to": "slow"}, {"from": "slow", "to": "end"})"));
        select("slow");
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(said("this run"), Patience);
        QTRY_COMPARE_WITH_TIMEOUT(shown("dataOut"), QStringLiteral(R"({"value":0})"), Patience);
        QComboBox *which = choiceOf("newest");
        QTRY_VERIFY_WITH_TIMEOUT(which->isVisible(), Patience);
        which->setCurrentIndex(1);
        Q_EMIT which->activated(1);
        QTRY_VERIFY_WITH_TIMEOUT(!shown("dataOut").isEmpty() && shown("dataOut") != QLatin1String(R"({"value":0})"),
                                 Patience);
        const QString before = shown("dataOut");
        QTRY_VERIFY_WITH_TIMEOUT(shown("dataOut") != before, Patience);
        m_window->bridge().stop();
        m_window->bridge().stop();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), Patience);
    }

    void portsLinksAndSinksHaveTheirData()
    {
        m_window->document().reset(
            pipelineOf(R"({"id": "numbers", "type": "generate", "params": {"count": 50}},
                          {"id": "odd", "type": "filter", "params": {"expression": "value % 2 == 1"}},
                          {"id": "end", "type": "write.csv", "params": {"path": "never.csv"}})",
                       R"({"from": "numbers", "to": "odd"}, {"from": "odd.rejected", "to": "end"})"));
        select("odd");
        QTRY_COMPARE_WITH_TIMEOUT(shown("dataOut"), QStringLiteral(R"({"value":1})"), Patience);
        QComboBox *port = choiceOf("rejected");
        port->setCurrentIndex(1);
        Q_EMIT port->activated(1);
        QCOMPARE(shown("dataOut"), QStringLiteral(R"({"value":0})"));
        select("end");
        QTRY_COMPARE_WITH_TIMEOUT(shown("dataIn"), QStringLiteral(R"({"value":0})"), Patience);
        QVERIFY(!pane("dataOut")->isVisible());
        auto *scene = m_window->findChild<CanvasScene *>();
        for (QGraphicsItem *item : scene->items())
            if (auto *link = dynamic_cast<LinkItem *>(item); link && link->view().toStep == "odd")
                scene->selectLink(*link);
        QTRY_VERIFY_WITH_TIMEOUT(said("Numbers \u2192 Filter"), Patience);
        QCOMPARE(shown("dataOut"), QStringLiteral(R"({"value":0})"));
        QVERIFY(pane("dataOut")->isVisible() && !pane("dataIn")->isVisible());
        QVERIFY(!QFile::exists(path("never.csv")) && !QFile::exists(QStringLiteral("never.csv")));
    }

    void withoutASelectionTheResultIsSeen()
    {
        m_window->document().reset(halves());
        QTRY_COMPARE_WITH_TIMEOUT(shown("dataIn"), QStringLiteral(R"({"value":0,"half":0})"), Patience);
        QVERIFY(said("Discard") && !pane("dataOut")->isVisible());
        runToItsEnd();
        QVERIFY(said("last run"));
        QCOMPARE(shown("dataIn"), QStringLiteral(R"({"value":0,"half":0})"));
        select("half");
        QVERIFY(!said("Discard"));
    }

    void tryingIsSwitchedOffAndOn()
    {
        QAction *action = m_window->action("view.ghost");
        QVERIFY(action->isChecked());
        m_window->document().reset(halves());
        select("half");
        QTRY_VERIFY_WITH_TIMEOUT(!shown("dataOut").isEmpty(), Patience);
        action->trigger();
        QVERIFY(shown("dataOut").isEmpty());
        setHalf("value + 3");
        QTest::qWait(300); // longer than the pause after an edit
        QVERIFY(shown("dataOut").isEmpty());
        action->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(shown("dataOut"), QStringLiteral(R"({"value":0,"half":3})"), Patience);
    }

private:
    static Pipeline halves()
    {
        return pipelineOf(R"({"id": "numbers", "type": "generate", "params": {"count": 1000}},
                             {"id": "half", "type": "formula", "params": {"expression": "value / 2", "field": "half"}},
                             {"id": "end", "type": "discard"})",
                          R"({"from": "numbers", "to": "half"}, {"from": "half", "to": "end"})");
    }
    void setHalf(const char *expression) const
    {
        m_window->document().edit(QStringLiteral("Change"), {}, [expression](Pipeline &pipeline) {
            pipeline.step("half")->setParam("expression", Value(expression));
        });
    }
    void select(const char *step) const { m_window->findChild<CanvasScene *>()->select({step}); }
    ItemsPane *pane(const char *name) const { return m_window->findChild<ItemsPane *>(QLatin1String(name)); }
    /// The first item of the pane, as JSON; empty: none is shown.
    QString shown(const char *name) const
    {
        const ItemsPane *found = pane(name);
        return found->items().empty() ? QString() : QString::fromStdString(toJson(found->items().front().item));
    }
    bool said(const char *text) const
    {
        const QList<QLabel *> labels = m_window->bottom().findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
            return label->isVisible() && label->text() == QString::fromUtf8(text);
        });
    }
    QComboBox *choiceOf(const char *item) const
    {
        for (QComboBox *choice : pane("dataOut")->findChildren<QComboBox *>())
            if (choice->findText(QLatin1String(item)) >= 0)
                return choice;
        return nullptr;
    }
    void runToItsEnd()
    {
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), Patience);
    }
};

} // namespace millrace::tst_windowdata

QTEST_MAIN(millrace::tst_windowdata::TestWindowData)
#include "tst_windowdata.moc"
