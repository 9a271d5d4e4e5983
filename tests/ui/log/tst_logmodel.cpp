// SPDX-License-Identifier: MIT
#include "log/LogModel.h"
#include "log/ProblemsModel.h"
#include "ui/support/Pictures.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

namespace millrace {

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

    void equalErrorsShowTheirCountAndStepsTheirNames()
    {
        LogModel model(m_theme);
        model.setNames([](const std::string &step) { return QStringLiteral("The ") + QString::fromStdString(step); });
        LogRecord many = record(1, LogLevel::Error, "price", "no  number\nhere");
        many.count = 1200;
        model.append({many});
        QCOMPARE(text(model, 0, LogModel::Message), QStringLiteral("no number here"));
        QCOMPARE(text(model, 0, LogModel::Times), QStringLiteral("1,200"));
        QCOMPARE(model.index(0, LogModel::Times).data(Qt::ToolTipRole).toString(),
                 QStringLiteral("1,200 times alike until then"));
        QCOMPARE(text(model, 0, LogModel::Step), QStringLiteral("The price"));
        QCOMPARE(model.data(model.index(0, LogModel::Level), Qt::ForegroundRole).value<QColor>(), m_theme.colors().bad);
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

} // namespace millrace

QTEST_MAIN(millrace::TestLogModel)
#include "tst_logmodel.moc"
