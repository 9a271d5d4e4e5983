// SPDX-License-Identifier: MIT
#include "formats/bytes/FileBytes.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace millrace {

namespace {
constexpr int MostPause = 1000; // milliseconds, in what is only looked at
}

FileBytes::~FileBytes()
{
    close();
}

Result<> FileBytes::open(const std::string &path, int stopFd)
{
    close();
    m_path = path;
    m_stopFd = stopFd;
    if (auto opened = isStandardStream(path) ? openStandardInput() : openFile(); !opened)
        return opened;
    m_watch.start(m_file);
    m_length = m_watch.length();
    m_taken = 0;
    m_atEnd = m_isCutOff = false;
    m_head.clear();
    m_headTaken = 0;
    return {};
}

Result<> FileBytes::openFile()
{
    if (std::string problem = readProblem(m_path); !problem.empty())
        return failure(ErrorKind::Io, std::move(problem));
    m_file = ::open(m_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe may have no writer yet
    return m_file >= 0 ? Result<>() : cannotBeOpened(errno);
}

/// A file is opened by its name, to be read from its beginning each time. Of anything else the descriptor is all that surely can be
/// read: sockets have no name, and pipes may be another user's.
Result<> FileBytes::openStandardInput()
{
    m_path = "/dev/stdin";
    if (isRegularFile(m_path))
        return openFile();
    struct stat info = {};
    m_file = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    return m_file < 0                                             ? cannotBeOpened(errno)
           : ::fstat(m_file, &info) == 0 && S_ISDIR(info.st_mode) ? cannotBeOpened(EISDIR)
                                                                  : Result<>();
}

Result<> FileBytes::cannotBeOpened(int reason) const
{
    return failure(ErrorKind::Io, "The file " + inQuotes(m_path) + " can't be opened: " + std::strerror(reason) + ".");
}

void FileBytes::open(const StreamHead &head)
{
    close();
    m_path = head.path;
    m_watch = {};
    m_length = m_taken = 0;
    m_atEnd = true;
    m_isCutOff = !head.isWhole;
    m_head = head.bytes;
    m_headTaken = 0;
}

void FileBytes::close()
{
    if (m_file >= 0)
        ::close(m_file);
    m_file = -1;
}

bool FileBytes::wouldWait() const
{
    return !m_watch.isRegular() && !m_atEnd && m_headTaken == m_head.size() && isSilent(0);
}

bool FileBytes::pauses(int milliseconds) const
{
    return !m_watch.isRegular() && ::isatty(m_file) == 0 && isSilent(milliseconds);
}

bool FileBytes::isSilent(int milliseconds) const
{
    pollfd waiting{m_file, POLLIN, 0};
    return ::poll(&waiting, 1, milliseconds) == 0;
}

/// Until there is something to read, or the end of it. A pipe that nobody has opened for writing yet has neither.
Result<> FileBytes::awaitBytes() const
{
    pollfd waited[] = {{m_file, POLLIN, 0}, {m_stopFd, POLLIN, 0}};
    while (::poll(waited, 2, -1) < 0) {
    }
    if (waited[0].revents == 0)
        return failure(ErrorKind::Interrupted, "Reading " + inQuotes(m_path) + " was broken off.");
    return {};
}

Result<size_t> FileBytes::readFile(char *to, size_t most)
{
    if (m_atEnd)
        return size_t(0);
    for (;;) {
        if (!m_watch.isRegular())
            if (auto ready = awaitBytes(); !ready)
                return ready.forward();
        const ssize_t count = ::read(m_file, to, most);
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (count < 0)
            return failure(ErrorKind::Io,
                           "Reading the file " + inQuotes(m_path) + " failed: " + std::strerror(errno) + ".");
        m_watch.read({to, size_t(count)});
        m_atEnd = count == 0;
        if (m_atEnd)
            if (std::string problem = m_watch.problem(m_path); !problem.empty())
                return failure(ErrorKind::Io, std::move(problem));
        return size_t(count);
    }
}

Result<std::string_view> FileBytes::peek(size_t bytes)
{
    while (m_head.size() - m_headTaken < bytes && !m_atEnd) {
        const size_t length = m_head.size();
        m_head.resize(m_headTaken + bytes);
        const auto count = readFile(m_head.data() + length, m_head.size() - length);
        m_head.resize(length + (count ? *count : 0));
        if (!count)
            return count.forward();
    }
    return std::string_view(m_head).substr(m_headTaken, bytes);
}

Result<size_t> FileBytes::read(char *to, size_t most)
{
    size_t count = std::min(most, m_head.size() - m_headTaken);
    std::memcpy(to, m_head.data() + m_headTaken, count);
    m_headTaken += count;
    // What was peeked at is filled up from the file, which is there at once: one big read instead of two.
    if (count == 0 || (count < most && m_watch.isRegular())) {
        auto more = readFile(to + count, most - count);
        if (!more)
            return more;
        count += *more;
    }
    m_taken.fetch_add(count, std::memory_order_relaxed);
    return count;
}

Result<StreamHead> headOf(const std::string &path, size_t most)
{
    FileBytes file;
    if (auto opened = file.open(path); !opened)
        return opened.forward();
    StreamHead head{file.path(), {}, false};
    while (head.bytes.size() < most) {
        if (!head.bytes.empty() && file.pauses(MostPause))
            return head;
        const size_t length = head.bytes.size();
        head.bytes.resize(most);
        const auto count = file.read(head.bytes.data() + length, most - length);
        head.bytes.resize(length + (count ? *count : 0));
        if (!count)
            return count.forward();
        head.isWhole = *count == 0;
        if (head.isWhole)
            return head;
    }
    return head;
}

} // namespace millrace
