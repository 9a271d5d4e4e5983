// SPDX-License-Identifier: MIT
// The program under a limit of address space that has no room for the stacks of all the threads that a run would like to have.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QTest>

#include <csignal>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_few_threads {

class TestFewThreads : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestFewThreads() : CommandLineBench(L("/bin/sh")) {}

private Q_SLOTS:
    void initTestCase()
    {
        empty();
        if (limited({L("--version")}).status != 0)
            QSKIP("A sanitizer needs more address space than that.");
    }
    void init()
    {
        empty();
        write("wide.millrace", R"({"millrace": 1, "batching": {"size": 1}, "defaults": {"queueSize": 0}, "steps": [
            {"id": "g", "type": "generate", "params": {"count": 600}},
            {"id": "s", "type": "delay", "params": {"milliseconds": 20}, "workers": 150},
            {"id": "w", "type": "write.lines", "params": {"path": "out.txt"}}],
            "links": [{"from": "g", "to": "s"}, {"from": "s", "to": "w"}]})");
    }

    void aRunGoesOnWithTheThreadsThereAre()
    {
        const Ended ended = limited({L("run"), L("wide.millrace"), L("--progress"), L("never")});
        QVERIFY2(ended.status == 0, ended.errors.constData());
        QCOMPARE(content("out.txt").count('\n'), 600);
    }

    void twoInterruptsEndIt()
    {
        const auto process = start(
            call({L("run"), L("wide.millrace"), L("--progress"), L("never"), L("--set"), L("g.count=100000000")}));
        QVERIFY(process->waitForStarted());
        // The file that will be the result is there once the run is under way.
        QTRY_VERIFY(!QDir(folder()).entryList({L("*partial*")}, QDir::Files | QDir::Hidden).isEmpty());
        ::kill(pid_t(process->processId()), SIGINT);
        ::kill(pid_t(process->processId()), SIGINT);
        const Ended ended = end(*process);
        QCOMPARE(ended.status, 130);
    }

private:
    static QStringList call(const QStringList &arguments)
    {
        return QStringList{L("-c"), L("ulimit -v 1500000; exec \"$@\""), L("sh"), L(MILLRACE_PROGRAM)} + arguments;
    }
    Ended limited(const QStringList &arguments) const { return end(*start(call(arguments))); }
};

} // namespace tst_few_threads

QTEST_GUILESS_MAIN(tst_few_threads::TestFewThreads)
#include "tst_few_threads.moc"
