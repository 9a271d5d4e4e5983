// SPDX-License-Identifier: MIT
// The step that lets no more items through than so many a second.
#include "steps/SharedState.h"
#include "steps/StepRunner.h"

#include <QElapsedTimer>
#include <QTest>

#include <thread>

#include <unistd.h>

using namespace millrace;
using namespace millrace::test;

namespace tst_throttle {

class ThrottleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// All workers together, in each group.
    void noMoreItemsPassThanTheRateAllows()
    {
        SharedState shared;
        StepContext context;
        context.shared = &shared;
        const std::string params = R"({"rate": 100, "burst": 3, "by": ["g"]})";
        QElapsedTimer timer;
        timer.start();
        std::vector<std::thread> workers;
        std::vector<std::string> failures(2);
        for (size_t i = 0; i < failures.size(); ++i)
            workers.emplace_back([&, i] {
                const auto step = make("throttle", params);
                if (!step->open(context))
                    failures[i] = "open";
                for (int j = 0; j < 5; ++j) {
                    const auto batch = batchOf(R"([{"g":1},{"g":2},{"g":1}])");
                    if (!step->process(*batch) || batch->size() != 3)
                        failures[i] = "process";
                }
            });
        for (std::thread &worker : workers)
            worker.join();
        QVERIFY(failures == std::vector<std::string>(2));
        // 20 items of group 1, of which 3 go at once: 17 intervals of 10 ms.
        QVERIFY2(timer.elapsed() >= 169, qPrintable(QString::number(timer.elapsed())));
    }
    void aThrottleThatIsBrokenOffEnds()
    {
        int ends[2];
        QVERIFY(::pipe(ends) == 0);
        StepContext context;
        context.cancelFd = ends[0];
        const auto step = make("throttle", R"({"rate": 0.001})");
        QVERIFY(step->open(context));
        QVERIFY(::write(ends[1], "x", 1) == 1);
        const auto batch = batchOf(R"([{"g":1},{"g":2},{"g":1}])");
        QVERIFY(step->process(*batch)); // else it takes half an hour
        ::close(ends[0]);
        ::close(ends[1]);
    }
};

} // namespace tst_throttle

QTEST_GUILESS_MAIN(tst_throttle::ThrottleTest)
#include "tst_throttle.moc"
