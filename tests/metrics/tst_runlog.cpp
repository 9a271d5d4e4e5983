// SPDX-License-Identifier: MIT
#include "metrics/RunLog.h"

#include <QTest>

#include <thread>

using namespace millrace;

namespace {

LogRecord errorOf(std::string step, std::string message, int64_t itemId = 0)
{
    LogRecord record;
    record.level = LogLevel::Error;
    record.step = std::move(step);
    record.kind = "type";
    record.message = std::move(message);
    record.itemId = Value(itemId);
    record.hasItem = true;
    return record;
}

} // namespace

class TestRunLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordsAreNumberedAndTimed();
    void theRingKeepsTheNewestAndCountsTheRest();
    void followersGetEachRecordOnce();
    void equalErrorsAreOneGroup();
    void warningsAreNoErrors();
    void groupsAreBounded();
    void appendingIsSafeOnSeveralThreads();
};

void TestRunLog::recordsAreNumberedAndTimed()
{
    RunLog log;
    log.info("price", "opened");
    log.warn("price", "slow");
    const auto records = log.after(0);
    QCOMPARE(records.size(), size_t(2));
    QCOMPARE(records[0].number, uint64_t(1));
    QCOMPARE(records[1].number, uint64_t(2));
    QVERIFY(records[1].level == LogLevel::Warning);
    QVERIFY(records[0].time > 1'500'000'000'000);
    LogRecord dated;
    dated.time = 5;
    log.append(dated);
    QCOMPARE(log.after(2)[0].time, int64_t(5));
}

void TestRunLog::theRingKeepsTheNewestAndCountsTheRest()
{
    RunLog log(10);
    for (int i = 0; i < 25; ++i)
        log.info("s", std::to_string(i));
    QCOMPARE(log.count(), uint64_t(25));
    QCOMPARE(log.dropped(), uint64_t(15));
    const auto records = log.after(0);
    QCOMPARE(records.size(), size_t(10));
    QCOMPARE(records.front().message, std::string("15"));
    QCOMPARE(records.back().message, std::string("24"));
}

void TestRunLog::followersGetEachRecordOnce()
{
    RunLog log(100);
    for (int i = 0; i < 30; ++i)
        log.info("s", std::to_string(i));
    uint64_t last = 0;
    std::vector<std::string> seen;
    for (;;) {
        const auto records = log.after(last, 7);
        if (records.empty())
            break;
        for (const LogRecord &record : records)
            seen.push_back(record.message);
        last = records.back().number;
    }
    QCOMPARE(seen.size(), size_t(30));
    QCOMPARE(seen.back(), std::string("29"));
    QVERIFY(log.after(1000).empty());
    QVERIFY(RunLog().after(0).empty());
}

void TestRunLog::equalErrorsAreOneGroup()
{
    RunLog log(5);
    for (int i = 0; i < 20; ++i)
        log.append(
            errorOf("price", "cents: \"a" + std::to_string(i) + "\" is not a number in row " + std::to_string(i), i));
    log.append(errorOf("other", "cents: \"a\" is not a number in row 1"));
    const auto groups = log.errorGroups();
    QCOMPARE(groups.size(), size_t(2));
    QCOMPARE(groups[0].step, std::string("price"));
    QCOMPARE(groups[0].count, uint64_t(20));
    QCOMPARE(groups[0].itemId, Value(0)); // the first one's
    QCOMPARE(groups[1].count, uint64_t(1));
    QCOMPARE(log.after(19)[0].count, uint64_t(20));
}

void TestRunLog::warningsAreNoErrors()
{
    RunLog log;
    log.warn("s", "hm");
    QVERIFY(log.errorGroups().empty());
}

void TestRunLog::groupsAreBounded()
{
    RunLog log(10);
    for (int i = 0; i < 3000; ++i)
        log.append(errorOf(std::to_string(i), "wrong"));
    QCOMPARE(log.errorGroups().size(), size_t(1000));
    QCOMPARE(log.count(), uint64_t(3000));
}

void TestRunLog::appendingIsSafeOnSeveralThreads()
{
    RunLog log(100);
    const auto work = [&log](const char *step) {
        for (int i = 0; i < 1000; ++i)
            log.append(errorOf(step, "wrong"));
    };
    std::thread first(work, "a"), second(work, "b");
    first.join();
    second.join();
    QCOMPARE(log.count(), uint64_t(2000));
    QCOMPARE(log.errorGroups()[0].count + log.errorGroups()[1].count, uint64_t(2000));
    const auto records = log.after(0);
    for (size_t i = 1; i < records.size(); ++i)
        QCOMPARE(records[i].number, records[i - 1].number + 1);
}

QTEST_GUILESS_MAIN(TestRunLog)
#include "tst_runlog.moc"
