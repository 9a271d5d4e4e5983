// SPDX-License-Identifier: MIT
// Several files as one stream: patterns, lists, standard input.
#include "formats/bytes/PathPattern.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <filesystem>

using namespace millrace;
using namespace millrace::test;

namespace tst_manyfiles {

namespace {

std::string paramsOf(const std::vector<std::string> &paths, const std::string &more = {})
{
    return "{\"path\": " + toJson(Value(List(paths.begin(), paths.end()))) + (more.empty() ? "" : ", " + more) + "}";
}

} // namespace

class ManyFilesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPatternReadsAllFilesThatFitIt()
    {
        const Folder folder;
        std::filesystem::create_directory(folder.path("lo[g]s"));
        folder.write("lo[g]s/b.csv", "id,x\n3,c\n");
        folder.write("lo[g]s/a.csv", "id,x\n1,a\n2,b");
        folder.write("lo[g]s/empty.csv", "id,x\n");
        folder.write("lo[g]s/.hidden.csv", "id,x\n9,z\n");
        folder.write("lo[g]s/c.txt", "id,x\n9,z\n");
        QCOMPARE(filesOfPattern(folder.path("lo[g]s"), "*.csv"),
                 (std::vector<std::string>{"a.csv", "b.csv", "empty.csv"}));
        const std::string path = folder.path() + "/lo\\\\[g]s/*.csv";
        for (const size_t batchSize : {1u, 2u, 100u}) {
            const Items read =
                readAll("read.csv", "{\"path\": \"" + path + "\", \"file\": true, \"line\": true}", batchSize);
            COMPARE_TEXT(read.failure, "");
            QCOMPARE(read.items.size(), 3u);
            COMPARE_TEXT(read.idsJson(), "[0,1,2]");
            QCOMPARE(read.lines, (std::vector<int64_t>{2, 3, 2}));
            QVERIFY(bytes(std::string(read.items[1].member("file")->toText())).endsWith("a.csv"));
            QVERIFY(bytes(std::string(read.items[2].member("file")->toText())).endsWith("b.csv"));
            QCOMPARE(read.items[2].member("line")->toInteger(), 2);
        }
    }
    void everyReaderOfTextTakesSeveral()
    {
        const Folder folder;
        const std::vector<std::string> paths{folder.write("1", "{\"a\":1}\n"), folder.write("2", "{\"a\":2}"),
                                             folder.write("3", "{\"a\":3}\n")};
        COMPARE_TEXT(readAll("read.jsonl", paramsOf(paths)).json(), "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
        QCOMPARE(readAll("read.lines", paramsOf(paths)).items.size(), 3u);
        QCOMPARE(readAll("read.lines", "{\"path\": \"" + folder.path("[1-2]") + "\"}").items.size(), 2u);
        const Members one{{"path", Value(List(paths.begin(), paths.end()))}};
        QVERIFY(!registry().find("read.container")->create(one));
    }
    void errorsNameTheirFile()
    {
        const Folder folder;
        const std::vector<std::string> csv{folder.write("a.csv", "a,b\n1,2\n"), folder.write("b.csv", "a,b\n1\n")};
        const Items read = readAll("read.csv", paramsOf(csv));
        QCOMPARE(read.errors.size(), 1u);
        QVERIFY2(bytes(read.errors[0]).contains("b.csv: line 2: has 1 field, the header has 2"),
                 read.errors[0].c_str());
        const std::vector<std::string> json{folder.write("a.jsonl", "{}\n{\"a\":1}\n"), folder.write("b.jsonl", "{\n")};
        const Items lines = readAll("read.jsonl", paramsOf(json));
        QCOMPARE(lines.errors.size(), 1u);
        QVERIFY2(bytes(lines.errors[0]).contains("b.jsonl: line 1"), lines.errors[0].c_str());
    }
    void filesOfOtherColumnsAreRefused()
    {
        const Folder folder;
        const std::vector<std::string> names{folder.write("a.csv", "a,b\n1,2\n"), folder.write("b.csv", "a,c\n1,2\n")};
        const Items read = readAll("read.csv", paramsOf(names));
        QCOMPARE(read.items.size(), 1u);
        QVERIFY2(bytes(read.failure).contains("column 2 is \"c\" instead of \"b\"."), read.failure.c_str());
        const std::vector<std::string> wider{folder.write("a.csv", "a,b\n1,2\n"),
                                             folder.write("b.csv", "a,b,c\n1,2,3\n")};
        QVERIFY(bytes(readAll("read.csv", paramsOf(wider)).failure).contains("it has 3 columns instead of 2."));
    }
    void everyFileBeginsAsTheFirstOne()
    {
        const Folder folder;
        const std::vector<std::string> names{folder.write("a", "Report\n\na;b\n1;2\nTotal\n"),
                                             folder.write("b", "Another\n\na;b\n3;4\nTotal\n")};
        const Items read = readAll("read.csv", paramsOf(names, R"("skipEnd": 1)"), 10);
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(read.json(), "{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n");
    }
    void aPatternThatNothingFitsIsSaidBeforeTheRun()
    {
        const Folder folder;
        std::vector<StepProblem> problems;
        make("read.csv", withPath("*.csv"))->check({folder.path(), nullptr}, problems);
        QCOMPARE(problems.size(), 1u);
        COMPARE_TEXT(problems[0].text, "No file fits the pattern \"*.csv\"; choose another one.");
    }
    void progressGoesOverAllFiles()
    {
        const Folder folder;
        const std::string params = paramsOf({folder.write("a", "x\ny\n"), folder.write("b", "z\n")});
        const auto step = make("read.lines", params);
        auto &source = static_cast<Source &>(*step);
        QVERIFY(source.open({}));
        Batch batch;
        QVERIFY(*source.fetch(batch, 2));
        QCOMPARE(*source.progress().share, 0.5);
        QVERIFY(*source.fetch(batch, 2));
        QCOMPARE(*source.progress().share, 1.0);
        QVERIFY(!*source.fetch(batch, 2));
    }
};

} // namespace tst_manyfiles

QTEST_GUILESS_MAIN(tst_manyfiles::ManyFilesTest)
#include "tst_manyfiles.moc"
