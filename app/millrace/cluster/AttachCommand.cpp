// SPDX-License-Identifier: MIT
#include "cluster/ClusterKeys.h"
#include "cluster/ClusterSettings.h"
#include "cluster/RedisConnection.h"
#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"
#include "data/text/Quote.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/run/Interrupts.h"
#include "millrace/run/ScrapeListener.h"
#include "sharing/OpenMetrics.h"
#include "sharing/SharedRun.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>
#include <unistd.h>

namespace millrace {

namespace {

constexpr std::chrono::milliseconds LookEvery(500);
constexpr double LookPatience = 10; ///< seconds for an answer

double realOf(const Value &object, std::string_view name)
{
    const Value *value = memberOf(object, name);
    return value && value->isNumber() ? value->toReal() : 0;
}

/// The run that is meant: the one that was named, or the only one there is.
Result<std::string> runToWatch(RedisConnection &redis)
{
    if (!redis.address().run.empty())
        return redis.address().run;
    const auto told = redis.call({"SMEMBERS", ClusterRunsKey});
    if (!told)
        return told.forward();
    std::string names;
    for (size_t i = 0; i < told->value().size(); ++i)
        names += (i > 0 ? ", " : "") + std::string(told->value().at(i).text());
    if (told->value().size() == 1)
        return names;
    return failure(ErrorKind::Call, names.empty() ? "No run is under way at " + redis.address().server() + '.'
                                                  : "Several runs are under way: " + names
                                                        + "; name one behind the cluster, as CLUSTER/RUN.");
}

std::string itemRate(const Value &step, double seconds)
{
    const double items = realOf(step, "itemsOut") > 0 ? realOf(step, "itemsOut") : realOf(step, "itemsIn");
    return seconds > 0 ? formatCount(items / seconds) : "-";
}

std::string tableOf(const Value &gauges, int width)
{
    const Value *cluster = memberOf(gauges, "cluster"), *steps = memberOf(gauges, "steps");
    if (!cluster || !steps || !steps->isList())
        return "The run has begun.\n";
    const double seconds = realOf(gauges, "seconds");
    const Value *queues = memberOf(*cluster, "queues");
    std::vector<std::vector<std::string>> rows{{"step", "in", "out", "errors", "items/s", "queue", "elsewhere"}};
    for (const Value &step : steps->toList()) {
        const std::string id = textOf(step, "id");
        const Value *queue = memberOf(step, "queue");
        const bool isElsewhere = queues && memberOf(*queues, id);
        rows.push_back(
            {printable(id), formatCount(realOf(step, "itemsIn")), formatCount(realOf(step, "itemsOut")),
             formatCount(realOf(step, "errors")), itemRate(step, seconds),
             queue ? formatCount(realOf(*queue, "mean")) + '/' + formatCount(realOf(*queue, "capacity")) : "-",
             isElsewhere ? formatCount(realOf(*queues, id)) : "-"});
    }
    std::string text = formatTable(rows, size_t(width));
    const Value *isConnected = memberOf(*cluster, "isConnected"), *processes = memberOf(*cluster, "processes");
    text += textOf(*cluster, "run") + ": " + textOf(gauges, "status") + ", " + formatDuration(seconds);
    if (isConnected && *isConnected == Value(false))
        text += ", waiting for Redis";
    int64_t workers = 0;
    std::string refused;
    if (processes && processes->isList())
        for (const Value &process : processes->toList()) {
            const std::string why = textOf(process, "refused");
            workers += why.empty() ? wholeOf(process, "workers") : 0;
            if (!why.empty())
                refused += textOf(process, "process") + " doesn't take part: " + why + '\n';
        }
    text += ", " + std::to_string(workers) + (workers == 1 ? " worker" : " workers");
    for (const auto &[name, words] :
         {std::pair("lostProcesses", " lost"), std::pair("batchesTriedAgain", " batches tried again"),
          std::pair("batchesSentAgain", " batches sent again")})
        if (const int64_t count = wholeOf(*cluster, name); count > 0)
            text += ", " + std::to_string(count) + words;
    return text + ".\n" + printable(refused);
}

/// The same without the text of the pipeline, which stands in each line.
std::string lineOf(const Value &gauges)
{
    Members members = gauges.toObject();
    std::erase_if(members, [](const auto &member) { return member.first == "pipeline"; });
    return toStateLine(Value(std::move(members))) + '\n';
}

/// Shows the gauges again and again until the run is over, or once where nobody watches.
Result<> watchRun(RedisConnection &redis, const std::string &run, bool asJson, MetricsListener *listener)
{
    const ClusterKeys keys(run);
    const bool isLive = !asJson && isTerminal(STDOUT_FILENO);
    size_t lines = 0;
    std::string last;
    for (countInterrupts(); interruptCount() == 0; std::this_thread::sleep_for(LookEvery)) {
        const auto told = redis.call({"GET", keys.gauges});
        if (!told)
            return told.forward();
        const std::string text(told->value().text());
        if (text.empty()) {
            if (!last.empty())
                return {}; // it is over
            return failure(ErrorKind::Call, "No run with the name " + inQuotes(run) + " is under way at "
                                                + redis.address().server() + '.');
        }
        const auto gauges = parseStateText(text);
        if (!gauges || !gauges->isObject())
            return failure(ErrorKind::Version,
                           "What the run tells of itself can't be read; is it of the same version?");
        if (listener)
            if (const auto shared = readSharedRun(text))
                listener->show(openMetricsOf(shared->sample, shared->cluster, run));
        const std::string shown = asJson ? lineOf(*gauges) : tableOf(*gauges, terminalWidth(STDOUT_FILENO));
        if ((asJson || !isLive) && !last.empty() && (shown == last || !asJson))
            continue; // a table is shown once where nobody watches
        if (isLive && lines > 0)
            std::fprintf(stdout, "\033[%zuA\033[J", lines); // over the last table
        std::fwrite(shown.data(), 1, shown.size(), stdout);
        if (std::fflush(stdout) != 0 || (!isLive && !asJson && !listener))
            return {};
        lines = size_t(std::count(shown.begin(), shown.end(), '\n'));
        last = shown;
    }
    return {};
}

} // namespace

int attachCommand(const Arguments &arguments)
{
    const auto call = parseCall("attach", arguments);
    if (!call)
        return wrongCall("attach", call.error().message);
    if (call->words.size() != 1)
        return wrongCall("attach", "Name a cluster, as redis://HOST/RUN or by its name.");
    const auto address = clusterCalled(call->words.front());
    if (!address)
        return wrongCall("attach", address.error().message);
    auto listener = listenForScrapes(*call);
    if (!listener)
        return wrongCall("attach", listener.error().message);
    auto redis = RedisConnection::connect(*address, LookPatience);
    Result<> watched;
    if (!redis) {
        watched = redis.forward();
    } else if (const auto run = runToWatch(*redis); !run) {
        watched = run.forward();
    } else {
        watched = watchRun(*redis, *run, call->has("json"), listener->get());
    }
    if (watched)
        return Finished;
    printError(printable(watched.error().message));
    return watched.error().kind == ErrorKind::Network ? RunFailed : WrongCall;
}

} // namespace millrace
