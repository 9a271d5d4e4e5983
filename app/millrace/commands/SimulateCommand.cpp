// SPDX-License-Identifier: MIT
#include "data/text/ByteSize.h"
#include "data/text/NearestName.h"
#include "history/RunReport.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/history/ReportFile.h"
#include "pipeline/check/Checker.h"
#include "pipeline/file/FileShapeCheck.h"
#include "pipeline/file/JsonLayout.h"

#include <algorithm>

namespace millrace {

namespace {

Failure wrong(const std::string &assignment, const std::string &text)
{
    return failure(ErrorKind::Call, "--set " + assignment + ": " + text);
}

/// STEP.workers=N or STEP.queueSize=N.
Result<> set(SimulationModel &model, const StepRegistry &registry, const std::string &assignment)
{
    const size_t equals = assignment.find('='), dot = assignment.find('.');
    if (equals == std::string::npos || dot == std::string::npos || dot > equals)
        return wrong(assignment, "it has to be STEP.workers=N or STEP.queueSize=N.");
    const std::string id = assignment.substr(0, dot), name = assignment.substr(dot + 1, equals - dot - 1);
    const auto step = std::ranges::find(model.steps, id, &SimulatedStep::id);
    if (step == model.steps.end()) {
        std::vector<std::string> ids;
        std::ranges::transform(model.steps, std::back_inserter(ids), &SimulatedStep::id);
        const std::string nearest = nearestName(id, ids);
        return wrong(assignment, "there was no step \"" + id + "\" in that run"
                                     + (nearest.empty() ? "." : "; did you mean \"" + nearest + "\"?"));
    }
    const bool isWorkers = name == "workers";
    if (!isWorkers && name != "queueSize")
        return wrong(assignment, "only workers and queueSize can be tried; the rest would have to be measured anew.");
    const auto number = wholeOption("set", assignment.substr(equals + 1), isWorkers ? 1 : 0);
    if (!number)
        return wrong(assignment, std::string("it has to be a whole number, ") + (isWorkers ? "1" : "0") + " or more.");
    if (!isWorkers) {
        step->queueSize = int(std::min<int64_t>(*number, 1'000'000));
        return {};
    }
    const StepType *type = registry.find(step->type);
    const int most = type ? mostWorkersOf(*type) : 0;
    if (*number > MostStepWorkers || (most > 0 && *number > most))
        return wrong(assignment, '"' + step->type + "\" can have at most "
                                     + std::to_string(most > 0 ? most : MostStepWorkers)
                                     + (most == 1 ? " worker." : " workers."));
    step->workers = int(*number);
    return {};
}

Value toValue(const Simulation &simulation)
{
    Value limit;
    if (simulation.limitedBy)
        limit = Members{{"kind", limitKindName(simulation.limitedBy->kind)},
                        {"step", simulation.limitedBy->step},
                        {"isClear", simulation.limitedBy->isClear},
                        {"why", simulation.limitedBy->why}};
    return Members{{"itemsPerSecond", simulation.itemsPerSecond},
                   {"latencyP95Ms", simulation.latencyP95 * 1e3},
                   {"memoryBytes", int64_t(simulation.memoryBytes)},
                   {"limitedBy", std::move(limit)}};
}

std::string page(const Simulation &tried, const Simulation &measured)
{
    const auto versus = [](const std::string &now, const std::string &before) {
        return now == before ? now : now + ", with the settings of the run " + before;
    };
    std::string text =
        "items a second   " + versus(formatCount(tried.itemsPerSecond), formatCount(measured.itemsPerSecond)) + '\n';
    text += "95 % through in  " + versus(formatDuration(tried.latencyP95), formatDuration(measured.latencyP95)) + '\n';
    text += "batches hold     " + versus(byteSizeText(tried.memoryBytes), byteSizeText(measured.memoryBytes)) + '\n';
    if (tried.limitedBy)
        text += wrapped(tried.limitedBy->why, textColumns(), 0) + '\n';
    return text;
}

} // namespace

int simulateCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const auto call = parseCall("simulate", arguments);
    if (!call)
        return wrongCall("simulate", call.error().message);
    if (call->words.size() != 1)
        return wrongCall("simulate", "Name one pipeline file or report.");
    const std::string &file = call->words.front();
    const auto report = reportOfFile(file);
    if (!report) {
        say(stderr, printable(report.error().message) + '\n');
        return WrongCall;
    }
    auto model = modelOf(*report);
    if (!model) {
        say(stderr, printable(file + ": " + model.error().message) + '\n');
        return WrongCall;
    }
    const SimulationModel measured = *model;
    for (const std::string &assignment : call->values("set"))
        if (const auto done = set(*model, registry, assignment); !done)
            return wrongCall("simulate", done.error().message);
    const Simulation tried = simulate(*model);
    say(stdout, call->has("json") ? toIndentedJson(toValue(tried)) : page(tried, simulate(measured)));
    return Finished;
}

} // namespace millrace
