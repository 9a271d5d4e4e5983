// SPDX-License-Identifier: MIT
#include "data/files/LeftOvers.h"

#include "data/files/FilePath.h"
#include "data/text/RandomLetters.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <vector>

namespace millrace {

namespace {

constexpr int MostKeptNames = 1'000;
constexpr const char *LeftOverMark = "user.millrace.partial";
constexpr std::string_view TemporaryEnd = ".partial";
constexpr size_t TemporaryLetters = 6;

std::string partialOf(const std::string &target)
{
    return target + ".partial";
}

/// Whether an earlier run left it: by a mark that it was given then.
bool isLeftOver(const std::string &path)
{
    struct stat status;
    return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)
           && ::lgetxattr(path.c_str(), LeftOverMark, nullptr, 0) >= 0;
}

/// What the names of a file's temporary ones begin with: its folder, and a dot before its name.
std::string temporaryStem(const std::string &target)
{
    const std::string folder = folderOf(target);
    return (target.rfind('/') == std::string::npos ? ""
            : folder == "/"                        ? "/"
                                                   : folder + '/')
           + '.' + fileName(target) + '.';
}

bool isTemporary(std::string_view name, std::string_view stem)
{
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return name.size() == stem.size() + TemporaryLetters + TemporaryEnd.size() && name.starts_with(stem)
           && name.ends_with(TemporaryEnd) && std::ranges::all_of(name.substr(stem.size(), TemporaryLetters), isLetter);
}

/// Removes the file where nobody holds its lock, for whoever was writing it has died.
void removeIfAbandoned(const std::string &path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return;
    struct stat status;
    if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid()
        && ::flock(file, LOCK_EX | LOCK_NB) == 0)
        ::unlink(path.c_str());
    ::close(file);
}

/// Whether another process, or another writer of this one, holds the file's lock.
bool isLockedByOther(const std::string &path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool isLocked = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(file);
    return isLocked;
}

/// What runs to the same file write into, or have left.
std::vector<std::string> temporariesOf(const std::string &target)
{
    const std::string stem = temporaryStem(target), folder = folderOf(target), nameStem = fileName(stem);
    std::vector<std::string> found;
    DIR *const listing = ::opendir(folder.c_str());
    if (!listing)
        return found;
    while (const dirent *const entry = ::readdir(listing)) {
        if (isTemporary(entry->d_name, nameStem))
            found.push_back(stem + (entry->d_name + nameStem.size()));
    }
    ::closedir(listing);
    return found;
}

} // namespace

std::string newTemporaryOf(const std::string &target)
{
    std::string name = temporaryStem(target) + randomLetters(TemporaryLetters);
    name += TemporaryEnd;
    return name;
}

bool isTemporaryOf(const std::string &target, const std::string &path)
{
    return folderOf(path) == folderOf(target) && isTemporary(fileName(path), fileName(temporaryStem(target)));
}

uint64_t bytesOf(const std::string &path)
{
    struct stat status;
    return ::lstat(path.c_str(), &status) == 0 ? uint64_t(status.st_size) : 0;
}

bool keepLocked(int file)
{
    if (::flock(file, LOCK_EX | LOCK_NB) != 0)
        return errno != EWOULDBLOCK;
    struct stat status;
    return ::fstat(file, &status) != 0 || status.st_nlink > 0;
}

bool isBeingWritten(const std::string &target)
{
    return std::ranges::any_of(temporariesOf(target), isLockedByOther);
}

void removeAbandoned(const std::string &target)
{
    for (const std::string &path : temporariesOf(target))
        removeIfAbandoned(path);
}

std::string moveToPartial(const std::string &from, const std::string &target)
{
    const std::string path = partialOf(target);
    bool mayReplaceLonger = false;
    ::lsetxattr(from.c_str(), LeftOverMark, "1", 1, 0); // where the file system keeps none, each has a name of its own
    for (int number = 1; number <= MostKeptNames; ++number) {
        std::string free = path + (number > 1 ? std::to_string(number) : "");
        if (isLeftOver(free)) {
            if ((mayReplaceLonger || bytesOf(from) >= bytesOf(free)) && ::rename(from.c_str(), free.c_str()) == 0)
                return free;
            mayReplaceLonger = true;
        }
        if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, free.c_str(), RENAME_NOREPLACE) == 0)
            return free;
        const bool isUnknown = errno == EINVAL || errno == ENOSYS; // to some file systems
        struct stat status;
        if (isUnknown && ::lstat(free.c_str(), &status) != 0 && ::rename(from.c_str(), free.c_str()) == 0)
            return free;
        if (errno != EEXIST && !isUnknown)
            break;
    }
    return {};
}

void removePartials(const std::string &target)
{
    for (const char *const number : {"", "2"})
        if (const std::string name = partialOf(target) + number; isLeftOver(name))
            ::unlink(name.c_str());
}

void unmarkPartial(int file)
{
    ::fremovexattr(file, LeftOverMark);
}

std::string leftOverOf(const std::string &target, uint64_t inode)
{
    std::vector<std::string> names = temporariesOf(target);
    names.push_back(partialOf(target));
    names.push_back(partialOf(target) + '2');
    const auto found = std::ranges::find_if(names, [inode](const std::string &name) {
        struct stat status;
        return ::lstat(name.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid()
               && uint64_t(status.st_ino) == inode;
    });
    return found == names.end() ? std::string() : *found;
}

} // namespace millrace
