// SPDX-License-Identifier: MIT
// Calls of a QueueWorker and of what belongs to it in any order, from any threads, its own among them.
#include "Gate.h"
#include "TaskOf.h"

#include "streaming/QueueJoiner.h"
#include "streaming/QueueWorker.h"

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <QTest>

#include <condition_variable>
#include <fstream>
#include <functional>
#include <mutex>
#include <random>
#include <thread>

using namespace millrace;
using namespace millrace::test;

namespace tst_worker_calls {

namespace {

constexpr int Rounds = 12, CallsOfAThread = 60;

/// Isn't opened before it is broken off.
class OpensNever final : public Step
{
public:
    explicit OpensNever(std::shared_ptr<Gate> isOpening) : m_isOpening(std::move(isOpening)) {}
    Result<> open(const StepContext &context) override
    {
        m_isOpening->open();
        pollfd waited{context.cancelFd, POLLIN, 0};
        while (::poll(&waited, 1, -1) < 0) {
        }
        return failure("interrupted", "It was broken off.");
    }

private:
    std::shared_ptr<Gate> m_isOpening;
};

/// Does something once, at the first batch.
StepPrototype doing(std::function<void()> work)
{
    return mapStep([work = std::move(work), isDone = std::make_shared<std::atomic<bool>>(false)](Batch &) {
        if (!isDone->exchange(true))
            work();
    });
}

/// Calls on a thread of its own, and returns once that waits.
std::jthread waiting(std::function<void()> call)
{
    std::atomic<pid_t> id{0};
    std::jthread thread([&id, call = std::move(call)] {
        id = gettid();
        call();
    });
    for (std::string state; state != "S"; std::this_thread::yield()) {
        std::ifstream file("/proc/self/task/" + std::to_string(id) + "/stat");
        std::string number, name;
        file >> number >> name >> state;
    }
    return thread;
}

QueuedPipelineTask oneItem()
{
    return taskOf(1, 1);
}

} // namespace

class WorkerCalls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void callsInAnyOrderFromSeveralThreadsEnd();
    void noTaskThatWasTakenIsLostBetweenStartAndStop();
    void startWaitsForWhoStopsAndTheOtherWayRound();
    void cancellingBreaksOffAStart();
    void aWorkerMayBeStoppedWithinItsStep();
    void aWorkerMayBeCancelledWithinItsStep();
    void aWorkerMayBeDestroyedWithinItsStep();
    void aWorkerMayBeStartedAndAskedWithinItsStep();
    void aClosedQueueEndsItsWorker();
    void twoMayStopAtOnce();
    void destroyingReleasesThoseThatWait();
    void threadsThatTheSystemRefusesAreSaid();
};

void WorkerCalls::callsInAnyOrderFromSeveralThreadsEnd()
{
    std::minstd_rand seeds(7);
    for (int round = 0; round < Rounds; ++round) {
        auto worker = std::make_unique<QueueWorker>(
            multiply(2), QueueWorkerOptions{.workers = 1 + round % 4, .queueSize = round % 3});
        QueueJoiner joiner(round % 2 ? 4 : 0), other;
        worker->subscribe(joiner);
        std::atomic<bool> isOver{false};
        std::jthread putting([&] {
            while (!isOver)
                if (!worker->put(oneItem()))
                    std::this_thread::yield();
        });
        std::jthread joining([&] {
            while (!isOver)
                if (!joiner.join(3))
                    std::this_thread::yield();
        });
        std::vector<std::jthread> callers;
        for (int i = 0; i < 4; ++i)
            callers.emplace_back([&, seed = seeds()] {
                std::minstd_rand random(seed);
                for (int call = 0; call < CallsOfAThread; ++call) {
                    switch (random() % 12) {
                    case 0:
                    case 1:
                    case 2: (void)worker->start(); break;
                    case 3:
                    case 4: worker->stop(); break;
                    case 5:
                    case 6: worker->cancel(); break;
                    case 7: worker->subscribe(other); break;
                    case 8: worker->unsubscribe(other); break;
                    case 9: (void)(worker->isRunning() && worker->problem().empty()); break;
                    case 10: (void)(worker->record() && worker->size() > 0); break;
                    default: worker->close(); break;
                    }
                }
            });
        callers.clear();
        isOver = true;
        worker->cancel(); // for who puts
        joiner.close();
        putting.join();
        joining.join();
        // It does its work as if nothing had been.
        QueueJoiner last;
        worker->unsubscribe(joiner);
        worker->subscribe(last);
        QVERIFY2(worker->start(), worker->problem().c_str());
        QVERIFY(worker->put(taskOf(0, 5)));
        QCOMPARE(need(last.join(1)).dataInputs, DataList(upTo(5, 2)));
        std::jthread([&] { worker.reset(); }).join();
    }
}

void WorkerCalls::noTaskThatWasTakenIsLostBetweenStartAndStop()
{
    QueueWorker worker(multiply(2), {.workers = 3, .queueSize = 2});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    std::atomic<bool> isOver{false};
    std::atomic<size_t> taken{0};
    std::vector<std::jthread> putters, callers;
    for (int i = 0; i < 2; ++i)
        putters.emplace_back([&] {
            while (!isOver)
                taken += worker.put(oneItem()) ? 1 : 0;
        });
    for (int i = 0; i < 2; ++i)
        callers.emplace_back([&] {
            for (int call = 0; call < 100; ++call)
                call % 2 ? worker.stop() : (void)worker.start();
        });
    callers.clear();
    isOver = true;
    worker.stop(); // lets who puts go
    putters.clear();
    QVERIFY(worker.start()); // for what came after the last stop
    worker.stop();
    QCOMPARE(joiner.size(), taken.load());
}

void WorkerCalls::startWaitsForWhoStopsAndTheOtherWayRound()
{
    auto gate = std::make_shared<Gate>(), isAtWork = std::make_shared<Gate>();
    QueueWorker worker(mapStep([=](Batch &) {
        isAtWork->open();
        gate->pass();
    }));
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY(worker.start());
    QVERIFY(worker.put(oneItem()));
    isAtWork->pass();
    std::jthread stopping([&] { worker.stop(); });
    while (!worker.isClosed())
        std::this_thread::yield();
    std::atomic<bool> hasStarted{false};
    std::jthread starting([&] { hasStarted = worker.start(); });
    gate->open();
    starting.join();
    stopping.join();
    QVERIFY(hasStarted && worker.isRunning());
    QVERIFY(worker.put(oneItem()));
    QVERIFY(joiner.join(2));
}

void WorkerCalls::cancellingBreaksOffAStart()
{
    auto isOpening = std::make_shared<Gate>();
    QueueWorker worker(OpensNever(isOpening), {.workers = 2});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    bool hasStarted = true;
    std::jthread starting([&] { hasStarted = worker.start(); });
    isOpening->pass();
    worker.cancel();
    starting.join();
    QVERIFY(!hasStarted && !worker.isRunning());
    QVERIFY2(worker.problem().find("cancelled") != std::string::npos, worker.problem().c_str());
    QCOMPARE(joiner.join(1).error().message, worker.problem());
}

void WorkerCalls::aWorkerMayBeStoppedWithinItsStep()
{
    std::unique_ptr<QueueWorker> worker;
    worker = std::make_unique<QueueWorker>(doing([&] { worker->stop(); }), QueueWorkerOptions{.workers = 2});
    QueueJoiner joiner;
    worker->subscribe(joiner);
    QVERIFY(worker->start());
    QVERIFY(worker->put(oneItem()));
    QVERIFY(joiner.join(1));
    QCOMPARE(joiner.join(1).error().kind, std::string("stopped"));
    QVERIFY(!worker->put(oneItem()));
    QVERIFY(worker->start()); // waits for the end of the last threads
    QVERIFY(worker->put(oneItem()));
    QVERIFY(joiner.join(1));
}

void WorkerCalls::aWorkerMayBeCancelledWithinItsStep()
{
    std::unique_ptr<QueueWorker> worker;
    worker = std::make_unique<QueueWorker>(doing([&] { worker->cancel(); }));
    QueueJoiner joiner;
    worker->subscribe(joiner);
    QVERIFY(worker->start());
    QVERIFY(worker->put(oneItem()));
    QCOMPARE(joiner.join(1).error().kind, std::string("stopped"));
    worker->stop();
    QVERIFY(!worker->isRunning());
}

void WorkerCalls::aWorkerMayBeDestroyedWithinItsStep()
{
    for (int round = 0; round < 20; ++round) {
        auto hasEnded = std::make_shared<Gate>();
        QueueJoiner joiner;
        std::unique_ptr<QueueWorker> worker;
        worker = std::make_unique<QueueWorker>(doing([&worker, hasEnded] {
                                                   worker.reset();
                                                   hasEnded->open();
                                               }),
                                               QueueWorkerOptions{.workers = 3});
        worker->subscribe(joiner);
        QueueWorker &seen = *worker;
        QVERIFY(seen.start());
        QVERIFY(seen.put(oneItem()));
        hasEnded->pass();
        QCOMPARE(joiner.join(1).error().kind, std::string("stopped"));
    }
}

void WorkerCalls::aWorkerMayBeStartedAndAskedWithinItsStep()
{
    std::unique_ptr<QueueWorker> worker;
    std::atomic<bool> wasRunning{false};
    worker = std::make_unique<QueueWorker>(doing([&] {
                                               wasRunning =
                                                   worker->start() && worker->isRunning() && worker->problem().empty();
                                               worker->put(oneItem());
                                           }),
                                           QueueWorkerOptions{.queueSize = 0});
    QueueJoiner joiner;
    worker->subscribe(joiner);
    QVERIFY(worker->start());
    QVERIFY(worker->put(oneItem()));
    QVERIFY(joiner.join(2));
    QVERIFY(wasRunning);
}

void WorkerCalls::aClosedQueueEndsItsWorker()
{
    QueueWorker worker(multiply(2), {.workers = 2});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY(worker.start());
    QVERIFY(worker.put(oneItem()));
    worker.close();
    QVERIFY(joiner.join(1));
    QVERIFY(!joiner.join(1));
    QVERIFY(worker.start());
    QVERIFY(worker.put(oneItem()));
    QVERIFY(joiner.join(1));
}

void WorkerCalls::twoMayStopAtOnce()
{
    QueueWorker worker(multiply(2), {.workers = 3, .queueSize = 0});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    for (int round = 0; round < 30; ++round) {
        QVERIFY(worker.start());
        for (int task = 0; task < 5; ++task)
            QVERIFY(worker.put(oneItem()));
        std::jthread one([&] { worker.stop(); }), other([&] { worker.stop(); });
        worker.stop();
        QCOMPARE(joiner.size(), size_t(5 * (round + 1)));
    }
}

void WorkerCalls::destroyingReleasesThoseThatWait()
{
    std::atomic<int> released{0};
    auto queue = std::make_unique<ObservableQueue>("queue", 1), empty = std::make_unique<ObservableQueue>("empty");
    auto joiner = std::make_unique<QueueJoiner>();
    auto worker = std::make_unique<QueueWorker>(multiply(2), QueueWorkerOptions{.queueSize = 1});
    ObservableQueue full("full", 1);
    queue->subscribe(full);
    QVERIFY(queue->put(oneItem()) && worker->put(oneItem()) && full.put(oneItem()));
    std::vector<std::jthread> threads;
    threads.push_back(waiting([&, seen = queue.get()] { released += seen->put(oneItem()) ? 0 : 1; }));
    threads.push_back(waiting([&, seen = queue.get()] { released += seen->notify(oneItem()) == 0 ? 1 : 0; }));
    threads.push_back(waiting([&, seen = empty.get()] { released += seen->take() ? 0 : 1; }));
    threads.push_back(waiting([&, seen = joiner.get()] { released += seen->join(1) ? 0 : 1; }));
    threads.push_back(waiting([&, seen = worker.get()] { released += seen->put(oneItem()) ? 0 : 1; }));
    queue.reset();
    empty.reset();
    joiner.reset();
    worker.reset();
    threads.clear();
    QCOMPARE(released.load(), 5);
}

void WorkerCalls::threadsThatTheSystemRefusesAreSaid()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("A sanitizer needs more address space than any limit leaves.");
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    QSKIP("A sanitizer needs more address space than any limit leaves.");
#endif
#endif
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_AS, &before), 0);
    const auto limitTo = [&](rlim_t mebibytesMore) {
        std::ifstream file("/proc/self/statm");
        rlim_t pages = 0;
        file >> pages;
        rlimit limit = before;
        limit.rlim_cur = pages * rlim_t(sysconf(_SC_PAGESIZE)) + (mebibytesMore << 20);
        setrlimit(RLIMIT_AS, &limit);
    };
    QueueWorker worker(multiply(2), {.workers = 500});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    limitTo(200);
    const bool hasStarted = worker.start();
    setrlimit(RLIMIT_AS, &before);
    QVERIFY2(hasStarted, worker.problem().c_str());
    QVERIFY2(worker.problem().find(" of 500 workers could be started") != std::string::npos, worker.problem().c_str());
    QVERIFY(worker.put(oneItem()));
    QVERIFY(joiner.join(1));
    worker.stop();
    // Larger stacks than those that the C library keeps for the next thread.
    pthread_attr_t usual, large;
    pthread_getattr_default_np(&usual);
    pthread_getattr_default_np(&large);
    pthread_attr_setstacksize(&large, size_t(64) << 20);
    pthread_setattr_default_np(&large);
    limitTo(4);
    const bool hasStartedAgain = worker.start();
    setrlimit(RLIMIT_AS, &before);
    pthread_setattr_default_np(&usual);
    QVERIFY(!hasStartedAgain);
    QVERIFY2(worker.problem().find("None of 500 workers") != std::string::npos, worker.problem().c_str());
    QVERIFY(worker.start());
    QVERIFY2(worker.problem().empty(), worker.problem().c_str());
}

} // namespace tst_worker_calls

QTEST_GUILESS_MAIN(tst_worker_calls::WorkerCalls)
#include "tst_worker_calls.moc"
