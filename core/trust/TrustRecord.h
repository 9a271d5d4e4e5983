// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "trust/Permission.h"

#include <set>
#include <string>
#include <vector>

namespace millrace {

/// Files that one pipeline has made, as of when it was asked for: by this user's record, or by a mark on the file itself, which holds for
/// every user, and which names the pipeline and the file, so that it says nothing of a copy.
class MadeFiles
{
public:
    MadeFiles() = default;
    MadeFiles(std::string pipeline, std::set<std::string> prints)
        : m_pipeline(std::move(pipeline)), m_prints(std::move(prints))
    {}
    bool contains(const std::string &file) const;
    /// Marks those that are there, where the file system keeps marks: for after a run.
    static void mark(const std::string &pipeline, const std::vector<std::string> &files);

private:
    std::string m_pipeline;
    std::set<std::string> m_prints;
};

/// What this user has let run or has written: a text file with a print (Permission::print) a line, which both programs add to. Beside it
/// lie `made`, the files that each pipeline has made, and `seen`, what belonged to each print, so that a later question can
/// say what has changed. Holds nothing in memory, so what another program adds counts at once; any thread.
class TrustRecord
{
public:
    explicit TrustRecord(std::string path = usualPath()) : m_path(std::move(path)) {}

    /// $XDG_DATA_HOME/millrace/trusted, or ~/.local/share/millrace/trusted. Empty where there is neither.
    static std::string usualPath();
    const std::string &path() const { return m_path; }

    /// Those that aren't in the record. A record that is missing or can't be read knows nothing; damaged lines count for nothing.
    Permissions unknownOf(const Permissions &permissions) const;
    /// Adds those that aren't there yet and can be told apart later; makes the file, for this user alone, where it is missing. An error
    /// is a sentence. `pipeline`: PipelinePlace::identity().
    Result<> add(const Permissions &permissions, const std::string &pipeline) const;

    /// What is another than when the same step was last agreed to, each in a few words; empty where it never was.
    std::vector<std::string> changesOf(const Permission &permission, const std::string &pipeline) const;

    /// The files that a pipeline has made, so that it may replace them.
    MadeFiles madeBy(const std::string &pipeline) const;
    /// From now on it has.
    Result<> addMade(const std::string &pipeline, const std::vector<std::string> &files) const;

private:
    std::string sibling(const char *name) const;
    std::string seenPath(const Permission &permission, const std::string &pipeline) const;

    std::string m_path;
};

} // namespace millrace
