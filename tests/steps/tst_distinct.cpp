// SPDX-License-Identifier: MIT
#include "steps/StepRunner.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_distinct {

namespace {

struct Outcome
{
    std::string kept, rejected;
    std::string failure;
};

/// What leaves by each port.
Outcome split(Step &step, const std::vector<std::string> &batches)
{
    Outcome outcome;
    const auto note = [&outcome](const Batch &batch) {
        for (size_t row = 0; row < batch.size(); ++row) {
            const bool isRejected = !batch.ports().empty() && batch.ports()[row] == 1;
            (isRejected ? outcome.rejected : outcome.kept) += toJson(batch.item(row)) + '\n';
        }
    };
    const auto opened = step.open({});
    for (const std::string &items : batches) {
        const auto batch = batchOf(items);
        if (const auto done = step.process(*batch); !done)
            outcome.failure = done.error().message;
        note(*batch);
    }
    Batch batch;
    for (bool isMore = bool(opened); isMore;) {
        batch.renew();
        batch.reset(emptySchema());
        const auto some = step.flush(batch, 7);
        isMore = some && *some;
        note(batch);
    }
    step.close();
    return outcome;
}

std::unique_ptr<Step> distinct(const std::string &params)
{
    return make("distinct", "{" + params + "}");
}

} // namespace

class DistinctTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itKeepsWhatItSays_data()
    {
        QTest::addColumn<QByteArray>("keep");
        QTest::addColumn<QByteArray>("memory");
        for (const char *keep : {"first", "last", "unique", "repeated"})
            for (const char *memory : {"256 MiB", "20 KiB", "1 KiB"})
                QTest::addRow("%s %s", keep, memory) << QByteArray(keep) << QByteArray(memory);
    }
    void itKeepsWhatItSays()
    {
        QFETCH(QByteArray, keep);
        QFETCH(QByteArray, memory);
        std::mt19937 random(5);
        std::vector<std::string> batches;
        std::vector<std::pair<int, std::string>> items;
        std::map<int, std::vector<size_t>> places;
        for (int b = 0; b < 60; ++b) {
            batches.emplace_back("[");
            for (int i = 0; i < 50; ++i) {
                const int key = int(random() % 3000);
                places[key].push_back(items.size());
                items.emplace_back(key,
                                   "{\"k\":" + std::to_string(key) + ",\"i\":" + std::to_string(items.size()) + "}");
                batches.back() += (i ? "," : "") + items.back().second;
            }
            batches.back() += ']';
        }
        std::string kept;
        size_t rejected = 0;
        for (size_t i = 0; i < items.size(); ++i) {
            const std::vector<size_t> &equal = places[items[i].first];
            const bool isKept = keep == "first"    ? equal.front() == i
                                : keep == "last"   ? equal.back() == i
                                : keep == "unique" ? equal.size() == 1
                                                   : equal.size() > 1;
            if (isKept)
                kept += items[i].second + '\n';
            else
                ++rejected;
        }
        const auto step = distinct("\"by\": [\"k\"], \"keep\": \"" + keep.toStdString() + "\", \"memory\": \""
                                   + memory.toStdString() + "\"");
        const Outcome outcome = split(*step, batches);
        COMPARE_TEXT(outcome.failure, "");
        COMPARE_TEXT(outcome.kept, kept);
        QCOMPARE(size_t(std::ranges::count(outcome.rejected, '\n')), rejected);
        QCOMPARE(step->held()->spilled > 0, memory != "256 MiB");
    }
    void withoutFieldsAllOfThemCount()
    {
        const Outcome outcome =
            split(*distinct(""), {R"([{"a":1,"b":"x"},{"a":1.0,"b":"x"},{"a":1,"b":"y"}])",
                                  R"([{"b":"x","a":1},{"b":"x","a":1,"c":null},{"b":"x","a":1,"c":2}])"});
        COMPARE_TEXT(outcome.kept, "{\"a\":1,\"b\":\"x\"}\n{\"a\":1,\"b\":\"y\"}\n{\"b\":\"x\",\"a\":1,\"c\":2}\n");
        QCOMPARE(std::ranges::count(outcome.rejected, '\n'), ptrdiff_t(3));
    }
    void nullsAreEqualAndTextsAreNoNumbers()
    {
        const Outcome outcome =
            split(*distinct(R"("by": ["k"])"), {R"([{"k":null},{"k":1},{"k":"1"},{"k":null},{"k":true}])"});
        COMPARE_TEXT(outcome.kept, "{\"k\":null}\n{\"k\":1}\n{\"k\":\"1\"}\n{\"k\":true}\n");
    }
    void unknownFieldsAreSaid()
    {
        const Outcome outcome = split(*distinct(R"("by": ["x"])"), {R"([{"k":null}])"});
        COMPARE_TEXT(outcome.failure, "There is no field \"x\"; the fields are k.");
    }
};

} // namespace tst_distinct

QTEST_GUILESS_MAIN(tst_distinct::DistinctTest)
#include "tst_distinct.moc"
