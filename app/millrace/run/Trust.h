// SPDX-License-Identifier: MIT
#pragma once

#include "millrace/Arguments.h"
#include "millrace/run/PipelineInput.h"
#include "steps/StepType.h"
#include "trust/Permissions.h"

#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// How a call wants what must be agreed to be treated.
struct TrustSettings
{
    bool isGiven = false;             ///< --trust: it is trusted from now on
    std::string digest;               ///< --trust SHA256: only what has that digest; empty: whatever it is
    std::vector<std::string> outputs; ///< files that the call itself has written: no part of what programs bring along
};

/// From the options that the call has. An error is a sentence that names the option.
Result<TrustSettings> readTrustSettings(const Call &call);

/// What a run may do, and what it will make.
struct Agreement
{
    Permissions needed;
    std::string pipeline;             ///< PipelinePlace::identity()
    std::vector<std::string> outputs; ///< within the pipeline's folder

    /// After a run, whose results may then be replaced by the next, and whose programs may have left files in their folders. Hands its
    /// exit status on.
    int concluded(int status, const PipelineInput &input, const StepRegistry &registry) const;
};

/// Whether the pipeline, as it is to be run now, may do what must be agreed to: nothing where it may not, and why was said on
/// standard error. On a terminal what is unknown is shown and asked for, once. Where nobody can be asked the answer is no.
std::optional<Agreement> permitted(const PipelineInput &input,
                                   const StepRegistry &registry,
                                   const TrustSettings &settings);

} // namespace millrace
