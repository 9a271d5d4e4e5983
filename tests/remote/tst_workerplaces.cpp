// SPDX-License-Identifier: MIT
#include "remote/RemoteStep.h"
#include "remote/WorkerPlaces.h"
#include "steps/StepBuilder.h"

#include <QTest>

#include <cstdlib>
#include <set>

using namespace millrace;

namespace tst_workerplaces {

namespace {

class Scaled final : public Step
{
public:
    static void describe(StepBuilder<Scaled> &step)
    {
        step.id("scaled").family(Family::Transform).help("Scales.");
        step.param("by", &Scaled::by).help("The factor.");
        step.param("timeLimit", &Scaled::timeLimit).help("Seconds.");
        step.param("key", &Scaled::key).secret().help("The key.");
    }
    int64_t by = 1;
    double timeLimit = 0;
    std::string key;
};

class Ordered final : public Step
{
public:
    static void describe(StepBuilder<Ordered> &step)
    {
        step.id("ordered").family(Family::Transform).help("Needs order.").ordered();
    }
};

} // namespace

class TestWorkerPlaces : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_registry.add<Scaled>();
        m_registry.add<Ordered>();
    }
    void everyPlaceSaysAllThatIsAskedOfIt()
    {
        std::set<std::string_view> names;
        for (const WorkerPlace &place : workerPlaces()) {
            QVERIFY(names.insert(place.name).second);
            QVERIFY(!place.title.empty() && !place.help.empty() && place.takes && place.make);
            QCOMPARE(workerPlace(place.name), &place);
        }
        QCOMPARE(workerPlaces().front().name, std::string_view("threads"));
        QCOMPARE(workerPlace("moon"), static_cast<const WorkerPlace *>(nullptr));
        QCOMPARE(workerPlaceNames("or"), std::string("\"threads\" or \"processes\""));
        QCOMPARE(workerPlacesHelp(), std::string("Threads of this program, or a child process for each worker."));
    }
    void whatAPlaceDoesNotTakeStaysInThreads()
    {
        QCOMPARE(workerPlaceFor("processes", *m_registry.find("scaled")).name, std::string_view("processes"));
        QCOMPARE(workerPlaceFor("processes", *m_registry.find("ordered")).name, std::string_view("threads"));
        QCOMPARE(workerPlaceFor("moon", *m_registry.find("scaled")).name, std::string_view("threads"));
    }
    void aThreadsStepHasTheWorkersArgumentsAndTheLimit()
    {
        WorkerSpec spec;
        spec.type = m_registry.find("scaled");
        spec.params = {{"by", Value(int64_t(2))}, {"key", Value(Members{{"env", Value("MILLRACE_TEST_KEY")}})}};
        spec.arguments = {{"by", Value(int64_t(5))}};
        spec.timeLimit = 3;
        unsetenv("MILLRACE_TEST_KEY");
        const auto refused = workerPlace("threads")->make(spec);
        QVERIFY(!refused);
        QVERIFY(refused.error().kind == ErrorKind::Secret);
        QVERIFY(refused.error().message.find("MILLRACE_TEST_KEY") != std::string::npos);
        setenv("MILLRACE_TEST_KEY", "s3cr3t", 1);
        const auto made = workerPlace("threads")->make(spec);
        QVERIFY(made);
        const auto &step = dynamic_cast<const Scaled &>(**made);
        QCOMPARE(step.by, int64_t(5));
        QCOMPARE(step.timeLimit, 3.0);
        QCOMPARE(step.key, std::string("s3cr3t"));
    }
    void aProcessesStepStandsForOne()
    {
        WorkerSpec spec;
        spec.type = m_registry.find("scaled");
        const auto made = workerPlace("processes")->make(spec);
        QVERIFY(made);
        QVERIFY(dynamic_cast<const RemoteStep *>(made->get()));
        QVERIFY(workerPlace("processes")->isApart);
        QVERIFY(!workerPlace("threads")->isApart);
    }

private:
    StepRegistry m_registry;
};

} // namespace tst_workerplaces

QTEST_APPLESS_MAIN(tst_workerplaces::TestWorkerPlaces)

#include "tst_workerplaces.moc"
