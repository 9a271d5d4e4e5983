// SPDX-License-Identifier: MIT
// What the command-line program does where the machine gives it less than it wants.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_limits {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool IsSanitized = true;
#elif defined(__has_feature)
constexpr bool IsSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool IsSanitized = false;
#endif

/// The program, called by a shell that sets limits first.
class LimitBench : public CommandLineBench
{
public:
    LimitBench() : CommandLineBench(L("/bin/sh")) {}
    Ended under(const char *limits, const QStringList &arguments) const
    {
        return run(QStringList{L("-c"), QString::fromUtf8(limits) + L("; exec \"$@\""), L("sh"), L(MILLRACE_PROGRAM)}
                   + arguments);
    }
};

} // namespace

class TestLimits : public QObject, private LimitBench
{
    Q_OBJECT

private Q_SLOTS:
    void init() { empty(); }
    void theLimitOfAFilesSizeFailsTheRun();
    void childrenGetTheirSignalsBack();
    void tooFewFilesAreToldBeforeAnything_data();
    void tooFewFilesAreToldBeforeAnything();
    void wantOfMemoryIsSaid();
    void aFileWithoutEndIsNoPipeline();
    void joinsThatDoubleTheFieldsFailTheRun();
    void anInputThatIsCutFailsTheRunAndTheOldResultStays();
    void whatAKilledRunLeftIsRemovedByTheNext();
    void aLinkThatLeadsNowhereYetIsWrittenThrough();
};

void TestLimits::theLimitOfAFilesSizeFailsTheRun()
{
    write("p.millrace", pipelineOf({}, "200000"));
    const Ended ended = under("ulimit -f 100", {L("run"), path("p.millrace")});
    QVERIFY2(ended.status == 1, ended.errors.constData());
    QVERIFY2(ended.errors.contains("limit of a file's size (ulimit -f)"), ended.errors.constData());
    QVERIFY(!QFile::exists(path("out.jsonl")));
}

void TestLimits::childrenGetTheirSignalsBack()
{
    write("p.millrace", pipelineOf(R"({"id": "program", "type": "program", "params": {"protocol": "lines", "command":
        ["sh", "-c", "grep SigIgn /proc/self/status >&2; exec cat"]}})",
                                   "1"));
    const Ended ended = under(":", {L("run"), path("p.millrace"), L("--trust")});
    const qsizetype at = ended.errors.indexOf("SigIgn:");
    QVERIFY2(at >= 0, ended.errors.constData());
    const quint64 ignored = ended.errors.mid(at + 7).trimmed().left(16).toULongLong(nullptr, 16);
    for (const int signal : {SIGPIPE, SIGXFSZ})
        QVERIFY2((ignored >> (signal - 1) & 1) == 0, ended.errors.constData());
}

void TestLimits::tooFewFilesAreToldBeforeAnything_data()
{
    QTest::addColumn<int>("files");
    for (const int files : {4, 5, 6, 8, 12, 16, 20})
        QTest::addRow("%d", files) << files;
}

void TestLimits::tooFewFilesAreToldBeforeAnything()
{
    QFETCH(int, files);
    write("p.millrace", pipelineOf({}));
    const QByteArray limit = "ulimit -n " + QByteArray::number(files);
    const Ended ended = under(limit.constData(), {L("run"), path("p.millrace")});
    if (ended.status == 127)
        QSKIP("The libraries themselves can't be loaded with so few.");
    QVERIFY2(ended.status == 2, ended.errors.constData());
    QVERIFY2(ended.errors.contains("raise the limit (ulimit -n"), ended.errors.constData());
}

void TestLimits::wantOfMemoryIsSaid()
{
    if (IsSanitized)
        QSKIP("A sanitizer wants all addresses for itself.");
    QByteArray values = "{\"data_inputs\": [0";
    for (int i = 1; i < 3'000'000; ++i)
        values += ",1";
    write("in.json", values + "]}");
    write("p.millrace", R"({"millrace": 1, "steps": [
        {"id": "in", "type": "read.container", "params": {"path": "in.json"}}, {"id": "out", "type": "discard"}],
        "links": [{"from": "in", "to": "out"}]})");
    for (const char *command : {"run", "validate"}) {
        const Ended ended = under("ulimit -v 200000", {QString::fromUtf8(command), path("p.millrace")});
        if (ended.status == 127)
            QSKIP("The libraries themselves can't be loaded with so little.");
        QVERIFY2(ended.status == 1 || ended.status == 2, (ended.output + ended.errors).constData());
        QVERIFY2((ended.output + ended.errors).contains("memory"), (ended.output + ended.errors).constData());
    }
}

void TestLimits::aFileWithoutEndIsNoPipeline()
{
    const Ended device = under(IsSanitized ? "true" : "ulimit -v 2000000", {L("validate"), L("/dev/zero")});
    QCOMPARE(device.status, 2);
    QCOMPARE(device.output, "/dev/zero: It is a device; name a pipeline file.\n");
    QCOMPARE(::mkfifo(path("pipe").toUtf8().constData(), 0600), 0);
    for (const char *call : {"head -c 100000000 /dev/zero | \"$1\" validate -", "\"$1\" validate - < /dev/zero",
                             "head -c 100000000 /dev/zero > pipe & exec \"$1\" validate pipe"}) {
        const Ended ended = run(QStringList{L("-c"), QString::fromUtf8(call), L("sh"), L(MILLRACE_PROGRAM)});
        QVERIFY2(ended.status == 2, ended.errors.constData());
        QVERIFY2(ended.output.contains("It has more than 64 MiB, far too much for a pipeline file"),
                 ended.output.constData());
    }
}

void TestLimits::joinsThatDoubleTheFieldsFailTheRun()
{
    // The check can't know what the script makes.
    QByteArray steps = R"({"id": "n", "type": "generate", "params": {"count": 1}}, {"id": "s", "type": "javascript",
        "params": {"code": "function transform(item) { return item; }"}})";
    QByteArray links = R"({"from": "n", "to": "s"})", before = "s";
    for (int i = 0; i < 20; ++i) {
        const QByteArray number = QByteArray::number(i);
        steps += ",{\"id\":\"u" + number + R"(","type":"union","params":{"mode":"fields"}})";
        for (const char *branch : {"a", "b"}) {
            const QByteArray id = branch + number;
            steps += ",{\"id\":\"" + id + R"(","type":"identity"})";
            links += ",{\"from\":\"" + before + R"(","to":")" + id + "\"},{\"from\":\"" + id + R"(","to":"u)" + number
                     + "\"}";
        }
        before = "u" + number;
    }
    steps += R"(, {"id": "w", "type": "discard"})";
    links += R"(, {"from": ")" + before + R"(", "to": "w"})";
    write("p.millrace", "{\"millrace\": 1, \"steps\": [" + steps + "], \"links\": [" + links + "]}");
    const Ended ended = under(":", {L("run"), path("p.millrace"), L("--trust")});
    QVERIFY2(ended.status == 1, ended.errors.constData());
    QVERIFY2(ended.errors.contains("more than the 10000 that an item can have"), ended.errors.constData());
}

void TestLimits::anInputThatIsCutFailsTheRunAndTheOldResultStays()
{
    QByteArray rows = "a,b\n";
    for (int i = 0; i < 200'000; ++i)
        rows += QByteArray::number(i) + ",x\n";
    write("in.csv", rows);
    write("out.jsonl", "old");
    write("p.millrace", R"({"millrace": 1, "batching": {"size": 10}, "steps": [
        {"id": "in", "type": "read.csv", "params": {"path": "in.csv"}},
        {"id": "slow", "type": "delay", "params": {"milliseconds": 0.02}},
        {"id": "out", "type": "write.jsonl", "params": {"path": "out.jsonl"}}],
        "links": [{"from": "in", "to": "slow"}, {"from": "slow", "to": "out"}]})");
    const auto process = start({L("-c"), L("exec \"$@\""), L("sh"), L(MILLRACE_PROGRAM), L("run"), path("p.millrace"),
                                L("--metrics"), L("-")});
    QVERIFY(QTest::qWaitFor([&] { return process->readAllStandardOutput().contains("\"depth\":10"); }, 30'000));
    QVERIFY(QFile::resize(path("in.csv"), 0));
    const Ended ended = end(*process);
    QVERIFY2(ended.status == 1, ended.errors.constData());
    QVERIFY2(ended.errors.contains("was cut from"), ended.errors.constData());
    QCOMPARE(content("out.jsonl"), "old");
}

void TestLimits::whatAKilledRunLeftIsRemovedByTheNext()
{
    const auto hidden = [this] { return QDir(folder()).entryList({L(".out.jsonl.*")}, QDir::Files | QDir::Hidden); };
    write("p.millrace", pipelineOf(R"({"id": "slow", "type": "delay", "params": {"milliseconds": 3600000}})"));
    const auto killed = start({L("-c"), L("exec \"$@\""), L("sh"), L(MILLRACE_PROGRAM), L("run"), path("p.millrace")});
    QTRY_COMPARE_WITH_TIMEOUT(hidden().size(), 1, 30'000);
    const QStringList left = hidden();
    write("q.millrace", pipelineOf({}));
    QCOMPARE(under(":", {L("run"), path("q.millrace")}).status, 0);
    QCOMPARE(hidden(), left); // the other one lives
    killed->kill();
    QVERIFY(killed->waitForFinished(30'000));
    QCOMPARE(hidden(), left);
    QCOMPARE(under(":", {L("run"), path("q.millrace")}).status, 0);
    QCOMPARE(hidden(), QStringList());
}

void TestLimits::aLinkThatLeadsNowhereYetIsWrittenThrough()
{
    QVERIFY(QDir(folder()).mkdir(L("results")));
    QCOMPARE(::symlink("results/all.jsonl", path("out.jsonl").toUtf8().constData()), 0);
    write("p.millrace", pipelineOf({}, "3"));
    const Ended ended = under(":", {L("run"), path("p.millrace"), L("--trust")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY(QFileInfo(path("out.jsonl")).isSymLink());
    QCOMPARE(content("results/all.jsonl"), "{\"value\":0}\n{\"value\":1}\n{\"value\":2}\n");
}

} // namespace tst_limits

QTEST_GUILESS_MAIN(tst_limits::TestLimits)
#include "tst_limits.moc"
