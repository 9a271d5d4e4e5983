// SPDX-License-Identifier: MIT
#include "metrics/RunLog.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <algorithm>
#include <cstdlib>
#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_sort {

namespace {

struct Row
{
    int number;
    std::string text;
    int place;
};

std::vector<Row> randomRows(size_t count)
{
    std::mt19937 random(7);
    std::vector<Row> rows(count);
    for (size_t i = 0; i < count; ++i)
        rows[i] = {int(random() % 50) - 25,
                   std::string(random() % 12, char('a' + random() % 3)) + std::to_string(random() % 20), int(i)};
    return rows;
}

std::string jsonOfRow(const Row &row)
{
    return "{\"n\":" + std::to_string(row.number) + ",\"t\":\"" + row.text + "\",\"i\":" + std::to_string(row.place)
           + "}";
}

std::vector<std::string> batchesOf(const std::vector<Row> &rows, size_t size)
{
    std::vector<std::string> batches;
    for (size_t i = 0; i < rows.size(); ++i) {
        if (i % size == 0)
            batches.emplace_back("[");
        batches.back() += (i % size == 0 ? "" : ",") + jsonOfRow(rows[i]);
        if (i % size == size - 1 || i + 1 == rows.size())
            batches.back() += ']';
    }
    return batches;
}

std::unique_ptr<Step> sortWith(const std::string &params, const std::string &memory)
{
    return make("sort", "{" + params + ", \"memory\": \"" + memory + "\"}");
}

std::string lines(const std::vector<Row> &rows)
{
    std::string text;
    for (const Row &row : rows)
        text += jsonOfRow(row) + '\n';
    return text;
}

} // namespace

class SortTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsStableWhateverTheMemory_data()
    {
        QTest::addColumn<QByteArray>("memory");
        QTest::addColumn<bool>("spills");
        QTest::newRow("much") << QByteArray("256 MiB") << false;
        QTest::newRow("few runs") << QByteArray("100 KiB") << true;
        QTest::newRow("several passes") << QByteArray("4 KiB") << true;
    }
    void itIsStableWhateverTheMemory()
    {
        QFETCH(QByteArray, memory);
        QFETCH(bool, spills);
        std::vector<Row> rows = randomRows(6000);
        const auto step = sortWith(R"("by": ["-n", "t"])", memory.toStdString());
        const Items sorted = passAll(*step, batchesOf(rows, 40));
        COMPARE_TEXT(sorted.failure, "");
        std::ranges::stable_sort(rows, [](const Row &a, const Row &b) {
            return a.number != b.number ? a.number > b.number : a.text < b.text;
        });
        COMPARE_TEXT(sorted.json(), lines(rows));
        QCOMPARE(step->held()->spilled > 0, spills);
    }
    void whatIsHeldStaysWithinTheMemory()
    {
        const auto step = make("sort", R"({"by": ["t"], "memory": "64 KiB"})");
        QVERIFY(step->open({}));
        uint64_t most = 0;
        for (const std::string &items : batchesOf(randomRows(6000), 40)) {
            QVERIFY(step->process(*batchOf(items)));
            most = std::max<uint64_t>(most, step->held()->held);
        }
        QVERIFY2(most < 80 << 10, std::to_string(most).c_str()); // a batch more
        QVERIFY(most > 32 << 10);
        step->close();
    }
    void textIsInTheOrderOfSort1()
    {
        const std::vector<Row> rows = randomRows(3000);
        std::string text;
        for (const Row &row : rows)
            text += row.text + "\n";
        // No QProcess: its clone() isn't known to the thread sanitizer.
        const Folder folder;
        const std::string in = folder.write("in", text), out = folder.path("out");
        QCOMPARE(std::system(("LC_ALL=C sort -r '" + in + "' >'" + out + "'").c_str()), 0);
        const auto step = make("sort", R"({"by": ["-t"], "memory": "32 KiB"})");
        std::string ours;
        for (const Value &item : passAll(*step, batchesOf(rows, 100)).items)
            ours += std::string(item.member("t")->toText()) + '\n';
        COMPARE_TEXT(ours, readFile(out));
    }
    void typesAndNullsHaveTheirPlaces()
    {
        RunLog log;
        StepContext context;
        context.log = &log;
        const std::vector<std::string> batches{
            R"([{"v":null},{"v":"b"},{"v":2},{"v":[1]},{"v":{"a":1}},{"v":true}])",
            R"([{"v":1.5},{"v":"B"},{"v":9007199254740993},{"v":9007199254740992.0},{"v":false},{"v":"ä"}])"};
        const auto up = passAll(*make("sort", R"({"by": ["v"]})"), batches, 100, context);
        const auto compact = [](const Items &items) {
            std::string text;
            for (const Value &item : items.items)
                text += toJson(*item.member("v")) + ' ';
            return text;
        };
        COMPARE_TEXT(compact(up),
                     "false true 1.5 2 9007199254740992 9007199254740993 \"B\" \"b\" \"ä\" [1] {\"a\":1} null ");
        const auto down = passAll(*make("sort", R"({"by": ["-v"], "nulls": "first"})"), batches, 100, context);
        COMPARE_TEXT(compact(down),
                     "null {\"a\":1} [1] \"ä\" \"b\" \"B\" 9007199254740993 9007199254740992 2 1.5 true false ");
        QCOMPARE(log.count(), uint64_t(2)); // one each
        QVERIFY(log.after(0).front().message.find("\"v\"") != std::string::npos);
    }
    void theFirstOnesNeedLittleMemory()
    {
        std::vector<Row> rows = randomRows(6000);
        for (const char *memory : {"256 MiB", "60 KiB", "1 KiB"}) {
            const auto step = sortWith(R"("by": ["t"], "top": 25)", memory);
            const Items sorted = passAll(*step, batchesOf(rows, 40));
            COMPARE_TEXT(sorted.failure, "");
            std::ranges::stable_sort(rows, {}, &Row::place);
            std::ranges::stable_sort(rows, {}, &Row::text);
            COMPARE_TEXT(sorted.json(), lines({rows.begin(), rows.begin() + 25}));
            QCOMPARE(step->held()->spilled > 0, std::string(memory) == "1 KiB");
            std::ranges::sort(rows, {}, &Row::place);
        }
    }
    void fieldsThatComeLateAreAbsentBefore()
    {
        for (const char *memory : {"256 MiB", "1"}) {
            const auto step = sortWith(R"("by": ["a"])", memory);
            const Items sorted = passAll(*step, {R"([{"a":3},{"a":1}])", R"([{"a":2,"b":null},{"b":5,"a":0}])"});
            COMPARE_TEXT(sorted.failure, "");
            COMPARE_TEXT(sorted.json(), "{\"a\":0,\"b\":5}\n{\"a\":1}\n{\"a\":2,\"b\":null}\n{\"a\":3}\n");
        }
    }
    void numbersAreWrittenAsTheyWereRead()
    {
        const Folder folder;
        const auto step = make("sort", R"({"by": ["a"], "memory": "1"})");
        QVERIFY(step->open({}));
        readAll("read.csv", withPath(folder.write("x.csv", "a\n2.50\n1E1\n1.10\n")), 2, {step.get()});
        Batch batch;
        std::string written;
        while (*step->flush(batch, 1))
            written += std::string(batch.column(0).written(0)) + ' ';
        COMPARE_TEXT(written, "1.10 2.50 1E1 ");
    }
    void idsStayWithTheirItems()
    {
        const Items sorted = passAll(*make("sort", R"({"by": ["a"]})"), {R"([{"a":3},{"a":1},{"a":2}])"});
        const auto batch = batchOf(R"([{"a":3},{"a":1},{"a":2}])");
        QCOMPARE(sorted.ids, (std::vector<Value>{batch->id(1), batch->id(2), batch->id(0)}));
    }
    void wrongSettingsAreSaid()
    {
        std::vector<StepProblem> problems;
        const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"price", ValueType::Real, {}}});
        make("sort", R"({"by": ["-prise"], "memory": "much"})")->check({{}, schema}, problems);
        QCOMPARE(problems.size(), size_t(2));
        QVERIFY(problems[0].text.find("\"much\"") != std::string::npos);
        COMPARE_TEXT(problems[1].text, "There is no field \"prise\"; did you mean \"price\"? The fields are price.");
    }
};

} // namespace tst_sort

QTEST_GUILESS_MAIN(tst_sort::SortTest)
#include "tst_sort.moc"
