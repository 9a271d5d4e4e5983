// SPDX-License-Identifier: MIT
#include "report/RunsOnRecord.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <thread>
#include <vector>

using namespace millrace;

namespace tst_runsonrecord {

class TestRunsOnRecord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
    }
    void newestRunsComeFirst();
    void theNumberIsBounded();
    void changesAgainstTheRunBeforeAreKept();
    void nothingIsLostWhenSeveralAddAtOnce();
    void pipelinesAreKeptApart();
    void aDamagedRecordIsSaidAndBegunAnew();
    void withoutAFolderNothingIsKept();
    void settingsHoldNoSecrets();
    void longSettingsAreShortened();

private:
    RunsOnRecord record() const { return RunsOnRecord(m_folder->filePath(QStringLiteral("runs")).toStdString()); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestRunsOnRecord::newestRunsComeFirst()
{
    for (int i = 0; i < 3; ++i)
        QVERIFY(record().add("/p", {{"number", i}}, {}, Members{{"report", i}}));
    const auto runs = record().runsOf("/p");
    QVERIFY(runs);
    QCOMPARE(*runs, (List{Members{{"number", 2}}, Members{{"number", 1}}, Members{{"number", 0}}}));
    QCOMPARE(*record().lastReportOf("/p"), Value(Members{{"report", 2}}));
}

void TestRunsOnRecord::theNumberIsBounded()
{
    for (int i = 0; i < 60; ++i)
        QVERIFY(record().add("/p", {{"number", i}}, {}, {}));
    const auto runs = record().runsOf("/p");
    QCOMPARE(runs->size(), RunsOnRecord::MostRuns);
    QCOMPARE(runs->front(), Value(Members{{"number", 59}}));
    QCOMPARE(runs->back(), Value(Members{{"number", 10}}));
}

void TestRunsOnRecord::changesAgainstTheRunBeforeAreKept()
{
    QVERIFY(record().add("/p", {}, {{"a.workers", 1}, {"b.by", 2}}, {}));
    QVERIFY(record().add("/p", {}, {{"a.workers", 3}, {"c.by", 2}}, {}));
    QVERIFY(record().add("/p", {}, {{"a.workers", 3}, {"c.by", 2}}, {}));
    const auto runs = record().runsOf("/p");
    QCOMPARE(runs->at(0), Value(Members()));
    QCOMPARE(*runs->at(1).member("settings"),
             Value(Members{{"a.workers", List{1, 3}}, {"c.by", List{Value(), 2}}, {"b.by", List{2, Value()}}}));
}

void TestRunsOnRecord::nothingIsLostWhenSeveralAddAtOnce()
{
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([this] {
            for (int k = 0; k < 5; ++k)
                (void)record().add("/p", {{"k", k}}, {}, {});
        });
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(record().runsOf("/p")->size(), size_t(40));
}

void TestRunsOnRecord::pipelinesAreKeptApart()
{
    QVERIFY(record().add("/p", {{"of", "p"}}, {}, {}));
    QVERIFY(record().add("/q", {{"of", "q"}}, {}, {}));
    QCOMPARE(record().runsOf("/p")->size(), size_t(1));
    QCOMPARE(record().runsOf("/q")->front(), Value(Members{{"of", "q"}}));
    QVERIFY(record().runsOf("/r")->empty());
    QVERIFY(record().lastReportOf("/r")->isNull());
}

void TestRunsOnRecord::aDamagedRecordIsSaidAndBegunAnew()
{
    QVERIFY(record().add("/p", {{"number", 1}}, {}, {}));
    QDir folder(m_folder->filePath(QStringLiteral("runs")));
    const QStringList files = folder.entryList({QStringLiteral("*.json")}, QDir::Files);
    QCOMPARE(files.size(), 1);
    QFile file(folder.filePath(files.front()));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("{\"runs\": [") > 0);
    file.close();
    QVERIFY(!record().runsOf("/p"));
    QVERIFY(record().add("/p", {{"number", 2}}, {}, {}));
    QCOMPARE(*record().runsOf("/p"), (List{Members{{"number", 2}}}));
}

void TestRunsOnRecord::withoutAFolderNothingIsKept()
{
    const RunsOnRecord none{std::string()};
    QVERIFY(none.add("/p", {}, {}, {}));
    QVERIFY(none.runsOf("/p")->empty());
}

void TestRunsOnRecord::settingsHoldNoSecrets()
{
    Pipeline pipeline;
    pipeline.steps.emplace_back();
    pipeline.steps.back().id = "get";
    pipeline.steps.back().params = {{"url", "x"}, {"apiToken", "hush"}};
    const std::string text = toJson(settingsOf(pipeline));
    QVERIFY2(text.find("hush") == std::string::npos, text.c_str());
    QVERIFY2(text.find("\"get.url\":\"x\"") != std::string::npos, text.c_str());
}

void TestRunsOnRecord::longSettingsAreShortened()
{
    Pipeline pipeline;
    pipeline.steps.emplace_back();
    pipeline.steps.back().params = {{"code", std::string(5000, 'x')}};
    const Members one = settingsOf(pipeline);
    pipeline.steps.back().params = {{"code", std::string(4999, 'x') + 'y'}};
    const Members other = settingsOf(pipeline);
    QVERIFY(toJson(one).size() < 1000);
    QVERIFY(one != other);
}

} // namespace tst_runsonrecord

QTEST_APPLESS_MAIN(tst_runsonrecord::TestRunsOnRecord)
#include "tst_runsonrecord.moc"
