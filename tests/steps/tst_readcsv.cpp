// SPDX-License-Identifier: MIT
#include "formats/csv/CsvParser.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <filesystem>
#include <mutex>
#include <random>
#include <thread>

using namespace millrace;
using namespace millrace::test;

namespace tst_readcsv {

class ReadCsvTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void uglyFilesAreReadAsTheyAreMeant_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<QByteArray>("expected");

        const auto row = [](const char *name, const char *text, const char *expected, const char *more = "") {
            QTest::newRow(name) << QByteArray(text) << QByteArray(more) << QByteArray(expected);
        };
        row("plain", "a,b\n1,x\n2,y\n", R"({"a":1,"b":"x"}|{"a":2,"b":"y"})");
        row("no line end at the end", "a,b\n1,x\n2,y", R"({"a":1,"b":"x"}|{"a":2,"b":"y"})");
        row("CRLF", "a,b\r\n1,x\r\n2,y\r\n", R"({"a":1,"b":"x"}|{"a":2,"b":"y"})");
        row("CRLF cut off", "a,b\r\n1,x\r", R"({"a":1,"b":"x"})");
        row("mixed line ends", "a,b\r\n1,x\n2,y\r\n", R"({"a":1,"b":"x"}|{"a":2,"b":"y"})");
        row("byte-order mark",
            "\xEF\xBB\xBF"
            "a,b\n1,x\n",
            R"({"a":1,"b":"x"})");
        row("quoted", "a,b\n\"1\",\"x, y\"\n", R"({"a":1,"b":"x, y"})");
        row("quotes in quotes", "a,b\n\"\"\"x\"\"\",\"y\"\"z\"\n", "{\"a\":\"\\\"x\\\"\",\"b\":\"y\\\"z\"}");
        row("only quotes", "a,b\n\"\"\"\"\"\",x\n", "{\"a\":\"\\\"\\\"\",\"b\":\"x\"}");
        row("lines in quotes", "a,b\n\"x\ny\",1\n\"\r\n\",2\n", R"({"a":"x\ny","b":1}|{"a":"\r\n","b":2})");
        row("quotes in the middle", "a,b\n5\" pipe,x\"y\"\n", "{\"a\":\"5\\\" pipe\",\"b\":\"x\\\"y\\\"\"}");
        row("empty and null", "a,b\n,\"\"\n\"\",\n", R"({"a":null,"b":""}|{"a":"","b":null})");
        row("empty lines", "\n\na,b\n\n1,x\n\r\n\n2,y\n\n", R"({"a":1,"b":"x"}|{"a":2,"b":"y"})");
        row("one field", "a\n1\n\n2\n", R"({"a":1}|{"a":null}|{"a":2})");
        row("one field, null at the end", "a\nx\n\n", R"({"a":"x"}|{"a":null})");
        row("one field, quoted empty", "a\nx\n\"\"\n", R"({"a":"x"}|{"a":""})");
        row("only a header", "a,b\n", "");
        row("only a header without line end", "a,b", "");
        row("no header", "1,x\n2,y\n", R"({"column1":1,"column2":"x"}|{"column1":2,"column2":"y"})",
            R"("header": false)");
        row("no header, one field", "\nx\n\n", R"({"column1":null}|{"column1":"x"}|{"column1":null})",
            R"("header": false)");
        row("no header, empty file", "", "", R"("header": false)");
        row("names that repeat", "a,a,,a,a_2\n1,2,3,4,5\n", R"({"a":1,"a_3":2,"column3":3,"a_4":4,"a_2":5})");
        row("semicolons", "a;b\n1;2,5\n", R"({"a":1,"b":"2,5"})", R"("delimiter": ";", "decimal": ".")");
        row("tab", "a\tb\n1\t\"2\t3\"\n", R"({"a":1,"b":"2\t3"})", R"("delimiter": "\t")");
        row("tab as two characters", "a\tb\n1\t2\n", R"({"a":1,"b":2})", R"("delimiter": "\\t")");
        row("reals", "a,b\n1,.5\n-2.5,1e3\n0.25,1E-2\n", R"({"a":1,"b":0.5}|{"a":-2.5,"b":1000}|{"a":0.25,"b":0.01})");
        row("booleans", "a,b\ntrue,False\nTRUE,\n", R"({"a":true,"b":false}|{"a":true,"b":null})");
        row("leading zeros", "a,b,c\n007,0,-01\n1,0.5,2\n", R"({"a":"007","b":0,"c":"-01"}|{"a":"1","b":0.5,"c":"2"})");
        row("plus and spaces", "a,b\n+1, 2\n", R"({"a":"+1","b":" 2"})");
        row("64 bits", "a,b\n9223372036854775807,9223372036854775808\n-9223372036854775808,1\n",
            R"({"a":9223372036854775807,"b":"9223372036854775808"}|{"a":-9223372036854775808,"b":"1"})");
        row("long integers among reals", "a\n9007199254740993\n0.5\n", R"({"a":"9007199254740993"}|{"a":"0.5"})");
        row("not numbers", "a,b,c,d\nnan,inf,1e999,0x10\n", R"({"a":"nan","b":"inf","c":"1e999","d":"0x10"})");
        row("timestamps", "a,b\n2024-02-29,2024-01-02T03:04:05Z\n2023-01-01,\n",
            R"({"a":"2024-02-29","b":"2024-01-02T03:04:05Z"}|{"a":"2023-01-01","b":null})");
        row("all text", "a,b,c\n1,0.50,true\n", R"({"a":"1","b":"0.50","c":"true"})", R"("types": "text")");
        row("all empty", "a,b\n,\n,\n", R"({"a":null,"b":null}|{"a":null,"b":null})");
        row("quoted empty number", "a,b\n1,x\n\"\",y\n", R"({"a":1,"b":"x"}|{"a":null,"b":"y"})");
        row("lone carriage return", "a,b\nx\ry,1\n", R"({"a":"x\ry","b":1})");
        row("delimiter at the end of the file", "a,b\nx,", R"({"a":"x","b":null})");
        row("quoted header", "\"a \"\"b\"\"\",\"c\nd\"\n1,2\n", "{\"a \\\"b\\\"\":1,\"c\\nd\":2}");
    }
    void uglyFilesAreReadAsTheyAreMeant()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, more);
        QFETCH(QByteArray, expected);
        for (const size_t batchSize : {1u, 2u, 100u}) {
            const Items read = readCsvText(text.toStdString(), more.toStdString(), batchSize);
            COMPARE_TEXT(read.failure, "");
            QVERIFY2(read.errors.empty(), read.errors.empty() ? "" : read.errors[0].c_str());
            QCOMPARE(bytes(read.json()).trimmed().replace('\n', '|'), expected);
        }
    }
    void emptyTextAndNullDifferInTextFields()
    {
        const Items read = readCsvText("a,b\n,\"\"\n");
        QVERIFY(read.items[0].member("a")->isNull());
        QVERIFY(read.items[0].member("b")->isText());
    }
    void timestampsAndBooleansHaveTheirTypes()
    {
        const Items read = readCsvText("a,b\n2024-02-29,true\n");
        QVERIFY(read.items[0].member("a")->isTimestamp());
        QVERIFY(read.items[0].member("b")->isBoolean());
        QCOMPARE(read.schema->field(0).type, ValueType::Timestamp);
    }
    void aLaterMisfitIsAFailedItemThatShowsItsText()
    {
        std::string text = "cents,name\n";
        for (int i = 0; i < 1200; ++i)
            text += std::to_string(i) + ",x\n";
        text += "\"12,50\",y\n7,z\n";
        for (const size_t batchSize : {1u, 100u, 5000u}) {
            const Items read = readCsvText(text, {}, batchSize);
            QCOMPARE(read.items.size(), 1202u);
            QCOMPARE(read.failedItems, std::vector<size_t>{1200});
            QVERIFY2(read.errors[0].starts_with("line 1202: cents: \"12,50\" is not an integer"),
                     read.errors[0].c_str());
            COMPARE_TEXT(toJson(read.items[1200]), R"({"cents":"12,50","name":"y"})");
            COMPARE_TEXT(toJson(read.items[1201]), R"({"cents":7,"name":"z"})");
            QCOMPARE(read.ids[1201].toInteger(), 1201);
        }
    }
    void recordsOfOtherLengthsAreFailedItems()
    {
        const Items read = readCsvText("a,b,c\n1,2,3\n1,2\n1,2,3,4,5\n4,5,6\n");
        QCOMPARE(read.failedItems, (std::vector<size_t>{1, 2}));
        COMPARE_TEXT(
            read.errors[0],
            "line 3: has 2 fields, the header has 3; set \"ragged\" to \"pad\" to take what is missing for null");
        COMPARE_TEXT(read.errors[1],
                     "line 4: has 5 fields, the header has 3; set \"ragged\" to \"keep\" to keep what is too much");
        COMPARE_TEXT(read.json(), "{\"a\":1,\"b\":2,\"c\":3}\n{\"a\":1,\"b\":2,\"c\":null}\n{\"a\":1,\"b\":2,\"c\":3}\n"
                                  "{\"a\":4,\"b\":5,\"c\":6}\n");
    }
    void anOpenQuoteNamesTheLineWhereItBegins()
    {
        const Items read = readCsvText("a,b\n1,x\n2,\"y\n3,z\n4,w\n");
        QCOMPARE(read.failedItems, std::vector<size_t>{1});
        QVERIFY(bytes(read.errors[0]).startsWith("line 3: b: the quote that begins here is never closed; set "));
        COMPARE_TEXT(read.json(),
                     "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n{\"a\":3,\"b\":\"z\"}\n{\"a\":4,\"b\":\"w\"}\n");
        QCOMPARE(read.lines, (std::vector<int64_t>{2, 3, 4, 5}));
        const Items later = readCsvText("a,b\n\"x\ny\",\"z\n");
        QVERIFY(bytes(later.errors[0]).startsWith("line 3: b: the quote that begins here is never closed"));
    }
    void anOpenQuoteCostsItsLineAlone()
    {
        std::string text = "id,size\n";
        for (int i = 0; i < 3000; ++i)
            text += std::to_string(i) + (i == 9 ? ",\"5 inch\n" : i == 20 ? ",\"\"\n" : ",s\n");
        for (const size_t batchSize : {1u, 7u, 100u, 5000u}) {
            const Items read = readCsvText(text, {}, batchSize);
            QCOMPARE(read.items.size(), 3000u);
            QCOMPARE(read.failedItems, std::vector<size_t>{9});
            QVERIFY(bytes(read.errors[0]).startsWith("line 11: size: the quote that begins here is never closed"));
            QCOMPARE(read.lines[2999], 3001);
        }
    }
    void textBehindAQuoteIsAFailedItem()
    {
        const Items read = readCsvText("a,b\n\"x\"y,1\n\"z\",2\n");
        QCOMPARE(read.failedItems, std::vector<size_t>{0});
        QVERIFY2(read.errors[0].starts_with("line 2: a: text follows the closing quote"), read.errors[0].c_str());
        COMPARE_TEXT(toJson(read.items[1]), R"({"a":"z","b":2})");
    }
    void invalidUtf8IsAFailedItemThatNamesTheByte()
    {
        const Items read = readCsvText("a,b\nx,y\n\n\"p\nq\",r\xE4s\nz,w\n", R"("encoding": "UTF-8")");
        QCOMPARE(read.failedItems, std::vector<size_t>{1});
        COMPARE_TEXT(read.errors[0],
                     "line 5: byte 5 is not UTF-8; set \"encoding\" to the file's, or save the file as UTF-8");
        COMPARE_TEXT(toJson(read.items[1]), "{\"a\":\"p\\nq\",\"b\":\"r\xEF\xBF\xBDs\"}");
        COMPARE_TEXT(toJson(read.items[2]), R"({"a":"z","b":"w"})");
    }
    void whatIsNoTextIsSaidAtItsPlaceWhateverTheBatches()
    {
        struct Case
        {
            const char *text, *more, *said;
        };
        for (const Case &each :
             {Case{"a;b\rx;y\r\n\r\"p\x81\";q\r", "\"encoding\": \"windows-1252\"",
                   "line 4: character 3 is none of windows-1252; set \"encoding\" to the file's"},
              Case{"a,b\n# \xff\n\"p\r\n\xff\",q\n", "\"encoding\": \"UTF-8\", \"comment\": \"#\"",
                   "line 4: byte 1 is not UTF-8; set \"encoding\" to the file's, or save the file as "
                   "UTF-8"}})
            for (const size_t batchSize : {1u, 100u}) {
                const Items read = readCsvText(each.text, each.more, batchSize);
                QCOMPARE(read.errors.size(), size_t(1));
                COMPARE_TEXT(read.errors[0], each.said);
            }
        // A comment may be anything.
        const Items read = readCsvText("a,b\n# \xff\n1,2\n", "\"encoding\": \"UTF-8\", \"comment\": \"#\"");
        COMPARE_TEXT(read.json(), "{\"a\":1,\"b\":2}\n");
    }
    void linesAndIdsAreThoseOfTheFile()
    {
        const std::string text = "a,b\n1,x\n\n2,\"y\n\ny\"\n3,z\n";
        for (const size_t batchSize : {1u, 2u, 100u}) {
            const Items read = readCsvText(text, {}, batchSize);
            QCOMPARE(read.lines, (std::vector<int64_t>{2, 4, 7}));
            COMPARE_TEXT(read.idsJson(), "[0,1,2]");
        }
    }
    void linesAreCountedOverEmptyOnes()
    {
        std::mt19937 random(2);
        for (int round = 0; round < 200; ++round) {
            std::string text = "a,b\n";
            std::vector<int64_t> lines;
            const size_t emptyOnes = random() % 30;
            for (int64_t line = 2; line < 150; ++line) {
                if (random() % 30 < emptyOnes % 3) {
                    text += random() % 2 ? "\n" : "\r\n";
                    continue;
                }
                text += "1," + std::string(random() % 30, 'x') + (random() % 2 ? "\n" : "\r\n");
                lines.push_back(line);
            }
            const Items read = readCsvText(text, {}, 1 + random() % 90);
            QVERIFY(read.errors.empty());
            QCOMPARE(read.lines, lines);
        }
    }
    void batchesAreFullExceptTheLast()
    {
        std::string text = "number,text\n";
        for (int i = 0; i < 50'000; ++i)
            text += std::to_string(i) + ",some text that makes the file longer than a few blocks\n";
        const Items read = readCsvText(text, {}, 999);
        QCOMPARE(read.items.size(), 50'000u);
        for (size_t i = 0; i + 1 < read.batchSizes.size(); ++i)
            QCOMPARE(read.batchSizes[i], 999u);
        for (size_t i = 0; i < read.items.size(); ++i)
            QCOMPARE(read.items[i].member("number")->toInteger(), int64_t(i));
    }
    void recordsLongerThanABlockAreRead()
    {
        const std::string longText(3'000'000, 'x'), quoted(700'000, ';');
        const Items read = readCsvText("a,b\n1," + longText + "\n2,\"" + quoted + "\n\"\n3,y\n", {}, 2);
        COMPARE_TEXT(read.failure, "");
        QCOMPARE(read.items.size(), 3u);
        QCOMPARE(read.items[0].member("b")->toText().size(), longText.size());
        QCOMPARE(read.items[1].member("b")->toText().size(), quoted.size() + 1);
        COMPARE_TEXT(toJson(read.items[2]), R"({"a":3,"b":"y"})");
    }
    void aRecordWithoutAnEndIsRefused()
    {
        const Folder folder;
        const std::string path = folder.write("x.csv", "a,b\n1,2\n3,4\n\"" + std::string(300'000, 'x'));
        std::filesystem::resize_file(path, 300u << 20); // a hole: takes no room on the disk
        const Items read = readAll("read.csv", withPath(path), 2);
        QCOMPARE(read.items.size(), 2u);
        COMPARE_TEXT(read.failure,
                     "line 4: the record that begins here has more than 256 MiB, for the quote that begins in "
                     "line 4 isn't closed; is this a CSV file?");
    }
    void theQuoteThatIsNotClosedIsNamed()
    {
        const CsvCutter cutter(',', true);
        COMPARE_TEXT(std::to_string(cutter.openQuote("1,\"a\"\"\nb\",\"c")), "10");
        QCOMPARE(cutter.openQuote("1,\"a\",b\"c"), std::string_view::npos);
        const Folder folder;
        const std::string path = folder.write("x.csv", "a,b\n\"1\n\",2\n\"3\n\",\"4" + std::string(300'000, 'x'));
        std::filesystem::resize_file(path, 20u << 20);
        std::vector<StepProblem> problems;
        make("read.csv", withPath(path))->check({folder.path(), nullptr}, problems);
        QCOMPARE(problems.size(), 1u);
        QVERIFY2(bytes(problems[0].text).startsWith("line 4: ")
                     && bytes(problems[0].text).contains("begins in line 5 "),
                 problems[0].text.c_str());
    }
    void batchesAreDecodedOnSeveralThreads()
    {
        std::string text = "a,b,c\n";
        for (int i = 0; i < 20'000; ++i)
            text += std::to_string(i) + ",\"text \"\"" + std::to_string(i) + "\"\"\",0.5\n";
        const Folder folder;
        const std::string params = withPath(folder.write("x.csv", text));
        const auto step = make("read.csv", params);
        auto &source = static_cast<Source &>(*step);
        QVERIFY(source.open({}));
        std::mutex mutex; // guards the reader and what was found
        size_t items = 0, wrong = 0;
        const auto work = [&] {
            const auto clone = make("read.csv", params);
            auto &decoder = static_cast<Source &>(*clone);
            Batch batch;
            bool isMore = decoder.openDecoder(source, {}).has_value();
            while (isMore) {
                {
                    const std::lock_guard lock(mutex);
                    batch.renew();
                    isMore = *source.fetch(batch, 7);
                }
                size_t bad = isMore && !decoder.decode(batch) ? 1 : 0;
                for (size_t row = 0; isMore && row < batch.size(); ++row) {
                    const std::string number = std::to_string(batch.column(0).integers()[row]);
                    bad +=
                        batch.column(1).text(row) != "text \"" + number + "\"" || batch.column(2).reals()[row] != 0.5;
                }
                const std::lock_guard lock(mutex);
                items += isMore ? batch.size() : 0;
                wrong += bad;
            }
        };
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back(work);
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(items, 20'000u);
        QCOMPARE(wrong, 0u);
    }
    void filesThatAreNoTableSaySo_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("empty") << QByteArray() << QByteArray("is empty");
        QTest::newRow("only line ends") << QByteArray("\n\n\r\n") << QByteArray("is empty");
        QTest::newRow("only a byte-order mark") << QByteArray("\xEF\xBB\xBF") << QByteArray("is empty");
        QTest::newRow("binary") << QByteArray("a,b\n\0\0\0abc", 10) << QByteArray("is no text");
        QByteArray noise; // as of a picture: bytes of all values, in no order
        for (std::mt19937 random(7); noise.size() < 300'000;)
            noise.append(char(random() >> 24));
        QTest::newRow("noise") << noise << QByteArray("is no text");
        QTest::newRow("PDF") << QByteArray("%PDF-1.7\n") << QByteArray("is a PDF document");
    }
    void filesThatAreNoTableSaySo()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, message);
        const Items read = readCsvText(text.toStdString());
        QVERIFY2(bytes(read.failure).contains(message), read.failure.c_str());
        QVERIFY(read.items.empty());
    }
    void theCheckSaysWhatIsWrongBeforeTheRun()
    {
        const Folder folder;
        folder.write("semicolons.csv", "a;b;c\n1;2;3\n");
        const auto problemsOf = [&](const std::string &name, const std::string &more = {}) {
            std::vector<StepProblem> problems;
            make("read.csv", withPath(name, more))->check({folder.path(), nullptr}, problems);
            return problems.empty() ? std::string() : problems[0].param + ": " + problems[0].text;
        };
        QVERIFY(bytes(problemsOf("nosuch.csv")).startsWith("path: The file"));
        QVERIFY(bytes(problemsOf("nosuch.csv")).contains("doesn't exist"));
        QVERIFY(bytes(problemsOf("no/such.csv")).contains("The folder"));
        QVERIFY(bytes(problemsOf(folder.path())).contains("is a folder"));
        QVERIFY(bytes(problemsOf("semicolons.csv", R"("delimiter": ",")")).contains("should the delimiter be \";\"?"));
        COMPARE_TEXT(problemsOf("semicolons.csv"), "path: Guessed of \"semicolons.csv\": the delimiter is \";\".");
        COMPARE_TEXT(problemsOf("semicolons.csv", R"("delimiter": ";")"), "");
        QVERIFY(bytes(problemsOf("semicolons.csv", R"("delimiter": "123456789")")).startsWith("delimiter: "));
    }
    void aLookAtAnEndlessLineIsCutShortAndIsNoError_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("begin");
        QTest::newRow("a header") << QByteArray("read.csv") << QByteArray("x");
        QTest::newRow("a record") << QByteArray("read.csv") << QByteArray("a,b\n1,x");
        QTest::newRow("JSON Lines") << QByteArray("read.jsonl") << QByteArray("{\"a\": \"x");
    }
    void aLookAtAnEndlessLineIsCutShortAndIsNoError()
    {
        QFETCH(const QByteArray, type);
        QFETCH(const QByteArray, begin);
        const Folder folder;
        const std::string path = folder.write("long.txt", begin.toStdString() + std::string(300'000, 'x'));
        std::filesystem::resize_file(path, 20u << 20); // short enough for a run
        std::vector<StepProblem> problems;
        const auto step = make(type.toStdString(), withPath(path));
        step->check({folder.path(), nullptr}, problems);
        QCOMPARE(problems.size(), 1u);
        QVERIFY(!problems[0].isError);
        QVERIFY2(bytes(problems[0].text).contains("has more than 16 MiB, the most that is looked at before a run; is"),
                 problems[0].text.c_str());
        QVERIFY2(bytes(problems[0].text).endsWith("the fields of \"long.txt\" are known only once it runs."),
                 problems[0].text.c_str());
        QVERIFY(!step->outputSchema({folder.path(), nullptr}));
    }
    void aRunReadsARecordThatALookGivesUp()
    {
        const Folder folder;
        const std::string path = folder.write("x.csv", "a,b\n1," + std::string(20u << 20, 'x') + "\n");
        const Items read = readAll("read.csv", withPath(path), 2);
        QCOMPARE(read.items.size(), 1u);
        QCOMPARE(read.items[0].member("b")->toText().size(), size_t(20u << 20));
    }
    void wideHeadersAreReadAsQuicklyAsNarrowOnes()
    {
        std::string different, equal, values;
        for (int i = 0; i < 40'000; ++i) {
            different += (i == 0 ? "f" : ",f") + std::to_string(i);
            equal += i == 0 ? "f" : ",f";
            values += i == 0 ? "1" : ",1";
        }
        const Items read = readCsvText(different + '\n' + values + '\n');
        COMPARE_TEXT(read.failure, "");
        QCOMPARE(read.schema->size(), size_t(40'000));
        QCOMPARE(read.items.size(), size_t(1));
        const Items same = readCsvText(equal + '\n' + values + '\n');
        COMPARE_TEXT(same.schema->field(1).name, "f_2");
        COMPARE_TEXT(same.schema->field(39'999).name, "f_40000");
        COMPARE_TEXT(readCsvText("a,a_2,a,a,\n").schema->names(), "a, a_2, a_3, a_4, column5");
        COMPARE_TEXT(readCsvText("a,a,a_2,column5,\n").schema->names(), "a, a_3, a_2, column5, column5_2");
    }
    void aTableThatIsWiderThanAnyIsRefused()
    {
        const Items read = readCsvText(std::string(1'000'000, ',') + '\n');
        QVERIFY2(read.failure.find("more than 100000 fields; does the delimiter fit") != std::string::npos,
                 read.failure.c_str());
    }
    void theFieldsAreKnownBeforeTheRun()
    {
        const Folder folder;
        folder.write("x.csv", "id,name,price\n1,x,0.5\n");
        const SchemaPtr schema = make("read.csv", withPath("x.csv"))->outputSchema({folder.path(), nullptr});
        QVERIFY(schema);
        COMPARE_TEXT(schema->names(), "id, name, price");
        QCOMPARE(schema->field(2).type, ValueType::Real);
        QVERIFY(!make("read.csv", withPath("y.csv"))->outputSchema({folder.path(), nullptr}));
    }
    void progressGoesFromNothingToAll()
    {
        const Folder folder;
        const auto step = make("read.csv", withPath(folder.write("x.csv", "a,b\n1,2\n3,4\n")));
        auto &source = static_cast<Source &>(*step);
        QVERIFY(source.open({}));
        Batch batch;
        QVERIFY(*source.fetch(batch, 1));
        const double half = *source.progress().share;
        QVERIFY(half > 0.2 && half < 0.9);
        QVERIFY(*source.fetch(batch, 1));
        QCOMPARE(*source.progress().share, 1.0);
        QVERIFY(!*source.fetch(batch, 1));
    }
};

} // namespace tst_readcsv

QTEST_GUILESS_MAIN(tst_readcsv::ReadCsvTest)
#include "tst_readcsv.moc"
