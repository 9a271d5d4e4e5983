// SPDX-License-Identifier: MIT
#include "engine/Run.h"
#include "pipeline/PipelineFile.h"
#include "remote/WorkerProcess.h"
#include "steps/StepBuilder.h"

#include <sys/socket.h>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace millrace;

namespace tst_processes {

namespace {

/// Adds 1 to each number, and does something bad where one says so.
class Trouble final : public Step
{
public:
    static void describe(StepBuilder<Trouble> &step)
    {
        step.id("trouble").title("Trouble").help("For these tests.");
        step.keepsItemsOnError();
        step.param("does", &Trouble::m_does).help("What it does.");
        step.param("every", &Trouble::m_every)
            .help("It does so where the number divided by this leaves 3; 0: never; less: always.");
        step.param("plus", &Trouble::m_plus).help("What it adds.");
    }
    Result<> open(const StepContext &context) override
    {
        m_log = context.log;
        m_step = context.stepId;
        if (m_does == "refuse")
            return failure("trouble", "It doesn't want to open.");
        return {};
    }
    Result<> process(Batch &batch) override
    {
        const auto numbers = batch.columnToChange(0).integersToChange();
        for (size_t row = 0; row < numbers.size(); ++row) {
            if (isBad(numbers[row])) {
                if (m_does == "fail")
                    batch.fail(row, "trouble", "It doesn't like " + std::to_string(numbers[row]) + ".");
                else
                    act();
                continue;
            }
        }
        for (size_t row = 0; row < numbers.size(); ++row)
            if (!isBad(numbers[row]))
                numbers[row] += m_plus + m_learnt;
        return {};
    }
    Value state() const override { return m_learnt == 0 ? Value() : Value(m_learnt); }
    Result<> setState(const Value &state) override
    {
        m_learnt = state.toInteger();
        return {};
    }

private:
    bool isBad(int64_t number) const { return m_every < 0 || (m_every > 0 && number % m_every == 3); }
    void act() const
    {
        if (m_does == "crash") {
            std::signal(SIGSEGV, SIG_DFL); // a sanitizer's own handler would make an exit status of it
            std::raise(SIGSEGV);
        }
        if (m_does == "kill")
            std::raise(SIGKILL);
        if (m_does == "stop")
            std::raise(SIGSTOP);
        if (m_does == "exit")
            ::_exit(7);
        if (m_does == "hang")
            for (;;)
                ::pause();
        if (m_does == "throw")
            throw std::runtime_error("thrown on purpose");
        if (m_does == "deaf") {
            std::signal(SIGTERM, SIG_IGN);
            for (;;)
                ::pause();
        }
        if (m_does == "close") {
            ::shutdown(3, SHUT_RDWR);
            for (;;)
                ::pause();
        }
        if (m_does == "fork") {
            if (::fork() == 0) // it keeps our end of the connection
                for (;;)
                    ::pause();
            std::raise(SIGKILL);
        }
        if (m_does == "hog") {
            std::vector<std::vector<char>> all;
            for (;;)
                all.emplace_back(64u << 20, 'x');
        }
        if (m_does == "garbage")
            (void)!::write(3, "this is no frame of ours, not at all, and long enough", 52);
        if (m_does == "log")
            m_log->warn(m_step, "said in the child");
    }

    std::string m_does;
    int64_t m_every = 0, m_plus = 1, m_learnt = 0;
    RunLog *m_log = nullptr;
    std::string m_step;
};

const StepRegistry &registry()
{
    static const StepRegistry all = [] {
        StepRegistry filled;
        registerBuiltInSteps(filled);
        filled.add<Trouble>();
        return filled;
    }();
    return all;
}

struct Wish
{
    std::string does = {};
    int64_t every = 0;
    int count = 60;
    int batch = 10;
    int workers = 2;
    std::string more = R"("onError": "skip")";
};

std::unique_ptr<Run> start(const Wish &wish); // after the class: moc takes some of its text for code

std::vector<int64_t> resultOf(const Run &run)
{
    std::vector<int64_t> numbers;
    for (const Value &item : run.viewedItems("result"))
        numbers.push_back(item.toObject().front().second.toInteger());
    return numbers;
}

std::vector<int64_t> expected(const Wish &wish)
{
    std::vector<int64_t> numbers;
    for (int64_t n = 0; n < wish.count; ++n)
        if (wish.every == 0 || n % wish.every != 3)
            numbers.push_back(n + 1);
    return numbers;
}

std::vector<LogRecord> errorsOf(Run &run)
{
    std::vector<LogRecord> errors;
    for (const LogRecord &record : run.log().after(0))
        if (record.level == LogLevel::Error)
            errors.push_back(record);
    return errors;
}

bool logSays(Run &run, const std::string &text)
{
    for (const LogRecord &record : run.log().after(0))
        if (record.message.find(text) != std::string::npos)
            return true;
    return false;
}

std::vector<pid_t> childrenOfThis()
{
    std::vector<pid_t> ids;
    std::error_code gone;
    for (const auto &task : std::filesystem::directory_iterator("/proc/self/task", gone)) {
        std::ifstream file(task.path() / "children");
        for (pid_t id; file >> id;)
            ids.push_back(id);
    }
    return ids;
}

} // namespace

class TestProcesses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void workersInProcessesGiveTheSame()
    {
        const Wish wish{.does = {}, .every = 0, .count = 1'000, .batch = 7, .workers = 3};
        const auto run = start(wish);
        QVERIFY(run->waitForDone());
        QCOMPARE(run->outcome().state, RunState::Finished);
        QCOMPARE(resultOf(*run), expected(wish));
        QVERIFY(errorsOf(*run).empty());
    }

    void oneItemIsLostToEachDeath_data()
    {
        QTest::addColumn<QString>("does");
        QTest::addColumn<QString>("said");
        QTest::newRow("crash") << "crash"
                               << "signal 11 \\(SIGSEGV\\)";
        QTest::newRow("kill") << "kill"
                              << "signal 9 \\(SIGKILL\\)";
        QTest::newRow("exit") << "exit"
                              << "ended with status 7";
        QTest::newRow("fork") << "fork"
                              << "signal 9 \\(SIGKILL\\)";
        QTest::newRow("output closed") << "close" // and ends itself; the run waits a second for that
                                       << "(ended with status 1|closed its connection)";
        QTest::newRow("throw") << "throw"
                               << "thrown on purpose";
        QTest::newRow("fail") << "fail"
                              << "It doesn't like 3.";
    }
    void oneItemIsLostToEachDeath()
    {
        QFETCH(QString, does);
        QFETCH(QString, said);
        const Wish wish{.does = does.toStdString(), .every = 29};
        const auto run = start(wish);
        QVERIFY(run->waitForDone());
        QCOMPARE(run->outcome().state, RunState::Finished);
        QCOMPARE(resultOf(*run), expected(wish));
        const auto errors = errorsOf(*run);
        QCOMPARE(errors.size(), size_t(2)); // 3 and 32, which two workers may say in either order
        std::string all;
        for (const LogRecord &record : errors)
            all += record.message + '\n';
        QVERIFY2(QString::fromStdString(all).contains(QRegularExpression(said)), all.c_str());
    }

    void aHangingChildIsEndedAtItsTimeLimit_data()
    {
        QTest::addColumn<QString>("does");
        QTest::newRow("it hangs") << "hang";
        QTest::newRow("it ignores termination, too") << "deaf";
    }
    void aHangingChildIsEndedAtItsTimeLimit()
    {
        QFETCH(QString, does);
        const Wish wish{.does = does.toStdString(),
                        .every = 100,
                        .count = 20,
                        .batch = 5,
                        .workers = 1,
                        .more = R"("onError": "skip", "timeLimit": 0.3)"};
        const auto run = start(wish);
        QVERIFY(run->waitForDone());
        QCOMPARE(resultOf(*run), expected(wish));
        QCOMPARE(errorsOf(*run).size(), size_t(1));
        QCOMPARE(errorsOf(*run)[0].kind, std::string("timeout"));
        QVERIFY(errorsOf(*run)[0].message.find("0.3 seconds") != std::string::npos);
    }

    void aHangingChildDoesntDelayTheOtherWorkers()
    {
        // It hangs for longer than anybody waits: all other items come out of the step meanwhile.
        const auto run = start({.does = "hang",
                                .every = 100,
                                .count = 60,
                                .batch = 5,
                                .workers = 2,
                                .more = R"("queueSize": 100, "timeLimit": 100000)"});
        const auto itemsOut = [&run] {
            for (const auto &step : run->sample().steps)
                if (step.id == "trouble")
                    return step.itemsOut;
            return decltype(run->sample().steps[0].itemsOut)(0);
        };
        QTRY_COMPARE(int(itemsOut()), 55);
        QCOMPARE(run->isDone(), false);
        run->cancel();
        QVERIFY(run->waitForDone());
    }

    void aChildThatAlwaysDiesIsRestartedWithGrowingPauses()
    {
        QElapsedTimer time;
        time.start();
        const auto run = start({.does = "exit", .every = -1, .count = 8, .batch = 1, .workers = 1});
        QVERIFY(run->waitForDone());
        QCOMPARE(errorsOf(*run).size(), size_t(8));
        QVERIFY(resultOf(*run).empty());
        // The pauses before the last five of at least eight starts: 10, 20, 40, 80 and 160 ms.
        QVERIFY2(time.elapsed() >= 310, qPrintable(QString::number(time.elapsed())));
    }

    void cancellingDoesntWaitForAHangingChild()
    {
        const auto run = start({.does = "hang", .every = 100, .workers = 1});
        QTRY_VERIFY(!childrenOfThis().empty());
        run->cancel();
        QVERIFY(run->waitForDone());
        QCOMPARE(run->outcome().state, RunState::Stopped);
        QTRY_VERIFY(childrenOfThis().empty());
    }

    void aChildThatSomebodyStoppedIsSaidInTheLog()
    {
        const auto run = start({.does = "stop", .every = 100, .count = 20, .batch = 5, .workers = 1});
        QTRY_VERIFY_WITH_TIMEOUT(logSays(*run, "was stopped (SIGSTOP)"), 30'000);
        for (const pid_t child : childrenOfThis())
            ::kill(child, SIGCONT);
        QVERIFY(run->waitForDone());
        QCOMPARE(run->outcome().state, RunState::Finished);
    }

    void aChildThatAnswersGarbageIsReplaced()
    {
        const Wish wish{.does = "garbage", .every = 100};
        const auto run = start(wish);
        QVERIFY(run->waitForDone());
        QCOMPARE(resultOf(*run), expected(wish));
        QCOMPARE(errorsOf(*run).size(), size_t(1));
    }

    void aStepThatDoesntOpenFailsTheRunWithItsWords()
    {
        const auto run = start({.does = "refuse"});
        QVERIFY(run->waitForDone());
        QCOMPARE(run->outcome().state, RunState::Failed);
        QCOMPARE(run->outcome().error.message, std::string("It doesn't want to open."));
        QCOMPARE(run->outcome().step, std::string("trouble"));
    }

    void workersHaveTheirOwnArguments()
    {
        const Wish wish{.workers = 2, .more = R"("workerArguments": [{"plus": 1000}, {"plus": 2000}])"};
        const auto run = start(wish);
        QVERIFY(run->waitForDone());
        const auto numbers = resultOf(*run);
        for (size_t i = 0; i < numbers.size(); ++i)
            QVERIFY(numbers[i] == int64_t(i) + 1000 || numbers[i] == int64_t(i) + 2000);
        QCOMPARE(numbers.size(), size_t(wish.count));
    }

    void whatAStepLogsArrives()
    {
        const auto run = start({.does = "log", .every = 100});
        QVERIFY(run->waitForDone());
        QVERIFY(logSays(*run, "said in the child"));
    }

    void aHungryChildLosesOneItem()
    {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("a sanitizer needs more memory than any limit");
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
        QSKIP("a sanitizer needs more memory than any limit");
#endif
#endif
        const Wish wish{.does = "hog", .every = 100, .more = R"("onError": "skip", "memoryLimit": 300)"};
        const auto run = start(wish);
        QVERIFY(run->waitForDone());
        QCOMPARE(resultOf(*run), expected(wish));
        QCOMPARE(errorsOf(*run).size(), size_t(1));
        QCOMPARE(errorsOf(*run)[0].kind, std::string("memory"));
    }

    void noChildIsLeft()
    {
        QTRY_VERIFY(childrenOfThis().empty());
    }
};

namespace {

std::unique_ptr<Run> start(const Wish &wish)
{
    const std::string text = R"({"millrace": 1, "batching": {"size": )" + std::to_string(wish.batch) + R"(}, "steps": [
        {"id": "numbers", "type": "generate", "params": {"count": )"
                             + std::to_string(wish.count) + R"(}},
        {"id": "trouble", "type": "trouble", "runIn": "processes", "workers": )"
                             + std::to_string(wish.workers) + ", " + wish.more + R"(, "params": {"does": ")" + wish.does
                             + R"(", "every": )" + std::to_string(wish.every) + R"(}},
        {"id": "result", "type": "view", "params": {"limit": 1000000}}],
      "links": [{"from": "numbers", "to": "trouble"}, {"from": "trouble", "to": "result"}]})";
    auto loaded = parsePipeline(text);
    if (!loaded)
        qFatal("%s", loaded.error().message.c_str());
    auto run = Run::create(loaded->pipeline, registry(), {});
    if (!run)
        qFatal("%s", run.error().message.c_str());
    (*run)->start();
    return *std::move(run);
}

} // namespace

} // namespace tst_processes

int main(int argc, char *argv[])
{
    if (const auto status = runWorkerIfAsked(argc, argv, tst_processes::registry()))
        return *status;
    const QCoreApplication application(argc, argv);
    tst_processes::TestProcesses test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_processes.moc"
