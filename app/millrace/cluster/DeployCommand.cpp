// SPDX-License-Identifier: MIT
#include "cluster/ClusterSettings.h"
#include "data/files/AtomicFile.h"
#include "data/text/Quote.h"
#include "millrace/Application.h"
#include "millrace/Arguments.h"
#include "millrace/cluster/DeployFiles.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/run/PipelineInput.h"
#include "pipeline/file/FileShapeCheck.h"
#include "remote/WorkerProcess.h"
#include "sharing/ClusterRun.h"

#include <filesystem>

namespace millrace {

namespace {

Result<DeployPlan> planOf(const Call &call, const StepRegistry &registry)
{
    if (call.words.size() != 1)
        return failure(ErrorKind::Call, "Name one pipeline file.");
    auto input = readPipelineInput(call.words.front());
    if (!input)
        return input.forward();
    if (input->path.empty())
        return failure(ErrorKind::Call, "A pipeline from standard input can't be started by others; name a file.");
    const std::string on = call.value("on").value_or("");
    auto address = clusterCalled(on);
    if (!address)
        return address.forward();
    if (address->run.empty())
        address->run = runNameOf(input->path);
    DeployPlan plan;
    plan.name = address->run;
    // A secret has no place in files that others read: what has one is named in clusters.json.
    if (looksLikeClusterAddress(on) && !address->secret.empty())
        return failure(ErrorKind::Call, "The secret would stand in the files: give the cluster a name in "
                                            + inQuotes(ClusterSettings::usualPath()) + ", and that behind --on.");
    plan.cluster = looksLikeClusterAddress(on) ? address->shown() : on.substr(0, on.find('/')) + '/' + plan.name;
    plan.host = address->host;
    plan.port = address->port;
    const auto program = workerCommand();
    if (!program)
        return program.forward();
    plan.program = program->front();
    plan.folder = input->folder;
    plan.file = input->path;
    placeOnCluster({on, 0, 0}, input->pipeline, registry);
    plan.steps = stepsOnCluster(input->pipeline, registry);
    if (plan.steps.empty())
        return failure(ErrorKind::Call,
                       "None of its steps could have workers elsewhere: all need an order or see all items.");
    if (const auto text = call.value("workers")) {
        const auto workers = wholeOption("workers", *text, 1);
        if (!workers)
            return workers.forward();
        plan.workers = int(std::min<int64_t>(*workers, MostStepWorkers));
    }
    return plan;
}

Result<> writeText(const std::string &path, const std::string &text)
{
    AtomicFile file;
    if (auto opened = file.open(path); !opened)
        return opened;
    if (auto appended = file.append(text); !appended)
        return appended;
    return file.commit();
}

} // namespace

int deployCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const auto call = parseCall("deploy", arguments);
    if (!call)
        return wrongCall("deploy", call.error().message);
    const Application application;
    const auto plan = planOf(*call, registry);
    if (!plan)
        return wrongCall("deploy", plan.error().message);
    const auto files = deployFiles(call->value("target").value_or(""), *plan);
    if (files.empty())
        return wrongCall("deploy", "--target: it has to be systemd, slurm or kubernetes.");
    const std::string folder = call->value("out").value_or("");
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    for (const auto &[name, text] : files) {
        const std::string path = folder + '/' + name;
        if (auto written = writeText(path, text); !written) {
            printError(printable(written.error().message));
            return RunFailed;
        }
        say(stdout, path + '\n');
    }
    return Finished;
}

} // namespace millrace
