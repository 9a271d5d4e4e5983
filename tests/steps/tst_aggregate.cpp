// SPDX-License-Identifier: MIT
#include "steps/StepRunner.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_aggregate {

namespace {

struct Sale
{
    std::string city;
    int64_t cents;
};

std::vector<Sale> randomSales(size_t count, unsigned cities)
{
    std::mt19937 random(11);
    std::vector<Sale> sales(count);
    for (Sale &sale : sales)
        sale = {"c" + std::to_string(random() % cities), int64_t(random() % 1000) - 300};
    return sales;
}

std::vector<std::string> batchesOf(const std::vector<Sale> &sales, size_t size)
{
    std::vector<std::string> batches;
    for (size_t i = 0; i < sales.size(); ++i) {
        if (i % size == 0)
            batches.emplace_back("[");
        batches.back() += (i % size == 0 ? "" : ",") + ("{\"city\":\"" + sales[i].city + "\",\"cents\":")
                          + std::to_string(sales[i].cents) + "}";
        if (i % size == size - 1 || i + 1 == sales.size())
            batches.back() += ']';
    }
    return batches;
}

/// By hand: the groups in the order in which they first come.
std::string expectedTotals(const std::vector<Sale> &sales)
{
    std::vector<std::string> order;
    std::map<std::string, std::vector<int64_t>> groups;
    for (const Sale &sale : sales) {
        if (groups[sale.city].empty())
            order.push_back(sale.city);
        groups[sale.city].push_back(sale.cents);
    }
    std::string text;
    for (const std::string &city : order) {
        const std::vector<int64_t> &cents = groups[city];
        int64_t total = 0;
        for (const int64_t one : cents)
            total += one;
        text += "{\"city\":\"" + city + "\",\"n\":" + std::to_string(cents.size()) + ",\"total\":"
                + std::to_string(total) + ",\"most\":" + std::to_string(*std::ranges::max_element(cents)) + "}\n";
    }
    return text;
}

const char *const Totals =
    R"js("by": ["city"], "values": {"n": "count", "total": "sum(cents)", "most": "max(cents)"})js";

std::unique_ptr<Step> aggregate(const std::string &params)
{
    return make("aggregate", "{" + params + "}");
}

std::string one(const std::string &call, const std::string &items)
{
    const Items made = passAll(*aggregate("\"values\": {\"v\": \"" + call + "\"}"), {items});
    if (!made.failure.empty())
        return made.failure;
    return toJson(*made.items.back().member("v"));
}

} // namespace

class AggregateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void groupsComeAsTheyFirstCameWhateverTheMemory_data()
    {
        QTest::addColumn<QByteArray>("memory");
        QTest::addColumn<bool>("spills");
        QTest::newRow("much") << QByteArray("256 MiB") << false;
        QTest::newRow("a part of it") << QByteArray("100 KiB") << true;
        QTest::newRow("parts of parts") << QByteArray("4 KiB") << true;
    }
    void groupsComeAsTheyFirstCameWhateverTheMemory()
    {
        QFETCH(QByteArray, memory);
        QFETCH(bool, spills);
        const std::vector<Sale> sales = randomSales(20'000, 3000);
        const auto step = aggregate(std::string(Totals) + ", \"memory\": \"" + memory.toStdString() + "\"");
        const Items made = passAll(*step, batchesOf(sales, 100), 100);
        COMPARE_TEXT(made.failure, "");
        COMPARE_TEXT(made.json(), expectedTotals(sales));
        QCOMPARE(step->held()->spilled > 0, spills);
        for (size_t i = 0; i < made.ids.size(); ++i)
            QCOMPARE(made.ids[i], Value(int64_t(i)));
    }
    void sortedGroupsLeaveAtOnce()
    {
        std::vector<Sale> sales = randomSales(3000, 100);
        std::ranges::stable_sort(sales, {}, &Sale::city);
        const auto step = aggregate(std::string(Totals) + ", \"sorted\": true, \"memory\": \"64 KiB\"");
        const Items made = passAll(*step, batchesOf(sales, 70));
        COMPARE_TEXT(made.failure, "");
        COMPARE_TEXT(made.json(), expectedTotals(sales));
        QVERIFY(made.batchSizes.size() > 20); // with the batches
    }
    void functionsSayWhatTheyShould_data()
    {
        QTest::addColumn<QByteArray>("call");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *call, const char *expected) {
            QTest::newRow(call) << QByteArray(call) << QByteArray(expected);
        };
        row("count", "6");
        row("count(v)", "5");
        row("sum(v)", "22");
        row("mean(v)", "4.4");
        row("min(v)", "1");
        row("max(v)", "10");
        row("first(v)", "4");
        row("last(v)", "5");
        row("variance(v)", "12.3");
        row("median(v)", "4");
        row("quantile(v, 0.25)", "2");
        row("quantile(v, 0.9)", "8");
        row("quantile(v,0)", "1");
        row("quantile(v, 1)", "10");
        row("distinct(t)", "2");
        row("mode(t)", "\"b\"");
        row("list(v)", "[4,1,10,2,5]");
        row("join(t, ', ')", "\"a, b, b, a, b\"");
        row("min(t)", "\"a\"");
        row("sum(late)", "null");
        row("count(late)", "0");
    }
    void functionsSayWhatTheyShould()
    {
        QFETCH(QByteArray, call);
        QFETCH(QByteArray, expected);
        // as Python's statistics, with method="inclusive", says them
        const std::string items = R"([{"v":4,"t":"a","late":null},{"v":1,"t":"b"},{"v":null,"t":"b"},{"v":10,"t":"a"},)"
                                  R"({"v":2,"t":"b"},{"v":5,"t":null}])";
        COMPARE_TEXT(one(call.toStdString(), items), expected.toStdString());
    }
    void keysAreEqualAcrossTypesOfNumbers()
    {
        const Items made = passAll(*aggregate(R"("by": ["k"], "values": {"n": "count"})"),
                                   {R"([{"k":1},{"k":"1"},{"k":null},{"k":true}])",
                                    R"([{"k":1.0},{"k":null},{"k":-0.0},{"k":0}])", R"([{"x":1}])"});
        COMPARE_TEXT(made.failure, "There is no field \"k\"; the fields are x.");
        const Items without =
            passAll(*aggregate(R"("by": ["k"], "values": {"n": "count"})"),
                    {R"([{"k":1},{"k":"1"},{"k":null},{"k":true}])", R"([{"k":1.0},{"k":null},{"k":-0.0},{"k":0}])"});
        std::string counts;
        for (const Value &item : without.items)
            counts += toJson(*item.member("k")) + ':' + toJson(*item.member("n")) + ' ';
        COMPARE_TEXT(counts, "1:2 \"1\":1 null:2 true:1 0:2 ");
    }
    void wholeSumsAreExact()
    {
        // 2^62 three times less 2^62 is 2^63, one too many; less 1 it is the largest.
        const std::string large = R"({"v":4611686018427387904})";
        COMPARE_TEXT(one("sum(v)", "[" + large + "," + large + R"(,{"v":-1}])"), "9223372036854775807");
        COMPARE_TEXT(
            one("sum(v)", "[" + large + "," + large + "]"),
            "The sum of \"v\" in a group is 9223372036854775808, which 64 bits don't hold; convert the field to real "
            "before.");
        COMPARE_TEXT(one("sum(v)", R"([{"v":1e100},{"v":1.5},{"v":-1e100}])"), "1.5");
    }
    void whatIsNoNumberFailsItsItemOnly()
    {
        const Items made =
            passAll(*aggregate(R"js("values": {"s": "sum(v)", "n": "count"})js"), {R"([{"v":1},{"v":"x"},{"v":2}])"});
        QCOMPARE(made.errors.size(), size_t(1));
        COMPARE_TEXT(made.errors.front(),
                     "The field \"v\" is the text \"x\", no number to compute with; convert it before, or "
                     "leave the item out.");
        COMPARE_TEXT(made.json(), "{\"s\":3,\"n\":2}\n");
    }
    void ofNoItemsThereIsACount()
    {
        COMPARE_TEXT(passAll(*aggregate(R"js("values": {"n": "count", "s": "sum(v)"})js"), {}).json(),
                     "{\"n\":0,\"s\":null}\n");
        COMPARE_TEXT(passAll(*aggregate(R"js("by": ["a"], "values": {"n": "count"})js"), {}).json(), "");
    }
    void listsThatMemoryHasNoRoomForEndTheRun()
    {
        std::vector<std::string> batches;
        const std::string text(100'000, 'x');
        for (int i = 0; i < 120; ++i)
            batches.push_back("[{\"t\":\"" + text + std::to_string(i) + "\"}]");
        const Items made = passAll(*aggregate(R"js("values": {"all": "list(t)"}, "memory": "1 MiB")js"), batches);
        QVERIFY2(bytes(made.failure).contains("needs more than 1 MiB of memory"), made.failure.c_str());
    }
    void wrongCallsAreSaidWithTheirColumn_data()
    {
        QTest::addColumn<QByteArray>("call");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("name") << QByteArray(
            "summ(a)") << QByteArray("\"summ(a)\", column 1: there is no function \"summ\"; did you mean \"sum\"?");
        QTest::newRow("share") << QByteArray("quantile(a, 2)")
                               << QByteArray("column 13: a number from 0 to 1 belongs here, not \"2\".");
        QTest::newRow("separator") << QByteArray("join(a)") << QByteArray("column 8: a second value is missing");
        QTest::newRow("parenthesis") << QByteArray("sum(a") << QByteArray("column 6: a \")\" is missing.");
        QTest::newRow("field") << QByteArray("sum(b)") << QByteArray("There is no field \"b\"");
    }
    void wrongCallsAreSaidWithTheirColumn()
    {
        QFETCH(QByteArray, call);
        QFETCH(QByteArray, expected);
        std::vector<StepProblem> problems;
        const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"a", ValueType::Integer, {}}});
        aggregate("\"values\": {\"v\": \"" + call.toStdString() + "\"}")->check({{}, schema}, problems);
        QCOMPARE(problems.size(), size_t(1));
        QVERIFY2(bytes(problems[0].text).contains(expected), problems[0].text.c_str());
    }
    void whatFollowsLearnsTheFieldsAtOnce()
    {
        const auto step = aggregate(Totals);
        QVERIFY(step->open({}));
        const auto batch = batchOf(R"([{"city":"a","cents":1}])");
        QVERIFY(step->process(*batch));
        QVERIFY(batch->isEmpty());
        COMPARE_TEXT(batch->schema()->names(), "city, n, total, most");
    }
    void theFieldsThatLeaveAreKnown()
    {
        const auto schema = std::make_shared<const Schema>(
            std::vector<Field>{{"city", ValueType::Text, {}}, {"cents", ValueType::Integer, {}}});
        const SchemaPtr output = aggregate(Totals)->outputSchema({{}, schema});
        COMPARE_TEXT(output->names(), "city, n, total, most");
        QCOMPARE(output->field(0).type, ValueType::Text);
        QCOMPARE(output->field(2).type, ValueType::Integer);
    }
};

} // namespace tst_aggregate

QTEST_GUILESS_MAIN(tst_aggregate::AggregateTest)
#include "tst_aggregate.moc"
