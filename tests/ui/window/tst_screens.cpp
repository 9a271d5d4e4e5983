// SPDX-License-Identifier: MIT
// A start on any screen after a stop on any other. The program under test is this one, called again as a child: a screen is
// what a process finds when it starts.
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "run/RunBridge.h"
#include "ui/support/Pictures.h"
#include "window/BottomPanel.h"
#include "window/MainWindow.h"

#include <QDockWidget>
#include <QFile>
#include <QMap>
#include <QProcess>
#include <QScreen>
#include <QSignalSpy>
#include <QTest>

#include <cstdio>
#include <vector>

namespace millrace::tst_screens {

namespace {

constexpr int Patience = 120'000; // milliseconds
const QStringList Docks{QStringLiteral("inspector"), QStringLiteral("history")};
const QStringList States{QStringLiteral("normal"), QStringLiteral("maximised"), QStringLiteral("docks hidden"),
                         QStringLiteral("larger text")};

struct Screen
{
    QSize pixels;
    int scale = 1;
};

const std::vector<Screen> Screens{
    {{1440, 900}}, {{1366, 768}}, {{1024, 700}}, {{2560, 1440}}, {{2560, 1440}, 2},
};

/// A stop: on which screen, and how the window is then.
struct Stop
{
    QString state;
    size_t screen = 0;

    QString name() const
    {
        const Screen &at = Screens[screen];
        return QStringLiteral("%1 on %2x%3 at %4")
            .arg(state)
            .arg(at.pixels.width())
            .arg(at.pixels.height())
            .arg(at.scale);
    }
};

/// What is wrong with the window on this screen; empty: nothing.
QString faultOf(const MainWindow &window, const QString &expected)
{
    const QRect room = window.screen()->availableGeometry();
    if (!room.contains(window.geometry()))
        return QStringLiteral("%1x%2 doesn't fit").arg(window.width()).arg(window.height());
    if (!expected.isEmpty() && window.isMaximized() != (expected == QLatin1String("maximised")))
        return QStringLiteral("maximised isn't as it was");
    constexpr int Frame = 16; // pixels that the platform may draw around it
    if (window.isMaximized() && (room.width() - window.width() > Frame || room.height() - window.height() > Frame))
        return QStringLiteral("it has %1x%2 of its screen").arg(window.width()).arg(window.height());
    for (const QString &name : Docks) {
        const auto *dock = window.findChild<QDockWidget *>(name);
        if (!expected.isEmpty() && dock->isVisible() == (expected == QLatin1String("docks hidden")))
            return name + QStringLiteral(" isn't shown or hidden as it was");
    }
    if (!expected.isEmpty() && window.bottom().isFolded() != (expected == QLatin1String("docks hidden")))
        return QStringLiteral("the lower panel isn't folded or open as it was");
    const QSize canvas = window.canvas().size();
    if (canvas.width() < window.width() * 3 / 10 || canvas.height() < window.height() * 3 / 10)
        return QStringLiteral("the canvas has %1x%2").arg(canvas.width()).arg(canvas.height());
    return {};
}

/// As the program sees it, with all that scales it.
QString sizeOfScreen()
{
    const QSize size = QGuiApplication::primaryScreen()->size();
    return QStringLiteral("%1x%2").arg(size.width()).arg(size.height());
}

/// Starts with a run, looks, brings the window into a state, and quits as a person does. The arguments: folder of settings,
/// file, state to be left in, the last state, and for each size of screen that was seen, it and the last state there.
int startAndStop(const QStringList &arguments)
{
    const QString &folder = arguments[0], &state = arguments[2];
    const auto known = arguments.indexOf(sizeOfScreen());
    const QString expected = known < 0 ? arguments[3] : arguments[known + 1];
    std::puts(qPrintable(sizeOfScreen()));
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder);
    QCoreApplication::setOrganizationName(QStringLiteral("Millrace tests"));
    StepRegistry registry;
    registerBuiltInSteps(registry);
    Theme theme;
    theme.setKind(ThemeKind::Light);
    MainWindow window(registry, theme);
    window.setAttribute(Qt::WA_DeleteOnClose, false);
    window.show();
    QSignalSpy finished(&window.bridge(), &RunBridge::finished);
    window.openAndRun(arguments[1], true);
    if (!QTest::qWaitFor([&] { return !finished.isEmpty(); }, Patience))
        return 3;
    QCoreApplication::processEvents();
    if (const QString fault = faultOf(window, expected); !fault.isEmpty()) {
        std::puts(qPrintable(fault));
        return 4;
    }
    window.setWindowState(state == QLatin1String("maximised") ? Qt::WindowMaximized : Qt::WindowNoState);
    const bool hasDocks = state != QLatin1String("docks hidden");
    window.action("view.pinInspector")->setChecked(hasDocks);
    window.findChild<QDockWidget *>(QStringLiteral("history"))->setVisible(hasDocks);
    window.bottom().setFolded(!hasDocks);
    QCoreApplication::processEvents();
    return window.close() ? 0 : 5;
}

} // namespace

class TestScreens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_lastOn.clear();
        m_last.clear();
        QFile file(m_folder->filePath(QStringLiteral("short.millrace")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"millrace": 1, "steps": [
            {"id": "counter", "type": "generate", "params": {"count": 100}, "position": [0, 0]},
            {"id": "end", "type": "discard", "position": [240, 0]}],
            "links": [{"from": "counter", "to": "end"}]})");
    }

    /// Each state is left on each screen, and each is followed by a start on another one.
    void aStartFollowsAStopOnAnotherScreen()
    {
        for (size_t step = 1; step <= size_t(States.size()); ++step)
            for (size_t i = 0; i < Screens.size(); ++i)
                // To larger and smaller ones in turn; 2 and 5 have no common divisor.
                startOn({States[(step + i) % size_t(States.size())], (i * 2 + step) % Screens.size()});
    }

    void aStartOnASmallerScreenFollowsAMaximisedStop()
    {
        startOn({States[1], 0});
        startOn({States[0], 1});
        startOn({States[0], 1});
    }

    void everyStopIsFollowedByAStartOnEveryScreen()
    {
        if (!qEnvironmentVariableIsSet("MILLRACE_ALL_SCREENS"))
            QSKIP("Some minutes: set MILLRACE_ALL_SCREENS to have it done.");
        for (const QString &state : States)
            for (size_t from = 0; from < Screens.size(); ++from)
                for (const QString &next : States)
                    for (size_t to = 0; to < Screens.size(); ++to) {
                        init();
                        startOn({state, from});
                        startOn({next, to});
                    }
    }

private:
    void startOn(const Stop &stop)
    {
        const Screen &screen = Screens[stop.screen];
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"),
                           QStringLiteral("offscreen:configfile=") + configurationFor(screen));
        environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QString::number(screen.scale));
        if (stop.state == QLatin1String("larger text"))
            environment.insert(QStringLiteral("QT_FONT_DPI"), QStringLiteral("144"));
        QProcess process;
        process.setProcessEnvironment(environment);
        QStringList arguments{QStringLiteral("--start"), m_folder->path(),
                              m_folder->filePath(QStringLiteral("short.millrace")), stop.state, m_last};
        for (auto seen = m_lastOn.cbegin(); seen != m_lastOn.cend(); ++seen)
            arguments << seen.key() << seen.value();
        process.start(QCoreApplication::applicationFilePath(), arguments);
        QVERIFY(process.waitForFinished(Patience));
        const QStringList said = QString::fromUtf8(process.readAllStandardOutput()).trimmed().split(QLatin1Char('\n'));
        QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0,
                 qPrintable(QStringLiteral("%1 after “%2”: %3 %4")
                                .arg(stop.name(), m_last, said.join(QLatin1String(", ")))
                                .arg(process.exitCode())));
        m_last = m_lastOn[said.front()] = stop.state;
    }

    QString configurationFor(const Screen &screen) const
    {
        const QString path = m_folder->filePath(QStringLiteral("screen.json"));
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            file.write(QStringLiteral(R"({"screens": [{"name": "one", "x": 0, "y": 0, "width": %1, "height": %2,
                "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}]})")
                           .arg(screen.pixels.width())
                           .arg(screen.pixels.height())
                           .toUtf8());
        return path;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QMap<QString, QString> m_lastOn; ///< by size of screen: the state that was left there
    QString m_last;
};

} // namespace millrace::tst_screens

int main(int argc, char **argv)
{
    QStandardPaths::setTestModeEnabled(true);
    QApplication application(argc, argv);
    if (const QStringList arguments = QCoreApplication::arguments(); arguments.value(1) == QLatin1String("--start"))
        return millrace::tst_screens::startAndStop(arguments.mid(2));
    millrace::tst_screens::TestScreens test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_screens.moc"
