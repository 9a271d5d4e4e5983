// SPDX-License-Identifier: MIT
#include "metrics/gauges/StepGauges.h"

#include <QTest>

#include <algorithm>
#include <set>
#include <string>

using namespace millrace;

namespace tst_stepgauges {

namespace {

const StepGaugeType &gauge(std::string_view key)
{
    const auto all = stepGaugeTypes();
    return *std::ranges::find(all, key, [](const StepGaugeType &one) { return one.look.key; });
}

std::string columnsOf(const RunSample &sample)
{
    std::string columns;
    for (const StepGaugeType &one : stepGaugeTypes())
        if (one.hasColumn(sample))
            columns += std::string(one.look.column) + ' ';
    return columns;
}

} // namespace

class TestStepGauges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyGaugeSaysWhatItIsAndIsShownSomewhere()
    {
        std::set<std::string_view> keys, columns;
        std::set<int> places;
        for (const StepGaugeType &one : stepGaugeTypes()) {
            const std::string name(one.look.key.empty() ? one.look.column : one.look.key);
            QVERIFY2(one.look.help.ends_with('.'), name.c_str());
            QVERIFY2(!one.look.key.empty() || !one.look.column.empty() || !one.look.tile.empty(), name.c_str());
            QVERIFY2(one.look.key.empty() || keys.insert(one.look.key).second, name.c_str());
            QVERIFY2(one.look.column.empty() || columns.insert(one.look.column).second, name.c_str());
            QVERIFY2(one.look.tile.empty() || places.insert(one.look.tilePlace).second, name.c_str());
            QVERIFY2(one.value || one.counted < std::size(CountedGauges), name.c_str());
        }
        QCOMPARE(*places.begin(), 1);
        QCOMPARE(*places.rbegin(), int(places.size()));
    }
    void rareGaugesHaveAColumnOnlyWhereThereIsSomething()
    {
        RunSample sample;
        sample.steps.resize(2);
        QCOMPARE(columnsOf(sample), std::string("workers in out errors items/s busy queue p50 p95 "));
        sample.steps[1].counted[countedGauge("retries")] = 3;
        QCOMPARE(columnsOf(sample), std::string("workers in out errors retries items/s busy queue p50 p95 "));
        QCOMPARE(gauge("retries").of(sample.steps[1], 1), std::optional(3.0));
    }
    void sourcesHaveNoInputAndSinksNoOutputInTables()
    {
        StepSample source, sink;
        source.isSource = sink.isSink = true;
        QVERIFY(!gauge("itemsIn").isOf(source));
        QVERIFY(gauge("itemsIn").isOf(sink));
        QVERIFY(gauge("itemsOut").isOf(source));
        QVERIFY(!gauge("itemsOut").isOf(sink));
    }
    void whatIsNotKnownIsNothing()
    {
        StepSample step;
        step.childCpu = 2'000'000'000;
        QCOMPARE(gauge("childCpuSeconds").of(step, 1), std::optional(2.0));
        step.lacksChildCpu = true;
        QCOMPARE(gauge("childCpuSeconds").of(step, 1), std::optional<double>());
    }
    void whatWasCountedSinceIsTheDifference()
    {
        StepSample before, now;
        before.itemsIn = 10;
        before.counted[countedGauge("retries")] = 1;
        before.busy = 5; // a sample that was read meanwhile may be ahead
        before.service[3] = 1;
        now.itemsIn = 25;
        now.counted[countedGauge("retries")] = 4;
        now.busy = 4;
        now.service[3] = 7;
        now.queue.depth = 6;
        const StepSample since = countedSince(before, now);
        QCOMPARE(since.itemsIn, uint64_t(15));
        QCOMPARE(since.counted[countedGauge("retries")], uint64_t(3));
        QCOMPARE(since.busy, uint64_t(0));
        QCOMPARE(since.service[3], uint64_t(6));
        QCOMPARE(since.queue.depth, uint32_t(6)); // no counter
    }
};

} // namespace tst_stepgauges

QTEST_APPLESS_MAIN(tst_stepgauges::TestStepGauges)

#include "tst_stepgauges.moc"
