// SPDX-License-Identifier: MIT
#include "millrace/run/RunSettings.h"

#include "data/files/FilePath.h"
#include "data/text/ByteSize.h"
#include "millrace/cluster/ClusterOptions.h"
#include "millrace/Console.h"
#include "millrace/run/Overrides.h"
#include "pipeline/file/FileShapeCheck.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unistd.h>

namespace millrace {

namespace {

Result<bool> showsProgress(const std::string &when)
{
    if (when == "always" || when == "never")
        return when == "always";
    if (when == "auto")
        return isTerminal(STDERR_FILENO);
    return failure(ErrorKind::Call, "--progress " + when + ": it has to be auto, always or never");
}

/// `N` or `N%`; the last of each kind holds.
Result<> readErrorLimits(const Call &call, RunSettings &settings)
{
    for (const std::string &text : call.values("limit-errors")) {
        const bool isPercent = text.ends_with('%');
        const std::string digits = isPercent ? text.substr(0, text.size() - 1) : text;
        double number = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        const bool isNumber = error == std::errc() && end == digits.data() + digits.size() && number >= 0;
        if (!isNumber || (isPercent ? number > 100 : number != std::floor(number) || number > 1e15))
            return failure(ErrorKind::Call,
                           "--limit-errors " + text + ": it has to be a number of items, or a percentage such as 5%");
        if (isPercent)
            settings.limitPercent = number;
        else
            settings.limitErrors = int64_t(number);
    }
    return {};
}

Result<> readNumbers(const Call &call, RunSettings &settings)
{
    if (const auto text = call.value("workers")) {
        const auto workers = wholeOption("workers", *text, 0);
        if (!workers)
            return workers.forward();
        if (*workers > MostStepWorkers)
            return failure(ErrorKind::Call, "--workers " + *text + ": that is too many; "
                                                + std::to_string(MostStepWorkers) + " is the most");
        settings.workers = std::max(1, int(*workers)); // as in a file, where 0 is read as 1
    }
    if (const auto text = call.value("seed")) {
        const auto seed = wholeOption("seed", *text, 0);
        if (!seed)
            return seed.forward();
        settings.seed = uint64_t(*seed);
    }
    if (const auto text = call.value("memory")) {
        settings.memory = byteSizeOf(*text);
        if (!settings.memory || *settings.memory == 0)
            return failure(ErrorKind::Call, "--memory " + *text + ": it has to be " + std::string(ByteSizeMeaning));
    }
    return {};
}

} // namespace

Result<RunSettings> readRunSettings(const Call &call)
{
    RunSettings settings;
    settings.overrides = call.values("set");
    settings.parameters = call.values("param");
    settings.watch.isQuiet = call.has("quiet");
    settings.watch.reportPath = call.value("report").value_or("");
    settings.watch.htmlPath = call.value("html").value_or("");
    settings.watch.logPath = call.value("log").value_or("");
    settings.watch.metricsPath = call.value("metrics").value_or("");
    const auto progress = showsProgress(call.value("progress").value_or("auto"));
    if (!progress)
        return progress.forward();
    settings.watch.showsProgress = *progress;
    if (const auto read = readNumbers(call, settings); !read)
        return read.forward();
    if (const auto read = readErrorLimits(call, settings); !read)
        return read.forward();
    const auto cluster = readClusterWish(call);
    if (!cluster)
        return cluster.forward();
    settings.cluster = *cluster;
    const auto tune = readTuneWish(call);
    if (!tune)
        return tune.forward();
    settings.watch.tune = *tune;
    auto part = readRunPart(call);
    if (!part)
        return part.forward();
    settings.part = *std::move(part);
    for (const std::string &path :
         {settings.watch.reportPath, settings.watch.htmlPath, settings.watch.metricsPath, settings.watch.logPath}) {
        if (path.empty() || path == "-")
            continue;
        if (const std::string problem = writeProblem(path); !problem.empty())
            return failure(ErrorKind::Call, problem);
    }
    return settings;
}

Result<> applyRunSettings(const RunSettings &settings, Pipeline &pipeline, const StepRegistry &registry)
{
    if (settings.workers)
        setAllWorkers(pipeline, registry, *settings.workers);
    if (settings.limitErrors)
        pipeline.limits.errors = settings.limitErrors;
    if (settings.limitPercent)
        pipeline.limits.errorPercent = settings.limitPercent;
    if (auto given = giveParameters(pipeline, settings.parameters); !given)
        return given;
    for (const std::string &assignment : settings.overrides) {
        if (auto applied = applyOverride(pipeline, registry, assignment); !applied)
            return applied;
    }
    placeOnCluster(settings.cluster, pipeline, registry);
    return {};
}

} // namespace millrace
