// SPDX-License-Identifier: MIT
#pragma once

#include "calls/Calls.h"
#include "data/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// A command's options and what else stands in the call.
struct Call
{
    std::vector<std::string> words;                           ///< what is no option, in order
    std::vector<std::pair<std::string, std::string>> options; ///< name without dashes, value (empty for a flag)

    bool has(const std::string &option) const;
    /// The last one given.
    std::optional<std::string> value(const std::string &option) const;
    std::vector<std::string> values(const std::string &option) const;
};

/// Whether it is 64 hexadecimal digits, as a SHA-256 is written.
bool isDigest(std::string_view text);

/// Takes the options of a command of millraceProgram() (`--option value`, `--option=value`, `--flag`) and words apart; after `--`
/// everything is a word. What is wrong is said in a sentence, with the option that was probably meant.
Result<Call> parseCall(std::string_view command, const std::vector<std::string> &arguments);

/// A whole number of at least `least`, or a sentence that names the option.
Result<int64_t> wholeOption(const std::string &option, const std::string &text, int64_t least);

} // namespace millrace
