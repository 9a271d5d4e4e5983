// SPDX-License-Identifier: MIT
#include "data/files/AtomicFile.h"

#include "data/files/FilePath.h"
#include "data/files/LeftOvers.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace millrace {

namespace {

constexpr int MostAttempts = 1'000;
constexpr unsigned PermissionBits = 07777;

std::string pathInQuotes(const std::string &text)
{
    return '"' + text + '"';
}

/// Why a file can't be made or written there, and what to do.
std::string reasonOf(int error, const std::string &path)
{
    const std::string folder = pathInQuotes(folderOf(path));
    switch (error) {
    case ENOENT:
        if (::access(folderOf(path).c_str(), F_OK) == 0) // as in /proc
            return "no file can be made in the folder " + folder + "; choose another path";
        return "no such folder " + folder + "; make it first or choose another path";
    case ENOTDIR: return folder + " is not a folder; choose another path";
    case EEXIST: return "there is a file of that name already; choose another path, or another \"mode\"";
    case EISDIR: return "it is a folder; give the name of a file";
    case EACCES:
    case EPERM: return "not permitted in the folder " + folder + "; change its permissions or choose another path";
    case EROFS: return "the file system is read-only; choose another path";
    case ENOSPC: return "the disk is full; make room or choose another path";
    case EDQUOT: return "your quota of disk space is used up; make room or choose another path";
    case EFBIG: return "it would pass the limit of a file's size (ulimit -f); raise it or write less";
    case EMFILE:
    case ENFILE: return "too many files are open; raise their limit (ulimit -n) or close other programs";
    case EIO: return "the disk fails; choose another one";
    case ELOOP: return "it is a link that leads round in a circle; choose another path";
    case EPIPE: return "what reads it has ended";
    case ENAMETOOLONG: return "the name is too long; choose a shorter one";
    default: return std::strerror(error);
    }
}

/// The number of an open descriptor that a path like "-", /dev/stdout or /dev/fd/3 names, or -1.
int descriptorNamedBy(const std::string &path)
{
    if (isStandardStream(path) || path == "/dev/stdout")
        return STDOUT_FILENO;
    if (path == "/dev/stderr")
        return STDERR_FILENO;
    constexpr std::string_view prefix = "/dev/fd/";
    int number = -1;
    if (path.starts_with(prefix))
        std::from_chars(path.data() + prefix.size(), path.data() + path.size(), number);
    return number;
}

} // namespace

AtomicFile::~AtomicFile()
{
    abandon(false);
}

std::string AtomicFile::targetOf(const std::string &path)
{
    if (char *const real = ::realpath(path.c_str(), nullptr)) {
        std::string text = real;
        std::free(real);
        return text;
    }
    constexpr int MostLinks = 40; // as the system's
    std::string target = path;
    for (int links = 0; links < MostLinks; ++links) {
        std::array<char, PATH_MAX> text{};
        const ssize_t length = ::readlink(target.c_str(), text.data(), text.size());
        if (length <= 0)
            break;
        const std::string leadsTo(text.data(), size_t(length));
        target = leadsTo.front() == '/' ? leadsTo : folderOf(target) + '/' + leadsTo;
    }
    return target;
}

bool AtomicFile::isStream(const std::string &path)
{
    struct stat status;
    return descriptorNamedBy(path) >= 0
           || (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode));
}

void AtomicFile::begin(const std::string &path)
{
    abandon(false);
    m_path = path;
    m_target = path;
    m_failure.clear();
    m_size = 0;
    m_used = 0;
}

Result<> AtomicFile::openOwn(const std::string &path)
{
    begin(path);
    struct stat status;
    if (::lstat(folderOf(path).c_str(), &status) == 0 && S_ISLNK(status.st_mode))
        return fail(ENOTDIR);
    auto opened = openTemporary(S_IRUSR | S_IWUSR, false);
    if (opened && !m_buffer)
        m_buffer = std::make_unique_for_overwrite<char[]>(BufferSize);
    return opened;
}

Result<> AtomicFile::open(const std::string &path)
{
    begin(path);
    if (path.empty())
        return failure(ErrorKind::Io, "can't write the result: no path is given");

    struct stat status;
    const bool exists = ::stat(path.c_str(), &status) == 0;
    Result<> opened;
    if (isStream(path)) {
        opened = openThrough();
    } else if (exists && S_ISDIR(status.st_mode)) {
        return fail(EISDIR);
    } else {
        if (!exists && errno == ELOOP)
            return fail(ELOOP);
        m_target = targetOf(path);
        opened = openTemporary(exists ? status.st_mode & PermissionBits : 0666u, exists);
    }
    if (opened && !m_buffer)
        m_buffer = std::make_unique_for_overwrite<char[]>(BufferSize); // whose pages are touched as it fills
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
    if (m_target.ends_with('/'))
        return fail(EISDIR);
    removeAbandoned(m_target);
    for (int attempt = 0; attempt < MostAttempts && m_descriptor < 0; ++attempt) {
        m_temporary = newTemporaryOf(m_target);
        m_descriptor = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (m_descriptor < 0 && errno != EEXIST)
            break;
        if (m_descriptor >= 0 && !keepLocked(m_descriptor))
            closeDescriptor();
    }
    if (m_descriptor < 0) {
        m_temporary.clear();
        return fail(errno);
    }
    if (keepsMode && ::fchmod(m_descriptor, mode) != 0)
        return fail(errno);
    return {};
}

uint64_t AtomicFile::number() const
{
    struct stat status;
    return !m_temporary.empty() && ::lstat(m_temporary.c_str(), &status) == 0 ? uint64_t(status.st_ino) : 0;
}

bool AtomicFile::isLeft(const std::string &path, uint64_t inode)
{
    return !leftOverOf(targetOf(path), inode).empty();
}

Result<> AtomicFile::openAgain(const std::string &path, uint64_t inode, uint64_t bytes)
{
    abandon(false);
    m_path = path;
    m_target = targetOf(path);
    m_failure.clear();
    m_size = bytes;
    auto taken = takeLeftOver(inode, bytes);
    if (!taken) {
        if (isOpen())
            closeDescriptor();
        m_used = NotWritable;
        return taken;
    }
    if (!m_buffer)
        m_buffer = std::make_unique_for_overwrite<char[]>(BufferSize);
    m_used = 0;
    return {};
}

Result<> AtomicFile::takeLeftOver(uint64_t inode, uint64_t bytes)
{
    const auto refuse = [this](const std::string &why) {
        return failure(ErrorKind::Io, "What an earlier run has left of " + pathInQuotes(m_target) + ' ' + why + '.');
    };
    const std::string leftOver = leftOverOf(m_target, inode);
    if (leftOver.empty())
        return refuse("is gone");
    m_descriptor = ::open(leftOver.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (m_descriptor < 0)
        return refuse(std::string("can't be opened: ") + std::strerror(errno));
    struct stat status;
    if (::fstat(m_descriptor, &status) != 0 || uint64_t(status.st_ino) != inode || uint64_t(status.st_size) < bytes)
        return refuse("is shorter than it was");
    if (!keepLocked(m_descriptor))
        return refuse("is written by another run");
    if (::ftruncate(m_descriptor, off_t(bytes)) != 0 || ::lseek(m_descriptor, 0, SEEK_END) < 0)
        return refuse(std::string("can't be cut back: ") + std::strerror(errno));
    m_temporary = leftOver;
    if (isTemporaryOf(m_target, leftOver))
        return {};
    unmarkPartial(m_descriptor);
    for (int attempt = 0; attempt < MostAttempts; ++attempt) {
        const std::string name = newTemporaryOf(m_target);
        if (::renameat2(AT_FDCWD, leftOver.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE) == 0) {
            m_temporary = name;
            return {};
        }
        if (errno != EEXIST)
            break;
    }
    m_temporary.clear();
    return refuse(std::string("can't be renamed: ") + std::strerror(errno));
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
        return failure(ErrorKind::Io, m_failure.empty() ? "the file is not open" : m_failure);
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
    m_failure = "can't write " + (isStandardStream(m_path) ? "standard output" : pathInQuotes(m_path)) + ": "
                + reasonOf(error, error == ENOENT ? m_target : m_path);
    m_used = NotWritable;
    return failure(ErrorKind::Io, m_failure);
}

int AtomicFile::closeDescriptor()
{
    return ::close(std::exchange(m_descriptor, -1)) != 0 ? errno : 0;
}

Result<> AtomicFile::settle()
{
    const bool wasSuspended = isSuspended();
    if (wasSuspended)
        if (auto resumed = resume(); !resumed)
            return resumed;
    Result<> done = flush();
    if (done && !m_temporary.empty() && ::fdatasync(m_descriptor) != 0)
        done = fail(errno);
    if (done && wasSuspended)
        done = suspend();
    return done;
}

Result<> AtomicFile::suspend()
{
    if (m_temporary.empty() || isSuspended())
        return {};
    if (auto flushed = flush(); !flushed)
        return flushed;
    m_buffer.reset();
    m_used = NotWritable;
    const int error = closeDescriptor();
    return error != 0 ? fail(error) : Result<>();
}

Result<> AtomicFile::resume()
{
    if (!isSuspended())
        return {};
    m_descriptor = ::open(m_temporary.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (m_descriptor < 0 || !keepLocked(m_descriptor))
        return fail(m_descriptor < 0 ? errno : EBUSY);
    m_buffer = std::make_unique_for_overwrite<char[]>(BufferSize);
    m_used = 0;
    return {};
}

Result<> AtomicFile::giveName(bool mustBeNew)
{
    if (!mustBeNew)
        return ::rename(m_temporary.c_str(), m_target.c_str()) != 0 ? fail(errno) : Result<>();
    if (::renameat2(AT_FDCWD, m_temporary.c_str(), AT_FDCWD, m_target.c_str(), RENAME_NOREPLACE) == 0)
        return {};
    if (errno != EINVAL && errno != ENOSYS)
        return fail(errno);
    if (::link(m_temporary.c_str(), m_target.c_str()) != 0) // a file system that knows no other way
        return fail(errno);
    ::unlink(m_temporary.c_str());
    return {};
}

Result<> AtomicFile::commit(bool mustBeNew)
{
    Result<> done = isSuspended() ? Result<>() : settle();
    // The lock is kept until the file has its name, or another process might take it for abandoned.
    const int locked = isOpen() ? ::fcntl(m_descriptor, F_DUPFD_CLOEXEC, 3) : -1;
    if (isOpen()) {
        const int error = closeDescriptor();
        if (done && error != 0)
            done = fail(error);
    }
    if (done && !m_temporary.empty()) {
        done = giveName(mustBeNew);
        if (done)
            removePartials(m_target);
    }
    if (locked >= 0)
        ::close(locked);
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
    m_used = NotWritable;
    const std::string temporary = std::exchange(m_temporary, {});
    keep = keep && !temporary.empty() && bytesOf(temporary) > 0;
    std::string kept = keep ? moveToPartial(temporary, m_target) : std::string();
    if (kept.empty() && !temporary.empty())
        ::unlink(temporary.c_str());
    if (isOpen())
        closeDescriptor(); // and with it the lock
    return kept;
}

} // namespace millrace
