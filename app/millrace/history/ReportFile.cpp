// SPDX-License-Identifier: MIT
#include "millrace/history/ReportFile.h"

#include "data/files/FilePath.h"
#include "data/json/JsonReader.h"
#include "report/RunsOnRecord.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>
#include <thread>

namespace millrace {

namespace {

constexpr double FewestForBetween = 20; ///< batches

Result<std::string> textOfFile(const std::string &file)
{
    if (file != "-")
        return readWholeFile(file);
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
}

Result<Value> lastReport(const std::string &file)
{
    std::error_code error;
    auto report = RunsOnRecord().lastReportOf(std::filesystem::absolute(file, error).string());
    if (!report)
        return failure(report.error().kind, file + ": " + report.error().message);
    if (report->isNull())
        return failure(ErrorKind::Call, file + ": This pipeline has no run on record. Run it with \"millrace run "
                                            + file + "\", or name a report that --report wrote.");
    return report;
}

SimulatedStep stepOf(const Value &step)
{
    SimulatedStep made;
    made.id = textAt(step, "id");
    made.type = textAt(step, "type");
    made.workers = std::max(1, int(numberAt(step, "workers", 1)));
    made.queueSize = int(numberAt(step, "queue.capacity"));
    const double batches = std::max(numberAt(step, "batchesIn"), numberAt(step, "batchesOut"));
    made.batches = uint64_t(std::max(0.0, batches));
    if (batches > 0) {
        made.secondsPerBatch = numberAt(step, "busySeconds") / batches;
        made.cpuSecondsPerBatch = (numberAt(step, "cpuSeconds") + numberAt(step, "childCpuSeconds")) / batches;
    }
    made.p50 = numberAt(step, "serviceMs.p50") / 1e3;
    made.p95 = numberAt(step, "serviceMs.p95") / 1e3;
    made.p99 = numberAt(step, "serviceMs.p99") / 1e3;
    made.max = numberAt(step, "serviceMs.max") / 1e3;
    if (const double peak = numberAt(step, "queue.peak"); peak > 0)
        made.bytesPerBatch = numberAt(step, "queue.peakBytes") / peak;
    return made;
}

/// Where a step always had something to do, the time in which its workers did nothing all the same is what it takes to
/// wake one: so for all steps that wait. Those that compute find a thread that is awake.
void addTimeBetween(const List &steps, SimulationModel &model)
{
    double between = 0, busiest = 0;
    for (size_t i = 0; i < model.steps.size(); ++i) {
        const double backlog = numberAt(steps[i], "queue.mean"), busy = numberAt(steps[i], "busySeconds");
        const bool isFull = backlog >= std::max(1.0, numberAt(steps[i], "queue.capacity") / 2);
        if (!isFull || busy <= busiest || numberAt(steps[i], "batchesIn") < FewestForBetween)
            continue;
        busiest = busy;
        between = (numberAt(steps[i], "starvedSeconds") + numberAt(steps[i], "waitingForCoreSeconds"))
                  / numberAt(steps[i], "batchesIn");
    }
    for (SimulatedStep &step : model.steps)
        if (step.cpuSecondsPerBatch < step.secondsPerBatch / 2)
            step.secondsBetween = std::min(between, step.secondsPerBatch);
}

/// Each link's share is what the step behind it took for each batch that the one before it was through with.
void addLinks(const List &steps, const Value *links, SimulationModel &model)
{
    std::map<std::string, size_t> places;
    for (size_t i = 0; i < model.steps.size(); ++i)
        places.emplace(model.steps[i].id, i);
    if (!links || !links->isList()) {
        for (size_t i = 0; i + 1 < model.steps.size(); ++i)
            model.links.push_back({i, i + 1});
    } else {
        for (const Value &link : links->toList()) {
            const auto end = [&](const char *name) {
                const std::string text = textAt(link, name);
                return places.find(text.substr(0, text.find('.')));
            };
            const auto from = end("from"), to = end("to");
            if (from != places.end() && to != places.end())
                model.links.push_back({from->second, to->second});
        }
    }
    const auto through = [&](size_t step) { return std::max(1.0, double(model.steps[step].batches)); };
    for (SimulatedLink &link : model.links) {
        double arriving = 0;
        for (const SimulatedLink &other : model.links)
            arriving += other.to == link.to ? through(other.from) : 0;
        link.share = numberAt(steps[link.to], "batchesIn") / std::max(1.0, arriving);
    }
}

} // namespace

const Value *memberAt(const Value &value, std::string_view path)
{
    const size_t dot = path.find('.');
    const Value *member = value.isObject() ? value.member(path.substr(0, dot)) : nullptr;
    return !member || dot == std::string_view::npos ? member : memberAt(*member, path.substr(dot + 1));
}

double numberAt(const Value &value, std::string_view path, double otherwise)
{
    const Value *member = memberAt(value, path);
    return member && member->isNumber() ? member->toReal() : otherwise;
}

std::string textAt(const Value &value, std::string_view path)
{
    const Value *member = memberAt(value, path);
    return member && member->isText() ? std::string(member->toText()) : std::string();
}

Result<Value> reportOfFile(const std::string &file)
{
    const auto text = textOfFile(file);
    if (!text)
        return text.forward();
    auto value = parseJson(*text);
    const std::string label = file == "-" ? "standard input" : file;
    if (value && value->isObject() && value->member("millrace") && file != "-")
        return lastReport(file);
    const Value *steps = value ? value->member("steps") : nullptr;
    if (!steps || !steps->isList() || !value->member("status"))
        return failure(ErrorKind::Call,
                       label + ": It is neither a pipeline nor a report that \"millrace run --report\" wrote.");
    return value;
}

Result<SimulationModel> modelOf(const Value &report)
{
    SimulationModel model;
    const Value *steps = memberAt(report, "steps");
    if (!steps || !steps->isList() || steps->toList().empty())
        return failure(ErrorKind::Call, "The report has no steps.");
    for (const Value &step : steps->toList())
        model.steps.push_back(stepOf(step));
    addTimeBetween(steps->toList(), model);
    addLinks(steps->toList(), memberAt(report, "links"), model);
    model.cores = int(numberAt(report, "cores", double(std::max(1u, std::thread::hardware_concurrency()))));
    model.itemsRead = uint64_t(std::max(0.0, numberAt(report, "items.read")));
    if (model.itemsRead == 0)
        return failure(ErrorKind::Call, "Nothing went through in that run, so that nothing was measured.");
    return model;
}

} // namespace millrace
