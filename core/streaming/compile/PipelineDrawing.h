// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/compile/PipelineDefinition.h"

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace millrace {

/// Draws queued steps as a pipeline of the kind that files hold: steps with ids and links. Pipelines within pipelines are laid
/// out flat. `registry` gets the types that the drawing uses, those of the caller's own included.
class PipelineDrawing
{
public:
    explicit PipelineDrawing(const QueuedPipelineOptions &options);

    struct End
    {
        std::string step, port = "out";
    };

    /// A step without input or output: where the data comes from or goes to.
    End addEnd(const StepPrototype &prototype, const std::string &name, const std::vector<End> &from);
    /// The steps one after the other. Nothing is linked to the first one where `from` is empty.
    End addSequence(std::span<const QueuedStep> steps, const QueuedPipelineOptions &options, const End &from);
    /// The branches; each ends where the result says.
    std::vector<End> addBranches(std::span<const QueuedStep> steps,
                                 const QueuedPipelineOptions &options,
                                 const End &from);
    /// The step that joins branches.
    End addUnion(const std::vector<End> &branches, Joining joining);

    Pipeline pipeline;
    StepRegistry registry;
    std::string problem; ///< the first thing that can't be drawn: a type that nobody knows

private:
    struct Surroundings
    {
        std::string prefix; ///< of names: "outer/"
        int factor = 1;     ///< workers of the pipeline around
        std::optional<int> queueSize;
    };
    End addSequence(std::span<const QueuedStep> steps,
                    const QueuedPipelineOptions &options,
                    End from,
                    const Surroundings &around);
    End addNested(const QueuedStep &step, const End &from, const Surroundings &around);
    End addStep(const QueuedStep &step,
                const QueuedPipelineOptions &options,
                const End &from,
                const Surroundings &around);
    std::string idFor(const std::string &name);
    std::string typeFor(const StepPrototype &prototype);
    void link(const End &from, const std::string &to);

    const StepRegistry *m_further;
    std::set<std::string> m_ids;
    std::map<std::string, int> m_lastNumbers; ///< of ids and types, by the name that was wanted
    std::map<std::shared_ptr<const StepType>, std::string> m_ownTypes; ///< held, so that none takes another one's place
};

/// Letters, digits, _ and - only.
std::string asStepId(const std::string &name);

} // namespace millrace
