// SPDX-License-Identifier: MIT
#pragma once

#include <map>
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
        Connect, ///< to send requests to a server
    };

    Kind kind = Kind::Execute;
    std::string step;       ///< id
    std::string name;       ///< of the step as people see it
    std::string type;       ///< of the step: "program", "javascript", "write.csv", "http.request"
    bool isProgram = false; ///< whether a command is executed, else the code of a script
    std::string
        text; ///< the command as one would type it, with what else it is given, or the code, or the file, or the address with what is sent there; may have several lines
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

/// Where a pipeline's file lies.
struct PipelinePlace
{
    std::string folder; ///< that relative paths are relative to; empty: it was never saved
    std::string path;   ///< of the file; empty: standard input, or never saved

    /// The same file by whatever way it is reached, or the folder where there is no file.
    std::string identity() const;
};

} // namespace millrace
