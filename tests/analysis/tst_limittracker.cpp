// SPDX-License-Identifier: MIT
// What is said of a run while it runs, by series of samples that are made here.
#include "analysis/LimitTracker.h"

#include <QTest>

#include <functional>
#include <random>

using namespace millrace;

namespace tst_limittracker {

namespace {

/// How busy a step is at a moment, from 0 to 1.
using Busy = std::function<double(double seconds)>;

/// Makes the samples of a run of a source, these steps and a sink, ten a second, and gives them to a tracker.
class Series
{
public:
    explicit Series(std::vector<std::pair<std::string, Busy>> steps) : m_steps(std::move(steps))
    {
        m_sample.state = RunState::Running;
        m_sample.steps.push_back(stepOf("source"));
        m_sample.steps.back().isSource = true;
        for (const auto &[id, busy] : m_steps)
            m_sample.steps.push_back(stepOf(id));
        m_sample.steps.push_back(stepOf("sink"));
        m_sample.steps.back().isSink = true;
    }

    StepSample &step(size_t index) { return m_sample.steps[index + 1]; }
    RunSample &sample() { return m_sample; }
    double now() const { return m_sample.activeSeconds; }

    /// Until that second. Returns what was said meanwhile, each thing once, as "2.0 a", "7.5 a+b", "9.0 nothing".
    QStringList runTo(double seconds)
    {
        QStringList said;
        while (m_sample.activeSeconds < seconds - 1e-9) {
            tick();
            tracker.add(m_sample);
            if (const QString words = saidNow(); words != m_said) {
                m_said = words;
                said << QStringLiteral("%1 %2").arg(m_sample.activeSeconds, 0, 'f', 1).arg(words);
            }
        }
        return said;
    }

    QString saidNow() const
    {
        const auto &limit = tracker.limit();
        if (!limit)
            return QStringLiteral("nothing");
        QStringList steps{limit->kind == Limit::Kind::Cores ? QStringLiteral("cores")
                                                            : QString::fromStdString(limit->step)};
        for (const Limit::Part &part : limit->sharedWith)
            steps << QString::fromStdString(part.step);
        steps.sort();
        return steps.join(QLatin1Char('+'));
    }

    LimitTracker tracker{8};

private:
    static StepSample stepOf(const std::string &id)
    {
        StepSample step;
        step.id = id;
        step.workers = 1;
        step.queue.capacity = 10;
        return step;
    }

    void tick()
    {
        constexpr double Tick = 0.1;
        m_sample.seconds += Tick;
        m_sample.activeSeconds += Tick;
        m_sample.itemsRead += 1000;
        for (StepSample &step : m_sample.steps) {
            step.batchesIn += 10;
            step.batchesOut += 10;
        }
        for (size_t i = 0; i < m_steps.size(); ++i) {
            StepSample &step = m_sample.steps[i + 1];
            const double more = m_steps[i].second(m_sample.activeSeconds) * Tick * 1e9;
            step.busy += uint64_t(more * step.workers);
            step.cpu += uint64_t(more * step.workers);
        }
    }

    std::vector<std::pair<std::string, Busy>> m_steps;
    RunSample m_sample;
    QString m_said = QStringLiteral("nothing");
};

Busy always(double share)
{
    return [share](double) { return share; };
}

/// About that much, never twice the same; the same in each run of the test.
Busy noisy(double share, double spread, uint32_t seed)
{
    return [share, spread, random = std::mt19937(seed)](double) mutable {
        return std::clamp(share + std::normal_distribution<double>(0, spread)(random), 0.0, 1.0);
    };
}

} // namespace

class TestLimitTracker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsSaidBeforeItCanBeKnown()
    {
        Series series({{"a", always(0.97)}, {"b", always(0.4)}});
        QCOMPARE(series.runTo(1.2), QStringList());
        QCOMPARE(series.runTo(5).size(), 1);
        QCOMPARE(series.saidNow(), QStringLiteral("a"));
        QVERIFY(series.tracker.limit()->oneMoreWorker);
    }

    void anotherOneMustHaveLedForTwoSeconds()
    {
        // For a second another step is busier: nothing but an outlier.
        Series series({{"a", [](double at) { return at > 6 && at <= 7 ? 0.2
                                                    : at > 15         ? 0.3
                                                                      : 0.95; }},
                       {"b", [](double at) { return at > 6 && at <= 7 ? 1.0
                                                    : at > 15         ? 0.98
                                                                      : 0.5; }}});
        QCOMPARE(series.runTo(15).size(), 1);
        QCOMPARE(series.saidNow(), QStringLiteral("a"));
        const QStringList said = series.runTo(24);
        QVERIFY2(!said.isEmpty() && series.saidNow() == QLatin1String("b"), qPrintable(said.join(QLatin1Char(','))));
        QVERIFY2(said.front().section(QLatin1Char(' '), 0, 0).toDouble() >= 17, qPrintable(said.front()));
    }

    void twoNearEqualStepsAreBothNamedAndDoNotFlicker_data()
    {
        QTest::addColumn<double>("apart");
        QTest::addColumn<int>("most");
        QTest::newRow("equal") << 0.0 << 1;
        QTest::newRow("nearly") << 0.02 << 1;
        // Where it is just between both ways to say it, either may be said, and changed now and then.
        QTest::newRow("at the margin") << 0.05 << 2;
        QTest::newRow("at the other margin") << 0.1 << 2;
    }

    void twoNearEqualStepsAreBothNamedAndDoNotFlicker()
    {
        QFETCH(double, apart);
        QFETCH(int, most);
        for (uint32_t seed = 1; seed <= 8; ++seed) {
            Series series({{"a", noisy(0.95, 0.08, seed)}, {"b", noisy(0.95 - apart, 0.08, seed + 100)}});
            const QStringList said = series.runTo(120);
            QVERIFY2(!said.isEmpty() && said.size() <= most, qPrintable(said.join(QLatin1String(", "))));
            if (most == 1)
                QCOMPARE(series.saidNow(), QStringLiteral("a+b"));
        }
    }

    void coresThatAreNearlyFullDoNotFlicker()
    {
        for (uint32_t seed = 1; seed <= 8; ++seed) {
            Series series({{"a", noisy(0.96, 0.04, seed)}, {"b", noisy(0.8, 0.1, seed + 100)}});
            series.tracker = LimitTracker(2);
            const QStringList said = series.runTo(120);
            QVERIFY2(said.size() <= 2, qPrintable(said.join(QLatin1String(", "))));
        }
    }

    void whatLimitsNoMoreIsTakenBack()
    {
        Series series({{"a", [](double at) { return at < 6 ? 0.97 : 0.1; }}});
        series.runTo(6);
        QCOMPARE(series.saidNow(), QStringLiteral("a"));
        series.runTo(14);
        QCOMPARE(series.saidNow(), QStringLiteral("nothing"));
    }

    void newSettingsAreMeasuredByThemselves()
    {
        Series series({{"a", always(0.97)}, {"b", always(0.3)}});
        series.runTo(6);
        QCOMPARE(series.tracker.limit()->oneMoreWorker->workers, 2);
        series.step(0).workers = 3;
        series.runTo(6.3);
        QCOMPARE(series.tracker.limit()->oneMoreWorker->workers, 2); // of the settings before: nothing else is known
        series.runTo(8);
        QCOMPARE(series.saidNow(), QStringLiteral("a"));
        QCOMPARE(series.tracker.limit()->oneMoreWorker->workers, 4);
        QVERIFY(qAbs(series.tracker.limit()->share - 0.97) < 1e-6);
        // Also in the end: three workers were busy for 97 % of the time that there were three.
        const auto verdict = series.tracker.verdict(series.sample());
        QVERIFY(verdict && qAbs(verdict->share - 0.97) < 1e-6);
        QCOMPARE(verdict->oneMoreWorker->workers, 4);
    }

    void aPauseAndAStopChangeNothing()
    {
        for (const RunState state : {RunState::Paused, RunState::Stopping}) {
            Series series({{"a", [](double at) { return at < 6 ? 0.97 : 0.0; }}});
            series.runTo(6);
            series.sample().state = state;
            series.runTo(20);
            QCOMPARE(series.saidNow(), QStringLiteral("a"));
        }
    }

    void theSameSamplesGiveTheSame()
    {
        const auto told = [] {
            Series series({{"a", noisy(0.9, 0.1, 3)}, {"b", noisy(0.85, 0.15, 4)}, {"c", noisy(0.5, 0.5, 5)}});
            return series.runTo(60);
        };
        QCOMPARE(told(), told());
    }

    void aNewRunBeginsAnew()
    {
        Series series({{"a", always(0.97)}});
        series.runTo(5);
        series.tracker.clear();
        QVERIFY(!series.tracker.limit());
        Series next({{"b", always(0.97)}});
        next.tracker = series.tracker;
        QCOMPARE(next.runTo(1.2), QStringList());
    }
};

} // namespace tst_limittracker

QTEST_GUILESS_MAIN(tst_limittracker::TestLimitTracker)
#include "tst_limittracker.moc"
