// SPDX-License-Identifier: MIT
#include "sharing/ClusterRun.h"

#include "cluster/ClusterSettings.h"
#include "data/text/Quote.h"
#include "pipeline/file/PipelineWriter.h"
#include "pipeline/PlainSecrets.h"
#include "remote/WorkerPlaces.h"
#include "remote/WorkerProcess.h"
#include "sharing/SharedRun.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

namespace millrace {

namespace {

constexpr int LeastLanes = 4, MostLanes = 512;
constexpr int LeastQueue = 32; ///< batches, where nobody has said how many: enough for workers far away never to wait

bool runsInCluster(const Pipeline &pipeline, const PipelineStep &step, const StepRegistry &registry)
{
    const StepType *type = registry.find(step.type);
    const WorkerPlace *place = workerPlace(pipeline.runInOf(step));
    return type && place && place->name == ClusterPlace && place->takes(*type) && step.isEnabled && !step.isBypassed;
}

/// What the steps name, where the call names none.
Result<std::string> clusterInFile(const Pipeline &pipeline, const StepRegistry &registry)
{
    std::set<std::string> names;
    for (const PipelineStep &step : pipeline.steps)
        if (runsInCluster(pipeline, step, registry))
            names.insert(pipeline.runInOf(step));
    if (names.size() > 1)
        return failure(ErrorKind::Call, "Its steps name several clusters, " + inQuotes(*names.begin()) + " and "
                                            + inQuotes(*names.rbegin())
                                            + ", and a run can have one; choose it with --on.");
    if (names.empty())
        return std::string();
    if (*names.begin() == ClusterPlace)
        return failure(ErrorKind::Call, "Its steps are to run on a cluster: name it with --on.");
    return *names.begin();
}

} // namespace

void placeOnCluster(const ClusterWish &wish, Pipeline &pipeline, const StepRegistry &registry)
{
    if (wish.on.empty())
        return;
    for (PipelineStep &step : pipeline.steps) {
        const StepType *type = registry.find(step.type);
        if (type && mayRunInCluster(*type) && !step.runIn && step.workerArguments.empty())
            step.runIn = ClusterPlace;
    }
}

std::vector<std::string> stepsOnCluster(const Pipeline &pipeline, const StepRegistry &registry)
{
    std::vector<std::string> steps;
    for (const PipelineStep &step : pipeline.steps)
        if (runsInCluster(pipeline, step, registry))
            steps.push_back(step.id);
    return steps;
}

std::string runNameOf(const std::string &file)
{
    std::string name = std::filesystem::path(file).stem().string().substr(0, 100);
    for (char &c : name)
        if (!isRunName(std::string_view(&c, 1)))
            c = '-';
    return name.empty() ? "run" : name;
}

Result<std::unique_ptr<ClusterRun>> ClusterRun::begin(const ClusterWish &wish,
                                                      const Pipeline &pipeline,
                                                      const StepRegistry &registry,
                                                      const std::string &file)
{
    auto made = std::make_unique<ClusterRun>();
    for (const PipelineStep &step : pipeline.steps)
        if (runsInCluster(pipeline, step, registry))
            made->m_queueSizes[step.id] = step.queueSize ? 0 : std::max(pipeline.queueSizeOf(step), LeastQueue);
    if (made->m_queueSizes.empty() && wish.on.empty())
        return std::unique_ptr<ClusterRun>();
    auto name = wish.on.empty() ? clusterInFile(pipeline, registry) : Result<std::string>(wish.on);
    if (!name)
        return name.forward();
    auto address = clusterCalled(*name);
    if (!address)
        return address.forward();
    if (address->run.empty())
        address->run = runNameOf(file);
    const auto program = workerCommand();
    if (!program)
        return program.forward();
    auto build = clusterBuild(program->front());
    if (!build)
        return build.forward();
    auto session = ClusterSession::begin({*std::move(address), *std::move(build), wish.heartbeat, wish.patience});
    if (!session)
        return session.forward();
    made->m_session = *std::move(session);
    Pipeline shown = pipeline;
    removePlainSecrets(shown, registry);
    made->m_pipeline = writePipeline(shown);
    return made;
}

void ClusterRun::look(Run &run, const RunSample &sample)
{
    const ClusterStatus status = m_session->status();
    std::set<std::string> hosts;
    for (const ClusterWorkerInfo &process : status.processes)
        hosts.insert(process.host);
    m_mostWorkers = std::max(m_mostWorkers, status.workers());
    m_mostHosts = std::max(m_mostHosts, hosts.size());
    const int lanes = std::clamp(status.workers() * 2 + 2, LeastLanes, MostLanes);
    if (std::exchange(m_lanes, lanes) != lanes)
        for (const auto &[step, size] : m_queueSizes) {
            run.setWorkers(step, lanes);
            if (size > 0)
                run.setQueueSize(step, std::max(size, lanes * 2));
        }
    if (sample.seconds < m_nextShown)
        return; // it is sent once a heartbeat
    m_nextShown = sample.seconds + m_session->options().heartbeat / 2;
    m_session->show(sharedText(sample, report(), m_pipeline));
}

std::string ClusterRun::summary() const
{
    const ClusterStatus status = m_session->status();
    const auto counted = [](uint64_t count, const char *one, const char *many) {
        return std::to_string(count) + ' ' + (count == 1 ? one : many);
    };
    std::string text = "On the cluster " + m_session->options().address.server() + ": "
                       + counted(uint64_t(m_mostWorkers), "worker", "workers") + " on "
                       + counted(m_mostHosts, "host", "hosts");
    if (status.lostProcesses > 0)
        text += ", " + counted(status.lostProcesses, "process lost", "processes lost");
    if (status.triedAgain > 0)
        text += ", " + counted(status.triedAgain, "batch tried again", "batches tried again");
    if (status.sentAgain > 0)
        text += ", " + counted(status.sentAgain, "batch sent again", "batches sent again");
    return text + ".\n";
}

Value ClusterRun::report() const
{
    const ClusterStatus status = m_session->status();
    List processes;
    for (const ClusterWorkerInfo &process : status.processes)
        processes.emplace_back(Members{{"process", Value(process.process)},
                                       {"host", Value(process.host)},
                                       {"workers", Value(int64_t(process.workers))},
                                       {"refused", Value(process.refused)}});
    Members queues;
    for (const auto &[step, length] : status.queues)
        queues.emplace_back(step, Value(int64_t(length)));
    return Members{{"server", Value(m_session->options().address.server())},
                   {"run", Value(m_session->options().address.run)},
                   {"isConnected", Value(status.isConnected)},
                   {"workers", Value(int64_t(m_mostWorkers))},
                   {"hosts", Value(int64_t(m_mostHosts))},
                   {"processes", Value(std::move(processes))},
                   {"queues", Value(std::move(queues))},
                   {"results", Value(int64_t(status.results))},
                   {"lostProcesses", Value(int64_t(status.lostProcesses))},
                   {"batchesTriedAgain", Value(int64_t(status.triedAgain))},
                   {"answersRefused", Value(int64_t(status.refusedAnswers))},
                   {"answersRepeated", Value(int64_t(status.repeatedAnswers))},
                   {"batchesSentAgain", Value(int64_t(status.sentAgain))},
                   {"reconnections", Value(int64_t(status.reconnections))}};
}

} // namespace millrace
