// SPDX-License-Identifier: MIT
// JSON in all its shapes: lists, documents over many lines, documents one behind another, records within a document.
#include "data/json/JsonReader.h"
#include "metrics/RunLog.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_readjson {

namespace {

Items readJson(const std::string &text, const std::string &more = {}, size_t batchSize = 100)
{
    const Folder folder;
    return readAll("read.json", withPath(folder.write("in.json", text), more), batchSize);
}

std::string problemsOf(const std::string &type, const std::string &text)
{
    const Folder folder;
    std::vector<StepProblem> problems;
    make(type, withPath(folder.write("in.json", text)))->check({folder.path(), nullptr}, problems);
    std::string all;
    for (const StepProblem &problem : problems)
        all += (problem.isError ? "error: " : "warning: ") + problem.text + '\n';
    return all;
}

} // namespace

class ReadJsonTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyShapeGivesItsItems_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *name, const char *text) { QTest::newRow(name) << QByteArray(text); };
        row("a list in one line", "[{\"a\":1},{\"a\":\"x]}\"},{\"a\":{\"b\":[2]}}]");
        row("a list over many lines",
            "[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": \"x]}\"\n  }\n,{\"a\": {\"b\":[ 2 ]}}]\n");
        row("documents", "{\"a\":1}{\"a\":\"x]}\"} {\"a\":{\"b\":[2]}}");
        row("documents over many lines", "{\n\"a\":1}\n{\n\"a\":\"x]}\"}\r\n\r\n{\"a\":{\"b\":\n[2]}}\n");
        row("lines", "{\"a\":1}\n{\"a\":\"x]}\"}\n{\"a\":{\"b\":[2]}}\n");
        row("lists one behind another", "[{\"a\":1}][]\n[{\"a\":\"x]}\"},{\"a\":{\"b\":[2]}}]");
        row("a list, then documents", "[{\"a\":1}]{\"a\":\"x]}\"}\n{\"a\":{\"b\":[2]}}");
        row("text sequences (RFC 7464)", "\x1e{\"a\":1}\n\x1e{\"a\":\"x]}\"}\n\x1e{\"a\":{\"b\":[2]}}\n");
        row("with a mark", "\xEF\xBB\xBF[{\"a\":1},{\"a\":\"x]}\"},{\"a\":{\"b\":[2]}}]");
    }
    void everyShapeGivesItsItems()
    {
        QFETCH(QByteArray, text);
        for (const size_t batchSize : {1u, 2u, 100u}) {
            const Items read = readJson(text.toStdString(), {}, batchSize);
            COMPARE_TEXT(read.failure, "");
            COMPARE_TEXT(read.json(), "{\"a\":1}\n{\"a\":\"x]}\"}\n{\"a\":{\"b\":[2]}}\n");
            COMPARE_TEXT(read.idsJson(), "[0,1,2]");
            QVERIFY(read.errors.empty());
        }
    }
    void elementsThatAreNoObjectsBecomeValues()
    {
        COMPARE_TEXT(readJson("[1, [2, 3], \"x,\\\"\", null, true]").json(),
                     "{\"value\":1}\n{\"value\":[2,3]}\n{\"value\":\"x,\\\"\"}\n{\"value\":null}\n{\"value\":true}\n");
        COMPARE_TEXT(readJson("1 2\n\"x\"\"y\" null").json(),
                     "{\"value\":1}\n{\"value\":2}\n{\"value\":\"x\"}\n{\"value\":\"y\"}\n{\"value\":null}\n");
        QVERIFY(readJson("[]").items.empty());
        QVERIFY(readJson(" \n").items.empty());
        COMPARE_TEXT(readJson("[]").failure, "");
    }
    void aPointerLeadsToTheRecords()
    {
        const std::string text =
            "{\"next\": {\"items\": [9], \"t\": \"\\\"]}\"}, \"data\": {\"n\": 2, \"items\": [{\"a\":1}, "
            "{\"a\":2}], \"x\": [[]]}, \"z\": null}";
        for (const size_t batchSize : {1u, 100u}) {
            const Items read = readJson(text + '\n' + text, R"("records": "/data/items")", batchSize);
            COMPARE_TEXT(read.failure, "");
            COMPARE_TEXT(read.json(), "{\"a\":1}\n{\"a\":2}\n{\"a\":1}\n{\"a\":2}\n");
        }
        COMPARE_TEXT(readJson(text, R"("records": "/data")").json(),
                     "{\"n\":2,\"items\":[{\"a\":1},{\"a\":2}],\"x\":[[]]}\n");
        COMPARE_TEXT(readJson("[{\"r\": [1]}, {\"r\": [2, 3]}]", R"("records": "/1/r")").json(),
                     "{\"value\":2}\n{\"value\":3}\n");
        COMPARE_TEXT(readJson("{\"a/b\": {\"~\": {\"\": [1]}}}", R"("records": "/a~1b/~0/")").json(),
                     "{\"value\":1}\n");
        COMPARE_TEXT(readJson("{\"é\": [1]}", R"("records": "/é")").json(), "{\"value\":1}\n");
    }
    void aPointerThatLeadsNowhereIsSaidWithWhatThereIs()
    {
        const Items read = readJson("{\"data\": {\"rows\": [1], \"n\": 3}}", R"("records": "/data/items")");
        QVERIFY2(bytes(read.failure)
                     .contains("line 1: the document that begins here has no \"/data/items\"; its members "
                               "there are \"rows\", \"n\"."),
                 read.failure.c_str());
        const Folder folder;
        std::vector<StepProblem> problems;
        make("read.json", withPath(folder.write("x", "[]"), R"("records": "data")"))
            ->check({folder.path(), nullptr}, problems);
        QCOMPARE(problems.size(), 1u);
        QVERIFY(bytes(problems[0].text).contains("must begin with /"));
    }
    void aDocumentWithoutRecordsIsAFailedItem()
    {
        const std::string text = "{\"r\": [{\"a\": 1}]}\n{\"error\": {\"code\": 5}}\n\n[]{\"r\": [{\"b\": 2}]}";
        for (const size_t batchSize : {1u, 100u}) {
            const Items read = readJson(text, R"("records": "/r")", batchSize);
            COMPARE_TEXT(read.failure, "");
            COMPARE_TEXT(read.json(), "{\"a\":1}\n{}\n{}\n{\"b\":2}\n");
            QCOMPARE(read.failedItems, (std::vector<size_t>{1, 2}));
            COMPARE_TEXT(read.errors.at(0),
                         "line 2: the document that begins here has no \"/r\"; its members there are "
                         "\"error\". Choose another pointer for \"records\".");
            COMPARE_TEXT(read.errors.at(1),
                         "line 4: the document that begins here has no \"/r\". Choose another pointer "
                         "for \"records\".");
        }
        const Folder folder;
        folder.write("1.json", "{\"r\": [{\"a\": 1}]}");
        folder.write("2.json", "{\"error\": 1}");
        folder.write("3.json", "{\"r\": [{\"a\": 3}]}");
        const Items read = readAll("read.json", withPath(folder.path("*.json"), R"("records": "/r")"));
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(read.json(), "{\"a\":1}\n{}\n{\"a\":3}\n");
        QVERIFY2(bytes(read.errors.at(0)).contains("2.json: line 1: the document"), read.errors[0].c_str());
    }
    void faultsAreSaidWithLineAndColumn_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("error");
        const auto row = [](const char *name, const char *text, const char *error) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(error);
        };
        row("NaN", "[{\"a\":1},\n {\"ä\":NaN}, {\"a\":3}]", "line 2, column 7: not valid JSON: JSON has no value NaN");
        row("in one line", "[{\"a\":1}, {\"a\":NaN}, {\"a\":3}]",
            "line 1, column 16: not valid JSON: JSON has no value NaN");
        row("comma", "[{\"a\":1},\n {\n\"a\":\n2,}, {\"a\":3}]",
            "line 4, column 3: not valid JSON: expected another value");
        row("half a character", "[{\"a\":1},\n{\"a\":\"\\ud83d\"},\n{\"a\":3}]",
            "line 2, column 7: not valid JSON: \\ud83d is half");
        row("wrong bracket", "[{\"a\":1},\n{\"a\":[2},\n{\"a\":3}]",
            "line 2, column 8: not valid JSON: expected \",\" or \"]\"");
        row("open text", "[{\"a\":1},\n{\"a\":\"x},\n {\"a\":3}}, {\"a\":3}]",
            "line 2, column 10: not valid JSON: a line break");
    }
    void faultsAreSaidWithLineAndColumn()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, error);
        for (const size_t batchSize : {1u, 100u}) {
            const Items read = readJson(text.toStdString(), {}, batchSize);
            COMPARE_TEXT(read.failure, "");
            QCOMPARE(read.failedItems, std::vector<size_t>{1});
            QVERIFY2(bytes(read.errors[0]).startsWith(error), read.errors[0].c_str());
            COMPARE_TEXT(toJson(read.items[0]), R"({"a":1})");
            QCOMPARE(read.items.back().member("a")->toInteger(), 3);
        }
    }
    void whatPythonWritesForNoNumberMayBeNull()
    {
        const std::string text =
            "{\"a\": NaN, \"t\": \"NaN \\\"NaN\"}\n{\"a\": [-Infinity, 1, Infinity]}\n{\"a\": nan}\n";
        const Folder folder;
        for (const char *type : {"read.json", "read.jsonl"}) {
            const Items read = readAll(type, withPath(folder.write("in", text), R"("nan": "null")"));
            QCOMPARE(read.failedItems, std::vector<size_t>{2});
            COMPARE_TEXT(toJson(read.items[0]), "{\"a\":null,\"t\":\"NaN \\\"NaN\"}");
            COMPARE_TEXT(toJson(read.items[1]), "{\"a\":[null,1,null]}");
            QCOMPARE(readAll(type, withPath(folder.path("in"))).failedItems.size(), size_t(3));
        }
    }
    void deepNestingIsAFailedItem()
    {
        const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
        const Items read = readJson("[" + nested(500) + ",\n" + nested(1500) + ",\n" + nested(100'000) + "\n, 1]");
        QCOMPARE(read.failedItems, (std::vector<size_t>{1, 2}));
        QVERIFY2(bytes(read.errors[0]).startsWith("line 2, column 100"), read.errors[0].c_str());
        QVERIFY2(bytes(read.errors[0]).endsWith("it is nested more than 1000 levels deep"), read.errors[0].c_str());
        QCOMPARE(read.items.size(), 4u);
    }
    void longIntegersKeepTheirDigits()
    {
        COMPARE_TEXT(readJson("[18446744073709551615,\n -9223372036854775808, 123456789012345678901234567890]").json(),
                     "{\"value\":\"18446744073709551615\"}\n{\"value\":-9223372036854775808}\n"
                     "{\"value\":\"123456789012345678901234567890\"}\n");
    }
    /// They are texts, to which + joins numbers: who adds to a field of integers must know.
    void longIntegersAreSaidBeforeTheRunAndOnceInIt()
    {
        COMPARE_TEXT(problemsOf("read.json", "[{\"n\":1},{\"n\":-12345678901234567890}]"),
                     "warning: In the first records, \"-12345678901234567890\" is an integer of more than 64 bits, and "
                     "a text with "
                     "all its digits here: + puts it and a number one behind the other.\n");
        QVERIFY(bytes(problemsOf("read.jsonl", "{\"n\":18446744073709551615}\n"))
                    .startsWith("warning: In the first records, \"1844"));
        COMPARE_TEXT(
            problemsOf("read.jsonl",
                       "{\"n\":9223372036854775807,\"m\":\"12345678901234567890\",\"r\":1234567890123456789012.5}\n"),
            "");
        const Folder folder;
        std::string text;
        for (int i = 0; i < 1500; ++i)
            text += "{\"n\":" + std::to_string(i) + (i > 1200 ? "000000000000000000" : "") + "}\n";
        const std::string params = withPath(folder.write("in.jsonl", text));
        const auto step = make("read.jsonl", params), clone = make("read.jsonl", params);
        RunLog log;
        StepContext context;
        context.log = &log;
        auto &source = static_cast<Source &>(*step), &decoder = static_cast<Source &>(*clone);
        QVERIFY(source.open(context) && decoder.openDecoder(source, context));
        Batch batch;
        while (*source.fetch(batch, 100))
            QVERIFY(decoder.decode(batch));
        QCOMPARE(log.count(), 1u);
        QVERIFY2(
            bytes(log.after(0)[0].message)
                .endsWith(
                    "line 1202: \"1201000000000000000000\" is an integer of more than 64 bits, and a text with all its "
                    "digits here: + puts it and a number one behind the other. This is said once."),
            log.after(0)[0].message.c_str());
    }
    void whatCannotBeFollowedEndsTheRunWithItsPlace_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("failure");
        const auto row = [](const char *name, const char *text, const char *failure) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(failure);
        };
        row("cut off", "[{\"a\":1},\n{\"a\":2}",
            "line 2, column 8: not valid JSON: the file ends here, within the document "
            "that begins in line 1");
        row("no comma", "[{\"a\":1}\n {\"a\":2}]", "line 2, column 2: not valid JSON: expected \",\" or \"]\" after");
        row("a comma too much", "[1,\n2,]", "line 2, column 3: not valid JSON: expected another value after the comma");
        row("a bracket too much", "[1]\n]", "line 2, column 1: not valid JSON: expected another document");
        row("commas between documents", "{\"a\":1},\n{\"a\":2}",
            "line 1, column 8: not valid JSON: expected another document");
    }
    void whatCannotBeFollowedEndsTheRunWithItsPlace()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, failure);
        const Items read = readJson(text.toStdString());
        QVERIFY2(bytes(read.failure).contains(failure), read.failure.c_str());
        QVERIFY(!read.items.empty());
    }
    void linesAndFilesAreKnown()
    {
        const Folder folder;
        const std::string first = folder.write("a.json", "[\n{\"a\":1},\n\n{\n\"a\":2},{\"a\":3,\"file\":\"own\"}]");
        const std::string second = folder.write("b.json", "{\"a\":4}\n\n{\"a\":NaN}");
        const std::string params = toJson(Value(
            Members{{"path", Value(List{Value(first), Value(second)})}, {"file", Value(true)}, {"line", Value(true)}}));
        for (const size_t batchSize : {1u, 2u, 100u}) {
            const Items read = readAll("read.json", params, batchSize);
            COMPARE_TEXT(read.failure, "");
            QCOMPARE(read.lines, (std::vector<int64_t>{2, 4, 5, 1, 3}));
            QCOMPARE(read.items[3].member("line")->toInteger(), 1);
            QVERIFY(bytes(toJson(read.items[0])).contains("a.json"));
            QVERIFY(bytes(toJson(read.items[2])).contains("own"));
            QVERIFY(bytes(toJson(read.items[3])).contains("b.json"));
            QCOMPARE(read.errors.size(), 1u);
            QVERIFY2(bytes(read.errors[0]).contains("b.json: line 3, column 6: "), read.errors[0].c_str());
        }
    }
    void largeListsAreReadPieceByPiece()
    {
        std::string text = "{\"skipped\": [\"" + std::string(700'000, 'x') + "\", {\"deep\": [[1], {}]}], \"rows\": [";
        constexpr int64_t Count = 40'000;
        for (int64_t i = 0; i < Count; ++i)
            text += (i > 0 ? ",\n" : "") + ("{\"i\": " + std::to_string(i) + ", \"t\": \"a\\\\\"}");
        text += "], \"end\": {\"more\": " + std::string(300'000, ' ') + "1}}";
        const Items read = readJson(text, R"("records": "/rows")", 1000);
        COMPARE_TEXT(read.failure, "");
        QCOMPARE(int64_t(read.items.size()), Count);
        for (int64_t i = 0; i < Count; ++i)
            QCOMPARE(read.items[size_t(i)].member("i")->toInteger(), i);
        QCOMPARE(read.lines.back(), Count);
    }
    void anyShapeOfTheSameItemsIsReadAlike()
    {
        std::mt19937 random(7464);
        const std::vector<std::string> values{"1",       "-2.5e3",
                                              "null",    "true",
                                              "\"\"",    "\"a\\\"],}{[\\\\\"",
                                              "[]",      "{}",
                                              "[1,[2]]", "{\"x\":{\"y\":[null]}}"};
        for (int round = 0; round < 150; ++round) {
            const auto space = [&] { return std::string(random() % 3, " \t\n\r"[random() % 4]); };
            std::string lines, list = "[", documents, lists;
            for (size_t count = random() % 30; count > 0; --count) {
                const std::string value = values[random() % values.size()],
                                  key = space() + "\"k\"" + space() + ':' + space();
                const std::string item = '{' + key + value + space() + '}';
                lines += toJson(*parseJson(item)) + '\n';
                list += (list.size() > 1 ? "," : "") + space() + item + space();
                documents += item + space();
                lists += random() % 3 ? '[' + item + ']' : item + (random() % 2 ? "[]" : " ");
            }
            const size_t batchSize = 1 + random() % 12;
            for (const std::string &shape : {list + ']', documents, lists}) {
                const Items read = readJson(shape, {}, batchSize);
                COMPARE_TEXT(read.failure + read.json(), lines);
            }
            const Items within =
                readJson("{\"no\": " + list + "], \"r\": [0, " + list + "]]}", "\"records\": \"/r/1\"", batchSize);
            COMPARE_TEXT(within.failure + within.json(), lines);
        }
    }
    void anyBytesEndInItemsOrASentence()
    {
        std::mt19937 random(8259);
        const std::string_view alphabet = "[]{}\"\\,: \n1e.tn\xC3";
        for (int round = 0; round < 1500; ++round) {
            std::string text = random() % 2 ? "[" : "{\"a\":";
            for (size_t length = random() % 60; length > 0; --length)
                text += alphabet[random() % alphabet.size()];
            const Items one = readJson(text, {}, 1), all = readJson(text, {}, 100);
            COMPARE_TEXT(one.failure, all.failure);
            QCOMPARE(one.items.size(), all.items.size());
            QCOMPARE(one.errors, all.errors);
        }
    }
    void anElementMayBeLargerThanABlock()
    {
        const std::string large(3'000'000, 'y');
        const Items read = readJson("[\"a\", \"" + large + "\", [\"" + large + "\"]]");
        COMPARE_TEXT(read.failure, "");
        QCOMPARE(read.items.size(), 3u);
        QCOMPARE(read.items[1].member("value")->toText().size(), large.size());
    }
    void jsonThatIsNotInLinesIsSaidToBeThat_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("pretty list") << QByteArray("[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  }\n]\n");
        QTest::newRow("several in a line") << QByteArray("{\"a\":1}{\"a\":2}\n{\"a\":3}{\"a\":4}\n");
        QTest::newRow("pretty documents") << QByteArray("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n");
        std::string longer = "[\n";
        for (int i = 0; i < 3000; ++i)
            longer += "  {\n    \"a\": 1\n  },\n";
        QTest::newRow("longer than what is looked at") << QByteArray::fromStdString(longer);
    }
    void jsonThatIsNotInLinesIsSaidToBeThat()
    {
        QFETCH(QByteArray, text);
        COMPARE_TEXT(problemsOf("read.jsonl", text.toStdString()),
                     "error: The file \"in.json\" is JSON, but not a value in each line: use \"read.json\".\n");
    }
    void aListInALineIsAWarning()
    {
        QVERIFY(bytes(problemsOf("read.jsonl", "[{\"a\":1},{\"a\":2}]\n")).startsWith("warning: Each line of"));
        COMPARE_TEXT(problemsOf("read.jsonl", "{\"a\":1}\n"), "");
        COMPARE_TEXT(problemsOf("read.json", "[{\"a\":1}]"), "");
        QVERIFY(bytes(problemsOf("read.json", "{\"data_inputs\": [1]}")).contains("looks like a data container"));
        QVERIFY(bytes(problemsOf("read.json", "hello world")).startsWith("error: The file \"in.json\" is no JSON"));
    }
};

} // namespace tst_readjson

QTEST_GUILESS_MAIN(tst_readjson::ReadJsonTest)
#include "tst_readjson.moc"
