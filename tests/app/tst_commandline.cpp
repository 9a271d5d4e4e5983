// SPDX-License-Identifier: MIT
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <memory>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

/// `generate` to `write.lines`, with these steps between, in a row.
QByteArray pipelineOf(const QByteArray &between, const QByteArray &count = "100", const QByteArray &more = {})
{
    QByteArray steps = R"({"id": "numbers", "type": "generate", "params": {"count": )" + count + "}}";
    QByteArray links, before = "numbers";
    const auto link = [&](const QByteArray &id) {
        links += (links.isEmpty() ? "" : ", ") + QByteArray(R"({"from": ")") + before + R"(", "to": ")" + id + "\"}";
        before = id;
    };
    for (const QJsonValue step : QJsonDocument::fromJson('[' + between + ']').array()) {
        steps += ", " + QJsonDocument(step.toObject()).toJson(QJsonDocument::Compact);
        link(step[QLatin1String("id")].toString().toUtf8());
    }
    link("result");
    steps += R"(, {"id": "result", "type": "write.jsonl", "params": {"path": "out.jsonl"}})";
    return R"({"millrace": 1, "batching": {"size": 10}, )" + more + "\"steps\": [" + steps + "], \"links\": [" + links
           + "]}";
}

struct Ended
{
    int status = -1;
    QByteArray output, errors;
};

} // namespace

class TestCommandLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void helpIsPrinted();
    void wrongCallsAreRefused_data();
    void wrongCallsAreRefused();
    void validatePrintsEveryProblem();
    void validateAcceptsASoundFile();
    void aRunWritesItsResultAndReport();
    void resultsAreRelativeToTheFile();
    void aFailedRunLeavesTheOlderResult();
    void skippedItemsAreSaidByTheStatus();
    void routedItemsLeaveAsTheyCame();
    void settingsAreChanged();
    void wrongSettingsAreRefused_data();
    void wrongSettingsAreRefused();
    void workersAreSetForAllSteps();
    void theFileMayComeFromStandardInput();
    void metricsComeTenTimesASecond();
    void progressIsDrawnOnlyWhenWanted();
    void whatWasFittedAndSavedIsUsedByTheRun();
    void aStepThatHasNotLearntIsRefusedBeforeTheRun();
    void aPipelineThatDoesNotFitTheFittedOneIsRefused();
    void whatWasChangedSinceTheFitIsAWarning();
    void anUnknownProgramIsSaidWhereNobodyCanBeAsked();
    void trustSilencesWhatIsSaid();
    void anUnknownProgramIsAskedForOnATerminal();
    void bundledExamplesAreNotAskedFor();
    void ctrlCStopsAndTheStatusSaysSo();
    void ctrlCTwiceEndsAtOnce();
    void ctrlCTwiceEndsADeafProgramAndAllItStarted();
    void theCatalogueIsListed();
    void oneStepIsDescribed();

private:
    QString path(const char *name) const { return m_folder->filePath(QString::fromUtf8(name)); }
    void write(const char *name, const QByteArray &content) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    QByteArray content(const char *name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(none)");
    }
    QJsonObject json(const char *name) const { return QJsonDocument::fromJson(content(name)).object(); }
    std::unique_ptr<QProcess> start(const QStringList &arguments) const
    {
        auto process = std::make_unique<QProcess>();
        process->setWorkingDirectory(m_folder->path());
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_DATA_HOME"), path("data"));
        process->setProcessEnvironment(environment);
        process->start(QStringLiteral(MILLRACE_PROGRAM), arguments);
        return process;
    }
    static Ended end(QProcess &process)
    {
        process.closeWriteChannel();
        if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit)
            return {-1, process.readAllStandardOutput(),
                    process.readAllStandardError() + process.errorString().toUtf8()};
        return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
    }
    Ended run(const QStringList &arguments) const { return end(*start(arguments)); }
    Ended run(const char *file, QStringList options = {}) const
    {
        return run(QStringList{QStringLiteral("run"), path(file)} + options);
    }

    /// The same on a terminal, where a person types this.
    Ended runOnTerminal(const QStringList &arguments, const QByteArray &typed) const
    {
        const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (terminal < 0 || ::grantpt(terminal) != 0 || ::unlockpt(terminal) != 0)
            return {};
        const QByteArray name = ::ptsname(terminal);
        const int line = ::open(name.constData(), O_RDWR | O_NOCTTY | O_CLOEXEC);
        QProcess process;
        process.setWorkingDirectory(m_folder->path());
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_DATA_HOME"), path("data"));
        process.setProcessEnvironment(environment);
        process.setInputChannelMode(QProcess::ForwardedInputChannel);
        process.setChildProcessModifier([line] {
            ::dup2(line, STDIN_FILENO);
            ::dup2(line, STDERR_FILENO);
        });
        Ended ended;
        if (::write(terminal, typed.constData(), size_t(typed.size())) == typed.size()) {
            process.start(QStringLiteral(MILLRACE_PROGRAM), arguments);
            if (process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit)
                ended = {process.exitCode(), process.readAllStandardOutput(), {}};
        }
        ::close(line);
        char buffer[4096];
        for (ssize_t size = 0; (size = ::read(terminal, buffer, sizeof buffer)) > 0;)
            ended.errors.append(buffer, size);
        ::close(terminal);
        return ended;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

#define L(text) QStringLiteral(text)

void TestCommandLine::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestCommandLine::helpIsPrinted()
{
    for (const QStringList &arguments :
         {QStringList{L("help")}, {L("--help")}, {L("help"), L("run")}, {L("run"), L("--help")}}) {
        const Ended ended = run(arguments);
        QCOMPARE(ended.status, 0);
        QVERIFY(ended.output.contains("millrace run FILE"));
    }
    const Ended version = run({L("--version")});
    QCOMPARE(version.status, 0);
    QVERIFY(version.output.startsWith("millrace "));
}

void TestCommandLine::wrongCallsAreRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("nothing") << QStringList() << QByteArray("Usage:");
    QTest::newRow("command") << QStringList{L("rn")} << QByteArray("did you mean \"run\"?");
    QTest::newRow("no file") << QStringList{L("run")} << QByteArray("Name a pipeline file.");
    QTest::newRow("two files") << QStringList{L("run"), L("a"), L("b")} << QByteArray("not several");
    QTest::newRow("option") << QStringList{L("run"), L("a"), L("--reprot=x")} << QByteArray("did you mean --report?");
    QTest::newRow("short option") << QStringList{L("run"), L("a"), L("-x")} << QByteArray("there is no option -x");
    QTest::newRow("no value") << QStringList{L("run"), L("a"), L("--seed")} << QByteArray("--seed needs a value");
    QTest::newRow("workers") << QStringList{L("run"), L("a"), L("--workers"), L("0")}
                             << QByteArray("a whole number, 1 or more");
    QTest::newRow("progress") << QStringList{L("run"), L("a"), L("--progress=maybe")}
                              << QByteArray("auto, always or never");
    QTest::newRow("report") << QStringList{L("run"), L("a"), L("--report=no/where/r.json")} << QByteArray("no/where");
    QTest::newRow("missing file") << QStringList{L("run"), L("none.millrace")}
                                  << QByteArray("none.millrace: There is no such file");
    QTest::newRow("fit nowhere") << QStringList{L("fit"), L("a")} << QByteArray("--save DIR");
    QTest::newRow("fitted nothing") << QStringList{L("run"), L("a"), L("--fitted=")} << QByteArray("name the folder");
    QTest::newRow("step type") << QStringList{L("steps"), L("read.cvs")} << QByteArray("did you mean \"read.csv\"?");
}

void TestCommandLine::wrongCallsAreRefused()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, expected);
    const Ended ended = run(arguments);
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains(expected), ended.errors.constData());
    QCOMPARE(ended.output, QByteArray());
}

void TestCommandLine::validatePrintsEveryProblem()
{
    write("p.millrace", R"({"millrace": 1, "colour": 1, "steps": [{"id": "a", "type": "read.csv", "workers": "two"},
        {"id": "b", "type": "nothing.known"}], "links": [{"from": "a", "to": "c"}]})");
    const Ended ended = run({L("validate"), path("p.millrace")});
    QCOMPARE(ended.status, 2);
    const QByteArray file = path("p.millrace").toUtf8();
    for (const char *line :
         {": warning: \"colour\" is no setting", ": a: \"workers\" is \"two\"", ": a: \"path\" is needed",
          ": b: The step type \"nothing.known\" is unknown", ": a: The link from \"a\" to \"c\""})
        QVERIFY2(ended.output.contains(file + line), ended.output.constData());
    QCOMPARE(ended.output.count("is no setting"), 1);
    QVERIFY(!QFile::exists(path("out.jsonl")));
}

void TestCommandLine::validateAcceptsASoundFile()
{
    write("p.millrace", pipelineOf({}));
    const Ended ended = run({L("validate"), path("p.millrace")});
    QCOMPARE(ended.output, QByteArray());
    QCOMPARE(ended.status, 0);
    QVERIFY(!QFile::exists(path("out.jsonl")));
}

void TestCommandLine::aRunWritesItsResultAndReport()
{
    write("p.millrace",
          pipelineOf(R"({"id": "twice", "type": "multiply", "params": {"by": 2}, "workers": 2, "queueSize": 5})"));
    const Ended ended = run("p.millrace", {L("--report"), path("r.json"), L("--progress=never")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY(content("out.jsonl").startsWith("{\"value\":0}\n{\"value\":2}\n"));
    QCOMPARE(content("out.jsonl").count('\n'), 100);
    const QJsonObject report = json("r.json");
    QCOMPARE(report[L("status")].toString(), L("finished"));
    QCOMPARE(report[L("exitStatus")].toInt(-1), 0);
    QCOMPARE(report[L("items")][L("read")].toInt(), 100);
    QCOMPARE(report[L("items")][L("written")].toInt(), 100);
    QVERIFY(report[L("seconds")].toDouble() > 0);
    QVERIFY(report[L("peakMemoryBytes")].toDouble() > 100'000);
    QVERIFY(report.contains(L("limitedBy")) && report[L("errors")].isArray());
    const QJsonObject step = report[L("steps")][1].toObject();
    QCOMPARE(step[L("id")].toString(), L("twice"));
    QCOMPARE(step[L("type")].toString(), L("multiply"));
    QCOMPARE(step[L("workers")].toInt(), 2);
    QCOMPARE(step[L("batchesIn")].toInt(), 10);
    QCOMPARE(step[L("itemsOut")].toInt(), 100);
    QCOMPARE(step[L("queue")][L("capacity")].toInt(), 5);
    for (const char *key : {"batchesOut", "itemsIn", "errors", "retries", "busySeconds", "cpuSeconds", "blockedSeconds",
                            "starvedSeconds"})
        QVERIFY2(step[QString::fromUtf8(key)].isDouble(), key);
    for (const char *key : {"p50", "p95", "p99", "max"})
        QVERIFY2(step[L("serviceMs")][QString::fromUtf8(key)].isDouble(), key);
    QVERIFY2(ended.errors.contains("twice") && ended.errors.contains("Finished after"), ended.errors.constData());
}

void TestCommandLine::resultsAreRelativeToTheFile()
{
    QVERIFY(QDir(m_folder->path()).mkdir(L("inner")));
    write("inner/p.millrace", pipelineOf({}));
    QCOMPARE(run({L("run"), L("inner/p.millrace")}).status, 0);
    QVERIFY(QFile::exists(path("inner/out.jsonl")));
}

void TestCommandLine::aFailedRunLeavesTheOlderResult()
{
    write("out.jsonl", "old");
    write("p.millrace",
          pipelineOf(
              R"({"id": "trap", "type": "fail", "params": {"expression": "value == 33", "message": "no 33 please"}})"));
    const Ended ended = run("p.millrace", {L("--report"), path("r.json")});
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains("p.millrace: trap: no 33 please (numbers item 34, item 33)\n"),
             ended.errors.constData());
    QCOMPARE(content("out.jsonl"), QByteArray("old"));
    const QJsonObject report = json("r.json");
    QCOMPARE(report[L("status")].toString(), L("failed"));
    QCOMPARE(report[L("failure")][L("step")].toString(), L("trap"));
    QCOMPARE(report[L("errors")][0][L("message")].toString(), L("no 33 please"));
    QCOMPARE(report[L("errors")][0][L("itemId")].toInt(), 33);
}

void TestCommandLine::skippedItemsAreSaidByTheStatus()
{
    write(
        "p.millrace",
        pipelineOf(
            R"({"id": "trap", "type": "fail", "onError": "skip", "params": {"expression": "value % 10 == 3", "message": "a three"}})"));
    const Ended ended = run("p.millrace", {L("--report"), path("r.json")});
    QCOMPARE(ended.status, 3);
    QCOMPARE(content("out.jsonl").count('\n'), 90);
    QVERIFY2(ended.errors.contains("p.millrace: trap: a three (10 times, first at "), ended.errors.constData());
    const QJsonObject report = json("r.json");
    QCOMPARE(report[L("items")][L("errors")].toInt(), 10);
    QCOMPARE(report[L("errors")][0][L("count")].toInt(), 10);
}

void TestCommandLine::routedItemsLeaveAsTheyCame()
{
    // Neither the field that the step adds nor what it makes of another one is to be seen at an item that failed.
    write("route.millrace", R"({"millrace": 1, "batching": {"size": 4}, "steps": [
        {"id": "numbers", "type": "generate", "params": {"count": 10}},
        {"id": "added", "type": "formula", "onError": "route",
         "params": {"expression": "value == 3 ? number(\"x\") : value * 2", "field": "twice"}},
        {"id": "replaced", "type": "formula", "onError": "route",
         "params": {"expression": "value == 6 ? number(\"x\") : value * 3", "field": "value"}},
        {"id": "result", "type": "write.jsonl", "params": {"path": "out.jsonl"}},
        {"id": "both", "type": "merge"},
        {"id": "failed", "type": "write.jsonl", "params": {"path": "failed.jsonl"}}],
      "links": [{"from": "numbers", "to": "added"}, {"from": "added", "to": "replaced"},
        {"from": "replaced", "to": "result"}, {"from": "added.error", "to": "both"},
        {"from": "replaced.error", "to": "both"}, {"from": "both", "to": "failed"}]})");
    QCOMPARE(run("route.millrace").status, 3);
    QCOMPARE(content("out.jsonl").count('\n'), 8);
    QSet<QByteArray> keys;
    for (const QByteArray &line : content("failed.jsonl").trimmed().split('\n')) {
        const QJsonObject item = QJsonDocument::fromJson(line).object();
        const bool isAdded = item[L("error.step")].toString() == L("added");
        QCOMPARE(item[L("value")].toInt(), isAdded ? 3 : 6);
        QCOMPARE(item.contains(L("twice")), !isAdded);
        QVERIFY(isAdded || item[L("twice")].toInt() == 12);
        keys << item[L("error.step")].toString().toUtf8();
    }
    QCOMPARE(keys.size(), 2);
}

void TestCommandLine::settingsAreChanged()
{
    write("p.millrace", pipelineOf(R"({"id": "twice", "type": "multiply", "params": {"by": 2}})"));
    const Ended ended =
        run("p.millrace", {L("--set"), L("twice.by=2.5"), L("--set=numbers.count=7"), L("--set=twice.workers=3"),
                           L("--set=twice.queueSize=9"), L("--set=batching.size=2"), L("--set=result.path=other.jsonl"),
                           L("--report"), path("r.json")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY(content("other.jsonl").endsWith("{\"value\":12.5}\n{\"value\":15}\n"));
    const QJsonValue step = json("r.json")[L("steps")][1];
    QCOMPARE(step[L("workers")].toInt(), 3);
    QCOMPARE(step[L("queue")][L("capacity")].toInt(), 9);
    QCOMPARE(step[L("batchesIn")].toInt(), 4);
}

void TestCommandLine::wrongSettingsAreRefused_data()
{
    QTest::addColumn<QString>("assignment");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("form") << L("twice") << QByteArray("STEP.PARAM=VALUE");
    QTest::newRow("step") << L("twise.by=2") << QByteArray("there is no step \"twise\"; did you mean \"twice\"?");
    QTest::newRow("param") << L("numbers.cuont=2") << QByteArray("did you mean \"count\"?");
    QTest::newRow("setting") << L("twice.worker=2") << QByteArray("did you mean \"workers\"?");
    QTest::newRow("type") << L("numbers.count=many") << QByteArray("\"count\"");
    QTest::newRow("workers") << L("twice.workers=many") << QByteArray("whole number");
    QTest::newRow("negative") << L("twice.workers=-1") << QByteArray("\"workers\" is -1");
    QTest::newRow("policy") << L("twice.onError=ignore") << QByteArray("\"stop\", \"skip\" or \"route\"");
    QTest::newRow("size") << L("batching.size=0") << QByteArray("\"batching.size\" is 0");
}

void TestCommandLine::wrongSettingsAreRefused()
{
    QFETCH(QString, assignment);
    QFETCH(QByteArray, expected);
    write("p.millrace", pipelineOf(R"({"id": "twice", "type": "multiply", "params": {"by": 2}})"));
    const Ended ended = run("p.millrace", {L("--set"), assignment});
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains(expected), ended.errors.constData());
    QVERIFY(!QFile::exists(path("out.jsonl")));
}

void TestCommandLine::workersAreSetForAllSteps()
{
    write(
        "p.millrace",
        pipelineOf(
            R"({"id": "a", "type": "multiply", "params": {"by": 2}}, {"id": "b", "type": "add", "params": {"by": 2}, "workers": 7})"));
    const Ended ended = run("p.millrace", {L("--workers"), L("3"), L("--report"), path("r.json")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(json("r.json")[L("steps")][1][L("workers")].toInt(), 3);
    QCOMPARE(json("r.json")[L("steps")][2][L("workers")].toInt(), 3);
}

void TestCommandLine::theFileMayComeFromStandardInput()
{
    const auto process = start({L("run"), L("-")});
    process->write(pipelineOf({}));
    const Ended ended = end(*process);
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(content("out.jsonl").count('\n'), 100);
}

void TestCommandLine::metricsComeTenTimesASecond()
{
    write("p.millrace", pipelineOf(R"({"id": "wait", "type": "delay", "params": {"milliseconds": 5}})"));
    const Ended ended = run("p.millrace", {L("--metrics"), path("m.jsonl")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    const QList<QByteArray> lines = content("m.jsonl").trimmed().split('\n');
    QVERIFY2(lines.size() >= 4, QByteArray::number(lines.size()).constData()); // 0.5 s at the least
    double before = -1;
    for (const QByteArray &line : lines) {
        const QJsonObject sample = QJsonDocument::fromJson(line).object();
        QVERIFY(sample[L("seconds")].toDouble() >= before);
        before = sample[L("seconds")].toDouble();
        QCOMPARE(sample[L("steps")][1][L("id")].toString(), L("wait"));
    }
    QCOMPARE(QJsonDocument::fromJson(lines.last())[L("items")][L("written")].toInt(), 100);
}

void TestCommandLine::progressIsDrawnOnlyWhenWanted()
{
    write("p.millrace", pipelineOf(R"({"id": "wait", "type": "delay", "params": {"milliseconds": 5}})"));
    QVERIFY(!run("p.millrace").errors.contains('\r'));
    QVERIFY(!run("p.millrace", {L("--progress=never")}).errors.contains('\r'));
    const Ended always = run("p.millrace", {L("--progress=always")});
    QVERIFY2(always.errors.contains("\r") && always.errors.contains(" items  ") && always.errors.contains("/s"),
             always.errors.constData());
}

void TestCommandLine::whatWasFittedAndSavedIsUsedByTheRun()
{
    write("p.millrace", pipelineOf(R"({"id": "scale", "type": "scale.minmax", "workers": 3})", "101"));
    for (int again = 0; again < 2; ++again) {
        const Ended fitted = run({L("fit"), path("p.millrace"), L("--save"), path("fitted")});
        QVERIFY2(fitted.status == 0, fitted.errors.constData());
        QVERIFY(content("fitted/steps/scale.json").contains("\"most\": 100.0"));
        QVERIFY(!QFile::exists(path("out.jsonl")));
    }
    for (int again = 0; again < 2; ++again) {
        const Ended ended = run("p.millrace", {L("--fitted"), path("fitted"), L("--set"), L("numbers.count=201")});
        QVERIFY2(ended.status == 0, ended.errors.constData());
        QVERIFY(content("out.jsonl").startsWith("{\"value\":0}\n{\"value\":0.01}\n"));
        QVERIFY(content("out.jsonl").endsWith("\n{\"value\":2}\n"));
    }
}

void TestCommandLine::aStepThatHasNotLearntIsRefusedBeforeTheRun()
{
    const auto refused = [this](const QByteArray &step) {
        write("p.millrace", pipelineOf(step, "101"));
        const Ended ended = run("p.millrace");
        const QByteArray sentence = "scale: It hasn't learnt anything yet. Let it learn with \"millrace fit "
                                    + path("p.millrace").toUtf8() + " --save DIR\", then run with --fitted DIR.\n";
        return ended.status == 2 && ended.errors.endsWith(sentence) && !QFile::exists(path("out.jsonl"));
    };
    QVERIFY(refused(R"({"id": "scale", "type": "scale.minmax"})"));
    QVERIFY(refused(R"({"id": "scale", "type": "scale.minmax", "workers": 2, "runIn": "processes"})"));
    QVERIFY(refused(R"({"id": "scale", "type": "cluster.kmeans", "params": {"fields": ["value"]}})"));
    // What doesn't work in the run doesn't have to know anything.
    write("p.millrace", pipelineOf(R"({"id": "scale", "type": "scale.minmax", "bypass": true})", "101"));
    const Ended ended = run("p.millrace");
    QVERIFY2(ended.status == 0, ended.errors.constData());
    // Neither is a wrong setting hidden by it.
    write("p.millrace", pipelineOf(R"({"id": "scale", "type": "impute", "params": {"strategy": "constant"}})", "101"));
    const Ended wrong = run("p.millrace");
    QCOMPARE(wrong.status, 2);
    QVERIFY2(wrong.errors.contains("\"value\" is needed"), wrong.errors.constData());
}

void TestCommandLine::aPipelineThatDoesNotFitTheFittedOneIsRefused()
{
    write("p.millrace", pipelineOf(R"({"id": "scale", "type": "scale.minmax"})"));
    QCOMPARE(run({L("fit"), path("p.millrace"), L("--save"), path("fitted")}).status, 0);
    const auto refused = [this](const QByteArray &steps, const QByteArray &text) {
        write("q.millrace", pipelineOf(steps));
        const Ended ended = run("q.millrace", {L("--fitted"), path("fitted")});
        return ended.status == 2 && ended.errors.contains(text) && !QFile::exists(path("out.jsonl"));
    };
    QVERIFY(refused(R"({"id": "scale", "type": "scale.standard"})", "It was a \"scale.minmax\""));
    QVERIFY(refused(R"({"id": "other", "type": "scale.minmax"})", "other: The fitted pipeline"));
    QVERIFY(QFile::remove(path("fitted/steps/scale.json")));
    QVERIFY(refused(R"({"id": "scale", "type": "scale.minmax"})", "the file steps/scale.json is missing"));
    write("p.millrace", pipelineOf({}));
    const Ended nothing = run({L("fit"), path("p.millrace"), L("--save"), path("none")});
    QCOMPARE(nothing.status, 2);
    QVERIFY2(nothing.errors.contains("nothing to fit"), nothing.errors.constData());
    QVERIFY(!QFile::exists(path("none")));
}

void TestCommandLine::whatWasChangedSinceTheFitIsAWarning()
{
    write("p.millrace", pipelineOf(R"({"id": "scale", "type": "scale.minmax"})"));
    QCOMPARE(run({L("fit"), path("p.millrace"), L("--save"), path("fitted")}).status, 0);
    const QStringList fitted{L("--fitted"), path("fitted"), L("--quiet")};
    const Ended same = run("p.millrace", fitted);
    QVERIFY2(same.status == 0 && same.errors.isEmpty(), same.errors.constData());
    const Ended set =
        run("p.millrace", fitted + QStringList{L("--set"), L(R"(scale.fields=["value"])"), L("--workers=2")});
    QCOMPARE(set.status, 0);
    QCOMPARE(set.errors,
             path("p.millrace").toUtf8()
                 + ": scale: warning: \"scale\" learnt before it was changed (fields); fit again, or it goes "
                   "on with what it learnt then.\n");
    QVERIFY(QFile::exists(path("out.jsonl")));
}

constexpr char WithProgram[] = R"({"id": "touch", "type": "program", "workers": 1,
    "params": {"protocol": "lines", "command": "sh -c 'touch started; exec cat'"}},
   {"id": "script", "type": "javascript", "params": {"code": "function transform(item) {\n  return item;\n}"}})";

void TestCommandLine::anUnknownProgramIsSaidWhereNobodyCanBeAsked()
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

void TestCommandLine::trustSilencesWhatIsSaid()
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

void TestCommandLine::anUnknownProgramIsAskedForOnATerminal()
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

void TestCommandLine::bundledExamplesAreNotAskedFor()
{
    const QString file = L(MILLRACE_SOURCE_DIR "/resources/examples/programs/airports.millrace");
    const QStringList arguments{L("run"), file, L("--quiet"), L("--set"), L("report.path=") + path("out.jsonl")};
    const Ended ended = runOnTerminal(arguments, "n\n");
    QVERIFY2(!ended.errors.contains("[y/N]") && !ended.errors.contains("--trust"), ended.errors.constData());
}

void TestCommandLine::ctrlCStopsAndTheStatusSaysSo()
{
    write("out.jsonl", "old");
    write("p.millrace", pipelineOf(R"({"id": "wait", "type": "delay", "params": {"milliseconds": 1}})", "1000000"));
    for (const int signal : {SIGINT, SIGTERM}) {
        const auto process =
            start({L("run"), path("p.millrace"), L("--progress=always"), L("--report"), path("r.json")});
        QVERIFY(QTest::qWaitFor([&] { return process->readAllStandardError().contains(" items"); }, 30'000));
        QCOMPARE(::kill(pid_t(process->processId()), signal), 0);
        const Ended ended = end(*process);
        QVERIFY2(ended.status == 130, ended.errors.constData());
        QCOMPARE(json("r.json")[L("status")].toString(), L("stopped"));
        QCOMPARE(content("out.jsonl"), QByteArray("old"));
    }
}

void TestCommandLine::ctrlCTwiceEndsAtOnce()
{
    write(
        "p.millrace",
        pipelineOf(R"({"id": "wait", "type": "delay", "queueSize": 1000, "params": {"milliseconds": 20}})", "1000000"));
    const auto process = start({L("run"), path("p.millrace"), L("--progress=always")});
    QVERIFY(QTest::qWaitFor([&] { return process->readAllStandardError().contains(" items"); }, 30'000));
    QElapsedTimer timer;
    timer.start();
    for (const char *answer : {"Stopping:", "Ending:"}) {
        QCOMPARE(::kill(pid_t(process->processId()), SIGINT), 0);
        QByteArray said;
        QVERIFY(QTest::qWaitFor([&] { return (said += process->readAllStandardError()).contains(answer); }, 30'000));
    }
    QCOMPARE(end(*process).status, 130);
    QVERIFY2(timer.elapsed() < 20'000, "a thousand batches of 0.2 s were waited for");
}

void TestCommandLine::ctrlCTwiceEndsADeafProgramAndAllItStarted()
{
    write("p.millrace",
          pipelineOf(R"({"id": "deaf", "type": "program", "params": {"protocol": "lines", "timeLimit": 0, "command":
        "sh -c 'trap \"\" TERM INT HUP; sleep 1000 & echo $! > started; while :; do sleep 1000; done'"}})"));
    const auto process = start({L("run"), path("p.millrace"), L("--trust")});
    QTRY_VERIFY(content("started").endsWith('\n'));
    const pid_t child = content("started").trimmed().toInt();
    QVERIFY(child > 0 && ::kill(child, 0) == 0);
    QCOMPARE(::kill(pid_t(process->processId()), SIGINT), 0);
    QByteArray said;
    QVERIFY(QTest::qWaitFor([&] { return (said += process->readAllStandardError()).contains("Stopping:"); }, 30'000));
    QCOMPARE(::kill(pid_t(process->processId()), SIGINT), 0);
    const Ended ended = end(*process);
    QVERIFY2(ended.status == 130, ended.errors.constData());
    QTRY_VERIFY(::kill(child, 0) != 0);
}

void TestCommandLine::theCatalogueIsListed()
{
    const Ended ended = run({L("steps")});
    QCOMPARE(ended.status, 0);
    for (const QByteArray &line : ended.output.split('\n'))
        QVERIFY2(QString::fromUtf8(line).size() <= 80, line.constData());
    const QJsonArray types = QJsonDocument::fromJson(run({L("steps"), L("--json")}).output).array();
    QVERIFY(types.size() > 10);
    for (const QJsonValue type : types) {
        const QByteArray id = type[L("type")].toString().toUtf8();
        QVERIFY2(ended.output.contains("\n  " + id + ' '), id.constData());
        QVERIFY2(!type[L("help")].toString().isEmpty(), id.constData());
        for (const QJsonValue param : type[L("params")].toArray())
            QVERIFY2(!param[L("help")].toString().isEmpty(), id.constData());
    }
}

void TestCommandLine::oneStepIsDescribed()
{
    const Ended ended = run({L("steps"), L("read.csv")});
    QCOMPARE(ended.status, 0);
    for (const char *expected : {"read.csv", "path", "needed", "delimiter", "default \",\"", "out, error", "workers"})
        QVERIFY2(ended.output.contains(expected), ended.output.constData());
    const QJsonObject type = QJsonDocument::fromJson(run({L("steps"), L("read.csv"), L("--json")}).output).object();
    QCOMPARE(type[L("type")].toString(), L("read.csv"));
    QCOMPARE(type[L("outputs")].toArray(), (QJsonArray{L("out"), L("error")}));
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_commandline.moc"
