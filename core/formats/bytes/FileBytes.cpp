// SPDX-License-Identifier: MIT
#include "formats/bytes/FileBytes.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace millrace {

FileBytes::~FileBytes()
{
    close();
}

Result<> FileBytes::open(const std::string &path, int stopFd)
{
    close();
    m_path = isStandardStream(path) ? "/dev/stdin" : path;
    m_stopFd = stopFd;
    if (std::string problem = readProblem(m_path); !problem.empty())
        return failure(ErrorKind::Io, std::move(problem));
    m_file = ::open(m_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe may have no writer yet
    if (m_file < 0)
        return failure(ErrorKind::Io,
                       "The file " + inQuotes(m_path) + " can't be opened: " + std::strerror(errno) + ".");
    m_watch.start(m_file);
    m_length = m_watch.length();
    m_taken = 0;
    m_atEnd = false;
    m_head.clear();
    m_headTaken = 0;
    return {};
}

void FileBytes::close()
{
    if (m_file >= 0)
        ::close(m_file);
    m_file = -1;
}

bool FileBytes::wouldWait() const
{
    if (m_watch.isRegular() || m_atEnd || m_headTaken < m_head.size())
        return false;
    pollfd waiting{m_file, POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 0;
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
    return std::string_view(m_head).substr(m_headTaken);
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

} // namespace millrace
