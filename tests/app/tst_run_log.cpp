// SPDX-License-Identifier: MIT
// What steps say while a run goes on, on the command line.
#include "app/CommandLineBench.h"

#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_run_log {

class TestRunLog : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestRunLog() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }

    void whatAScriptWritesIsSaid()
    {
        write("p.millrace", pipelineOf(R"({"id": "js", "type": "javascript", "params": {"code":
            "function transform(item) { console.log('at', item.value); console.warn('odd'); return item; }"}})",
                                       "2"));
        const Ended ended = run("p.millrace", {L("--trust")});
        QCOMPARE(ended.status, 0);
        QVERIFY2(ended.errors.contains(said({"js: at 0", "warning: js: odd", "js: at 1"})), ended.errors.constData());
    }

    void aQuietRunSaysWarningsOnly()
    {
        write("p.millrace", pipelineOf(R"({"id": "js", "type": "javascript", "params": {"code":
            "function transform(item) { console.log('at', item.value); console.warn('odd'); return item; }"}})",
                                       "2"));
        const Ended ended = run("p.millrace", {L("--trust"), L("--quiet")});
        QCOMPARE(ended.status, 0);
        QCOMPARE(ended.errors, said({"warning: js: odd", "warning: js: odd"}));
    }

    void itemsThatAUnionOfFieldsLeavesOutAreSaid()
    {
        write("p.millrace", R"({"millrace": 1, "steps": [
            {"id": "g", "type": "generate", "params": {"count": 10}},
            {"id": "few", "type": "filter", "params": {"expression": "value < 4"}},
            {"id": "u", "type": "union", "params": {"mode": "fields"}},
            {"id": "w", "type": "write.jsonl", "params": {"path": "out.jsonl"}}], "links": [
            {"from": "g", "to": "u"}, {"from": "g", "to": "few"}, {"from": "few", "to": "u"}, {"from": "u", "to": "w"}]})");
        Ended ended = run("p.millrace");
        QCOMPARE(ended.status, 0);
        QCOMPARE(content("out.jsonl").count('\n'), 4);
        QVERIFY2(ended.errors.contains("warning: u: Items were left out (6 of \"g\")"), ended.errors.constData());
        ended = run("p.millrace", {L("--set"), L("few.expression=value >= 0")});
        QCOMPARE(content("out.jsonl").count('\n'), 10);
        QVERIFY2(!ended.errors.contains("left out"), ended.errors.constData());
    }

    void aFolderInWhichNoFileFitsIsSaid()
    {
        write("p.millrace", R"({"millrace": 1, "steps": [
            {"id": "r", "type": "read.files", "params": {"folder": ".", "pattern": "*.png"}},
            {"id": "w", "type": "write.jsonl", "params": {"path": "out.jsonl"}}], "links": [{"from": "r", "to": "w"}]})");
        const Ended ended = run("p.millrace");
        QCOMPARE(ended.status, 0);
        QVERIFY2(ended.errors.contains("warning: r: No file in "), ended.errors.constData());
        QVERIFY2(ended.errors.contains(" fits the pattern \"*.png\"."), ended.errors.constData());
    }

private:
    /// These lines about the pipeline.
    QByteArray said(std::initializer_list<const char *> lines) const
    {
        QByteArray text;
        for (const char *line : lines)
            text += path("p.millrace").toUtf8() + ": " + line + '\n';
        return text;
    }
};

} // namespace tst_run_log

QTEST_GUILESS_MAIN(tst_run_log::TestRunLog)
#include "tst_run_log.moc"
