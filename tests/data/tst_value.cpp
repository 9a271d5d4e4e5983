// SPDX-License-Identifier: MIT
#include "data/Value.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <thread>

using namespace millrace;

namespace tst_value {

namespace {

const std::string LongText(100, 'x');

} // namespace

class TestValue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachTypeGivesBackWhatItWasMadeOf();
    void textOfAnyLengthIsKept();
    void copiesShareAndOutliveTheOriginal();
    void movingLeavesNull();
    void settersReplaceSharedContent();
    void anIntegerNeverEqualsAReal();
    void notANumberEqualsItself();
    void equalityLooksIntoListsAndObjects();
    void membersAreFoundByName();
    void deepListsAreFreedWithoutOverflowingTheStack();
    void copiesMayBeUsedOnSeveralThreads();
    void heapSizeCountsWhatIsOutOfLine();
};

void TestValue::eachTypeGivesBackWhatItWasMadeOf()
{
    QVERIFY(Value().isNull());
    QVERIFY(Value(nullptr).isNull());
    QVERIFY(Value(true).isBoolean() && Value(true).toBoolean() && !Value(false).toBoolean());
    QCOMPARE(Value(-7).toInteger(), int64_t(-7));
    QCOMPARE(Value(std::numeric_limits<int64_t>::min()).toInteger(), std::numeric_limits<int64_t>::min());
    QCOMPARE(Value(2.5).toReal(), 2.5);
    QCOMPARE(Value(3).toReal(), 3.0);
    const Timestamp moment{1234567890123456, -90, SecondsForm | OffsetForm, 6};
    QVERIFY(Value(moment).isTimestamp());
    QVERIFY(Value(moment).toTimestamp() == moment);
    QVERIFY(Value::bytes(std::string("\0\1", 2)).isBytes());
    QCOMPARE(Value::bytes(std::string("\0\1", 2)).toText().size(), size_t(2));
    QVERIFY(Value(List{1, "a"}).isList());
    QCOMPARE(Value(List{1, "a"}).toList().size(), size_t(2));
    QVERIFY(Value(Members{{"a", 1}}).isObject());
    QVERIFY(typeName(Value(2.5).type()) == "real");
}

void TestValue::textOfAnyLengthIsKept()
{
    for (size_t length = 0; length < 40; ++length) {
        const std::string text(length, 'y');
        const Value value(text);
        QVERIFY(value.isText());
        QVERIFY(value.toText() == text);
    }
}

void TestValue::copiesShareAndOutliveTheOriginal()
{
    Value copy;
    {
        const Value original(LongText);
        copy = original;
        QVERIFY(copy.toText().data() == original.toText().data());
    }
    QVERIFY(copy.toText() == LongText);
    const Value &self = copy;
    copy = self;
    QVERIFY(copy.toText() == LongText);
}

void TestValue::movingLeavesNull()
{
    Value from(LongText);
    const Value to(std::move(from));
    QVERIFY(to.toText() == LongText);
    QVERIFY(from.isNull()); // NOLINT(bugprone-use-after-move): it is what is tested
}

void TestValue::settersReplaceSharedContent()
{
    const Value kept(LongText);
    Value value(kept);
    value.setInteger(4);
    QCOMPARE(value, Value(4));
    value = kept;
    value.setReal(0.5);
    QCOMPARE(value, Value(0.5));
    QVERIFY(kept.toText() == LongText);
}

void TestValue::anIntegerNeverEqualsAReal()
{
    QVERIFY(!(Value(2) == Value(2.0)));
    QVERIFY(isSameNumber(Value(2), Value(2.0)));
    QVERIFY(!isSameNumber(Value(2), Value("2")));
    QVERIFY(!isSameNumber(Value((int64_t(1) << 53) + 1), Value(int64_t(1) << 53)));
    QVERIFY(!(Value(1) == Value(true)));
    QVERIFY(!(Value("") == Value()));
}

void TestValue::notANumberEqualsItself()
{
    QVERIFY(Value(std::nan("")) == Value(std::nan("1")));
    QVERIFY(!(Value(std::nan("")) == Value(0.0)));
}

void TestValue::equalityLooksIntoListsAndObjects()
{
    const Value one(Members{{"a", List{1, LongText}}, {"b", nullptr}});
    const Value same(Members{{"a", List{1, LongText}}, {"b", nullptr}});
    const Value other(Members{{"a", List{1, LongText + "y"}}, {"b", nullptr}});
    QVERIFY(one == same);
    QVERIFY(!(one == other));
    QVERIFY(!(Value(List{}) == Value(Members{})));
}

void TestValue::membersAreFoundByName()
{
    const Value object(Members{{"a", 1}, {"b", 2}});
    QVERIFY(object.member("b") && *object.member("b") == Value(2));
    QVERIFY(!object.member("c"));
    QVERIFY(!Value(1).member("a"));
}

void TestValue::deepListsAreFreedWithoutOverflowingTheStack()
{
    constexpr int depth = 1'000'000;
    Value value;
    for (int i = 0; i < depth; ++i) {
        List list;
        list.push_back(std::move(value));
        if (i % 2)
            value = Value(std::move(list));
        else
            value = Value(Members{{"a", Value(std::move(list))}});
    }
    const Value inner = value.member("a") ? *value.member("a") : value.toList().front();
    value = Value();
    QVERIFY(value.isNull());
    QVERIFY(inner.isList() || inner.isObject()); // what another Value shares stays
}

void TestValue::copiesMayBeUsedOnSeveralThreads()
{
    const Value shared(List{LongText, 1});
    const auto work = [copy = shared] {
        for (int i = 0; i < 20'000; ++i) {
            const Value another(copy);
            if (another.toList().size() != 2)
                return;
        }
    };
    std::thread first(work), second(work);
    first.join();
    second.join();
    QCOMPARE(shared.toList().size(), size_t(2));
}

void TestValue::heapSizeCountsWhatIsOutOfLine()
{
    QCOMPARE(Value("short").heapSize(), size_t(0));
    QCOMPARE(Value(1.5).heapSize(), size_t(0));
    QVERIFY(Value(LongText).heapSize() >= LongText.size());
    QVERIFY(Value(List{LongText, LongText}).heapSize() >= 2 * LongText.size());
    QVERIFY(Value(Members{{"a", LongText}}).heapSize() >= LongText.size());
}

} // namespace tst_value

QTEST_GUILESS_MAIN(tst_value::TestValue)
#include "tst_value.moc"
