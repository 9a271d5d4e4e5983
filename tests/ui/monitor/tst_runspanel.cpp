// SPDX-License-Identifier: MIT
// The panel of past runs: its table, the trend, and two runs compared, by mouse
// and keys.
#include "monitor/runs/ComparisonModel.h"
#include "monitor/runs/RunsModel.h"
#include "monitor/runs/RunsPanel.h"
#include "monitor/runs/RunTrend.h"
#include "ui/support/Pictures.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace millrace::tst_runspanel {

namespace {

QString nameOf(const std::string &step)
{
    return step == "price" ? QStringLiteral("Price") : QString::fromStdString(step);
}

PastRun runOf(int minute, double seconds, int workers)
{
    PastRun run;
    run.start = "2026-11-30T10:" + std::to_string(10 + minute) + ":00Z";
    run.seconds = seconds;
    run.status = "finished";
    run.itemsRead = 10'000;
    run.itemsWritten = 9'990;
    run.limitKind = "workers";
    run.limitStep = "price";
    run.steps = {{"numbers", 1, 0, 10'000, 0, 10'000 / seconds, 0.2},
                 {"price", workers, 10'000, 9'990, 10, 10'000 / seconds, 0.97}};
    return run;
}

/// Newest first.
std::vector<PastRun> fourRuns()
{
    PastRun newest = runOf(3, 2, 4);
    newest.changes = {{"price.workers", "2", "4"}, {"batching.size", "100", "50"}};
    PastRun failed = runOf(1, 1, 2);
    failed.status = "failed";
    PastRun withErrors = runOf(2, 4, 2);
    withErrors.errors = 10;
    return {newest, withErrors, failed, runOf(0, 5, 1)};
}

} // namespace

class TestRunsPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_theme.setKind(ThemeKind::Light); }

    void init()
    {
        m_panel = std::make_unique<RunsPanel>(m_theme);
        m_panel->resize(1300, 220);
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    }

    void modelsKeepTheRules()
    {
        RunsModel runs(m_theme);
        const QAbstractItemModelTester tester(&runs, QAbstractItemModelTester::FailureReportingMode::QtTest);
        runs.setRuns(fourRuns(), nameOf);
        QCOMPARE(textOf(runs, 0, RunsModel::Took), QStringLiteral("2 s"));
        QCOMPARE(textOf(runs, 0, RunsModel::Rate), QStringLiteral("5 k"));
        QCOMPARE(textOf(runs, 0, RunsModel::LimitedBy), QStringLiteral("Price"));
        QCOMPARE(textOf(runs, 0, RunsModel::Changed), QStringLiteral("Price: workers 2 → 4; batching.size 100 → 50"));
        QCOMPARE(textOf(runs, 1, RunsModel::End), QStringLiteral("with failed items"));
        QCOMPARE(textOf(runs, 1, RunsModel::Errors), QStringLiteral("10"));
        QCOMPARE(textOf(runs, 2, RunsModel::End), QStringLiteral("failed"));
        ComparisonModel steps(m_theme);
        const QAbstractItemModelTester other(&steps, QAbstractItemModelTester::FailureReportingMode::QtTest);
        steps.setSteps(compareRuns(fourRuns()[1], fourRuns()[0]), nameOf);
        QCOMPARE(textOf(steps, 1, ComparisonModel::Rate), QStringLiteral("2.5 k → 5 k"));
        QCOMPARE(textOf(steps, 1, ComparisonModel::Gain), QStringLiteral("+100 %"));
        QCOMPARE(textOf(steps, 1, ComparisonModel::Workers), QStringLiteral("2 → 4"));
        QCOMPARE(textOf(steps, 1, ComparisonModel::Busy), QStringLiteral("97 %"));
    }

    void withoutRunsItSaysWhy()
    {
        m_panel->setRuns({}, QStringLiteral("Nothing yet."), nameOf);
        QVERIFY(!m_panel->compared());
        bool isSaid = false;
        for (const QLabel *label : m_panel->findChildren<QLabel *>())
            isSaid = isSaid || (label->isVisible() && label->text() == QLatin1String("Nothing yet."));
        QVERIFY(isSaid);
        m_panel->setRuns({runOf(0, 2, 1)}, {}, nameOf);
        QVERIFY(!m_panel->compared());
    }

    void theNewestIsComparedWithTheOneBeforeUntilOthersAreChosen()
    {
        m_panel->setRuns(fourRuns(), {}, nameOf);
        QCOMPARE(m_panel->compared(), std::optional(std::pair(1, 0)));
        QTableView *table = runs();
        click(*table, 2);
        QCOMPARE(m_panel->compared(), std::optional(std::pair(3, 2)));
        click(*table, 3);
        QVERIFY(!m_panel->compared()); // nothing is older
        click(*table, 0);
        click(*table, 3, Qt::ControlModifier);
        QCOMPARE(m_panel->compared(), std::optional(std::pair(3, 0)));
        // By keys.
        table->setFocus();
        click(*table, 0);
        QTest::keyClick(table, Qt::Key_Down);
        QCOMPARE(m_panel->compared(), std::optional(std::pair(2, 1)));
        QTest::keyClick(table, Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(table, Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(m_panel->compared(), std::optional(std::pair(3, 1)));
    }

    void aBarOfTheTrendChoosesItsRun()
    {
        m_panel->setRuns(fourRuns(), {}, nameOf);
        auto *trend = m_panel->findChild<RunTrend *>();
        QVERIFY(trend->barOf(0).left() > trend->barOf(3).left()); // time goes to the right
        QVERIFY(trend->barOf(2).height() > trend->barOf(0).height());
        QTest::mouseClick(trend, Qt::LeftButton, {}, trend->barOf(2).center().toPoint());
        QCOMPARE(m_panel->compared(), std::optional(std::pair(3, 2)));
        QTest::mouseClick(trend, Qt::LeftButton, Qt::ControlModifier, trend->barOf(0).center().toPoint());
        QCOMPARE(m_panel->compared(), std::optional(std::pair(2, 0)));
        savePicture(*m_panel, QStringLiteral("runs-chosen"));
    }

    void aStepThatIsComparedIsGoneTo()
    {
        m_panel->setRuns(fourRuns(), {}, nameOf);
        const QSignalSpy wanted(m_panel.get(), &RunsPanel::stepWanted);
        for (QTableView *table : m_panel->findChildren<QTableView *>())
            if (table != runs())
                click(*table, 1);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].value<std::string>(), std::string("price"));
    }

    void theSameRunsReadAgainLeaveWhatIsChosen()
    {
        m_panel->setRuns(fourRuns(), {}, nameOf);
        click(*runs(), 2);
        m_panel->setRuns(fourRuns(), {}, nameOf);
        QCOMPARE(m_panel->compared(), std::optional(std::pair(3, 2)));
    }

    void itIsLookedAt()
    {
        for (const bool isDark : {false, true}) {
            m_theme.setKind(isDark ? ThemeKind::Dark : ThemeKind::Light);
            m_theme.apply();
            init();
            m_panel->setRuns(fourRuns(), {}, nameOf);
            QVERIFY(savePicture(*m_panel, isDark ? QStringLiteral("runs-dark") : QStringLiteral("runs-light")));
        }
        m_theme.setKind(ThemeKind::Light);
        m_theme.apply();
    }

private:
    static QString textOf(const QAbstractItemModel &model, int row, int column)
    {
        return model.index(row, column).data().toString();
    }

    QTableView *runs() const
    {
        for (QTableView *table : m_panel->findChildren<QTableView *>())
            if (qobject_cast<RunsModel *>(table->model()))
                return table;
        return nullptr;
    }

    static void click(QTableView &table, int row, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mouseClick(table.viewport(), Qt::LeftButton, modifiers,
                          table.visualRect(table.model()->index(row, 0)).center());
    }

    Theme m_theme;
    std::unique_ptr<RunsPanel> m_panel;
};

} // namespace millrace::tst_runspanel

QTEST_MAIN(millrace::tst_runspanel::TestRunsPanel)
#include "tst_runspanel.moc"
