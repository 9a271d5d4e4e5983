// SPDX-License-Identifier: MIT
// What is said and asked about programs and scripts before they run.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

class TestTrustQuestion : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestTrustQuestion() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }
    void anUnknownProgramIsSaidWhereNobodyCanBeAsked();
    void trustSilencesWhatIsSaid();
    void anUnknownProgramIsAskedForOnATerminal();
    void bundledExamplesAreNotAskedFor();
};

constexpr char WithProgram[] = R"({"id": "touch", "type": "program", "workers": 1,
    "params": {"protocol": "lines", "command": "sh -c 'touch started; exec cat'"}},
   {"id": "script", "type": "javascript", "params": {"code": "function transform(item) {\n  return item;\n}"}})";

void TestTrustQuestion::anUnknownProgramIsSaidWhereNobodyCanBeAsked()
{
    write("p.millrace", pipelineOf(WithProgram));
    const QByteArray said = path("p.millrace").toUtf8()
                            + ": note: This executes programs or scripts of steps; --trust silences this: "
                              "touch (sh -c 'touch started; exec cat'), script\n";
    for (int again = 0; again < 2; ++again) {
        const Ended ended = run("p.millrace");
        QVERIFY2(ended.status == 0 && ended.errors.startsWith(said), ended.errors.constData());
    }
    const Ended quiet = run("p.millrace", {L("--quiet")});
    QCOMPARE(quiet.status, 0);
    QCOMPARE(quiet.errors, QByteArray());
    QVERIFY(!QFile::exists(path("data")));
    write("p.millrace", pipelineOf(R"({"id": "a", "type": "multiply", "params": {"by": 2}})"));
    const Ended harmless = run("p.millrace");
    QVERIFY2(!harmless.errors.contains("--trust"), harmless.errors.constData());
}

void TestTrustQuestion::trustSilencesWhatIsSaid()
{
    write("p.millrace", pipelineOf(WithProgram));
    for (const QStringList &options : {QStringList{L("--trust")}, QStringList()}) {
        const Ended ended = run("p.millrace", options);
        QVERIFY2(ended.status == 0 && !ended.errors.contains("--trust"), ended.errors.constData());
    }
    // What is changed afterwards is unknown again.
    const Ended changed = run("p.millrace", {L("--set"), L("touch.command=cat")});
    QVERIFY2(changed.status == 0 && changed.errors.contains("--trust silences this: touch (cat)\n"),
             changed.errors.constData());
    // Trust is for what could be run; where it can't be kept, that is said, and the run goes on.
    QVERIFY(QDir(path("data")).removeRecursively());
    write("data", "a file where the folder should be");
    const Ended unkept = run("p.millrace", {L("--trust")});
    QVERIFY2(unkept.status == 0 && unkept.errors.contains("The record of what you trust"), unkept.errors.constData());
}

void TestTrustQuestion::anUnknownProgramIsAskedForOnATerminal()
{
    write("p.millrace", pipelineOf(WithProgram));
    const QStringList arguments{L("run"), path("p.millrace"), L("--progress=never"), L("--quiet")};
    for (const char *typed : {"n\n", "\n", "no way\n", "\x04"}) {
        const Ended refused = runOnTerminal(arguments, typed);
        QVERIFY2(refused.status == 2 && refused.errors.contains("Nothing was run."), refused.errors.constData());
        QVERIFY(!QFile::exists(path("started")) && !QFile::exists(path("out.jsonl")));
        QVERIFY2(refused.errors.contains("\r\n  touch (Program):\r\n    sh -c 'touch started; exec cat'\r\n"),
                 refused.errors.constData());
        QVERIFY(refused.errors.contains("    function transform(item) {\r\n      return item;\r\n    }\r\n"));
    }
    const Ended agreed = runOnTerminal(arguments, "y\n");
    QVERIFY2(agreed.status == 0 && agreed.errors.contains("[y/N]"), agreed.errors.constData());
    QVERIFY(QFile::exists(path("started")) && QFile::exists(path("out.jsonl")));
    const Ended again = runOnTerminal(arguments, "n\n");
    QVERIFY2(again.status == 0 && !again.errors.contains("[y/N]"), again.errors.constData());
    // Nothing in a file can write over what is asked.
    write("p.millrace",
          pipelineOf(R"({"id": "a", "type": "program", "params": {"command": "x \u001b[2J\u202e\u009b"}})"));
    const Ended bad = runOnTerminal(arguments, "n\n");
    QVERIFY2(bad.errors.contains("    x  [2J??\r\n"), bad.errors.constData());
}

void TestTrustQuestion::bundledExamplesAreNotAskedFor()
{
    const QString file = L(MILLRACE_SOURCE_DIR "/resources/examples/programs/airports.millrace");
    const QStringList arguments{L("run"), file, L("--quiet"), L("--set"), L("report.path=") + path("out.jsonl")};
    const Ended ended = runOnTerminal(arguments, "n\n");
    QVERIFY2(!ended.errors.contains("[y/N]") && !ended.errors.contains("--trust"), ended.errors.constData());
}

QTEST_GUILESS_MAIN(TestTrustQuestion)
#include "tst_trust_question.moc"
