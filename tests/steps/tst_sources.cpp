// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace millrace;
using namespace millrace::test;

namespace tst_sources {

namespace {

const std::vector<std::string> FileSources{"read.csv", "read.jsonl", "read.lines", "read.container"};

Items readText(std::string_view type, const std::string &text, size_t batchSize = 100)
{
    const Folder folder;
    return readAll(type, withPath(folder.write("in", text)), batchSize);
}

} // namespace

class SourcesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesAreItems()
    {
        for (const size_t batchSize : {1u, 2u, 100u}) {
            const Items read = readText("read.lines", "\xEF\xBB\xBFx\r\n\ny\n\r\nz", batchSize);
            COMPARE_TEXT(read.json(),
                         "{\"text\":\"x\"}\n{\"text\":\"\"}\n{\"text\":\"y\"}\n{\"text\":\"\"}\n{\"text\":\"z\"}\n");
            QCOMPARE(read.lines, (std::vector<int64_t>{1, 2, 3, 4, 5}));
        }
        QVERIFY(readText("read.lines", "").items.empty());
        QCOMPARE(readText("read.lines", "\n").items.size(), 1u);
    }
    void linesThatAreNoUtf8Fail()
    {
        const Folder folder;
        const std::string path = folder.write("x", "a\nb\xFF\nc\n");
        const Items read = readAll("read.lines", withPath(path, R"("encoding": "UTF-8")"));
        QCOMPARE(read.failedItems, std::vector<size_t>{1});
        COMPARE_TEXT(read.errors[0], "line 2: is not UTF-8 text; save the file as UTF-8");
        COMPARE_TEXT(toJson(read.items[1]), "{\"text\":\"b\xEF\xBF\xBD\"}");
    }
    void linesOfAnOldMacAreLines()
    {
        for (const size_t batchSize : {1u, 2u, 100u}) {
            const Items read = readText("read.lines", "one\rtwo\r\rfour", batchSize);
            COMPARE_TEXT(read.json(), "{\"text\":\"one\"}\n{\"text\":\"two\"}\n{\"text\":\"\"}\n{\"text\":\"four\"}\n");
            QCOMPARE(read.lines, (std::vector<int64_t>{1, 2, 3, 4}));
        }
        COMPARE_TEXT(readText("read.lines", "a\r\r\nb\r\r\n").json(), "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
        COMPARE_TEXT(readText("read.lines", "a\rb\nc\n").json(), "{\"text\":\"a\\rb\"}\n{\"text\":\"c\"}\n");
    }
    void jsonLinesKeepNestedValues()
    {
        for (const size_t batchSize : {1u, 2u, 100u}) {
            const Items read = readText(
                "read.jsonl", "{\"a\": 1, \"b\": [1, {\"c\": null}]}\n\n  \n{\"b\": \"x\", \"d\": 0.5}\r\n{\"a\": 2.5}",
                batchSize);
            COMPARE_TEXT(read.failure, "");
            COMPARE_TEXT(read.schema->names(), "a, b, d");
            COMPARE_TEXT(read.json(), "{\"a\":1,\"b\":[1,{\"c\":null}]}\n{\"b\":\"x\",\"d\":0.5}\n{\"a\":2.5}\n");
            QCOMPARE(read.lines, (std::vector<int64_t>{1, 4, 5}));
        }
    }
    void jsonLinesArePackedWhereTheyCanBe()
    {
        const Items read =
            readText("read.jsonl", "{\"a\":1,\"b\":0.5,\"c\":\"x\",\"d\":1,\"e\":true}\n{\"a\":null,\"d\":1.5}\n");
        QCOMPARE(read.schema->field(0).type, ValueType::Integer);
        QCOMPARE(read.schema->field(1).type, ValueType::Real);
        QCOMPARE(read.schema->field(2).type, ValueType::Text);
        QCOMPARE(read.schema->field(3).type, ValueType::Null);
        QCOMPARE(read.schema->field(4).type, ValueType::Boolean);
    }
    void badJsonLinesAreFailedItemsThatShowTheLine()
    {
        const Items read = readText("read.jsonl", "{\"a\": 1}\n{\"a\": 2,}\n{\"a\"\nx\xFFy\n{\"a\": 3}\n");
        QCOMPARE(read.failedItems, (std::vector<size_t>{1, 2, 3}));
        QVERIFY2(read.errors[0].starts_with("line 2: "), read.errors[0].c_str());
        COMPARE_TEXT(toJson(read.items[1]), "{\"a\":\"{\\\"a\\\": 2,}\"}");
        COMPARE_TEXT(toJson(read.items[3]), "{\"a\":\"x\xEF\xBF\xBDy\"}");
        COMPARE_TEXT(toJson(read.items[4]), R"({"a":3})");
        QCOMPARE(readText("read.jsonl", "x\ny\n").failedItems.size(), 2u);
    }
    void linesThatAreNoObjectsBecomeValues()
    {
        COMPARE_TEXT(readText("read.jsonl", "1\n[2, 3]\n\"x\"\nnull\n").json(),
                     "{\"value\":1}\n{\"value\":[2,3]}\n{\"value\":\"x\"}\n{\"value\":null}\n");
    }
    void laterKeysExtendTheirBatch()
    {
        std::string text;
        for (int i = 0; i < 1500; ++i)
            text += "{\"a\":" + std::to_string(i) + "}\n";
        text += "{\"b\":1,\"a\":2,\"c\":3}\n7\n{\"a\":\"text\"}\n";
        const Items read = readText("read.jsonl", text, 100);
        COMPARE_TEXT(read.failure, "");
        QVERIFY(read.errors.empty());
        COMPARE_TEXT(toJson(read.items[1499]), R"({"a":1499})");
        COMPARE_TEXT(toJson(read.items[1500]), R"({"a":2,"b":1,"c":3})");
        COMPARE_TEXT(toJson(read.items[1501]), R"({"value":7})");
        COMPARE_TEXT(toJson(read.items[1502]), R"({"a":"text"})");
    }
    void containersMayLeaveOutIdsAndExpectedOutputs()
    {
        const Items read = readText("read.container", R"({"data_inputs": [5, 6, 7]})", 2);
        COMPARE_TEXT(read.json(), "{\"value\":5}\n{\"value\":6}\n{\"value\":7}\n");
        COMPARE_TEXT(read.idsJson(), "[0,1,2]");
        const Items all = readText(
            "read.container",
            R"({"ids": ["a", null, "a"], "data_inputs": [{"x": 1}, {"y": 2}, 3], "expected_outputs": [1, 0, 1]})", 2);
        COMPARE_TEXT(all.json(), "{\"x\":1,\"expected\":1}\n{\"y\":2,\"expected\":0}\n{\"value\":3,\"expected\":1}\n");
        COMPARE_TEXT(all.idsJson(), R"(["a",null,"a"])");
        QCOMPARE(all.schema->field(3).role, Role::ExpectedOutput);
        COMPARE_TEXT(
            readText("read.container", R"({"ids": null, "data_inputs": [1], "expected_outputs": null})").json(),
            "{\"value\":1}\n");
    }
    void containersWithoutItemsHaveTheirFields()
    {
        COMPARE_TEXT(readText("read.container", R"({"data_inputs": []})").schema->names(), "value");
        COMPARE_TEXT(
            readText("read.container", R"({"ids": [], "data_inputs": [], "expected_outputs": []})").schema->names(),
            "value, expected");
    }
    void containersThatAreNoneSaySo_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("list") << QByteArray("[1]") << QByteArray("should be an object");
        QTest::newRow("no inputs") << QByteArray("{}") << QByteArray("\"data_inputs\" is missing");
        QTest::newRow("no list") << QByteArray(R"({"data_inputs": 3})") << QByteArray("should be a list");
        QTest::newRow("ids") << QByteArray(R"({"data_inputs": [1, 2], "ids": [1]})")
                             << QByteArray("\"ids\" has 1 entries");
        QTest::newRow("outputs") << QByteArray(R"({"data_inputs": [1], "expected_outputs": []})")
                                 << QByteArray("\"expected_outputs\" has 0");
        QTest::newRow("cut off") << QByteArray(R"({"data_inputs": [1, 2)") << QByteArray("in: not valid JSON");
        QTest::newRow("empty") << QByteArray() << QByteArray("not valid JSON");
        QTest::newRow("binary") << QByteArray("\0\1\2", 3) << QByteArray("not valid JSON");
    }
    void containersThatAreNoneSaySo()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, message);
        const Folder folder;
        folder.write("in", text.toStdString());
        const Items read = readAll("read.container", withPath(folder.path("in")));
        QVERIFY2(bytes(read.failure).contains(message), read.failure.c_str());
        std::vector<StepProblem> problems;
        make("read.container", withPath("in"))->check({folder.path(), nullptr}, problems);
        QCOMPARE(problems.size(), 1u);
        COMPARE_TEXT(problems[0].text, read.failure);
    }
    void filesOfAFolderAreSorted()
    {
        const Folder folder;
        std::filesystem::create_directories(folder.path("sub/.git"));
        for (const char *name : {"b.txt", "a.txt", "c.csv", ".hidden", "sub/d.txt", "sub/.git/e.txt"})
            folder.write(name, std::string("content of ") + name);
        const auto names = [&](const std::string &more) {
            std::string text;
            const Items read = readAll("read.files", "{\"folder\": \"" + folder.path() + "\"" + more + "}", 2);
            for (const Value &item : read.items)
                (text += item.member("name")->toText()) += ' ';
            return read.failure + text;
        };
        COMPARE_TEXT(names(""), "a.txt b.txt c.csv ");
        COMPARE_TEXT(names(", \"pattern\": \"*.txt\""), "a.txt b.txt ");
        COMPARE_TEXT(names(", \"pattern\": \"*.txt\", \"recursive\": true"), "a.txt b.txt d.txt ");
        COMPARE_TEXT(names(", \"pattern\": \"sub/*\", \"recursive\": true"), "d.txt ");
        COMPARE_TEXT(names(", \"pattern\": \"[ab].*\""), "a.txt b.txt ");
        COMPARE_TEXT(names(", \"pattern\": \"nothing\""), "");
    }
    void filesComeWithTheirContent()
    {
        const Folder folder;
        folder.write("a", "text");
        folder.write("b", "\xFF");
        const std::string start = "{\"folder\": \"" + folder.path() + "\", \"content\": ";
        const Items texts = readAll("read.files", start + "\"text\"}");
        COMPARE_TEXT(toJson(*texts.items[0].member("content")), "\"text\"");
        QCOMPARE(texts.failedItems, std::vector<size_t>{1});
        QVERIFY2(texts.errors[0].find("is not UTF-8 text") != std::string::npos, texts.errors[0].c_str());
        const Items all = readAll("read.files", start + "\"bytes\"}");
        QVERIFY(all.items[1].member("content")->isBytes());
        COMPARE_TEXT(std::string(all.items[1].member("content")->toText()), "\xFF");
        COMPARE_TEXT(toJson(*all.items[1].member("size")), "1");
        QVERIFY(all.items[1].member("modified")->isTimestamp());
        COMPARE_TEXT(std::string(all.items[1].member("path")->toText()), folder.path("b"));
    }
    void pipesAndDevicesAmongFilesAreFailedItems()
    {
        const Folder folder;
        QCOMPARE(::mkfifo(folder.path("a").c_str(), 0600), 0);
        std::filesystem::create_symlink("/dev/zero", folder.path("b"));
        folder.write("c", "text");
        const auto read = [&folder](const std::string &content) {
            return readAll("read.files", "{\"folder\": \"" + folder.path() + "\", \"content\": \"" + content + "\"}");
        };
        // Who opens the pipe waits for somebody who writes, and who reads the device never comes to an end.
        for (const char *content : {"text", "bytes"}) {
            const Items files = read(content);
            QCOMPARE(files.failedItems, (std::vector<size_t>{0, 1}));
            COMPARE_TEXT(files.errors[0], inQuotes(folder.path("a"))
                                              + " is a pipe, which has no content to read; set \"content\" to "
                                                "\"none\" or choose other files.");
            QVERIFY2(files.errors[1].find("is a device") != std::string::npos, files.errors[1].c_str());
        }
        QCOMPARE(read("none").failedItems, std::vector<size_t>());
    }
    void filesThatVanishedAreFailedItems()
    {
        const Folder folder;
        std::filesystem::create_symlink("nowhere", folder.path("dangling"));
        folder.write("x", "y");
        const Items read = readAll("read.files", "{\"folder\": \"" + folder.path() + "\"}");
        QCOMPARE(read.failedItems, std::vector<size_t>{0});
        QVERIFY2(read.errors[0].find("dangling") != std::string::npos, read.errors[0].c_str());
    }
    void missingFoldersAreSaid()
    {
        const Items read = readAll("read.files", R"({"folder": "/no/such/folder"})");
        QVERIFY2(read.failure.find("doesn't exist") != std::string::npos, read.failure.c_str());
        std::vector<StepProblem> problems;
        make("read.files", R"({"folder": "/no/such/folder"})")->check({}, problems);
        COMPARE_TEXT(problems.at(0).text, read.failure);
    }
    void missingAndUnreadableFilesAreSaid()
    {
        const Folder folder;
        for (const std::string &type : FileSources) {
            const Items missing = readAll(type, withPath(folder.path("missing")));
            QVERIFY2(missing.failure.find("doesn't exist") != std::string::npos, missing.failure.c_str());
            QVERIFY(readAll(type, withPath(folder.path())).failure.find("is a folder") != std::string::npos);
            std::vector<StepProblem> problems;
            make(type, withPath("missing"))->check({folder.path(), nullptr}, problems);
            QCOMPARE(problems.size(), 1u);
            COMPARE_TEXT(problems[0].text, missing.failure);
        }
    }
    void binaryFilesAreRefused()
    {
        const std::string binary("\x7F"
                                 "ELF\0\0\0\n\0",
                                 9);
        for (const std::string &type : FileSources)
            QVERIFY2(!readText(type, binary).failure.empty(), type.c_str());
    }
    void longLinesReachOverBlocks()
    {
        const std::string longText(2'500'000, 'x');
        const Items lines = readText("read.lines", "a\n" + longText + "\nb\n", 1);
        QCOMPARE(lines.items.size(), 3u);
        QCOMPARE(lines.items[1].member("text")->toText().size(), longText.size());
        const Items objects = readText("read.jsonl", "{\"a\":1}\n{\"a\":\"" + longText + "\"}\n{\"a\":2}\n", 1);
        QCOMPARE(objects.items.size(), 3u);
        QCOMPARE(objects.items[1].member("a")->toText().size(), longText.size());
        QCOMPARE(objects.items[2].member("a")->toInteger(), 2);
    }
    void pipesAreReadAsTheyFill()
    {
        const Folder folder;
        const std::string pipe = folder.path("pipe");
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        std::thread feeder([&] {
            const int file = ::open(pipe.c_str(), O_WRONLY);
            for (int i = 0; i < 20'000; ++i) {
                const std::string line = "line " + std::to_string(i) + "\n";
                if (::write(file, line.data(), line.size()) < 0)
                    break;
            }
            ::close(file);
        });
        const Items read = readAll("read.lines", withPath(pipe), 50);
        feeder.join();
        COMPARE_TEXT(read.failure, "");
        QCOMPARE(read.items.size(), 20'000u);
        for (size_t i = 0; i < read.items.size(); ++i)
            COMPARE_TEXT(std::string(read.items[i].member("text")->toText()), "line " + std::to_string(i));
    }
    void aFileThatIsCutWhileItIsReadIsAFailure_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("message");
        QTest::newRow("cut to nothing") << "cut"
                                        << "was cut from";
        QTest::newRow("cut in its middle") << "half"
                                           << "was cut from";
        QTest::newRow("written anew, longer") << "anew"
                                              << "was changed while it was read";
        QTest::newRow("longer") << "longer" << QString();
        QTest::newRow("another one in its place") << "replaced" << QString();
        QTest::newRow("touched") << "touched" << QString();
    }
    /// As an engine reads: some batches, then what others do to the file, then the rest.
    void aFileThatIsCutWhileItIsReadIsAFailure()
    {
        QFETCH(QString, change);
        QFETCH(QString, message);
        for (const std::string type : {"read.csv", "read.jsonl", "read.lines"}) {
            const Folder folder;
            std::string text = "{\"a\":0}\n";
            for (int i = 1; i < 100'000; ++i)
                text += "{\"a\":" + std::to_string(i) + "}\n";
            const std::string path = folder.write("in", text);
            const auto step = make(type, withPath(path, type == "read.csv" ? R"("delimiter": ",")" : ""));
            auto &source = static_cast<Source &>(*step);
            QVERIFY(source.open({}));
            Batch batch;
            Result<bool> fetched = source.fetch(batch, 100);
            QVERIFY(fetched && *fetched);
            if (change == QLatin1String("cut"))
                std::filesystem::resize_file(path, 0);
            else if (change == QLatin1String("half"))
                std::filesystem::resize_file(path, text.size() / 2);
            else if (change == QLatin1String("anew"))
                folder.write("in", "[]\n" + text);
            else if (change == QLatin1String("longer"))
                std::ofstream(path, std::ios::app) << text;
            else if (change == QLatin1String("replaced"))
                std::filesystem::rename(folder.write("other", "{}\n"), path);
            else
                std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now());
            while (fetched && *fetched)
                fetched = source.fetch(batch, 10'000);
            QCOMPARE(!fetched, !message.isEmpty());
            if (!fetched)
                QVERIFY2(fetched.error().message.find(message.toStdString()) != std::string::npos,
                         fetched.error().message.c_str());
        }
    }
    void whatTheKernelMakesUpIsReadThoughItsLengthIsNotKnown()
    {
        QVERIFY(readAll("read.lines", withPath("/proc/cpuinfo")).failure.empty());
        QVERIFY(readAll("read.lines", withPath("/proc/self/status")).failure.empty());
    }
    void jsonLinesWithEverNewKeysAreBounded()
    {
        // Were each a column for all the others' items as well, this would take gigabytes.
        std::string text;
        for (int line = 0; line < 3'000; ++line) {
            text += '{';
            for (int i = 0; i < 100; ++i)
                text += (i == 0 ? "\"f" : ",\"f") + std::to_string(line) + '_' + std::to_string(i) + "\":1";
            text += "}\n";
        }
        const Items read = readText("read.jsonl", text, 200);
        COMPARE_TEXT(read.failure, "");
        QCOMPARE(read.schema->size(), size_t(10'000));
        QCOMPARE(read.items.size(), size_t(3'000));
        QCOMPARE(read.failedItems.size(), size_t(2'900));
        COMPARE_TEXT(
            read.errors.front(),
            "line 101: with the field \"f100_0\" there would be more than 10000 fields; names that differ from "
            "item to item are better values of a field");
    }
    void keysOfLaterBatchesAreLinear()
    {
        std::string text = "{\"a\":1}\n";
        for (int line = 1; line < 1'000; ++line)
            text += "{\"a\":1}\n";
        for (int line = 0; line < 200; ++line) {
            text += "{\"a\":2";
            for (int i = 0; i < 60; ++i)
                text += ",\"f" + std::to_string(line) + '_' + std::to_string(i) + "\":1";
            text += "}\n";
        }
        const Items read = readText("read.jsonl", text, 100);
        COMPARE_TEXT(read.failure, "");
        QCOMPARE(read.failedItems.size(), size_t(0));
        QCOMPARE(read.items.back().toObject().size(), size_t(61));
    }
    void containersWithEverNewKeysAreRefused()
    {
        std::string text = "{\"data_inputs\": [{}";
        for (int item = 0; item < 10'001; ++item)
            text += ",{\"f" + std::to_string(item) + "\":1}";
        const Items read = readText("read.container", text + "]}");
        QVERIFY2(read.failure.find("more than 10000 different fields") != std::string::npos, read.failure.c_str());
    }
    void numbersAreMade()
    {
        const auto values = [](const std::string &params, size_t batchSize) {
            std::string text;
            for (const Value &item : readAll("generate", params, batchSize).items)
                text += toJson(*item.member("value")) + ' ';
            return text;
        };
        for (const size_t batchSize : {1u, 2u, 100u}) {
            COMPARE_TEXT(values(R"({"count": 3})", batchSize), "0 1 2 ");
            COMPARE_TEXT(values(R"({"count": 3, "start": 10, "step": -5})", batchSize), "10 5 0 ");
            COMPARE_TEXT(values(R"({"count": 3, "start": 0.5})", batchSize), "0.5 1.5 2.5 ");
            COMPARE_TEXT(values(R"({"count": 3, "step": 0.1})", batchSize), "0 0.1 0.2 ");
            COMPARE_TEXT(values(R"({"count": 0})", batchSize), "");
        }
        QVERIFY(readAll("generate", R"({"count": 1, "step": 2.0})").items[0].member("value")->isInteger());
        QVERIFY(readAll("generate", R"({"count": 1, "step": 0.5})").items[0].member("value")->isReal());
        COMPARE_TEXT(values(R"({"count": 2, "start": 9e18, "step": 9e18})", 10),
                     "9000000000000000000 18000000000000000000.0 ");
    }
};

} // namespace tst_sources

QTEST_GUILESS_MAIN(tst_sources::SourcesTest)
#include "tst_sources.moc"
