// SPDX-License-Identifier: MIT
// The life of a QueueWorker: settings, start, stop, processes, saving, and that nothing is left of it.
#include "TaskOf.h"

#include "remote/WorkerProcess.h"
#include "streaming/ObservableQueueStepSaver.h"
#include "streaming/QueueJoiner.h"
#include "streaming/QueueWorker.h"

#include <sys/resource.h>

#include <QCoreApplication>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

using namespace millrace;
using namespace millrace::test;

Q_DECLARE_METATYPE(std::shared_ptr<millrace::QueueWorker>)

namespace tst_workers {

namespace {

/// Waits at the first batch until it is opened.
struct Gate
{
    std::mutex mutex; ///< guards all below
    std::condition_variable changed;
    bool isOpen = false;
    int waiting = 0;

    void pass()
    {
        std::unique_lock lock(mutex);
        ++waiting;
        changed.notify_all();
        changed.wait(lock, [this] { return isOpen; });
    }
    void open()
    {
        const std::lock_guard lock(mutex);
        isOpen = true;
        changed.notify_all();
    }
    void waitForWaiting(int count)
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return waiting >= count; });
    }
};

StepPrototype gated(std::shared_ptr<Gate> gate)
{
    return mapStep([gate](Batch &) { gate->pass(); }).named("gated");
}

/// The JSON file of a saved step.
class FilesInMemory final : public StepFiles
{
public:
    Result<> write(std::string_view suffix, std::string_view bytes) override
    {
        if (suffix != "json")
            return failure("io", "only JSON is expected here");
        text = bytes;
        return {};
    }
    Result<std::string> read(std::string_view) const override { return text; }
    bool has(std::string_view suffix) const override { return suffix == "json" && !text.empty(); }

    std::string text;
};

class Unopened final : public Step
{
public:
    Result<> open(const StepContext &) override { return failure("trouble", "it doesn't want to"); }
};

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + 1e-6 * double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

} // namespace

class Workers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aWorkerWhoseStepWontOpenSaysWhy();
    void wrongSettingsOfAWorkerAreSaid_data();
    void wrongSettingsOfAWorkerAreSaid();
    void eachWorkerHasItsArguments();
    void aWorkerStartsAgainAfterItStopped();
    void stoppingFinishesWhatWasPut();
    void cancellingDropsWhatWaits();
    void aWorkerProcessDoesTheSame();
    void aWorkerIsSavedWithoutItsQueueAndSubscribers();
    void anIdleWorkerUsesNoProcessor();
    void noThreadOfAWorkerIsLeft();
};

void Workers::aWorkerWhoseStepWontOpenSaysWhy()
{
    QueueWorker worker(Unopened(), {.workers = 3});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY(!worker.start());
    QCOMPARE(worker.problem(), std::string("In the step \"Unopened\": it doesn't want to"));
    QVERIFY(!worker.put(taskOf(0, 1)));
    const auto joined = joiner.join(1);
    QVERIFY(!joined);
    QCOMPARE(joined.error().message, worker.problem());
}

void Workers::wrongSettingsOfAWorkerAreSaid_data()
{
    QTest::addColumn<std::shared_ptr<QueueWorker>>("worker");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, StepPrototype step, QueueWorkerOptions options, const char *expected) {
        QTest::newRow(name) << std::make_shared<QueueWorker>(std::move(step), std::move(options))
                            << QByteArray(expected);
    };
    row("workers", multiply(2), {.workers = -1}, "-1 workers");
    row("queue size", multiply(2), {.queueSize = -2}, "-2");
    row("more arguments than workers", multiply(2), {.workers = 1, .arguments = {{{"by", 1}}, {{"by", 2}}}},
        "2 sets of worker arguments for 1 worker");
    row("unknown type", step("multipli"), {}, "\"multiply\"");
    row("a pipeline", SequentialQueuedPipeline({multiply(2)}), {}, "one step");
    row("own code in processes", mapStep([](double x) { return x; }), {.runIn = RunIn::Processes}, "\"map\"");
}

void Workers::wrongSettingsOfAWorkerAreSaid()
{
    QFETCH(std::shared_ptr<QueueWorker>, worker);
    QFETCH(QByteArray, expected);
    QVERIFY2(QByteArray::fromStdString(worker->problem()).contains(expected), worker->problem().c_str());
    QVERIFY(!worker->start());
    QVERIFY(!worker->put(taskOf(0, 1)));
}

void Workers::eachWorkerHasItsArguments()
{
    QueueWorker worker(multiply(7), {.workers = 1, .arguments = {{{"by", 3}}}});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY(worker.start());
    worker.put(taskOf(0, 5));
    QCOMPARE(need(joiner.join(1)).dataInputs, DataList(upTo(5, 3)));
}

void Workers::aWorkerStartsAgainAfterItStopped()
{
    QueueWorker worker(multiply(2), {.workers = 2});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    for (int round = 0; round < 20; ++round) {
        QVERIFY(worker.start());
        QVERIFY(worker.start());
        worker.put(taskOf(0, 4));
        worker.put(taskOf(4, 4));
        QCOMPARE(need(joiner.join(2)).dataInputs, DataList(upTo(8, 2)));
        worker.stop();
        worker.stop();
    }
}

void Workers::stoppingFinishesWhatWasPut()
{
    QueueWorker worker(multiply(2), {.workers = 2, .queueSize = 0});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    for (int64_t batch = 0; batch < 200; ++batch)
        QVERIFY(worker.put(taskOf(batch, 1))); // before it has started
    QVERIFY(worker.start());
    worker.stop();
    QCOMPARE(joiner.size(), size_t(200));
    QCOMPARE(need(joiner.join(200)).dataInputs, DataList(upTo(200, 2)));
}

void Workers::cancellingDropsWhatWaits()
{
    auto gate = std::make_shared<Gate>();
    QueueWorker worker(gated(gate), {.workers = 1, .queueSize = 0});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY(worker.start());
    for (int64_t batch = 0; batch < 50; ++batch)
        worker.put(taskOf(batch, 1));
    gate->waitForWaiting(1);
    std::jthread cancelling([&] { worker.cancel(); });
    while (!worker.isClosed() || worker.size() > 0)
        std::this_thread::yield();
    gate->open();
    cancelling.join();
    QVERIFY(joiner.size() <= 1);
}

void Workers::aWorkerProcessDoesTheSame()
{
    QueueWorker worker(multiply(2), {.workers = 2, .runIn = RunIn::Processes});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY2(worker.start(), worker.problem().c_str());
    for (int64_t batch = 0; batch < 20; ++batch)
        worker.put(taskOf(batch * 3, 3));
    QCOMPARE(need(joiner.join(20)).dataInputs, DataList(upTo(60, 2)));
    worker.stop();
}

void Workers::aWorkerIsSavedWithoutItsQueueAndSubscribers()
{
    StepSavers savers;
    savers.add("multiply", {std::make_shared<ObservableQueueStepSaver>()});
    const SaverChain chain = savers.chainOf("multiply");
    FilesInMemory files;
    {
        QueueWorker worker(multiply(2),
                           {.name = "m", .workers = 2, .queueSize = 7, .arguments = {{{"by", 3}}, {{"by", 3}}}});
        QueueJoiner joiner;
        worker.subscribe(joiner);
        worker.put(taskOf(0, 3));
        const StepRecord record = need(worker.record());
        const Value extra(record.extra);
        QCOMPARE(*extra.member("waiting"), Value(List{Value(0)}));
        QCOMPARE(*extra.member("subscribers"), Value(List{Value("joiner")}));
        QVERIFY(saveStep(record, chain, files));
        QVERIFY(files.text.find("joiner") == std::string::npos && files.text.find("waiting") == std::string::npos);
    }
    const StepRecord record =
        need(loadStep({.id = "m", .type = "multiply", .params = {}, .state = {}, .extra = {}}, chain, files));
    const auto worker = need(QueueWorker::fromRecord(record));
    QCOMPARE(worker->size(), size_t(0));
    QCOMPARE(worker->subscriberCount(), size_t(0));
    QCOMPARE(worker->capacity(), size_t(7));
    QueueJoiner joiner;
    worker->subscribe(joiner);
    QVERIFY(worker->start());
    worker->put(taskOf(0, 4));
    QCOMPARE(need(joiner.join(1)).dataInputs, DataList(upTo(4, 3)));
    const auto own = QueueWorker(mapStep([](double x) { return x; })).record();
    QVERIFY(!own && own.error().message.find("\"map\"") != std::string::npos);
}

void Workers::anIdleWorkerUsesNoProcessor()
{
    QueueWorker worker(multiply(2), {.workers = 8});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY(worker.start());
    worker.put(taskOf(0, 1));
    QVERIFY(joiner.join(1));
    const double begin = cpuSeconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    const double used = cpuSeconds() - begin;
    QVERIFY2(used < 0.1, qPrintable(QString::number(used)));
}

void Workers::noThreadOfAWorkerIsLeft()
{
    const auto threads = [] {
        const std::filesystem::directory_iterator tasks("/proc/self/task");
        return std::distance(begin(tasks), end(tasks));
    };
    const auto before = threads();
    for (int round = 0; round < 50; ++round) {
        QueueWorker worker(multiply(2), {.workers = 3});
        QVERIFY(worker.start());
        worker.put(taskOf(0, 1));
    }
    QTRY_VERIFY(threads() <= before);
}

} // namespace tst_workers

int main(int argc, char *argv[])
{
    if (const auto status = runWorkerIfAsked(argc, argv, builtInSteps()))
        return *status;
    const QCoreApplication application(argc, argv);
    tst_workers::Workers test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_workers.moc"
