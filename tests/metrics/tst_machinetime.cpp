// SPDX-License-Identifier: MIT
#include "metrics/Clock.h"
#include "metrics/MachineTime.h"

#include <QTest>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace millrace;

namespace tst_machinetime {

namespace {

/// Computes until this process, or a child that does the same, has spent so much.
void compute(double seconds)
{
    const uint64_t until = processCpuNanoseconds() + uint64_t(seconds * 1e9);
    while (processCpuNanoseconds() < until)
        asm volatile("");
}

} // namespace

class tst_machinetime : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsComputedIsSeen()
    {
        const auto machine = machineCoreSeconds();
        QVERIFY(machine);
        const double own = ownCoreSeconds();
        compute(0.3);
        const double ownSince = ownCoreSeconds() - own, machineSince = *machineCoreSeconds() - *machine;
        QVERIFY2(ownSince >= 0.29, qPrintable(QString::number(ownSince)));
        QVERIFY2(machineSince >= 0.2, qPrintable(QString::number(machineSince))); // the machine's clock ticks slowly
    }

    void aChildIsUnknownUntilItIsWaitedForAndOnesOwnThen()
    {
        QVERIFY(!hasChildren());
        const double own = ownCoreSeconds();
        const pid_t child = ::fork();
        if (child == 0) {
            compute(0.2);
            ::_exit(0);
        }
        QVERIFY(child > 0);
        QVERIFY(hasChildren());
        QCOMPARE(::waitpid(child, nullptr, 0), child);
        QVERIFY(!hasChildren());
        QVERIFY(ownCoreSeconds() - own >= 0.19);
    }
};

} // namespace tst_machinetime

QTEST_GUILESS_MAIN(tst_machinetime::tst_machinetime)
#include "tst_machinetime.moc"
