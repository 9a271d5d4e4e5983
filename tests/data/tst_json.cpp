// SPDX-License-Identifier: MIT
#include "data/json/JsonReader.h"
#include "data/text/TextCheck.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace millrace;

namespace tst_json {

namespace {

QString written(const Value &value)
{
    return QString::fromStdString(toJson(value));
}

Value read(std::string_view json)
{
    auto value = parseJson(json);
    return value ? *std::move(value) : Value("failed: " + value.error().message);
}

} // namespace

class TestJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readingAndWritingIsIdentity_data();
    void readingAndWritingIsIdentity();
    void integersStayIntegersAndRealsReal();
    void integersOverSixtyFourBitsKeepTheirDigitsAsTexts();
    void ofEqualNamesTheLastValueCounts();
    void textIsEscaped();
    void controlCharactersAreEscaped();
    void brokenUtf8BecomesReplacementCharacters();
    void anyBytesMakeJsonThatQtReads();
    void whatJsonDoesNotKnowIsWrittenAsItsNearest();
    void faultsAreToldWithTheirPlace_data();
    void faultsAreToldWithTheirPlace();
    void deepNestingIsRefused();
    void aReaderGoesOnAfterAFault();
    void paddedTextIsReadInPlace();
    void spellingsAreThoseOfNumbersThatWouldBeWrittenOtherwise();
    void plainTextIsBare();
};

void TestJson::readingAndWritingIsIdentity_data()
{
    QTest::addColumn<QString>("json");
    for (const char *json : {"null", "true", "false", "0", "-12", "2.5", "1e+30", "\"\"", "\"text\"", "[]", "{}",
                             "[[],{}]", "[1,null,\"a\"]", R"({"b":1,"a":{"c":[1.5,{"d":""}]}})",
                             R"("a\"b\\c\n\t\u0001/")", "9223372036854775807", "-9223372036854775808", R"({"":0})"})
        QTest::newRow(json) << QString::fromLatin1(json);
    QTest::newRow("umlauts") << QStringLiteral("\"äöü €😀\"");
}

void TestJson::readingAndWritingIsIdentity()
{
    QFETCH(QString, json);
    QCOMPARE(written(read(json.toStdString())), json);
}

void TestJson::integersStayIntegersAndRealsReal()
{
    QCOMPARE(read("[1, 1.0, 1e2, -0]"), Value(List{1, 1.0, 100.0, 0}));
    QCOMPARE(read(" \n2\t"), Value(2));
}

void TestJson::integersOverSixtyFourBitsKeepTheirDigitsAsTexts()
{
    QCOMPARE(read("9223372036854775808"), Value("9223372036854775808"));
    QCOMPARE(read("-9223372036854775808"), Value(INT64_MIN));
    QCOMPARE(read("-9223372036854775809"), Value("-9223372036854775809"));
    QCOMPARE(read("18446744073709551616"), Value("18446744073709551616"));
    QCOMPARE(
        read(R"(["12345678901234567890123\"45678901234567890123", -12345678901234567890123, 1.5e3, 9007199254740993])"),
        Value(List{"12345678901234567890123\"45678901234567890123", "-12345678901234567890123", 1500.0,
                   int64_t(9007199254740993)}));
    QVERIFY(read("1e400").toText().find("too large") != std::string_view::npos);
}

void TestJson::ofEqualNamesTheLastValueCounts()
{
    QCOMPARE(written(read(R"({"a":1,"b":2,"a":3})")), QStringLiteral(R"({"a":3,"b":2})"));
    std::string many = "{";
    for (int i = 0; i < 100; ++i)
        many += "\"n" + std::to_string(i % 50) + "\":" + std::to_string(i) + (i < 99 ? "," : "}");
    const Value value = read(many);
    QCOMPARE(value.toObject().size(), size_t(50));
    QCOMPARE(*value.member("n7"), Value(57));
}

void TestJson::textIsEscaped()
{
    QCOMPARE(written(Value("say \"hi\" \\ now\r\n\b\f")), QStringLiteral(R"("say \"hi\" \\ now\r\n\b\f")"));
    QCOMPARE(written(Value(Members{{"a\"b", 1}})), QStringLiteral(R"({"a\"b":1})"));
}

void TestJson::controlCharactersAreEscaped()
{
    for (int c = 0; c < 0x20; ++c) {
        for (size_t before = 0; before < 10; ++before) { // in each place of a group of eight
            const std::string text = std::string(before, 'x') + char(c) + "yyyyyyyy";
            const std::string json = toJson(Value(text));
            QVERIFY(json.find(char(c)) == std::string::npos);
            QCOMPARE(read(json), Value(text));
        }
    }
}

void TestJson::brokenUtf8BecomesReplacementCharacters()
{
    QCOMPARE(toJson(Value("a\xff z")), std::string("\"a\xef\xbf\xbd z\""));
    QCOMPARE(toJson(Value("\xc3")), std::string("\"\xef\xbf\xbd\""));
    QCOMPARE(toJson(Value("\xc0\xaf")), std::string("\"\xef\xbf\xbd\xef\xbf\xbd\""));                 // overlong
    QCOMPARE(toJson(Value("\xed\xa0\x80")), std::string("\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"")); // a surrogate
}

void TestJson::anyBytesMakeJsonThatQtReads()
{
    std::mt19937 random(7);
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes(random() % 24, '\0');
        for (char &c : bytes)
            c = random() % 3 == 0 ? char(random() % 256) : "a\"\\\xc3\xa4"[random() % 5];
        const std::string json = "{\"t\":" + toJson(Value(bytes)) + '}';
        QVERIFY(isUtf8(json));
        const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(json));
        QVERIFY(document.isObject());
        if (isUtf8(bytes))
            QCOMPARE(document.object().value(QLatin1String("t")).toString().toStdString(), bytes);
    }
}

void TestJson::whatJsonDoesNotKnowIsWrittenAsItsNearest()
{
    QCOMPARE(written(Value(std::nan(""))), QStringLiteral("null"));
    QCOMPARE(written(Value(-std::numeric_limits<double>::infinity())), QStringLiteral("null"));
    QCOMPARE(written(Value::bytes("M")), QStringLiteral("\"TQ==\""));
    QCOMPARE(written(Value::bytes("Ma")), QStringLiteral("\"TWE=\""));
    QCOMPARE(written(Value::bytes("Many")), QStringLiteral("\"TWFueQ==\""));
    QCOMPARE(written(Value::bytes("")), QStringLiteral("\"\""));
    Timestamp timestamp;
    QVERIFY(parseTimestamp("2019-11-05T18:22:07Z", timestamp));
    QCOMPARE(written(Value(timestamp)), QStringLiteral("\"2019-11-05T18:22:07Z\""));
}

void TestJson::faultsAreToldWithTheirPlace_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("fault");
    const auto add = [](const char *json, const char *place, const char *fault) {
        QTest::newRow(json) << QByteArray(json) << QString::fromLatin1(place) << QString::fromLatin1(fault);
    };
    add("", "", "nothing in it");
    add("[1, 2", "column 6", "\",\" or \"]\"");
    add("{\"a\": 1,\n \"b\" 2}", "line 2, column 6", "\":\"");
    add("{\"a\": 1,}", "column 9", "after the comma");
    add("{\"a\": 1 \"b\": 2}", "column 9", "\",\" or \"}\"");
    add("{a: 1}", "column 2", "double quotes");
    add("[1, tru]", "column 5", "expected a value");
    add("'x'", "column 1", "expected a value");
    add("[01]", "column 2", "begin with 0");
    add("[1.]", "column 4", "decimal point");
    add("[1e]", "column 4", "exponent");
    add("1 2", "column 3", "nothing more");
    add("\"a\nb\"", "column 3", "escape");
    add("\"\\x\"", "column 3", "escape");
    add("\"\\u12\"", "column 6", "hexadecimal");
    add("[\"a\\ud83d\"]", "column 4", "\\ud83d is half a character");
    add("\"\\udc00\"", "column 2", "half a character");
    add("[\"\\ud83d\\u0041\"]", "column 3", "half a character");
    add("[1e-400, 1E400]", "column 10", "too large");
    add("\"\xff\"", "column 2", "UTF-8");
    add("[\"\xc3\xa4\", x]", "column 7", "expected a value");
    add("\"open", "column 6", "closing double quote");
}

void TestJson::faultsAreToldWithTheirPlace()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, place);
    QFETCH(QString, fault);
    const auto value = parseJson({json.constData(), size_t(json.size())});
    QVERIFY(!value);
    const QString message = QString::fromStdString(value.error().message);
    QVERIFY2(message.contains(place) && message.contains(fault), qPrintable(message));
    QCOMPARE(value.error().kind, std::string("parse"));
}

void TestJson::deepNestingIsRefused()
{
    const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    QVERIFY(read(nested(900)).isList());
    const auto refused = parseJson(nested(100'000));
    QVERIFY(!refused);
    QVERIFY(refused.error().message.find("levels deep") != std::string::npos);
}

void TestJson::aReaderGoesOnAfterAFault()
{
    JsonReader reader;
    QVERIFY(!reader.parse("{\"a\":"));
    const auto value = reader.parse("{\"a\":1}");
    QVERIFY(value);
    QCOMPARE(*value, Value(Members{{"a", 1}}));
    QVERIFY(reader.parse("[\"" + std::string(100'000, 'x') + "\"]"));
}

void TestJson::paddedTextIsReadInPlace()
{
    std::string lines = "{\"a\":1}\n{\"a\":2}\n";
    lines.append(JsonReader::Padding, '\0');
    JsonReader reader;
    QCOMPARE(*reader.parsePadded(std::string_view(lines).substr(0, 7)), Value(Members{{"a", 1}}));
    QCOMPARE(*reader.parsePadded(std::string_view(lines).substr(8, 7)), Value(Members{{"a", 2}}));
}

/// Compared with what reading each member alone, and writing it, gives.
void TestJson::spellingsAreThoseOfNumbersThatWouldBeWrittenOtherwise()
{
    std::mt19937 random(16);
    const auto pick = [&](auto &from) { return std::string(from[random() % std::size(from)]); };
    const std::string_view plain[] = {"0",       "7",     "1.5",   "-12.25", "0.00001",        "0.000012",
                                      "1234567", "1e+30", "null",  "true",   "\"1.10\"",       "\"-0\"",
                                      "[]",      "{}",    "[1,2]", "[1.25]", "{\"a\":\"1E5\"}"};
    const std::string_view odd[] = {"-0",
                                    "1.10",
                                    "1E5",
                                    "100.0",
                                    "1e30",
                                    "0.0",
                                    "1.5e0",
                                    "0.000001",
                                    "1.0000000000000000001",
                                    "[0,1.0]",
                                    "{\"a\":[{\"b\":2.50}]}"};
    const std::string_view blanks[] = {"", "", " ", "\t", "\r\n "};
    JsonReader reader;
    reader.keepSpellings(true);
    for (int round = 0; round < 20'000; ++round) {
        std::string text = pick(blanks) + '{' + pick(blanks);
        std::vector<std::string> expected;
        const size_t members = random() % 6;
        for (size_t i = 0; i < members; ++i) {
            const std::string value = random() % 4 == 0 ? pick(odd) : pick(plain);
            text += (i > 0 ? "," : "") + pick(blanks) + "\"m" + std::to_string(i) + "\"" + pick(blanks) + ':'
                    + pick(blanks) + value + pick(blanks);
            expected.push_back(toJson(read(value)) == value ? std::string() : value);
        }
        text += '}' + pick(blanks);
        QVERIFY2(reader.parse(text), text.c_str());
        std::vector<std::string> found(members);
        for (const JsonSpelling &spelling : reader.spellings())
            found.at(spelling.member) = spelling.text;
        if (found != expected)
            QFAIL(text.c_str());
    }
    QVERIFY(reader.parse(" [1, 2.0] "));
    QCOMPARE(reader.spellings().size(), size_t(1));
    QCOMPARE(reader.spellings()[0].text, std::string("[1,2.0]"));
    for (const char *text : {"[1, 2.5]", "{\"a\":1.10,\"a\":2.0}", "\"2.0\""}) {
        QVERIFY(reader.parse(text));
        QVERIFY2(reader.spellings().empty(), text);
    }
}

void TestJson::plainTextIsBare()
{
    QCOMPARE(toPlain(Value()), std::string());
    QCOMPARE(toPlain(Value("a \"b\"")), std::string("a \"b\""));
    QCOMPARE(toPlain(Value(true)), std::string("true"));
    QCOMPARE(toPlain(Value(2.50)), std::string("2.5"));
    QCOMPARE(toPlain(Value(std::nan(""))), std::string("NaN"));
    QCOMPARE(toPlain(Value(List{1, "a"})), std::string("[1,\"a\"]"));
}

} // namespace tst_json

QTEST_GUILESS_MAIN(tst_json::TestJson)
#include "tst_json.moc"
