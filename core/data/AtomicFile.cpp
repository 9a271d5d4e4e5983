// SPDX-License-Identifier: MIT
#include "data/AtomicFile.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace millrace {

namespace {

constexpr int MostAttempts = 1'000;
constexpr unsigned PermissionBits = 07777;
constexpr const char *LeftOverMark = "user.millrace.partial";

std::string folderOf(const std::string &path)
{
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string nameOf(const std::string &path)
{
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

std::string quoted(const std::string &text)
{
    return '"' + text + '"';
}

/// Why a file can't be made or written there, and what to do.
std::string reasonOf(int error, const std::string &path)
{
    const std::string folder = quoted(folderOf(path));
    switch (error) {
    case ENOENT:
        if (::access(folderOf(path).c_str(), F_OK) == 0) // as in /proc
            return "no file can be made in the folder " + folder + "; choose another path";
        return "no such folder " + folder + "; make it first or choose another path";
    case ENOTDIR: return folder + " is not a folder; choose another path";
    case EISDIR: return "it is a folder; give the name of a file";
    case EACCES:
    case EPERM: return "not permitted in the folder " + folder + "; change its permissions or choose another path";
    case EROFS: return "the file system is read-only; choose another path";
    case ENOSPC: return "the disk is full; make room or choose another path";
    case EDQUOT: return "your quota of disk space is used up; make room or choose another path";
    case EPIPE: return "what reads it has ended";
    case ENAMETOOLONG: return "the name is too long; choose a shorter one";
    default: return std::strerror(error);
    }
}

std::string randomLetters()
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::random_device random;
    std::string text(6, ' ');
    for (char &c : text)
        c = letters[random() % letters.size()];
    return text;
}

/// The number of an open descriptor that a path like /dev/stdout or /dev/fd/3 names, or -1.
int descriptorNamedBy(const std::string &path)
{
    if (path == "/dev/stdout")
        return STDOUT_FILENO;
    if (path == "/dev/stderr")
        return STDERR_FILENO;
    constexpr std::string_view prefix = "/dev/fd/";
    int number = -1;
    if (path.starts_with(prefix))
        std::from_chars(path.data() + prefix.size(), path.data() + path.size(), number);
    return number;
}

/// Whether an earlier run left it: by a mark that it was given then.
bool isLeftOver(const std::string &path)
{
    struct stat status;
    return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)
           && ::lgetxattr(path.c_str(), LeftOverMark, nullptr, 0) >= 0;
}

/// Never over a file that may be anybody's: `path`, else `path`2, `path`3, … Empty: there it can't be.
std::string moveToFreeName(const std::string &from, const std::string &path)
{
    ::lsetxattr(from.c_str(), LeftOverMark, "1", 1, 0); // where the file system keeps none, each has a name of its own
    for (int number = 1; number <= MostAttempts; ++number) {
        std::string free = path + (number > 1 ? std::to_string(number) : "");
        if (isLeftOver(free) && ::rename(from.c_str(), free.c_str()) == 0)
            return free;
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

std::string resolved(const std::string &path)
{
    char *const real = ::realpath(path.c_str(), nullptr);
    std::string text = real ? real : path;
    std::free(real);
    return text;
}

} // namespace

AtomicFile::~AtomicFile()
{
    abandon(false);
}

Result<> AtomicFile::open(const std::string &path)
{
    abandon(false);
    m_path = path;
    m_target = path;
    m_failure.clear();
    m_size = 0;
    m_used = 0;
    if (path.empty())
        return failure("io", "can't write the result: no path is given");

    struct stat status;
    const bool exists = ::stat(path.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode))
        return fail(EISDIR);
    Result<> opened;
    if (descriptorNamedBy(path) >= 0 || (exists && !S_ISREG(status.st_mode))) {
        opened = openThrough();
    } else {
        if (exists)
            m_target = resolved(path);
        opened = openTemporary(exists ? status.st_mode & PermissionBits : 0666u, exists);
    }
    if (opened && !m_buffer)
        m_buffer = std::make_unique<char[]>(BufferSize);
    return opened;
}

Result<> AtomicFile::openThrough()
{
    const int named = descriptorNamedBy(m_path);
    m_descriptor = named >= 0 ? ::fcntl(named, F_DUPFD_CLOEXEC, 3) : ::open(m_path.c_str(), O_WRONLY | O_CLOEXEC);
    return m_descriptor < 0 ? fail(errno) : Result<>();
}

/// With the permissions that the umask leaves (unlike mkstemp), or those of the file that will be replaced.
Result<> AtomicFile::openTemporary(unsigned mode, bool keepsMode)
{
    const std::string folder = folderOf(m_target);
    const std::string name = nameOf(m_target);
    if (name.empty())
        return fail(EISDIR);
    const std::string stem = (m_target.rfind('/') == std::string::npos ? ""
                              : folder == "/"                          ? "/"
                                                                       : folder + '/')
                             + '.' + name + '.';
    for (int attempt = 0; attempt < MostAttempts; ++attempt) {
        m_temporary = stem + randomLetters() + ".partial";
        m_descriptor = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (m_descriptor >= 0 || errno != EEXIST)
            break;
    }
    if (m_descriptor < 0) {
        m_temporary.clear();
        return fail(errno);
    }
    if (keepsMode && ::fchmod(m_descriptor, mode) != 0)
        return fail(errno);
    return {};
}

Result<> AtomicFile::appendSlowly(std::string_view bytes)
{
    if (auto flushed = flush(); !flushed)
        return flushed;
    if (bytes.size() >= BufferSize)
        return writeOut(bytes);
    bytes.copy(m_buffer.get(), bytes.size());
    m_used = bytes.size();
    return {};
}

Result<> AtomicFile::flush()
{
    if (!m_failure.empty() || !isOpen())
        return failure("io", m_failure.empty() ? "the file is not open" : m_failure);
    const size_t used = std::exchange(m_used, 0);
    return writeOut({m_buffer.get(), used});
}

Result<> AtomicFile::writeOut(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return fail(written < 0 ? errno : ENOSPC);
        bytes.remove_prefix(size_t(written));
    }
    return {};
}

Result<> AtomicFile::fail(int error)
{
    m_failure = "can't write " + quoted(m_path) + ": " + reasonOf(error, m_path);
    m_used = NotWritable;
    return failure("io", m_failure);
}

int AtomicFile::closeDescriptor()
{
    return ::close(std::exchange(m_descriptor, -1)) != 0 ? errno : 0;
}

Result<> AtomicFile::commit()
{
    Result<> done = flush();
    if (done && !m_temporary.empty() && ::fdatasync(m_descriptor) != 0)
        done = fail(errno);
    if (isOpen()) {
        const int error = closeDescriptor();
        if (done && error != 0)
            done = fail(error);
    }
    if (done && !m_temporary.empty() && ::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        done = fail(errno);
    if (!done) {
        abandon(false);
        return done;
    }
    m_temporary.clear();
    m_used = NotWritable;
    return done;
}

std::string AtomicFile::abandon(bool keep)
{
    if (keep && isOpen() && m_failure.empty())
        (void)flush(); // what fits is kept
    if (isOpen())
        closeDescriptor();
    m_used = NotWritable;
    const std::string temporary = std::exchange(m_temporary, {});
    if (temporary.empty())
        return {};
    std::string kept = keep ? moveToFreeName(temporary, m_target + ".partial") : std::string();
    if (!kept.empty())
        return kept;
    ::unlink(temporary.c_str());
    return {};
}

} // namespace millrace
