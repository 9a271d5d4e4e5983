// SPDX-License-Identifier: MIT
// Which failed items are tried again, and what a change of one does to what was kept of it.
#include "failures/RetryChoice.h"

#include "metrics/ErrorGroup.h"

#include <QTest>

using namespace millrace;

namespace tst_retry_choice {

class RetryChoiceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyWhatWasChangedIsChanged()
    {
        // Kept: more than can be seen of it, and values that JSON has no type for.
        const Value day(Timestamp{86'400'000'000});
        Value kept(
            Members{{"n", Value(7)}, {"day", day}, {"long", Value(std::string(100, 'x'))}, {"gone", Value(true)}});
        const ItemChange change{.before = Value(Members{{"n", Value(7)},
                                                        {"day", Value("1970-01-02T00:00:00Z")},
                                                        {"long", Value("xxx…")},
                                                        {"gone", Value(true)}}),
                                .after = Value(Members{{"n", Value(8)},
                                                       {"day", Value("1970-01-02T00:00:00Z")},
                                                       {"long", Value("xxx…")},
                                                       {"more", Value("a")}})};
        change.applyTo(kept);
        QCOMPARE(kept,
                 Value(Members{
                     {"n", Value(8)}, {"day", day}, {"long", Value(std::string(100, 'x'))}, {"more", Value("a")}}));
        QVERIFY(kept.toObject()[1].second.isTimestamp());
    }

    void whatIsNoObjectIsReplaced()
    {
        Value kept("12,5");
        ItemChange{.before = Value("12,5"), .after = Value(12.5)}.applyTo(kept);
        QCOMPARE(kept, Value(12.5));
    }

    void nothingChangedChangesNothing()
    {
        const Value day(Timestamp{5});
        Value kept = day;
        ItemChange{.before = Value("1970-01-01T00:00:00.000005Z"), .after = Value("1970-01-01T00:00:00.000005Z")}
            .applyTo(kept);
        QCOMPARE(kept, day);
    }

    void choices()
    {
        LogRecord one;
        one.level = LogLevel::Error;
        one.step = "convert";
        one.kind = "type";
        one.message = "t: \"x3\" is not an integer";
        one.itemId = Value(3);
        one.batch = 0;
        one.origin = "in.csv line 5";
        LogRecord other = one;
        other.message = "t: \"x13\" is not an integer";
        other.itemId = Value(13);
        LogRecord elsewhere = one;
        elsewhere.origin = "more.csv line 5";
        LogRecord different = one;
        different.message = "too long";
        const RetryChoice all, item{.item = one, .change = {}, .kind = {}},
            kind{.item = {}, .change = {}, .kind = errorGroup(one)};
        for (const LogRecord *record : {&one, &other, &elsewhere, &different})
            QVERIFY(all.includes(*record));
        QVERIFY(item.includes(one));
        QVERIFY(!item.includes(other));
        QVERIFY(!item.includes(elsewhere));
        QVERIFY(kind.includes(one));
        QVERIFY(kind.includes(other));
        QVERIFY(!kind.includes(different));
    }
};

} // namespace tst_retry_choice

QTEST_APPLESS_MAIN(tst_retry_choice::RetryChoiceTest)
#include "tst_retry_choice.moc"
