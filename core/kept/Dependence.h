// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunPlan.h"
#include "kept/CutPlan.h"
#include "kept/KeptData.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace millrace {

/// Whether what comes out of a port can be told to be the same as in an earlier run.
enum class Repeating : uint8_t {
    Known,   ///< while the files stay as they are
    Unknown, ///< it may be another thing each time: a database on a server, an answer of the network
    Never    ///< standard input, a pipe, a file that can't be looked at: what was read there is gone
};

/// What a run would have to look at to know whether kept data still fit.
struct Dependence
{
    KeptData data; ///< step, port, digest, inputs and origin as they are now
    std::vector<std::string> before;
    Repeating repeating = Repeating::Known;
};

/// All that a run is made of, for those who look at a part of it.
struct WholeRun
{
    const RunPlan &plan;
    const Pipeline &pipeline; ///< as it runs
    const std::string &folder;
    const StepRegistry &registry;
    const FittedStates &states;
};

/// Says of ports of a run what they depend on: settings, files, programs. Looks at each step and each file once, however many ports are behind it;
/// opens sources to ask them what they read. `version`: whatever else decides what comes out. One thread; the run outlives it.
class DependenceFinder
{
public:
    DependenceFinder(const WholeRun &run, std::string version);
    Dependence of(const PlanPort &port);

private:
    /// What a single step depends on beside its settings.
    struct OfStep
    {
        std::set<std::string> files;
        std::string originName;
        Repeating repeating = Repeating::Known;
    };

    const OfStep &ofStep(const PipelineStep &step, const PlannedStep &planned);
    const JournalInput *inputOf(const std::string &path);

    const WholeRun m_run;
    const std::string m_version;
    const Ancestry m_ancestry;
    std::map<std::string, std::string> m_programs; ///< by step: the files that its commands name, with their prints
    std::map<std::string, OfStep> m_steps;
    std::map<std::string, std::vector<JournalInput>> m_inputs; ///< by path; empty: it can't be looked at
};

} // namespace millrace
