// SPDX-License-Identifier: MIT
// How a window shares its space between the canvas and what stands around it.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "ui/support/Pictures.h"
#include "window/BottomPanel.h"
#include "window/MainWindow.h"
#include "window/MessageBar.h"

#include <QAction>
#include <QDockWidget>
#include <QGuiApplication>
#include <QMouseEvent>
#include <QScreen>
#include <QTest>

namespace millrace::tst_windowlayout {

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
        window.action("view.fitAll")->trigger();
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
        window.bottom().setFolded(false);
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
        window.bottom().setFolded(false);
        QCoreApplication::sendPostedEvents();
        const int before = heightOf(window, "bottom");
        dragUp(window, 120);
        const int chosen = heightOf(window, "bottom");
        QVERIFY2(chosen > before + 80, qPrintable(QString::number(chosen)));
        window.resize(1310, 810);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(heightOf(window, "bottom"), chosen);
        // A small window squeezes it, a large one gives it back.
        window.resize(1024, 480);
        QCoreApplication::sendPostedEvents();
        QVERIFY(heightOf(window, "bottom") < chosen);
        QVERIFY(window.canvas().height() > 120);
        window.resize(1310, 810);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(heightOf(window, "bottom"), chosen);
    }

    void whatTheUserChoseIsLeftAloneAtTheNextStart()
    {
        int chosen = 0;
        {
            MainWindow window(m_registry, m_theme);
            window.setAttribute(Qt::WA_DeleteOnClose, false);
            window.show();
            window.resize(780, 560);
            window.bottom().setFolded(false);
            QCoreApplication::sendPostedEvents();
            dragUp(window, 60);
            chosen = heightOf(window, "bottom");
            window.close(); // keeps its layout
        }
        MainWindow window(m_registry, m_theme);
        window.setAttribute(Qt::WA_DeleteOnClose, false);
        window.show();
        QCoreApplication::sendPostedEvents();
        QCOMPARE(window.size(), QSize(780, 560));
        QCOMPARE(heightOf(window, "bottom"), chosen);
        QVERIFY(window.action("view.bottom")->isChecked());
        window.action("view.history")->trigger();
        QCoreApplication::sendPostedEvents();
        QCOMPARE(window.size(), QSize(780, 560));
    }

    void whatAnEarlierVersionKeptIsIgnored()
    {
        QSettings().setValue(QStringLiteral("window/state"), QByteArray("\0\0\0\xff", 4));
        MainWindow window(m_registry, m_theme);
        window.setAttribute(Qt::WA_DeleteOnClose, false);
        window.show();
        QVERIFY(fitsScreen(window));
        window.close();
        QVERIFY(!QSettings().contains(QStringLiteral("window/state")));
    }

    void nonsenseInTheSettingsIsNoHarm()
    {
        for (const QString &value : {QStringLiteral("-5"), QStringLiteral("99999999999"), QStringLiteral("words")}) {
            const QString own = QStringLiteral("layout/%1x%2/").arg(screenSize().width()).arg(screenSize().height());
            for (const char *name : {"x", "y", "width", "height", "left", "right", "bottom", "history", "maximized"})
                QSettings().setValue(own + QLatin1String(name), value);
            MainWindow window(m_registry, m_theme);
            window.setAttribute(Qt::WA_DeleteOnClose, false);
            window.show();
            QCoreApplication::sendPostedEvents();
            QVERIFY2(window.screen()->availableGeometry().intersects(window.geometry()), qPrintable(value));
            QVERIFY2(window.canvas().width() > window.width() / 6, qPrintable(value));
        }
    }

private:
    static bool fitsScreen(const MainWindow &window)
    {
        const QSize room = window.screen()->availableSize();
        return window.width() < room.width() && window.height() < room.height();
    }

    static QSize screenSize() { return QGuiApplication::primaryScreen()->size(); }

    /// A hand makes the dock below the canvas higher.
    static void dragUp(MainWindow &window, int pixels)
    {
        const QRect dock = window.findChild<QDockWidget *>(QStringLiteral("bottom"))->geometry();
        const QPoint edge(dock.center().x(), dock.top() - 1);
        QVERIFY(!window.childAt(edge));
        QTest::mousePress(&window, Qt::LeftButton, {}, edge);
        for (const int by : {pixels / 2, pixels}) {
            const QPoint at = edge - QPoint(0, by);
            QMouseEvent move(QEvent::MouseMove, at, window.mapToGlobal(at), Qt::NoButton, Qt::LeftButton, {});
            QCoreApplication::sendEvent(&window, &move);
            QTest::qWait(0); // the window moves the edge by a timer
        }
        QTest::mouseRelease(&window, Qt::LeftButton, {}, edge - QPoint(0, pixels));
        QTest::qWait(0);
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

} // namespace millrace::tst_windowlayout

QTEST_MAIN(millrace::tst_windowlayout::TestWindowLayout)
#include "tst_windowlayout.moc"
