// SPDX-License-Identifier: MIT
// A run that was broken off is gone on with: the result is that of an undisturbed one, byte for byte, or it is refused.
#include "data/files/FilePath.h"
#include "engine/journal/JournalFile.h"
#include "engine/JournalPlan.h"
#include "engine/Run.h"
#include "engine/RunPlan.h"
#include "failures/FailedItemsFile.h"
#include "failures/FailedItemsFolder.h"
#include "pipeline/PipelineFile.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace millrace;

#define L(text) QStringLiteral(text)

namespace tst_journal {

namespace {

constexpr int Rows = 2000;
constexpr int Patience = 60'000; // milliseconds
constexpr int MostBroken = 4;    // times in a row

/// rows.csv to out.csv and out.jsonl, with `middle` between, a JSON text of one step named "middle".
QByteArray pipelineWith(const QByteArray &middle, const QByteArray &more = {})
{
    return R"({"millrace": 1, "defaults": {"onError": "skip"}, "batching": {"size": 20)" + more + R"(}, "steps": [
        {"id": "in", "type": "read.csv", "params": {"path": "rows.csv", "types": {"t": "text"}}},
        {"id": "wait", "type": "delay", "params": {"milliseconds": 0.1}, "workers": 3},
        {"id": "middle", "workers": 3, )"
           + middle + R"(},
        {"id": "number", "type": "convert", "params": {"types": {"t": "integer"}}},
        {"id": "csv", "type": "write.csv", "params": {"path": "out.csv"}},
        {"id": "jsonl", "type": "write.jsonl", "params": {"path": "out.jsonl"}}],
        "links": [{"from": "in", "to": "wait"}, {"from": "wait", "to": "middle"}, {"from": "middle", "to": "number"}, {"from": "number", "to": "csv"},
                  {"from": "number", "to": "jsonl"}]})";
}

constexpr char Waits[] = R"("type": "delay", "params": {"milliseconds": 0.1})";

} // namespace

class JournalTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QByteArray rows = "n,t,name\n";
        for (int i = 0; i < Rows; ++i)
            rows += QByteArray::number(i) + (i % 97 == 5 ? ",x," : "," + QByteArray::number(i) + ',') + "\"a, "
                    + QByteArray::number(i % 7) + "\"\n";
        write("rows.csv", rows);
    }

    void aRunThatWasBrokenOffIsGoneOnWith_data()
    {
        QTest::addColumn<QByteArray>("pipeline");
        QTest::newRow("as it comes") << pipelineWith(Waits);
        QTest::newRow("filtered") << pipelineWith(R"("type": "filter", "params": {"expression": "n % 3 != 1"})");
        QTest::newRow("padded")
            << pipelineWith(Waits, R"(, "incomplete": "pad")").replace("\"size\": 20", "\"size\": 23");
        QTest::newRow("tried again") << pipelineWith(
            R"("retries": 1, "onError": "skip", "type": "fail", "params": {"expression": "n % 50 == 0"})");
    }
    void aRunThatWasBrokenOffIsGoneOnWith()
    {
        QFETCH(QByteArray, pipeline);
        QVERIFY(runToEnd(pipeline, {}).state == RunState::Finished);
        const QByteArray csv = content("out.csv"), jsonl = content("out.jsonl");
        const size_t failed = readFailedItems(failedFolder())->size();
        QVERIFY(failed > 0);
        int resumed = 0;
        for (int round = 0; round < 4 || (resumed == 0 && round < 100); ++round) {
            clear();
            std::shared_ptr<const JournalEntry> entry;
            for (int attempt = 0;; ++attempt) {
                RunOptions options;
                options.resume = entry;
                const RunOutcome outcome = attempt == MostBroken ? runToEnd(pipeline, std::move(options))
                                                                 : breakOff(pipeline, std::move(options));
                if (outcome.state == RunState::Finished)
                    break;
                QVERIFY2(outcome.state == RunState::Stopped, outcome.error.message.c_str());
                entry = journal();
                resumed += entry ? 1 : 0;
            }
            QCOMPARE(content("out.csv"), csv);
            QCOMPARE(content("out.jsonl"), jsonl);
            QCOMPARE(readFailedItems(failedFolder())->size(), failed);
            QCOMPARE(leftOver(), QStringList());
        }
        QVERIFY(resumed > 0);
    }

    void fieldsThatComeLateAreThere()
    {
        QByteArray rows;
        for (int i = 0; i < Rows; ++i)
            rows += "{\"n\": " + QByteArray::number(i) + (i == Rows / 3 || i > 3900 ? ", \"late\": 1}\n" : "}\n");
        write("rows.jsonl", rows);
        QByteArray pipeline = pipelineWith(Waits);
        pipeline.replace(R"("read.csv", "params": {"path": "rows.csv", "types": {"t": "text"}})",
                         R"("read.jsonl", "params": {"path": "rows.jsonl"})");
        pipeline.replace(R"("convert", "params": {"types": {"t": "integer"}})", R"("identity")");
        QVERIFY(runToEnd(pipeline, {}).state == RunState::Finished);
        const QByteArray csv = content("out.csv");
        QVERIFY(csv.startsWith("n,late\n0,\n"));
        for (int round = 0; round < 4; ++round) {
            clear();
            std::shared_ptr<const JournalEntry> entry;
            for (int attempt = 0;; ++attempt) {
                RunOptions options;
                options.resume = entry;
                const RunOutcome outcome = attempt == MostBroken ? runToEnd(pipeline, std::move(options))
                                                                 : breakOff(pipeline, std::move(options));
                QVERIFY2(outcome.state != RunState::Failed, outcome.error.message.c_str());
                if (outcome.state == RunState::Finished)
                    break;
                entry = journal(); // none where the result was written once more, with all fields
            }
            QCOMPARE(content("out.csv"), csv);
        }
    }

    void resultsThatOnlyLackTheirNamesGetThem()
    {
        QVERIFY(runToEnd(pipelineWith(Waits), {}).state == RunState::Finished);
        const QByteArray csv = content("out.csv"), jsonl = content("out.jsonl");
        // As if the program had been killed after the first of two results had its name.
        QVERIFY(QFile::rename(m_folder->filePath(L("out.jsonl")), m_folder->filePath(L(".out.jsonl.abcdef.partial"))));
        auto entry = std::make_shared<JournalEntry>();
        entry->sequence = 100;
        entry->items = Rows;
        entry->isComplete = true;
        entry->inputs = *inputsNow({path("rows.csv")});
        const auto stateOf = [](int64_t inode, qsizetype bytes) {
            return Members{
                {"file", ""}, {"inode", inode}, {"bytes", int64_t(bytes)}, {"items", 1}, {"isSettled", true}};
        };
        entry->sinks.emplace("csv", stateOf(inodeOf(L("out.csv")), csv.size()));
        entry->sinks.emplace("jsonl", stateOf(inodeOf(L(".out.jsonl.abcdef.partial")), jsonl.size()));
        const size_t failed = readFailedItems(failedFolder())->size();
        QVERIFY(failed > 0);
        RunOptions options;
        options.resume = entry;
        const RunOutcome outcome = runToEnd(pipelineWith(Waits), std::move(options));
        QVERIFY2(outcome.state == RunState::Finished, outcome.error.message.c_str());
        QCOMPARE(content("out.csv"), csv);
        QCOMPARE(content("out.jsonl"), jsonl);
        QCOMPARE(readFailedItems(failedFolder())->size(), failed);
        QCOMPARE(leftOver(), QStringList());
    }

    void aRunThatIsCompleteLeavesNoJournal()
    {
        QVERIFY(runToEnd(pipelineWith(Waits), {}).state == RunState::Finished);
        QCOMPARE(leftOver(), QStringList());
    }

    void itIsSaidWhatSpeaksAgainstIt_data()
    {
        QTest::addColumn<QByteArray>("middle");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("nothing") << QByteArray(Waits) << QByteArray();
        QTest::newRow("sort") << QByteArray(R"("type": "sort", "params": {"by": ["n"]})")
                              << QByteArray("\"middle\" makes");
        QTest::newRow("number") << QByteArray(R"("type": "number")") << QByteArray("\"middle\" makes");
        QTest::newRow("script") << QByteArray(
            R"~("type": "javascript", "params": {"code": "function transform(i) { return i }"})~")
                                << QByteArray("\"middle\" may keep");
        QTest::newRow("merge") << QByteArray(R"("type": "merge")") << QByteArray("several streams");
    }
    void itIsSaidWhatSpeaksAgainstIt()
    {
        QFETCH(QByteArray, middle);
        QFETCH(QByteArray, said);
        const std::string obstacle = journalObstacleOf(planOf(pipelineWith(middle)));
        QVERIFY2(said.isEmpty() ? obstacle.empty() : QByteArray::fromStdString(obstacle).contains(said),
                 obstacle.c_str());
    }

    void whereItCannotBeGoneOnWithThereIsNoJournal()
    {
        QByteArray pipeline = pipelineWith(R"("type": "number")");
        pipeline.replace("\"workers\": 3, ", "");
        pipeline.replace("number", "count").replace("\"type\": \"count\"", "\"type\": \"number\"");
        breakOff(pipeline, {});
        QVERIFY(!journal());
    }

    void aChangedInputIsRefused()
    {
        const auto entry = brokenOff();
        const QByteArray kept = content("out.csv.partial");
        QVERIFY(!kept.isEmpty());
        write("rows.csv", content("rows.csv") + "1,2,3\n");
        RunOptions options;
        options.resume = entry;
        const RunOutcome outcome = runToEnd(pipelineWith(Waits), std::move(options));
        QVERIFY(outcome.state == RunState::Failed);
        QVERIFY2(outcome.error.message.find("changed since") != std::string::npos, outcome.error.message.c_str());
        QCOMPARE(content("out.csv.partial"), kept);
    }

    void aJournalThatNamesOtherFilesChangesNothing_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<qint64>("bytes");
        QTest::newRow("the input") << L("rows.csv") << qint64(3);
        QTest::newRow("elsewhere") << L("sub/.out.csv.abcdef.partial") << qint64(3);
        QTest::newRow("another result's") << L("out.jsonl.partial") << qint64(3);
        QTest::newRow("gone") << L("none") << qint64(3);
        QTest::newRow("longer than it is") << L("out.csv.partial") << (qint64(1) << 60);
    }
    void aJournalThatNamesOtherFilesChangesNothing()
    {
        QFETCH(QString, name);
        QFETCH(qint64, bytes);
        const auto entry = brokenOff();
        QVERIFY(QDir(m_folder->path()).mkpath(L("sub")));
        write("sub/.out.csv.abcdef.partial", "somebody else's");
        const QByteArray rows = content("rows.csv"), kept = content("out.csv.partial");
        auto other = std::make_shared<JournalEntry>(*entry);
        Members state = other->sinks.at("csv").toObject();
        for (auto &[key, value] : state) {
            if (key == "inode")
                value = inodeOf(name);
            if (key == "bytes")
                value = int64_t(bytes);
        }
        other->sinks.at("csv") = state;
        RunOptions options;
        options.resume = other;
        const RunOutcome outcome = runToEnd(pipelineWith(Waits), std::move(options));
        QVERIFY(outcome.state == RunState::Failed);
        QVERIFY2(outcome.error.message.find("What an earlier run has left") != std::string::npos,
                 outcome.error.message.c_str());
        QCOMPARE(content("rows.csv"), rows);
        QCOMPARE(content("out.csv.partial"), kept);
        QCOMPARE(content("sub/.out.csv.abcdef.partial"), QByteArray("somebody else's"));
    }

    void whatIsNoJournalIsSaidToBeNone_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("{");
        QTest::newRow("something else") << QByteArray("{\"a\": 1}");
        QTest::newRow("another version") << QByteArray(
            R"({"millraceJournal": 2, "sequence": 1, "inputs": [], "sinks": {}})");
        QTest::newRow("no sinks") << QByteArray(R"({"millraceJournal": 1, "sequence": 1, "inputs": []})");
    }
    void whatIsNoJournalIsSaidToBeNone()
    {
        QFETCH(QByteArray, text);
        write("j", text);
        const auto entry = readJournal(path("j"));
        QVERIFY(!entry);
        QVERIFY2(entry.error().message.find("is no journal") != std::string::npos, entry.error().message.c_str());
    }

private:
    std::string path(const char *name) const { return m_folder->filePath(QString::fromLatin1(name)).toStdString(); }
    std::string failedFolder() const { return path("p.failed"); }
    void write(const char *name, const QByteArray &content) const
    {
        QFile file(m_folder->filePath(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    QByteArray content(const char *name) const
    {
        QFile file(m_folder->filePath(QString::fromLatin1(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void clear() const
    {
        for (const QString &name : leftOver() + QStringList{L("out.csv"), L("out.jsonl")})
            QFile::remove(m_folder->filePath(name));
    }
    /// 0: there is no such file.
    int64_t inodeOf(const QString &name) const
    {
        struct stat status;
        return ::stat(m_folder->filePath(name).toLocal8Bit().constData(), &status) == 0 ? int64_t(status.st_ino) : 0;
    }
    /// Partial results and journals.
    QStringList leftOver() const
    {
        return QDir(m_folder->path()).entryList({L("*.partial*"), L("*.journal")}, QDir::Files | QDir::Hidden);
    }
    RunPlan planOf(const QByteArray &text) const
    {
        auto loaded = parsePipeline(text.toStdString());
        if (!loaded)
            qFatal("%s", loaded.error().message.c_str());
        auto plan = compilePipeline(loaded->pipeline, m_registry, m_folder->path().toStdString());
        if (!plan)
            qFatal("%s", plan.error().message.c_str());
        return *std::move(plan);
    }
    std::unique_ptr<Run> start(const QByteArray &pipeline, RunOptions options) const
    {
        options.folder = m_folder->path().toStdString();
        options.journal = "digest";
        options.journalInterval = std::chrono::milliseconds(1);
        options.failedItems = std::make_shared<FailedItemsFile>(failedFolder());
        auto run = Run::create(planOf(pipeline), std::move(options));
        if (!run)
            qFatal("%s", run.error().message.c_str());
        (*run)->start();
        return *std::move(run);
    }
    RunOutcome runToEnd(const QByteArray &pipeline, RunOptions options) const
    {
        const auto run = start(pipeline, std::move(options));
        return run->waitForDone(Patience) ? run->outcome() : RunOutcome();
    }
    /// Stopped, or dropped, after a while.
    RunOutcome breakOff(const QByteArray &pipeline, RunOptions options) const
    {
        const auto run = start(pipeline, std::move(options));
        auto *random = QRandomGenerator::global();
        if (!run->waitForDone(random->bounded(5, 150)))
            random->bounded(2) == 0 ? run->stop() : run->cancel();
        return run->waitForDone(Patience) ? run->outcome() : RunOutcome();
    }
    /// Of the results that are there; null: there is none.
    std::shared_ptr<const JournalEntry> journal() const
    {
        auto one = readJournal(journalPathOf(path("out.csv"))), other = readJournal(journalPathOf(path("out.jsonl")));
        if (!one || !other)
            return nullptr;
        return std::make_shared<const JournalEntry>(one->epoch <= other->epoch ? *one : *other);
    }
    std::shared_ptr<const JournalEntry> brokenOff() const
    {
        for (int attempt = 0; attempt < 100; ++attempt) {
            clear();
            breakOff(pipelineWith(Waits), {});
            if (auto entry = journal())
                return entry;
        }
        qFatal("no run was broken off in time");
    }

    StepRegistry m_registry;
    std::unique_ptr<QTemporaryDir> m_folder;
};

} // namespace tst_journal

QTEST_GUILESS_MAIN(tst_journal::JournalTest)
#include "tst_journal.moc"
