// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// A word of a command that may name a file.
struct CommandName
{
    std::string word;      ///< with the home folder put in for `~/` and `$HOME`
    bool isScript = false; ///< stands where an interpreter expects what it is to read
    bool isInText = false; ///< a part of a text in a language where `..` and the like are no folders (jq, sed, awk)
};

/// What a command and its environment may name, also within a line for a shell.
struct CommandNames
{
    std::vector<CommandName> words;
    std::vector<std::string> patterns; ///< that a shell would put names in for
};

/// `environment`: names and values.
CommandNames namesIn(const std::vector<std::string> &command,
                     const std::vector<std::pair<std::string, std::string>> &environment);

} // namespace millrace
