// SPDX-License-Identifier: MIT
// What the quick reader of CSV and numbers reads is what slow and simple ones read.
#include "formats/text/ByteMask.h"
#include "formats/text/ParseShort.h"
#include "formats/text/ParseShortWide.h"
#include "formats/text/ParseText.h"
#include "steps/SlowCsv.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_csv_exactness {

class CsvExactnessTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anyBytesAreReadAsASlowReaderReadsThem()
    {
        std::mt19937 random(4180);
        const std::string_view alphabet = "ab1,,;\"\"\"\n\n\r \xC3\xA4";
        for (int round = 0; round < 4000; ++round) {
            std::string text;
            for (size_t length = random() % 120; length > 0; --length)
                text += alphabet[random() % alphabet.size()];
            compareWithSlowReader(text, 1 + random() % 5);
            if (QTest::currentTestFailed())
                return;
        }
    }
    void plainTextIsReadAsASlowReaderReadsIt()
    {
        std::mt19937 random(64);
        const std::string_view alphabet = "abcdefghij\r\xC3\xA4";
        for (int round = 0; round < 400; ++round) {
            const size_t columns = 1 + random() % 4;
            std::string text;
            for (size_t record = random() % 40; record > 0; --record) {
                for (size_t column = 0; column < columns; ++column) {
                    for (size_t length = random() % 20; length > 0; --length)
                        text += alphabet[random() % (alphabet.size() - (random() % 9 ? 3 : 0))];
                    text += column + 1 < columns ? "," : random() % 3 ? "\n" : "\r\n";
                }
                if (random() % 60 == 0) // now and then a record is longer, or a line empty
                    text.back() = random() % 2 ? ',' : '\n';
            }
            if (random() % 3 == 0 && !text.empty())
                text.pop_back();
            compareWithSlowReader(text, 1 + random() % 30);
            if (QTest::currentTestFailed())
                return;
        }
    }
    void aQuoteElsewhereInABatchChangesNoValue()
    {
        std::mt19937 random(8);
        const std::vector<std::string> odd{"",      "x",          "-",    ".",         "..",    "1.",
                                           ".5",    "-0",         "00",   "007",       "1.2.3", "12345678",
                                           "1e",    "1e3",        "-1.5", "123456789", "0.00",  "2024-02-30",
                                           "true ", "1234567.12", "-7",   "0x1f",      " 1",    "99999999"};
        std::string plain = "id,price,day,ok,name,note\n", quoted = plain;
        for (int row = 0; row < 1400; ++row) {
            std::string fields[] = {std::to_string(random() % (row % 2 ? 1000 : 2000000000)),
                                    std::to_string(random() % 1000) + '.' + std::to_string(random() % 1000),
                                    "2024-0" + std::to_string(1 + random() % 9) + "-1" + std::to_string(random() % 10),
                                    random() % 2 ? "true" : "false", "item " + std::to_string(row)};
            if (row > 1000 || random() % 5 == 0)
                fields[random() % 5] = row > 1000 ? odd[random() % odd.size()] : "";
            std::string line;
            for (const std::string &field : fields)
                line += field + ',';
            plain += line + "n\n";
            quoted += line + "\"n\"\n";
        }
        for (const size_t batchSize : {1u, 7u, 256u}) {
            const Items quick = readCsvText(plain, {}, batchSize), slow = readCsvText(quoted, {}, batchSize);
            COMPARE_TEXT(quick.json(), slow.json());
            QCOMPARE(quick.failedItems, slow.failedItems);
            QCOMPARE(quick.errors, slow.errors);
            QVERIFY(!quick.errors.empty());
            for (size_t column = 0; column < 5; ++column)
                QCOMPARE(quick.schema->field(column).type, slow.schema->field(column).type);
        }
    }
    void shortNumbersAreReadAsTheExactReaderReadsThem()
    {
        std::mt19937 random(1990);
        const std::string_view alphabet = "0123456789..-+e/:x";
        for (int round = 0; round < 300'000; ++round) {
            std::string text = "9999,.9\n";
            const size_t length = 1 + random() % 8;
            const size_t letters = round % 3 == 0 ? alphabet.size() : round % 3 == 1 ? 10 : 12;
            for (size_t i = 0; i < length; ++i)
                text += alphabet[random() % letters];
            const std::string_view field = std::string_view(text).substr(8);
            const char *const end = text.data() + text.size();
            int64_t integer = 0, exactInteger = 0;
            double real = 0, exactReal = 0;
            if (parseShortInteger(end, length, integer))
                QVERIFY2(parseInteger(field, exactInteger) && integer == exactInteger, text.c_str());
            else if (letters == 10)
                QVERIFY2(!parseInteger(field, exactInteger), text.c_str());
            if (parseShortReal(end, length, real)) {
                QVERIFY2(parseReal(field, exactReal) && real == exactReal, text.c_str());
                QVERIFY2(isPaddedShort(end, length) == (formatNumber(real) != field), text.c_str());
            } else if (letters <= 12)
                QVERIFY2(!parseReal(field, exactReal), text.c_str());
        }
    }
    void bytesAreFoundTheSameOnAnyProcessor()
    {
        std::mt19937 random(64);
        for (int round = 0; round < 1000; ++round) {
            std::string text(random() % 80, 'a');
            for (char &c : text)
                c = "a,\n\"\xAC"[random() % 5];
            const ByteMask mask(text.data(), text.data() + text.size());
            for (const char c : {',', '\n', '"', '\xAC'}) {
                const uint64_t found = mask.find(c);
                QCOMPARE(found, mask.findPortably(c));
                size_t count = 0;
                for (size_t i = 0; i < ByteMask::Width; ++i) {
                    const bool isThere = i < text.size() && text[i] == c;
                    QCOMPARE((found >> i & 1) != 0, isThere);
                    count += isThere ? 1 : 0;
                }
                QCOMPARE(ByteMask::count(found), count);
#ifdef MILLRACE_WIDE_BYTE_MASK
                if (WideByteMask::isThere())
                    QCOMPARE(WideByteMask(text.data(), text.data() + text.size()).find(c), found);
#endif
            }
        }
    }
    void fourNumbersAtATimeAreReadAsOneByOne()
    {
#ifdef MILLRACE_WIDE_BYTE_MASK
        if (!WideByteMask::isThere())
            QSKIP("this processor reads numbers one by one");
        std::mt19937 random(4);
        size_t taken = 0;
        for (int round = 0; round < 300'000; ++round) {
            const bool areHard = round % 3 == 0;
            std::string text = "12345678,";
            std::vector<uint32_t> ends{uint32_t(text.size()) - 1};
            std::array<int64_t, 4> integers{}, sameIntegers{};
            std::array<double, 4> reals{}, sameReals{};
            bool areIntegers = true, areReals = true;
            for (size_t i = 0; i < 4; ++i) {
                const size_t length = random() % (areHard ? 11 : 8) + (areHard ? 0 : 1);
                std::string number;
                for (size_t digit = 0; digit < length; ++digit)
                    number += areHard ? "0123456789.-e \xC3/:"[random() % 17] : "1234567890"[random() % 10];
                if (random() % 2 == 0 && !number.empty())
                    number[random() % number.size()] = '.';
                text += number;
                ends.push_back(uint32_t(text.size()));
                text += ',';
                const char *const end = text.data() + ends.back();
                const bool isShort = length >= 1 && length <= 8;
                areIntegers = areIntegers && isShort && parseShortInteger(end, length, sameIntegers[i]);
                areReals = areReals && isShort && parseShortReal(end, length, sameReals[i]);
            }
            QCOMPARE(parseShortWidely(text.data(), ends.data(), 1, 0, 4, integers.data()), areIntegers ? 4u : 0u);
            std::array<uint32_t, 4> odd{};
            uint32_t *oddEnd = odd.data();
            QCOMPARE(parseShortWidely(text.data(), ends.data(), 1, 0, 4, reals.data(), odd.data(), oddEnd),
                     areReals ? 4u : 0u);
            std::vector<uint32_t> padded;
            for (uint32_t i = 0; i < 4 && areReals; ++i)
                if (isPaddedShort(text.data() + ends[i + 1], ends[i + 1] - ends[i] - 1))
                    padded.push_back(i);
            QVERIFY2(padded == std::vector(odd.data(), oddEnd), text.c_str());
            QVERIFY2(!areIntegers || integers == sameIntegers, text.c_str());
            QVERIFY2(!areReals || reals == sameReals, text.c_str());
            taken += areReals ? 1 : 0;
        }
        QVERIFY(taken > 10'000);
#else
        QSKIP("this processor reads numbers one by one");
#endif
    }
    void realTablesAreReadAsASlowReaderReadsThem()
    {
        for (const std::string path : {"/usr/share/ieee-data/oui.csv", "/usr/share/ieee-data/iab.csv"}) {
            const std::string text = readFile(path);
            if (text.empty())
                QSKIP("the package ieee-data is not installed");
            compareWithSlowReader(text, 777);
        }
    }

private:
    static void compareWithSlowReader(const std::string &text, size_t batchSize)
    {
        const std::string difference = differenceFromSlowCsv(text, batchSize);
        QVERIFY2(difference.empty(), difference.c_str());
    }
};

} // namespace tst_csv_exactness

QTEST_GUILESS_MAIN(tst_csv_exactness::CsvExactnessTest)
#include "tst_csv_exactness.moc"
