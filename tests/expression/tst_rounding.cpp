// SPDX-License-Identifier: MIT
#include "expression/values/Arithmetic.h"

#include <QtTest>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

using namespace millrace;

namespace tst_rounding {

class TestRounding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aColumnIsRoundedAsItsNumbersAre()
    {
        std::mt19937_64 random(119);
        for (const double digits :
             {-400.0, -2.0, -0.5, 0.0, 0.9, 1.0, 2.0, 2.7, 6.0, 15.0, 16.0, 400.0, std::nan("")}) {
            std::vector<double> numbers{0.0, -0.0, 1.005, -2.675, 1e300, std::nan(""), HUGE_VAL, -HUGE_VAL};
            for (int i = 0; i < 3000; ++i) {
                const auto whole = int64_t(random()) >> (11 + random() % 50);
                numbers.push_back(double(whole) * (i % 3 == 0 ? 0.005 : i % 3 == 1 ? 1e-6 : 1.19));
            }
            std::vector<double> rounded(numbers.size());
            roundDecimals(numbers.data(), numbers.size(), digits, rounded.data());
            for (size_t i = 0; i < numbers.size(); ++i) {
                const double expected = roundDecimal(numbers[i], digits);
                QVERIFY2(std::memcmp(&expected, &rounded[i], sizeof expected) == 0
                             || (std::isnan(expected) && std::isnan(rounded[i])),
                         qPrintable(QString::number(numbers[i], 'g', 17)));
            }
        }
    }
    /// As text says: a tie's shortest text ends with 5, that of its neighbours is a bit below or above it.
    void tiesAndTheirNeighboursAreRoundedAsTheirTextSays()
    {
        std::mt19937_64 random(754);
        const auto read = [](uint64_t digits, int decimals) {
            return QByteArray(QByteArray::number(qulonglong(digits)) + "e-" + QByteArray::number(decimals)).toDouble();
        };
        for (int i = 0; i < 100'000; ++i) {
            const int decimals = 1 + int(random() % 14);
            const uint64_t below = random() % 10'000'000'000'000 >> random() % 44;
            const double tie = read(below * 10 + 5, decimals + 1);
            const double numbers[] = {tie, std::nextafter(tie, 0), std::nextafter(tie, 1e300), -tie};
            double rounded[4];
            roundDecimals(numbers, 4, decimals, rounded);
            const double up = read(below + 1, decimals), down = read(below, decimals);
            QVERIFY2(rounded[0] == up && rounded[1] == down && rounded[2] == up && rounded[3] == -up,
                     qPrintable(QString::number(tie, 'g', 17)));
            QCOMPARE(roundDecimal(tie, decimals), up);
        }
    }
};

} // namespace tst_rounding

QTEST_GUILESS_MAIN(tst_rounding::TestRounding)
#include "tst_rounding.moc"
