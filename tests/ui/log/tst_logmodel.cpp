// SPDX-License-Identifier: MIT
#include "data/json/JsonReader.h"
#include "log/LogExport.h"
#include "log/LogModel.h"
#include "log/ProblemsModel.h"
#include "ui/support/Pictures.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace millrace::tst_logmodel {

namespace {

LogRecord record(uint64_t number, LogLevel level, const char *step, std::string message)
{
    LogRecord made;
    made.number = number;
    made.level = level;
    made.step = step;
    made.message = std::move(message);
    made.item = Value(Members{{"n", Value(int64_t(number))}});
    made.itemId = Value(int64_t(number));
    made.hasItem = true;
    return made;
}

/// Every tenth record is an error of "price", the others say something about "orders".
std::vector<LogRecord> records(uint64_t from, uint64_t count)
{
    std::vector<LogRecord> made;
    made.reserve(count);
    for (uint64_t number = from; number < from + count; ++number)
        made.push_back(number % 10 == 0 ? record(number, LogLevel::Error, "price", "not a number")
                                        : record(number, LogLevel::Info, "orders", "read"));
    return made;
}

} // namespace

class TestLogModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void newestComeFirst()
    {
        LogModel model(m_theme);
        const QAbstractItemModelTester tester(&model);
        model.append(records(1, 25));
        QCOMPARE(model.rowCount(), 25);
        QCOMPARE(model.record(0)->number, uint64_t(25));
        QCOMPARE(model.record(24)->number, uint64_t(1));
        QCOMPARE(model.record(25), nullptr);
        QCOMPARE(model.lastNumber(), uint64_t(25));
        QCOMPARE(model.errorCount(), uint64_t(2));
        QCOMPARE(model.errorsByStep().at("price"), uint64_t(2));
        const std::vector<std::string> steps{"orders", "price"};
        QCOMPARE(model.loggedSteps(), steps);
        QCOMPARE(text(model, 5, LogModel::Level), QStringLiteral("Error"));
        QCOMPARE(text(model, 5, LogModel::Item), QStringLiteral("#20"));
    }

    void filtersByStepLevelAndText()
    {
        LogModel model(m_theme);
        const QAbstractItemModelTester tester(&model);
        model.append(records(1, 40));
        model.setFilter({"price", LogLevel::Info, {}});
        QCOMPARE(model.rowCount(), 4);
        model.setFilter({{}, LogLevel::Error, {}});
        QCOMPARE(model.rowCount(), 4);
        model.setFilter({{}, LogLevel::Info, QStringLiteral("NOT A")});
        QCOMPARE(model.rowCount(), 4);
        model.setFilter({{}, LogLevel::Info, QStringLiteral("#39")});
        QCOMPARE(model.rowCount(), 1);
        model.setFilter({"orders", LogLevel::Error, {}});
        QCOMPARE(model.rowCount(), 0);
        model.setFilter({});
        QCOMPARE(model.rowCount(), 40);
    }

    void whatComesLaterPassesTheFilterToo()
    {
        LogModel model(m_theme);
        const QAbstractItemModelTester tester(&model);
        model.setFilter({{}, LogLevel::Error, {}});
        model.append(records(1, 9));
        QCOMPARE(model.rowCount(), 0);
        model.append(records(10, 11));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.record(0)->number, uint64_t(20));
    }

    void olderRecordsAreFilteredPieceByPiece()
    {
        LogModel model(m_theme);
        const QAbstractItemModelTester tester(&model);
        model.append(records(1, 50'000));
        model.setFilter({{}, LogLevel::Error, {}});
        QVERIFY(model.isFiltering());
        QVERIFY(model.rowCount() < 5000);
        QCOMPARE(model.record(0)->number, uint64_t(50'000));
        model.append(records(50'001, 10));
        QTRY_VERIFY(!model.isFiltering());
        QCOMPARE(model.rowCount(), 5001);
        for (int row = 0; row < model.rowCount(); ++row)
            QCOMPARE(model.record(row)->number, uint64_t(50'010 - 10 * row));
    }

    void aMillionRecordsAreKeptAndFiltered()
    {
        LogModel model(m_theme);
        for (uint64_t i = 0; i < 103; ++i)
            model.append(records(i * 10'000 + 1, 10'000));
        QCOMPARE(model.rowCount(), int(LogModel::MostRecords));
        QCOMPARE(model.keptCount(), LogModel::MostRecords);
        QCOMPARE(model.record(0)->number, uint64_t(1'030'000));
        QCOMPARE(model.record(999'999)->number, uint64_t(30'001));
        QCOMPARE(model.errorCount(), uint64_t(103'000)); // of all that there were
        QVERIFY(!model.record(0)->item.isNull());
        QVERIFY(model.record(500'000)->item.isNull());
        QCOMPARE(text(model, 999'999, LogModel::Message), QStringLiteral("read"));
        model.setFilter({{}, LogLevel::Error, QStringLiteral("number")});
        QTRY_VERIFY_WITH_TIMEOUT(!model.isFiltering(), 60'000);
        QCOMPARE(model.rowCount(), 100'000);
        QCOMPARE(model.record(99'999)->number, uint64_t(30'010));
    }

    void oldRecordsGoWhileTheyAreFiltered()
    {
        LogModel model(m_theme);
        for (uint64_t i = 0; i < 100; ++i)
            model.append(records(i * 10'000 + 1, 10'000));
        model.setFilter({{}, LogLevel::Error, {}});
        model.append(records(1'000'001, 500'000));
        QTRY_VERIFY_WITH_TIMEOUT(!model.isFiltering(), 60'000);
        QCOMPARE(model.rowCount(), 100'000);
        QCOMPARE(model.record(99'999)->number, uint64_t(500'010));
    }

    void clearBeginsAnew()
    {
        LogModel model(m_theme);
        const QAbstractItemModelTester tester(&model);
        model.append(records(1, 30'000));
        model.setFilter({{}, LogLevel::Error, {}});
        model.clear();
        QVERIFY(!model.isFiltering());
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.errorCount(), uint64_t(0));
        QCOMPARE(model.lastNumber(), uint64_t(0));
        model.append(records(1, 20));
        QCOMPARE(model.rowCount(), 2);
    }

    void stepsHaveTheirNames()
    {
        LogModel model(m_theme);
        model.setNames([](const std::string &step) { return QStringLiteral("The ") + QString::fromStdString(step); });
        model.append({record(1, LogLevel::Error, "price", "no  number\nhere")});
        QCOMPARE(text(model, 0, LogModel::Message), QStringLiteral("no number here"));
        QCOMPARE(text(model, 0, LogModel::Step), QStringLiteral("The price"));
        QCOMPARE(model.data(model.index(0, LogModel::Level), Qt::ForegroundRole).value<QColor>(), m_theme.colors().bad);
    }

    void errorsThatAreAlikeShareARowThatCountsUp()
    {
        LogModel model(m_theme);
        const QAbstractItemModelTester tester(&model);
        model.setGrouped(true);
        model.append({record(1, LogLevel::Info, "", "begun"), record(2, LogLevel::Error, "price", "\"12,50\" at 17"),
                      record(3, LogLevel::Error, "price", "\"3,20\" at 18"),
                      record(4, LogLevel::Error, "tax", "\"3,20\" at 18"),
                      record(5, LogLevel::Error, "price", "\"\" at 19"), record(6, LogLevel::Info, "", "begun")});
        QCOMPARE(model.rowCount(), 4); // what is neither a warning nor an error stands for itself
        QCOMPARE(text(model, 1, LogModel::Message), QStringLiteral("\"\" at 19"));
        QCOMPARE(text(model, 1, LogModel::Times), QStringLiteral("3"));
        QCOMPARE(text(model, 2, LogModel::Times), QString());
        QCOMPARE(model.rowOf(2), 1);
        QCOMPARE(model.rowOf(99), -1);
        // The next one takes its place at the top, with one more.
        model.append({record(7, LogLevel::Error, "price", "\"9\" at 20")});
        QTRY_COMPARE(text(model, 0, LogModel::Times), QStringLiteral("4"));
        QCOMPARE(model.rowCount(), 4);
        // All of a kind, each on its own.
        LogFilter like;
        like.group = model.groupAt(0);
        model.setGrouped(false);
        model.setFilter(like);
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(model.record(3)->number, uint64_t(2));
    }

    void whatFellOutBeforeItWasReadCounts()
    {
        LogModel model(m_theme);
        model.setGrouped(true);
        LogRecord late = record(70'000, LogLevel::Error, "price", "no number");
        late.count = 70'000;
        model.append({record(1, LogLevel::Error, "price", "no number"), late});
        QCOMPARE(text(model, 0, LogModel::Times), QStringLiteral("70,000"));
    }

    void rowsAreSortedByWhatAPersonWants()
    {
        LogModel model(m_theme);
        const QAbstractItemModelTester tester(&model);
        model.append({record(1, LogLevel::Info, "b", "z"), record(2, LogLevel::Error, "a", "y"),
                      record(3, LogLevel::Warning, "c", "x"), record(4, LogLevel::Info, "a", "y")});
        const auto order = [&model] {
            std::vector<uint64_t> numbers;
            for (int row = 0; row < model.rowCount(); ++row)
                numbers.push_back(model.record(row)->number);
            return numbers;
        };
        using Numbers = std::vector<uint64_t>;
        model.sort(LogModel::Level, Qt::DescendingOrder);
        QCOMPARE(order(), (Numbers{2, 3, 4, 1}));
        model.sort(LogModel::Step, Qt::AscendingOrder);
        QCOMPARE(order(), (Numbers{4, 2, 1, 3}));
        model.sort(LogModel::Message, Qt::AscendingOrder);
        QCOMPARE(order(), (Numbers{3, 4, 2, 1}));
        model.sort(LogModel::Item, Qt::DescendingOrder);
        QCOMPARE(order(), (Numbers{4, 3, 2, 1}));
        model.sort(LogModel::Time, Qt::AscendingOrder);
        QCOMPARE(order(), (Numbers{1, 2, 3, 4}));
        model.append({record(5, LogLevel::Info, "d", "w")});
        QTRY_COMPARE(model.rowCount(), 5);
        QCOMPARE(order().back(), uint64_t(5));
        model.sort(LogModel::Time, Qt::DescendingOrder);
        QCOMPARE(order(), (Numbers{5, 4, 3, 2, 1}));
    }

    void twoHundredThousandErrorsAreAFewRowsMadeAFewTimes()
    {
        LogModel model(m_theme);
        model.setGrouped(true);
        const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        for (uint64_t part = 0; part < 200; ++part) {
            std::vector<LogRecord> errors;
            for (uint64_t i = 0; i < 1'000; ++i)
                errors.push_back(record(part * 1'000 + i + 1, LogLevel::Error, "price",
                                        "line " + std::to_string(part * 1'000 + i) + (i % 2 ? ": odd" : ": even")));
            model.append(std::move(errors));
        }
        // Not with each piece that comes in, but as often as a person can follow.
        QVERIFY2(resets.size() < 150, qPrintable(QString::number(resets.size())));
        QTRY_COMPARE(text(model, 0, LogModel::Times), QStringLiteral("100,000"));
        QCOMPARE(model.rowCount(), 2);
    }

    void oldRecordsGoFromGroupsToo()
    {
        LogModel model(m_theme);
        model.setGrouped(true);
        for (uint64_t i = 0; i < 101; ++i)
            model.append(records(i * 10'000 + 1, 10'000));
        QCOMPARE(model.keptCount(), LogModel::MostRecords);
        QTRY_COMPARE(text(model, 0, LogModel::Times), QStringLiteral("100,000"));
        for (int row = 0; row < 100; ++row)
            QVERIFY(model.record(row));
    }

    void anExportHasEveryRecordOnItsOwn()
    {
        QTemporaryDir folder;
        LogModel model(m_theme);
        model.setGrouped(true);
        std::vector<LogRecord> made = records(1, 12'000);
        made.back().message = "with \"quotes\", commas\nand lines";
        made.back().trace = "at line 3";
        model.append(std::move(made));
        for (const char *name : {"log.csv", "log.jsonl"}) {
            QString said;
            auto *writing = new LogExport(model, folder.filePath(QLatin1String(name)), this);
            connect(writing, &LogExport::ended, this, [&said](const QString &sentence) { said = sentence; });
            QTRY_VERIFY(!said.isEmpty());
            QVERIFY2(said.startsWith(QLatin1String("12,000 records written to ")), qPrintable(said));
        }
        QFile csv(folder.filePath(QStringLiteral("log.csv"))), json(folder.filePath(QStringLiteral("log.jsonl")));
        QVERIFY(csv.open(QIODevice::ReadOnly) && json.open(QIODevice::ReadOnly));
        const QByteArray table = csv.readAll();
        QVERIFY(table.startsWith("time,level,step,worker,batch,item,origin,kind,message,trace,attempts,fields\n"));
        QCOMPARE(table.count('\n'), 12'002);
        QVERIFY(table.contains(",\"with \"\"quotes\"\", commas\nand lines\",at line 3,"));
        const QList<QByteArray> lines = json.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 12'000);
        const auto last = parseJson(lines.last().toStdString());
        QVERIFY(last && last->member("level") && last->member("fields"));
        QCOMPARE(std::string(last->member("trace")->toText()), std::string("at line 3"));
    }

    void anExportThatCantBeWrittenSaysWhy()
    {
        LogModel model(m_theme);
        model.append(records(1, 10));
        QString said;
        connect(new LogExport(model, QStringLiteral("/proc/no/log.csv"), this), &LogExport::ended, this,
                [&said](const QString &sentence) { said = sentence; });
        QTRY_VERIFY2(said.startsWith(QLatin1String("The log can't be written to /proc/no/log.csv: ")),
                     qPrintable(said));
        // A new run's log isn't mixed with that of the one before.
        said.clear();
        const QTemporaryDir folder;
        connect(new LogExport(model, folder.filePath(QStringLiteral("log.csv")), this), &LogExport::ended, this,
                [&said](const QString &sentence) { said = sentence; });
        model.clear();
        QVERIFY2(said.endsWith(QLatin1String("nothing was written.")), qPrintable(said));
        QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("log.csv"))));
    }

    void problemsAreAListOfWhereAndWhat()
    {
        ProblemsModel model(m_theme);
        const QAbstractItemModelTester tester(&model);
        model.setProblems({{Severity::Error, "price", "field", "Say a field."}, {Severity::Warning, "", "", "Odd."}},
                          [](const std::string &step) { return QString::fromStdString(step).toUpper(); });
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, ProblemsModel::Step).data().toString(), QStringLiteral("PRICE"));
        QCOMPARE(model.index(0, ProblemsModel::Setting).data().toString(), QStringLiteral("field"));
        QCOMPARE(model.index(1, ProblemsModel::Step).data().toString(), QStringLiteral("—"));
        QCOMPARE(model.index(1, ProblemsModel::Level).data().toString(), QStringLiteral("Warning"));
        QCOMPARE(model.problem(2), nullptr);
        model.setProblems({}, {});
        QCOMPARE(model.rowCount(), 0);
    }

private:
    static QString text(const LogModel &model, int row, int column)
    {
        return model.index(row, column).data().toString();
    }

    Theme m_theme;
};

} // namespace millrace::tst_logmodel

QTEST_MAIN(millrace::tst_logmodel::TestLogModel)
#include "tst_logmodel.moc"
