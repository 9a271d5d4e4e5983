// SPDX-License-Identifier: MIT
// A run played through again by what was measured of it: it takes as long as it took, and a worker more helps where it should.
#include "analysis/MeasuredModel.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <string>

namespace millrace::tst_measuredmodel {

namespace {

constexpr uint64_t Millisecond = 1'000'000; // nanoseconds

StepSample stepOf(const char *id, uint64_t batches, double milliseconds, int workers)
{
    StepSample step;
    step.id = id;
    step.workers = workers;
    step.batchesIn = step.batchesOut = batches;
    step.itemsIn = step.itemsOut = batches * 10;
    step.busy = uint64_t(milliseconds * double(batches) * Millisecond);
    step.service[size_t(Histogram::classOf(uint64_t(milliseconds * Millisecond)))] = batches;
    step.queue.capacity = 10;
    step.queue.peak = 10;
    step.queue.peakBytes = 10'000;
    return step;
}

Link linkBetween(const char *from, const char *to)
{
    Link link;
    link.fromStep = from;
    link.toStep = to;
    return link;
}

} // namespace

class TestMeasuredModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_sample = {};
        m_sample.itemsRead = 5'000;
        m_sample.steps = {stepOf("numbers", 500, 0.1, 1), stepOf("slow", 500, 8, 2), stepOf("nowhere", 500, 0.1, 1)};
        m_sample.steps[0].isSource = true;
        m_sample.steps[0].batchesIn = 0;
        m_sample.steps[2].isSink = true;
        m_pipeline = {};
        m_pipeline.links = {linkBetween("numbers", "slow"), linkBetween("slow", "nowhere")};
    }

    void withTheSameSettingsItTakesAsLong()
    {
        const auto model = measuredModel(m_sample, m_pipeline, 4);
        QVERIFY(model);
        QCOMPARE(model->links.size(), size_t(2));
        QVERIFY(std::abs(model->links[0].share - 1) < 1e-9);
        const Simulation same = simulate(*model);
        QVERIFY2(std::abs(same.seconds - 2) < 0.1, qPrintable(QString::number(same.seconds))); // 500 times 8 ms, by two
        QVERIFY(same.limitedBy && same.limitedBy->step == "slow");
    }

    void whatStillWaitsWhileARunGoesOnIsNoGain()
    {
        // A hundred batches were read, and half of them wait.
        m_sample.itemsRead = 1'000;
        m_sample.steps = {stepOf("numbers", 100, 0.1, 1), stepOf("slow", 50, 8, 1), stepOf("nowhere", 50, 0.1, 1)};
        m_sample.steps[0].isSource = true;
        m_sample.steps[0].batchesIn = 0;
        m_sample.steps[1].queue.capacity = m_sample.steps[1].queue.depth = 50;
        const double rate = simulate(*measuredModel(m_sample, m_pipeline, 4)).itemsPerSecond;
        QVERIFY2(std::abs(rate - 1250) < 60, qPrintable(QString::number(rate))); // ten items in 8 ms
    }

    void aWorkerMoreHelpsTheOneThatLimitsAndNoOther()
    {
        auto model = *measuredModel(m_sample, m_pipeline, 4);
        const double before = simulate(model).itemsPerSecond;
        model.steps[2].workers = 4;
        QVERIFY(std::abs(simulate(model).itemsPerSecond / before - 1) < 0.02);
        model.steps[1].workers = 3;
        const double gain = simulate(model).itemsPerSecond / before;
        QVERIFY2(std::abs(gain - 1.5) < 0.06, qPrintable(QString::number(gain)));
    }

    void whatTakesOnlySomeBatchesIsGivenOnlySome()
    {
        m_sample.steps.push_back(stepOf("some", 125, 1, 1));
        m_pipeline.links.push_back(linkBetween("slow", "some"));
        m_pipeline.links.push_back(linkBetween("slow", "not there"));
        const auto model = measuredModel(m_sample, m_pipeline, 4);
        QCOMPARE(model->links.size(), size_t(3));
        QVERIFY(std::abs(model->links[2].share - 0.25) < 1e-9);
    }

    void beforeAnythingHasGoneThroughThereIsNone()
    {
        m_sample.itemsRead = 0;
        QVERIFY(!measuredModel(m_sample, m_pipeline, 4));
        QVERIFY(!measuredModel({}, {}, 4));
    }

private:
    RunSample m_sample;
    Pipeline m_pipeline;
};

} // namespace millrace::tst_measuredmodel

QTEST_APPLESS_MAIN(millrace::tst_measuredmodel::TestMeasuredModel)
#include "tst_measuredmodel.moc"
