// SPDX-License-Identifier: MIT
#include "process/LineChannel.h"

#include "metrics/Clock.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <ctime>

namespace millrace {

namespace {

constexpr size_t ReadAtOnce = 64 * 1024;
constexpr int PipeSize = 1 << 20;
constexpr int EndPatience = 1'000; ///< milliseconds for a child that hung up to end

struct Pipe
{
    Descriptor readEnd, writeEnd;
};

Result<Pipe> makePipe()
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return failure(ErrorKind::Io, std::string("no pipe to a program can be made: ") + std::strerror(errno));
    (void)::fcntl(ends[0], F_SETPIPE_SZ, PipeSize); // a larger one saves turns; the usual size will do, too
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

void makeNonBlocking(const Descriptor &descriptor)
{
    ::fcntl(descriptor.number(), F_SETFL, ::fcntl(descriptor.number(), F_GETFL) | O_NONBLOCK);
}

/// Keeps a reader that is gone from being a signal to this thread: of this process, which may be anybody's, nothing is changed.
class WithoutPipeSignal
{
public:
    WithoutPipeSignal()
    {
        sigset_t pending;
        sigpending(&pending);
        m_wasPending = sigismember(&pending, SIGPIPE) == 1;
        sigemptyset(&m_pipe);
        sigaddset(&m_pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &m_pipe, &m_before);
    }
    ~WithoutPipeSignal()
    {
        const timespec now{};
        while (m_hasBroken && !m_wasPending && sigtimedwait(&m_pipe, nullptr, &now) < 0 && errno == EINTR) {
        }
        pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }
    WithoutPipeSignal(const WithoutPipeSignal &) = delete;
    WithoutPipeSignal &operator=(const WithoutPipeSignal &) = delete;
    void setBroken() { m_hasBroken = true; }

private:
    sigset_t m_pipe, m_before;
    bool m_wasPending = false, m_hasBroken = false;
};

/// Milliseconds until then for poll(), rounded up; -1: for ever.
int timeoutUntil(uint64_t deadline)
{
    if (deadline == 0)
        return -1;
    const uint64_t now = steadyNanoseconds();
    return now >= deadline ? 0 : int(std::min<uint64_t>((deadline - now) / 1'000'000 + 1, INT_MAX));
}

} // namespace

Result<LineChannel> LineChannel::start(ChildOptions options,
                                       int cancelFd,
                                       std::function<void(std::string_view)> errorLine)
{
    auto input = makePipe(), output = makePipe(), errors = makePipe();
    for (const auto *made : {&input, &output, &errors})
        if (!*made)
            return made->forward();
    options.descriptors = {
        {input->readEnd.number(), 0}, {output->writeEnd.number(), 1}, {errors->writeEnd.number(), 2}};
    auto child = Child::start(options);
    if (!child)
        return child.forward();
    LineChannel channel;
    channel.m_child = *std::move(child);
    channel.m_input = std::move(input->writeEnd);
    channel.m_output = std::move(output->readEnd);
    channel.m_errors = std::move(errors->readEnd);
    for (const Descriptor *descriptor : {&channel.m_input, &channel.m_output, &channel.m_errors})
        makeNonBlocking(*descriptor);
    channel.m_cancelFd = cancelFd;
    channel.m_errorLine = std::move(errorLine);
    return channel;
}

bool LineChannel::takeLine(std::string_view &line)
{
    const size_t end = m_read.find('\n', m_scanned);
    if (end == std::string::npos) {
        m_scanned = m_read.size();
        return false;
    }
    line = std::string_view(m_read).substr(m_taken, end - m_taken);
    m_taken = m_scanned = end + 1;
    return true;
}

Result<std::string_view> LineChannel::readLine(uint64_t deadline)
{
    for (std::string_view line;;) {
        if (takeLine(line))
            return line;
        m_read.erase(0, m_taken);
        m_taken = 0;
        m_scanned = m_read.size();
        if (m_read.size() > LongestLine)
            return failure(ErrorKind::Protocol, "wrote a line of more than " + std::to_string(LongestLine >> 20)
                                                    + " MiB, the most that is taken");
        if (m_hasEnded) {
            if (m_read.empty())
                return failure(ErrorKind::Ended, "it closed its output");
            m_read += '\n'; // the last line needs none
            m_scanned = 0;
            continue;
        }
        if (auto done = exchange(deadline); !done) {
            if (done.error().kind == ErrorKind::Timeout && takeLine(line)) // it came at the last moment
                return line;
            return done.forward();
        }
    }
}

bool LineChannel::hasMore(int milliseconds)
{
    if (m_taken < m_read.size())
        return true;
    pollfd waited{m_output.number(), POLLIN, 0};
    return m_output.isOpen() && ::poll(&waited, 1, milliseconds) > 0 && readSome() && m_taken < m_read.size();
}

/// Waits until something can be read or written, and does it. The deadline counts as well while there is always something.
Result<> LineChannel::exchange(uint64_t deadline)
{
    const bool hasText = m_written < m_toWrite.size() && m_input.isOpen();
    pollfd waited[5] = {{m_output.number(), POLLIN, 0},
                        {m_errors.number(), POLLIN, 0},
                        {m_cancelFd, POLLIN, 0},
                        {hasText ? m_input.number() : -1, POLLOUT, 0},
                        {m_child.endDescriptor(), POLLIN, 0}};
    const int timeout = timeoutUntil(deadline);
    const bool isSlice = timeout < 0 || timeout > SilenceMilliseconds;
    const int ready = ::poll(waited, 5, isSlice ? SilenceMilliseconds : timeout);
    if (ready < 0 && errno != EINTR)
        return failure(ErrorKind::Io, std::string("Waiting for the program failed: ") + std::strerror(errno));
    if (ready == 0 && isSlice) {
        if (m_errorLine && m_child.hasStopped())
            m_errorLine("The program was stopped (SIGSTOP), and is waited for; \"kill -CONT "
                        + std::to_string(m_child.id()) + "\" lets it go on.");
        return {};
    }
    if (ready == 0)
        return failure(ErrorKind::Timeout, "it took too long");
    if (waited[2].revents != 0)
        return failure(ErrorKind::Interrupted, "The run was stopped.");
    if (waited[1].revents != 0)
        readErrors();
    if (waited[3].revents != 0) {
        if (auto written = writeSome(); !written)
            return written;
    }
    if (waited[0].revents != 0 || waited[4].revents != 0) {
        const bool isOpen = readSome();
        // Others may hold the output of a child that has ended; what it wrote itself is there by now.
        m_hasEnded = !isOpen || (waited[4].revents != 0 && waited[0].revents == 0);
    }
    if (timeout == 0 && !m_hasEnded)
        return failure(ErrorKind::Timeout, "it took too long");
    return {};
}

Result<> LineChannel::writeSome()
{
    WithoutPipeSignal guard;
    const ssize_t count = ::write(m_input.number(), m_toWrite.data() + m_written, m_toWrite.size() - m_written);
    if (count < 0 && errno == EPIPE) {
        guard.setBroken();
        m_input.close(); // it reads no more, but may still answer
        return {};
    }
    if (count < 0 && errno != EAGAIN && errno != EINTR)
        return failure(ErrorKind::Io, std::string("Writing to the program failed: ") + std::strerror(errno));
    m_written += size_t(std::max<ssize_t>(count, 0));
    if (m_written == m_toWrite.size()) {
        m_toWrite.clear();
        m_written = 0;
    }
    return {};
}

/// False: there will be no more.
bool LineChannel::readSome()
{
    const size_t before = m_read.size();
    m_read.resize(before + ReadAtOnce);
    const ssize_t count = ::read(m_output.number(), m_read.data() + before, ReadAtOnce);
    m_read.resize(before + size_t(std::max<ssize_t>(count, 0)));
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

/// Returns how many bytes there were.
size_t LineChannel::readErrors()
{
    char bytes[16 * 1024];
    const ssize_t count = ::read(m_errors.number(), bytes, sizeof bytes);
    if (count > 0)
        m_errorText.append(bytes, size_t(count));
    const bool isEnd = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
    sayErrors(isEnd);
    if (isEnd)
        m_errors.close();
    return size_t(std::max<ssize_t>(count, 0));
}

void LineChannel::sayErrors(bool isEnd)
{
    size_t begin = 0;
    while (begin < m_errorText.size()) {
        size_t end = m_errorText.find('\n', begin);
        if (end == std::string::npos) {
            if (!isEnd && m_errorText.size() - begin < LongestErrorLine)
                break;
            end = m_errorText.size();
        }
        const std::string_view line =
            std::string_view(m_errorText).substr(begin, std::min(end - begin, LongestErrorLine));
        if (!line.empty()) {
            m_lastError = line;
            if (m_errorLine)
                m_errorLine(line);
        }
        begin = std::min(end + 1, m_errorText.size());
    }
    m_errorText.erase(0, begin);
}

std::string LineChannel::ending()
{
    m_child.wait(EndPatience);
    // What it has said is there by now; whatever else holds its standard error may go on for ever.
    int there = 0;
    if (m_errors.isOpen() && ::ioctl(m_errors.number(), FIONREAD, &there) == 0) {
        for (size_t left = size_t(there), count = 1; left > 0 && count > 0; left -= std::min(left, count))
            count = readErrors();
    }
    return m_child.ending();
}

void LineChannel::stop(int patience)
{
    if (m_child.isRunning() && m_input.isOpen() && m_written < m_toWrite.size() && patience > 0)
        (void)writeSome(); // as much as there is room for
    m_input.close();
    if (m_child.isRunning() && patience > 0) {
        const uint64_t deadline = steadyNanoseconds() + uint64_t(patience) * 1'000'000;
        const int cancelFd = std::exchange(m_cancelFd, -1);
        while (!m_hasEnded && exchange(deadline)) { // its last words
            m_read.clear();
            m_taken = m_scanned = 0;
        }
        m_cancelFd = cancelFd;
        m_child.wait(std::max(0, timeoutUntil(deadline)));
    }
    if (m_child.isRunning())
        m_child.end(patience);
    if (m_errors.isOpen())
        ending();
    m_output.close();
    m_errors.close();
}

} // namespace millrace
