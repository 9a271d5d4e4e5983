// SPDX-License-Identifier: MIT
#include "data/Value.h"

#include <QDate>
#include <QTest>
#include <QTimeZone>

#include <random>
#include <regex>

using namespace millrace;

namespace tst_timestamp {

class TestTimestamp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesBackExactlyWhatWasRead_data();
    void writesBackExactlyWhatWasRead();
    void refusesWhatIsNoTimestamp_data();
    void refusesWhatIsNoTimestamp();
    void tellsTheMoment_data();
    void tellsTheMoment();
    void everyDayOfFourCenturiesIsKept();
    void onlyDaysOfTheCalendarAreDays();
};

void TestTimestamp::writesBackExactlyWhatWasRead_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"2019-11-05",
                             "2019-11-05T18:22:07",
                             "2019-11-05 18:22:07",
                             "2019-11-05T18:22",
                             "2019-11-05T18:22Z",
                             "2019-11-05T18:22:07Z",
                             "2019-11-05T18:22:07+01:00",
                             "2019-11-05 18:22:07-05:30",
                             "2019-11-05T18:22:07.5",
                             "2019-11-05T18:22:07.500",
                             "2019-11-05T18:22:07.123456Z",
                             "2019-11-05T00:00:00.000001+14:00",
                             "2020-02-29",
                             "1969-12-31T23:59:59.999999",
                             "0000-01-01",
                             "9999-12-31T23:59:59Z",
                             "0001-01-01T00:00:00+14:00",
                             "2019-11-05T18:22:07+00:00",
                             "2019-11-05T18:22:07+0100",
                             "2019-11-05T18:22-0930",
                             "2019-11-05T18:22:07z",
                             "2019-11-05T18:22:07.1234567",
                             "2019-11-05T18:22:07.123456789+0200",
                             "1969-12-31T23:59:59.999999999z"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void TestTimestamp::writesBackExactlyWhatWasRead()
{
    QFETCH(QString, text);
    Timestamp timestamp;
    QVERIFY(parseTimestamp(text.toStdString(), timestamp));
    std::string written = "at ";
    appendTimestamp(written, Value(timestamp).toTimestamp());
    QCOMPARE(QString::fromStdString(written), QStringLiteral("at ") + text);
}

void TestTimestamp::refusesWhatIsNoTimestamp_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"",
                             "2019",
                             "2019-11",
                             "20191105",
                             "2019-11-5",
                             "2019-13-01",
                             "2019-00-10",
                             "2019-02-29",
                             "2019-11-05T",
                             "2019-11-05T18",
                             "2019-11-05T24:00:00",
                             "2019-11-05T18:60:00",
                             "2019-11-05T18:22:60",
                             "2019-11-05T18:22:07.",
                             "2019-11-05T18:22:07.1234567891",
                             "2019-11-05T18:22:07-0000",
                             "2019-11-05T18:22:07+010",
                             "2019-11-05T18:22:07+01",
                             "2019-11-05T18:22:07+15:00",
                             "2019-11-05T18:22:07-00:00",
                             "2019-11-05z",
                             "2019-11-05t18:22:07",
                             "2019-11-05  18:22:07",
                             "2019-11-05Z",
                             "2019-11-05 ",
                             " 2019-11-05",
                             "-2019-11-05",
                             "2019/11/05",
                             "05.11.2019",
                             "2019-11-05T18:22:07ZZ"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void TestTimestamp::refusesWhatIsNoTimestamp()
{
    QFETCH(QString, text);
    Timestamp timestamp{77, 0, 0, 0};
    QVERIFY(!parseTimestamp(text.toStdString(), timestamp));
    QCOMPARE(timestamp.microseconds, int64_t(77));
}

void TestTimestamp::tellsTheMoment_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("microseconds");
    QTest::newRow("the epoch") << "1970-01-01T00:00:00Z" << qint64(0);
    QTest::newRow("date") << "1970-01-02" << qint64(86'400'000'000);
    QTest::newRow("east is earlier") << "1970-01-01T01:00:00+01:00" << qint64(0);
    QTest::newRow("west is later") << "1969-12-31T18:30:00-05:30" << qint64(0);
    QTest::newRow("fraction") << "1970-01-01T00:00:00.25" << qint64(250'000);
    QTest::newRow("before") << "1969-12-31T23:59:59.5Z" << qint64(-500'000);
    QTest::newRow("billion") << "2001-09-09T01:46:40Z" << qint64(1'000'000'000'000'000);
}

void TestTimestamp::tellsTheMoment()
{
    QFETCH(QString, text);
    QFETCH(qint64, microseconds);
    Timestamp timestamp;
    QVERIFY(parseTimestamp(text.toStdString(), timestamp));
    QCOMPARE(qint64(timestamp.microseconds), microseconds);
}

void TestTimestamp::everyDayOfFourCenturiesIsKept()
{
    constexpr int64_t day = 86'400'000'000;
    Timestamp timestamp;
    QVERIFY(parseTimestamp("1800-01-01", timestamp));
    const int64_t first = timestamp.microseconds;
    for (int i = 0; i < 146'097; ++i) {
        std::string text;
        appendTimestamp(text, {first + i * day, 0, DateOnlyForm, 0});
        QVERIFY(parseTimestamp(text, timestamp));
        QCOMPARE(timestamp.microseconds, first + i * day);
    }
    std::string text;
    appendTimestamp(text, timestamp);
    QCOMPARE(text, std::string("2199-12-31"));
}

void TestTimestamp::onlyDaysOfTheCalendarAreDays()
{
    std::mt19937 random(1582);
    const std::regex form("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    const std::string_view others = "0123456789-/:T \xFF";
    for (int i = 0; i < 100'000; ++i) {
        std::string text = QStringLiteral("%1-%2-%3")
                               .arg(1 + random() % 9999, 4, 10, QLatin1Char('0'))
                               .arg(random() % 14, 2, 10, QLatin1Char('0'))
                               .arg(random() % 34, 2, 10, QLatin1Char('0'))
                               .toStdString();
        if (random() % 3 == 0)
            text[random() % text.size()] = others[random() % others.size()];
        if (text.starts_with("0000")) // which QDate doesn't know
            continue;
        const bool isWritten = std::regex_match(text, form);
        const QDate day = QDate::fromString(QString::fromLatin1(text.c_str()), QStringLiteral("yyyy-MM-dd"));
        Timestamp timestamp;
        QCOMPARE(parseTimestamp(text, timestamp), isWritten && day.isValid());
        if (isWritten && day.isValid())
            QCOMPARE(timestamp.microseconds / 1000, day.startOfDay(QTimeZone::utc()).toMSecsSinceEpoch());
    }
}

} // namespace tst_timestamp

QTEST_GUILESS_MAIN(tst_timestamp::TestTimestamp)
#include "tst_timestamp.moc"
