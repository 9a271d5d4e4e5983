// SPDX-License-Identifier: MIT
// What is said and asked before anything that a pipeline brings along is done. The ways past that: tests/trust.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_trust_question {

class TestTrustQuestion : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestTrustQuestion() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }
    void withoutATerminalTheAnswerIsNo();
    void trustIsForNowAndLater();
    void trustOfADigestIsForThatOnly();
    void anUnknownProgramIsAskedForOnATerminal();
    void whatHasChangedIsAskedForAndSaid();
    void filesElsewhereAreAskedFor();
    void theRecordIsNeverWrittenByARun();
    void whatTheCallChangesIsAskedFor_data();
    void whatTheCallChangesIsAskedFor();
    void howeverTheFileIsNamedItIsAskedFor();
    void aScriptReplacedWhileTheQuestionStandsIsNotRun();
    void runningAgainOverItsOwnResultIsNotAskedFor();
    void nothingInAFileSteersTheTerminal();
    void validateDoesNothingOfIt();

private:
    bool isUntouched() const { return !QFile::exists(path("started")) && !QFile::exists(path("out.jsonl")); }
};

constexpr char WithProgram[] = R"({"id": "touch", "type": "program", "workers": 1,
    "params": {"protocol": "lines", "command": "sh -c 'touch started; exec cat'"}},
   {"id": "script", "type": "javascript", "params": {"code": "function transform(item) {\n  return item;\n}"}})";

namespace {

/// The digest that a refusal or a question names.
QString digestIn(const QByteArray &said)
{
    static const QRegularExpression form(QStringLiteral("[0-9a-f]{64}"));
    return form.match(QString::fromUtf8(said)).captured();
}

} // namespace

void TestTrustQuestion::withoutATerminalTheAnswerIsNo()
{
    write("p.millrace", pipelineOf(WithProgram));
    const QByteArray said =
        path("p.millrace").toUtf8()
        + ": Nothing was run, for you haven't agreed to it before and can't be asked here. It would "
          "execute touch (sh -c 'touch started; exec cat'); execute script (a script). If you trust "
          "it, run it with --trust, or with --trust ";
    for (const QStringList &options : {QStringList(), {L("--quiet")}, {L("--workers=2")}}) {
        const Ended ended = run("p.millrace", options);
        QVERIFY2(ended.status == 2 && ended.errors.startsWith(said), ended.errors.constData());
        QVERIFY(isUntouched());
    }
    const Ended fit = run({L("fit"), path("p.millrace"), L("--save"), path("f")});
    QVERIFY2(fit.status == 2 && fit.errors.startsWith(said), fit.errors.constData());
    QVERIFY(isUntouched());
    write("q.millrace", pipelineOf(R"({"id": "a", "type": "multiply", "params": {"by": 2}})"));
    const Ended harmless = run("q.millrace");
    QVERIFY2(harmless.status == 0 && !harmless.errors.contains("--trust"), harmless.errors.constData());
}

void TestTrustQuestion::trustIsForNowAndLater()
{
    write("p.millrace", pipelineOf(WithProgram));
    for (const QStringList &options : {QStringList{L("--trust")}, QStringList()}) {
        const Ended ended = run("p.millrace", options);
        QVERIFY2(ended.status == 0 && !ended.errors.contains("--trust"), ended.errors.constData());
    }
    // What is changed afterwards is unknown again.
    QFile::remove(path("out.jsonl"));
    QFile::remove(path("started"));
    const Ended changed = run("p.millrace", {L("--set"), L("touch.command=cat")});
    QVERIFY2(changed.status == 2 && changed.errors.contains("It would execute touch (cat)."),
             changed.errors.constData());
    QVERIFY(isUntouched());
    // Where it can't be kept, that is said, and the run goes on.
    QVERIFY(QDir(path("data")).removeRecursively());
    write("data", "a file where the folder should be");
    const Ended unkept = run("p.millrace", {L("--trust")});
    QVERIFY2(unkept.status == 0 && unkept.errors.contains("The record of what you trust"), unkept.errors.constData());
}

void TestTrustQuestion::trustOfADigestIsForThatOnly()
{
    write("p.millrace", pipelineOf(WithProgram));
    const QString digest = digestIn(run("p.millrace").errors);
    QCOMPARE(digest.size(), 64);
    QString other = digest;
    other[0] = digest[0] == QLatin1Char('0') ? QLatin1Char('1') : QLatin1Char('0');
    const Ended wrong = run("p.millrace", {L("--trust"), other});
    QVERIFY2(wrong.status == 2 && wrong.errors.contains("its digest is " + digest.toUtf8()), wrong.errors.constData());
    const Ended noDigest = run("p.millrace", {L("--trust=abc")});
    QVERIFY2(noDigest.status == 2 && noDigest.errors.contains("64 hexadecimal digits"), noDigest.errors.constData());
    QVERIFY(isUntouched());
    for (const QStringList &options : {QStringList{L("--trust"), digest.toUpper()}, {L("--trust=") + digest}, {}})
        QCOMPARE(run("p.millrace", options).status, 0);
    // Another file isn't meant by it.
    write("q.millrace", pipelineOf(R"({"id": "a", "type": "program", "params": {"command": "touch x"}})"));
    QCOMPARE(run("q.millrace", {L("--trust"), digest}).status, 2);
}

void TestTrustQuestion::anUnknownProgramIsAskedForOnATerminal()
{
    write("p.millrace", pipelineOf(WithProgram));
    const QStringList arguments{L("run"), path("p.millrace"), L("--progress=never"), L("--quiet")};
    for (const char *typed : {"n\n", "\n", "no way\n", "\x04"}) {
        const Ended refused = runOnTerminal(arguments, typed);
        QVERIFY2(refused.status == 2 && refused.errors.contains("Nothing was run."), refused.errors.constData());
        QVERIFY(isUntouched());
        QVERIFY2(refused.errors.contains("\r\n  touch (Program) executes:\r\n    sh -c 'touch started; exec cat'\r\n"),
                 refused.errors.constData());
        QVERIFY(refused.errors.contains("    function transform(item) {\r\n      return item;\r\n    }\r\n"));
        QVERIFY(refused.errors.contains("In all: 2 programs or scripts to execute. Its digest: "));
    }
    const Ended agreed = runOnTerminal(arguments, "y\n");
    QVERIFY2(agreed.status == 0 && agreed.errors.contains("[y/N]"), agreed.errors.constData());
    QVERIFY(!isUntouched());
    QFile::remove(path("started")); // the program has left it in its folder
    const Ended again = runOnTerminal(arguments, "n\n");
    QVERIFY2(again.status == 0 && !again.errors.contains("[y/N]"), again.errors.constData());
}

void TestTrustQuestion::whatHasChangedIsAskedForAndSaid()
{
    write("p.millrace",
          pipelineOf(R"({"id": "a", "type": "program", "params": {"protocol": "lines", "command": "sh a.sh"}})"));
    write("a.sh", "exec cat\n");
    const QStringList arguments{L("run"), path("p.millrace"), L("--quiet")};
    const Ended first = runOnTerminal(arguments, "y\n");
    QVERIFY2(first.status == 0 && !first.errors.contains("since you agreed"), first.errors.constData());
    QVERIFY(!runOnTerminal(arguments, "n\n").errors.contains("[y/N]"));
    write("a.sh", "touch started; exec cat\n");
    write("more.sh", "");
    const Ended changed = runOnTerminal(arguments, "n\n");
    QVERIFY2(changed.status == 2
                 && changed.errors.contains("[since you agreed to it: a.sh has changed, more.sh is new]"),
             changed.errors.constData());
    QVERIFY(!QFile::exists(path("started")));
    QCOMPARE(run("p.millrace").status, 2);
}

void TestTrustQuestion::filesElsewhereAreAskedFor()
{
    QVERIFY(QDir(folder()).mkdir(L("theirs")));
    write(".bashrc", "mine");
    write("theirs/p.millrace", pipelineOf({}));
    const QStringList set{L("--set"), L("result.path=../.bashrc")};
    const Ended refused = run("theirs/p.millrace", set);
    QVERIFY2(refused.status == 2
                 && refused.errors.contains("It would write " + QFileInfo(path(".bashrc")).canonicalFilePath().toUtf8()
                                            + " (outside its folder; replaces a file that it hasn't made)."),
             refused.errors.constData());
    QCOMPARE(content(".bashrc"), "mine");
    const Ended asked = runOnTerminal(QStringList{L("run"), path("theirs/p.millrace")} + set, "n\n");
    QVERIFY2(asked.status == 2 && asked.errors.contains("result (JSON Lines")
                 && asked.errors.contains("[outside its folder"),
             asked.errors.constData());
    QCOMPARE(content(".bashrc"), "mine");
    QCOMPARE(run("theirs/p.millrace", set + QStringList{L("--trust")}).status, 0);
    QVERIFY(content(".bashrc").startsWith("{\"value\":0"));
    QCOMPARE(run("theirs/p.millrace", set).status, 0);
}

void TestTrustQuestion::theRecordIsNeverWrittenByARun()
{
    QVERIFY(QDir(folder()).mkpath(L("data/millrace")));
    for (const char *target : {"data/millrace/trusted", "data/millrace/made"}) {
        write("p.millrace", pipelineOf({}));
        const Ended ended = run("p.millrace", {L("--trust"), L("--set"), L("result.path=") + QLatin1String(target)});
        QVERIFY2(ended.status == 2 && ended.errors.contains("where it is kept what you trust. No pipeline may do that"),
                 ended.errors.constData());
        QVERIFY(!content("data/millrace/trusted").contains("value"));
    }
}

void TestTrustQuestion::whatTheCallChangesIsAskedFor_data()
{
    QTest::addColumn<QByteArray>("step");
    QTest::addColumn<QString>("set");
    const auto row = [](const char *name, const char *more, const char *set) {
        const QByteArray step = QByteArray(R"({"id": "a", "type": "program", "params": {"protocol": "lines", "command":
            "sh -c 'touch started; exec cat'"})")
                                + more + "}";
        QTest::newRow(name) << step << QString::fromUtf8(set);
    };
    row("a disabled step", R"(, "enabled": false)", "a.enabled=true");
    row("a bypassed step", R"(, "bypass": true)", "a.bypass=false");
    row("the environment", "", R"(a.environment={"PATH": "/tmp:/usr/bin:/bin"})");
    row("another command", "", "a.command=touch started");
    row("a step in processes", "", "a.runIn=processes");
    row("a worker's own command", R"(, "workerArguments": [{"command": "touch started"}])", "a.workers=3");
    QTest::newRow("code") << QByteArray(
        R"({"id": "a", "type": "javascript", "enabled": true, "params": {"code": "x"}})")
                          << L("a.code=function transform(item) { return item; }");
}

void TestTrustQuestion::whatTheCallChangesIsAskedFor()
{
    QFETCH(QByteArray, step);
    QFETCH(QString, set);
    write("p.millrace", pipelineOf(step));
    const Ended ended = run("p.millrace", {L("--set"), set});
    QVERIFY2(ended.status == 2, ended.errors.constData());
    QVERIFY2(ended.errors.contains("It would execute a (") || !set.contains(L("=true")), ended.errors.constData());
    QVERIFY(isUntouched());
}

void TestTrustQuestion::howeverTheFileIsNamedItIsAskedFor()
{
    const QByteArray text = pipelineOf(WithProgram);
    write("p.millrace", text);
    QVERIFY(QFile::link(path("p.millrace"), path("link.millrace")));
    QVERIFY(QDir(folder()).mkdir(L("inner")));
    QVERIFY(QFile::link(L("../p.millrace"), path("inner/link.millrace")));
    for (const char *name : {"p.millrace", "link.millrace", "inner/link.millrace", "inner/../p.millrace"}) {
        const Ended ended = run(name);
        QVERIFY2(ended.status == 2 && ended.errors.contains("It would execute touch"), ended.errors.constData());
    }
    for (const char *name : {"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}) {
        const auto process = start({L("run"), QLatin1String(name)});
        QVERIFY(process->waitForStarted());
        process->write(text);
        const Ended ended = end(*process);
        QVERIFY2(ended.status == 2 && ended.errors.contains("It would execute touch"), ended.errors.constData());
    }
    QVERIFY(isUntouched());
}

void TestTrustQuestion::aScriptReplacedWhileTheQuestionStandsIsNotRun()
{
    write("p.millrace",
          pipelineOf(R"({"id": "a", "type": "program", "params": {"protocol": "lines", "command": "sh a.sh"}})"));
    write("a.sh", "exec cat\n");
    const QStringList arguments{L("run"), path("p.millrace"), L("--quiet")};
    const Ended ended = runOnTerminal(arguments, "y\n", [this] { write("a.sh", "touch started; exec cat\n"); });
    QVERIFY2(ended.status == 2 && ended.errors.contains("its files were changed while the question stood"),
             ended.errors.constData());
    QVERIFY(isUntouched());
    const Ended again = runOnTerminal(arguments, "n\n");
    QVERIFY2(again.status == 2 && again.errors.contains("[y/N]"), again.errors.constData());
}

void TestTrustQuestion::runningAgainOverItsOwnResultIsNotAskedFor()
{
    write("p.millrace", pipelineOf({}));
    for (int again = 0; again < 3; ++again)
        QCOMPARE(run("p.millrace", {L("--report"), path("r.json")}).status, 0);
    write("mine.jsonl", "mine");
    const QStringList other{L("--set"), L("result.path=mine.jsonl")};
    const Ended asked = runOnTerminal(QStringList{L("run"), path("p.millrace")} + other, "n\n");
    QVERIFY2(asked.status == 2 && asked.errors.contains("[replaces a file that it hasn't made]"),
             asked.errors.constData());
    QCOMPARE(content("mine.jsonl"), "mine");
    // A result of that name is what was called for where nobody can be asked; but it is said.
    const Ended said = run("p.millrace", other);
    QVERIFY2(said.status == 0 && said.errors.contains("mine.jsonl, which it hasn't made.\n"), said.errors.constData());
    QVERIFY(!run("p.millrace", other).errors.contains("hasn't made"));
    // What is no mere data is not.
    for (const char *name : {"other.millrace", "notes", "run.sh", ".profile.csv"}) {
        write(name, "mine");
        const Ended refused = run("p.millrace", {L("--set"), L("result.path=") + QLatin1String(name)});
        QVERIFY2(refused.status == 2 && refused.errors.contains("(") && content(name) == "mine",
                 refused.errors.constData());
    }
    // A program beside its results is trusted once: what the call has written doesn't ask again.
    write("q.millrace",
          pipelineOf(R"({"id": "a", "type": "program", "params": {"protocol": "lines", "command": "cat"}})"));
    QCOMPARE(
        run("q.millrace", {L("--trust"), L("--report"), path("q.json"), L("--set"), L("result.path=q.jsonl")}).status,
        0);
    for (const QStringList &options : {QStringList{L("--report"), path("q.json")}, {}}) {
        const Ended again = run("q.millrace", options + QStringList{L("--set"), L("result.path=q.jsonl")});
        QVERIFY2(again.status == 0, again.errors.constData());
    }
}

void TestTrustQuestion::nothingInAFileSteersTheTerminal()
{
    const auto isPlain = [](const QByteArray &said) {
        return !said.contains('\x1b') && !said.contains("\xe2\x80\xae") && !said.contains("\xc2\x9b");
    };
    QByteArray command = "true";
    for (int i = 0; i < 60; ++i)
        command += "\\n";
    const QByteArray name = R"(a\u001b[2Jb\u202ec\u009bd)";
    write("p.millrace", pipelineOf(R"({"id": "a", "name": ")" + name
                                   + R"(", "type": "program", "params": {"command": ")" + command + name + "\"}}"));
    const Ended asked = runOnTerminal({L("run"), path("p.millrace")}, "n\n");
    QVERIFY2(isPlain(asked.errors), asked.errors.constData());
    QVERIFY2(asked.errors.contains("\r\n    true\\n\\n\\n")
                 && asked.errors.contains("\\na\\u001b[2Jb\\u202ec\\u009bd\r\n"),
             asked.errors.constData());
    QVERIFY(asked.errors.contains("  a (a\\u001b[2Jb\\u202ec\\u009bd) executes:\r\n"));
    const Ended refused = run("p.millrace");
    QVERIFY2(refused.status == 2 && isPlain(refused.errors), refused.errors.constData());
    // Names of files, of steps, of types, of fields; what a run logs; the call itself.
    const QString file = L("x\x1b[2J\u202e\u009b.millrace");
    QVERIFY(QFile::copy(path("p.millrace"), path(file.toUtf8().constData())));
    write("q.millrace", R"({"millrace": 1, "steps": [{"id": ")" + name + R"(", "type": ")" + name + R"("},
        {"id": "f", "type": "formula", "params": {"expression": ")"
                            + name + R"(", "field": "x"}}], "links": [], ")" + name + R"(": 1})");
    write("r.millrace",
          pipelineOf(R"({"id": "a", "type": "fail", "params": {"expression": "true", "message": ")" + name + "\"}}"));
    for (const QStringList &call : {QStringList{L("run"), path(file.toUtf8().constData())},
                                    {L("validate"), path(file.toUtf8().constData())},
                                    {L("validate"), path("q.millrace")},
                                    {L("run"), path("q.millrace")},
                                    {L("run"), path("r.millrace")},
                                    {L("run"), path("r.millrace"), L("--report"), L("-")},
                                    {L("run"), path("r.millrace"), L("--metrics"), L("-")},
                                    {L("run"), L("\x1b[2J\u202e")},
                                    {L("\x1b[2J\u009b")},
                                    {L("run"), L("--\x1b[2J")},
                                    {L("steps"), L("\u202e\x1b")},
                                    {L("validate"), L("\x1b[2J\u202e")},
                                    {L("help"), L("\x1b[2J")}}) {
        const Ended ended = run(call);
        QVERIFY2(ended.status != -1 && isPlain(ended.errors) && isPlain(ended.output),
                 (call.join(QLatin1Char(' ')).toUtf8() + ended.errors + ended.output).constData());
    }
}

void TestTrustQuestion::validateDoesNothingOfIt()
{
    write("p.millrace", pipelineOf(WithProgram));
    QCOMPARE(run({L("validate"), path("p.millrace")}).status, 0);
    QVERIFY(isUntouched() && !QFile::exists(path("data")));
}

} // namespace tst_trust_question

QTEST_GUILESS_MAIN(tst_trust_question::TestTrustQuestion)
#include "tst_trust_question.moc"
