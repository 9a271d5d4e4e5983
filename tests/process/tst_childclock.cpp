// SPDX-License-Identifier: MIT
// What children compute is counted, while they do and afterwards.
#include "metrics/MachineTime.h"
#include "metrics/ProcessTable.h"
#include "process/Child.h"

#include <QTest>

#include <unistd.h>

using namespace millrace;

namespace tst_childclock {

namespace {

constexpr uint64_t Second = 1'000'000'000;
/// Computes for a fifth of a second or more, whatever the machine.
constexpr const char *Compute = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done";

Child start(const std::string &script, std::shared_ptr<ChildClock> clock)
{
    ChildOptions options;
    options.command = {"sh", "-c", script};
    options.clock = std::move(clock);
    auto started = Child::start(options);
    if (!started)
        qFatal("%s", started.error().message.c_str());
    return *std::move(started);
}

} // namespace

class tst_childclock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatAChildComputesIsSeenWhileItDoes()
    {
        const auto clock = std::make_shared<ChildClock>();
        QVERIFY(!clock->isRunning());
        Child child = start("while :; do :; done", clock);
        QVERIFY(clock->isRunning());
        QTRY_VERIFY_WITH_TIMEOUT(clock->nanoseconds(ProcessTable::now()) > Second / 10, 30'000);
        const uint64_t seen = clock->nanoseconds(ProcessTable::now());
        child.end(0);
        QVERIFY(!clock->isRunning());
        QVERIFY(clock->nanoseconds(ProcessTable()) >= seen); // nothing is lost by its end
    }

    void whatItHasStartedCountsToo()
    {
        const auto clock = std::make_shared<ChildClock>();
        // It has itself nothing to do but wait, and is ended without having been told how the other one did.
        Child child = start("sh -c 'while :; do :; done' & wait", clock);
        QTRY_VERIFY_WITH_TIMEOUT(clock->nanoseconds(ProcessTable::now()) > Second / 5, 30'000);
        const uint64_t seen = clock->nanoseconds(ProcessTable::now());
        child.end(0);
        QVERIFY(clock->nanoseconds(ProcessTable()) >= seen);
    }

    void whatComputedBetweenTwoLooksCounts()
    {
        const auto clock = std::make_shared<ChildClock>();
        Child child = start(std::string("sh -c '") + Compute + "'; " + Compute, clock);
        QVERIFY(child.wait(-1));
        const uint64_t once = clock->nanoseconds(ProcessTable());
        QVERIFY2(once > Second / 20, qPrintable(QString::number(once)));
        // The next one of the same worker goes on from there.
        child = start(Compute, clock);
        QVERIFY(child.wait(-1));
        QVERIFY(clock->nanoseconds(ProcessTable()) > once + Second / 50);
        QCOMPARE(child.status(), std::optional(0));
    }

    void whatAChildComputesForOthersIsNotCounted()
    {
        Child child = start("while :; do :; done", nullptr);
        const auto all = [&] { return ProcessTable::now().treeNanoseconds(child.id()).value_or(0); };
        QTRY_VERIFY_WITH_TIMEOUT(all() > Second / 5, 30'000);
        ChildClock clock;
        clock.borrow(child.id());
        QVERIFY(clock.isRunning());
        QTRY_VERIFY_WITH_TIMEOUT(clock.nanoseconds(ProcessTable::now()) > Second / 10, 30'000);
        QVERIFY(clock.nanoseconds(ProcessTable::now()) + Second / 10 < all());
        clock.giveBack();
        QVERIFY(!clock.isRunning());
        const uint64_t counted = clock.nanoseconds(ProcessTable::now());
        QVERIFY(counted > Second / 10);
        QTRY_VERIFY_WITH_TIMEOUT(all() > 2 * counted + Second / 5, 30'000);
        QCOMPARE(clock.nanoseconds(ProcessTable::now()), counted);
    }

    void ownTimeHasThatOfChildrenAtWork()
    {
        QVERIFY(!hasChildren());
        const auto before = ownCoreSeconds(ProcessTable::now());
        QVERIFY(before);
        Child child = start("while :; do :; done", nullptr);
        QVERIFY(hasChildren());
        QTRY_VERIFY_WITH_TIMEOUT(*ownCoreSeconds(ProcessTable::now()) - *before > 0.2, 30'000);
        child.end(0);
        QVERIFY(!ownCoreSeconds(ProcessTable())); // an empty table says nothing
    }

    void whoIsNotThereHasNoTime()
    {
        const ProcessTable table = ProcessTable::now();
        QVERIFY(!table.isEmpty());
        QVERIFY(table.treeNanoseconds(::getpid()));
        QVERIFY(!table.treeNanoseconds(-1));
        QVERIFY(!ProcessTable().treeNanoseconds(::getpid()));
    }
};

} // namespace tst_childclock

QTEST_GUILESS_MAIN(tst_childclock::tst_childclock)
#include "tst_childclock.moc"
