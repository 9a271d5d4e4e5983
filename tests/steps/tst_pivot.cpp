// SPDX-License-Identifier: MIT
// The step that makes wide items of long ones, beside a table of maps.
#include "steps/keys/ValueOrder.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_pivot {

namespace {

Value memberOf(const Value &object, const char *name)
{
    const Value *value = object.member(name);
    return value ? *value : Value();
}

/// What stands in one place of the wide table: all values that meet there.
using Cell = std::vector<Value>;
struct WideRow
{
    Value group;
    std::map<std::string, Cell> cells;
};

Value valueOf(const Cell &cell, const std::string &function)
{
    const auto first = std::ranges::find_if(cell, [](const Value &value) { return !value.isNull(); });
    if (function == "first")
        return first == cell.end() ? Value() : *first;
    if (function == "count")
        return Value(int64_t(std::ranges::count_if(cell, [](const Value &value) { return !value.isNull(); })));
    int64_t sum = 0;
    bool isAny = false;
    for (const Value &value : cell) {
        sum += value.isNull() ? 0 : value.toInteger();
        isAny |= !value.isNull();
    }
    return isAny ? Value(sum) : Value();
}

} // namespace

class PivotTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void longItemsBecomeWideOnes_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 60; ++seed)
            QTest::newRow(qPrintable(QString::number(seed))) << seed;
    }
    /// At random, in little memory too: groups in their order, columns in theirs.
    void longItemsBecomeWideOnes()
    {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        const auto draw = [&random](int least, int most) {
            return std::uniform_int_distribution<int>(least, most)(random);
        };
        const std::vector<std::string> functions{"first", "sum", "count"};
        const std::string function = functions[size_t(draw(0, 2))];
        const bool areAdjacent = draw(0, 1) == 1;
        std::vector<Value> all;
        for (int i = draw(0, 200); i > 0; --i) {
            Members members{{"g", draw(0, 9) == 0 ? Value()
                                  : draw(0, 1)    ? Value(draw(0, 6))
                                                  : Value(double(draw(0, 6)))},
                            {"m", Value(draw(0, 1) ? "c" + std::to_string(draw(0, 3)) : std::to_string(draw(0, 2)))},
                            {"v", draw(0, 5) == 0 ? Value() : Value(draw(0, 99))}};
            all.emplace_back(std::move(members));
        }
        if (areAdjacent)
            std::ranges::stable_sort(all, [](const Value &a, const Value &b) {
                return compareValues(memberOf(a, "g"), memberOf(b, "g")) < 0;
            });
        std::vector<std::string> names;
        std::vector<WideRow> expected;
        for (const Value &item : all) {
            const Value group = memberOf(item, "g");
            const std::string name = toPlain(memberOf(item, "m"));
            if (std::ranges::find(names, name) == names.end())
                names.push_back(name);
            auto row = std::ranges::find_if(
                expected, [&](const WideRow &other) { return compareValues(other.group, group) == 0; });
            if (row == expected.end())
                row = expected.insert(row, {group, {}});
            row->cells[name].push_back(memberOf(item, "v"));
        }
        std::vector<std::string> batches;
        for (size_t at = 0; at < all.size();) {
            const size_t end = std::min(all.size(), at + size_t(draw(1, 30)));
            batches.push_back(toJson(Value(List(all.begin() + ptrdiff_t(at), all.begin() + ptrdiff_t(end)))));
            at = end;
        }
        std::string params = R"("by": ["g"], "names": "m", "value": "v", "aggregate": )" + toJson(Value(function));
        if (areAdjacent) {
            names = {"c1", "0", "never"}; // those that are known before
            params += R"(, "columns": ["c1", "0", "never"])";
        }
        if (draw(0, 1))
            params += R"(, "memory": "20 KiB")";
        const Items made = passAll(*make("pivot", '{' + params + '}'), batches, 3);
        COMPARE_TEXT(made.failure, "");
        QCOMPARE(made.items.size(), size_t(std::ranges::count_if(expected, [&](const WideRow &row) {
                     return !areAdjacent
                            || std::ranges::any_of(names, [&](const auto &name) { return row.cells.contains(name); });
                 })));
        size_t at = 0;
        for (const WideRow &row : expected) {
            if (areAdjacent && std::ranges::none_of(names, [&](const auto &name) { return row.cells.contains(name); }))
                continue;
            const Value &item = made.items[at++];
            QVERIFY(compareValues(memberOf(item, "g"), row.group) == 0);
            QCOMPARE(item.toObject().size(), names.size() + 1);
            for (size_t i = 0; i < names.size(); ++i) {
                COMPARE_TEXT(item.toObject()[i + 1].first, names[i]);
                const auto cell = row.cells.find(names[i]);
                const Value value = cell == row.cells.end() ? Value() : valueOf(cell->second, function);
                QVERIFY2(item.toObject()[i + 1].second == value,
                         (function + ' ' + toJson(item) + ' ' + names[i] + ' ' + toJson(value)).c_str());
            }
        }
    }

    void withoutGroupsThereIsOneItem()
    {
        const std::string params = R"({"names": "k", "value": "v"})";
        COMPARE_TEXT(
            passAll(*make("pivot", params), {R"([{"k":"a","v":1},{"k":2,"v":"x"}])", R"([{"k":"a","v":9}])"}).json(),
            "{\"a\":1,\"2\":\"x\"}\n");
        COMPARE_TEXT(passAll(*make("pivot", params), {}).json(), "");
    }

    void wrongItemsFailAlone()
    {
        const auto step = make("pivot", R"({"by": ["g"], "names": "k", "value": "v", "aggregate": "sum"})");
        QVERIFY(step->open({}));
        const auto batch =
            batchOf(R"([{"g":1,"k":"a","v":1},{"g":1,"k":null,"v":1},{"g":1,"k":"a","v":"x"},{"g":1,"k":"g","v":1}])");
        QVERIFY(step->process(*batch));
        QCOMPARE(batch->errors().size(), size_t(3));
        COMPARE_TEXT(batch->errors()[0].message, "The field \"k\" is null, which can't be the name of a field.");
        QVERIFY(batch->errors()[1].message.starts_with("The field \"v\" is the text \"x\", no number"));
        QVERIFY(
            batch->errors()[2].message.starts_with("The field \"k\" is \"g\", which is the name of a field of \"by\""));
        Batch out;
        out.reset(emptySchema());
        const auto some = step->flush(out, 10);
        QVERIFY(some && *some);
        COMPARE_TEXT(jsonOf(out), "{\"g\":1,\"a\":1}\n");
    }

    void tooManyColumnsEndTheRun()
    {
        std::string items;
        for (int i = 0; i <= 1000; ++i)
            items += (i ? "," : "") + ("{\"k\":" + std::to_string(i) + ",\"v\":1}");
        const Items made = passAll(*make("pivot", R"({"names": "k", "value": "v"})"), {'[' + items + ']'});
        QVERIFY2(made.failure.starts_with("The field \"k\" has more than 1000 different values"), made.failure.c_str());
    }

    void theFieldsThatLeaveAreKnownWhereColumnsAre()
    {
        const CheckContext context{{},
                                   std::make_shared<const Schema>(std::vector<Field>{{"g", ValueType::Text, {}},
                                                                                     {"k", ValueType::Text, {}},
                                                                                     {"v", ValueType::Integer, {}}})};
        const SchemaPtr known =
            make("pivot", R"({"by": ["g"], "names": "k", "value": "v", "columns": ["a", "b"]})")->outputSchema(context);
        COMPARE_TEXT(known->names(), "g, a, b");
        QCOMPARE(known->field(1).type, ValueType::Integer);
        QVERIFY(!make("pivot", R"({"by": ["g"], "names": "k", "value": "v"})")->outputSchema(context));
        std::vector<StepProblem> problems;
        make("pivot", R"({"by": ["g", "x"], "names": "y", "value": "v", "columns": ["g"], "memory": "much"})")
            ->check(context, problems);
        QCOMPARE(problems.size(), size_t(4));
    }
};

} // namespace tst_pivot

QTEST_GUILESS_MAIN(tst_pivot::PivotTest)
#include "tst_pivot.moc"
