// SPDX-License-Identifier: MIT
// Ways past the question that were tried: each is a row. Before the first run nothing may be done unasked; after somebody has said
// yes, whatever changes what would be done asks again. The 42 of a first attack, and these of our own:
// before: `..` within a path, a path through a linked folder, a file that is a link, a link that leads nowhere, a hidden file, a file in
// a hidden folder, another pipeline's file, a program's file, a result named like a script, a Makefile, a pipe, the file of a
// worker's own, the record by another name (hard link), a folder of the record's, listing a folder elsewhere, links in a
// listed folder, a default of a step; after: a file that becomes executable, a helper in a linked folder elsewhere, a link
// put in a file's place, `~/x` and `$HOME/x`, NODE_OPTIONS, a compiled module, a zip of modules, a data file that a script may run,
// the interpreter by a script of that name in the folder, the folder of a worker's own, a file taken away, one renamed.
#include "pipeline/PipelineFile.h"
#include "trust/FolderReach.h"
#include "trust/Permissions.h"
#include "trust/TrustRecord.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace millrace::tst_ways {

class TestWays : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }
    void init();
    void nothingIsDoneBeforeTheFirstYes_data();
    void nothingIsDoneBeforeTheFirstYes();
    void ordinaryPipelinesAreNotAskedFor_data();
    void ordinaryPipelinesAreNotAskedFor();
    void whatChangesAsksAgain_data();
    void whatChangesAsksAgain();
    void theRecordIsNeverATarget_data();
    void theRecordIsNeverATarget();
    void aFileThatThePipelineHasMadeIsItsOwn();
    void agreedWritingIsForThatPipelineAsItIs();
    void aProgramReplacedAfterTheYesIsNotStarted();
    void aFolderThatCantBeFollowedEndsTheSearch();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    PipelinePlace place() const
    {
        return {path(QStringLiteral("theirs")).toStdString(), path(QStringLiteral("theirs/p.millrace")).toStdString()};
    }
    TrustRecord record() const { return TrustRecord(path(QStringLiteral("home/data/millrace/trusted")).toStdString()); }
    void make(const QString &actions) const;
    void act(const QString &action) const;
    PermissionSurvey survey(const QByteArray &steps, const QByteArray &more = {}) const;

    StepRegistry m_registry;
    std::unique_ptr<QTemporaryDir> m_folder;
};

/// The base is empty where its path can't be followed: every folder counts as within it, and none is above the topmost.
void TestWays::aFolderThatCantBeFollowedEndsTheSearch()
{
    make(QStringLiteral("theirs/sub/a.txt=1"));
    FolderReach reach({}, {});
    reach.add(path(QStringLiteral("theirs")).toStdString());
    QVERIFY(!reach.files().empty());
}

/// `theirs` is the pipeline's folder, beside somebody's `home`, in which the record lies.
void TestWays::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    for (const char *folder : {"theirs/sub", "home/data/millrace", "elsewhere"})
        QVERIFY(QDir(m_folder->path()).mkpath(QLatin1String(folder)));
    qputenv("HOME", path(QStringLiteral("home")).toUtf8());
}

/// One after the other: `name=content` writes a file, `+name` makes it executable, `-name` removes it, `name>target` is a link,
/// `name|` a pipe, `name:other` a hard link, `name/` a folder. All from the folder over both.
void TestWays::make(const QString &actions) const
{
    for (const QString &action : actions.split(QLatin1Char(' '), Qt::SkipEmptyParts))
        act(action);
}

void TestWays::act(const QString &action) const
{
    const auto local = [this](const QString &name) { return path(name).toLocal8Bit(); };
    static const QRegularExpression form(QStringLiteral("^([+-]?)([^=>|:]+)([=>|:]?)(.*)$"));
    const QRegularExpressionMatch match = form.match(action);
    const QString name = match.captured(2), rest = match.captured(4);
    if (match.captured(1) == QLatin1String("+"))
        QCOMPARE(::chmod(local(name).constData(), 0755), 0);
    else if (match.captured(1) == QLatin1String("-"))
        QVERIFY(QFile::remove(path(name)));
    else if (name.endsWith(QLatin1Char('/')))
        QVERIFY(QDir().mkpath(path(name)));
    else if (match.captured(3) == QLatin1String(">"))
        QCOMPARE(::symlink(rest.toLocal8Bit().constData(), local(name).constData()), 0);
    else if (match.captured(3) == QLatin1String("|"))
        QCOMPARE(::mkfifo(local(name).constData(), 0600), 0);
    else if (match.captured(3) == QLatin1String(":"))
        QCOMPARE(::link(local(rest).constData(), local(name).constData()), 0);
    else {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(rest.toUtf8()) >= 0);
    }
}

PermissionSurvey TestWays::survey(const QByteArray &steps, const QByteArray &more) const
{
    QByteArray text = R"({"millrace": 1, MORE "links": [], "steps": [STEPS]})";
    text.replace("MORE", more).replace("STEPS", steps).replace("@", m_folder->path().toUtf8());
    const auto loaded = parsePipeline(text.toStdString());
    return loaded ? permissionsOf(loaded->pipeline, m_registry, place(), record()) : PermissionSurvey();
}

namespace {

QByteArray program(const char *command, const char *more = "")
{
    return QByteArray(R"({"id": "p", "type": "program", "params": {"command": ")") + command + "\"" + more + "}}";
}

QByteArray writes(const char *path, const char *more = "")
{
    return QByteArray(R"({"id": "w", "type": "write.lines", "params": {"field": "t", "path": ")") + path + "\"}" + more
           + "}";
}

QByteArray reads(const char *path)
{
    return QByteArray(R"({"id": "r", "type": "read.lines", "params": {"path": ")") + path + "\"}}";
}

QByteArray tableOf(const char *database)
{
    return QByteArray(R"({"id": "w", "type": "write.sql", "params": {"table": "t", "database": ")") + database + "\"}}";
}

QByteArray rowsOf(const char *database)
{
    return QByteArray(R"({"id": "r", "type": "read.sql", "params": {"query": "SELECT 1", "database": ")") + database
           + "\"}}";
}

} // namespace

void TestWays::nothingIsDoneBeforeTheFirstYes_data()
{
    QTest::addColumn<QString>("files");
    QTest::addColumn<QByteArray>("steps");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char *name, const char *files, const QByteArray &steps, const char *reason) {
        QTest::newRow(name) << QString::fromUtf8(files) << steps << QString::fromUtf8(reason);
    };
    row("a command", "", program("touch RAN"), "");
    row("a list of words", "", R"({"id": "p", "type": "program", "params": {"command": ["touch", "RAN"]}})", "");
    row("a worker's own command", "",
        R"({"id": "p", "type": "program", "params": {"command": ""}, "workerArguments": [{"command": "touch RAN"}]})",
        "");
    row("a worker's own file", "", writes("out.txt", R"(, "workerArguments": [{"path": "@/home/.bashrc"}])"),
        "outside its folder");
    row("javascript", "", R"({"id": "j", "type": "javascript", "params": {"code": "x"}})", "");
    row("javascript in processes", "",
        R"({"id": "j", "type": "javascript", "runIn": "processes", "params": {"code": "x"}})", "");
    row("a bundled script beside a module", "theirs/kind.py=1 theirs/json.py=2", program("python3 kind.py"), "");
    row("an absolute path", "", writes("@/home/.bashrc"), "outside its folder");
    row("over a file elsewhere", "home/.bashrc=mine", writes("@/home/.bashrc"),
        "outside its folder; replaces a file that it hasn't made");
    row("..", "", writes("../home/.bashrc"), "outside its folder");
    row(".. within the path", "", writes("sub/../../home/x"), "outside its folder");
    row(".. that leads nowhere first", "", writes("none/../../home/x"), "outside its folder");
    row("through a linked folder", "theirs/out>../home", writes("out/x"), "outside its folder");
    row("a file that is a link", "home/x=mine theirs/out.txt>../home/x", writes("out.txt"),
        "outside its folder; replaces a file that it hasn't made");
    row("a link that leads nowhere", "theirs/out.txt>../home/new", writes("out.txt"),
        "outside its folder; a link that leads nowhere");
    row("a hidden file", "", writes(".envrc"), "hidden");
    row("in a hidden folder", "theirs/.git/", writes(".git/config"), "hidden");
    row("over a file of somebody", "theirs/thesis.txt=mine", writes("thesis.txt"),
        "replaces a file that it hasn't made");
    row("over another pipeline", "theirs/q.millrace={}", writes("q.millrace"), "replaces a file that it hasn't made");
    row("over a program", "theirs/tool=1 +theirs/tool", writes("tool"),
        "replaces a file that it hasn't made; could be executed");
    row("a new script", "", writes("run.sh"), "could be executed");
    row("a new module", "", writes("json.py"), "could be executed");
    row("a Makefile", "", writes("Makefile"), "could be executed");
    row("a starter of the desktop", "", writes("x.desktop"), "could be executed");
    row("a pipe", "theirs/pipe|", writes("pipe"), "a device or a pipe");
    row("a device", "", writes("/dev/null"), "outside its folder; a device or a pipe");
    row("a device by .", "", writes("/dev/./stdout"), "outside its folder");
    row("another descriptor", "", writes("/dev/fd/9"), "outside its folder");
    row("a device by a link", "theirs/out.txt>/dev/null", writes("out.txt"), "outside its folder; a device or a pipe");
    row("reads elsewhere", "home/secret=mine", reads("../home/secret"), "outside its folder");
    row("reads by a link", "home/secret=mine theirs/in.txt>../home/secret", reads("in.txt"), "outside its folder");
    row("reads elsewhere by a pattern", "home/secret=mine", reads("../home/se*"), "outside its folder");
    row("reads elsewhere by a pattern that nothing fits yet", "", reads("../home/se*"), "outside its folder");
    row("reads a link by a pattern", "home/secret=mine theirs/in.txt>../home/secret", reads("*.txt"),
        "outside its folder");
    row("reads elsewhere by a list", "home/secret=mine",
        R"({"id": "in", "type": "read.lines", "params": {"path": ["in.txt", "../home/secret"]}})",
        "outside its folder");
    row("reads a device", "", reads("/dev/zero"), "outside its folder");
    row("a database elsewhere", "", tableOf("../home/x.db"), "outside its folder");
    row("a database of somebody", "theirs/x.db=mine", tableOf("x.db"), "changes a database that it hasn't made");
    row("a server's database", "", tableOf("postgresql://db/x"), "a database on a server");
    row("reads a database elsewhere", "home/x.db=mine", rowsOf("../home/x.db"), "outside its folder");
    row("reads a server's database", "", rowsOf("postgresql://db/x"), "a database on a server");
    row("lists elsewhere", "", R"({"id": "f", "type": "read.files", "params": {"folder": "../home"}})",
        "outside its folder");
    row("lists links", "theirs/sub/x>../../home", R"({"id": "f", "type": "read.files", "params": {"folder": "sub"}})",
        "with links that lead outside its folder: x");
}

void TestWays::nothingIsDoneBeforeTheFirstYes()
{
    QFETCH(QString, files);
    QFETCH(QByteArray, steps);
    QFETCH(QString, reason);
    make(files);
    const PermissionSurvey found = survey(steps);
    QVERIFY(!found.needed.empty());
    const std::string said = found.needed.back().reason;
    QVERIFY2(said.starts_with(reason.toStdString()), said.c_str());
    QCOMPARE(record().unknownOf(found.needed), found.needed);
    // Once agreed to it isn't asked again.
    QVERIFY(record().add(found.needed, place().identity()));
    QVERIFY(record().unknownOf(survey(steps).needed).empty());
}

void TestWays::ordinaryPipelinesAreNotAskedFor_data()
{
    QTest::addColumn<QString>("files");
    QTest::addColumn<QByteArray>("steps");
    const auto row = [](const char *name, const char *files, const QByteArray &steps) {
        QTest::newRow(name) << QString::fromUtf8(files) << steps;
    };
    row("a new result", "", writes("out.csv"));
    row("in a folder within", "", writes("sub/out.csv"));
    row("by its whole path", "", writes("@/theirs/out.csv"));
    row("through a link within", "theirs/results>sub", writes("results/out.csv"));
    row("data beside it", "theirs/in.txt=1", reads("in.txt") + ", " + writes("out.txt"));
    row("a folder within", "theirs/sub/a.txt=1", R"({"id": "f", "type": "read.files", "params": {"folder": "."}})");
    row("streams of the call", "", reads("/dev/stdin") + ", " + writes("/dev/stdout"));
    row("what is turned off", "",
        R"({"id": "w", "type": "write.lines", "enabled": false, "params": {"path": "/etc/x"}})");
    row("a dot in a name", "", writes("a..b.csv"));
}

void TestWays::ordinaryPipelinesAreNotAskedFor()
{
    QFETCH(QString, files);
    QFETCH(QByteArray, steps);
    make(files);
    const PermissionSurvey found = survey(steps);
    QVERIFY2(found.needed.empty(), found.needed.empty() ? "" : found.needed.front().reason.c_str());
    QVERIFY(found.forbidden.empty());
}

void TestWays::whatChangesAsksAgain_data()
{
    QTest::addColumn<QString>("files");
    QTest::addColumn<QByteArray>("steps");
    QTest::addColumn<QString>("change");
    const auto row = [](const char *name, const char *files, const QByteArray &steps, const char *change) {
        QTest::newRow(name) << QString::fromUtf8(files) << steps << QString::fromUtf8(change);
    };
    const char *a = "theirs/a.py=1 theirs/helper.py=1";
    row("the script", a, program("python3 a.py"), "theirs/a.py=2");
    row("a helper", a, program("python3 a.py"), "theirs/helper.py=2");
    row("a new module", a, program("python3 a.py"), "theirs/json.py=2");
    row("-m", "theirs/mod.py=1", program("python3 -m mod"), "theirs/mod.py=2");
    row("a folder", "theirs/app/ theirs/app/__main__.py=1", program("python3 app"), "theirs/app/__main__.py=2");
    row("node .", "theirs/package.json={} theirs/index.js=1", program("node ."), "theirs/index.js=2");
    row("package.json", "theirs/package.json={} theirs/index.js=1", program("node ."), "theirs/package.json={1}");
    row(". ./x", "theirs/x=1", program("sh -c '. ./x'"), "theirs/x=2");
    row("a name that is made", "theirs/x.sh=1", program("sh -c './$(echo x).sh'"), "theirs/x.sh=2");
    row("all of a kind", "theirs/x.sh=1", program("for f in ./*.sh; do sh $f; done"), "theirs/y.sh=2");
    row("cd", "theirs/sub/run.sh=1", program("cd sub && sh run.sh"), "theirs/sub/run.sh=2");
    row("PATH", "elsewhere/tool=1 +elsewhere/tool",
        program("sh -c tool", R"(, "environment": {"PATH": "@/elsewhere:/usr/bin"})"), "elsewhere/tool=2");
    row("PYTHONPATH", a, program("python3 a.py", R"(, "environment": {"PYTHONPATH": "@/elsewhere"})"),
        "elsewhere/sitecustomize.py=2");
    row("BASH_ENV", "elsewhere/rc=1", program("bash -c x", R"(, "environment": {"BASH_ENV": "@/elsewhere/rc"})"),
        "elsewhere/rc=2");
    row("NODE_OPTIONS", "elsewhere/r.js=1",
        program("node x.js", R"(, "environment": {"NODE_OPTIONS": "--require=@/elsewhere/r.js"})"), "elsewhere/r.js=2");
    row("a link led elsewhere", "elsewhere/one.py=1 elsewhere/two.py=2 theirs/a.py>../elsewhere/one.py",
        program("python3 a.py"), "-theirs/a.py theirs/a.py>../elsewhere/two.py");
    row("the target of a link", "elsewhere/one.py=1 theirs/a.py>../elsewhere/one.py", program("python3 a.py"),
        "elsewhere/one.py=2");
    row("in a linked folder", "elsewhere/lib.py=1 theirs/lib>../elsewhere theirs/a.py=1", program("python3 a.py"),
        "elsewhere/lib.py=2");
    row("a link instead of a file", "elsewhere/a.py=1 theirs/a.py=1", program("python3 a.py"),
        "-theirs/a.py theirs/a.py>../elsewhere/a.py");
    row("../x.py", "x.py=1", program("python3 ../x.py"), "x.py=2");
    row("a whole path", "elsewhere/x.txt=1", program("python3 @/elsewhere/x.txt"), "elsewhere/x.txt=2");
    row("~/x", "home/x.sh=1", program("sh -c '. ~/x.sh'"), "home/x.sh=2");
    row("$HOME/x", "home/x.sh=1", program("sh -c '. $HOME/x.sh'"), "home/x.sh=2");
    row("a working folder elsewhere", "elsewhere/a.py=1", program("python3 a.py", R"(, "folder": "../elsewhere")"),
        "elsewhere/b.py=2");
    row("a worker's working folder", "elsewhere/a.py=1",
        R"({"id": "p", "type": "program", "params": {"command": "python3 a.py"}, "workerArguments": [{"folder": "../elsewhere"}]})",
        "elsewhere/a.py=2");
    row("make", "theirs/Makefile=1", program("make"), "theirs/Makefile=2");
    row("awk -f", "theirs/prog=1", program("awk -f prog"), "theirs/prog=2");
    row("env -i", "theirs/a.txt=1", program("env -i python3 a.txt"), "theirs/a.txt=2");
    row("-W ignore", "theirs/a.txt=1", program("python3 -W ignore a.txt"), "theirs/a.txt=2");
    row("timeout", "theirs/x=1", program("timeout 9 sh x"), "theirs/x=2");
    row("<", "theirs/x=1", program("sh < x"), "theirs/x=2");
    row("a file becomes executable", "theirs/tool=1", program("sh -c ./tool"), "+theirs/tool");
    row("a compiled module", a, program("python3 a.py"),
        "theirs/__pycache__/ theirs/__pycache__/helper.cpython-311.pyc=2");
    row("a zip of modules", "theirs/app.zip=1", program("python3 app.zip"), "theirs/app.zip=2");
    row("a text that a script may run", "theirs/a.py=1 theirs/rules.txt=1", program("python3 a.py"),
        "theirs/rules.txt=2");
    row("an interpreter of the folder's", "theirs/a.py=1 theirs/python3=1 +theirs/python3", program("./python3 a.py"),
        "theirs/python3=2");
    row("a file taken away", a, program("python3 a.py"), "-theirs/helper.py");
    row("a file renamed", a, program("python3 a.py"), "-theirs/helper.py theirs/json.py=1");
    row("a hidden file", a, program("python3 a.py"), "theirs/.pythonrc=2");
    row("in a folder of version control that is named", "theirs/.git/ theirs/.git/x=1", program("sh .git/x"),
        "theirs/.git/x=2");
    row("its own result, executed", "theirs/a.py=1 theirs/out.py=1", program("python3 a.py") + ", " + writes("out.py"),
        "theirs/out.py=2");
    row("its own result, named", "theirs/out.txt=1", program("sh out.txt") + ", " + writes("out.txt"),
        "theirs/out.txt=2");
}

void TestWays::whatChangesAsksAgain()
{
    QFETCH(QString, files);
    QFETCH(QByteArray, steps);
    QFETCH(QString, change);
    make(files);
    const Permissions before = survey(steps).needed;
    QVERIFY(!before.empty());
    QVERIFY(record().add(before, place().identity()));
    QVERIFY(record().unknownOf(survey(steps).needed).empty());
    make(change);
    const Permissions now = record().unknownOf(survey(steps).needed);
    QVERIFY(!now.empty());
    QVERIFY(!record().changesOf(now.front(), place().identity()).empty());
    QVERIFY(digestOf(survey(steps).needed) != digestOf(before));
}

void TestWays::theRecordIsNeverATarget_data()
{
    QTest::addColumn<QString>("files");
    QTest::addColumn<QByteArray>("path");
    const auto row = [](const char *name, const char *files, const char *target) {
        QTest::newRow(name) << QString::fromUtf8(files) << QByteArray(target);
    };
    row("its path", "", "@/home/data/millrace/trusted");
    row("its path, there already", "home/data/millrace/trusted=1", "../home/data/millrace/trusted");
    row("what belongs to it", "", "@/home/data/millrace/made");
    row("within what belongs to it", "home/data/millrace/seen/", "@/home/data/millrace/seen/x");
    row("its folder", "", "@/home/data/millrace");
    row("through a linked folder", "theirs/out>../home/data", "out/millrace/trusted");
    row("a link to it", "home/data/millrace/trusted=1 theirs/out.txt>../home/data/millrace/trusted", "out.txt");
    row("a link to it before it is there", "theirs/out.txt>../home/data/millrace/trusted", "out.txt");
    row("by another name", "home/data/millrace/trusted=1 theirs/out.txt:home/data/millrace/trusted", "out.txt");
    row("by ..", "", "sub/../../home/data/./millrace/trusted");
}

void TestWays::theRecordIsNeverATarget()
{
    QFETCH(QString, files);
    QFETCH(QByteArray, path);
    make(files);
    const std::string said = survey(writes(path.constData())).forbidden;
    QVERIFY2(said.starts_with("w: It would write to ") && said.find("what you trust") != std::string::npos,
             said.c_str());
}

void TestWays::aFileThatThePipelineHasMadeIsItsOwn()
{
    const QByteArray steps = writes("out.txt");
    const PermissionSurvey first = survey(steps);
    QVERIFY(first.needed.empty());
    QCOMPARE(first.outputs.size(), 1u);
    QVERIFY(record().addMade(place().identity(), first.outputs));
    make(QStringLiteral("theirs/out.txt=1"));
    QVERIFY(survey(steps).needed.empty());
    // By a mark on it where the record is another user's; a copy of the mark says nothing of another file.
    const TrustRecord none(path(QStringLiteral("none/trusted")).toStdString());
    const std::string &made = first.outputs.front(), identity = place().identity();
    MadeFiles::mark(identity, {made});
    char mark[64];
    if (::getxattr(made.c_str(), "user.millrace.made", mark, sizeof mark) == ssize_t(sizeof mark)) {
        make(QStringLiteral("theirs/thesis.txt=1"));
        const std::string thesis = path(QStringLiteral("theirs/thesis.txt")).toStdString();
        QCOMPARE(::setxattr(thesis.c_str(), "user.millrace.made", mark, sizeof mark, 0), 0);
        QVERIFY(none.madeBy(identity).contains(made) && !none.madeBy(identity).contains(thesis));
        QVERIFY(!none.madeBy("another").contains(made));
    }
    // Not another pipeline's, and not behind a link.
    QVERIFY(!record().madeBy("another").contains(first.outputs.front()));
    make(QStringLiteral("home/x=1 -theirs/out.txt theirs/out.txt>../home/x"));
    QVERIFY(!survey(steps).needed.empty());
}

void TestWays::agreedWritingIsForThatPipelineAsItIs()
{
    const QByteArray formula = R"({"id": "f", "type": "formula", "params": {"field": "t", "expression": "'a'"}}, )";
    const QByteArray steps = formula + writes("../home/x");
    QVERIFY(record().add(survey(steps).needed, place().identity()));
    QVERIFY(record().unknownOf(survey(steps).needed).empty());
    // What would be written there is another now.
    QVERIFY(!record().unknownOf(survey(QByteArray(steps).replace("'a'", "'rm -r'")).needed).empty());
    // How fast it is done is no difference.
    QVERIFY(
        record().unknownOf(survey(steps, R"("batching": {"size": 7}, "defaults": {"workers": 3},)").needed).empty());
}

void TestWays::aProgramReplacedAfterTheYesIsNotStarted()
{
    make(QStringLiteral("theirs/a.py=1 theirs/in.csv=1"));
    const auto guard = startGuardOf(survey(program("python3 a.py in.csv")).needed);
    QVERIFY(guard("p") && guard("another"));
    make(QStringLiteral("theirs/in.csv=2")); // data that it may well write itself
    QVERIFY(guard("p"));
    make(QStringLiteral("theirs/a.py=2"));
    const Result<> refused = guard("p");
    QVERIFY(!refused && refused.error().message.find("a.py isn't what was agreed to any more") != std::string::npos);
    make(QStringLiteral("-theirs/a.py"));
    QVERIFY(!guard("p"));
}

} // namespace millrace::tst_ways

QTEST_GUILESS_MAIN(millrace::tst_ways::TestWays)
#include "tst_ways.moc"
