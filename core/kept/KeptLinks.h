// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunPlan.h"
#include "kept/CutPlan.h"
#include "kept/KeptSteps.h"
#include "metrics/RunSample.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// What a run has to do with kept links.
struct KeptLinksSettings
{
    std::string folder;                ///< keptPlace() of the pipeline's file
    std::string version;               ///< of the program
    std::optional<uint64_t> seed = {}; ///< that was asked for, for steps that draw at random
    bool isFresh = false;              ///< starts at the sources, whatever is kept
    uint64_t mostBytes = KeepSink::MostBytes;
};

/// A sentence for the run's log.
struct KeptNote
{
    std::string step; ///< the id of that whose port it is about
    std::string text;
};

/// Lets a run start behind links that are marked to be kept (Link::isKept), where an earlier run has kept what went over them and nothing
/// before them has changed since: neither the settings that they depend on, nor the files that are read, nor what the steps have learnt. All else
/// that is marked is kept anew. A link is kept once for all that leave the same port.
///
/// Not started behind a link: where a step before it writes or changes something or is needed by others, where it would be brought together again with
/// items of the same source that came another way, where items had failed before it, and where standard input or a pipe is read. One thread at a time; looks at files.
class KeptLinks
{
public:
    explicit KeptLinks(KeptLinksSettings settings) : m_settings(std::move(settings)) {}

    /// Changes the plan of the pipeline. Nothing happens where no link is marked.
    void applyTo(RunPlan &plan,
                 const Pipeline &pipeline,
                 const std::string &folder,
                 const StepRegistry &registry,
                 const FittedStates &states);
    const std::vector<KeptNote> &told() const { return m_told; }
    /// Whether the run starts behind a link: it keeps no journal then, whose numbers would be of another stream.
    bool startsBehind() const { return !m_starts.empty(); }

    /// The run has finished: what it has kept counts from now on, unless an input was changed meanwhile, or items failed before the
    /// link. Returns sentences that say so. Not to be called after another end.
    std::vector<KeptNote> conclude(const RunSample &sample);

private:
    struct Keeper
    {
        KeptData data;
        std::vector<std::string> before; ///< steps that it depends on
        std::shared_ptr<Keeping> keeping;
    };

    void tellStart(const KeptData &kept);
    PlannedStep startOf(const KeptData &kept, bool isOnly) const;
    void addKeeper(RunPlan &plan, KeptData data, std::vector<std::string> before);
    static std::string obstacleOf(const Keeper &keeper, const RunSample &sample);

    KeptLinksSettings m_settings;
    std::vector<KeptNote> m_told;
    std::vector<KeptData> m_starts;
    std::vector<Keeper> m_keepers;
};

} // namespace millrace
