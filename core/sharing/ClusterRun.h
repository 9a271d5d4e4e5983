// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/ClusterSession.h"
#include "data/Value.h"
#include "engine/Run.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// What who starts a run says of a cluster.
struct ClusterWish
{
    std::string on;        ///< as it was given; empty: none
    double patience = 600; ///< seconds
    double heartbeat = 1;  ///< seconds
};

/// Gives all steps that can be there to the workers of the cluster, but those that say themselves where they run, and those with arguments for
/// single workers. Nothing is changed where no cluster is named.
void placeOnCluster(const ClusterWish &wish, Pipeline &pipeline, const StepRegistry &registry);

/// The steps that have workers on a cluster.
std::vector<std::string> stepsOnCluster(const Pipeline &pipeline, const StepRegistry &registry);
/// The name of a pipeline's file as that of a run.
std::string runNameOf(const std::string &file);

/// A run's cluster, as who started the run sees it.
class ClusterRun
{
public:
    /// Begins the run on the cluster that the call or the pipeline names. Nothing where neither does. `label`: of the pipeline file, whose
    /// name the run has where none is given.
    static Result<std::unique_ptr<ClusterRun>> begin(const ClusterWish &wish,
                                                     const Pipeline &pipeline,
                                                     const StepRegistry &registry,
                                                     const std::string &file);

    const std::shared_ptr<ClusterSession> &session() const { return m_session; }
    /// Now and then: so many batches are under way as the workers there can use, and those who look on see the sample.
    void look(Run &run, const RunSample &sample);
    /// A line for the end of the run: workers, and what was lost.
    std::string summary() const;
    /// For the report: the same as data.
    Value report() const;

private:
    std::shared_ptr<ClusterSession> m_session; ///< shared with the run, which lends it to its steps
    std::string m_pipeline;                    ///< the text of its file, for those who look on
    std::map<std::string, int> m_queueSizes;   ///< by step; 0: the pipeline says how long it is
    int m_lanes = 0;                           ///< batches under way for each step, at the last look
    int m_mostWorkers = 0;
    double m_nextShown = 0; ///< seconds of the run
    size_t m_mostHosts = 0;
};

} // namespace millrace
