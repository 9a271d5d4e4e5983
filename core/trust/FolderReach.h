// SPDX-License-Identifier: MIT
#pragma once

#include "trust/TrustRecord.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace millrace {

/// Files that programs of a pipeline could execute or read code from: whole folders with links resolved, and single files. Names
/// within the base folder are relative to it, others whole. Bounded: where there is more than can be looked at, problem() says so.
class FolderReach
{
public:
    static constexpr size_t MostFiles = 10'000;
    static constexpr size_t MostLooked = 100'000; ///< files and folders, those that are only data included
    static constexpr uint64_t MostBytes = 128ull << 20;

    /// What is only data: files that the pipeline itself reads and writes (whole paths, also of folders), unless a command names
    /// them, or they look like something to be executed.
    struct Data
    {
        std::set<std::string> paths;
        std::set<std::string> names;       ///< in commands: whole paths, and last parts
        std::vector<std::string> patterns; ///< of a shell, for names
        MadeFiles made;                    ///< by earlier runs of the pipeline
        std::vector<std::string>
            ownFolders; ///< of what is trusted and remembered: nothing but this program writes there
    };

    FolderReach(const std::filesystem::path &base, Data data) : m_base(base), m_data(std::move(data)) {}

    /// A file or folder that exists, and all in it; files of the system (below /usr and the like) are taken by their name,
    /// size and time only where `isSystemTold`, else not at all.
    void add(const std::filesystem::path &path, bool isSystemTold = false);

    const std::map<std::string, std::string> &files() const { return m_files; }
    /// A sentence; empty: all was looked at.
    const std::string &problem() const { return m_problem; }

private:
    void addFolder(const std::filesystem::path &folder);
    void addEntry(const std::filesystem::path &path);
    void addFile(const std::string &name, const std::filesystem::path &path);
    bool isOnlyData(const std::filesystem::path &path) const;
    bool isLeftByRuns(const std::filesystem::path &path) const;
    bool isNamed(const std::filesystem::path &path) const;
    std::string nameOf(const std::filesystem::path &path) const;
    bool isTooMuch();

    std::filesystem::path m_base; ///< canonical
    Data m_data;
    std::map<std::string, std::string> m_files;
    std::set<std::string> m_seen; ///< folders
    uint64_t m_bytes = 0;
    size_t m_looked = 0;
    std::string m_problem;
};

/// SHA-256 of a regular file's content; a word for what it is instead where it can't be read or is none.
std::string contentPrint(const std::filesystem::path &path);
/// The same for what is looked at each time a program is started: files of the system by their size and time only.
std::string quickPrint(const std::filesystem::path &path);

/// Whether its name says that it holds data (`.csv`, `.jsonl`, …), and neither its permissions nor its beginning that it is to be executed.
bool looksLikeData(const std::filesystem::path &path);
/// Whether its name or its permissions say that it is to be executed.
bool looksExecutable(const std::filesystem::path &path);

/// Whether `path` is `folder` or lies in it; both canonical.
bool isWithin(const std::filesystem::path &path, const std::filesystem::path &folder);
/// Whether it belongs to the system, and not to somebody who works on it.
bool isOfTheSystem(const std::filesystem::path &path);

} // namespace millrace
