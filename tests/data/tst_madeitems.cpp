// SPDX-License-Identifier: MIT
#include "data/MadeItems.h"

#include <QTest>

using namespace millrace;

namespace tst_madeitems {

class tst_madeitems : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void expectedOutputsStayWithTheirItems()
    {
        Batch batch;
        Field label{"label", ValueType::Text, Role::ExpectedOutput};
        batch.reset(std::make_shared<const Schema>(std::vector<Field>{{"value", ValueType::Integer, {}}, label}));
        for (const char *text : {"one", "two", "three", "four"}) {
            batch.columnToChange(0).appendInteger(int64_t(batch.column(0).size()));
            batch.columnToChange(1).append(Value(text));
        }
        batch.setSize(4);

        MadeItems made;
        made.begin(batch);
        made.add(0, Value(7));                                                        // no object
        made.add(1, Value(Members{{"value", Value(8)}}));                             // without it
        made.add(1, Value(Members{{"label", Value("new")}, {"value", Value(9)}}));    // another
        made.add(3, Value(Members{{"value", Value(10)}, {"label", Value(nullptr)}})); // none
        made.applyTo(batch);

        std::vector<std::string> items;
        for (size_t row = 0; row < batch.size(); ++row)
            items.push_back(toJson(batch.item(row)) + " " + toJson(batch.id(row)));
        QCOMPARE(items, (std::vector<std::string>{R"({"value":7,"label":"one"} 0)", R"({"value":8,"label":"two"} 1)",
                                                  R"({"value":9,"label":"new"} 1)", R"({"value":10,"label":null} 3)"}));
        QCOMPARE(batch.schema()->field(1).role, Role::ExpectedOutput);
    }
    /// A batch with a fraction would make reals of them, which don't hold their digits.
    void longIntegersKeepTheirDigitsBesideFractions()
    {
        Batch batch;
        batch.reset(std::make_shared<const Schema>(std::vector<Field>{{"n", ValueType::Null, {}}}));
        const std::vector<Value> values{Value(int64_t(9007199254740993)), Value(1.5),
                                        Value(int64_t(-9007199254740995))};
        for (const Value &value : values)
            batch.columnToChange(0).append(value);
        batch.setSize(3);
        MadeItems made;
        made.begin(batch);
        for (uint32_t row = 0; row < 3; ++row) // as a script gives them back, whose numbers are reals
            made.add(row, Value(Members{{"n", Value(values[row].toReal())}, {"new", values[row]}}));
        made.applyTo(batch);
        for (size_t row = 0; row < 3; ++row) {
            QCOMPARE(toJson(*batch.item(row).member("n")), toJson(values[row]));
            QCOMPARE(toJson(*batch.item(row).member("new")), toJson(values[row]));
        }
    }
    void itemsWithEverNewFieldsFailWhereThereAreTooMany()
    {
        Batch batch;
        batch.reset(std::make_shared<const Schema>(std::vector<Field>{{"value", ValueType::Integer, {}}}));
        for (int64_t i = 0; i < 3; ++i)
            batch.columnToChange(0).appendInteger(i);
        batch.setSize(3);
        const auto itemOf = [](const std::string &name, int fields) {
            Members members;
            for (int i = 0; i < fields; ++i)
                members.emplace_back(name + std::to_string(i), Value(i));
            return Value(std::move(members));
        };
        MadeItems made;
        made.begin(batch);
        made.add(0, itemOf("a", 6'000));
        made.add(1, itemOf("b", 6'000));
        made.add(2, itemOf("a", 6'000));
        made.applyTo(batch);
        QCOMPARE(batch.size(), size_t(2));
        QCOMPARE(batch.columnCount(), size_t(6'000));
        QCOMPARE(batch.errors().size(), size_t(1));
        QCOMPARE(batch.errors().front().row, size_t(1));
        QVERIFY(batch.errors().front().message.find("more than 10000") != std::string::npos);
    }
};

} // namespace tst_madeitems

QTEST_GUILESS_MAIN(tst_madeitems::tst_madeitems)
#include "tst_madeitems.moc"
