// SPDX-License-Identifier: MIT
#include "trust/TrustRecord.h"

#include "data/files/AtomicFile.h"
#include "trust/Print.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

namespace millrace {

namespace {

namespace fs = std::filesystem;

constexpr size_t PrintSize = 64;          // hexadecimal digits of a SHA-256
constexpr uint64_t MostMade = 4ull << 20; // bytes of the list of made files; the older half is forgotten then
constexpr const char *MadeMark = "user.millrace.made";
constexpr std::string_view Settings = "settings"; // what the pipeline says, among the files of `seen`

std::set<std::string> readPrints(const std::string &path)
{
    std::set<std::string> prints;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (line.size() >= PrintSize)
            prints.insert(line.substr(0, PrintSize));
    }
    return prints;
}

Failure cannotWrite(const std::string &path, int error)
{
    return failure(ErrorKind::Io,
                   "The record of what you trust, " + path + ", can't be written: " + std::strerror(error) + '.');
}

Result<> makeFolderOf(const std::string &path)
{
    if (path.empty())
        return failure(ErrorKind::Io,
                       "There is no place for the record of what you trust: neither XDG_DATA_HOME nor HOME is set.");
    std::error_code error;
    fs::create_directories(fs::path(path).parent_path(), error);
    if (error)
        return cannotWrite(path, error.value());
    return {};
}

/// At once: two programs that add at the same time don't disturb each other.
Result<> appendLines(const std::string &path, const std::string &lines)
{
    if (auto made = makeFolderOf(path); !made)
        return made;
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return cannotWrite(path, errno);
    const ssize_t written = ::write(descriptor, lines.data(), lines.size());
    const int reason = written < 0 ? errno : ENOSPC;
    ::close(descriptor);
    return written == ssize_t(lines.size()) ? Result<>() : Result<>(cannotWrite(path, reason));
}

Result<> replaceFile(const std::string &path, const std::string &text)
{
    if (auto made = makeFolderOf(path); !made)
        return made;
    AtomicFile file;
    auto done = file.open(path);
    if (done)
        done = file.append(text);
    if (done)
        done = file.commit();
    return done;
}

std::string madePrint(const std::string &pipeline, const std::string &file)
{
    Print print;
    print.add(pipeline);
    print.add(file);
    return print.toHex();
}

/// By path; what the pipeline itself says under Settings.
std::map<std::string, std::string> linesOf(const Permission &permission)
{
    std::map<std::string, std::string> lines = permission.files;
    lines[std::string(Settings)] = permission.definition;
    return lines;
}

/// One line each, print first; a name with a line end in it isn't kept, which only costs a word in a later question.
std::string toText(const std::map<std::string, std::string> &lines)
{
    std::string text;
    for (const auto &[name, print] : lines)
        if (name.find('\n') == std::string::npos && print.find('\n') == std::string::npos)
            text += print + '\t' + name + '\n';
    return text;
}

std::map<std::string, std::string> fromText(const std::string &path)
{
    std::map<std::string, std::string> lines;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const size_t tab = line.find('\t');
        if (tab != std::string::npos)
            lines[line.substr(tab + 1)] = line.substr(0, tab);
    }
    return lines;
}

} // namespace

std::string TrustRecord::usualPath()
{
    const char *data = std::getenv("XDG_DATA_HOME"), *home = std::getenv("HOME");
    if (data && fs::path(data).is_absolute()) // relative ones are to be ignored, says the XDG specification
        return (fs::path(data) / "millrace" / "trusted").string();
    return home && *home ? (fs::path(home) / ".local" / "share" / "millrace" / "trusted").string() : std::string();
}

std::string TrustRecord::sibling(const char *name) const
{
    return m_path.empty() ? std::string() : (fs::path(m_path).parent_path() / name).string();
}

std::string TrustRecord::seenPath(const Permission &permission, const std::string &pipeline) const
{
    return sibling("seen") + '/' + madePrint(pipeline, permission.step);
}

Permissions TrustRecord::unknownOf(const Permissions &permissions) const
{
    Permissions unknown;
    if (permissions.empty())
        return unknown;
    const std::set<std::string> prints = readPrints(m_path);
    std::ranges::copy_if(permissions, std::back_inserter(unknown), [&](const Permission &permission) {
        return !permission.isLasting || !prints.contains(permission.print);
    });
    return unknown;
}

Result<> TrustRecord::add(const Permissions &permissions, const std::string &pipeline) const
{
    Permissions missing = unknownOf(permissions);
    std::erase_if(missing, [](const Permission &permission) { return !permission.isLasting; });
    if (missing.empty())
        return {};
    std::string lines;
    for (const Permission &permission : missing)
        lines += permission.print + ' ' + permission.type + '\n';
    auto added = appendLines(m_path, lines);
    for (const Permission &permission : missing)
        if (added && permission.kind == Permission::Kind::Execute)
            added = replaceFile(seenPath(permission, pipeline), toText(linesOf(permission)));
    return added;
}

std::vector<std::string> TrustRecord::changesOf(const Permission &permission, const std::string &pipeline) const
{
    std::vector<std::string> changes;
    if (permission.kind != Permission::Kind::Execute || m_path.empty())
        return changes;
    const auto before = fromText(seenPath(permission, pipeline)), now = linesOf(permission);
    if (before.empty())
        return changes;
    for (const auto &[name, print] : now) {
        const auto found = before.find(name);
        if (found == before.end())
            changes.push_back(name + " is new");
        else if (found->second != print)
            changes.push_back(name == Settings ? "what the step is told has changed" : name + " has changed");
    }
    for (const auto &[name, print] : before)
        if (!now.contains(name))
            changes.push_back(name + " is gone");
    return changes;
}

bool MadeFiles::contains(const std::string &file) const
{
    const std::string print = madePrint(m_pipeline, file);
    if (m_prints.contains(print))
        return true;
    char mark[PrintSize];
    return ::lgetxattr(file.c_str(), MadeMark, mark, sizeof mark) == ssize_t(PrintSize)
           && std::string_view(mark, sizeof mark) == print;
}

void MadeFiles::mark(const std::string &pipeline, const std::vector<std::string> &files)
{
    for (const std::string &file : files) {
        const std::string print = madePrint(pipeline, file);
        ::lsetxattr(file.c_str(), MadeMark, print.data(), print.size(), 0);
    }
}

MadeFiles TrustRecord::madeBy(const std::string &pipeline) const
{
    return MadeFiles(pipeline, m_path.empty() ? std::set<std::string>() : readPrints(sibling("made")));
}

Result<> TrustRecord::addMade(const std::string &pipeline, const std::vector<std::string> &files) const
{
    if (m_path.empty()) // nobody can say later what it has made: it is asked then
        return {};
    const std::string path = sibling("made");
    const std::set<std::string> known = readPrints(path);
    std::string lines;
    for (const std::string &file : files)
        if (const std::string print = madePrint(pipeline, file); !known.contains(print))
            lines += print + '\n';
    if (lines.empty())
        return {};
    std::error_code error;
    if (const auto size = fs::file_size(path, error); !error && size > MostMade) {
        std::ifstream file(path);
        file.seekg(std::streamoff(size / 2 / (PrintSize + 1) * (PrintSize + 1)));
        const std::string newer{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        if (auto shortened = replaceFile(path, newer); !shortened)
            return shortened;
    }
    return appendLines(path, lines);
}

} // namespace millrace
