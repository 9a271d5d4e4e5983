// SPDX-License-Identifier: MIT
#include "millrace/history/ReportFile.h"

#include "analysis/MeasuredModel.h"
#include "data/files/FilePath.h"
#include "data/json/JsonReader.h"
#include "report/RunsOnRecord.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>
#include <thread>
#include <vector>

namespace millrace {

namespace {

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

SimulatedStep simulatedStepOf(const Value &step)
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

MeasuredStep measuredStepOf(const Value &step)
{
    const double batchesIn = numberAt(step, "batchesIn");
    return {simulatedStepOf(step),
            numberAt(step, "busySeconds"),
            numberAt(step, "starvedSeconds") + numberAt(step, "waitingForCoreSeconds"),
            batchesIn,
            numberAt(step, "queue.mean"),
            batchesIn};
}

/// Of a report without links: those of a row of steps.
MeasuredLinks linksOf(const Value *links, const List &steps)
{
    MeasuredLinks found;
    if (!links || !links->isList()) {
        for (size_t i = 0; i + 1 < steps.size(); ++i)
            found.emplace_back(i, i + 1);
        return found;
    }
    std::map<std::string, size_t> places;
    for (size_t i = 0; i < steps.size(); ++i)
        places.emplace(textAt(steps[i], "id"), i);
    for (const Value &link : links->toList()) {
        const auto end = [&](const char *name) {
            const std::string text = textAt(link, name);
            return places.find(text.substr(0, text.find('.')));
        };
        const auto from = end("from"), to = end("to");
        if (from != places.end() && to != places.end())
            found.emplace_back(from->second, to->second);
    }
    return found;
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
    const Value *steps = memberAt(report, "steps");
    if (!steps || !steps->isList() || steps->toList().empty())
        return failure(ErrorKind::Call, "The report has no steps.");
    std::vector<MeasuredStep> measured;
    for (const Value &step : steps->toList())
        measured.push_back(measuredStepOf(step));
    SimulationModel model = modelOfSteps(measured, linksOf(memberAt(report, "links"), steps->toList()));
    model.cores = int(numberAt(report, "cores", double(std::max(1u, std::thread::hardware_concurrency()))));
    model.itemsRead = uint64_t(std::max(0.0, numberAt(report, "items.read")));
    if (model.itemsRead == 0)
        return failure(ErrorKind::Call, "Nothing went through in that run, so that nothing was measured.");
    return model;
}

} // namespace millrace
