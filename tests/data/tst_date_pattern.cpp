// SPDX-License-Identifier: MIT
#include "data/text/DatePattern.h"

#include <QtTest>

#include <random>

using namespace millrace;

namespace tst_date_pattern {

namespace {

DatePattern patternOf(std::string_view text)
{
    auto pattern = DatePattern::forWriting(text);
    return pattern ? *std::move(pattern) : *DatePattern::forWriting("'no pattern'");
}

std::string isoText(const Timestamp &moment)
{
    std::string text;
    appendTimestamp(text, moment);
    return text;
}

std::string problemOf(std::string_view pattern)
{
    const auto made = DatePattern::forReading(pattern);
    return made ? std::string() : made.error().message;
}

} // namespace

class TestDatePattern : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textsAreReadAsWritten_data()
    {
        QTest::addColumn<std::string>("pattern");
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("iso"); // empty: it can't be read
        const auto row = [](const char *pattern, const char *text, const char *iso) {
            QTest::addRow("%s of %s", text, pattern) << std::string(pattern) << std::string(text) << std::string(iso);
        };
        row("dd.MM.yyyy HH:mm", "01.02.2024 15:04", "2024-02-01T15:04");
        row("dd/MM/yyyy", "01/02/2024", "2024-02-01");
        row("MM/dd/yyyy", "01/02/2024", "2024-01-02");
        row("dd/MM/yyyy", "25/02/2024", "2024-02-25");
        row("MM/dd/yyyy", "25/02/2024", "");
        row("dd.MM.yyyy", "1.2.2024", "");
        row("d.M.yyyy", "1.2.2024", "2024-02-01");
        row("d.M.yyyy", "31.12.2024", "2024-12-31");
        row("d.M.yyyy", "31.12.24", "");
        row("d.M.yy", "31.12.69", "2069-12-31");
        row("d.M.yy", "31.12.70", "1970-12-31");
        row("dd.MM.yyyy", "29.02.2023", "");
        row("dd.MM.yyyy", "29.02.2024", "2024-02-29");
        row("dd.MM.yyyy", "29.02.2024 ", "");
        row("dd.MM.yyyy", "", "");
        row("yyyyMMdd'T'HHmmss", "20240531T235959", "2024-05-31T23:59:59");
        row("yyyyMMddTHHmmss", "20240531t235959", "2024-05-31T23:59:59");
        row("dd MMM yyyy", "07 mar 2024", "2024-03-07");
        row("d MMMM yyyy", "7 March 2024", "2024-03-07");
        row("d MMMM yyyy", "7 Mar 2024", "");
        row("EEE, dd MMM yyyy HH:mm:ss XX", "Thu, 07 Mar 2024 15:04:05 +0200", "2024-03-07T15:04:05+02:00");
        row("EEEE d.M.yyyy", "Friday 7.3.2024", "");
        row("MM/dd/yyyy hh:mm a", "03/07/2024 12:00 AM", "2024-03-07T00:00");
        row("MM/dd/yyyy hh:mm a", "03/07/2024 12:30 pm", "2024-03-07T12:30");
        row("MM/dd/yyyy h:mm a", "03/07/2024 1:05 PM", "2024-03-07T13:05");
        row("MM/dd/yyyy hh:mm a", "03/07/2024 13:00 PM", "");
        row("yyyy-MM-dd HH:mm:ss.SSS", "2024-03-07 15:04:05.678", "2024-03-07T15:04:05.678");
        row("yyyy-MM-dd HH:mm:ss,SSSSSSSSS", "2024-03-07 15:04:05,123456789", "2024-03-07T15:04:05.123456789");
        row("yyyy-MM-dd HH:mm:ss.SSS", "2024-03-07 15:04:05.67", "");
        row("yyyy-MM-dd HH:mmX", "2024-03-07 15:04Z", "2024-03-07T15:04Z");
        row("yyyy-MM-dd HH:mmX", "2024-03-07 15:04-03:30", "2024-03-07T15:04-03:30");
        row("yyyy-MM-dd HH:mmXXX", "2024-03-07 15:04+05", "2024-03-07T15:04+05:00");
        row("yyyy-MM-dd HH:mmXXX", "2024-03-07 15:04", "");
        row("yyyy-MM-dd HH:mmXXX", "2024-03-07 15:04+15:00", "");
        row("yyyy-MM-dd HH:mm", "2024-03-07 24:00", "");
        row("yyyy-MM-dd HH:mm", "2024-03-07 23:60", "");
        row("dd.MM.yyyy 'at' HH 'o''clock'", "07.03.2024 at 15 o'clock", "2024-03-07T15:00");
        row("yyyy年MM月dd日", "2024年03月07日", "2024-03-07");
    }
    void textsAreReadAsWritten()
    {
        QFETCH(std::string, pattern);
        QFETCH(std::string, text);
        QFETCH(std::string, iso);
        const auto made = DatePattern::forReading(pattern);
        QVERIFY2(made, made ? "" : made.error().message.c_str());
        Timestamp moment;
        const bool isRead = made->parse(text, moment);
        QCOMPARE(isRead ? isoText(moment) : std::string(), iso);
    }

    void momentsAreWrittenByTheirOwnClock()
    {
        Timestamp moment;
        QVERIFY(parseTimestamp("2024-03-07T05:04:09.067-03:30", moment));
        const auto written = [&moment](std::string_view pattern) {
            std::string text = ">";
            patternOf(pattern).append(text, moment);
            return text;
        };
        QCOMPARE(written("dd.MM.yyyy HH:mm"), std::string(">07.03.2024 05:04"));
        QCOMPARE(written("d.M.yy H:m:s"), std::string(">7.3.24 5:4:9"));
        QCOMPARE(written("EEEE, d MMMM; EEE MMM"), std::string(">Thursday, 7 March; Thu Mar"));
        QCOMPARE(written("hh:mm a h"), std::string(">05:04 AM 5"));
        QCOMPARE(written("S SSS SSSSSSSSS"), std::string(">0 067 067000000"));
        QCOMPARE(written("X XX XXX"), std::string(">-0330 -0330 -03:30"));
        QCOMPARE(written("''yyyy''"), std::string(">'2024'"));
        QVERIFY(parseTimestamp("2024-03-07T05:04:09.067089123", moment));
        QCOMPARE(written("SSSSSS SSSSSSSSS"), std::string(">067089 067089123"));
        QVERIFY(parseTimestamp("0099-12-31T12:00:00Z", moment));
        QCOMPARE(written("yyyy-MM-dd hh a X"), std::string(">0099-12-31 12 PM Z"));
        QVERIFY(parseTimestamp("1969-12-31T23:59:59.999999", moment));
        QCOMPARE(written("yyyy-MM-dd HH:mm:ss.SSSSSS"), std::string(">1969-12-31 23:59:59.999999"));
    }

    void whatIsWrittenIsReadAgain()
    {
        const auto pattern = DatePattern::forReading("EEEE, d MMMM yyyy h:mm:ss.SSSSSS a XXX");
        QVERIFY(pattern);
        std::mt19937_64 random(7);
        std::uniform_int_distribution<int64_t> micros(-62'000'000'000'000'000, 253'000'000'000'000'000);
        std::uniform_int_distribution<int> minutes(-840, 840);
        for (int i = 0; i < 20'000; ++i) {
            const Timestamp moment{micros(random), int16_t(minutes(random)), SecondsForm | OffsetForm, 6};
            std::string text;
            pattern->append(text, moment);
            Timestamp again;
            QVERIFY2(pattern->parse(text, again), text.c_str());
            QCOMPARE(again.microseconds, moment.microseconds);
            QCOMPARE(again.zoneMinutes, moment.zoneMinutes);
        }
    }

    void wrongPatternsSayWhatIsWrong()
    {
        QVERIFY(problemOf("dd.MM.yyyy").empty());
        QVERIFY(problemOf("dd.MM.YYYY").find("\"YYYY\"") != std::string::npos);
        QVERIFY(problemOf("dd.MM.yyy").find("\"yyy\"") != std::string::npos);
        QVERIFY(problemOf("dd.mm.yyyy").find("mm the minute") != std::string::npos);
        QVERIFY(problemOf("HH:mm").find("year, month and day") != std::string::npos);
        QVERIFY(problemOf("dd.dd.MM.yyyy").find("twice") != std::string::npos);
        QVERIFY(problemOf("dd.MM.MMM.yyyy").find("twice") != std::string::npos);
        QVERIFY(problemOf("dd.MM.yyyy hh:mm").find("AM or PM") != std::string::npos);
        QVERIFY(problemOf("dd.MM.yyyy ss").find("seconds minutes") != std::string::npos);
        QVERIFY(problemOf("dd.MM.yyyy 'at").find("ends within") != std::string::npos);
        QVERIFY(problemOf("").find("missing") != std::string::npos);
        QVERIFY(DatePattern::forWriting("HH:mm"));
    }
};

} // namespace tst_date_pattern

QTEST_GUILESS_MAIN(tst_date_pattern::TestDatePattern)

#include "tst_date_pattern.moc"
