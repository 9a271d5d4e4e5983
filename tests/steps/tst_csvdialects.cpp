// SPDX-License-Identifier: MIT
// CSV as it is: what read.csv guesses of a file, and what it can be told.
#include "formats/csv/DialectParser.h"
#include "formats/csv/guess/CsvGuess.h"
#include "steps/StepChecks.h"
#include "steps/StepRunner.h"

#include <QElapsedTimer>
#include <QTest>

#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_csvdialects {

class CsvDialectsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filesAreReadAsTheyAreMeant_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const char *text, const char *expected, const char *more = "") {
            QTest::newRow(name) << QByteArray(text) << QByteArray(more) << QByteArray(expected);
        };
        delimiters(row);
        quotes(row);
        lines(row);
        headers(row);
        values(row);
        records(row);
    }
    void filesAreReadAsTheyAreMeant()
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
    void faultsAreNamed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char *name, const char *text, const char *message, const char *more = "") {
            QTest::newRow(name) << QByteArray(text) << QByteArray(more) << QByteArray(message);
        };
        row("a header of two lines with a fault", "id,\"5\" pipe\",\"a\nb\"\n1,2,3\n",
            "fault in field 2: text follows");
        row("a header that isn't UTF-8", "\"Stra\xDF\x65\"\t\"PLZ\"\nx\t01234\n",
            "The header isn't UTF-8 (byte 6 of it)", R"("encoding": "UTF-8")");
        row("JSON", "{\"a\": 1, \"b\": 2}\n{\"a\": 3, \"b\": 4}\n", "is JSON: use \"read.jsonl\"");
        row("JSON over several lines", "[\n {\"a\": 1}\n]\n", "is JSON: use \"read.json\"");
        row("a table of HTML", "<TABLE>\n<tr><td>1,2</td></tr></TABLE>\n", "is a page of HTML");
        row("RTF", "{\\rtf1 a,b}\n", "is a document of a word processor");
        row("HTML", "<!DOCTYPE html>\n<html><body></body></html>\n", "is a page of HTML");
        row("an unknown column", "a,b\n1,2\n", "There is no column \"c\" (\"columns\")", R"("columns": ["c"])");
        row("the type of an unknown column", "a,b\n1,2\n", "There is no column \"c\" (\"types\")",
            R"("types": {"c": "text"})");
        row("more names than columns", "a,b\n1,2\n", "\"names\" has 3 names", R"("names": ["x", "y", "z"])");
    }
    void faultsAreNamed()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, more);
        QFETCH(QByteArray, message);
        const Items read = readCsvText(text.toStdString(), more.toStdString());
        QVERIFY2(bytes(read.failure).contains(message), read.failure.c_str());
        QVERIFY(read.items.empty());
    }
    void theCheckShowsWhatWasGuessed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("said");
        const auto row = [](const char *name, const char *text, const char *said) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(said);
        };
        row("nothing", "a,b\n1,x\n", "");
        row("a tab", "a\tb\n1\tx\n", "Guessed of \"x.csv\": the delimiter is \"\\t\".");
        row("an apostrophe", "a,b\n1,'x, y'\n", "Guessed of \"x.csv\": the quote is '.");
        row("decimal commas", "a;b\n1,5;x\n", "the delimiter is \";\", the decimal sign is \",\".");
        row("decimal commas beside points", "a;b\n1.5;2,5\n",
            "Numbers have both signs: \"2,5\" (field \"b\") and \"1.5\" (field \"a\"). The decimal sign is taken to be "
            "\".\"");
        row("decimal commas beside groups", "a;b\n7;2,5\n1.234;3,5\n",
            "Numbers have both signs: \"2,5\" (field \"b\") and \"1.234\" (field \"a\"). The decimal sign is taken to "
            "be "
            "\",\"");
        row("both signs in one field", "a;b\n1,5;x\n1.234;y\n",
            "Numbers have both signs: \"1,5\" (field \"a\") and \"1.234\" (field \"a\").");
        row("both signs, with quotes", "a,b\n\"1,5\",1.234\n",
            "Numbers have both signs: \"1,5\" (field \"a\") and \"1.234\" (field \"b\"). The decimal sign is taken to "
            "be "
            "\".\"");
        row("both signs within texts", "a,b\n\"1,5\",1.5\n\"1,5 m\",2.5\n", "");
        row("an integer beyond 64 bits", "n,m\n1,2\n12345678901234567890,3\n",
            "The field \"n\" is text, not a number: 12345678901234567890 is an integer of more than 64 bits. \"types\" "
            "settles what it is, as in {\"n\": \"text\"}.");
        row("integers beside decimals", "n,m\n1.5,2\n9007199254740993,3\n",
            "The field \"n\" is text, not a number: 9007199254740993 has more digits than a number with decimals "
            "holds");
        row("long integers beside words", "n,m\nNA,2\n12345678901234567890,3\n", "");
        row("no header", "1,x\n2,y\n3,z\n", "the first line is no header.");
        row("lines above", "Report\n\na,b\n1,x\n2,y\n", "the first 2 lines are passed over.");
        row("two delimiters", "a,b;c\nu,v;w\nx,y;z\n", "The delimiter may be \",\" or \";\"");
        row("unseen characters", "a\xC2\xA0,e\xCC\x81\n1,2\n", "by their codes: \"a\\u00a0\", \"e\\u0301\"");
        row("lines of a header", "a,b,c\n,cm,cm\nx,1,2\ny,3,4\n", "the header has 2 lines.");
        row("names of rows", "a,b\nr1,1,2\nr2,3,4\n",
            "The header has 2 names, the records have 3 fields: the first field, another one in each record, is taken "
            "for "
            "the one that has none.");
        row("too few names", "a,b,c\nx,y,1,2,5\nx,y,3,4,5\n",
            "The header has 3 names, the records have 5 fields: the names are taken for those of the first fields.");
        row("an empty end of rows", "a,b\n1,2,\n3,4,\n", "what is behind the last name is empty, and has no name.");
        row("another table", "a,b\nx,1\ny,2\nz,3\nname,price\nu,4\n",
            "Line 5 looks like the header of another table (name, price)");
        row("another table behind an empty line", "a,b,c\nx,1,2\ny,2,2\nz,3,2\n\nd,e,f\nu,4,6\n", "Line 6 looks like");
        row("a footer", "a,b,c\nx,1,2\ny,2,2\nz,3,4\nTotal,6,8\n",
            "From line 5 on there seems to be a footer (\"Total\"); set \"skipEnd\" to 1");
        row("a footer of several lines", "a,b\nx,1\ny,2\nz,3\nq,4\n\nSum: 10\nSource: the office\n",
            "From line 7 on there seems to be a footer (\"Sum: 10\"); set \"skipEnd\" to 2");
        row("a last record without a value", "a,b\nx,1\ny,2\nz,3\nq,\n", "");
        row("a name that begins as a sum", "a,b\nx,1\ny,2\nz,3\nTotals Ltd,4\n", "");
        row("records that are texts", "a,b\nx,1\ny,2\nz,3\nunknown,unknown\nw,4\n", "");
        row("the header again", "a,b\nx,y\nz,u\na,b\nv,w\n", "Line 4 is the header again");
        row("a name too many", "a,,b\n1,2\n3,4\n",
            "The header has 3 names, the records have 2 fields: what has no name in it is left out.");
        row("a quote in the header", "id,\"5\" pipe\"\n1,2\n",
            "The first line has a fault in field 2: text follows the closing quote. Its quotes are taken for "
            "ordinary");
        row("an open quote in the header", "\"a,b\n1,2\n", "in field 1: a quote that is never closed.");
        row("names", "a,a\n1,2\n", "are made different: \"a_2\" (column 2).");
    }
    void theCheckShowsWhatWasGuessed()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, said);
        const Folder folder;
        folder.write("x.csv", text.toStdString());
        std::vector<StepProblem> problems;
        make("read.csv", withPath("x.csv"))->check({folder.path(), nullptr}, problems);
        QCOMPARE(problems.empty(), said.isEmpty());
        QByteArray all;
        for (const StepProblem &problem : problems) {
            QVERIFY(!problem.isError);
            all += bytes(problem.text) + '\n';
        }
        QVERIFY2(all.contains(said), all.constData());
    }
    void settingsThatCannotBeAreNamed_data()
    {
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<QByteArray>("param");
        QTest::newRow("delimiter") << QByteArray(R"("delimiter": "")") << QByteArray("delimiter");
        QTest::newRow("quote") << QByteArray(R"("quote": "ab")") << QByteArray("quote");
        QTest::newRow("quote and delimiter") << QByteArray(R"("quote": ";", "delimiter": ";")") << QByteArray("quote");
        QTest::newRow("escape") << QByteArray(R"("escape": "ab")") << QByteArray("escape");
        QTest::newRow("lines") << QByteArray(R"("skipLines": "two")") << QByteArray("skipLines");
        QTest::newRow("rows of a header") << QByteArray(R"("headerRows": 0)") << QByteArray("headerRows");
        QTest::newRow("types") << QByteArray(R"("types": {"a": "number"})") << QByteArray("types");
        QTest::newRow("decimal") << QByteArray(R"("decimal": "5")") << QByteArray("decimal");
        QTest::newRow("dates") << QByteArray(R"("dates": ["dd.QQ"])") << QByteArray("dates");
        QTest::newRow("thousands") << QByteArray(R"("decimal": ",", "thousands": ",")") << QByteArray("thousands");
    }
    void settingsThatCannotBeAreNamed()
    {
        QFETCH(QByteArray, more);
        QFETCH(QByteArray, param);
        const Folder folder;
        folder.write("x.csv", "a,b\n1,2\n");
        std::vector<StepProblem> problems;
        make("read.csv", withPath("x.csv", more.toStdString()))->check({folder.path(), nullptr}, problems);
        QCOMPARE(problems.size(), 1u);
        QVERIFY(problems[0].isError);
        QCOMPARE(bytes(problems[0].param), param);
    }
    /// A field that turns out to be one of reals behind the rows that were looked at keeps what is in the file.
    void numbersThatComeLateKeepHowTheyAreWritten()
    {
        const Folder folder;
        const std::string text =
            "n,m\n1,1\n2,2\n12345678901234567.89,3\n1.10,9007199254740993\n,4.50\n0.1000000000000000055,5\n-0,-0\n";
        const std::string path = folder.write("in.csv", text);
        const Copied copied =
            copyAll("read.csv", withPath(path, R"("sample": 2)"), "write.csv", withPath(folder.path("out.csv")));
        QVERIFY2(copied.failure.empty() && copied.errors.empty(), copied.failure.c_str());
        COMPARE_TEXT(folder.read("out.csv"), text);
    }
    void integersGoOnAsNumbersAndTheLogSaysItOnce()
    {
        std::string text = "id,price\n";
        for (int i = 0; i < 1200; ++i)
            text += std::to_string(i) + ',' + std::to_string(i) + '\n';
        const Items read = readCsvText(text + "1200,1.5\n1201,2\n1202,0.5\n");
        QVERIFY(read.errors.empty());
        COMPARE_TEXT(toJson(read.items[1200]), R"({"id":1200,"price":1.5})");
        COMPARE_TEXT(toJson(read.items[1201]), R"({"id":1201,"price":2})");

        const Folder folder;
        const std::string params = withPath(folder.write("x.csv", text + "1200,1.5\n1201,2.5\n"));
        const auto step = make("read.csv", params), clone = make("read.csv", params);
        RunLog log;
        StepContext context;
        context.log = &log;
        context.stepId = "in";
        auto &source = static_cast<Source &>(*step), &decoder = static_cast<Source &>(*clone);
        QVERIFY(source.open(context) && decoder.openDecoder(source, context));
        Batch batch;
        while (*source.fetch(batch, 100))
            QVERIFY(decoder.decode(batch));
        QCOMPARE(log.count(), 1u);
        QVERIFY2(bytes(log.after(0)[0].message).startsWith("line 1202: price: \"1.5\" is no integer"),
                 log.after(0)[0].message.c_str());
    }
    void whatIsWrongWithARecordIsSaidBeforeWhatIsWrongWithItsValues()
    {
        const Items read = readCsvText("id,n\n1,2\n# gap\n3,4\n");
        QCOMPARE(read.failedItems, std::vector<size_t>{1});
        COMPARE_TEXT(read.errors[0],
                     "line 3: has 1 field, the header has 2; set \"comment\" to \"#\" if this is a comment");
    }
    void whatCannotBeSeenInAValueIsSaidByItsCode()
    {
        const Items read = readCsvText("n,x\n1,a\n2,b\n1\u00a0234,c\n", R"("sample": 2)");
        QCOMPARE(read.errors.size(), 1u);
        QVERIFY2(bytes(read.errors[0]).contains("\"1\\u00a0234\" is not an integer"), read.errors[0].c_str());
    }
    void whatCannotBeSeenInANameIsSaidByItsCode()
    {
        const Schema schema({{"price\u00a0", ValueType::Integer, Role::DataInput}});
        COMPARE_TEXT(noFieldMessage("price", schema),
                     "There is no field \"price\"; did you mean \"price\\u00a0\"? The fields are price\\u00a0.");
    }
    void aMisfitMayBeNull()
    {
        std::string text = "n\n";
        for (int i = 0; i < 10; ++i)
            text += "1\n";
        const Items failing = readCsvText(text + "x\n2\n", R"("sample": 10)");
        QCOMPARE(failing.failedItems, std::vector<size_t>{10});
        const Items read = readCsvText(text + "x\n2\n", R"("sample": 10, "misfit": "null")");
        QVERIFY(read.errors.empty());
        QVERIFY(read.items[10].member("n")->isNull());
        QCOMPARE(read.items[11].member("n")->toInteger(), 2);
    }
    void linesAreThoseOfTheFileInAnyDialect()
    {
        const std::string text = "# one\r\r# two\ra;b\r1;\"x\ry\"\r\n\n# three\n2;z\r3;w";
        for (const size_t batchSize : {1u, 2u, 100u}) {
            const Items read = readCsvText(text, "\"comment\": \"#\", \"line\": true", batchSize);
            COMPARE_TEXT(read.failure, "");
            QCOMPARE(read.lines, (std::vector<int64_t>{5, 9, 10}));
            QCOMPARE(read.items[1].member("line")->toInteger(), 9);
        }
    }
    void aRecordIsTheSameWhereverItsTextIsCut()
    {
        std::mt19937 random(7);
        const std::string_view alphabet = "ab||;;'\\\\##\n\r\r  ";
        for (int round = 0; round < 3000; ++round) {
            CsvDialect dialect;
            dialect.delimiter = round % 3 == 0 ? "||" : ";";
            dialect.quote = round % 5 == 0 ? '\0' : '\'';
            dialect.escape = round % 2 == 0 ? '\\' : '\0';
            dialect.endsAtCr = random() % 2;
            dialect.trims = random() % 2;
            dialect.comment = random() % 2 ? "##" : "";
            std::string text;
            for (size_t length = random() % 60; length > 0; --length)
                text += alphabet[random() % alphabet.size()];
            const DialectCutter cutter(dialect, random() % 2);
            RecordRun whole, grown;
            cutter.cut(text, true, 1000, whole);
            for (size_t length = 0; length < text.size(); ++length)
                cutter.cut({text.data(), length}, false, 1000, grown);
            cutter.cut(text, true, 1000, grown);
            QCOMPARE(grown.rows, whole.rows);
            QCOMPARE(grown.lines, whole.lines);
            QCOMPARE(grown.lineOffsets, whole.lineOffsets);
        }
    }
    void manyEqualNamesAreMadeDifferentAtOnce()
    {
        std::string header = "x", values = "1";
        for (int i = 1; i < 20'000; ++i) {
            header += ",x";
            values += ",1";
        }
        QElapsedTimer timer;
        timer.start();
        const Items read = readCsvText(header + '\n' + values + '\n');
        QVERIFY(timer.elapsed() < 10'000);
        COMPARE_TEXT(read.schema->field(19'999).name, "x_20000");
    }

private:
    template <class Row>
    static void delimiters(Row row)
    {
        row("semicolons", "a;b\n1;x, y\n2;z\n", R"({"a":1,"b":"x, y"}|{"a":2,"b":"z"})");
        row("tabs", "a\tb\n1\tx, y\n2\tz\n", R"({"a":1,"b":"x, y"}|{"a":2,"b":"z"})");
        row("bars", "a|b\n1|x, y\n2|z\n", R"({"a":1,"b":"x, y"}|{"a":2,"b":"z"})");
        row("two bars", "a||b\n1||2\n", R"({"a":1,"b":2})");
        row("several characters", "a<>b\n1<>2\n", R"({"a":1,"b":2})", R"("delimiter": "<>")");
        row("a letter of several bytes", "a¦b\n1¦2\n", R"({"a":1,"b":2})", R"("delimiter": "¦")");
        row("unit separators", "a\x1f\x62\n1\x1f\x32\n", R"({"a":1,"b":2})");
        row("blanks", "a b c d e f\n1 2 3 4 5 6\n", R"({"a":1,"b":2,"c":3,"d":4,"e":5,"f":6})");
        row("carets, and a field of two lines", "a^b^c\n1^\"x, y\nz, u\nv\"^3\n4^w^6\n",
            R"({"a":1,"b":"x, y\nz, u\nv","c":3}|{"a":4,"b":"w","c":6})");
        row("one column of times", "when\n10:30\n11:45\n", R"({"when":"10:30"}|{"when":"11:45"})");
        row("one column of words", "name\nAnna Smith\nBob Jones\n", R"({"name":"Anna Smith"}|{"name":"Bob Jones"})");
        row("semicolons in quotes", "\"id\";\"name\"\n\"1\";\"a;b\"\n", R"({"id":1,"name":"a;b"})");
    }
    template <class Row>
    static void quotes(Row row)
    {
        row("apostrophes", "id,text\n1,'a, b'\n2,'it''s'\n", R"({"id":1,"text":"a, b"}|{"id":2,"text":"it's"})");
        row("apostrophes around delimiters", "id,place,n\n1,'1 Main St, Ulm',5\n2,'2 High St, Bonn',6\n",
            R"({"id":1,"place":"1 Main St, Ulm","n":5}|{"id":2,"place":"2 High St, Bonn","n":6})");
        row("apostrophes in words", "id,text\n1,it's\n2,O'Hara\n",
            R"({"id":1,"text":"it's"}|{"id":2,"text":"O'Hara"})");
        row("backslashes", "id,text,n\n1,\"say \\\"hi\\\" now\",1\n2,\"back\\\\slash\",2\n",
            "{\"id\":1,\"text\":\"say \\\"hi\\\" now\",\"n\":1}|{\"id\":2,\"text\":\"back\\\\slash\",\"n\":2}");
        row("no quotes", "id,text\n1,\"x\n2,y\"\n", "{\"id\":1,\"text\":\"\\\"x\"}|{\"id\":2,\"text\":\"y\\\"\"}",
            R"("quote": "none")");
        row("no quotes, escapes", "a,b\nx\\,y,\\\\\n", "{\"a\":\"x,y\",\"b\":\"\\\\\"}",
            R"("quote": "none", "escape": "\\")");
        row("lenient", "id,text\n1,\"x\" y\n2,\"5 inch\n3,\"z\"\n",
            "{\"id\":1,\"text\":\"x\\\" y\\n2,\\\"5 inch\\n3,\\\"z\"}", R"("quotes": "lenient")");
        row("lenient, never closed", "id,text\n1,\"5 inch\n2,z\n",
            "{\"id\":1,\"text\":\"\\\"5 inch\"}|{\"id\":2,\"text\":\"z\"}", R"("quotes": "lenient")");
        row("blanks before quotes", "id, name, n\n1, \"a, b\", 2\n\"3\" , d, 4\n",
            R"({"id":1,"name":"a, b","n":2}|{"id":3,"name":"d","n":4})");
        row("blanks kept", "id, name\n1, x\n", R"({"id":1," name":" x"})", R"("trim": "false")");
        row("blanks left out", "id ,name\n 1,x  y \n", R"({"id":1,"name":"x  y"})", R"("trim": true)");
    }
    template <class Row>
    static void lines(Row row)
    {
        row("CR", "a,b\r1,x\r2,y\r", R"({"a":1,"b":"x"}|{"a":2,"b":"y"})");
        row("CR without an end", "a,b\r1,x\r2,y", R"({"a":1,"b":"x"}|{"a":2,"b":"y"})");
        row("CR, and LF in quotes", "nr;note\r1;a\r2;\"two\nlines\"\r3;c\r",
            R"({"nr":1,"note":"a"}|{"nr":2,"note":"two\nlines"}|{"nr":3,"note":"c"})");
        row("a header that ends with CR", "a,b\r1,2\n3,4\n", R"({"a":1,"b":2}|{"a":3,"b":4})");
        row("rows that end with CR", "a,b\n1,2\r3,4\r5,6\n", R"({"a":1,"b":2}|{"a":3,"b":4}|{"a":5,"b":6})");
        row("CR in a field", "a,b\nx\ry,1\nz,2\n", R"({"a":"x\ry","b":1}|{"a":"z","b":2})");
        row("CR in a field, said", "a,b\nx\ry,1\n", R"({"a":"x","b":null}|{"a":"y","b":"1"})",
            R"("lineEnd": "any", "ragged": "pad", "types": "text")");
        row("comments", "# a\na,b\n1,x\n# b\n2,y\n# c\n", R"({"a":1,"b":"x"}|{"a":2,"b":"y"})", "\"comment\": \"#\"");
        row("comments above", "# station 7\n# lat, lon, alt\nid,total\n1,5\n2,6\n",
            R"({"id":1,"total":5}|{"id":2,"total":6})");
        row("lines above", "Report\nof May\n\nid,name,n\n1,x,2\n3,y,4\n",
            R"({"id":1,"name":"x","n":2}|{"id":3,"name":"y","n":4})");
        row("lines above, filled up by pairs", "Report,of May,,,\nMade,Monday,,,\n,,,,\nid,name,n,m,o\n1,x,2,3,4\n",
            R"({"id":1,"name":"x","n":2,"m":3,"o":4})");
        row("lines above, filled up", "Report,,\n,,\nid,name,n\n1,x,2\n", R"({"id":1,"name":"x","n":2})");
        row("lines above, said", "x,y\na,b\n1,2\n", R"({"a":1,"b":2})", R"("skipLines": 1)");
        row("records at the end", "a,b\n1,2\n3,4\nTotal,\"6\n\"\nsigned\n", R"({"a":1,"b":2}|{"a":3,"b":4})",
            R"("skipEnd": 2)");
        row("nothing but records at the end", "a,b\n1,2\n", "", R"("skipEnd": 3)");
    }
    template <class Row>
    static void headers(Row row)
    {
        row("none, guessed", "1,x\n2,y\n3,z\n",
            R"({"column1":1,"column2":"x"}|{"column1":2,"column2":"y"}|{"column1":3,"column2":"z"})");
        row("all texts", "x,y\nu,v\n", R"({"x":"u","y":"v"})");
        row("years", "country,2019,2020\nx,1,2\ny,3,4\n",
            R"({"country":"x","2019":1,"2020":2}|{"country":"y","2019":3,"2020":4})");
        row("two lines, guessed", "at,width,length\n,cm,cm\nx,1,2\ny,3,4.5\n",
            R"({"at":"x","width cm":1,"length cm":2}|{"at":"y","width cm":3,"length cm":4.5})");
        row("the same line again", "a,b\na,b\nx,1\n", R"({"a a":"x","b b":1})");
        row("null words aren't units", "at,width,length\nx,NA,n/a\nx,1,2\ny,3,4.5\n",
            R"({"at":"x","width":"NA","length":"n/a"}|{"at":"x","width":"1","length":"2"}|{"at":"y","width":"3","length":"4.5"})");
        row("one unit isn't enough", "at,width\nx,cm\nx,1\ny,3\n",
            R"({"at":"x","width":"cm"}|{"at":"x","width":"1"}|{"at":"y","width":"3"})");
        row("names of rows", "a,b\nr1,1,2\nr2,3,4\n", R"({"column1":"r1","a":1,"b":2}|{"column1":"r2","a":3,"b":4})");
        row("a field without a name", "a,b\nx,1,2\nx,3,4\n",
            R"({"a":"x","b":1,"column3":2}|{"a":"x","b":3,"column3":4})");
        row("rows that end with a delimiter", "a,b\n1,2,\n3,4,\n",
            R"({"a":1,"b":2,"column3":null}|{"a":3,"b":4,"column3":null})");
        row("a delimiter too many in the header", "a,,b\n1,2\n3,4\n", R"({"a":1,"b":2}|{"a":3,"b":4})");
        row("text behind a quote in the header", "id\t\"5\" pipe\"\tn\n1\t2\t3\n", R"({"id":1,"5\" pipe":2,"n":3})");
        row("a quote too many in the header", "\"id,name,n\n1,\"x\",3\n2,\"y\",4\n",
            "{\"\\\"id\":1,\"name\":\"x\",\"n\":3}|{\"\\\"id\":2,\"name\":\"y\",\"n\":4}");
        row("years that are none, said", "1,2\n3,4\n", R"({"1":3,"2":4})", R"("header": true)");
        row("two lines", "width,,length\ncm,x,cm\n1,2,3\n", R"({"width cm":1,"x":2,"length cm":3})",
            R"("headerRows": 2)");
        row("names", "a,b,c\n1,2,3\n", R"({"x":1,"y":2,"c":3})", R"("names": ["x", "y"])");
        row("names without a header", "1,2\n3,4\n", R"({"x":1,"y":2}|{"x":3,"y":4})",
            R"("names": ["x", "y"], "header": false)");
        row("a real name stays", "qty,qty,qty_2\n1,20,300\n", R"({"qty":1,"qty_3":20,"qty_2":300})");
    }
    template <class Row>
    static void values(Row row)
    {
        row("decimal commas", "a;b\n1,5;x\n-0,75;y\n", R"({"a":1.5,"b":"x"}|{"a":-0.75,"b":"y"})");
        row("thousands or decimals", "a;b\n1,500;x\n2,250;y\n", R"({"a":"1,500","b":"x"}|{"a":"2,250","b":"y"})");
        row("thousands", "a;b\n1.234.567,5;1.000\n-12,25;999\n", R"({"a":1234567.5,"b":1000}|{"a":-12.25,"b":999})",
            R"("decimal": ",", "thousands": ".")");
        row("groups that are none", "a;b\n1.23;x\n", R"({"a":"1.23","b":"x"})", R"("decimal": ",", "thousands": ".")");
        row("points beside commas", "a;b\n1.5;2,5\n", R"({"a":1.5,"b":"2,5"})");
        row("groups beside commas", "a;b\n1.234;2,5\n", R"({"a":"1.234","b":2.5})");
        row("decimal commas before three digits", "a;b\n0,125;x\n1234,500;y\n",
            R"({"a":0.125,"b":"x"}|{"a":1234.5,"b":"y"})");
        row("dates", "a,b\n31.12.2024,01/02/2024\n2024-11-30,28/02/2024\n",
            R"({"a":"2024-12-31","b":"2024-02-01"}|{"a":"2024-11-30","b":"2024-02-28"})",
            R"("dates": ["dd.MM.yyyy", "dd/MM/yyyy"])");
        row("dates that are none", "a\n31.13.2024\n", R"({"a":"31.13.2024"})", R"("dates": ["dd.MM.yyyy"])");
        row("dates of digits, said", "a\n20241231\n", R"({"a":"2024-12-31"})",
            R"("dates": ["yyyyMMdd"], "types": {"a": "timestamp"})");
        row("null words", "a,b\nNA,NA\n1,\"NA\"\n-,x\n", R"({"a":null,"b":null}|{"a":1,"b":"NA"}|{"a":null,"b":"x"})",
            R"("nulls": ["", "NA", "-"])");
        row("numbers as null words", "a,b\n-999,1\n5,-999\n", R"({"a":null,"b":1}|{"a":5,"b":null})",
            R"("nulls": ["", "-999"])");
        row("types of some", "zip,n\n1234,5\n", R"({"zip":"1234","n":5})", R"("types": {"zip": "text"})");
        row("a type that isn't inferred", "n\n1\n2.5\n", R"({"n":1}|{"n":2.5})",
            R"("types": {"n": "real"}, "sample": 1)");
    }
    template <class Row>
    static void records(Row row)
    {
        row("quotes around delimiters, apostrophes in words", "who;what\nAnn O'Hara;\"a;b;c\"\nD'Arcy, J;\"d;e;f\"\n",
            "{\"who\":\"Ann O'Hara\",\"what\":\"a;b;c\"}|{\"who\":\"D'Arcy, J\",\"what\":\"d;e;f\"}");
        row("padded", "id,name,note\n1,a,x\n2,b\n3\n",
            R"({"id":1,"name":"a","note":"x"}|{"id":2,"name":"b","note":null}|{"id":3,"name":null,"note":null})",
            R"("ragged": "pad")");
        row("kept", "id,name\n1,a\n2,b,c,\"\",\n3\n",
            R"({"id":1,"name":"a","extra":null}|{"id":2,"name":"b","extra":["c","",null]}|{"id":3,"name":null,"extra":null})",
            R"("ragged": "keep")");
        row("columns", "a,b,c\n1,2,3\n", R"({"c":3,"a":1})", R"("columns": ["c", "a"])");
        row("columns, quoted", "a,b,c\n\"1\",2,\"3\"\n", R"({"c":3,"a":1})", R"("columns": ["c", "a"])");
        row("lines", "a,line\n\n1,2\n", R"({"a":1,"line":2,"line_2":3})", R"("line": true)");
    }
};

} // namespace tst_csvdialects

QTEST_GUILESS_MAIN(tst_csvdialects::CsvDialectsTest)
#include "tst_csvdialects.moc"
