// SPDX-License-Identifier: MIT
// A thousand runs whose children are killed at random times by random signals, several runs at once.
#include "engine/Run.h"
#include "pipeline/PipelineFile.h"
#include "remote/WorkerProcess.h"

#include <QCoreApplication>
#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <thread>

using namespace millrace;

namespace tst_killed_children {

namespace {

constexpr int Items = 500;
constexpr int AtOnce = 4;

const StepRegistry &registry()
{
    static const StepRegistry all = [] {
        StepRegistry filled;
        registerBuiltInSteps(filled);
        return filled;
    }();
    return all;
}

/// Of each kind of child; of the four kinds, 250 make a thousand. Programs built with a sanitizer start slowly.
int runsOfAKind()
{
    int usual = 60;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    usual = 6;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    usual = 6;
#endif
#endif
    const char *given = std::getenv("MILLRACE_KILL_RUNS");
    return given ? std::atoi(given) : usual;
}

const char *const InProcesses = R"({"id": "plus", "type": "add", "runIn": "processes", "params": {"by": 1000}})";
const char *const ByLines = R"({"id": "lines", "type": "program", "params": {"protocol": "lines", "command": "cat"}})";
/// The protocol for batches, by a program that starts in no time.
const char *const ByBatches =
    "{'id': 'batches', 'type': 'program', 'params': {'command': ['sed', '-u', '-E', '-e', 's/.*$op$:$init$.*/{$op$:"
    "$ready$}/', '-e', 's/.$value$:([0-9]+)./{$ok$:{$value$:\\\\1}}/g', '-e', "
    "'s/^.$op$:$batch$,($id$:[0-9]+),$items$/{\\\\1,$results$/', '-e', '/$op$:$close$/d']}}";

/// Numbers through these steps, which skip what fails, into what is kept.
std::unique_ptr<Run> makeRun(const std::vector<const char *> &steps, int batch, int workers)
{
    std::string text = R"({"millrace": 1, "batching": {"size": )" + std::to_string(batch)
                       + R"(}, "defaults": {"onError": "skip", "workers": )" + std::to_string(workers)
                       + R"(}, "steps": [{"id": "numbers", "type": "generate", "workers": 1, "params": {"count": )"
                       + std::to_string(Items) + "}}, ";
    for (const char *step : steps)
        text += std::string(step) + ", ";
    text += R"({"id": "result", "type": "view", "workers": 1, "params": {"limit": 1000000}}], "links": []})";
    std::replace(text.begin(), text.end(), '\'', '"');
    for (size_t quote; (quote = text.find('$')) != std::string::npos;)
        text.replace(quote, 1, "\\\"");
    auto loaded = parsePipeline(text);
    if (!loaded)
        qFatal("%s", loaded.error().message.c_str());
    Pipeline &pipeline = loaded->pipeline;
    for (size_t i = 0; i + 1 < pipeline.steps.size(); ++i) {
        Link link;
        link.fromStep = pipeline.steps[i].id;
        link.fromPort = "out";
        link.toStep = pipeline.steps[i + 1].id;
        pipeline.links.push_back(link);
    }
    auto run = Run::create(pipeline, registry(), {});
    if (!run)
        qFatal("%s", run.error().message.c_str());
    return *std::move(run);
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

struct Tally
{
    int runs = 0, given = 0; ///< given up: a worker's child was killed again and again while it started
    size_t failed = 0;       ///< items
    std::string wrong;       ///< the first thing that mustn't be
};

/// What is wrong with a run that has ended, or nothing.
std::string faultOf(Run &run, int64_t plus, Tally &tally)
{
    const RunOutcome outcome = run.outcome();
    ++tally.runs;
    std::vector<int64_t> arrived;
    for (const Value &item : run.viewedItems("result"))
        arrived.push_back(item.toObject().front().second.toInteger() - plus);
    if (!std::is_sorted(arrived.begin(), arrived.end()))
        return "The order isn't that of the source.";
    const std::string &message = outcome.error.message;
    // Later workers start while others work.
    const bool isAtStart = arrived.empty() || message.find("\"op\":\"init\"") != std::string::npos
                           || message.find("times in a row") != std::string::npos;
    if (outcome.state == RunState::Failed && isAtStart && message.find("killed by signal") != std::string::npos) {
        ++tally.given;
        const bool isTwice = std::adjacent_find(arrived.begin(), arrived.end()) != arrived.end();
        return isTwice ? "An item arrived twice." : std::string();
    }
    if (outcome.state != RunState::Finished)
        return "The run ended so: " + message;
    std::map<int64_t, int> seen;
    for (const int64_t number : arrived)
        ++seen[number];
    for (const LogRecord &record : run.log().after(0)) {
        if (record.level != LogLevel::Error)
            continue;
        ++seen[record.itemId.toInteger()];
        ++tally.failed;
    }
    for (int64_t n = 0; n < Items; ++n)
        if (seen[n] != 1)
            return "Item " + std::to_string(n) + " arrived or failed " + std::to_string(seen[n]) + " times.";
    return seen.size() == Items ? std::string() : "There are items that nobody made.";
}

} // namespace

class KilledChildren : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        // Children that are killed so shall be gone at once; the sanitizer would look up the names of their functions first.
        qputenv("ASAN_OPTIONS", qgetenv("ASAN_OPTIONS") + ":handle_segv=0");
    }
    void everyItemArrivesOnceOrIsReportedAsFailed_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("processes") << 0;
        QTest::newRow("programs, lines") << 1;
        QTest::newRow("programs, batches") << 2;
        QTest::newRow("processes and programs") << 3;
    }
    void everyItemArrivesOnceOrIsReportedAsFailed()
    {
        QFETCH(int, kind);
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
        if (kind == 0 || kind == 3)
            QSKIP("Worker processes start so slowly under the thread sanitizer that none lives to work, and it turns "
                  "their signals into exit statuses.");
#endif
#endif
        const std::vector<std::vector<const char *>> kinds{
            {InProcesses}, {ByLines}, {ByBatches}, {InProcesses, ByBatches}};
        const auto &steps = kinds[size_t(kind)];
        // On a slow machine as on a quick one, or children would be killed before they had worked.
        constexpr std::array MostKillsARun{2, 8, 2, 4};
        const int64_t plus = steps.front() == InProcesses ? 1000 : 0;
        std::mutex mutex; // guards tally
        Tally tally;
        std::atomic<int> left{runsOfAKind()}, working{AtOnce};
        std::vector<std::thread> threads;
        for (int thread = 0; thread < AtOnce; ++thread)
            threads.emplace_back([&, thread] {
                std::mt19937 random(unsigned(20261125 + thread));
                while (left.fetch_sub(1) > 0) {
                    const auto run = makeRun(steps, int(1 + random() % 20), int(1 + random() % 3));
                    run->start();
                    const bool isDone = run->waitForDone(60'000);
                    const std::lock_guard lock(mutex);
                    const std::string fault = isDone ? faultOf(*run, plus, tally) : "The run doesn't end.";
                    if (tally.wrong.empty())
                        tally.wrong = fault;
                    if (!isDone)
                        break;
                }
                --working;
            });
        std::mt19937 random(20261123);
        int kills = 0;
        while (working > 0) {
            std::this_thread::sleep_for(std::chrono::microseconds(random() % 12'000));
            {
                const std::lock_guard lock(mutex);
                if (kills >= MostKillsARun[size_t(kind)] * (tally.runs + AtOnce))
                    continue;
            }
            const auto ids = childrenOfThis();
            if (!ids.empty() && ::kill(ids[random() % ids.size()], random() % 2 == 0 ? SIGKILL : SIGSEGV) == 0)
                ++kills;
        }
        for (std::thread &thread : threads)
            thread.join();
        qInfo("%d runs, %d children killed, %zu items reported as failed, %d runs given up at their start", tally.runs,
              kills, tally.failed, tally.given);
        QVERIFY2(tally.wrong.empty(), tally.wrong.c_str());
        QCOMPARE(tally.runs, runsOfAKind());
        QVERIFY(kills * 2 > tally.runs);
        if (tally.runs >= 100) // few are made where a sanitizer makes starts so slow that most kills hit one
            QVERIFY(tally.given * 20 <= tally.runs);
        QTRY_VERIFY(childrenOfThis().empty());
    }
};

} // namespace tst_killed_children

int main(int argc, char *argv[])
{
    if (const auto status = runWorkerIfAsked(argc, argv, tst_killed_children::registry()))
        return *status;
    const QCoreApplication application(argc, argv);
    tst_killed_children::KilledChildren test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_killed_children.moc"
