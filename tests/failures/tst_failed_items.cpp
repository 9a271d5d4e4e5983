// SPDX-License-Identifier: MIT
// Failed items on the disk: kept as they were, bounded, whole after a crash, and never those of two runs together.
#include "data/json/StateText.h"
#include "failures/FailedItemLine.h"
#include "failures/FailedItemsFile.h"
#include "failures/FailedItemsFolder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>
#include <thread>

using namespace millrace;

namespace tst_failed_items {

namespace {

LogRecord failedItem(int64_t id, Value fields)
{
    LogRecord record;
    record.level = LogLevel::Error;
    record.step = "price";
    record.worker = 1;
    record.batch = 7;
    record.hasItem = true;
    record.itemId = id;
    record.origin = "orders.csv line 17";
    record.item = std::move(fields);
    record.kind = "type";
    record.message = "price: \"12,50\" is not a number";
    record.trace = "line 1";
    record.attempts = 2;
    return record;
}

} // namespace

class FailedItemsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void itemsComeBackAsTheyWere()
    {
        constexpr int64_t Long = std::numeric_limits<int64_t>::max();
        const Value fields = Members{{"whole", Value(Long)},
                                     {"real", Value(2.0)},
                                     {"infinite", Value(-std::numeric_limits<double>::infinity())},
                                     {"date", Value(Timestamp{1'700'000'000'000'000})},
                                     {"bytes", Value::bytes(std::string("\0\xff", 2))},
                                     {"nothing", Value()},
                                     {"text", Value("a \"quote\", \n and ü")},
                                     {"list", Value(List{Value(1.0), Value(Members{{"$date", Value(Timestamp{0})}})})}};
        FailedItemsFile file(place());
        QVERIFY(file.begin());
        const std::vector<LogRecord> written{failedItem(1, fields), failedItem(2, Value("no object")),
                                             failedItem(3, Value(3.0))};
        QVERIFY(file.add(written));
        file.finish("finished");

        const auto read = readFailedItems(place());
        QVERIFY(read);
        QCOMPARE(read->size(), written.size());
        for (size_t i = 0; i < written.size(); ++i) {
            QCOMPARE(toStateLine((*read)[i].item), toStateLine(written[i].item));
            QCOMPARE((*read)[i].item.type(), written[i].item.type());
            QVERIFY((*read)[i].itemId == written[i].itemId);
            QCOMPARE((*read)[i].origin, written[i].origin);
            QCOMPARE((*read)[i].message, written[i].message);
            QCOMPARE((*read)[i].kind, written[i].kind);
            QCOMPARE((*read)[i].step, written[i].step);
            QCOMPARE((*read)[i].trace, written[i].trace);
            QCOMPARE((*read)[i].batch, written[i].batch);
            QCOMPARE((*read)[i].worker, written[i].worker);
            QCOMPARE((*read)[i].attempts, written[i].attempts);
        }
        const Value &item = read->front().item;
        QVERIFY(item.member("real")->isReal());
        QVERIFY(item.member("date")->isTimestamp());
        QCOMPARE(readEndOfFailedItems(place()).status, std::string("finished"));
    }

    void whereNothingFailsThereIsNoFolder()
    {
        FailedItemsFile file(place());
        QVERIFY(file.begin());
        file.finish("finished");
        QVERIFY(!QFileInfo::exists(folder()));
        QVERIFY(readFailedItems(place())->empty());
    }

    void aRunTakesTheItemsOfTheLastOneAway()
    {
        keep(3);
        FailedItemsFile file(place());
        QVERIFY(file.begin());
        QVERIFY(!QFileInfo::exists(folder()));
    }

    void whatSomebodyElsePutIntoTheFolderStays()
    {
        keep(1);
        QFile other(folder() + QStringLiteral("/mine.txt"));
        QVERIFY(other.open(QIODevice::WriteOnly));
        discardFailedItems(place());
        QVERIFY(other.exists());
        QVERIFY(!QFileInfo::exists(folder() + QStringLiteral("/items.jsonl")));
    }

    void onlyItsOwnerCanReadIt()
    {
        keep(1);
        const auto others =
            QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::WriteGroup | QFileDevice::WriteOther;
        QVERIFY(!(QFile::permissions(folder()) & others));
        QVERIFY(!(QFile::permissions(folder() + QStringLiteral("/items.jsonl")) & others));
    }

    void whatIsKeptIsBounded_data()
    {
        QTest::addColumn<quint64>("mostItems");
        QTest::addColumn<quint64>("mostBytes");
        QTest::addColumn<quint64>("kept");
        const auto length = quint64(failedItemLine(failedItem(5, Members{{"n", Value(5)}})).size());
        QTest::newRow("items") << quint64(4) << quint64(1) << quint64(0);
        QTest::newRow("bytes") << quint64(100) << 3 * length << quint64(3);
        QTest::newRow("number") << quint64(4) << quint64(1'000'000) << quint64(4);
    }
    void whatIsKeptIsBounded()
    {
        QFETCH(quint64, mostItems);
        QFETCH(quint64, mostBytes);
        QFETCH(quint64, kept);
        FailedItemsFile file(place(), mostItems, mostBytes);
        QVERIFY(file.begin());
        for (int i = 0; i < 5; ++i)
            QVERIFY(file.add(
                std::vector{failedItem(i, Members{{"n", Value(i)}}), failedItem(i, Members{{"n", Value(i)}})}));
        QCOMPARE(file.kept(), kept);
        QCOMPARE(file.leftOut(), 10 - kept);
        file.finish("finished");
        QCOMPARE(readFailedItems(place())->size(), size_t(kept));
        QCOMPARE(readEndOfFailedItems(place()).leftOut, kept > 0 ? 10 - kept : 0);
    }

    void aLineThatACrashCutShortIsLeftOut()
    {
        keep(3);
        QFile file(folder() + QStringLiteral("/items.jsonl"));
        QVERIFY(file.resize(file.size() - 5));
        QCOMPARE(readFailedItems(place())->size(), size_t(2));
    }

    void aFileOfSomethingElseIsToldWithItsLine()
    {
        keep(1);
        QFile file(folder() + QStringLiteral("/items.jsonl"));
        QVERIFY(file.open(QIODevice::Append) && file.write("rubbish\n") > 0);
        file.close();
        const auto read = readFailedItems(place());
        QVERIFY(!read);
        QVERIFY2(read.error().message.find("line 2") != std::string::npos, read.error().message.c_str());
    }

    void twoRunsDoNotMixTheirItems()
    {
        FailedItemsFile first(place()), second(place());
        QVERIFY(first.begin());
        QVERIFY(first.add(std::vector{failedItem(1, Members{})}));
        QVERIFY(isFailedItemsFolderInUse(place()));
        const auto begun = second.begin();
        QVERIFY(!begun);
        QVERIFY(begun.error().message.find("Another run") != std::string::npos);
        QVERIFY(second.add(std::vector{failedItem(2, Members{})}));
        QCOMPARE(second.kept(), uint64_t(0));
        first.finish("finished");
        QVERIFY(!isFailedItemsFolderInUse(place()));
        QCOMPARE(readFailedItems(place())->size(), size_t(1));
    }

    void aFolderThatIsALinkIsNotFollowed()
    {
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("elsewhere")));
        QVERIFY(QFile::link(m_folder->filePath(QStringLiteral("elsewhere")), folder()));
        FailedItemsFile file(place());
        QVERIFY(file.begin());
        const auto added = file.add(std::vector{failedItem(1, Members{})});
        QVERIFY(!added);
        QVERIFY2(added.error().message.find("not kept") != std::string::npos, added.error().message.c_str());
        QVERIFY(QDir(m_folder->filePath(QStringLiteral("elsewhere"))).isEmpty());
        QVERIFY(file.add(std::vector{failedItem(1, Members{})})); // said once
        QCOMPARE(file.leftOut(), uint64_t(2));
    }

    void manyThreadsKeepWholeLines()
    {
        FailedItemsFile file(place());
        QVERIFY(file.begin());
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&file, t] {
                for (int i = 0; i < 250; ++i)
                    (void)file.add(std::vector{failedItem(t * 1000 + i, Members{{"n", Value(i)}})});
            });
        for (std::thread &thread : threads)
            thread.join();
        file.finish("finished");
        QCOMPARE(readFailedItems(place())->size(), size_t(1000));
    }

private:
    QString folder() const { return m_folder->filePath(QStringLiteral("a.millrace.failed")); }
    std::string place() const { return folder().toStdString(); }
    void keep(int count) const
    {
        FailedItemsFile file(place());
        QVERIFY(file.begin());
        for (int i = 0; i < count; ++i)
            QVERIFY(file.add(std::vector{failedItem(i, Members{{"n", Value(i)}})}));
        file.finish("finished");
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

} // namespace tst_failed_items

QTEST_GUILESS_MAIN(tst_failed_items::FailedItemsTest)
#include "tst_failed_items.moc"
