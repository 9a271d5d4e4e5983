// SPDX-License-Identifier: MIT
#include "trust/FolderReach.h"

#include "data/files/FilePath.h"
#include "trust/Print.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace millrace {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t MostOfTheSystem = 16ull << 20; // bytes of a file that are read
constexpr size_t MostAtOnce = 1 << 20;            // bytes
constexpr auto DataEndings = std::to_array<std::string_view>(
    {".csv",     ".tsv",     ".jsonl",   ".ndjson", ".json",   ".txt",     ".lines", ".log", ".xml",  ".md",
     ".parquet", ".arrow",   ".png",     ".jpg",    ".jpeg",   ".gif",     ".webp",  ".tif", ".tiff", ".bmp",
     ".pdf",     ".partial", ".journal", ".gz",     ".zst",    ".bz2",     ".xz",    ".dat", ".wav",  ".mp3",
     ".mp4",     ".npy",     ".geojson", ".db",     ".sqlite", ".sqlite3", ".xlsx"});
constexpr auto SettingsOfPrograms =
    std::to_array<std::string_view>({"package.json", "tsconfig.json", "jsconfig.json", "deno.json", "composer.json",
                                     "requirements.txt", "CMakeLists.txt"});
constexpr auto ScriptEndings = std::to_array<std::string_view>(
    {".py",  ".pyc", ".pth", ".js",  ".mjs", ".cjs", ".ts",  ".sh",  ".bash", ".zsh", ".fish",    ".pl",     ".pm",
     ".rb",  ".awk", ".jq",  ".sed", ".lua", ".php", ".jl",  ".r",   ".jar",  ".so",  ".tcl",     ".groovy", ".mk",
     ".bat", ".cmd", ".ps1", ".exe", ".com", ".dll", ".vbs", ".app", ".run",  ".el",  ".desktop", ".service"});
constexpr auto ScriptNames =
    std::to_array<std::string_view>({"Makefile", "makefile", "GNUmakefile", "Dockerfile", "Rakefile"});
constexpr auto OfTheSystem =
    std::to_array<std::string_view>({"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/nix",
                                     "/snap", "/proc", "/sys", "/dev", "/run"});
constexpr auto VersionControl = std::to_array<std::string_view>({".git", ".hg", ".svn"});

template <class Names>
bool isOneOf(const Names &names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

std::string lowerEnding(const fs::path &path)
{
    std::string ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return ending;
}

bool isExecutable(const fs::path &path)
{
    struct stat info;
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & 0111) != 0;
}

/// Opening what is no file could already do something.
bool isRegular(const fs::path &path)
{
    struct stat info;
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

bool startsAsScript(const fs::path &path)
{
    if (!isRegular(path))
        return false;
    const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    char start[2] = {};
    const bool isScript = file >= 0 && ::read(file, start, 2) == 2 && start[0] == '#' && start[1] == '!';
    if (file >= 0)
        ::close(file);
    return isScript;
}

/// What changes with a file, without reading it.
std::string printOfTime(const fs::path &path)
{
    struct stat info;
    if (::stat(path.c_str(), &info) != 0)
        return "missing";
    return "size " + std::to_string(info.st_size) + " time " + std::to_string(info.st_mtim.tv_sec) + '.'
           + std::to_string(info.st_mtim.tv_nsec);
}

/// Files that only whoever keeps the system can change: large ones aren't read.
std::string systemPrint(const fs::path &path)
{
    std::error_code error;
    const auto size = fs::file_size(path, error);
    return !error && size > MostOfTheSystem ? printOfTime(path) : contentPrint(path);
}

} // namespace

std::string contentPrint(const fs::path &path)
{
    struct stat named;
    if (::stat(path.c_str(), &named) == 0 && !S_ISREG(named.st_mode))
        return "no file";
    const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); // a pipe isn't waited for
    if (file < 0)
        return "unreadable";
    struct stat info;
    std::string print;
    if (::fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
        print = "no file";
    } else {
        Print content;
        std::string bytes(std::clamp<size_t>(size_t(info.st_size), 1, MostAtOnce), '\0');
        ssize_t count = 0;
        uint64_t left = uint64_t(info.st_size); // one that grows meanwhile ends there, and is another afterwards
        while (left > 0 && (count = ::read(file, bytes.data(), std::min<uint64_t>(bytes.size(), left))) > 0) {
            content.addBytes({bytes.data(), size_t(count)});
            left -= uint64_t(count);
        }
        content.add(std::to_string(info.st_size));
        content.add((info.st_mode & 0111) != 0 ? "x" : "");
        print = left > 0 ? "unreadable" : content.toHex();
    }
    ::close(file);
    return print;
}

std::string quickPrint(const fs::path &path)
{
    std::error_code error;
    const fs::path real = canonicalOf(path, error);
    return !error && isOfTheSystem(real) ? real.string() + ' ' + printOfTime(real) : contentPrint(path);
}

bool looksExecutable(const fs::path &path)
{
    return isExecutable(path) || startsAsScript(path) || isOneOf(ScriptEndings, lowerEnding(path))
           || isOneOf(ScriptNames, path.filename().string());
}

bool looksLikeData(const fs::path &path)
{
    return isOneOf(DataEndings, lowerEnding(path)) && !isOneOf(SettingsOfPrograms, path.filename().string())
           && !isExecutable(path) && !startsAsScript(path);
}

bool isWithin(const fs::path &path, const fs::path &folder)
{
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

bool isOfTheSystem(const fs::path &path)
{
    return std::ranges::any_of(OfTheSystem, [&](std::string_view top) { return isWithin(path, fs::path(top)); });
}

void FolderReach::add(const fs::path &path, bool isSystemTold)
{
    std::error_code error;
    const fs::path real = canonicalOf(path, error);
    if (error)
        return;
    if (isOfTheSystem(real) && !isWithin(real, m_base)) {
        if (isSystemTold)
            m_files[real.string()] = systemPrint(real);
        return;
    }
    if (fs::is_directory(real, error))
        addFolder(real);
    else if (!m_files.contains(nameOf(real)))
        addFile(nameOf(real), real);
}

void FolderReach::addFolder(const fs::path &folder)
{
    if (!m_seen.insert(folder.string()).second)
        return;
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end && entries.size() <= MostLooked;
         entry.increment(error))
        entries.push_back(entry->path());
    if (error)
        m_files[nameOf(folder)] = "unreadable";
    std::ranges::sort(entries); // where it is too much, it is so at the same place each time
    for (const fs::path &entry : entries) {
        ++m_looked;
        if (isTooMuch())
            return;
        addEntry(entry);
    }
}

void FolderReach::addEntry(const fs::path &path)
{
    std::error_code error;
    const fs::file_status status = fs::symlink_status(path, error);
    if (fs::is_symlink(status)) {
        const fs::path target = fs::read_symlink(path, error), real = canonicalOf(path, error);
        const bool isThere = !error;
        const bool isData = isThere && !fs::is_directory(real, error) && !isNamed(path) && isOnlyData(real);
        m_files[nameOf(path)] = "-> " + (isThere ? real.lexically_relative(m_base).string() : target.string());
        if (isThere && !isData && !isOfTheSystem(real) && !isWithin(real, m_base))
            add(real);
    } else if (fs::is_directory(status)) {
        const bool isKept =
            isOneOf(VersionControl, path.filename().string()) || isOneOf(m_data.ownFolders, path.string());
        if (!isKept || isNamed(path))
            addFolder(path);
    } else if (!isOnlyData(path)) {
        addFile(nameOf(path), path);
    }
}

void FolderReach::addFile(const std::string &name, const fs::path &path)
{
    std::error_code error;
    const uint64_t size = fs::is_regular_file(path, error) ? uint64_t(fs::file_size(path, error)) : 0;
    m_bytes += error ? 0 : size;
    if (!isTooMuch())
        m_files[name] = contentPrint(path);
}

bool FolderReach::isOnlyData(const fs::path &path) const
{
    if (isNamed(path) || looksExecutable(path))
        return false;
    if (isLeftByRuns(path))
        return true;
    const bool isDeclared = m_data.paths.contains(path.string()) || m_data.made.contains(path.string());
    if (isDeclared && path.extension() == ".millrace")
        return true;
    for (fs::path folder = path.parent_path();
         folder != m_base && folder.has_relative_path() && isWithin(folder, m_base); folder = folder.parent_path()) {
        if (folder.extension() == ".fitted" || folder.extension() == ".failed"
            || m_data.paths.contains(folder.string()))
            return looksLikeData(path) && !isNamed(folder);
    }
    return (isDeclared || m_data.paths.contains(path.parent_path().string())) && looksLikeData(path);
}

/// `NAME.partial`, `.NAME.abcdef.partial` and `.NAME.journal` beside a result.
bool FolderReach::isLeftByRuns(const fs::path &path) const
{
    std::string name = path.filename().string();
    const auto isResult = [&](const std::string &result) {
        return m_data.paths.contains((path.parent_path() / result).string());
    };
    const size_t ending = name.rfind(".partial");
    if (name.starts_with('.')) {
        name.erase(0, 1);
        return (name.ends_with(".journal") && isResult(name.substr(0, name.rfind(".journal"))))
               || (name.ends_with(".partial") && isResult(name.substr(0, name.rfind('.', ending - 2))));
    }
    return ending != std::string::npos && isResult(name.substr(0, ending))
           && name.find_first_not_of("0123456789", ending + 8) == std::string::npos;
}

bool FolderReach::isNamed(const fs::path &path) const
{
    const std::string name = path.filename().string();
    return m_data.names.contains(name) || m_data.names.contains(path.string())
           || std::ranges::any_of(m_data.patterns, [&](const std::string &pattern) {
                  return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0;
              });
}

std::string FolderReach::nameOf(const fs::path &path) const
{
    return isWithin(path, m_base) ? path.lexically_relative(m_base).string() : path.string();
}

bool FolderReach::isTooMuch()
{
    if (m_problem.empty() && (m_files.size() > MostFiles || m_looked > MostLooked))
        m_problem = "There are more than " + std::to_string(MostFiles)
                    + " files in the folders that it can reach, more than can be told apart";
    if (m_problem.empty() && m_bytes > MostBytes)
        m_problem = "The files that it can reach in its folders have more than " + std::to_string(MostBytes >> 20)
                    + " MiB, more than can be compared";
    return !m_problem.empty();
}

} // namespace millrace
