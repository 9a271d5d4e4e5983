// SPDX-License-Identifier: MIT
#include "calls/Calls.h"
#include "calls/QtMessages.h"
#include "data/text/VisibleText.h"
#include "document/Document.h"
#include "metrics/MachineMemory.h"
#include "process/SystemLimits.h"
#include "steps/StepType.h"
#include "theme/Theme.h"
#include "window/MainWindow.h"

#include <millrace/Version.h>

#include <QAbstractEventDispatcher>
#include <QApplication>
#include <QCommandLineParser>
#include <QEvent>
#include <QPixmap>
#include <QSettings>
#include <QTimer>

#include <cstdio>
#include <cstring>
#include <optional>

using namespace millrace;

namespace {

constexpr int WrongCall = 2;

/// Qt ends the program with a core dump where there is no display; a person is told what to do instead.
bool hasDisplay()
{
    for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (!qEnvironmentVariableIsEmpty(name))
            return true;
    return false;
}

bool asksForNoWindow(int argc, char **argv)
{
    for (int i = 1; i < argc; ++i)
        for (const char *option : {"-h", "--help", "-v", "--version"})
            if (std::strcmp(argv[i], option) == 0)
                return true;
    return false;
}

/// Writes a sentence for people to standard error.
void say(const QString &sentence)
{
    std::fprintf(stderr, "millrace-studio: %s\n", visibleText(sentence.toStdString(), LineEnds::Blank).c_str());
}

struct Call
{
    QString file, screenshot, select;
    int after = 2000;
    bool runs = false, endsWhenShown = false;
    std::optional<ThemeKind> theme;
    QSize size;
};

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

void declare(QCommandLineParser &parser)
{
    const ProgramSpec &program = studioProgram();
    const CommandSpec &call = program.commands.front();
    parser.setApplicationDescription(textOf(program.description));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(textOf(call.word.name), textOf(call.summary),
                                 textOf('[' + std::string(call.word.name) + ']'));
    for (const OptionSpec &option : call.options)
        if (option.name != "help" && option.name != "version")
            parser.addOption({textOf(option.name), textOf(option.help), textOf(option.value.name)});
}

/// What is wrong with the call, or empty.
QString read(const QCommandLineParser &parser, Call &call)
{
    if (parser.positionalArguments().size() > 1)
        return QStringLiteral("One pipeline file at a time; further ones are opened from the File menu.");
    call.file = parser.positionalArguments().value(0);
    call.runs = parser.isSet(QStringLiteral("run"));
    call.endsWhenShown = parser.isSet(QStringLiteral("end-when-shown"));
    call.screenshot = parser.value(QStringLiteral("screenshot"));
    call.select = parser.value(QStringLiteral("select"));
    bool isNumber = true;
    if (parser.isSet(QStringLiteral("after")))
        call.after = parser.value(QStringLiteral("after")).toInt(&isNumber);
    if (!isNumber || call.after < 0)
        return QStringLiteral("--after takes milliseconds, e.g. --after 3000.");
    const QString theme = parser.value(QStringLiteral("theme"));
    if (theme == QLatin1String("light"))
        call.theme = ThemeKind::Light;
    else if (theme == QLatin1String("dark"))
        call.theme = ThemeKind::Dark;
    else if (theme == QLatin1String("system"))
        call.theme = ThemeKind::System;
    else if (!theme.isEmpty())
        return QStringLiteral("--theme takes light, dark or system.");
    if (parser.isSet(QStringLiteral("size"))) {
        const QStringList parts = parser.value(QStringLiteral("size")).split(QLatin1Char('x'));
        call.size = QSize(parts.value(0).toInt(), parts.value(1).toInt());
        if (parts.size() != 2 || call.size.width() < 320 || call.size.height() < 240)
            return QStringLiteral("--size takes WIDTHxHEIGHT of at least 320x240, e.g. --size 1440x900.");
    }
    return {};
}

/// Writes a picture of the window once the time has passed, and ends the program.
void takePicture(MainWindow &window, const Call &call)
{
    QTimer::singleShot(call.after, &window, [&window, path = call.screenshot] {
        const bool isWritten = window.grab().save(path);
        if (!isWritten)
            say(QStringLiteral("The picture can't be written to %1.").arg(path));
        QApplication::exit(isWritten ? 0 : 1);
    });
}

/// Ends the program as soon as the window is painted with its file, and nothing is left to be done but wait for a person: with
/// the line "shown" on standard output, for those who measure how long that takes.
class FirstSight : public QObject
{
public:
    explicit FirstSight(MainWindow &window) : QObject(&window), m_window(window)
    {
        window.installEventFilter(this);
        connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, this, [this] {
            if (!m_isPainted || m_window.document().isBusy() || QCoreApplication::closingDown())
                return;
            std::puts("shown");
            std::fflush(stdout);
            QApplication::exit(0);
        });
    }

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        m_isPainted = m_isPainted || event->type() == QEvent::Paint;
        return QObject::eventFilter(watched, event);
    }

private:
    MainWindow &m_window;
    bool m_isPainted = false;
};

} // namespace

int main(int argc, char **argv)
{
    giveBackLargeBlocks();
    takeLimitsAsErrors();
    showQtMessagesSafely();
    if (const std::string problem = fileLimitProblem(); !problem.empty()) {
        say(QString::fromStdString(problem));
        return WrongCall;
    }
    const bool isWindowless = asksForNoWindow(argc, argv);
    if (!hasDisplay() && !isWindowless) {
        say(QStringLiteral("There is no display to open a window on. Start it from a desktop session, or use "
                           "“millrace run FILE” on the command line."));
        return WrongCall;
    }
    if (isWindowless && !hasDisplay())
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("Millrace"));
    QApplication::setApplicationName(QStringLiteral("millrace-studio"));
    QApplication::setDesktopFileName(QStringLiteral("org.millrace.studio"));
    QApplication::setApplicationVersion(QStringLiteral(MILLRACE_VERSION));

    QCommandLineParser parser;
    declare(parser);
    parser.process(application);
    Call call;
    if (const QString problem = read(parser, call); !problem.isEmpty()) {
        say(problem);
        return WrongCall;
    }

    StepRegistry registry;
    registerBuiltInSteps(registry);
    Theme theme;
    theme.setKind(call.theme.value_or(ThemeKind(QSettings().value(QStringLiteral("theme"), 0).toInt())));
    auto *window = new MainWindow(registry, theme);
    if (call.size.isValid())
        window->resize(call.size);
    window->show();
    if (!call.file.isEmpty())
        window->openAndRun(call.file, call.runs, call.select);
    else
        window->showWelcome(true);
    window->offerUnsavedWork();
    if (call.endsWhenShown)
        new FirstSight(*window);
    if (!call.screenshot.isEmpty())
        takePicture(*window, call);
    const int status = QApplication::exec();
    // A picture ends the program with its windows open; each takes its own pop-ups along.
    QList<MainWindow *> windows;
    for (QWidget *widget : QApplication::topLevelWidgets())
        if (auto *open = qobject_cast<MainWindow *>(widget))
            windows << open;
    qDeleteAll(windows);
    return status;
}
