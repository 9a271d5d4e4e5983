// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "trust/Executables.h"

#include <string>

namespace millrace {

/// What this user has let run or has written: a text file with a print (Executable::print) a line, which both programs add to.
/// Programs and scripts of the bundled examples belong to it without being written there. Holds nothing in memory, so what
/// another program adds counts at once; any thread.
class TrustRecord
{
public:
    explicit TrustRecord(std::string path = usualPath()) : m_path(std::move(path)) {}

    /// $XDG_DATA_HOME/millrace/trusted, or ~/.local/share/millrace/trusted. Empty where there is neither.
    static std::string usualPath();
    const std::string &path() const { return m_path; }

    /// Those that aren't in the record. A record that is missing or can't be read knows nothing; damaged lines count for nothing.
    Executables unknownOf(const Executables &executables) const;
    /// Adds those that aren't there yet; makes the file, for this user alone, where it is missing. An error is a sentence.
    Result<> add(const Executables &executables) const;

private:
    std::string m_path;
};

} // namespace millrace
