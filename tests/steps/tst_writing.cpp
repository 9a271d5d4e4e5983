// SPDX-License-Identifier: MIT
// How files are written: fields that come late, forms of CSV, encodings, files that are there, a file for each value.
#include "data/files/AtomicFile.h"
#include "steps/StepRunner.h"
#include "steps/Writing.h"

#include <QTest>

#include <filesystem>
#include <fstream>
#include <random>
#include <sys/resource.h>
#include <sys/xattr.h>

using namespace millrace;
using namespace millrace::test;

namespace tst_writing {

namespace {

std::string utf16(const std::u16string &text)
{
    std::string bytes;
    for (const char16_t unit : text)
        (bytes += char(unit & 0xff)) += char(unit >> 8);
    return bytes;
}

std::string encodingOf(const std::string &name)
{
    return "\"encoding\": \"" + name + "\"";
}

} // namespace

class WritingTest : public QObject
{
    Q_OBJECT

    Folder m_folder;

    std::string params(const std::string &more = {}, const std::string &name = "out.csv")
    {
        return withPath(m_folder.path(name), more);
    }
    /// What write.csv makes of the batches.
    std::string csv(const std::vector<std::string> &batches, const std::string &more = {})
    {
        Writing writing("write.csv", params(more));
        for (const std::string &batch : batches)
            writing.add(batch);
        writing.finish();
        std::string errors;
        for (const std::string &error : writing.errors)
            errors += error + '\n';
        return writing.failure + errors + m_folder.read("out.csv");
    }

private Q_SLOTS:
    void init() { std::filesystem::remove(m_folder.path("out.csv")); }

    void fieldsThatComeLaterAreColumns()
    {
        COMPARE_TEXT(csv({R"([{"a": 1}])", R"([{"b": 2}])"}), "a,b\n1,\n,2\n");
        COMPARE_TEXT(csv({R"([{"a": 1}, {"a": "x\ny"}])", "[{\"b\": 2, \"a\": \"\\\"q\\\", \\n\"}]", R"([{"a": 3}])",
                          R"([{"c": null}])", R"([{"b": 4, "a": 5, "c": 6}])"}),
                     "a,b,c\n1,,\n\"x\ny\",,\n\"\"\"q\"\", \n\",2,\n3,,\n,,\n5,4,6\n");
    }
    void nullThatIsAllOfARecordIsNoEmptyLine()
    {
        const auto written = [&](const std::string &items, const std::string &more = {}) {
            Writing writing("write.csv", withPath(m_folder.path("out.csv"), more));
            writing.add(items).finish();
            return writing.failure.empty() ? m_folder.read("out.csv") : writing.failure;
        };
        COMPARE_TEXT(written(R"([{"a": null}, {"a": 1}, {"a": null}])"), "a\n\"\"\n1\n\"\"\n");
        COMPARE_TEXT(written(R"([{"a": 1.5}, {"a": null}])"), "a\n1.5\n\"\"\n");
        COMPARE_TEXT(written(R"([{"a": "x"}, {"a": null}, {"a": "y"}])"), "a\nx\n\"\"\ny\n");
        COMPARE_TEXT(written(R"([{"a": "x"}, {"a": null}, {"a": true}])"), "a\nx\n\"\"\ntrue\n");
        for (const std::string quote : {"all", "text", "needed"})
            QVERIFY(written(R"([{"a": null}])", "\"lineEnd\": \"crlf\", \"quote\": \"" + quote + "\"")
                        .ends_with("\r\n\"\"\r\n"));
        COMPARE_TEXT(written(R"([{"a": null}])", R"("quote": "never")"), "a\n\n");
        COMPARE_TEXT(written(R"([{"a": null}])", R"("null": "NA")"), "a\nNA\n");
    }
    void nullThatIsAllOfARecordStaysNullBesideLaterFields()
    {
        Writing writing("write.csv", withPath(m_folder.path("out.csv")));
        writing.add(R"([{"a": "x"}, {"a": null}])").add(R"([{"a": null, "b": 1}])").add(R"([{"a": null}])").finish();
        COMPARE_TEXT(writing.failure, "");
        COMPARE_TEXT(m_folder.read("out.csv"), "a,b\nx,\n,\n,1\n,\n");
        Writing both("write.csv", withPath(m_folder.path("out.csv")));
        both.add(R"([{"a": ""}])").add(R"([{"b": 1}])").finish();
        COMPARE_TEXT(m_folder.read("out.csv"), "a,b\n\"\",\n,1\n");
    }
    void laterFieldsAreFilledAsNullIsWritten()
    {
        COMPARE_TEXT(
            csv({R"([{"a": 1}, {"a": null}])", R"([{"b": 2}])", R"([{"a": 3}])"}, R"("null": "NA", "lineEnd": "crlf")"),
            "a,b\r\n1,NA\r\nNA,NA\r\nNA,2\r\n3,NA\r\n");
        COMPARE_TEXT(csv({"[{\"a\": \"1\\\"\"}]", R"([{"b": 2}])"}, R"("header": false, "quote": "never")"),
                     "1\",\n,2\n");
        COMPARE_TEXT(csv({R"([{"a": "x"}])", R"([{"b": "y"}])"}, R"("quote": "all")"), "\"a\",\"b\"\n\"x\",\n,\"y\"\n");
    }
    void laterFieldsOfPackedAndEncodedFiles()
    {
        const Folder folder;
        for (const char *name : {"a.csv", "a.csv.gz", "a.csv.zst"}) {
            for (const char *encoding : {"UTF-8", "UTF-8-BOM", "UTF-16", "windows-1252"}) {
                const std::string path = folder.path(name);
                Writing writing("write.csv", withPath(path, encodingOf(encoding)));
                writing.add(R"([{"ä": "ö"}])");
                writing.add(R"([{"ü": "€"}])");
                writing.finish();
                COMPARE_TEXT(writing.failure, "");
                const bool isMarked = std::string_view(encoding) == "UTF-8-BOM";
                const Items read = readAll(
                    "read.csv", withPath(path, "\"header\": \"true\", " + encodingOf(isMarked ? "UTF-8" : encoding)));
                COMPARE_TEXT(read.failure, "");
                COMPARE_TEXT(read.json(), "{\"ä\":\"ö\",\"ü\":null}\n{\"ä\":null,\"ü\":\"€\"}\n");
            }
        }
        QCOMPARE(folder.names().size(), size_t(3));
    }
    void anyOrderOfFieldsGivesOneTable()
    {
        std::mt19937 random(7);
        for (int round = 0; round < 60; ++round) {
            std::vector<std::string> names;
            std::vector<std::vector<std::string>> rows; // by the place of the name; empty: absent
            std::vector<std::string> batches;
            for (int batch = 0; batch < 6; ++batch) {
                std::vector<std::string> fields;
                for (char name = 'a'; name < 'f'; ++name)
                    if (random() % 2)
                        fields.emplace_back(1, name);
                std::shuffle(fields.begin(), fields.end(), random);
                if (fields.empty())
                    fields.emplace_back("a");
                std::string items;
                for (int item = 0; item < 3; ++item) {
                    std::string members;
                    std::vector<std::string> row(names.size());
                    for (const std::string &field : fields) {
                        size_t place = size_t(std::ranges::find(names, field) - names.begin());
                        if (place == names.size())
                            names.push_back(field);
                        row.resize(names.size());
                        row[place] = std::to_string(random() % 100);
                        members += (members.empty() ? "\"" : ", \"") + field + "\": " + row[place];
                    }
                    rows.push_back(row);
                    items += (items.empty() ? "{" : ", {") + members + '}';
                }
                batches.push_back('[' + items + ']');
            }
            std::string expected;
            for (size_t i = 0; i < names.size(); ++i)
                expected += (i > 0 ? "," : "") + names[i];
            expected += '\n';
            for (std::vector<std::string> &row : rows) {
                row.resize(names.size());
                for (size_t i = 0; i < row.size(); ++i)
                    expected += (i > 0 ? "," : "") + row[i];
                expected += '\n';
            }
            COMPARE_TEXT(csv(batches), expected);
        }
    }
    void untouchedNumbersAreWrittenAsTheyWereRead()
    {
        std::mt19937 random(45);
        const std::vector<std::string> forms{"1.10",      "1E5",
                                             "2e3",       "0.1000000000000000055",
                                             "-0.0",      "-0",
                                             "100",       "1.0",
                                             "0.0000001", "123456789.120",
                                             "5.",        ".5",
                                             "-1.50",     "1.5e-10",
                                             "12345678",  "1234567.0",
                                             "0.000",     "1.25"};
        for (int round = 0; round < 60; ++round) {
            std::string text = "a,b,t\n0.5,0.25,x\n";
            for (size_t rows = random() % 60; rows > 0; --rows)
                text += forms[random() % forms.size()] + ',' + (random() % 5 ? forms[random() % forms.size()] : "")
                        + ',' + (random() % (round % 2 ? 9 : 1000) ? "x" : "\"y, z\"") + '\n';
            const Folder folder;
            const std::string in = folder.write("in.csv", text), out = folder.path("out.csv");
            const Copied copied = copyAll("read.csv", withPath(in), "write.csv", withPath(out), 1 + random() % 40);
            COMPARE_TEXT(copied.failure, "");
            COMPARE_TEXT(readFile(out), text);
        }
    }
    void numbersKeepTheirDigitsHoweverTheyAreSpelled_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("reading");
        QTest::addColumn<QByteArray>("written");
        const auto row = [](const char *name, const char *text, const char *reading, const char *written) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(reading) << QByteArray(written);
        };
        row("a decimal comma",
            "a;b\n0,1000000000000000055;x\n1,50;x\n-,5;x\n-0,0;x\n12345678901234567,89;x\n1E5;x\n2,;x\n", "",
            "a;b\n0.1000000000000000055;x\n1.50;x\n-.5;x\n-0.0;x\n12345678901234567.89;x\n1E5;x\n2.;x\n");
        row("groups", "a;b\n1.234,50;x\n12.345.678.901.234.567,89;y\n-1.000,00;z\n;\n",
            R"("decimal": ",", "thousands": ".")", "a;b\n1234.50;x\n12345678901234567.89;y\n-1000.00;z\n;\n");
        row("groups with blanks", "a;b\n1 234.50;\"x\"\n12 345 678 901 234 567.89;\"y\"\n", R"("thousands": " ")",
            "a;b\n1234.50;x\n12345678901234567.89;y\n");
        row("integers that become numbers late", "a;b\n1;x\n2;y\n1.234,50;z\n12.345.678.901.234.567,89;\n",
            R"("decimal": ",", "thousands": ".", "sample": 2)", "a;b\n1;x\n2;y\n1234.50;z\n12345678901234567.89;\n");
        row("a number that means null", "a;b\n1.10;x\n-999;y\n2.50;z\n1E5;\n", R"("nulls": ["-999"])",
            "a;b\n1.10;x\n;y\n2.50;z\n1E5;\n");
    }
    /// The signs become those of the sink; digits, zeros and exponents stay.
    void numbersKeepTheirDigitsHoweverTheyAreSpelled()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, reading);
        QFETCH(QByteArray, written);
        for (const bool isGrid : {true, false}) {
            const Folder folder;
            std::string all = text.toStdString();
            all += isGrid ? "" : "1;\"a quote\"\n";
            const std::string path = folder.write("in.csv", all);
            const Copied copied =
                copyAll("read.csv",
                        withPath(path, R"("delimiter": ";", )"
                                           + (reading.isEmpty() ? R"("header": true)" : reading.toStdString())),
                        "write.csv", withPath(folder.path("out.csv"), R"("delimiter": ";")"), 3);
            QVERIFY2(copied.failure.empty() && copied.errors.empty(), copied.failure.c_str());
            COMPARE_TEXT(folder.read("out.csv"), written.toStdString() + (isGrid ? "" : "1;a quote\n"));
        }
    }
    void numbersOfJsonAreWrittenAsTheyWereRead_data()
    {
        QTest::addColumn<QByteArray>("items"); // by lines
        QTest::addColumn<QByteArray>("csv");
        const auto row = [](const char *name, const char *items, const char *csv) {
            QTest::newRow(name) << QByteArray(items) << QByteArray(csv);
        };
        row("decimals",
            "{\"a\":1.5}\n{\"a\":1.10}\n{\"a\":1E5}\n{\"a\":100.0}\n{\"a\":-0.0}\n{\"a\":0.1000000000000000055}\n",
            "a\n1.5\n1.10\n1E5\n100.0\n-0.0\n0.1000000000000000055\n");
        row("integers", "{\"a\":0}\n{\"a\":-0}\n{\"a\":7}\n{\"a\":null}\n{}\n{\"a\":-0}\n",
            "a\n0\n-0\n7\n\"\"\n\"\"\n-0\n");
        row("of several types",
            "{\"a\":\"x\",\"b\":2.50}\n{\"a\":1.10,\"b\":true}\n{\"a\":9007199254740993,\"b\":1e3}\n",
            "a,b\nx,2.50\n1.10,true\n9007199254740993,1e3\n");
        row("within lists and objects",
            "{\"a\":[1.0,{\"b\":-0}],\"c\":1}\n{\"a\":[\"1.0 \\\" {\",2e0],\"c\":2}\n{\"a\":[2],\"c\":3.0}\n",
            "a,c\n\"[1.0,{\"\"b\"\":-0}]\",1\n\"[\"\"1.0 \\\"\" {\"\",2e0]\",2\n[2],3.0\n");
        row("late fields", "{\"a\":1}\n{\"a\":2.0,\"b\":3.0}\n{\"b\":4}\n", "a,b\n1,\n2.0,3.0\n,4\n");
        row("beside long integers", "{\"a\":1.10,\"b\":\"12345678901234567890\"}\n{\"a\":2.0,\"b\":\"1.0\"}\n",
            "a,b\n1.10,12345678901234567890\n2.0,1.0\n");
    }
    /// By lines, and as a list with blanks.
    void numbersOfJsonAreWrittenAsTheyWereRead()
    {
        QFETCH(QByteArray, items);
        QFETCH(QByteArray, csv);
        const Folder folder;
        const std::string lines = folder.write("in.jsonl", items.toStdString());
        QByteArray list = items.trimmed();
        list.replace("}\n{", "} ,\n {").replace("\":", "\" :\t ");
        const std::string whole = folder.write("in.json", "[ " + list.toStdString() + " ]");
        for (const size_t size : {1u, 2u, 100u}) {
            for (const auto &[source, path] : {std::pair("read.jsonl", lines), std::pair("read.json", whole)}) {
                const std::string out = folder.path("out");
                QVERIFY(copyAll(source, withPath(path), "write.jsonl", withPath(out), size).failure.empty());
                COMPARE_TEXT(readFile(out), items.toStdString());
                QVERIFY(copyAll(source, withPath(path), "write.csv", withPath(out), size).failure.empty());
                COMPARE_TEXT(readFile(out), csv.toStdString());
                const std::string pretty = folder.path("pretty.json");
                QVERIFY(copyAll(source, withPath(path), "write.json", withPath(pretty, R"("pretty": true)"), size)
                            .failure.empty());
                QVERIFY(copyAll("read.json", withPath(pretty), "write.jsonl", withPath(out), size).failure.empty());
                COMPARE_TEXT(readFile(out), items.toStdString());
            }
        }
    }
    void numbersOfJsonAreThoseOfTheTable()
    {
        const Folder folder;
        const std::string in = folder.write("in.csv", "a\n1.10\n1E5\n5.\n.5\n-0.50\n");
        COMPARE_TEXT(copyAll("read.csv", withPath(in), "write.jsonl", withPath(folder.path("out"))).failure, "");
        COMPARE_TEXT(folder.read("out"), "{\"a\":1.10}\n{\"a\":1E5}\n{\"a\":5}\n{\"a\":0.5}\n{\"a\":-0.50}\n");
        const std::string german = folder.write("de.csv", "a;b\n1,10;1.234,50\n");
        COMPARE_TEXT(copyAll("read.csv", withPath(german, "\"thousands\": \".\", \"decimal\": \",\""), "write.csv",
                             withPath(folder.path("out")))
                         .failure,
                     "");
        COMPARE_TEXT(folder.read("out"), "a,b\n1.10,1234.50\n");
        COMPARE_TEXT(copyAll("read.csv", withPath(in), "write.csv",
                             withPath(folder.path("out"), "\"decimal\": \",\", \"delimiter\": \";\""))
                         .failure,
                     "");
        COMPARE_TEXT(folder.read("out"), "a\n1,10\n1E5\n5,\n,5\n-0,50\n");
    }
    void whatIsReadAlongGetsNoFieldsLater()
    {
        Writing writing("write.csv", withPath("/dev/null"));
        writing.add(R"([{"a": 1}])").add(R"([{"a": 2, "b": 3}, {"a": 2, "b": null}])");
        QCOMPARE(writing.errors.size(), 1u);
        QVERIFY2(bytes(writing.errors[0]).contains("has no field \"b\", and can't get it any more"),
                 writing.errors[0].c_str());
    }
    void whatWasKeptOfAFailedRunHasAllFields()
    {
        const Folder folder;
        Writing writing("write.csv", withPath(folder.path("x.csv")));
        writing.add(R"([{"a": 1}])").add(R"([{"b": 2}])");
        COMPARE_TEXT(readFile(writing.abandon()), "a,b\n1,\n,2\n");
        QCOMPARE(folder.names(), std::vector<std::string>{"x.csv.partial"});
    }
    void csvIsQuotedAsWished()
    {
        const std::string items = "[{\"t\": \"x\", \"i\": 1, \"r\": 1.5, \"b\": true, \"n\": null, \"e\": \"\", \"q\": "
                                  "\"\\\"\", \"l\": [1]}]";
        const std::string header = "\"t\",\"i\",\"r\",\"b\",\"n\",\"e\",\"q\",\"l\"\n";
        COMPARE_TEXT(csv({items}, R"("quote": "all")"),
                     header + "\"x\",\"1\",\"1.5\",\"true\",,\"\",\"\"\"\",\"[1]\"\n");
        COMPARE_TEXT(csv({items}, R"("quote": "text")"), header + "\"x\",1,1.5,true,,\"\",\"\"\"\",\"[1]\"\n");
        COMPARE_TEXT(csv({items}, R"("quote": "never")"), "t,i,r,b,n,e,q,l\nx,1,1.5,true,,,\",[1]\n");
        COMPARE_TEXT(csv({R"([{"a": "NA", "b": null, "c": 1}])"}, R"("null": "NA")"), "a,b,c\n\"NA\",NA,1\n");
        COMPARE_TEXT(csv({R"([{"a": 1.5, "b": 2, "c": -0.25}])"}, R"("delimiter": ";", "decimal": ",")"),
                     "a;b;c\n1,5;2;-0,25\n");
        COMPARE_TEXT(csv({R"([{"a": 1.5, "b": 2}])"}, R"("decimal": ",", "header": false)"), "\"1,5\",2\n");
    }
    void whatNeedsQuotesFailsWhereThereAreNone()
    {
        QVERIFY(bytes(csv({R"([{"a": "x,y"}])"}, R"("quote": "never")"))
                    .startsWith("a: \"x,y\" holds the delimiter, which can't be written without quotes"));
        QVERIFY(bytes(csv({R"([{"a": "x\ny"}])"}, R"("quote": "never")")).contains("has several lines"));
        std::vector<StepProblem> problems;
        make("write.csv", params(R"("quote": "never", "decimal": ",")"))->check({}, problems);
        QCOMPARE(problems.size(), 1u);
        problems.clear();
        make("write.csv", params(R"("null": "a,b", "encoding": "UTF-9")"))->check({}, problems);
        QCOMPARE(problems.size(), 2u);
    }
    void textIsWrittenInItsEncoding()
    {
        const std::string items = R"([{"ort": "Zürich", "wert": 1.5}])";
        COMPARE_TEXT(csv({items}, R"("delimiter": ";", "decimal": ",", "lineEnd": "crlf", "encoding": "UTF-8-BOM")"),
                     "\xEF\xBB\xBFort;wert\r\nZürich;1,5\r\n");
        COMPARE_TEXT(csv({items}, R"("encoding": "windows-1252")"), "ort,wert\nZ\xfcrich,1.5\n");
        COMPARE_TEXT(csv({items}, R"("encoding": "UTF-16LE")"), utf16(u"ort,wert\nZ\u00fcrich,1.5\n"));
        const std::string failed = csv({R"([{"a": "日"}])"}, R"("encoding": "ISO-8859-15")");
        QVERIFY2(bytes(failed).startsWith("the character \"日\" can't be written as ISO-8859-15; choose another"),
                 failed.c_str());
        Writing lines("write.lines", params(R"("encoding": "windows-1252", "lineEnd": "crlf")", "out.txt"));
        lines.add(R"([{"text": "ä"}, {"text": "€"}])").finish();
        COMPARE_TEXT(m_folder.read("out.txt"), "\xe4\r\n\x80\r\n");
    }
    void aFileThatIsThereMayBeGoneOnWith()
    {
        const Folder folder;
        for (const char *name : {"a.csv", "a.csv.gz", "a.csv.xz"}) {
            const auto add = [&](const std::string &items) {
                Writing writing("write.csv", withPath(folder.path(name), R"("mode": "append")"));
                writing.add(items).finish();
                return writing.failure;
            };
            COMPARE_TEXT(add(R"([{"a": 1, "b": "x\ny"}])"), "");
            COMPARE_TEXT(add(R"([{"b": 2, "a": 3}])"), "");
            COMPARE_TEXT(readAll("read.csv", withPath(folder.path(name))).json(),
                         "{\"a\":1,\"b\":\"x\\ny\"}\n{\"a\":3,\"b\":\"2\"}\n");
            COMPARE_TEXT(add(R"([{"c": 4}])"), "");
            COMPARE_TEXT(readAll("read.csv", withPath(folder.path(name))).json(),
                         "{\"a\":1,\"b\":\"x\\ny\",\"c\":null}\n{\"a\":3,\"b\":\"2\",\"c\":null}\n{\"a\":null,\"b\":"
                         "null,\"c\":4}\n");
        }
        folder.write("l.jsonl", "{\"a\":1}"); // without a line end
        Writing lines("write.jsonl", withPath(folder.path("l.jsonl"), R"("mode": "append")"));
        lines.add(R"([{"a": 2}])").finish();
        COMPARE_TEXT(folder.read("l.jsonl"), "{\"a\":1}\n{\"a\":2}\n");
        Writing stopped("write.jsonl", withPath(folder.path("l.jsonl"), R"("mode": "append")"));
        stopped.add(R"([{"a": 3}])");
        COMPARE_TEXT(readFile(stopped.abandon()), "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
        COMPARE_TEXT(folder.read("l.jsonl"), "{\"a\":1}\n{\"a\":2}\n");
    }
    void aFileThatIsWrittenOtherwiseIsNotGoneOnWith_data()
    {
        QTest::addColumn<QByteArray>("older");
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](const char *name, const char *older, const char *more, const char *problem) {
            QTest::newRow(name) << QByteArray(older) << QByteArray(more) << QByteArray(problem);
        };
        row("another delimiter", "a;b\n1;2\n", "", "seem to be parted by \";\"; set \"delimiter\"");
        row("and the other way round", "a,b\n1,2\n", R"(, "delimiter": ";")", "seem to be parted by \",\"");
        row("CRLF", "a,b\r\n1,2\r\n", "", "end with CR LF; set \"lineEnd\" to \"crlf\"");
        row("LF", "a,b\n1,2\n", R"(, "lineEnd": "crlf")", "end with LF alone; set \"lineEnd\" to \"lf\"");
        row("no UTF-8", "a,b\n\xe4,2\n", "",
            "isn't in the encoding that it would go on with, UTF-8, but text of another");
        const char *const windows = ", \"encoding\": \"windows-1252\"";
        row("UTF-8", "a,b\n\xc3\xa4,2\n", windows, "windows-1252, but UTF-8; set \"encoding\" to UTF-8, or");
        row("a byte that it hasn't", "a,b\n\x81\xe4,2\n", windows, "isn't in the encoding that it would go on with");
        row("not as wide", "a,b\n1,2\n", ", \"encoding\": \"UTF-16\"", "UTF-16, but ASCII; set \"encoding\" to ASCII");
        QTest::newRow("wider") << QByteArray("\xff\xfe"
                                             "a\0,\0b\0\n\0",
                                             10)
                               << QByteArray() << QByteArray("UTF-8, but UTF-16LE; set");
        QTest::newRow("the other way round")
            << QByteArray("\xfe\xff\0a\0,\0b\0\n", 10) << QByteArray(", \"encoding\": \"UTF-16\"")
            << QByteArray("UTF-16, but UTF-16BE; set");
    }
    void aFileThatIsWrittenOtherwiseIsNotGoneOnWith()
    {
        QFETCH(QByteArray, older);
        QFETCH(QByteArray, more);
        QFETCH(QByteArray, problem);
        const Folder folder;
        const std::string path = folder.write("a.csv", older.toStdString());
        Writing writing("write.csv", withPath(path, R"("mode": "append")" + more.toStdString()));
        if (writing.failure.empty())
            writing.add(R"([{"a": 3, "b": 4}])").finish();
        QVERIFY2(bytes(writing.failure).contains(problem), writing.failure.c_str());
        COMPARE_TEXT(folder.read("a.csv"), older.toStdString());
    }
    void textOfTheSameEncodingIsGoneOnWith_data()
    {
        QTest::addColumn<QByteArray>("older");
        QTest::addColumn<QByteArray>("encoding");
        QTest::addColumn<QByteArray>("added");
        QTest::newRow("ASCII as UTF-8") << QByteArray("x\n") << QByteArray("UTF-8") << QByteArray("\xc3\xa4\n");
        QTest::newRow("ASCII as windows-1252")
            << QByteArray("x\n") << QByteArray("windows-1252") << QByteArray("\xe4\n");
        QTest::newRow("windows-1252") << QByteArray("\xdc,\x80\n") << QByteArray("windows-1252")
                                      << QByteArray("\xe4\n");
        QTest::newRow("UTF-8, marked") << QByteArray("\xef\xbb\xbf\xc3\x9c\n") << QByteArray("UTF-8")
                                       << QByteArray("\xc3\xa4\n");
        QTest::newRow("UTF-16") << QByteArray("\xff\xfex\0\n\0", 6) << QByteArray("UTF-16")
                                << QByteArray("\xe4\0\n\0", 4);
        QTest::newRow("UTF-16BE") << QByteArray("\xfe\xff\0x\0\n", 6) << QByteArray("UTF-16BE")
                                  << QByteArray("\0\xe4\0\n", 4);
        QByteArray pieces(3 * 256 * 1024, 'x'); // with a character over each border
        for (qsizetype at = 256 * 1024 - 1; at + 1 < pieces.size(); at += 256 * 1024)
            pieces.replace(at, 2, "\xc3\xa4");
        QTest::newRow("over several pieces") << pieces + '\n' << QByteArray("UTF-8") << QByteArray("\xc3\xa4\n");
    }
    void textOfTheSameEncodingIsGoneOnWith()
    {
        QFETCH(QByteArray, older);
        QFETCH(QByteArray, encoding);
        QFETCH(QByteArray, added);
        const Folder folder;
        const std::string path = folder.write("a.txt", older.toStdString());
        const std::string more = "\"mode\": \"append\", \"encoding\": \"" + encoding.toStdString() + "\"";
        Writing writing("write.lines", withPath(path, more));
        writing.add(R"([{"text": "ä"}])").finish();
        COMPARE_TEXT(writing.failure, "");
        QCOMPARE(bytes(folder.read("a.txt")), older + added);
    }
    void aNewFileIsNeverWrittenOverAnother()
    {
        const Folder folder;
        const std::string path = folder.write("a.jsonl", "old\n"), more = R"("mode": "new")";
        std::vector<StepProblem> problems;
        make("write.jsonl", withPath(path, more))->check({}, problems);
        QCOMPARE(problems.size(), 1u);
        QVERIFY(bytes(Writing("write.jsonl", withPath(path, more)).failure).contains("There is a file"));
        Writing writing("write.jsonl", withPath(folder.path("b.jsonl"), more));
        writing.add(R"([{"a": 1}])");
        folder.write("b.jsonl", "made meanwhile\n");
        writing.finish();
        QVERIFY2(bytes(writing.failure).contains("there is a file of that name already"), writing.failure.c_str());
        COMPARE_TEXT(folder.read("b.jsonl"), "made meanwhile\n");
        QCOMPARE(folder.names().size(), size_t(2));
    }
    void thereIsAFileForEachValue()
    {
        const Folder folder;
        Writing writing("write.csv", withPath(folder.path("by/{a}/{b}.csv")));
        writing.add(R"([{"a": "x", "b": 1, "c": 1}, {"a": "y", "b": 1, "c": 2}, {"a": "x", "b": 1, "c": 3}])");
        writing.add("[{\"a\": \"../x/..\", \"b\": null, \"c\": 4}, {\"a\": \"\", \"b\": \".\", \"c\": 5}]");
        writing.add(R"([{"a": "x", "b": 1, "d": 6}])");
        QVERIFY(!folder.has("by/x/1.csv"));
        writing.finish();
        COMPARE_TEXT(writing.failure, "");
        COMPARE_TEXT(folder.read("by/x/1.csv"), "a,b,c,d\nx,1,1,\nx,1,3,\nx,1,,6\n");
        COMPARE_TEXT(folder.read("by/y/1.csv"), "a,b,c\ny,1,2\n");
        COMPARE_TEXT(folder.read("by/%2E.%2Fx%2F../null.csv"), "a,b,c\n../x/..,,4\n");
        COMPARE_TEXT(folder.read("by/empty/%2E.csv"), "a,b,c\n\"\",.,5\n");
    }
    void nullAndItsWordHaveFilesOfTheirOwn()
    {
        const Folder folder;
        Writing writing("write.lines", withPath(folder.path("{a}.txt"), R"("field": "b")"));
        writing.add(R"([{"a": null, "b": 1}, {"a": "null", "b": 2}, {"a": "", "b": 3}, {"a": "empty", "b": 4}])");
        writing.add(R"([{"b": 5}, {"a": "nullable", "b": 6}, {"a": "%6Eull", "b": 7}])").finish();
        COMPARE_TEXT(writing.failure, "");
        COMPARE_TEXT(folder.read("null.txt"), "1\n5\n");
        COMPARE_TEXT(folder.read("%6Eull.txt"), "2\n");
        COMPARE_TEXT(folder.read("empty.txt"), "3\n");
        COMPARE_TEXT(folder.read("%65mpty.txt"), "4\n");
        COMPARE_TEXT(folder.read("nullable.txt"), "6\n");
        COMPARE_TEXT(folder.read("%256Eull.txt"), "7\n");
    }
    void whatAFailedRunLeftOfManyFilesIsTidiedUp()
    {
        const Folder folder;
        std::filesystem::create_directories(folder.path("by/2/c.txt"));
        Writing failed("write.lines", withPath(folder.path("by/{text}/c.txt")));
        failed.add(R"([{"text": "1"}, {"text": "2"}])");
        QVERIFY2(bytes(failed.failure).contains("there is a folder of that name"), failed.failure.c_str());
        failed.abandon();
        QVERIFY(folder.has("by/1/c.txt.partial"));
        std::filesystem::remove(folder.path("by/2/c.txt"));
        const bool areMarked =
            ::lgetxattr(folder.path("by/1/c.txt.partial").c_str(), "user.millrace.partial", nullptr, 0) >= 0;
        Writing whole("write.lines", withPath(folder.path("by/{text}/c.txt")));
        whole.add(R"([{"text": "1"}, {"text": "2"}])").finish();
        COMPARE_TEXT(whole.failure, "");
        QVERIFY(folder.has("by/1/c.txt") && folder.has("by/2/c.txt"));
        QCOMPARE(folder.has("by/1/c.txt.partial"), !areMarked);
    }
    void foldersThatCameToNothingAreRemoved()
    {
        const Folder folder;
        Writing writing("write.lines", withPath(folder.path("new/{text}/x/c.txt")));
        const auto batch = batchOf(R"([{"text": "a"}])");
        rlimit usual{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &usual), 0);
        const rlimit none{0, usual.rlim_max}; // open files stay open, but there can be no other ones
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
        writing.add(*batch);
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &usual), 0);
        QVERIFY2(bytes(writing.failure).contains("too many files"), writing.failure.c_str());
        QVERIFY(folder.has("new/a/x"));
        writing.abandon();
        QVERIFY(!folder.has("new"));
        Writing longest("write.lines", withPath(folder.path("{text}")));
        longest.add("[{\"text\": \"" + std::string(239, 'x') + "\"}]").finish();
        COMPARE_TEXT(longest.failure, "");
    }
    void manyFilesAreOpenOnlySomeAtATime()
    {
        const Folder folder;
        const auto openFiles = [] {
            const std::filesystem::directory_iterator open("/proc/self/fd");
            return std::distance(begin(open), end(open));
        };
        for (const char *end : {".jsonl", ".jsonl.gz"}) {
            Writing writing("write.jsonl", withPath(folder.path("{n}" + std::string(end))));
            const auto before = openFiles();
            for (int round = 0; round < 3; ++round) {
                std::string items;
                for (int i = 0; i < 270; ++i)
                    items += (i > 0 ? ", " : "[")
                             + ("{\"n\": " + std::to_string(i) + ", \"round\": " + std::to_string(round) + '}');
                writing.add(items + ']');
                QVERIFY(openFiles() - before <= 256);
            }
            writing.finish();
            COMPARE_TEXT(writing.failure, "");
            for (const char *name : {"0", "150", "269"})
                COMPARE_TEXT(readAll("read.jsonl", withPath(folder.path(name + std::string(end)))).json(),
                             "{\"n\":" + std::string(name) + ",\"round\":0}\n{\"n\":" + name
                                 + ",\"round\":1}\n{\"n\":" + name + ",\"round\":2}\n");
        }
        QCOMPARE(folder.names().size(), size_t(540));
    }
    void oneJsonDocumentHoldsAllItems()
    {
        const Folder folder;
        const auto written = [&](const std::vector<std::string> &batches, const std::string &more = {}) {
            Writing writing("write.json", withPath(folder.path("out.json"), more));
            for (const std::string &batch : batches)
                writing.add(batch);
            writing.finish();
            return writing.failure + folder.read("out.json");
        };
        COMPARE_TEXT(written({}), "[]\n");
        COMPARE_TEXT(written({"[]", "[{\"a\": 1}, {\"b\": null}]", "[{\"a\": [1]}]", "[]"}),
                     "[\n{\"a\":1},\n{\"b\":null},\n{\"a\":[1]}\n]\n");
        COMPARE_TEXT(written({"[{\"a\": 1, \"b\": [2, {\"c\": [], \"d\": {}}]}]", "[{\"a\": 2}]"}, "\"pretty\": true"),
                     "[\n  {\n    \"a\": 1,\n    \"b\": [\n      2,\n      {\n        \"c\": [],\n        \"d\": {}\n  "
                     "    }\n    ]\n"
                     "  },\n  {\n    \"a\": 2\n  }\n]\n");
        COMPARE_TEXT(written({"[{\"a\": [\"x\\\"{[,:\\\\\", {}], \"b\": {\"c:\": \"]\"}}]"}, "\"pretty\": true"),
                     "[\n  {\n    \"a\": [\n      \"x\\\"{[,:\\\\\",\n      {}\n    ],\n    \"b\": {\n      \"c:\": "
                     "\"]\"\n    }\n  }\n]\n");
        COMPARE_TEXT(written({"[{\"a\": 1, \"b\": [2, {\"c\": [], \"d\": {}}]}]", "[{\"a\": 2}]"}),
                     "[\n{\"a\":1,\"b\":[2,{\"c\":[],\"d\":{}}]},\n{\"a\":2}\n]\n");
        COMPARE_TEXT(readAll("read.json", withPath(folder.path("out.json"))).json(),
                     "{\"a\":1,\"b\":[2,{\"c\":[],\"d\":{}}]}\n{\"a\":2}\n");
        Writing stopped("write.json", withPath(folder.path("x.json")));
        stopped.add("[{\"a\": 1}]");
        COMPARE_TEXT(readFile(stopped.abandon()), "[\n{\"a\":1}\n]\n");
        Writing parts("write.json", withPath(folder.path("{a}.json")));
        parts.add("[{\"a\": 1}, {\"a\": 2}]").finish();
        COMPARE_TEXT(folder.read("2.json"), "[\n{\"a\":2}\n]\n");
    }
    void namesThatCanNotBeAreSaid()
    {
        const Folder folder;
        const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"a", ValueType::Text}});
        std::vector<StepProblem> problems;
        make("write.csv", withPath(folder.path("{b}.csv")))->check({{}, schema}, problems);
        QCOMPARE(problems.size(), 1u);
        QVERIFY(bytes(problems[0].text).startsWith("There is no field \"b\""));
        Writing writing("write.csv", withPath(folder.path("{a}.csv")));
        writing.add("[{\"a\": \"" + std::string(300, 'x') + "\"}]");
        QVERIFY(bytes(writing.failure).contains("would be too long"));
        Writing stopped("write.jsonl", withPath(folder.path("{a}.jsonl")));
        stopped.add(R"([{"a": 1}, {"a": 2}])");
        QVERIFY(!stopped.abandon().empty());
        QVERIFY(!folder.has("1.jsonl") && folder.has("1.jsonl.partial") && folder.has("2.jsonl.partial"));
    }
};

} // namespace tst_writing

QTEST_GUILESS_MAIN(tst_writing::WritingTest)
#include "tst_writing.moc"
