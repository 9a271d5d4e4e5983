// SPDX-License-Identifier: MIT
#include "steps/SlowCsv.h"
#include "steps/StepRunner.h"
#include "steps/Writing.h"

#include "data/json/JsonReader.h"
#include "formats/csv/CsvEncoder.h"
#include "steps/ViewedItems.h"

#include <QTest>

#include <filesystem>
#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_sinks {

namespace {

const std::vector<std::string> FileSinks{"write.csv", "write.jsonl", "write.lines", "write.container"};

/// A field as RFC 4180 says, one character after the other.
std::string slowField(const Value &value, char delimiter)
{
    if (value.isNull())
        return {};
    std::string quoted = "\"";
    bool mustQuote = false;
    for (const char c : toPlain(value)) {
        mustQuote = mustQuote || c == delimiter || c == '"' || c == '\r' || c == '\n';
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    }
    quoted += '"';
    return mustQuote || quoted == "\"\"" ? quoted : quoted.substr(1, quoted.size() - 2);
}

std::string jsonOfErrors(const Writing &writing)
{
    std::string text;
    for (const std::string &error : writing.errors)
        text += error;
    return text;
}

} // namespace

class SinksTest : public QObject
{
    Q_OBJECT

private:
    Folder m_folder;

    std::string written(const std::string &type,
                        const std::string &dataInputs,
                        const std::string &more = {},
                        const std::string &expectedOutputs = {})
    {
        Writing writing(type, withPath(m_folder.path("out"), more));
        writing.add(dataInputs, expectedOutputs);
        writing.finish();
        return writing.failure + m_folder.read("out");
    }

private Q_SLOTS:
    void namesOfFilesThatItemsGiveFollowNoLinksOut()
    {
        const Folder outside;
        outside.write("mine", "mine");
        const std::string folder = m_folder.path();
        std::filesystem::create_symlink(outside.path("mine"), folder + "/link");
        std::filesystem::create_directory_symlink(outside.path(), folder + "/away");
        for (const std::string type : {"write.csv", "write.jsonl"}) {
            Writing file(type, withPath(folder + "/{n}"));
            file.add(R"([{"n": "link"}])");
            QVERIFY2((file.failure + jsonOfErrors(file)).find("a link or a device of that name") != std::string::npos,
                     file.failure.c_str());
            for (const char *path : {"/{n}/{n}", "/{n}/new/{n}"}) {
                Writing within(type, withPath(folder + path));
                within.add(R"([{"n": "away"}])");
                QVERIFY2((within.failure + jsonOfErrors(within)).find("a link leads out of the folder")
                             != std::string::npos,
                         within.failure.c_str());
            }
            Writing good(type, withPath(folder + "/{n}/{n}"));
            good.add(R"([{"n": "here"}])").finish();
            COMPARE_TEXT(good.failure, "");
            std::filesystem::remove_all(folder + "/here");
        }
        COMPARE_TEXT(outside.read("mine"), "mine");
        QCOMPARE(outside.names().size(), size_t(1));
    }

    void csvIsQuotedWhereItMustBe()
    {
        COMPARE_TEXT(written("write.csv", R"([{"a": "x", "b": 1, "c": 0.5}, {"a": "y, z", "b": -2, "c": 1e21}])"),
                     "a,b,c\nx,1,0.5\n\"y, z\",-2,1e+21\n");
        COMPARE_TEXT(
            written("write.csv",
                    "[{\"a\": \"\\\"q\\\"\", \"b, c\": \"line\\nline\"}, {\"a\": \"\\r\", \"b, c\": \" x \"}]"),
            "a,\"b, c\"\n\"\"\"q\"\"\",\"line\nline\"\n\"\r\", x \n");
        COMPARE_TEXT(written("write.csv", R"([{"a": null, "b": ""}, {"a": "", "b": null}])"), "a,b\n,\"\"\n\"\",\n");
        COMPARE_TEXT(written("write.csv", R"([{"a": [1, "x"], "b": true}])"), "a,b\n\"[1,\"\"x\"\"]\",true\n");
        COMPARE_TEXT(written("write.csv", R"([{"a": "x,y", "b": "x;y"}])", R"("delimiter": ";")"),
                     "a;b\nx,y;\"x;y\"\n");
        COMPARE_TEXT(written("write.csv", R"([{"a": 1.5, "b": -2}])", R"("delimiter": ".")"), "a.b\n\"1.5\".-2\n");
        COMPARE_TEXT(written("write.csv", R"([1, 2])", R"("delimiter": "\\t")", "[3, 4]"),
                     "value\texpected\n1\t3\n2\t4\n");
    }
    void csvOfAnyTextsAndNumbersIsWhatIsWrittenSlowly()
    {
        std::mt19937 random(4180);
        const std::string_view others = "\"\"\r\n,;|\t .1e\xC3\xA4\x80\xFF\x01";
        for (int round = 0; round < 2000; ++round) {
            const char delimiter = ",;|\t1\x01"[random() % 6];
            const auto anyText = [&] {
                std::string text(random() % (random() % 50 == 0 ? 9000 : 40), 'x');
                for (size_t changes = random() % 3; changes > 0 && !text.empty(); --changes)
                    text[random() % text.size()] = others[random() % others.size()];
                return text;
            };
            Column texts(ColumnType::Text), numbers(ColumnType::Real), integers(ColumnType::Integer),
                values(ColumnType::Any);
            std::vector<Column *> columns{&texts, &numbers, &integers};
            if (random() % 2 == 0)
                columns.push_back(&values);
            std::string expected;
            for (size_t row = random() % 20; row > 0; --row) {
                for (Column *column : columns) {
                    const int64_t integer = (int64_t(random()) - int64_t(random())) >> random() % 32;
                    Value value = column == &texts      ? Value(anyText())
                                  : column == &numbers  ? Value(double(integer) / (random() % 4 == 0 ? 1000 : 100))
                                  : column == &integers ? Value(integer)
                                                        : Value(random() % 2 == 0);
                    if (random() % 9 == 0)
                        value = Value();
                    column->append(value);
                    expected += slowField(value, delimiter) + delimiter;
                }
                expected.back() = '\n';
            }
            const auto batch = batchOf("[]");
            std::vector<Field> fields{{"a"}, {"b"}, {"c"}, {"d"}};
            fields.resize(columns.size());
            std::vector<Column> copies;
            for (const Column *column : columns)
                copies.push_back(*column);
            batch->setColumns(std::make_shared<const Schema>(std::move(fields)), std::move(copies));
            batch->setSize(texts.size());
            std::string written;
            CsvEncoder(delimiter).appendItems(written, *batch);
            if (written != expected)
                QFAIL(("not as expected: " + toJson(Value(written)) + ", but " + toJson(Value(expected))).c_str());
        }
    }
    void csvWithoutItemsHasItsHeader()
    {
        const Folder folder;
        const std::string in = folder.write("in.csv", "a,b\n");
        COMPARE_TEXT(copyAll("read.csv", withPath(in), "write.csv", withPath(folder.path("out.csv"))).failure, "");
        COMPARE_TEXT(folder.read("out.csv"), "a,b\n");
    }
    void csvTakesBatchesWithOtherFields()
    {
        Writing writing("write.csv", withPath(m_folder.path("mixed.csv")));
        writing.add(R"([{"a": 1, "b": 2}])");
        writing.add(R"([{"b": 4, "a": 3}])");
        writing.add(R"([{"b": 5}])");
        writing.add(R"([{"a": 6, "b": 7, "c": null}, {"a": 8, "b": 9, "c": 10}])");
        writing.add(R"([{"a": 11, "b": 12}])");
        writing.finish();
        COMPARE_TEXT(writing.failure, "");
        COMPARE_TEXT(m_folder.read("mixed.csv"), "a,b,c\n1,2,\n3,4,\n,5,\n6,7,\n8,9,10\n11,12,\n");
        QVERIFY(writing.errors.empty());
    }
    void jsonLinesKeepTypes()
    {
        COMPARE_TEXT(
            written(
                "write.jsonl",
                "[{\"a\": 1, \"b\": 0.5, \"c\": \"x\\n\\\"\", \"d\": [1, {\"e\": null}], \"f\": true, \"g\": null}]"),
            "{\"a\":1,\"b\":0.5,\"c\":\"x\\n\\\"\",\"d\":[1,{\"e\":null}],\"f\":true,\"g\":null}\n");
        COMPARE_TEXT(written("write.jsonl", "[1, 2]", {}, "[3, null]"),
                     "{\"value\":1,\"expected\":3}\n{\"value\":2,\"expected\":null}\n");
        COMPARE_TEXT(written("write.jsonl", "[{}]"), "{}\n");
    }
    void linesTakeTheirFieldOrTheOnlyOne()
    {
        COMPARE_TEXT(written("write.lines", R"([{"text": "x", "n": 1}, {"text": "", "n": 2}])"), "x\n\n");
        COMPARE_TEXT(written("write.lines", R"([{"text": "x", "n": 1}, {"text": "y", "n": null}])", R"("field": "n")"),
                     "1\n\n");
        COMPARE_TEXT(written("write.lines", R"(["x", [1, 2], null])"), "x\n[1,2]\n\n");
        COMPARE_TEXT(Writing("write.lines", withPath(m_folder.path("none"))).add(R"([{"a": 1, "b": 2}])").failure,
                     "There is no field \"text\"; the fields are a, b.");
    }
    void containersComeBackAsTheyWere_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text :
             {R"({"ids":[0,1],"data_inputs":[1,2.5]})",
              R"({"ids":["x",null],"data_inputs":[[1,[2]],"t"],"expected_outputs":[null,[true]]})",
              R"({"ids":[0],"data_inputs":[{}]})",
              R"({"ids":[7,7],"data_inputs":[{"a":1,"b":null},{"a":"x","b":[1]}],"expected_outputs":[true,false]})",
              R"({"ids":[0],"data_inputs":[{"a":1}],"expected_outputs":[{"a":2,"b":3}]})",
              R"({"ids":[0],"data_inputs":[{"expected":1,"b":2}],"expected_outputs":[3]})",
              R"({"ids":[],"data_inputs":[]})", R"({"ids":[],"data_inputs":[],"expected_outputs":[]})",
              R"({"ids":[9223372036854775807],"data_inputs":[-9223372036854775808]})"})
            QTest::newRow(text) << QByteArray(text);
    }
    void containersComeBackAsTheyWere()
    {
        QFETCH(QByteArray, text);
        const Folder folder;
        const std::string in = folder.write("in.json", text.toStdString());
        for (const size_t batchSize : {1u, 100u}) {
            const auto copied = copyAll("read.container", withPath(in), "write.container",
                                        withPath(folder.path("out.json")), batchSize);
            COMPARE_TEXT(copied.failure, "");
            const auto back = parseJson(folder.read("out.json"));
            QVERIFY(back);
            COMPARE_TEXT(toJson(*back), toJson(*parseJson(text.toStdString())));
        }
    }
    void nullAmongObjectsIsAnObjectOfNulls()
    {
        const auto batch = batchOf(R"([{"a": 1}, null])", R"([null, {"b": 2}])");
        COMPARE_TEXT(jsonOf(*batch), "{\"a\":1,\"b\":null}\n{\"a\":null,\"b\":2}\n");
    }
    void longContainersGoThroughATemporaryFile()
    {
        const Folder folder;
        const std::string out = folder.path("out.json");
        const auto copied =
            copyAll("generate", R"({"count": 1500000, "start": 1000000})", "write.container", withPath(out), 1000);
        COMPARE_TEXT(copied.failure, "");
        QCOMPARE(folder.names(), std::vector<std::string>{"out.json"});
        const auto back = parseJson(folder.read("out.json"));
        QVERIFY(back);
        const List &values = back->member("data_inputs")->toList();
        QCOMPARE(values.size(), 1'500'000u);
        QCOMPARE(back->member("ids")->toList().size(), 1'500'000u);
        for (size_t i = 0; i < values.size(); ++i)
            QCOMPARE(values[i].toInteger(), int64_t(i) + 1'000'000);
    }
    void expectedOutputsThatComeLaterAreFilledUp()
    {
        Writing writing("write.container", withPath(m_folder.path("later.json")));
        writing.add("[1, 2]").add("[3]", "[30]").add("[4, 5]");
        writing.finish();
        COMPARE_TEXT(toJson(*parseJson(m_folder.read("later.json"))),
                     R"({"ids":[0,1,0,0,1],"data_inputs":[1,2,3,4,5],"expected_outputs":[null,null,30,null,null]})");
    }
    void tablesComeBackAsTheyWere_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("types");
        for (const char *name : {"oui", "iab", "mam", "oui36"}) {
            const QByteArray path = QByteArray("/usr/share/ieee-data/") + name + ".csv";
            QTest::newRow((path + " as text").constData()) << path << QByteArray("text");
            QTest::newRow((path + " with types").constData()) << path << QByteArray("infer");
        }
    }
    void tablesComeBackAsTheyWere()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, types);
        const std::string text = readFile(path.toStdString());
        if (text.empty())
            QSKIP("the package ieee-data is not installed");
        const Folder folder;
        const auto copied =
            copyAll("read.csv", withPath(path.toStdString(), "\"types\": \"" + types.toStdString() + '"'), "write.csv",
                    withPath(folder.path("out.csv")), 1000);
        COMPARE_TEXT(copied.failure, "");
        QVERIFY2(copied.errors.empty(), copied.errors.empty() ? "" : copied.errors[0].c_str());
        const auto before = readCsvSlowly(text, ',', false), after = readCsvSlowly(folder.read("out.csv"), ',', false);
        QCOMPARE(after.size(), before.size());
        for (size_t i = 0; i < before.size(); ++i)
            QVERIFY2(before[i].fields == after[i].fields, qPrintable(QString::number(i)));
    }
    void anUnfinishedResultLeavesTheOlderOne()
    {
        for (const std::string &type : FileSinks) {
            const Folder folder;
            folder.write("out", "older");
            Writing writing(type, withPath(folder.path("out")));
            writing.add(R"([{"text": "x"}])");
            COMPARE_TEXT(writing.failure, "");
            COMPARE_TEXT(folder.read("out"), "older");
            COMPARE_TEXT(writing.abandon(), folder.path("out.partial"));
            COMPARE_TEXT(folder.read("out"), "older");
            QVERIFY2(folder.read("out.partial").find('x') != std::string::npos, type.c_str());
        }
    }
    void nothingWrittenLeavesNothingBehind()
    {
        for (const std::string &type : FileSinks) {
            const Folder folder;
            Writing writing(type, withPath(folder.path("out")));
            COMPARE_TEXT(writing.abandon(), "");
            QVERIFY(folder.names().empty());
        }
    }
    void aMissingFolderIsSaidBeforeAndInTheRun()
    {
        const Folder folder;
        folder.write("file", "x");
        for (const std::string &type : FileSinks) {
            for (const std::string name : {"no/out", "file/out"}) {
                std::vector<StepProblem> problems;
                make(type, withPath(name))->check({folder.path(), nullptr}, problems);
                QCOMPARE(problems.size(), 1u);
                COMPARE_TEXT(problems[0].param, "path");
                QVERIFY2(problems[0].text.find("older ") != 0 && problems[0].text.find("folder") != std::string::npos,
                         problems[0].text.c_str());
                QVERIFY(Writing(type, withPath(folder.path(name))).failure.starts_with("can't write"));
            }
            std::vector<StepProblem> problems;
            make(type, withPath(folder.path()))->check({{}, nullptr}, problems);
            QVERIFY(problems[0].text.find("is a folder") != std::string::npos);
        }
    }
    void aFullDiskIsAnError()
    {
        if (!std::filesystem::exists("/dev/full"))
            QSKIP("there is no /dev/full");
        for (const std::string &type : FileSinks) {
            Writing writing(type, withPath("/dev/full"));
            writing.add(R"([{"text": "x"}])");
            writing.finish();
            QVERIFY2(writing.failure.find("disk is full") != std::string::npos,
                     (type + ": " + writing.failure).c_str());
        }
    }
    void aWrongDelimiterIsRefused()
    {
        QVERIFY(Writing("write.csv", withPath(m_folder.path("d"), R"("delimiter": "")"))
                    .failure.starts_with("The delimiter"));
    }
    void theViewKeepsTheLastItems()
    {
        Writing writing("view", R"({"limit": 5})");
        auto *const viewed = dynamic_cast<ViewedItems *>(&writing.writer());
        QVERIFY(viewed);
        QVERIFY(viewed->items().empty());
        const auto seen = [&] {
            std::string text;
            for (const Value &item : viewed->items())
                text += toJson(*item.member("value")) + ' ';
            return text;
        };
        writing.add("[1, 2]").add("[3]");
        COMPARE_TEXT(seen(), "1 2 3 ");
        writing.add("[4, 5, 6]");
        COMPARE_TEXT(seen(), "2 3 4 5 6 ");
        writing.add("[7, 8, 9, 10, 11, 12, 13, 14]");
        COMPARE_TEXT(seen(), "10 11 12 13 14 ");
        writing.add("[15]");
        COMPARE_TEXT(seen(), "11 12 13 14 15 ");
    }
    void whatIsViewedStaysAsItWas()
    {
        Writing writing("view", "{}");
        const auto batch = batchOf("[1, 2, 3]");
        writing.add(*batch);
        batch->columnToChange(0).setValue(0, Value(99));
        batch->clearItems();
        const auto items = dynamic_cast<ViewedItems &>(writing.writer()).items();
        QCOMPARE(items.size(), 3u);
        COMPARE_TEXT(toJson(items[0]), R"({"value":1})");
    }
};

} // namespace tst_sinks

QTEST_GUILESS_MAIN(tst_sinks::SinksTest)
#include "tst_sinks.moc"
