// SPDX-License-Identifier: MIT
// The step that makes a profile of each field, beside sorting all values.
#include "steps/keys/ValueOrder.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_summary {

namespace {

Value memberOf(const Value &object, const std::string &name)
{
    const Value *value = object.member(name);
    return value ? *value : Value();
}

/// Of ascending numbers, as NumPy's default has it.
double quantileOf(const std::vector<double> &numbers, double share)
{
    const double place = share * double(numbers.size() - 1);
    const auto below = size_t(place);
    const double next = below + 1 < numbers.size() ? numbers[below + 1] : numbers[below];
    return numbers[below] + (next - numbers[below]) * (place - double(below));
}

bool isNear(const Value &value, double expected)
{
    return value.isNumber() && std::fabs(value.toReal() - expected) <= 1e-9 * std::max(1.0, std::fabs(expected));
}

} // namespace

class SummaryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fieldsAreProfiled_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 40; ++seed)
            QTest::newRow(qPrintable(QString::number(seed))) << seed;
    }
    /// At random, in little memory too, beside sorting all values.
    void fieldsAreProfiled()
    {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        const auto draw = [&random](int least, int most) {
            return std::uniform_int_distribution<int>(least, most)(random);
        };
        const bool isMixed = draw(0, 1) == 1;
        std::vector<std::string> batches;
        std::map<std::string, std::vector<Value>> values;
        std::map<std::string, int64_t> seen;
        int64_t count = 0;
        for (int i = draw(1, 6); i > 0; --i) {
            std::string items;
            for (int j = draw(1, 60); j > 0; --j, ++count) {
                Members members{{"id", Value(count)}};
                if (draw(0, 3) > 0)
                    members.emplace_back("n", draw(0, 5) == 0 ? Value()
                                              : draw(0, 1)    ? Value(draw(-9, 9))
                                                              : Value(draw(-9, 9) / 4.0));
                if (draw(0, 3) > 0)
                    members.emplace_back("t", isMixed && draw(0, 2) == 0 ? Value(draw(0, 3))
                                                                         : Value(std::string(size_t(draw(0, 3)), 'x')));
                for (const auto &[name, value] : members) {
                    ++seen[name];
                    if (!value.isNull())
                        values[name].push_back(value);
                }
                items += (items.empty() ? "" : ",") + toJson(Value(std::move(members)));
            }
            batches.push_back('[' + items + ']');
        }
        const Items made = passAll(*make("summary", draw(0, 1) ? "{}" : R"({"memory": "8 KiB"})"), batches, 2);
        COMPARE_TEXT(made.failure, "");
        QCOMPARE(made.items.size(), seen.size());
        for (const Value &profile : made.items) {
            const std::string name(memberOf(profile, "field").toText());
            std::vector<Value> of = values[name];
            std::ranges::stable_sort(of, [](const Value &a, const Value &b) { return compareValues(a, b) < 0; });
            int64_t distinct = 0;
            std::vector<double> numbers;
            double sum = 0;
            for (size_t i = 0; i < of.size(); ++i) {
                distinct += i == 0 || compareValues(of[i - 1], of[i]) != 0;
                if (of[i].isNumber())
                    numbers.push_back(of[i].toReal()), sum += of[i].toReal();
            }
            QCOMPARE(memberOf(profile, "values"), Value(int64_t(of.size())));
            QCOMPARE(memberOf(profile, "nulls"), Value(count - int64_t(of.size())));
            QCOMPARE(memberOf(profile, "distinct"), Value(distinct));
            QVERIFY(of.empty() || compareValues(memberOf(profile, "least"), of.front()) == 0);
            QVERIFY(of.empty() || compareValues(memberOf(profile, "most"), of.back()) == 0);
            QCOMPARE(memberOf(profile, "mean").isNull(), numbers.empty());
            if (numbers.empty())
                continue;
            QVERIFY(isNear(memberOf(profile, "mean"), sum / double(numbers.size())));
            QVERIFY(isNear(memberOf(profile, "q25"), quantileOf(numbers, 0.25)));
            QVERIFY(isNear(memberOf(profile, "median"), quantileOf(numbers, 0.5)));
            QVERIFY(isNear(memberOf(profile, "q75"), quantileOf(numbers, 0.75)));
        }
    }
    void chosenFieldsAreProfiledEvenWithoutItems()
    {
        const Items made = passAll(*make("summary", R"({"fields": ["b", "a"]})"), {R"([{"a":1,"b":"x"}])"});
        QCOMPARE(made.items.size(), size_t(2));
        COMPARE_TEXT(
            toJson(made.items[0]),
            R"({"field":"b","type":"text","values":1,"nulls":0,"distinct":1,"least":"x","q25":null,"median":null,)"
            R"("q75":null,"most":"x","mean":null})");
        QCOMPARE(passAll(*make("summary", R"({"fields": ["a"]})"), {}).items.size(), size_t(1));
    }
};

} // namespace tst_summary

QTEST_GUILESS_MAIN(tst_summary::SummaryTest)
#include "tst_summary.moc"
