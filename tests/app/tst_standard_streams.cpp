// SPDX-License-Identifier: MIT
// "-" as the path of what is read or written: the standard streams of `millrace run`.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_standard_streams {

namespace {

QByteArray pipeline(const QByteArray &source, const QByteArray &sink, const QByteArray &params = {})
{
    const QByteArray more = params.isEmpty() ? QByteArray() : ", " + params;
    return "{\"millrace\": 1, \"steps\": [{\"id\": \"in\", \"type\": \"" + source
           + "\", \"params\": {\"path\": \"-\"}}, {\"id\": \"out\", \"type\": \"" + sink
           + "\", \"params\": {\"path\": \"-\"" + more + "}}], \"links\": [{\"from\": \"in\", \"to\": \"out\"}]}";
}

} // namespace

class TestStandardStreams : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestStandardStreams() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }

    void eachSourceReadsAndEachSinkWritesThem_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QByteArray>("given");
        QTest::addColumn<QByteArray>("sink");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *source, const char *given, const char *sink, const char *expected) {
            QTest::addRow("%s to %s", source, sink)
                << QByteArray(source) << QByteArray(given) << QByteArray(sink) << QByteArray(expected);
        };
        row("read.csv", "a,b\n1,x\n2,y\n", "write.csv", "a,b\n1,x\n2,y\n");
        row("read.csv", "a,b\n1,x\n2,y\n", "write.json", "[\n{\"a\":1,\"b\":\"x\"},\n{\"a\":2,\"b\":\"y\"}\n]\n");
        row("read.jsonl", "{\"a\":1}\n{\"a\":2}\n", "write.jsonl", "{\"a\":1}\n{\"a\":2}\n");
        row("read.json", "[{\"a\":1},\n {\"a\":2}]", "write.jsonl", "{\"a\":1}\n{\"a\":2}\n");
        row("read.lines", "one\ntwo\n", "write.lines", "one\ntwo\n");
        row("read.container", "{\"ids\": [5], \"data_inputs\": [{\"a\": 1}]}", "write.container",
            "{\"ids\": [5],\n \"data_inputs\": [{\"a\":1}]}\n");
    }
    void eachSourceReadsAndEachSinkWritesThem()
    {
        QFETCH(QByteArray, source);
        QFETCH(QByteArray, given);
        QFETCH(QByteArray, sink);
        QFETCH(QByteArray, expected);
        write("p.millrace", pipeline(source, sink));
        const Ended ended = runWith(given, {path("p.millrace")});
        QVERIFY2(ended.status == 0, ended.errors.constData());
        QCOMPARE(ended.output, expected);
        QCOMPARE(QDir(folder()).entryList(QDir::Files | QDir::Hidden), QStringList(L("p.millrace")));
    }
    void whatIsThereIsNoReasonNotToWriteThem()
    {
        for (const char *mode : {"append", "new", "replace"}) {
            write("p.millrace",
                  pipeline("read.lines", "write.csv", QByteArray("\"mode\": \"") + mode + "\", \"header\": false"));
            write("out.txt", "there\n");
            const auto process = start({L("run"), path("p.millrace")});
            QCOMPARE(end(*process).status, 0);
            QProcess into;
            into.setStandardOutputFile(path("out.txt"), QIODevice::Append);
            into.setWorkingDirectory(folder());
            into.start(L(MILLRACE_PROGRAM), {L("run"), path("p.millrace")});
            into.write("one\n");
            const Ended ended = end(into);
            QVERIFY2(ended.status == 0, ended.errors.constData());
            QCOMPARE(content("out.txt"), QByteArray("there\none\n"));
        }
    }
    void aFileOfThatNameIsReadAndWrittenByItsFolder()
    {
        write("-", "a\n1\n");
        QByteArray text = pipeline("read.csv", "write.csv");
        write("p.millrace", text.replace("\"-\"", "\"./-\"")
                                .replace("write.csv\", \"params\": {\"path\": \"./-\"",
                                         "write.csv\", \"params\": {\"path\": \"{a}\""));
        QCOMPARE(run("p.millrace", {L("--trust")}).status, 0); // its items may name any file there
        QCOMPARE(content("1"), QByteArray("a\n1\n"));
        write("p.millrace",
              pipeline("read.lines", "write.lines").replace("\"path\": \"-\"}}]", "\"path\": \"{text}\"}}]"));
        const Ended ended = runWith("-\n", {path("p.millrace"), L("--trust")});
        QVERIFY2(ended.status == 0, ended.errors.constData());
        QCOMPARE(ended.output, QByteArray());
        QCOMPARE(content("-"), QByteArray("-\n"));
    }
    void nothingElseComesInto()
    {
        write("p.millrace", pipeline("read.csv", "write.csv"));
        for (const char *option : {"--report", "--html", "--metrics"}) {
            const Ended ended = runWith("a\n1\n", {path("p.millrace"), QString::fromUtf8(option), L("-")});
            QCOMPARE(ended.status, 2);
            QCOMPARE(ended.output, QByteArray());
            QVERIFY2(ended.errors.contains(QByteArray(option) + " -: standard output is written by \"out\""),
                     ended.errors.constData());
        }
    }
    void eachIsOfOneStepAlone()
    {
        write("p.millrace", R"({"millrace": 1, "steps": [
            {"id": "a", "type": "read.csv", "params": {"path": "-"}},
            {"id": "b", "type": "read.csv", "params": {"path": "-"}},
            {"id": "x", "type": "write.csv", "params": {"path": "-"}},
            {"id": "y", "type": "write.csv", "params": {"path": "-"}}],
            "links": [{"from": "a", "to": "x"}, {"from": "b", "to": "y"}]})");
        const Ended ended = runWith("a\n1\n", {path("p.millrace")});
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.errors.contains("y: \"-\" is also written by \"x\""), ended.errors.constData());
        QVERIFY2(ended.errors.contains("b: Standard input is also read by \"a\""), ended.errors.constData());
    }
    void thePipelineItselfMayBeStandardInput()
    {
        for (const QString &name : {L("-"), L("/dev/stdin")}) {
            const Ended ended = runWith(pipeline("read.csv", "write.csv"), {name});
            QCOMPARE(ended.status, 2);
            QVERIFY2(ended.errors.contains("Standard input is the pipeline itself"), ended.errors.constData());
        }
    }
    void peekShowsAPipeAsItShowsAFile_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("packer");
        QByteArray table = "name;price\r\n", list = "[", lines;
        for (int i = 0; i < 40'000; ++i) {
            const QByteArray number = QByteArray::number(i);
            table += "Anna " + number + ";" + number + ",5\r\n";
            list += (i > 0 ? ",\n" : "") + ("{\"id\": " + number + ", \"name\": \"Anna\"}");
            lines += "{\"id\": " + number + "}\n";
        }
        QTest::newRow("a short table") << table.left(100) << QByteArray();
        QTest::newRow("a long table") << table << QByteArray();
        QTest::newRow("a list") << list + "]" << QByteArray();
        QTest::newRow("JSON Lines") << lines << QByteArray();
        QTest::newRow("a packed table") << table << QByteArray("gzip");
        QTest::newRow("a long packed table") << table + table + table << QByteArray("zstd");
        QTest::newRow("UTF-16") << QString::fromUtf8(table).toUtf8() << QByteArray("iconv -t UTF-16");
    }
    void peekShowsAPipeAsItShowsAFile()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, packer);
        write("plain", text);
        QProcess shell;
        shell.setWorkingDirectory(folder());
        const auto bash = [&](const QByteArray &command) {
            shell.start(L("bash"), {L("-c"), QString::fromUtf8(command)});
            return end(shell);
        };
        QCOMPARE(bash((packer.isEmpty() ? QByteArray("cat") : packer) + " <plain >x && mkfifo fifo").status, 0);
        const auto isLookedAtAs = [&](const QByteArray &name, const Ended &ended) {
            const QByteArray wanted = run({L("peek"), path("x")}).output;
            const qsizetype head = wanted.indexOf(": ");
            if (ended.status == 0 && ended.output == name + wanted.mid(head))
                return true;
            qInfo("%s\nis said of the file, of the pipe\n%s%s", wanted.constData(), ended.output.constData(),
                  ended.errors.constData());
            return false;
        };
        const QByteArray peek = QByteArrayLiteral(MILLRACE_PROGRAM) + " peek ";
        QVERIFY(isLookedAtAs("standard input", bash("cat x | " + peek + "-")));
        QVERIFY(isLookedAtAs("standard input", bash(peek + "- <x")));
        QVERIFY(isLookedAtAs("/dev/stdin", bash("cat x | " + peek + "/dev/stdin")));
        QVERIFY(isLookedAtAs("fifo", bash("(cat x >fifo &) ; " + peek + "fifo")));
        QVERIFY(isLookedAtAs("/dev/fd/7", bash(peek + "/dev/fd/7 7< <(cat x)")));
    }
    void peekWaitsForNoEnd()
    {
        const auto process = start({L("peek"), L("-")});
        process->write("a;b\n1;x\n2;unfini");
        QVERIFY(process->waitForFinished(30'000)); // though the pipe is open
        const QByteArray shown = process->readAllStandardOutput();
        QVERIFY2(shown.contains("\n      1  x\n") && !shown.contains("unfini"), shown.constData());
    }
    void peekReadsOnlyTheBeginningOfWhatHasNoEnd()
    {
        QProcess shell;
        shell.start(L("bash"), {L("-c"), L("yes 'a;b' | " MILLRACE_PROGRAM " peek -")});
        QCOMPARE(end(shell).status, 0);
        const Ended zeros = run({L("peek"), L("/dev/zero")});
        QCOMPARE(zeros.status, 2);
        QVERIFY2(zeros.errors.contains("no text"), zeros.errors.constData());
    }

private:
    Ended runWith(const QByteArray &input, const QStringList &words)
    {
        const auto process = start(QStringList(L("run")) + words);
        process->write(input);
        return end(*process);
    }
};

} // namespace tst_standard_streams

QTEST_GUILESS_MAIN(tst_standard_streams::TestStandardStreams)
#include "tst_standard_streams.moc"
