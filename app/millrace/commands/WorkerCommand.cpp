// SPDX-License-Identifier: MIT
#include "cluster/ClusterFrame.h"
#include "cluster/ClusterSettings.h"
#include "millrace/Application.h"
#include "millrace/Arguments.h"
#include "millrace/cluster/WorkerTrust.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "pipeline/file/FileShapeCheck.h"
#include "process/Event.h"
#include "remote/ClusterWorker.h"
#include "remote/WorkerProcess.h"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <unistd.h>

namespace millrace {

namespace {

Event *s_stop = nullptr; // what the first signal sets

void stopWorking(int)
{
    static volatile std::sig_atomic_t wasAsked = 0;
    if (wasAsked)
        ::_exit(Interrupted);
    wasAsked = 1;
    s_stop->set();
}

void obeySignals(Event &stop)
{
    s_stop = &stop;
    struct sigaction action = {};
    action.sa_handler = stopWorking;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

std::vector<std::string> listed(const std::string &text)
{
    std::vector<std::string> names;
    for (size_t at = 0; at < text.size();) {
        const size_t comma = std::min(text.find(',', at), text.size());
        if (comma > at)
            names.push_back(text.substr(at, comma - at));
        at = comma + 1;
    }
    return names;
}

Result<ClusterWorkerOptions> readOptions(const Call &call, const StepRegistry &registry)
{
    if (!call.words.empty())
        return failure(ErrorKind::Call, "\"" + call.words.front() + "\" has no meaning here.");
    ClusterWorkerOptions options;
    auto address = clusterCalled(call.value("on").value_or(""));
    if (!address)
        return address.forward();
    options.address = *std::move(address);
    options.steps = listed(call.value("steps").value_or(""));
    if (const auto text = call.value("workers")) {
        const auto workers = wholeOption("workers", *text, 1);
        if (!workers)
            return workers.forward();
        if (*workers > MostStepWorkers)
            return failure(ErrorKind::Call, "--workers " + *text + ": that is too many; "
                                                + std::to_string(MostStepWorkers) + " is the most");
        options.workers = int(*workers);
    }
    if (const auto folder = call.value("folder")) {
        std::error_code error;
        options.folder = std::filesystem::absolute(*folder, error).string();
        if (!std::filesystem::is_directory(options.folder, error))
            return failure(ErrorKind::Call, "--folder " + *folder + ": there is no such folder.");
    }
    auto trust = readTrustSettings(call);
    if (!trust)
        return trust.forward();
    options.permits = [&registry, folder = options.folder, settings = *trust](const std::vector<Value> &told) {
        return permittedHere(told, registry, folder, settings);
    };
    options.say = [](const std::string &sentence) { printError(printable(sentence)); };
    auto build = clusterBuild("/proc/self/exe");
    if (!build)
        return build.forward();
    options.build = *std::move(build);
    return options;
}

} // namespace

int workerCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const Application application;
    if (arguments.empty())
        return runWorker(registry);
    const auto call = parseCall("worker", arguments);
    if (!call)
        return wrongCall("worker", call.error().message);
    auto options = readOptions(*call, registry);
    if (!options)
        return wrongCall("worker", options.error().message);
    Event stop;
    obeySignals(stop);
    ClusterWorker worker(registry, *std::move(options));
    const auto worked = worker.run(stop.number());
    if (worked)
        return Finished;
    printError(printable(worked.error().message));
    return WrongCall;
}

} // namespace millrace
