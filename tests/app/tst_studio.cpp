// SPDX-License-Identifier: MIT
// The desktop program from outside: a display of its own (Xvfb), real mouse and keys (xdotool), and nothing but what a
// person sees: windows, files, and the recovery file, which follows each edit.
#include <QDir>
#include <QFile>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPoint>
#include <QProcess>
#include <QRect>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtEndian>
#include <QTest>

#include <functional>
#include <memory>
#include <utility>

namespace tst_studio {

namespace {

constexpr int Patience = 60'000; // milliseconds; a program under a sanitizer on a busy machine is slow
constexpr QSize ScreenSize(1440, 900);

// Where things are in a window of that size; a person would look.
constexpr QPoint NewPipeline(91, 184), RailSearch(37, 115), RailSources(37, 152), PaletteCsv(143, 232),
    FirstFound(143, 148), SecondFound(143, 175), RunButton(46, 52), UndoButton(332, 52), RedoButton(384, 52),
    FileMenu(28, 14), FileMenuSave(60, 145), SaveFromCorner(56, 62), Canvas(0, 74), OutPort(168, 42), InCard(60, 60);

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Waits until it is so. Returns whether it came to be.
bool comesTrue(const std::function<bool()> &condition)
{
    return QTest::qWaitFor(condition, Patience);
}

/// A display with a mouse and a keyboard, and no window manager.
class Display
{
public:
    ~Display()
    {
        m_server.terminate();
        m_server.waitForFinished();
    }

    bool start()
    {
        // The server finds a free number itself, shows its screen as a file, and stays as it is between two clients.
        m_server.start(
            QStringLiteral("Xvfb"),
            {QStringLiteral("-displayfd"), QStringLiteral("1"), QStringLiteral("-screen"), QStringLiteral("0"),
             QStringLiteral("%1x%2x24").arg(ScreenSize.width()).arg(ScreenSize.height()), QStringLiteral("-nolisten"),
             QStringLiteral("tcp"), QStringLiteral("-noreset"), QStringLiteral("-fbdir"), m_folder.path()});
        QByteArray number;
        if (!comesTrue([&] {
                number += m_server.readAllStandardOutput();
                return number.endsWith('\n') || m_server.state() == QProcess::NotRunning;
            }))
            return false;
        m_name = ":" + number.trimmed();
        return !number.isEmpty();
    }

    QByteArray name() const { return m_name; }

    /// What xdotool says.
    QByteArray order(const QStringList &arguments) const
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("DISPLAY"), QString::fromLatin1(m_name));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral("xdotool"), arguments);
        process.waitForFinished(Patience);
        return process.readAllStandardOutput().trimmed();
    }

    /// Does this, then waits until the screen has changed and stands still.
    bool untilShown(const std::function<void()> &act) const
    {
        const QByteArray before = screen();
        act();
        if (!comesTrue([&] { return screen() != before; }))
            return false;
        QByteArray last;
        return comesTrue([&] {
            const QByteArray now = screen();
            const bool isStill = now == last;
            last = now;
            if (!isStill)
                QTest::qWait(150);
            return isStill;
        });
    }

    bool press(const char *keys) const
    {
        return untilShown([&] { order({QStringLiteral("key"), QString::fromLatin1(keys)}); });
    }

    bool type(const QString &text) const
    {
        return untilShown([&] {
            order({QStringLiteral("type"), QStringLiteral("--delay"), QStringLiteral("20"), text});
        });
    }

    bool click(QPoint at) const
    {
        return untilShown([&] {
            moveTo(at);
            order({QStringLiteral("click"), QStringLiteral("1")});
        });
    }

    bool drag(QPoint from, QPoint to) const
    {
        return untilShown([&] {
            moveTo(from);
            order({QStringLiteral("mousedown"), QStringLiteral("1")});
            // A drag begins after a few pixels, and what is under it answers each move.
            for (int part = 1; part <= 8; ++part) {
                moveTo(from + (to - from) * part / 8);
                QTest::qWait(30);
            }
            order({QStringLiteral("mouseup"), QStringLiteral("1")});
        });
    }

    /// How far the grid of the drawing is from having a dot there, to the nearest one: its dots are 20 pixels apart. By the darkest place in an
    /// empty piece of the screen.
    QPoint gridShift(QPoint dot) const
    {
        constexpr int Apart = 20, Lengths = 12,
                      Colours = 19; // numbers in the head of an X window dump, of four bytes each
        const QByteArray dump = screen();
        const auto number = [&dump](int place) { return qFromBigEndian<quint32>(dump.constData() + place * 4); };
        const auto lightAt = [&](QPoint at) {
            const qsizetype pixel =
                qsizetype(number(0) + number(Colours) * 12) + at.y() * qsizetype(number(Lengths)) + at.x() * 4;
            return uchar(dump[pixel]) + uchar(dump[pixel + 1]) + uchar(dump[pixel + 2]);
        };
        QPoint darkest = dot;
        for (int y = -Apart / 2; y < Apart / 2; ++y)
            for (int x = -Apart / 2; x < Apart / 2; ++x)
                if (const QPoint at = dot + QPoint(x, y); lightAt(at) < lightAt(darkest))
                    darkest = at;
        return darkest - dot;
    }

    /// The window with this in its title, given the keyboard; empty where none comes.
    QString window(const QString &title) const
    {
        QByteArray found;
        comesTrue([&] {
            found = order({QStringLiteral("search"), QStringLiteral("--onlyvisible"), QStringLiteral("--name"), title});
            found = found.split('\n').first();
            return !found.isEmpty();
        });
        order({QStringLiteral("windowfocus"), QStringLiteral("--sync"), QString::fromLatin1(found)});
        return QString::fromLatin1(found);
    }

    QRect rectOf(const QString &window) const
    {
        QHash<QByteArray, int> said;
        for (const QByteArray &line :
             order({QStringLiteral("getwindowgeometry"), QStringLiteral("--shell"), window}).split('\n'))
            said.insert(line.left(line.indexOf('=')), line.mid(line.indexOf('=') + 1).toInt());
        return {said["X"], said["Y"], said["WIDTH"], said["HEIGHT"]};
    }

private:
    void moveTo(QPoint at) const
    {
        order({QStringLiteral("mousemove"), QString::number(at.x()), QString::number(at.y())});
    }
    QByteArray screen() const { return contentOf(m_folder.filePath(QStringLiteral("Xvfb_screen0"))); }

    QTemporaryDir m_folder;
    QProcess m_server;
    QByteArray m_name;
};

} // namespace

class TestStudio : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void aPipelineIsBuiltAndRunWithTheMouse();
    void aPipelineIsBuiltAndRunWithTheKeyboardAlone();
    void undoGoesBackToEmptyAndRedoForwardToTheSameFile();

private:
    QString path(const char *name) const { return m_folder->filePath(QString::fromLatin1(name)); }
    /// The pipeline's text as it would be saved, from the recovery file; empty where all is saved.
    QByteArray unsaved() const;
    QJsonObject drawn() const { return QJsonDocument::fromJson(unsaved()).object(); }
    bool hasSteps(int steps, int links) const;
    bool hasParam(int step, const char *param, const QString &value) const;
    /// Each fails the test where what it does isn't seen to have happened.
    void addByKeys(const QString &search, int stepsAfter);
    void fillInWhatIsMissing(const std::function<bool()> &askToRun);
    void enterSavePath();
    void buildByKeys();
    void checkResult();

    std::unique_ptr<Display> m_display;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_program;
    QString m_window;
};

void TestStudio::initTestCase()
{
    for (const char *program : {"Xvfb", "xdotool"})
        if (QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty())
            QSKIP(qPrintable(
                QStringLiteral("%1 is not installed: apt-get install xvfb xdotool").arg(QString::fromLatin1(program))));
}

void TestStudio::init()
{
    m_display = std::make_unique<Display>();
    QVERIFY(m_display->start());
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QFile::copy(QStringLiteral(MILLRACE_SOURCE_DIR "/resources/examples/airports.csv"), path("airports.csv")));
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("DISPLAY"), QString::fromLatin1(m_display->name()));
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("xcb"));
    for (const char *kind : {"CONFIG", "DATA", "STATE", "CACHE", "RUNTIME"}) {
        const QString home = path(kind);
        QVERIFY(QDir().mkdir(home));
        QVERIFY(QFile::setPermissions(home, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        const bool isFolder = qstrcmp(kind, "RUNTIME") == 0;
        environment.insert(
            QStringLiteral("XDG_%1_%2").arg(QString::fromLatin1(kind), QString::fromLatin1(isFolder ? "DIR" : "HOME")),
            home);
    }
    for (const char *other : {"WAYLAND_DISPLAY", "QT_SCALE_FACTOR", "QT_QPA_PLATFORMTHEME", "XDG_CURRENT_DESKTOP"})
        environment.remove(QString::fromLatin1(other));
    m_program = std::make_unique<QProcess>();
    m_program->setProcessEnvironment(environment);
    m_program->setProcessChannelMode(QProcess::ForwardedChannels);
    m_program->start(QStringLiteral(MILLRACE_STUDIO_PROGRAM),
                     {QStringLiteral("--theme"), QStringLiteral("light"), QStringLiteral("--size"),
                      QStringLiteral("%1x%2").arg(ScreenSize.width()).arg(ScreenSize.height())});
    QVERIFY(m_display->untilShown([&] { m_window = m_display->window(QStringLiteral("Untitled — Millrace")); }));
    QVERIFY(!m_window.isEmpty());
    QCOMPARE(m_display->rectOf(m_window), QRect(QPoint(), ScreenSize));
}

void TestStudio::cleanup()
{
    if (m_program) {
        m_program->kill();
        m_program->waitForFinished();
    }
    m_program.reset();
    m_display.reset();
    m_folder.reset();
}

QByteArray TestStudio::unsaved() const
{
    const QDir folder(path("STATE") + QStringLiteral("/millrace/unsaved"));
    const QStringList files = folder.entryList({QStringLiteral("*.millrace-unsaved")}, QDir::Files);
    const QByteArray text = files.isEmpty() ? QByteArray() : contentOf(folder.filePath(files.first()));
    return text.mid(text.indexOf('\n') + 1); // the first line says what it is
}

bool TestStudio::hasSteps(int steps, int links) const
{
    return comesTrue([&] {
        const QJsonObject now = drawn();
        return now[QLatin1String("steps")].toArray().size() == steps
               && now[QLatin1String("links")].toArray().size() == links;
    });
}

bool TestStudio::hasParam(int step, const char *param, const QString &value) const
{
    return comesTrue([&] {
        const QJsonObject params =
            drawn()[QLatin1String("steps")].toArray().at(step)[QLatin1String("params")].toObject();
        return params[QLatin1String(param)].toString() == value;
    });
}

void TestStudio::addByKeys(const QString &search, int stepsAfter)
{
    QVERIFY(m_display->press("ctrl+shift+space"));
    QVERIFY(m_display->type(search));
    QVERIFY(m_display->press("Return"));
    QVERIFY(hasSteps(stepsAfter, stepsAfter - 1)); // each is linked to the one before
}

void TestStudio::fillInWhatIsMissing(const std::function<bool()> &askToRun)
{
    // What can't run yet says why, and takes the keyboard to the field.
    QVERIFY(askToRun());
    QVERIFY(m_display->type(QStringLiteral("airports.csv")));
    QVERIFY(hasParam(0, "path", QStringLiteral("airports.csv")));
    QVERIFY(askToRun());
    QVERIFY(m_display->type(QStringLiteral("state == \"AK\"")));
    QVERIFY(hasParam(1, "expression", QStringLiteral("state == \"AK\"")));
    QVERIFY(askToRun());
    QVERIFY(m_display->type(QStringLiteral("alaska.csv")));
    QVERIFY(hasParam(2, "path", QStringLiteral("alaska.csv")));
}

void TestStudio::enterSavePath()
{
    QVERIFY(!m_display->window(QStringLiteral("Save the pipeline")).isEmpty());
    m_display->order({QStringLiteral("key"), QStringLiteral("ctrl+a")});
    QVERIFY(m_display->type(path("alaska.millrace")));
}

void TestStudio::buildByKeys()
{
    QVERIFY(m_display->press("ctrl+n"));
    for (const auto &[search, steps] : {std::pair("csv file", 1), {"filter", 2}, {"write csv", 3}}) {
        addByKeys(QString::fromLatin1(search), steps);
        if (QTest::currentTestFailed())
            return;
    }
    // Paths are relative to the file.
    QVERIFY(m_display->press("ctrl+s"));
    enterSavePath();
    QVERIFY(m_display->press("Return"));
    QVERIFY(comesTrue([&] { return QFile::exists(path("alaska.millrace")); }));
    QCOMPARE(m_display->window(QStringLiteral("alaska.millrace — Millrace")), m_window);
    fillInWhatIsMissing([&] { return m_display->press("F5"); });
}

void TestStudio::checkResult()
{
    QVERIFY(comesTrue([&] { return QFile::exists(path("alaska.csv")); }));
    QByteArray expected;
    const QList<QByteArray> lines = contentOf(path("airports.csv")).split('\n');
    for (const QByteArray &line : lines)
        if (line == lines.first() || line.contains(",AK,"))
            expected += line + '\n';
    QCOMPARE(expected.count('\n'), 264); // as grep counts
    const auto compared = [](QByteArray text) { return text.replace("\r\n", "\n"); };
    QCOMPARE(compared(contentOf(path("alaska.csv"))), expected);
}

void TestStudio::aPipelineIsBuiltAndRunWithTheMouse()
{
    QVERIFY(m_display->click(NewPipeline));
    QVERIFY(m_display->click(RailSources));
    QVERIFY(m_display->drag(PaletteCsv, {400, 250}));
    QVERIFY(hasSteps(1, 0));
    QVERIFY(m_display->click(RailSearch));
    QVERIFY(m_display->type(QStringLiteral("filter")));
    QVERIFY(m_display->drag(FirstFound, {700, 250}));
    QVERIFY(hasSteps(2, 0));
    QVERIFY(m_display->click(RailSearch));
    QVERIFY(m_display->press("ctrl+a"));
    QVERIFY(m_display->type(QStringLiteral("csv")));
    QVERIFY(m_display->drag(SecondFound, {960, 250}));
    QVERIFY(hasSteps(3, 0));
    QStringList types;
    QList<QPoint> cards;
    for (const QJsonValue step : drawn()[QLatin1String("steps")].toArray()) {
        types << step[QLatin1String("type")].toString();
        const QJsonArray at = step[QLatin1String("position")].toArray();
        cards << Canvas + m_display->gridShift(Canvas + QPoint(400, 500)) + QPoint(at[0].toInt(), at[1].toInt());
    }
    QCOMPARE(types, QStringList({QStringLiteral("read.csv"), QStringLiteral("filter"), QStringLiteral("write.csv")}));
    // From a port to anywhere on a card.
    QVERIFY(m_display->drag(cards[0] + OutPort, cards[1] + InCard));
    QVERIFY(hasSteps(3, 1));
    QVERIFY(m_display->drag(cards[1] + OutPort, cards[2] + InCard));
    QVERIFY(hasSteps(3, 2));

    QVERIFY(m_display->click(FileMenu));
    QVERIFY(m_display->click(FileMenuSave));
    enterSavePath();
    const QRect dialog = m_display->rectOf(m_display->window(QStringLiteral("Save the pipeline")));
    QVERIFY(m_display->click(dialog.bottomRight() - SaveFromCorner));
    QVERIFY(comesTrue([&] { return QFile::exists(path("alaska.millrace")); }));
    QCOMPARE(m_display->window(QStringLiteral("alaska.millrace — Millrace")), m_window);

    fillInWhatIsMissing([&] { return m_display->click(RunButton); });
    QVERIFY(!QFile::exists(path("alaska.csv")));
    QVERIFY(m_display->click(RunButton));
    checkResult();
}

void TestStudio::aPipelineIsBuiltAndRunWithTheKeyboardAlone()
{
    buildByKeys();
    QVERIFY(!QTest::currentTestFailed());
    QVERIFY(!QFile::exists(path("alaska.csv")));
    QVERIFY(m_display->press("F5"));
    checkResult();
    // The program ends by a key too, and leaves nothing unsaved.
    QVERIFY(m_display->press("ctrl+s"));
    QVERIFY(comesTrue([&] { return unsaved().isEmpty(); }));
    m_display->order({QStringLiteral("key"), QStringLiteral("ctrl+q")});
    QVERIFY(comesTrue([&] { return m_program->state() == QProcess::NotRunning; }));
    QCOMPARE(m_program->exitStatus(), QProcess::NormalExit);
}

void TestStudio::undoGoesBackToEmptyAndRedoForwardToTheSameFile()
{
    buildByKeys();
    QVERIFY(!QTest::currentTestFailed());
    QVERIFY(m_display->press("ctrl+s"));
    QVERIFY(comesTrue([&] { return unsaved().isEmpty(); }));
    const QByteArray whole = contentOf(path("alaska.millrace"));
    QCOMPARE(QJsonDocument::fromJson(whole).object()[QLatin1String("steps")].toArray().size(), 3);

    int undone = 0;
    do {
        const QByteArray before = unsaved();
        QVERIFY(m_display->click(UndoButton));
        QVERIFY(comesTrue([&] { return !unsaved().isEmpty() && unsaved() != before; }));
        QVERIFY(++undone < 20);
    } while (!drawn()[QLatin1String("steps")].toArray().isEmpty());
    QCOMPARE(undone, 7); // three steps, three settings, and the guesses that saving has written
    QVERIFY(m_display->press("ctrl+s"));
    QVERIFY(comesTrue([&] { return unsaved().isEmpty(); }));
    const QByteArray empty = contentOf(path("alaska.millrace"));
    QVERIFY(QJsonDocument::fromJson(empty).object()[QLatin1String("steps")].toArray().isEmpty());

    for (int redone = 0; redone < undone; ++redone) {
        const QByteArray before = unsaved();
        QVERIFY(m_display->click(RedoButton));
        QVERIFY(comesTrue([&] { return !unsaved().isEmpty() && unsaved() != before; }));
    }
    QVERIFY(m_display->press("ctrl+s"));
    QVERIFY(comesTrue([&] { return contentOf(path("alaska.millrace")) != empty; }));
    QVERIFY(comesTrue([&] { return unsaved().isEmpty(); }));
    QCOMPARE(contentOf(path("alaska.millrace")), whole);
}

} // namespace tst_studio

QTEST_GUILESS_MAIN(tst_studio::TestStudio)
#include "tst_studio.moc"
