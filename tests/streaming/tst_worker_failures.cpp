// SPDX-License-Identifier: MIT
// What a QueueWorker makes of items that fail: blame, retries, and what is told of them; and that its records forget nothing.
#include "TaskOf.h"

#include "pipeline/Retries.h"
#include "remote/WorkerProcess.h"
#include "streaming/QueueJoiner.h"
#include "streaming/QueueWorker.h"

#include <QCoreApplication>
#include <QTest>

#include <map>
#include <mutex>
#include <thread>

using namespace millrace;
using namespace millrace::test;

namespace tst_worker_failures {

namespace {

QueueWorkerOptions skipping(int workers = 1, int retries = 0)
{
    return {.workers = workers, .onError = ErrorPolicy::Skip, .retries = retries};
}

/// Fails the first times that it sees a multiple of 5.
StepPrototype reluctant(int times)
{
    struct Seen
    {
        std::mutex mutex; ///< guards count
        std::map<int64_t, int> count;
    };
    return mapStep([times, seen = std::make_shared<Seen>()](const Value &value) -> Result<Value> {
               const std::lock_guard lock(seen->mutex);
               if (value.toInteger() % 5 == 0 && ++seen->count[value.toInteger()] <= times)
                   return failure("later", "not yet");
               return value;
           })
        .named("reluctant");
}

/// Refuses whole batches that hold the number.
StepPrototype choosy(int64_t refused)
{
    return StepPrototype(Choosy(refused)).named("choosy");
}

} // namespace

class WorkerFailures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyTheItemThatIsToBlameIsLost();
    void theItemThatIsToBlameIsNamed();
    void anItemWithoutAnIdIsNamedByItsPlace();
    void aProcessThatDiesCostsOneItem();
    void aProcessThatDiesIsToldWithItsItem();
    void whatFailsIsTriedAgain();
    void itemsThatWaitToBeTriedAgainHoldUpNoOthers();
    void aStepInOrderGetsNoTaskBeforeTheLastOneIsSettled();
    void cancellingEndsThePauseBeforeARetry();
    void severalItemsOfOneKeepTheirPlace();
    void whatThrowsAtTheEndIsSaid();
    void routingIsRefused();
    void aRecordForgetsNothing();
    void aRecordWithAWrongSettingIsRefused();
};

void WorkerFailures::onlyTheItemThatIsToBlameIsLost()
{
    QueueWorker worker(choosy(7), skipping(2));
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY2(worker.start(), worker.problem().c_str());
    for (int64_t task = 0; task < 4; ++task)
        QVERIFY(worker.put(taskOf(task * 5, 5)));
    std::vector<LogRecord> failures;
    const auto joined = need(joiner.join(4, &failures));
    QCOMPARE(joined.size(), size_t(19));
    QCOMPARE(joined.ids[6], Value(6));
    QCOMPARE(joined.ids[7], Value(8));
    QCOMPARE(failures.size(), size_t(1));
    const LogRecord &record = failures.front();
    QCOMPARE(record.itemId, Value(7));
    QCOMPARE(record.batch, int64_t(1));
    QCOMPARE(record.step, std::string("choosy"));
    QCOMPARE(record.kind, std::string("std::out_of_range"));
    QCOMPARE(record.message, std::string("no 7"));
    QCOMPARE(record.attempts, 1);
}

void WorkerFailures::theItemThatIsToBlameIsNamed()
{
    QueueWorker worker(choosy(7));
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY(worker.start());
    QVERIFY(worker.put(taskOf(0, 10)));
    const auto tasks = need(joiner.joinTasks(1));
    QCOMPARE(tasks[0].error->message, std::string("In the step \"choosy\", item 7: no 7"));
    QCOMPARE(tasks[0].data.dataInputs, DataList(upTo(10)));
}

void WorkerFailures::anItemWithoutAnIdIsNamedByItsPlace()
{
    const DataContainer data{.ids = {Value(), Value(), Value()}, .dataInputs = {5, 6, 7}};
    QueueWorker worker(choosy(6));
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY(worker.start());
    QVERIFY(worker.put({.data = data, .sequence = 4}));
    QCOMPARE(joiner.join(1).error().message, std::string("In the step \"choosy\", item in place 2 of task 4: no 6"));
    const auto out = SequentialQueuedPipeline({{"choosy", Choosy(6)}}).transform(data);
    QVERIFY(!out);
    QCOMPARE(out.error().message, std::string("In the step \"choosy\", data item 2: no 6"));
}

void WorkerFailures::aProcessThatDiesCostsOneItem()
{
    QueueWorkerOptions options = skipping(2);
    options.runIn = RunIn::Processes;
    options.registry = &registryWithDeadly();
    QueueWorker worker(step("deadly", {{"number", 7}}), options);
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY2(worker.start(), worker.problem().c_str());
    for (int64_t task = 0; task < 4; ++task)
        QVERIFY(worker.put(taskOf(task * 5, 5)));
    std::vector<LogRecord> failures;
    QCOMPARE(need(joiner.join(4, &failures)).size(), size_t(19));
    QCOMPARE(failures.size(), size_t(1));
    QCOMPARE(failures.front().itemId, Value(7));
    QCOMPARE(failures.front().kind, std::string("crash"));
}

void WorkerFailures::aProcessThatDiesIsToldWithItsItem()
{
    QueueWorker worker(step("deadly", {{"number", 3}}), {.runIn = RunIn::Processes, .registry = &registryWithDeadly()});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY2(worker.start(), worker.problem().c_str());
    QVERIFY(worker.put(taskOf(0, 5)));
    const auto failed = joiner.join(1);
    QVERIFY(!failed);
    QVERIFY2(failed.error().message.starts_with("In the step \"deadly\", item 3: Its worker process was killed"),
             failed.error().message.c_str());
    QVERIFY(worker.put(taskOf(10, 5)));
    QCOMPARE(need(joiner.join(1)).size(), size_t(5));
}

void WorkerFailures::whatFailsIsTriedAgain()
{
    for (const int retries : {2, 1}) {
        QueueWorker worker(reluctant(2), skipping(3, retries));
        QueueJoiner joiner;
        worker.subscribe(joiner);
        QVERIFY(worker.start());
        for (int64_t task = 0; task < 10; ++task)
            QVERIFY(worker.put(taskOf(task * 7, 7)));
        std::vector<LogRecord> failures;
        const auto joined = need(joiner.join(10, &failures));
        QCOMPARE(failures.size(), size_t(retries == 2 ? 0 : 14));
        if (retries == 2)
            QCOMPARE(joined.dataInputs, DataList(upTo(70)));
        for (const LogRecord &record : failures)
            QCOMPARE(record.attempts, 2);
    }
}

void WorkerFailures::itemsThatWaitToBeTriedAgainHoldUpNoOthers()
{
    // The first task is good once the third has been worked on, which one worker can only do while that one waits.
    auto wasThirdThere = std::make_shared<std::atomic<bool>>(false);
    QueueWorker worker(mapStep([wasThirdThere](const Value &value) -> Result<Value> {
                           if (value == Value(2))
                               *wasThirdThere = true;
                           if (value == Value(0) && !*wasThirdThere)
                               return failure("later", "not yet");
                           return value;
                       }),
                       {.retries = 20});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    for (int64_t task = 0; task < 3; ++task)
        QVERIFY(worker.put(taskOf(task, 1)));
    QVERIFY(worker.start());
    QCOMPARE(need(joiner.join(3)).dataInputs, DataList(upTo(3)));
}

void WorkerFailures::aStepInOrderGetsNoTaskBeforeTheLastOneIsSettled()
{
    auto order = std::make_shared<std::vector<int64_t>>();
    QueueWorker worker(mapStep([order](const Value &value) -> Result<Value> {
                           order->push_back(value.toInteger());
                           return order->size() == 1 ? Result<Value>(failure("later", "not yet")) : value;
                       }).inOrder(),
                       {.workers = 1, .retries = 1});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    for (int64_t task = 0; task < 3; ++task)
        QVERIFY(worker.put(taskOf(task, 1)));
    QVERIFY(worker.start());
    QVERIFY(joiner.join(3));
    worker.stop();
    QCOMPARE(*order, (std::vector<int64_t>{0, 0, 1, 2}));
}

void WorkerFailures::cancellingEndsThePauseBeforeARetry()
{
    QueueWorker worker(reluctant(MostRetries), skipping(1, MostRetries));
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY(worker.start());
    for (int64_t task = 0; task < 5; ++task)
        QVERIFY(worker.put(taskOf(0, 5)));
    while (worker.size() > 0)
        std::this_thread::yield();
    worker.cancel();
    QCOMPARE(joiner.size(), size_t(0));
}

void WorkerFailures::severalItemsOfOneKeepTheirPlace()
{
    // Each number as often as it says, but the odd ones only at the second try.
    auto seen = std::make_shared<std::map<int64_t, int>>();
    QueueWorker worker(mapStep([seen](Batch &batch) -> Result<> {
                           std::vector<uint32_t> from;
                           std::vector<int64_t> numbers;
                           for (uint32_t row = 0; row < batch.size(); ++row) {
                               const int64_t number = batch.column(0).integers()[row];
                               if (number % 2 && batch.size() > 1)
                                   return failure("later", "not all at once");
                               if (number % 2 && ++(*seen)[number] == 1)
                                   return failure("later", "not yet");
                               for (int64_t i = 0; i < number; ++i) {
                                   from.push_back(row);
                                   numbers.push_back(number);
                               }
                           }
                           Column column(ColumnType::Integer);
                           for (const int64_t number : numbers)
                               column.appendInteger(number);
                           const SchemaPtr schema = batch.schema();
                           batch.expandRows(from);
                           std::vector<Column> columns;
                           columns.push_back(std::move(column));
                           batch.setColumns(schema, std::move(columns));
                           return {};
                       }),
                       {.retries = 3});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY(worker.start());
    QVERIFY(worker.put({.data = {.dataInputs = {2, 3, 1, 2}}}));
    const auto joined = need(joiner.join(1));
    QCOMPARE(joined.dataInputs, (DataList{2, 2, 3, 3, 3, 1, 2, 2}));
    QCOMPARE(joined.ids, (DataList{0, 0, 1, 1, 1, 2, 3, 3}));
}

void WorkerFailures::whatThrowsAtTheEndIsSaid()
{
    class Closing final : public Step
    {
    public:
        void close() override { throw std::runtime_error("won't close"); }
    };
    QueueWorker worker(StepPrototype(Closing()).named("closing"));
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY(worker.start());
    QVERIFY(worker.put(taskOf(0, 2)));
    QVERIFY(joiner.join(1));
    worker.stop();
    QCOMPARE(worker.problem(), std::string("In the step \"closing\": When it was closed: won't close"));
    QCOMPARE(joiner.join(1).error().message, worker.problem());
}

void WorkerFailures::routingIsRefused()
{
    QueueWorker worker(multiply(2), {.onError = ErrorPolicy::Route});
    QVERIFY2(worker.problem().find("no error port") != std::string::npos, worker.problem().c_str());
    QVERIFY(!worker.start());
}

void WorkerFailures::aRecordForgetsNothing()
{
    const QueueWorkerOptions options{.name = "m",
                                     .workers = 3,
                                     .queueSize = 7,
                                     .arguments = {{{"by", 3}}, {{"by", 4}}},
                                     .runIn = RunIn::Processes,
                                     .onError = ErrorPolicy::Skip,
                                     .retries = 5,
                                     .learnt = Value(Members{{"mean", 2.5}}),
                                     .timeLimit = 1.5,
                                     .memoryLimit = 300,
                                     .folder = "/somewhere",
                                     .seed = UINT64_MAX - 5};
    const StepRecord record = need(QueueWorker(multiply(2), options).record());
    const auto again = need(QueueWorker::fromRecord(record));
    QCOMPARE(Value(need(again->record()).extra), Value(record.extra));
    QVERIFY(need(again->record()) == record);
    const Value extra(record.extra);
    const std::pair<const char *, Value> expected[] = {
        {"workers", 3},     {"queueSize", 7},     {"inProcesses", true},    {"onError", "skip"},  {"retries", 5},
        {"timeLimit", 1.5}, {"memoryLimit", 300}, {"folder", "/somewhere"}, {"seed", int64_t(-6)}};
    for (const auto &[key, value] : expected) {
        QVERIFY2(extra.member(key), key);
        QCOMPARE(*extra.member(key), value);
    }
}

void WorkerFailures::aRecordWithAWrongSettingIsRefused()
{
    StepRecord record{"m", "multiply", {{"by", 2}}, {}, {{"onError", "route"}}};
    const auto routed = QueueWorker::fromRecord(record);
    QVERIFY(!routed);
    QVERIFY2(routed.error().message.find("\"onError\"") != std::string::npos, routed.error().message.c_str());
    record.extra = {{"timeLimit", "long"}};
    QVERIFY(!QueueWorker::fromRecord(record));
    record.extra = {};
    QVERIFY(QueueWorker::fromRecord(record));
}

} // namespace tst_worker_failures

int main(int argc, char *argv[])
{
    if (const auto status = runWorkerIfAsked(argc, argv, registryWithDeadly()))
        return *status;
    const QCoreApplication application(argc, argv);
    tst_worker_failures::WorkerFailures test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_worker_failures.moc"
