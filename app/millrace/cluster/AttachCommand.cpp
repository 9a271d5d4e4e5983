// SPDX-License-Identifier: MIT
#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"
#include "data/text/Quote.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/run/Interrupts.h"
#include "millrace/run/ScrapeListener.h"
#include "sharing/OpenMetrics.h"
#include "sharing/RunLook.h"
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
    text += printable(textOf(*cluster, "run") + ": " + textOf(gauges, "status")) + ", " + formatDuration(seconds);
    if (isConnected && *isConnected == Value(false))
        text += ", waiting for Redis";
    int64_t workers = 0;
    std::string refused;
    if (processes && processes->isList())
        for (const Value &process : processes->toList()) {
            const std::string why = textOf(process, "refused");
            workers += why.empty() ? wholeOf(process, "workers") : 0;
            if (!why.empty())
                refused += printable(textOf(process, "process") + " doesn't take part: " + why) + '\n';
        }
    text += ", " + std::to_string(workers) + (workers == 1 ? " worker" : " workers");
    for (const auto &[name, words] :
         {std::pair("lostProcesses", " lost"), std::pair("batchesTriedAgain", " batches tried again"),
          std::pair("batchesSentAgain", " batches sent again")})
        if (const int64_t count = wholeOf(*cluster, name); count > 0)
            text += ", " + std::to_string(count) + words;
    return text + ".\n" + refused;
}

/// The same without the text of the pipeline, which stands in each line.
std::string lineOf(const Value &gauges)
{
    Members members = gauges.toObject();
    std::erase_if(members, [](const auto &member) { return member.first == "pipeline"; });
    return toStateLine(Value(std::move(members))) + '\n';
}

/// Shows the gauges again and again until the run is over, or once where nobody watches.
Result<> watchRun(RunLook &look, bool asJson, MetricsListener *listener)
{
    const bool isLive = !asJson && isTerminal(STDOUT_FILENO);
    size_t lines = 0;
    std::string last;
    for (countInterrupts(); interruptCount() == 0; std::this_thread::sleep_for(LookEvery)) {
        const auto told = look.told();
        if (!told)
            return told.forward();
        if (!*told) {
            if (!last.empty())
                return {}; // it is over
            return failure(ErrorKind::Call,
                           "No run with the name " + inQuotes(look.run()) + " is under way at " + look.server() + '.');
        }
        const std::string &text = **told;
        if (text.empty())
            continue;
        const auto gauges = parseStateText(text);
        if (!gauges || !gauges->isObject())
            return failure(ErrorKind::Version,
                           "What the run tells of itself can't be read; is it of the same version?");
        if (listener)
            if (const auto shared = readSharedRun(text))
                listener->show(
                    [run = *shared, name = look.run()] { return openMetricsOf(run.sample, run.cluster, name); });
        const std::string shown = asJson ? lineOf(*gauges) : tableOf(*gauges, terminalWidth(STDOUT_FILENO));
        if ((asJson || !isLive) && !last.empty() && (shown == last || !asJson))
            continue; // a table is shown once where nobody watches
        if (isLive && lines > 0)
            std::fprintf(stdout, "\033[%zuA\033[J", lines); // over the last table
        say(stdout, shown);
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
    auto listener = listenForScrapes(*call);
    if (!listener)
        return wrongCall("attach", listener.error().message);
    auto look = RunLook::at(call->words.front(), LookPatience);
    const Result<> watched = look ? watchRun(*look, call->has("json"), listener->get()) : Result<>(look.forward());
    if (watched)
        return Finished;
    printError(printable(watched.error().message));
    return watched.error().kind == ErrorKind::Network ? RunFailed : WrongCall;
}

} // namespace millrace
