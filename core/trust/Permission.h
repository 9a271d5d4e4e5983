// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// Something that a run would do which whoever runs a pipeline of somebody else must have agreed to.
struct Permission
{
    enum class Kind : uint8_t {
        Execute, ///< a program, or a script
        Write,   ///< a file that isn't simply a result of this pipeline within its folder
        Read,    ///< a file outside that folder
    };

    Kind kind = Kind::Execute;
    std::string step; ///< id
    std::string name; ///< of the step as people see it
    std::string type; ///< of the step: "program", "javascript", "write.csv"
    std::string
        text; ///< the command as one would type it, with what else it is given, or the code, or the file; may have several lines
    std::string
        reason; ///< of a file: why it is asked for; of a program: why it can't be remembered; empty: nothing special
    std::string definition; ///< SHA-256, in hexadecimal, of what the pipeline itself says about it
    std::string
        print; ///< SHA-256 of all that decides what is done, files too; the same wherever a program's folder lies
    bool isLasting = true; ///< false: there is too much to tell whether it changes, so that it is asked for each time
    /// Whether it is done where nobody can be asked, and only said: a result replaces a file of the same name in the pipeline's own
    /// folder that holds data.
    bool isOnlySaid = false;
    std::map<std::string, std::string> files; ///< all that belongs to the print, by path, with their own prints
    std::vector<std::pair<std::string, std::string>>
        guarded; ///< the program and the scripts that the command names: path, print

    bool operator==(const Permission &) const = default;
};

using Permissions = std::vector<Permission>;

/// One SHA-256 of all of them, whatever their order.
std::string digestOf(const Permissions &permissions);
/// "2 programs or scripts to execute, 1 file to write": for a line that sums them up.
std::string summaryOf(const Permissions &permissions);

/// For guardStarts(): refuses, with a sentence, to start a program of a step where the program or a script that its command
/// names isn't what it was when it was agreed to. Any thread.
std::function<Result<>(const std::string &step)> startGuardOf(const Permissions &permissions);

/// Where a pipeline's file lies.
struct PipelinePlace
{
    std::string folder; ///< that relative paths are relative to; empty: it was never saved
    std::string path;   ///< of the file; empty: standard input, or never saved

    /// The same file by whatever way it is reached, or the folder where there is no file.
    std::string identity() const;
};

class TrustRecord;

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
/// permission now included. Looks at no file.
std::set<std::string> definitionsOf(const Pipeline &pipeline, const StepRegistry &registry);

/// What a run of the pipeline would need, in the order of its steps; a step whose workers have arguments of their own may be there
/// several times. Steps that are disabled or bypassed do nothing. Any thread.
PermissionSurvey permissionsOf(const Pipeline &pipeline,
                               const StepRegistry &registry,
                               const PipelinePlace &place,
                               const TrustRecord &record,
                               SurveyDepth depth = SurveyDepth::Whole);

} // namespace millrace
