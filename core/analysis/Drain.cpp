// SPDX-License-Identifier: MIT
#include "analysis/Drain.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace millrace {

namespace {

/// Adds up, against the stream, how many batches will come to a step.
class Backlog
{
public:
    Backlog(const RunSample &sample, const Pipeline &pipeline) : m_pipeline(pipeline)
    {
        for (const StepSample &step : sample.steps)
            m_steps.emplace(step.id, &step);
    }

    /// That the step has to work on: those with its workers count half.
    double before(const std::string &id)
    {
        const auto found = m_steps.find(id);
        if (found == m_steps.end())
            return 0;
        if (const auto known = m_known.find(id); known != m_known.end())
            return known->second;
        const StepSample &step = *found->second;
        double batches = step.queue.depth + step.activeWorkers / 2.0;
        m_known[id] = batches; // also where the drawing has a circle
        if (step.isSource)
            batches = 0;
        for (const Link &link : m_pipeline.links)
            if (link.toStep == id)
                batches += before(link.fromStep);
        return m_known[id] = batches;
    }

private:
    const Pipeline &m_pipeline;
    std::map<std::string_view, const StepSample *> m_steps;
    std::map<std::string, double, std::less<>> m_known;
};

} // namespace

Drain estimateDrain(const RunSample &sample, const Pipeline &pipeline, int cores)
{
    Drain drain;
    Backlog backlog(sample, pipeline);
    double seconds = 0, computing = 0;
    bool isKnown = true;
    for (const StepSample &step : sample.steps) {
        if (step.isSource)
            continue;
        drain.batches += step.queue.depth + uint64_t(std::max(step.activeWorkers, 0)) + step.queue.held;
        const double batches = backlog.before(step.id);
        if (batches <= 0)
            continue;
        isKnown &= step.batchesIn > 0 && step.busy > 0;
        const double each = double(std::max<uint64_t>(step.batchesIn, 1)) * 1e9;
        seconds = std::max(seconds, batches * double(step.busy) / each / std::max(step.workers, 1));
        computing += batches * double(step.cpu + step.childCpu) / each;
    }
    if (isKnown)
        drain.seconds = std::max(seconds, computing / std::max(cores, 1));
    return drain;
}

} // namespace millrace
