// SPDX-License-Identifier: MIT
#include "expression/operations/OperationTable.h"
#include "ItemsForTests.h"

#include <QtTest>

#include <ctime>

using namespace millrace;

namespace tst_dates {

namespace {

void fillItem(Batch &batch)
{
    fillBatch(batch, {{{"when", ValueType::Timestamp}, {momentOf("2024-05-31T23:30:45.678-02:00")}},
                      {{"utc", ValueType::Timestamp}, {momentOf("2024-03-31T00:30:00Z")}},
                      {{"date", ValueType::Timestamp}, {momentOf("2024-02-29")}},
                      {{"local", ValueType::Timestamp}, {momentOf("2024-06-01T00:30:00")}},
                      {{"text", ValueType::Text}, {Value("01/02/2024")}},
                      {{"none", ValueType::Text}, {Value()}},
                      {{"name", ValueType::Text}, {Value("Äpfel")}}});
}

QString shown(const Value &value)
{
    return value.isNull() ? QStringLiteral("null") : QString::fromStdString(toPlain(value));
}

} // namespace

class TestDates : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("TZ", "America/New_York"); // which nothing may depend on
        ::tzset();
    }

    void datesAreTheSameBothWays_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *source, const char *value) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(value);
        };
        // Parts
        row("text(hour(when)) + \":\" + minute(when) + \":\" + second(when)", "23:30:45");
        row("hour(when, \"UTC\")", "1");
        row("day(when, \"UTC\")", "1");
        row("month(when, \"+02:00\")", "6");
        row("year(\"2023-12-31T23:00:00Z\", \"Europe/Berlin\")", "2024");
        row("quarter(\"2024-03-31T23:00:00Z\")", "1");
        row("quarter(\"2024-03-31T23:00:00Z\", \"Europe/Berlin\")", "2");
        row("quarter(\"2024-12-01\")", "4");
        row("hour(local)", "0");
        row("hour(local, \"Europe/Berlin\")", "2");
        row("hour(date)", "0");
        row("hour(none)", "null");
        row("hour(when, none)", "null");
        row("weekday(date)", "4");
        row("weekday(\"2024-03-03\")", "7");
        row("weekday(\"1969-12-29\")", "1");
        row("week(\"2021-01-03\")", "53");
        row("week(\"2021-01-04\")", "1");
        row("week(\"2019-12-30\")", "1");
        row("week(\"2024-12-29\")", "52");
        // Reading and writing
        row("parseDate(text, \"dd/MM/yyyy\")", "2024-02-01");
        row("parseDate(text, \"MM/dd/yyyy\")", "2024-01-02");
        row("parseDate(\" 31.12.2024 23:59 \", \"dd.MM.yyyy HH:mm\")", "2024-12-31T23:59");
        row("parseDate(\"31.03.2024 12:00\", \"dd.MM.yyyy HH:mm\", \"Europe/Berlin\")", "2024-03-31T12:00+02:00");
        row("parseDate(\"30.03.2024 12:00\", \"dd.MM.yyyy HH:mm\", \"Europe/Berlin\")", "2024-03-30T12:00+01:00");
        row("parseDate(\"31.03.2024 02:30\", \"dd.MM.yyyy HH:mm\", \"Europe/Berlin\")", "2024-03-31T03:30+02:00");
        row("parseDate(\"27.10.2024 02:30\", \"dd.MM.yyyy HH:mm\", \"Europe/Berlin\")", "2024-10-27T02:30+02:00");
        row("parseDate(\"10.03.2024 02:30\", \"dd.MM.yyyy HH:mm\", \"America/New_York\")", "2024-03-10T03:30-04:00");
        row("parseDate(\"31.03.2024\", \"dd.MM.yyyy\", \"Asia/Kolkata\")", "2024-03-31T00:00:00+05:30");
        row("parseDate(\"2024-03-31 12:00+05:00\", \"yyyy-MM-dd HH:mmXXX\", \"Asia/Kolkata\")",
            "2024-03-31T12:00+05:00");
        row("parseDate(20240531, \"yyyyMMdd\")", "2024-05-31");
        row("parseDate(none, \"yyyyMMdd\")", "null");
        row("formatDate(when, \"dd.MM.yyyy HH:mm:ss.SSS XXX\")", "31.05.2024 23:30:45.678 -02:00");
        row("formatDate(when, \"EEE d MMM yy h:mm a\", \"Europe/Berlin\")", "Sat 1 Jun 24 3:30 AM");
        row("formatDate(\"2024-02-29\", \"yyyyMMdd'T'HHmm\")", "20240229T0000");
        row("formatDate(utc, \"HH:mm X\", \"Europe/Berlin\")", "01:30 +01");
        // Reckoning
        row("addDays(date, 1)", "2024-03-01");
        row("addDays(when, -31)", "2024-04-30T23:30:45.678-02:00");
        row("addMonths(\"2024-01-31\", 1)", "2024-02-29");
        row("addMonths(\"2023-01-31\", 1)", "2023-02-28");
        row("addMonths(date, -12)", "2023-02-28");
        row("addMonths(when, 8)", "2025-01-31T23:30:45.678-02:00");
        row("truncate(when, \"second\")", "2024-05-31T23:30:45-02:00");
        row("truncate(when, \"minute\")", "2024-05-31T23:30:00-02:00");
        row("truncate(when, \"hours\")", "2024-05-31T23:00:00-02:00");
        row("truncate(when, \"day\")", "2024-05-31T00:00:00-02:00");
        row("truncate(when, \"day\", \"UTC\")", "2024-06-01T00:00:00Z");
        row("truncate(utc, \"day\", \"Europe/Berlin\")", "2024-03-31T00:00:00+01:00");
        row("truncate(\"2024-03-31T12:00:00Z\", \"day\", \"Europe/Berlin\")", "2024-03-31T00:00:00+01:00");
        row("truncate(when, \"week\")", "2024-05-27T00:00:00-02:00");
        row("truncate(when, \"month\")", "2024-05-01T00:00:00-02:00");
        row("truncate(\"1969-12-31T23:59:59.5Z\", \"year\")", "1969-01-01T00:00:00Z");
        row("truncate(date, \"year\")", "2024-01-01");
        row("diff(when, \"2024-06-01T01:30:45Z\", \"seconds\")", "0.678");
        row("diff(\"2024-03-01\", date, \"days\")", "1");
        row("diff(date, \"2024-03-01\", \"hour\")", "-24");
        row("diff(\"2024-03-07\", date, \"weeks\")", "1");
        row("diff(\"2024-03-30\", date, \"months\")", "1");
        row("diff(\"2024-03-28\", date, \"months\")", "0");
        row("diff(date, \"2024-03-30\", \"months\")", "-1");
        row("diff(\"2025-02-28\", date, \"years\")", "0");
        row("diff(\"2025-03-01\", date, \"years\")", "1");
        row("inZone(utc, \"Europe/Berlin\")", "2024-03-31T01:30:00+01:00");
        row("inZone(\"2024-03-31T01:00:00Z\", \"Europe/Berlin\")", "2024-03-31T03:00:00+02:00");
        row("inZone(when, \"UTC\")", "2024-06-01T01:30:45.678Z");
        row("inZone(date, \"-03:30\")", "2024-02-28T20:30:00-03:30");
        row("fromSeconds(0)", "1970-01-01T00:00:00Z");
        row("fromSeconds(1717200000.25)", "2024-06-01T00:00:00.250Z");
        row("fromMilliseconds(\"1717200000001\")", "2024-06-01T00:00:00.001Z");
        row("fromMilliseconds(-1)", "1969-12-31T23:59:59.999Z");
        row("fromMilliseconds(number(when)) == when", "true");
        // Comparing
        row("\"2024-12-31T23:30:00-05:00\" >= \"2025-01-01T00:00:00Z\"", "true");
        row("\"2025-01-01T00:30:00+02:00\" >= \"2025-01-01T00:00:00Z\"", "false");
        row("\"2024-05-01T10:00:00+0200\" == \"2024-05-01T08:00:00.000Z\"", "true");
        row("\"2024-05-01T10:00:00+0200\" === \"2024-05-01T08:00:00.000Z\"", "false");
        row("\"2024-05-01T10:00:00.000000001Z\" > \"2024-05-01T10:00:00z\"", "true");
        row("\"10\" > \"9\"", "true");
        row("\"010\" > \"9\"", "false");
        row("\"10\" > \"9a\"", "false");
        row("\"10\" == \"10.0\"", "false");
        row("when == \"2024-06-01T01:30:45.678Z\"", "true");
    }

    void datesAreTheSameBothWays()
    {
        QFETCH(QString, source);
        QFETCH(QString, value);
        Batch batch;
        fillItem(batch);
        QVERIFY(ItemExpression::compile(source.toStdString())->isCompiled());
        QCOMPARE(shown(computed(source.toStdString(), batch)[0]), value);
        QCOMPARE(shown(computed(source.toStdString(), batch, ItemExpression::Engine::ScriptEngine)[0]), value);
    }

    void whatIsNoDateSaysSo_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *source, const char *message) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(message);
        };
        row("hour(text)", "text: \"01/02/2024\" is not a date (as in 2024-05-31 or 2024-05-31T12:00:00)");
        row("hour(when, \"Berlin\")", "there is no time zone \"Berlin\"; write one as in \"Europe/Berlin\", \"UTC\" or "
                                      "\"+02:00\"");
        row("inZone(when, \"Europe/Atlantis\")",
            "there is no time zone \"Europe/Atlantis\"; write one as in \"Europe/Berlin\", \"UTC\" or \"+02:00\"");
        row("parseDate(text, \"dd.MM.yyyy\")", "text: \"01/02/2024\" is no date written as dd.MM.yyyy");
        row("parseDate(text, \"HH:mm\")",
            "No date can be read with the pattern \"HH:mm\": it needs year, month and day, "
            "as in dd.MM.yyyy (MM is the month, mm the minute).");
        row("addDays(when, 1.5)", "1.5 is no whole number of days or months");
        row("addDays(\"9999-12-31\", 1)", "addDays(): the date is out of range; years from 0 to 9999 are known");
        row("addMonths(\"0000-01-31\", -1)", "addMonths(): the date is out of range; years from 0 to 9999 are known");
        row("truncate(when, name)", "name: \"Äpfel\" is no unit of time; there are \"second\", \"minute\", \"hour\", "
                                    "\"day\", \"week\", \"month\" and \"year\"");
        row("fromSeconds(1e12)", "1000000000000 is out of range; years from 0 to 9999 are known");
        row("when == text", "text: \"01/02/2024\" is not a date (as in 2024-05-31 or 2024-05-31T12:00:00)");
        row("when > text", "text: \"01/02/2024\" is not a date (as in 2024-05-31 or 2024-05-31T12:00:00)");
        row("text != when", "text: \"01/02/2024\" is not a date (as in 2024-05-31 or 2024-05-31T12:00:00)");
    }

    void whatIsNoDateSaysSo()
    {
        QFETCH(QString, source);
        QFETCH(QString, message);
        Batch batch;
        fillItem(batch);
        QCOMPARE(shown(computed(source.toStdString(), batch)[0]), QLatin1String("! ") + message);
        QCOMPARE(shown(computed(source.toStdString(), batch, ItemExpression::Engine::ScriptEngine)[0]),
                 QLatin1String("! ") + message);
    }

    void scriptsReadIsoOnlyAndKnowNoZoneOfTheMachine_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *source, const char *value) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(value);
        };
        row("local.getHours()", "0");
        row("local.getTimezoneOffset()", "0");
        row("new Date(2024, 0, 31, 12)", "2024-01-31T12:00:00.000Z");
        row("new Date(\"2024-05-31\")", "2024-05-31T00:00:00.000Z");
        row("new Date(\"2024-05\")", "2024-05-01T00:00:00.000Z");
        row("new Date(\"2024-05-31T12:00\")", "2024-05-31T12:00:00.000Z");
        row("new Date(\"2024-05-31 12:00:30.5\")", "2024-05-31T12:00:30.500Z");
        row("new Date(\"2024-05-31T12:00:00+0200\")", "2024-05-31T10:00:00.000Z");
        row("new Date(\"2024-05-31T12:00:00.123456789z\")", "2024-05-31T12:00:00.123Z");
        row("new Date(new Date(\"2024-05-31\"))", "2024-05-31T00:00:00.000Z");
        row("new Date(when.getTime()) - when", "0");
        row("new Date(text)",
            "! new Date(text): RangeError: \"01/02/2024\" is no date in ISO 8601, such as 2024-05-31; "
            "with parseDate(text, \"dd/MM/yyyy\") a formula or convert reads others");
        row("Date.parse(text)", "! Date.parse: RangeError: \"01/02/2024\" is no date in ISO 8601, such as 2024-05-31; "
                                "with parseDate(text, \"dd/MM/yyyy\") a formula or convert reads others");
        row("Date.parse(\"2024-05-31\")", "1717113600000");
        row("Date.UTC(1970, 0, 2)", "86400000");
        row("when instanceof Date && new Date(0) instanceof Date", "true");
        row("new Date(0).constructor.UTC(1970, 0, 2)", "86400000");
        row("hour(new Date(0), \"Asia/Tokyo\")", "9");
    }

    void scriptsReadIsoOnlyAndKnowNoZoneOfTheMachine()
    {
        QFETCH(QString, source);
        QFETCH(QString, value);
        Batch batch;
        fillItem(batch);
        QCOMPARE(shown(computed(source.toStdString(), batch)[0]), value);
    }
};

} // namespace tst_dates

QTEST_GUILESS_MAIN(tst_dates::TestDates)
#include "tst_dates.moc"
