// SPDX-License-Identifier: MIT
#include "remote/WorkerPlaces.h"

#include "cluster/ClusterSettings.h"
#include "expression/script/ScriptLimits.h"
#include "remote/ClusterStep.h"
#include "remote/RemoteStep.h"
#include "steps/StepExpression.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace millrace {

namespace {

Result<std::unique_ptr<Step>> makeInThread(const WorkerSpec &spec)
{
    const StepType &type = *spec.type;
    Members params = spec.params;
    if (spec.timeLimit && type.param("timeLimit")) // those that keep to a limit by themselves
        params = laidOver(std::move(params), {{"timeLimit", Value(*spec.timeLimit)}});
    if (spec.memoryLimit && type.param("memoryLimit"))
        params = laidOver(std::move(params), {{"memoryLimit", Value(*spec.memoryLimit)}});
    params = laidOver(std::move(params), spec.arguments);
    auto made = type.create(params);
    if (!made)
        return made;
    if (auto given = type.giveSecrets(**made, params, spec.folder); !given)
        return given.forward();
    if (auto *computes = dynamic_cast<ComputesExpression *>(made->get())) {
        ScriptLimits limits;
        limits.seconds = spec.timeLimit.value_or(limits.seconds);
        limits.mebibytes = spec.memoryLimit.value_or(limits.mebibytes);
        computes->setLimits(limits);
    }
    return made;
}

RemoteSpec remoteSpecOf(const WorkerSpec &spec)
{
    RemoteSpec remote;
    remote.type = spec.type->id;
    remote.params = laidOver(spec.params, spec.arguments);
    remote.timeLimit = spec.timeLimit.value_or(0);
    remote.memoryLimit = spec.memoryLimit.value_or(0);
    remote.keepsItemsOnError = spec.type->keepsItemsOnError;
    return remote;
}

Result<std::unique_ptr<Step>> makeInProcess(const WorkerSpec &spec)
{
    return std::unique_ptr<Step>(new RemoteStep(remoteSpecOf(spec)));
}

Result<std::unique_ptr<Step>> makeInCluster(const WorkerSpec &spec)
{
    RemoteSpec remote = remoteSpecOf(spec);
    std::vector<std::string> files; // a database may be a server's, and changes
    for (const Param &param : spec.type->params) {
        const auto given = std::ranges::find(remote.params, param.name, &Members::value_type::first);
        if (param.kind == ParamKind::InputFile && !param.isDatabase && given != remote.params.end()
            && given->second.isText() && !given->second.toText().empty())
            files.emplace_back(given->second.toText());
    }
    return std::unique_ptr<Step>(new ClusterStep(std::move(remote), std::move(files)));
}

constexpr WorkerPlace Places[] = {
    {.name = "threads",
     .title = "Threads",
     .help = "threads of this program",
     .takes = [](const StepType &) { return true; },
     .takesOnly = {},
     .make = makeInThread},
    {.name = "processes",
     .title = "Processes",
     .help = "a child process for each worker",
     .isApart = true,
     .takes = mayRunInProcesses,
     .takesOnly = "only steps that work on each batch by itself can run in processes",
     .make = makeInProcess},
};

/// No place that one chooses in a form: whoever starts the run names the cluster.
constexpr WorkerPlace Cluster{
    .name = ClusterPlace,
    .title = "Cluster",
    .help = "workers on other machines, by \"millrace run --on\"",
    .isApart = true,
    .takes = mayRunInCluster,
    .takesOnly = "only steps that work on each batch by itself can run on a cluster",
    .make = makeInCluster,
};

} // namespace

bool mayRunInCluster(const StepType &type)
{
    return type.kind == StepKind::Transform && !type.isOrdered && !type.hasNamedInputs();
}

std::span<const WorkerPlace> workerPlaces()
{
    return Places;
}

const WorkerPlace *workerPlace(std::string_view name)
{
    const auto *const found = std::ranges::find(Places, name, &WorkerPlace::name);
    if (found != std::end(Places))
        return found;
    return name == ClusterPlace || std::ranges::count(ClusterSettings().names(), name) > 0 ? &Cluster : nullptr;
}

const WorkerPlace &workerPlaceFor(std::string_view name, const StepType &type)
{
    const WorkerPlace *place = workerPlace(name);
    return place && place->takes(type) ? *place : Places[0];
}

std::string workerPlaceNames(std::string_view word)
{
    std::string names;
    for (size_t i = 0; i < std::size(Places); ++i) {
        if (i > 0)
            names += i + 1 < std::size(Places) ? std::string(", ") : ' ' + std::string(word) + ' ';
        names += '"' + std::string(Places[i].name) + '"';
    }
    return names;
}

std::string workerPlacesHelp()
{
    std::string sentence;
    for (size_t i = 0; i < std::size(Places); ++i) {
        if (i > 0)
            sentence += i + 1 < std::size(Places) ? ", " : ", or ";
        sentence += Places[i].help;
    }
    sentence[0] = char(sentence[0] - 'a' + 'A');
    return sentence + '.';
}

Members laidOver(Members params, const Members &arguments)
{
    for (const auto &argument : arguments) {
        const auto found = std::ranges::find(params, argument.first, &Members::value_type::first);
        if (found != params.end())
            found->second = argument.second;
        else
            params.push_back(argument);
    }
    return params;
}

} // namespace millrace
