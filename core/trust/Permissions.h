// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"
#include "trust/Permission.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace millrace {

class TrustRecord;

/// One SHA-256 of all of them, whatever their order.
std::string digestOf(const Permissions &permissions);
/// "2 programs or scripts to execute, 1 file to write": for a line that sums them up.
std::string summaryOf(const Permissions &permissions);

/// For guardStarts(): refuses, with a sentence, to start a program of a step where the program or a script that its command
/// names isn't what it was when it was agreed to. Any thread.
std::function<Result<>(const std::string &step)> startGuardOf(const Permissions &permissions);

/// What a run of a pipeline would need.
struct PermissionSurvey
{
    Permissions needed;
    std::string forbidden;            ///< a sentence about what nobody can permit; empty: nothing
    std::vector<std::string> outputs; ///< files within the folder that it makes, for TrustRecord::addMade()
};

/// How closely a survey looks.
enum class SurveyDepth : uint8_t {
    Definitions, ///< no file is read: prints are those of the definitions
    Whole,       ///< what programs could reach in their folders is read, up to 128 MiB
};

/// After a run that was agreed to, of those that are needed now: programs in whose folders nothing else is another than before than files
/// that they may have left there themselves: new ones that can't be executed, and data. `folder`: of the pipeline.
Permissions leftByRun(const Permissions &before, const Permissions &after, const std::string &folder);

/// Permission::definition of all that the steps of a pipeline could ever need, those that are turned off and files that need no
/// permission now included, by the values of its parameters. Looks at no file.
std::set<std::string> definitionsOf(const Pipeline &drawn, const StepRegistry &registry);

/// What a run of the pipeline would need, in the order of its steps; a step whose workers have arguments of their own may be there
/// several times. Steps that are disabled or bypassed do nothing. By the values of its parameters. Any thread.
PermissionSurvey permissionsOf(const Pipeline &drawn,
                               const StepRegistry &registry,
                               const PipelinePlace &place,
                               const TrustRecord &record,
                               SurveyDepth depth = SurveyDepth::Whole);

} // namespace millrace
