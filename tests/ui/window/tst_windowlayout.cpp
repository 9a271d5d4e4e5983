// SPDX-License-Identifier: MIT
// How a window shares its space between the canvas and what stands around it.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "Document.h"
#include "MainWindow.h"
#include "MessageBar.h"
#include "ui/support/Pictures.h"

#include <QAction>
#include <QDockWidget>
#include <QMouseEvent>
#include <QScreen>
#include <QTest>

#include <cstdlib>

namespace millrace {

class TestWindowLayout : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }
    void init() { QSettings().clear(); }

    void aFirstWindowFitsItsScreen()
    {
        MainWindow window(m_registry, m_theme);
        window.setAttribute(Qt::WA_DeleteOnClose, false);
        QVERIFY2(fitsScreen(window), qPrintable(QStringLiteral("%1 x %2").arg(window.width()).arg(window.height())));
        window.resize(4000, 3000); // on a screen that is taken away afterwards
        window.close();
        MainWindow next(m_registry, m_theme);
        next.setAttribute(Qt::WA_DeleteOnClose, false);
        QVERIFY2(fitsScreen(next), qPrintable(QStringLiteral("%1 x %2").arg(next.width()).arg(next.height())));
    }

    void whatWasFittedIsFittedAgainUntilAHandMovesIt()
    {
        MainWindow window(m_registry, m_theme);
        window.setAttribute(Qt::WA_DeleteOnClose, false);
        window.resize(1440, 900);
        window.show();
        window.document().reset(wide());
        const CanvasView &canvas = window.canvas();
        const auto showsAll = [&canvas] { return canvas.visibleScene().contains(canvas.canvas().contentRect()); };
        QVERIFY(showsAll());
        window.resize(800, 600);
        QCoreApplication::sendPostedEvents();
        QVERIFY(showsAll());
        const double small = canvas.zoom();
        window.resize(1440, 900);
        QCoreApplication::sendPostedEvents();
        QVERIFY(showsAll() && canvas.zoom() > small);
        window.messages().show(MessageBar::Kind::Info, QStringLiteral("Something."));
        QCoreApplication::sendPostedEvents();
        QVERIFY(showsAll());
        // A hand's own choice stays.
        window.action("view.zoomIn")->trigger();
        const double chosen = canvas.zoom();
        window.resize(800, 600);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(canvas.zoom(), chosen);
        window.action("view.fitAll")->trigger();
        const double fitted = canvas.zoom();
        window.canvas().panBy({200, 0});
        window.resize(1440, 900);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(canvas.zoom(), fitted);
        // So does what was moved by hand.
        window.action("view.fitAll")->trigger();
        const double before = canvas.zoom();
        window.document().edit(QStringLiteral("Move"), {}, [](Pipeline &pipeline) {
            pipeline.steps.front().position = {-900, 0};
        });
        window.resize(1400, 900);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(canvas.zoom(), before);
    }

    void aNewDocumentStartsAtFullSize()
    {
        MainWindow window(m_registry, m_theme);
        window.setAttribute(Qt::WA_DeleteOnClose, false);
        window.show();
        window.document().reset(wide());
        QVERIFY(window.canvas().zoom() < 0.9);
        window.action("file.new")->trigger();
        QVERIFY(window.document().pipeline().steps.empty());
        QCOMPARE(window.canvas().zoom(), 1.0);
    }

    void aSmallWindowLeavesTheCanvasMoreThanTheDocks()
    {
        MainWindow window(m_registry, m_theme);
        window.setAttribute(Qt::WA_DeleteOnClose, false);
        window.show();
        window.resize(1024, 700);
        QCoreApplication::sendPostedEvents();
        const auto *canvas = window.findChild<CanvasView *>();
        QVERIFY2(canvas->height() > 2 * heightOf(window, "bottom"), qPrintable(QString::number(canvas->height())));
        QVERIFY2(canvas->width() > 500, qPrintable(QString::number(canvas->width())));
        window.resize(1440, 900);
        QCoreApplication::sendPostedEvents();
        QVERIFY(heightOf(window, "bottom") > 200);
    }

    void whatAHandDragsIsLeftAlone()
    {
        MainWindow window(m_registry, m_theme);
        window.setAttribute(Qt::WA_DeleteOnClose, false);
        window.show();
        window.resize(1300, 800);
        QCoreApplication::sendPostedEvents();
        const QRect dock = window.findChild<QDockWidget *>(QStringLiteral("bottom"))->geometry();
        const QPoint edge(dock.center().x(), dock.top() - 1);
        QVERIFY(!window.childAt(edge));
        QTest::mousePress(&window, Qt::LeftButton, {}, edge);
        for (const int by : {60, 120}) {
            const QPoint at = edge - QPoint(0, by);
            QMouseEvent move(QEvent::MouseMove, at, window.mapToGlobal(at), Qt::NoButton, Qt::LeftButton, {});
            QCoreApplication::sendEvent(&window, &move);
            QTest::qWait(0); // the window moves the edge by a timer
        }
        QTest::mouseRelease(&window, Qt::LeftButton, {}, edge - QPoint(0, 120));
        const int chosen = heightOf(window, "bottom");
        QVERIFY2(chosen > dock.height() + 80, qPrintable(QString::number(chosen)));
        window.resize(1310, 810);
        QCoreApplication::sendPostedEvents();
        QVERIFY(std::abs(heightOf(window, "bottom") - chosen) < 20);
    }

    void whatTheUserChoseIsLeftAlone()
    {
        {
            MainWindow window(m_registry, m_theme);
            window.setAttribute(Qt::WA_DeleteOnClose, false);
            window.show();
            window.resizeDocks({window.findChild<QDockWidget *>(QStringLiteral("bottom"))}, {400}, Qt::Vertical);
            QCoreApplication::sendPostedEvents();
            window.close(); // keeps its layout
        }
        MainWindow window(m_registry, m_theme);
        window.setAttribute(Qt::WA_DeleteOnClose, false);
        window.show();
        window.resize(1300, 880);
        QCoreApplication::sendPostedEvents();
        QVERIFY(std::abs(heightOf(window, "bottom") - 400) < 40);
    }

private:
    static bool fitsScreen(const MainWindow &window)
    {
        const QSize room = window.screen()->availableSize();
        return window.width() < room.width() && window.height() < room.height();
    }

    /// More than a window shows at 100 %.
    static Pipeline wide()
    {
        Pipeline pipeline;
        for (int i = 0; i < 8; ++i) {
            PipelineStep step;
            step.id = "step" + std::to_string(i);
            step.type = "discard";
            step.position = {i * 240.0, i % 2 * 400.0};
            pipeline.steps.push_back(step);
        }
        return pipeline;
    }

    static int heightOf(const MainWindow &window, const char *dock)
    {
        return window.findChild<QDockWidget *>(QLatin1String(dock))->height();
    }

    const OwnSettings m_settings;
    StepRegistry m_registry;
    Theme m_theme;
};

} // namespace millrace

QTEST_MAIN(millrace::TestWindowLayout)
#include "tst_windowlayout.moc"
