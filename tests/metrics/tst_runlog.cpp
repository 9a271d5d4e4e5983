// SPDX-License-Identifier: MIT
#include "metrics/RunLog.h"

#include <QTest>

#include <thread>

using namespace millrace;

namespace tst_runlog {

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
    void theLogIsBoundedInBytes();
    void longTextsAndItemsAreCutWithAMark();
    void whatIsShortStaysAsItIs();
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

void TestRunLog::theLogIsBoundedInBytes()
{
    RunLog log(100'000, 1'000'000);
    for (int i = 0; i < 20'000; ++i) {
        LogRecord record = errorOf("price", std::string(500, char('a' + i % 26)), i);
        record.item = Value(Members{{"text", Value(std::string(300, 't'))}});
        log.append(std::move(record));
    }
    QCOMPARE(log.count(), uint64_t(20'000));
    uint64_t bytes = 0, kept = 0;
    for (uint64_t seen = log.dropped(); seen < log.count(); ++kept) {
        const LogRecord record = log.after(seen, 1).front();
        bytes += record.byteSize();
        seen = record.number;
    }
    QCOMPARE(kept, log.count() - log.dropped());
    QVERIFY2(bytes > 800'000 && bytes < 1'100'000, std::to_string(bytes).c_str());
}

void TestRunLog::longTextsAndItemsAreCutWithAMark()
{
    RunLog log;
    LogRecord record = errorOf("price", std::string(1'000'000, 'm'));
    List deep;
    for (int i = 0; i < 1000; ++i)
        deep.push_back(Value(List{Value(std::string(1000, 'd'))}));
    record.item = Value(Members{{"short", Value("as it is")},
                                {"text", Value(std::string(8'000'000, 't'))},
                                {"umlauts", Value([] {
                                     std::string text;
                                     for (int i = 0; i < 5000; ++i)
                                         text += "ä";
                                     return text;
                                 }())},
                                {"data", Value::bytes(std::string(3 << 20, 'b'))},
                                {"list", Value(std::move(deep))}});
    log.append(std::move(record));
    const LogRecord kept = log.after(0).front();
    QVERIFY(kept.byteSize() < 20'000);
    QVERIFY2(kept.message.ends_with("m… (973 KiB more)"), kept.message.substr(kept.message.size() - 40).c_str());
    QCOMPARE(*kept.item.member("short"), Value("as it is"));
    const std::string_view text = kept.item.member("text")->toText();
    QVERIFY2(text.ends_with("t… (7.6 MiB more)"), std::string(text).c_str());
    QVERIFY(kept.item.member("umlauts")->toText().starts_with("ää"));
    QCOMPARE(*kept.item.member("data"), Value("3 MiB of binary data"));
    QVERIFY(toJson(*kept.item.member("list")).find("more)") != std::string::npos);
    QCOMPARE(log.errorGroups().size(), size_t(1));
    QVERIFY(log.errorGroups()[0].byteSize() < 20'000);
}

void TestRunLog::whatIsShortStaysAsItIs()
{
    RunLog log;
    LogRecord record = errorOf("price", std::string(4000, 'm'));
    Members members;
    for (int i = 0; i < 60; ++i)
        members.emplace_back("field " + std::to_string(i), Value(std::string(30, 'v')));
    const Value item(std::move(members));
    record.item = item;
    log.append(std::move(record));
    QCOMPARE(log.after(0)[0].message.size(), size_t(4000));
    QCOMPARE(log.after(0)[0].item, item);
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

} // namespace tst_runlog

QTEST_GUILESS_MAIN(tst_runlog::TestRunLog)
#include "tst_runlog.moc"
