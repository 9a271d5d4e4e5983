// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"
#include "pipeline/Pipeline.h"

#include <cstddef>
#include <string>
#include <vector>

namespace millrace {

/// Settings of a pipeline as it ran, flat: `price.workers`, `price.expression`, `batching.size`, each with its value.
/// No secrets: they stand nowhere in a pipeline; texts whose names sound like one are left out.
Members settingsOf(const Pipeline &pipeline);

/// The last runs of each pipeline, one file a pipeline in the user's state folder: bounded in number and size, replaced
/// atomically, locked while it is changed, so that of two runs at once none is lost. Holds nothing in memory; any
/// thread, any process.
class RunsOnRecord
{
public:
    static constexpr size_t MostRuns = 50;
    static constexpr size_t MostSteps = 200; ///< that are kept of a run, to be compared

    explicit RunsOnRecord(std::string folder = usualFolder()) : m_folder(std::move(folder)) {}

    /// $XDG_STATE_HOME/millrace/runs, or ~/.local/state/millrace/runs. Empty where there is neither.
    static std::string usualFolder();

    /// A run that is over. `run`: what is listed of it, an object; to it comes `settings`, what is another than in the
    /// run before: an object of [before, now], and `steps`, a few figures of each. `report`: whole of the newest run alone. `pipeline`: its absolute path.
    /// Does nothing where there is no folder.
    Result<> add(const std::string &pipeline, Members run, const Members &settings, const Value &report) const;
    /// Newest first; none where nothing is on record. An error where the record can't be read.
    Result<List> runsOf(const std::string &pipeline) const;
    /// Of the newest run; null where there is none.
    Result<Value> lastReportOf(const std::string &pipeline) const;

private:
    std::string fileOf(const std::string &pipeline) const;
    Result<Value> read(const std::string &pipeline) const;

    std::string m_folder;
};

} // namespace millrace
