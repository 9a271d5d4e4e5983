// SPDX-License-Identifier: MIT
// What floats over the canvas: the rail and the palette that it unfolds, the inspector beside what is selected, the folded panel.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "palette/StepRail.h"
#include "pipeline/PipelineFile.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"

#include <QAction>
#include <QDockWidget>
#include <QLineEdit>
#include <QListView>
#include <QStatusBar>
#include <QTabBar>
#include <QToolButton>

namespace millrace::tst_floats {

class TestFloats : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QSettings().clear();
        m_window = makeWindow();
        m_window->resize(1440, 900);
        m_window->showWelcome(false);
        m_window->document().reset(row());
        m_window->canvas().showFromSource();
        QCoreApplication::sendPostedEvents();
    }
    void cleanup() { m_window.reset(); }

    void theCanvasHasTheWindow()
    {
        const QSize canvas = m_window->canvas().size();
        QCOMPARE(canvas.width(), m_window->width());
        QVERIFY2(canvas.height() > m_window->height() * 80 / 100, qPrintable(QString::number(canvas.height())));
        QVERIFY(!card().isVisible() && !palette().isVisible() && m_window->bottom().isFolded());
        // What is opened stands beside the rail.
        const QRect rail = inView(part("rail"));
        for (const StepItem *step : scene().steps())
            QVERIFY(!m_window->canvas().mapFromScene(step->card()).boundingRect().intersects(rail));
        QVERIFY(savePicture(*m_window, QStringLiteral("floats-none")));
    }

    void theInspectorIsBesideWhatIsSelected()
    {
        for (const StepItem *step : scene().steps()) {
            scene().select({step->id()});
            QCoreApplication::sendPostedEvents();
            QVERIFY(card().isVisible());
            const QRect at = m_window->canvas().mapFromScene(step->card()).boundingRect();
            QVERIFY2(!inView(card()).intersects(at), step->id().c_str());
            QVERIFY2(m_window->canvas().rect().contains(inView(card())), step->id().c_str());
        }
        QVERIFY(savePicture(*m_window, QStringLiteral("floats-left")));
        scene().select({});
        QVERIFY(!card().isVisible());
    }

    void whoClosesTheInspectorIsLeftAlone()
    {
        scene().select({"a"});
        corner("Close").click();
        QVERIFY(!card().isVisible());
        scene().select({"b"});
        QVERIFY(!card().isVisible());
        QVERIFY(!m_window->action("view.inspector")->isChecked());
        m_window->action("edit.settings")->trigger(); // asks for it
        QVERIFY(card().isVisible());
    }

    void withNothingSelectedTheSettingsAreThePipelines()
    {
        m_window->action("edit.settings")->trigger();
        QVERIFY(card().isVisible());
        bool isNamed = false;
        for (const auto *field : card().findChildren<QLineEdit *>())
            isNamed =
                isNamed || (field->isVisible() && field->accessibleName() == QLatin1String("Name of the pipeline"));
        QVERIFY(isNamed);
    }

    void aWindowGoesWithAFieldThatHasTheFocus()
    {
        scene().select({"a"});
        m_window->action("view.palette")->trigger(); // what listens to the focus has something to fold
        QVERIFY(palette().isVisible());
        m_window.reset();
    }

    void pinnedItIsADock()
    {
        scene().select({"a"});
        corner("Pin beside the canvas").click();
        auto *dock = m_window->findChild<QDockWidget *>(QStringLiteral("inspector"));
        QVERIFY(dock->isVisible() && !card().isVisible());
        QCoreApplication::sendPostedEvents();
        QVERIFY(m_window->canvas().width() < m_window->width());
        scene().select({});
        QVERIFY(dock->isVisible());
        m_window->action("view.pinInspector")->trigger();
        QVERIFY(!dock->isVisible() && !card().isVisible());
        scene().select({"a"});
        QVERIFY(card().isVisible());
    }

    void whatWasChosenIsThereAtTheNextStart()
    {
        m_window->action("view.pinInspector")->trigger();
        m_window->bottom().setFolded(false);
        m_window->close();
        m_window = makeWindow();
        QVERIFY(m_window->findChild<QDockWidget *>(QStringLiteral("inspector"))->isVisible());
        QVERIFY(!m_window->bottom().isFolded());
        for (const char *action : {"view.pinInspector", "view.inspector", "view.bottom"})
            QVERIFY2(m_window->action(action)->isChecked(), action);
        m_window->action("view.inspector")->trigger();
        m_window->close();
        m_window = makeWindow();
        QVERIFY(!m_window->findChild<QDockWidget *>(QStringLiteral("inspector"))->isVisible());
        QVERIFY(!m_window->action("view.inspector")->isChecked());
    }

    void theRailUnfoldsThePaletteAtAFamily()
    {
        auto &rail = static_cast<StepRail &>(part("rail"));
        const auto buttons = rail.findChildren<QToolButton *>();
        QVERIFY(buttons.size() > 5);
        QTest::mouseClick(buttons[3], Qt::LeftButton);
        QVERIFY(palette().isVisible());
        const auto *list = palette().findChild<QListView *>();
        const QModelIndex chosen = list->currentIndex();
        QVERIFY(chosen.isValid());
        QCOMPARE(chosen.sibling(chosen.row() - 1, 0).data().toString(), buttons[3]->accessibleName());
        QVERIFY(savePicture(*m_window, QStringLiteral("floats-palette")));
        QTest::mouseClick(buttons[3], Qt::LeftButton); // once more folds it
        QVERIFY(!palette().isVisible());
        // Letters search; the canvas folds it again.
        buttons[1]->setFocus();
        QTest::keyClicks(buttons[1], QStringLiteral("s"));
        auto *search = palette().findChild<QLineEdit *>();
        QVERIFY(palette().isVisible());
        QTRY_VERIFY(search->hasFocus());
        QCOMPARE(search->text(), QStringLiteral("s"));
        m_window->canvas().setFocus();
        QTRY_VERIFY(!palette().isVisible());
        QVERIFY(!m_window->action("view.palette")->isChecked());
    }

    void neitherKeysNorTheWheelReachTheDrawingThroughACard()
    {
        scene().select({"a"});
        const double zoom = m_window->canvas().zoom();
        const QPointF at = card().rect().center();
        QWheelEvent wheel(at, card().mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(&card(), &wheel);
        QCOMPARE(m_window->canvas().zoom(), zoom);
        corner("Close").setFocus();
        QTest::keyClick(&corner("Close"), Qt::Key_Delete);
        QCOMPARE(m_window->document().pipeline().steps.size(), row().steps.size());
    }

    void aPressOnATabOpensThePanelAndFoldsIt()
    {
        BottomPanel &bottom = m_window->bottom();
        auto *tabs = bottom.findChild<QTabBar *>();
        const int folded = bottom.height();
        QVERIFY2(folded < 60, qPrintable(QString::number(folded)));
        QVERIFY(bottom.statusBar().isVisible());
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(1).center());
        QCoreApplication::sendPostedEvents();
        QVERIFY(bottom.shows(BottomPanel::Tab::Log) && bottom.height() > 3 * folded);
        QVERIFY(bottom.statusBar().isVisible());
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(3).center());
        QVERIFY(bottom.shows(BottomPanel::Tab::Steps));
        QVERIFY(m_window->action("view.bottom")->isChecked());
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(3).center());
        QCoreApplication::sendPostedEvents();
        QVERIFY(bottom.isFolded());
        QCOMPARE(bottom.height(), folded);
        tabs->setFocus();
        QTest::keyClick(tabs, Qt::Key_Space);
        QVERIFY(bottom.shows(BottomPanel::Tab::Steps));
    }

    void onTheWelcomePageNothingFloats()
    {
        scene().select({"a"});
        m_window->showWelcome(true);
        for (const char *name : {"rail", "palette", "inspectorCard"})
            QVERIFY2(!part(name).isVisible(), name);
        QVERIFY(!m_window->bottom().isVisible());
        QVERIFY(savePicture(*m_window, QStringLiteral("floats-welcome")));
        m_window->showWelcome(false);
        QVERIFY(part("rail").isVisible() && m_window->bottom().isVisible());
        // Also where a window begins with it.
        MainWindow other(m_registry, m_theme);
        other.setAttribute(Qt::WA_DeleteOnClose, false);
        other.showWelcome(true);
        other.show();
        QVERIFY(!other.bottom().isVisible() && !other.canvas().isVisible());
        other.showWelcome(false);
        QVERIFY(other.bottom().isVisible() && other.canvas().isVisible());
    }

private:
    CanvasScene &scene() const { return m_window->canvas().canvas(); }
    QWidget &part(const char *name) const
    {
        return *m_window->centralWidget()->findChild<QWidget *>(QLatin1String(name), Qt::FindDirectChildrenOnly);
    }
    QWidget &card() const { return part("inspectorCard"); }
    QWidget &palette() const { return part("palette"); }
    QToolButton &corner(const char *name) const
    {
        for (auto *button : card().findChildren<QToolButton *>(QStringLiteral("corner")))
            if (button->accessibleName() == QLatin1String(name))
                return *button;
        qFatal("no button %s", name);
    }
    QRect inView(const QWidget &widget) const
    {
        return {widget.mapTo(m_window->centralWidget(), QPoint()) - m_window->canvas().pos(), widget.size()};
    }

    /// Six steps from edge to edge.
    static Pipeline row()
    {
        Pipeline pipeline;
        for (int i = 0; i < 6; ++i) {
            PipelineStep step;
            step.id = std::string(1, char('a' + i));
            step.type = i == 0 ? "generate" : i == 5 ? "discard" : "identity";
            step.position = {i * 240.0, 0};
            pipeline.steps.push_back(step);
        }
        return pipeline;
    }
};

} // namespace millrace::tst_floats

QTEST_MAIN(millrace::tst_floats::TestFloats)
#include "tst_floats.moc"
