// SPDX-License-Identifier: MIT
#include "data/text/NumberText.h"
#include "data/Value.h"

#include <QTest>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

using namespace millrace;

namespace tst_number_text {

class TestNumberText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersAreLaidOutAsInJavaScript_data();
    void numbersAreLaidOutAsInJavaScript();
    void randomNumbersReadBackTheSame();
    void decimalsAreWrittenAsTheyWereRead();
    void theShortestTextIsWritten();
    void whatIsSurelyShortestIsWrittenSo();
    void integersReachTheirLimits();
    void integersAreWrittenDigitByDigit();
    void shortNumbersAreWrittenAsOthers();
};

void TestNumberText::numbersAreLaidOutAsInJavaScript_data()
{
    QTest::addColumn<double>("number");
    QTest::addColumn<QString>("text");
    const auto add = [](double number, const char *text) {
        QTest::newRow(text) << number << QString::fromLatin1(text);
    };
    add(0, "0");
    QTest::newRow("minus zero") << -0.0 << QStringLiteral("0");
    add(1, "1");
    add(-42, "-42");
    add(0.5, "0.5");
    add(-0.5, "-0.5");
    add(12.5, "12.5");
    add(0.1 + 0.2, "0.30000000000000004");
    add(1.0 / 3, "0.3333333333333333");
    add(1e6, "1000000");
    add(123456789012345680.0, "123456789012345680");
    add(1e15, "1000000000000000");
    add(-1e20, "-100000000000000000000");
    add(123456789012345680000.0, "123456789012345680000");
    add(1e21, "1e+21");
    add(1.5e300, "1.5e+300");
    add(0.000001, "0.000001");
    add(0.0000015, "0.0000015");
    add(1e-7, "1e-7");
    add(-1.25e-10, "-1.25e-10");
    add(0.001, "0.001");
    add(123456.789012, "123456.789012");
    add(4.35, "4.35");
    add(1e23, "1e+23");
    add(5e-324, "5e-324");
    add(std::numeric_limits<double>::max(), "1.7976931348623157e+308");
    add(std::nan(""), "NaN");
    add(std::numeric_limits<double>::infinity(), "Infinity");
    add(-std::numeric_limits<double>::infinity(), "-Infinity");
}

void TestNumberText::numbersAreLaidOutAsInJavaScript()
{
    QFETCH(double, number);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(formatNumber(number)), text);
}

void TestNumberText::randomNumbersReadBackTheSame()
{
    std::mt19937_64 random(20191105);
    for (int i = 0; i < 300'000; ++i) {
        const uint64_t bits = random();
        double number = 0;
        switch (i % 4) {
        case 0: std::memcpy(&number, &bits, sizeof number); break;                           // any double at all
        case 1: number = double(int64_t(bits)) / 1e13; break;                                // around one
        case 2: number = double(int64_t(bits % 2'000'000'000) - 1'000'000'000) / 1e3; break; // few decimals
        default: number = double(int64_t(bits >> (bits & 63))) * 1e-6; break;                // all magnitudes
        }
        if (!std::isfinite(number))
            continue;
        const std::string text = formatNumber(number);
        const double read = std::strtod(text.c_str(), nullptr);
        if (read != number)
            QFAIL(qPrintable(
                QStringLiteral("%1 reads back as %2").arg(QString::fromStdString(text)).arg(read, 0, 'g', 17)));
    }
}

void TestNumberText::decimalsAreWrittenAsTheyWereRead()
{
    for (int i = -200'000; i < 200'000; i += 7) {
        std::string text =
            std::to_string(std::abs(i) / 1000) + '.' + std::to_string(1000 + std::abs(i) % 1000).substr(1);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.')
            text.pop_back();
        if (i < 0)
            text.insert(text.begin(), '-');
        QCOMPARE(formatNumber(std::strtod(text.c_str(), nullptr)), text);
    }
}

void TestNumberText::whatIsSurelyShortestIsWrittenSo()
{
    std::mt19937 random(15);
    size_t found = 0;
    for (int i = 0; i < 300'000; ++i) {
        std::string text = random() % 4 == 0 ? "-" : "";
        text += random() % 3 == 0 ? "0" : std::to_string(1 + random() % (i % 2 ? 100 : 1'000'000'000));
        if (random() % 2) {
            text += '.';
            for (size_t digits = 1 + random() % 9; digits > 0; --digits)
                text += "0000123456789"[random() % 13];
        }
        if (!isSurelyShortest(text))
            continue;
        ++found;
        QCOMPARE(formatNumber(std::strtod(text.c_str(), nullptr)), text);
    }
    QVERIFY(found > 100'000);
    for (const char *text : {"", "-", "-0", "1.10", "1.", ".5", "1e5", "0.000001", "1234567890123456", "1.2.30", "x"})
        QVERIFY2(!isSurelyShortest(text), text);
}

void TestNumberText::theShortestTextIsWritten()
{
    std::mt19937_64 random(6);
    for (int i = 0; i < 300'000; ++i) {
        const auto digits = double(int64_t(random() >> (11 + random() % 50)) * (random() % 2 ? 1 : -1));
        const double scale = i % 3 == 0 ? 1e2 : i % 3 == 1 ? 1e6 : 1.19e3;
        const double number = digits / scale;
        if (std::fabs(number) < 1e-6 || std::fabs(number) >= 1e21)
            continue;
        char buffer[64];
        const auto written = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed);
        QCOMPARE(formatNumber(number), std::string(buffer, written.ptr));
    }
}

void TestNumberText::integersAreWrittenDigitByDigit()
{
    std::mt19937_64 random(7);
    for (int i = 0; i < 100'000; ++i) {
        const auto value = int64_t(random()) >> random() % 64;
        std::string text = "=";
        appendInteger(text, value);
        QCOMPARE(text, '=' + std::to_string(value));
    }
}

void TestNumberText::integersReachTheirLimits()
{
    std::string text;
    appendInteger(text, std::numeric_limits<int64_t>::min());
    text += ' ';
    appendInteger(text, std::numeric_limits<int64_t>::max());
    QCOMPARE(text, std::string("-9223372036854775808 9223372036854775807"));
}

void TestNumberText::shortNumbersAreWrittenAsOthers()
{
    const auto areSame = [](int64_t integer, double number) {
        char text[MostNumberText], same[MostNumberText];
        const auto wanted = [&](char *end) { return std::string(text, end); };
        return wanted(putInteger(text, integer)) == std::string(same, putShortInteger(same, integer))
               && wanted(putNumber(text, number)) == std::string(same, putShortNumber(same, number));
    };
    std::mt19937_64 random(8);
    std::vector<int64_t> integers{0, 9, 10, 99, 100, 9999, 10000, 99'999'998, 99'999'999, 100'000'000, 100'000'001};
    for (int i = 0; i < 200'000; ++i)
        integers.push_back(int64_t(random()) >> (random() & 63));
    for (const int64_t integer : integers) {
        for (const double unit : {1.0, 10.0, 100.0, 1000.0, 3.0}) {
            const double number = double(integer) / unit;
            QVERIFY2(areSame(integer, number) && areSame(-integer, -number), formatNumber(number).c_str());
            QVERIFY2(areSame(integer, std::nextafter(number, 1e300)), formatNumber(number).c_str());
        }
    }
    for (const double number :
         {-0.0, std::nan(""), 5e-324, 0.001, 0.005, 999999.99, 999999.985, 1e6, HUGE_VAL, -HUGE_VAL})
        QVERIFY2(areSame(0, number), formatNumber(number).c_str());
}

} // namespace tst_number_text

QTEST_GUILESS_MAIN(tst_number_text::TestNumberText)
#include "tst_number_text.moc"
