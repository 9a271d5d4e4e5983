// SPDX-License-Identifier: MIT
#include "process/Event.h"
#include "process/Supervisor.h"

#include "metrics/Clock.h"

#include <QTest>

#include <deque>
#include <new>
#include <vector>

using namespace millrace;

namespace tst_supervisor {

namespace {

/// A child on paper: starts as it is told to, and remembers what it was asked for.
class PaperChild final : public SupervisedChild
{
public:
    Result<> startChild() override
    {
        ++starts;
        if (failures.empty())
            return {};
        const std::string kind = failures.front();
        failures.pop_front();
        return failure(kind, "It failed " + std::to_string(starts) + '.');
    }
    void endChild(int patience) override { ended.push_back(patience); }
    ChildLoss describeLoss(const Error &error) override
    {
        endedBefore = ended.size();
        return {"crash", "It said " + error.message + '.', "trace"};
    }
    void log(LogRecord record) const override { logged.push_back(std::move(record)); }

    std::deque<std::string> failures; ///< the kinds with which the next starts fail
    int starts = 0;
    std::vector<int> ended; ///< with what patience
    size_t endedBefore = 0; ///< how often, when a loss was last described
    mutable std::vector<LogRecord> logged;
};

SupervisorLimits limits(int mostLosses)
{
    return {"early", 3, mostLosses, 70};
}

std::string kindOf(const Result<> &result)
{
    return result ? std::string("none") : result.error().kind;
}

} // namespace

class tst_supervisor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anotherIsTriedInThePlaceOfOneThatDiedEarly()
    {
        PaperChild child;
        child.failures = {"early", "early"};
        Supervisor supervisor(child, limits(0));
        QVERIFY(supervisor.start());
        QCOMPARE(child.starts, 3);
    }

    void afterTooManyTheLastErrorIsTold()
    {
        PaperChild child;
        child.failures = {"early", "early", "early", "early"};
        Supervisor supervisor(child, limits(0));
        const auto started = supervisor.start();
        QCOMPARE(kindOf(started), std::string("early"));
        QCOMPARE(started.error().message, std::string("It failed 3."));
        QVERIFY(supervisor.mayStart());
    }

    void anyOtherErrorOfStartingIsToldAtOnce()
    {
        PaperChild child;
        child.failures = {"early", "io", "early"};
        Supervisor supervisor(child, limits(0));
        QCOMPARE(kindOf(supervisor.start()), std::string("io"));
        QCOMPARE(child.starts, 2);
    }

    void aLossIsEndedLoggedAndHandedBack()
    {
        PaperChild child;
        Supervisor supervisor(child, limits(0));
        supervisor.open(4, -1);
        const auto lost = supervisor.lost({"ended", "goodbye"});
        QCOMPARE(kindOf(lost), std::string("crash"));
        QCOMPARE(lost.error().message, std::string("It said goodbye."));
        QCOMPARE(child.endedBefore, size_t(0));
        QCOMPARE(child.ended, std::vector<int>{0});
        QCOMPARE(child.logged.size(), size_t(1));
        QCOMPARE(int(child.logged[0].level), int(LogLevel::Warning));
        QCOMPARE(child.logged[0].kind, std::string("crash"));
        QCOMPARE(child.logged[0].message, std::string("Worker 5: It said goodbye. Another one is started."));
        QCOMPARE(child.logged[0].trace, std::string("trace"));
    }

    void whereTheRunIsBrokenOffNothingIsLost()
    {
        PaperChild child;
        Supervisor supervisor(child, limits(1));
        QCOMPARE(kindOf(supervisor.lost({"interrupted", "The run was stopped."})), std::string("interrupted"));
        QCOMPARE(child.ended, std::vector<int>{70});
        QVERIFY(child.logged.empty());
        QVERIFY(supervisor.mayStart());
    }

    void tooManyLossesInARowAreTheEnd()
    {
        PaperChild child;
        Supervisor supervisor(child, limits(2));
        QVERIFY(!supervisor.lost({"ended", "one"}));
        QVERIFY(supervisor.mayStart());
        const auto last = supervisor.lost({"ended", "two"});
        QCOMPARE(last.error().message,
                 std::string("It said two. That was so 2 times in a row; it isn't started any more."));
        QCOMPARE(supervisor.mayStart().error(), last.error());
        QCOMPARE(child.logged.size(), size_t(1)); // no other one is started in the place of the last

        supervisor.open(0, -1);
        QVERIFY(supervisor.mayStart());
        QVERIFY(!supervisor.lost({"ended", "three"})); // the first of a new row
        QVERIFY(supervisor.mayStart());
    }

    void anAnswerBetweenThemMakesLossesCountAnew()
    {
        PaperChild child;
        Supervisor supervisor(child, limits(2));
        for (int i = 0; i < 5; ++i) {
            QVERIFY(!supervisor.lost({"ended", "one"}));
            QVERIFY(supervisor.mayStart());
            supervisor.noteAnswer();
        }
    }

    void theMoreWereLostTheLaterAnotherIsStarted()
    {
        PaperChild child;
        Supervisor supervisor(child, limits(0));
        for (int i = 0; i < 6; ++i)
            QVERIFY(!supervisor.countLoss());
        constexpr uint64_t Millisecond = 1'000'000, AfterSix = 80 * Millisecond; // nanoseconds: 10 doubled three times
        const uint64_t begin = steadyNanoseconds();
        QVERIFY(supervisor.start());
        QVERIFY(steadyNanoseconds() - begin >= AfterSix - Millisecond);
    }

    void aPauseEndsWhereTheRunIsBrokenOff()
    {
        PaperChild child;
        Event cancelled;
        cancelled.set();
        Supervisor supervisor(child, limits(0));
        supervisor.open(0, cancelled.number());
        for (int i = 0; i < 100; ++i)
            QVERIFY(!supervisor.countLoss());
        QCOMPARE(kindOf(supervisor.start()), std::string("interrupted"));
        QCOMPARE(child.starts, 0);
    }

    void deadlinesAreInTheFutureOrNever()
    {
        QCOMPARE(Supervisor::deadlineIn(0), uint64_t(0));
        QCOMPARE(Supervisor::deadlineIn(-1), uint64_t(0));
        constexpr uint64_t Minute = 60'000'000'000; // nanoseconds
        const uint64_t now = steadyNanoseconds(), later = Supervisor::deadlineIn(60);
        QVERIFY(later >= now + Minute);
        QVERIFY(later < now + 2 * Minute);
        QVERIFY(Supervisor::deadlineIn(1e300) > now); // it doesn't overflow
    }
    void whatThrowsBeforeTheAnswerIsTakenEndsTheChild()
    {
        PaperChild child;
        Supervisor supervisor(child, limits(0));
        QVERIFY(supervisor.exchange([]() -> Result<> { return {}; }));
        QCOMPARE(kindOf(supervisor.exchange([]() -> Result<> { return failure("crash", "It fell."); })),
                 std::string("crash"));
        QVERIFY(child.ended.empty()); // what an error means is for others
        QVERIFY_THROWS_EXCEPTION(std::bad_alloc,
                                 (void)supervisor.exchange([]() -> Result<> { throw std::bad_alloc(); }));
        QCOMPARE(child.ended, std::vector<int>{0});
    }
};

} // namespace tst_supervisor

QTEST_APPLESS_MAIN(tst_supervisor::tst_supervisor)
#include "tst_supervisor.moc"
