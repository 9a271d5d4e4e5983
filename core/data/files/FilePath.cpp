// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"

#include "data/files/FileWatch.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <new>
#include <sys/stat.h>
#include <unistd.h>

namespace millrace {

namespace fs = std::filesystem;

namespace {

constexpr size_t LeastRoom = 64 * 1024;
constexpr size_t MostOfStream = size_t(1) << 30; // of pipes and devices, which may have no end

std::string parentFolder(const std::string &path)
{
    const std::string folder = fs::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
}

/// The whole path as one name: no two files share one.
std::string nameOfPath(const std::string &path)
{
    std::string name;
    for (const char c : path)
        name += c == '/' ? std::string("%2F") : c == '%' ? std::string("%25") : std::string(1, c);
    constexpr size_t Longest = 200; // bytes, of the 255 of a name
    if (name.size() > Longest)
        name = name.substr(name.size() - Longest) + '-' + std::to_string(std::hash<std::string>()(path));
    return name;
}

fs::path unlessWithoutMemory(fs::path path, const std::error_code &error)
{
    if (error == std::errc::not_enough_memory)
        throw std::bad_alloc();
    return path;
}

} // namespace

fs::path canonicalOf(const fs::path &path, std::error_code &error)
{
    return unlessWithoutMemory(fs::canonical(path, error), error);
}

fs::path weaklyCanonicalOf(const fs::path &path, std::error_code &error)
{
    return unlessWithoutMemory(fs::weakly_canonical(path, error), error);
}

std::string resolvePath(const std::string &folder, const std::string &path)
{
    if (path.empty() || path.front() == '/' || folder.empty())
        return path;
    return folder.back() == '/' ? folder + path : folder + '/' + path;
}

bool isStandardStream(const std::string &path)
{
    return path == "-";
}

std::string resolveFile(const std::string &folder, const std::string &path)
{
    return isStandardStream(path) ? path : resolvePath(folder, path);
}

std::string folderOf(const std::string &path)
{
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string fileName(const std::string &path)
{
    std::string name = fs::path(path).filename().string();
    return name.empty() ? path : name;
}

bool isRegularFile(const std::string &path)
{
    std::error_code ignored;
    return !isStandardStream(path) && fs::is_regular_file(path, ignored);
}

std::string stateFolder()
{
    const char *state = std::getenv("XDG_STATE_HOME"), *home = std::getenv("HOME");
    if (state
        && std::filesystem::path(state).is_absolute()) // relative ones are to be ignored, says the XDG specification
        return (std::filesystem::path(state) / "millrace").string();
    return home && *home ? (std::filesystem::path(home) / ".local" / "state" / "millrace").string() : std::string();
}

std::string placeBeside(const std::string &file, const std::string &kind)
{
    std::string beside = file + '.' + kind;
    std::error_code error;
    if (fs::exists(beside, error) || ::access(fs::path(file).parent_path().c_str(), W_OK) == 0)
        return beside;
    const std::string state = stateFolder();
    if (state.empty())
        return beside;
    const fs::path folder = fs::path(state) / kind;
    fs::create_directories(folder, error);
    return (folder / (nameOfPath(file) + '.' + kind)).string();
}

Result<std::string> readWholeFile(const std::string &path)
{
    if (std::string problem = readProblem(path); !problem.empty())
        return failure(ErrorKind::Io, std::move(problem));
    const auto failed = [&path](int reason) {
        return failure(ErrorKind::Io, "Reading the file " + inQuotes(path) + " failed: " + std::strerror(reason) + ".");
    };
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return failed(errno);
    FileWatch watch;
    watch.start(file);
    std::string bytes;
    size_t room = watch.length() > 0 ? size_t(watch.length()) + 1 : LeastRoom;
    for (;;) {
        const size_t length = bytes.size();
        bytes.resize(length + room);
        const ssize_t count = ::read(file, bytes.data() + length, room);
        const int reason = errno;
        bytes.resize(length + size_t(std::max<ssize_t>(count, 0)));
        watch.read(std::string_view(bytes).substr(length));
        if (!watch.isRegular() && bytes.size() > MostOfStream) {
            ::close(file);
            return failure(ErrorKind::Io, inQuotes(path) + " goes on for more than "
                                              + std::to_string(MostOfStream >> 20)
                                              + " MiB, too much to be read as a whole; choose a file.");
        }
        if (count > 0 || (count < 0 && reason == EINTR)) {
            room = std::max(LeastRoom, bytes.size());
            continue;
        }
        std::string problem = watch.problem(path);
        ::close(file);
        if (count < 0)
            return failed(reason);
        if (!problem.empty())
            return failure(ErrorKind::Io, std::move(problem));
        return bytes;
    }
}

std::string readProblem(const std::string &path)
{
    struct stat info;
    if (::stat(path.c_str(), &info) != 0) {
        const int reason = errno;
        if (reason != ENOENT && reason != ENOTDIR)
            return "The file " + inQuotes(path) + " can't be read: " + std::strerror(reason) + ".";
        struct stat folder;
        const std::string parent = parentFolder(path);
        if (::stat(parent.c_str(), &folder) != 0)
            return "The folder " + inQuotes(parent) + " doesn't exist; choose another file.";
        return "The file " + inQuotes(path) + " doesn't exist; choose another one.";
    }
    if (S_ISDIR(info.st_mode))
        return inQuotes(path) + " is a folder; choose a file in it.";
    if (::access(path.c_str(), R_OK) != 0)
        return "The file " + inQuotes(path) + " may not be read; change its permissions or choose another one.";
    return {};
}

std::string folderProblem(const std::string &path)
{
    struct stat info;
    if (::stat(path.c_str(), &info) != 0)
        return "The folder " + inQuotes(path) + " doesn't exist; choose another one.";
    if (!S_ISDIR(info.st_mode))
        return inQuotes(path) + " is a file; choose a folder.";
    if (::access(path.c_str(), R_OK | X_OK) != 0)
        return "The folder " + inQuotes(path) + " may not be read; change its permissions or choose another one.";
    return {};
}

std::string writeProblem(const std::string &path)
{
    const std::string folder = parentFolder(path);
    struct stat info;
    if (::stat(folder.c_str(), &info) != 0)
        return "The folder " + inQuotes(folder) + " doesn't exist; make it or choose another one.";
    if (!S_ISDIR(info.st_mode))
        return inQuotes(folder) + " is a file, not a folder; choose another place for the result.";
    if (::stat(path.c_str(), &info) == 0) {
        if (S_ISDIR(info.st_mode))
            return inQuotes(path) + " is a folder; give the result a file name.";
        if (!S_ISREG(info.st_mode)) // a device or a pipe, which is written itself
            return ::access(path.c_str(), W_OK) == 0 ? std::string() : inQuotes(path) + " may not be written.";
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        return "Nothing may be written into the folder " + inQuotes(folder)
               + "; change its permissions or choose another one.";
    return {};
}

} // namespace millrace
