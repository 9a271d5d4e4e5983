// SPDX-License-Identifier: MIT
#include "engine/flow/ReadTimes.h"

#include <QTest>

#include <memory>

using namespace millrace;

namespace tst_readtimes {

class TestReadTimes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWasNotedIsKnown()
    {
        const auto times = std::make_unique<ReadTimes>();
        QCOMPARE(times->of(0), UINT64_MAX);
        times->note(0, 5'000);
        times->note(1, 7'999);
        QCOMPARE(times->of(0), uint64_t(5'000));
        QCOMPARE(times->of(1), uint64_t(7'000)); // in steps of 1 µs
        QCOMPARE(times->of(2), UINT64_MAX);
    }

    void whatIsTooFarBehindIsForgotten()
    {
        const auto times = std::make_unique<ReadTimes>();
        times->note(3, 1'000);
        times->note(3 + ReadTimes::Slots, 2'000);
        QCOMPARE(times->of(3), UINT64_MAX);
        QCOMPARE(times->of(3 + ReadTimes::Slots), uint64_t(2'000));
        QCOMPARE(times->of(3 + 2 * ReadTimes::Slots), UINT64_MAX);
    }

    void longRunsHaveRoom()
    {
        const auto times = std::make_unique<ReadTimes>();
        constexpr uint64_t Month = 30ull * 24 * 3600 * 1'000'000'000;
        constexpr uint64_t Far = uint64_t(1) << 40;
        times->note(Far, Month);
        QCOMPARE(times->of(Far), Month);
    }
};

} // namespace tst_readtimes

QTEST_APPLESS_MAIN(tst_readtimes::TestReadTimes)
#include "tst_readtimes.moc"
