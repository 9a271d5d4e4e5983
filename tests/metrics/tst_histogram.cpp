// SPDX-License-Identifier: MIT
#include "metrics/Histogram.h"

#include <QTest>

#include <cmath>

using namespace millrace;

namespace tst_histogram {

class TestHistogram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void classesAscendWithoutGaps();
    void aClassStandsForItsDurations();
    void nothingCountedGivesZero();
    void quantilesLieWithinTheClassOfTheTruth();
    void countsAddUp();
};

void TestHistogram::classesAscendWithoutGaps()
{
    int last = 0;
    for (uint64_t nanoseconds = 1; nanoseconds < 1'000'000; ++nanoseconds) {
        const int index = Histogram::classOf(nanoseconds);
        QVERIFY(index == last || index == last + 1);
        last = index;
    }
    QCOMPARE(Histogram::classOf(0), 0);
    QCOMPARE(Histogram::classOf(~uint64_t(0)), Histogram::Classes - 1);
}

void TestHistogram::aClassStandsForItsDurations()
{
    for (uint64_t nanoseconds = 16; nanoseconds < 600'000'000'000; nanoseconds += nanoseconds / 7 + 1) {
        const double value = Histogram::valueOf(Histogram::classOf(nanoseconds));
        QVERIFY(std::fabs(value - double(nanoseconds)) <= 0.13 * double(nanoseconds));
    }
}

void TestHistogram::nothingCountedGivesZero()
{
    QCOMPARE(Histogram::quantile({}, 0.5), 0.0);
}

void TestHistogram::quantilesLieWithinTheClassOfTheTruth()
{
    Histogram histogram;
    for (uint64_t i = 1; i <= 1000; ++i)
        histogram.add(i * 1000);
    Histogram::Counts counts{};
    histogram.addTo(counts);
    for (const double share : {0.01, 0.5, 0.95, 0.99, 1.0}) {
        const double truth = share * 1e6;
        const double told = Histogram::quantile(counts, share);
        QVERIFY2(std::fabs(told - truth) <= 0.13 * truth, qPrintable(QString::number(told)));
    }
    QVERIFY(Histogram::quantile(counts, 0) > 0);
}

void TestHistogram::countsAddUp()
{
    Histogram first, second;
    first.add(100, 3);
    second.add(100);
    second.add(5000);
    Histogram::Counts sum{};
    first.addTo(sum);
    second.addTo(sum);
    QCOMPARE(sum[size_t(Histogram::classOf(100))], uint64_t(4));
    QCOMPARE(sum[size_t(Histogram::classOf(5000))], uint64_t(1));
}

} // namespace tst_histogram

QTEST_GUILESS_MAIN(tst_histogram::TestHistogram)
#include "tst_histogram.moc"
