// SPDX-License-Identifier: MIT
// Whatever the system refuses, at whichever moment: a run goes on with less, or fails with a sentence. It never hangs, never dies
// of a signal, and nothing is missing from a result that it calls finished. A sample of the moments; all of them with
// MILLRACE_ALL_REFUSALS=1.
#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace tst_refusals {

namespace {

#define L(text) QStringLiteral(text)

constexpr int Watchdog = 60'000; // milliseconds until a run counts as one that hangs

struct Work
{
    const char *name, *steps, *links;
};

const std::vector<Work> Works{
    {"csv",
     R"({"id": "in", "type": "read.csv", "params": {"path": "in.csv"}},
        {"id": "f", "type": "formula", "params": {"expression": "a * 2", "field": "b"}},
        {"id": "out", "type": "write.csv", "params": {"path": "out"}})",
     R"({"from": "in", "to": "f"}, {"from": "f", "to": "out"})"},
    {"script",
     R"({"id": "in", "type": "generate", "params": {"count": 300}},
        {"id": "s", "type": "javascript", "workers": 2, "params": {"code": "function transform(item) { return item; }"}},
        {"id": "out", "type": "write.jsonl", "params": {"path": "out"}})",
     R"({"from": "in", "to": "s"}, {"from": "s", "to": "out"})"},
    {"processes",
     R"({"id": "in", "type": "generate", "params": {"count": 300}},
        {"id": "m", "type": "multiply", "runIn": "processes", "workers": 2, "params": {"by": 2}},
        {"id": "out", "type": "write.jsonl", "params": {"path": "out"}})",
     R"({"from": "in", "to": "m"}, {"from": "m", "to": "out"})"},
    {"program",
     R"({"id": "in", "type": "generate", "params": {"count": 300}},
        {"id": "p", "type": "program", "workers": 2, "params": {"protocol": "lines", "command": ["cat"]}},
        {"id": "out", "type": "write.jsonl", "params": {"path": "out"}})",
     R"({"from": "in", "to": "p"}, {"from": "p", "to": "out"})"},
    {"union",
     R"({"id": "in", "type": "generate", "params": {"count": 300}},
        {"id": "x", "type": "add", "params": {"by": 1}}, {"id": "y", "type": "multiply", "params": {"by": 3}},
        {"id": "u", "type": "union", "params": {"mode": "fields"}},
        {"id": "out", "type": "write.jsonl", "params": {"path": "out"}})",
     R"({"from": "in", "to": "x"}, {"from": "in", "to": "y"}, {"from": "x", "to": "u"}, {"from": "y", "to": "u"},
        {"from": "u", "to": "out"})"},
};

const char *const Slow = R"({"millrace": 1, "batching": {"size": 1}, "steps": [
    {"id": "in", "type": "generate", "params": {"count": 100000}},
    {"id": "d", "type": "delay", "workers": 8, "params": {"milliseconds": 3600000}},
    {"id": "out", "type": "write.jsonl", "params": {"path": "out"}}],
    "links": [{"from": "in", "to": "d"}, {"from": "d", "to": "out"}]})";

bool areAllTried()
{
    return qEnvironmentVariableIntValue("MILLRACE_ALL_REFUSALS") != 0;
}

/// The first ones, where most is set up, and ever fewer of the later ones.
std::vector<quint64> sampleOf(quint64 calls, size_t most)
{
    std::set<quint64> chosen;
    if (areAllTried()) {
        const quint64 step = calls / 2'000 + 1;
        for (quint64 call = 1; call <= calls; call += step)
            chosen.insert(call);
        return {chosen.begin(), chosen.end()};
    }
    for (size_t i = 0; i < most && calls > 0; ++i)
        chosen.insert(1 + quint64(double(calls - 1) * std::pow(double(i) / double(most), 2)));
    return {chosen.begin(), chosen.end()};
}

} // namespace

class TestRefusals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void whateverIsRefusedIsOvercomeOrSaid_data();
    void whateverIsRefusedIsOvercomeOrSaid();
    void twoInterruptsEndARunThatWasRefusedThings_data();
    void twoInterruptsEndARunThatWasRefusedThings();

private:
    /// A run in a folder of its own, with what is refused of it.
    struct Run
    {
        std::unique_ptr<QTemporaryDir> folder;
        std::unique_ptr<QProcess> process;
        QByteArray refused;
    };
    Run start(const QByteArray &pipeline, const QByteArray &refused, const QStringList &options = {}) const;
    static QByteArray contentOf(const Run &run, const char *name)
    {
        QFile file(run.folder->filePath(QString::fromLatin1(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    quint64 callsOf(const QByteArray &pipeline, const char *kind, QByteArray &result) const;
    static void judge(Run &run, const QByteArray &result);

    QString m_library;
};

void TestRefusals::init()
{
    m_library = QCoreApplication::applicationDirPath() + L("/librefuse.so");
    QVERIFY(QFile::exists(m_library));
}

TestRefusals::Run TestRefusals::start(const QByteArray &pipeline,
                                      const QByteArray &refused,
                                      const QStringList &options) const
{
    Run run{std::make_unique<QTemporaryDir>(), std::make_unique<QProcess>(), refused};
    const auto write = [&run](const char *name, const QByteArray &text) {
        QFile file(run.folder->filePath(QString::fromLatin1(name)));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    };
    QByteArray rows = "a\n";
    for (int i = 0; i < 300; ++i)
        rows += QByteArray::number(i) + '\n';
    if (!write("p.millrace", pipeline) || !write("in.csv", rows) || !write("out", "old"))
        qFatal("no files can be written");
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(L("XDG_DATA_HOME"), run.folder->filePath(L("data")));
    environment.insert(L("XDG_STATE_HOME"), run.folder->filePath(L("state")));
    environment.insert(L("LD_PRELOAD"), m_library);
    environment.insert(L("MILLRACE_REFUSE"), QString::fromLatin1(refused));
    environment.insert(L("MILLRACE_REFUSE_CALLS"), run.folder->filePath(L("calls")));
    run.process->setProcessEnvironment(environment);
    run.process->setWorkingDirectory(run.folder->path());
    run.process->start(L(MILLRACE_PROGRAM), QStringList{L("run"), L("p.millrace"), L("--trust")} + options);
    run.process->closeWriteChannel();
    return run;
}

/// How often such a call is made in a run that nothing is refused, and what that run writes.
quint64 TestRefusals::callsOf(const QByteArray &pipeline, const char *kind, QByteArray &result) const
{
    const Run run = start(pipeline, QByteArray(kind) + ":1000000000:1");
    if (!run.process->waitForFinished(Watchdog) || run.process->exitCode() != 0)
        qFatal("a run that nothing is refused fails: %s", run.process->readAllStandardError().constData());
    result = contentOf(run, "out");
    quint64 calls = 0;
    const QByteArray counted = contentOf(run, "calls");
    memcpy(&calls, counted.constData(), std::min(sizeof calls, size_t(counted.size())));
    return calls;
}

void TestRefusals::judge(Run &run, const QByteArray &result)
{
    const bool hasEnded = run.process->state() == QProcess::NotRunning || run.process->waitForFinished(Watchdog);
    const QByteArray said = run.process->readAllStandardError();
    const QByteArray what = run.refused + ": status " + QByteArray::number(run.process->exitCode()) + ", "
                            + QByteArray::number(contentOf(run, "out").size()) + " bytes of "
                            + QByteArray::number(result.size()) + ", " + said;
    QVERIFY2(hasEnded, ("hangs with " + what).constData());
    QVERIFY2(run.process->exitStatus() == QProcess::NormalExit, ("crashes with " + what).constData());
    const int status = run.process->exitCode();
    QVERIFY2(status <= 3, what.constData());
    if (status == 0)
        QVERIFY2(contentOf(run, "out") == result, ("finished, but the result isn't whole, with " + what).constData());
    else
        QVERIFY2(said.contains("millrace: ") || said.contains("p.millrace: "), ("says nothing: " + what).constData());
    if (status == 1 || status == 2)
        QVERIFY2(contentOf(run, "out") == "old" || contentOf(run, "out") == result, what.constData());
}

/// Calls of the system, with how many of each are refused. From version 6.5 on Qt itself ends a program that is refused the event descriptor of
/// a new thread.
constexpr std::pair<const char *, int> Kinds[] = {
    {"threads", 4}, {"processes", 3}, {"files", 5}, {"pipes", 4},
#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)
    {"events", 4},
#endif
    {"writes", 2},  {"reads", 3},     {"ends", 2},  {"maps", 6},  {"memory", 8},
};

void TestRefusals::whateverIsRefusedIsOvercomeOrSaid_data()
{
    QTest::addColumn<QByteArray>("pipeline");
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<int>("most");
    for (const Work &work : Works) {
        const QByteArray pipeline = QByteArray(R"({"millrace": 1, "batching": {"size": 20}, "steps": [)") + work.steps
                                    + "], \"links\": [" + work.links + "]}";
        for (const auto &[kind, most] : Kinds) {
            QTest::addRow("%s, %s", work.name, kind) << pipeline << QByteArray(kind) << most;
        }
    }
}

void TestRefusals::whateverIsRefusedIsOvercomeOrSaid()
{
    QFETCH(QByteArray, pipeline);
    QFETCH(QByteArray, kind);
    QFETCH(int, most);
    QByteArray result;
    const quint64 calls = callsOf(pipeline, kind.constData(), result);
    std::vector<Run> runs; // a few at a time
    const auto judgeAll = [&] {
        for (Run &run : runs)
            judge(run, result);
        runs.clear();
    };
    for (const quint64 call : sampleOf(calls, size_t(most))) {
        for (const char *count : {":1", ":0"}) { // this one alone; all from it on
            runs.push_back(start(pipeline, kind + ':' + QByteArray::number(call) + count));
            if (runs.size() == 4)
                judgeAll();
        }
    }
    judgeAll();
}

void TestRefusals::twoInterruptsEndARunThatWasRefusedThings_data()
{
    QTest::addColumn<QByteArray>("refused");
    for (const auto &[kind, most] : Kinds)
        for (const char *first : {":1:0", ":2:0", ":3:1", ":5:0"})
            if (kind == std::string_view("files") || kind == std::string_view("events"))
                QTest::addRow("%s%s", kind, first) << QByteArray(kind) + first;
}

void TestRefusals::twoInterruptsEndARunThatWasRefusedThings()
{
    QFETCH(QByteArray, refused);
    Run run = start(Slow, refused, {L("--metrics"), L("-")});
    QByteArray said;
    const auto hasEnded = [&] { return run.process->state() == QProcess::NotRunning; };
    const auto hasSaid = [&](const char *text) { return (said += run.process->readAllStandardError()).contains(text); };
    QVERIFY2(QTest::qWaitFor(
                 [&] { return hasEnded() || run.process->readAllStandardOutput().contains("\"depth\":10"); }, Watchdog),
             said.constData());
    for (const char *answer : {"Stopping:", "Ending:"}) {
        if (!hasEnded())
            QCOMPARE(::kill(pid_t(run.process->processId()), SIGINT), 0);
        QVERIFY2(QTest::qWaitFor([&] { return hasEnded() || hasSaid(answer); }, Watchdog), said.constData());
    }
    QVERIFY2(QTest::qWaitFor(hasEnded, Watchdog), ("hangs with " + refused + ": " + said).constData());
    QVERIFY2(run.process->exitStatus() == QProcess::NormalExit, ("crashes with " + refused + ": " + said).constData());
    QVERIFY(run.process->exitCode() == 130 || run.process->exitCode() == 1 || run.process->exitCode() == 2);
    QCOMPARE(contentOf(run, "out"), "old");
}

} // namespace tst_refusals

QTEST_GUILESS_MAIN(tst_refusals::TestRefusals)
#include "tst_refusals.moc"
