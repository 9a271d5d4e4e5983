// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Tuning.h"
#include "data/Result.h"
#include "data/Value.h"
#include "engine/Run.h"
#include "millrace/Arguments.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// What `--tune` and `--budget` ask for. Nothing where the call doesn't ask for it. An error is a sentence that names the option.
Result<std::optional<TuneWish>> readTuneWish(const Call &call);

/// Tunes a run of the command line while it goes on.
class RunTuning
{
public:
    RunTuning(const TuneWish &wish, const Pipeline &pipeline, const StepRegistry &registry, int cores);

    /// Changes what is to be changed now, and says so, and what came of what was changed before, a sentence each.
    std::vector<std::string> look(Run &run, const RunSample &sample);
    /// The run is over: nothing is thought about any more.
    void end() { m_tuning.end(); }
    /// For people, once the run is over: what was changed, and how to keep it. Lines with their ends.
    std::string summary(const std::string &label) const;
    /// For the report, once the run is over.
    Value report() const { return m_tuning.report(); }

private:
    Tuning m_tuning;
};

} // namespace millrace
