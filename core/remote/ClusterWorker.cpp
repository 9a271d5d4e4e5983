// SPDX-License-Identifier: MIT
#include "remote/ClusterWorker.h"

#include "cluster/ClusterKeys.h"
#include "cluster/ClusterScripts.h"
#include "data/files/FilePath.h"
#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"
#include "data/text/Quote.h"
#include "expression/values/Digest.h"
#include "remote/ClusterWorkerThread.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <thread>
#include <utility>

namespace millrace {

namespace {

constexpr double ServerPatience = 10;                 ///< seconds for an answer
constexpr int FirstPause = 100, LongestPause = 5'000; ///< milliseconds before another try to connect
constexpr int LookInterval = 200;                     ///< milliseconds between two looks for a run

std::string hostName()
{
    char host[HOST_NAME_MAX + 1] = {};
    return ::gethostname(host, sizeof host - 1) == 0 ? host : "?";
}

/// Whether it is readable within so many milliseconds.
bool isReadable(int descriptor, int milliseconds)
{
    pollfd waited{descriptor, POLLIN, 0};
    return ::poll(&waited, 1, milliseconds) > 0;
}

} // namespace

ClusterWorker::ClusterWorker(const StepRegistry &registry, ClusterWorkerOptions options)
    : m_registry(registry)
    , m_options(std::move(options))
    , m_frame(m_options.build)
    , m_host(hostName())
    , m_process(m_host + ':' + std::to_string(::getpid()))
{}

ClusterWorker::Plan ClusterWorker::plan() const
{
    const std::lock_guard lock(m_mutex);
    return m_plan;
}

/// What the coordinator is told of this process.
std::string ClusterWorker::describe() const
{
    return toStateLine(Members{
        {"host", Value(m_host)}, {"workers", Value(int64_t(m_options.workers))}, {"refused", Value(m_refused)}});
}

Result<> ClusterWorker::run(int stopFd)
{
    std::vector<std::unique_ptr<ClusterWorkerThread>> workers;
    std::vector<std::jthread> threads;
    for (int number = 1; number <= m_options.workers; ++number) {
        workers.push_back(std::make_unique<ClusterWorkerThread>(*this, number));
        threads.emplace_back([worker = workers.back().get()] { worker->work(); });
    }
    int pause = FirstPause;
    bool isSaid = false;
    std::optional<RedisConnection> redis;
    Result<> ended;
    for (int wait = 0; !isReadable(stopFd, wait);) {
        Result<> beaten;
        if (!redis) {
            auto made = RedisConnection::connect(m_options.address, ServerPatience);
            beaten = made ? made->checkServer() : made.forward();
            if (beaten)
                beaten = loadScripts(*made);
            if (beaten)
                redis.emplace(*std::move(made));
        }
        if (beaten)
            beaten = beatOnce(*redis);
        if (!beaten && beaten.error().kind != ErrorKind::Network) {
            ended = beaten.forward();
            break;
        }
        if (beaten) {
            pause = FirstPause;
            isSaid = false;
            const Plan now = plan();
            wait = now.epoch.empty() ? LookInterval : std::max(int(now.heartbeat * 1'000), 10);
            continue;
        }
        redis.reset();
        if (!std::exchange(isSaid, true))
            m_options.say("It waits for Redis: " + beaten.error().message);
        wait = pause;
        pause = std::min(pause * 2, LongestPause);
    }
    m_isOver.store(true);
    m_over.set();
    threads.clear(); // they finish what they have in hand
    return ended;
}

Result<> ClusterWorker::beatOnce(RedisConnection &redis)
{
    if (auto looked = lookForRun(redis); !looked)
        return looked;
    const Plan now = plan();
    if (now.epoch.empty())
        return {};
    const ClusterKeys keys(now.run);
    std::vector<InHand> inHand;
    std::string described, refused;
    {
        const std::lock_guard lock(m_mutex);
        inHand = m_inHand;
        described = describe();
        refused = m_refused;
    }
    RedisConnection::Words arguments{m_process, described};
    for (const InHand &batch : inHand)
        arguments.insert(arguments.end(), {batch.worker, batch.queue, batch.entry});
    const auto beaten = redis.call(scriptCall(ClusterScript::Beat, {keys.epoch, keys.workers}, arguments));
    if (!beaten)
        return beaten.error().kind == ErrorKind::Cluster ? Result<>(failure(ErrorKind::Network, beaten.error().message))
                                                         : beaten.forward();
    return refused.empty() ? Result<>() : Result<>(failure(ErrorKind::Cluster, refused));
}

/// Whichever run it is to work for.
Result<> ClusterWorker::lookForRun(RedisConnection &redis)
{
    std::vector<std::string> runs{m_options.address.run};
    if (m_options.address.run.empty()) {
        const auto told = redis.call({"SMEMBERS", ClusterRunsKey});
        if (!told)
            return told.forward();
        runs.clear();
        for (size_t i = 0; i < told->value().size(); ++i)
            runs.emplace_back(told->value().at(i).text());
        const std::string current = plan().run; // which it stays with
        std::stable_partition(runs.begin(), runs.end(), [&](const std::string &run) { return run == current; });
    }
    for (const std::string &run : runs) {
        if (auto read = readPlan(redis, run); !read)
            return read;
        if (!plan().epoch.empty())
            return {};
    }
    const std::lock_guard lock(m_mutex);
    m_plan = {};
    return {};
}

Result<> ClusterWorker::readPlan(RedisConnection &redis, const std::string &run)
{
    const ClusterKeys keys(run);
    const auto epoch = redis.call({"GET", keys.epoch});
    if (!epoch)
        return epoch.forward();
    const auto told = redis.call({"HGETALL", keys.plan});
    if (!told)
        return told.forward();
    Plan read;
    const auto whole = parseStateText(std::string(told->value().member("").text()));
    if (!epoch->value().isNil() && whole) {
        read.run = run;
        read.epoch = epoch->value().text();
        if (const Value *heartbeat = memberOf(*whole, "heartbeat"); heartbeat && heartbeat->isNumber())
            read.heartbeat = heartbeat->toReal();
        read.tries = wholeOf(*whole, "tries");
    }
    for (size_t i = 0; i + 1 < told->value().size() && !read.epoch.empty(); i += 2) {
        const std::string step(told->value().at(i).text());
        if (step.empty() || (!m_options.steps.empty() && !std::ranges::count(m_options.steps, step)))
            continue;
        if (auto made = parseStateText(std::string(told->value().at(i + 1).text())))
            read.steps.emplace(step, *std::move(made));
    }
    const Plan before = plan();
    if (before.epoch == read.epoch && before.run == read.run && before.steps == read.steps)
        return {};
    if (!read.epoch.empty() && textOf(*whole, "build") != m_options.build) {
        refuse({ErrorKind::Version,
                "Its build of Millrace isn't that of the run; install the same one on " + m_host + '.'});
    } else if (const auto fits = checkFiles(read); !fits) {
        refuse(fits.error());
    } else if (!read.steps.empty() && m_options.permits) {
        std::vector<Value> steps;
        for (const auto &[step, made] : read.steps)
            steps.push_back(made);
        if (const auto permitted = m_options.permits(steps); !permitted)
            refuse(permitted.error());
    }
    const std::lock_guard lock(m_mutex);
    m_plan = std::move(read);
    return {};
}

/// What the steps read has to be the same here as where the run was started.
Result<> ClusterWorker::checkFiles(const Plan &plan) const
{
    for (const auto &[step, told] : plan.steps) {
        const Value *files = memberOf(told, "files");
        if (!files || !files->isObject())
            continue;
        const std::string folder = m_options.folder.empty() ? textOf(told, "folder") : m_options.folder;
        for (const auto &[name, digest] : files->toObject()) {
            const std::string path = resolveFile(folder, name);
            const auto bytes = readWholeFile(path);
            if (!bytes)
                return failure(ErrorKind::Io, "The step " + inQuotes(step) + " needs a file that isn't on " + m_host
                                                  + ": " + bytes.error().message
                                                  + " Copy it there, or name the folder with --folder.");
            if (digestOf(Digest::Sha256, *bytes) != digest.toText())
                return failure(ErrorKind::Io, "The file " + inQuotes(path) + " of the step " + inQuotes(step) + " on "
                                                  + m_host + " isn't that of the run; copy it there.");
        }
    }
    return {};
}

void ClusterWorker::refuse(const Error &error)
{
    const std::lock_guard lock(m_mutex);
    m_refused = error.message;
}

} // namespace millrace
