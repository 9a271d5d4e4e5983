// SPDX-License-Identifier: MIT
// Who looks on from elsewhere sees what there is to be seen at the run.
#include "sharing/OpenMetrics.h"
#include "sharing/SharedRun.h"
#include "sharing/SomeSample.h"

#include <QTest>

#include <string>

using namespace millrace;
using millrace::test::someSample;

namespace tst_shared_run {

class TestSharedRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsToldIsWhatIsRead()
    {
        const RunSample sample = someSample();
        const Value cluster = Members{{"run", Value("night")}, {"lostProcesses", Value(int64_t(2))}};
        const auto shared = readSharedRun(sharedText(sample, cluster, "{\"millrace\": 1}\n"));
        QVERIFY2(shared.has_value(), shared ? "" : shared.error().message.c_str());
        QCOMPARE(shared->name, std::string("night"));
        QCOMPARE(shared->pipeline, std::string("{\"millrace\": 1}\n"));
        QCOMPARE(openMetricsOf(shared->sample, shared->cluster, "r"), openMetricsOf(sample, cluster, "r"));
        const StepSample &step = shared->sample.steps[1];
        QCOMPARE(step.queue.mean, 3.5);
        QCOMPARE(step.state, StepState::Busy);
        QCOMPARE(step.activeWorkers, 2);
        QVERIFY(shared->sample.steps[0].isSource && !step.isSource);
        QVERIFY(step.service == sample.steps[1].service);
    }

    void whatIsNoneIsExplained()
    {
        for (const char *wrong : {"", "nonsense", "[1]", "7"}) {
            const auto shared = readSharedRun(wrong);
            QVERIFY2(!shared && shared.error().message.find("version") != std::string::npos, wrong);
        }
    }

    void oddFiguresDoNoHarm()
    {
        const auto shared = readSharedRun(
            R"({"seconds": "x", "steps": [7, {"id": "a", "service": [-1, 5, 900, 1, 3], "itemsIn": -4, "state": "?"}]})");
        QVERIFY(shared.has_value());
        QCOMPARE(shared->sample.steps.size(), size_t(2));
        QCOMPARE(shared->sample.steps[1].itemsIn, uint64_t(0));
    }
};

} // namespace tst_shared_run

using tst_shared_run::TestSharedRun;
QTEST_GUILESS_MAIN(TestSharedRun)
#include "tst_shared_run.moc"
