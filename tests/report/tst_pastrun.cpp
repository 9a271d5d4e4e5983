// SPDX-License-Identifier: MIT
// Runs on record as values, and two of them compared step by step.
#include "data/json/JsonReader.h"
#include "report/PastRun.h"
#include "report/RunsOnRecord.h"

#include <QTemporaryDir>
#include <QTest>

#include <string>

namespace millrace::tst_pastrun {

namespace {

Value json(const char *text)
{
    const auto value = parseJson(text);
    return value ? *value : Value();
}

constexpr char Report[] = R"({"steps": [
    {"id": "numbers", "type": "generate", "workers": 1, "itemsIn": 0, "itemsOut": 1000, "errors": 0, "busySeconds": 0.5},
    {"id": "price", "type": "formula", "workers": 4, "itemsIn": 1000, "itemsOut": 990, "errors": 10, "busySeconds": 6.0,
     "queue": {"capacity": 10, "peak": 10, "mean": 9.0}}]})";

} // namespace

class TestPastRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRunIsReadAsItWasKept()
    {
        QTemporaryDir folder;
        const RunsOnRecord record(folder.path().toStdString());
        const auto add = [&](double seconds, Members settings) {
            Members run{{"start", "2026-11-30T10:00:00Z"},
                        {"seconds", seconds},
                        {"status", "finished"},
                        {"items", Members{{"read", 1000}, {"written", 990}}},
                        {"errors", 10},
                        {"limit", Members{{"kind", "workers"}, {"step", "price"}}}};
            QVERIFY(record.add("/tmp/orders.millrace", std::move(run), settings, json(Report)));
        };
        add(4, {{"price.workers", 2}});
        add(2, {{"price.workers", 4}});
        const auto kept = record.runsOf("/tmp/orders.millrace");
        QVERIFY(kept);
        const auto runs = pastRunsOf(*kept);
        QCOMPARE(runs.size(), size_t(2));
        const PastRun &newest = runs.front();
        QCOMPARE(newest.seconds, 2.0);
        QCOMPARE(newest.itemsPerSecond(), 500.0);
        QCOMPARE(newest.errors, uint64_t(10));
        QCOMPARE(newest.limitStep, std::string("price"));
        QCOMPARE(newest.changes, (std::vector<PastChange>{{"price.workers", "2", "4"}}));
        QCOMPARE(newest.steps.size(), size_t(2));
        QCOMPARE(newest.steps[1], (PastStep{"price", 4, 1000, 990, 10, 500, 0.75}));
        QCOMPARE(runs[1].changes.size(), size_t(0));
    }

    void whatIsDamagedIsLeftOut()
    {
        const auto runs =
            pastRunsOf({json(R"({"seconds": "x", "items": 3, "steps": [7, {"id": 5}], "settings": {"a": [1]}})"),
                        Value(3), json(R"({"seconds": -4, "errors": -1})")});
        QCOMPARE(runs.size(), size_t(3));
        for (const PastRun &run : runs) {
            QCOMPARE(run.seconds, 0.0);
            QCOMPARE(run.itemsPerSecond(), 0.0);
            QVERIFY(run.changes.empty());
        }
        QCOMPARE(runs[0].steps.size(), size_t(2));
        QVERIFY(runs[0].steps[1].step.empty());
    }

    void onlySoManyStepsAreKept()
    {
        const Value kept = stepsToKeep(json(Report), 1);
        QCOMPARE(kept.toList().size(), size_t(1));
        QVERIFY(!kept.toList()[0].member("queue") && !kept.toList()[0].member("type"));
        QVERIFY(stepsToKeep(Value(), 5).toList().empty());
    }

    void stepsOfTwoRunsStandBesideOneAnother()
    {
        PastRun before, now;
        before.steps = {{"a", 1, 0, 100, 0, 50, 0.2}, {"gone", 1, 100, 100, 0, 50, 0.3}, {"b", 1, 100, 0, 0, 50, 0.9}};
        now.steps = {{"new", 1, 0, 100, 0, 80, 0.1}, {"a", 1, 0, 100, 0, 100, 0.4}, {"b", 2, 100, 0, 0, 40, 0.9}};
        const auto all = compareRuns(before, now);
        QCOMPARE(all.size(), size_t(4));
        QCOMPARE(all[0].step, std::string("new"));
        QVERIFY(!all[0].before && all[0].now && !all[0].gain());
        QCOMPARE(*all[1].gain(), 1.0);
        QVERIFY(std::abs(*all[2].gain() + 0.2) < 1e-9);
        QCOMPARE(all[3].step, std::string("gone"));
        QVERIFY(all[3].before && !all[3].now);
    }
};

} // namespace millrace::tst_pastrun

QTEST_APPLESS_MAIN(millrace::tst_pastrun::TestPastRun)
#include "tst_pastrun.moc"
