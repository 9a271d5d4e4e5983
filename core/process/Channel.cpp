// SPDX-License-Identifier: MIT
#include "process/Channel.h"

#include "data/SpareMemory.h"
#include "metrics/Clock.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace millrace {

namespace {

constexpr uint32_t Magic = 0x4d694c72;
constexpr size_t LargestInline = 64 * 1024;

Failure ended()
{
    return failure(ErrorKind::Ended, "The other process has closed the connection.");
}

Failure systemFailure(const char *what)
{
    if (errno == EPIPE || errno == ECONNRESET)
        return ended();
    return failure(ErrorKind::Io, std::string(what) + ": " + std::strerror(errno) + '.');
}

/// The body in memory that nobody can change or shorten any more.
Result<Descriptor> sealedMemory(std::string_view body)
{
    Descriptor memory(memfd_create("millrace-batch", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!memory.isOpen())
        return systemFailure("Memory for a large batch can't be had");
    for (size_t done = 0; done < body.size();) {
        const ssize_t written = ::write(memory.number(), body.data() + done, body.size() - done);
        if (written < 0 && errno != EINTR)
            return systemFailure("Memory for a large batch can't be filled");
        done += size_t(std::max<ssize_t>(written, 0));
    }
    if (fcntl(memory.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
        return systemFailure("Memory for a large batch can't be sealed");
    return memory;
}

} // namespace

Result<std::pair<Descriptor, Descriptor>> Channel::makePair()
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return systemFailure("No connection to a worker process can be made");
    return std::pair(Descriptor(ends[0]), Descriptor(ends[1]));
}

Channel::Channel(Descriptor socket, int cancelFd, int peer)
    : m_socket(std::move(socket)), m_cancelFd(cancelFd), m_peer(peer)
{
    fcntl(m_socket.number(), F_SETFL, fcntl(m_socket.number(), F_GETFL) | O_NONBLOCK);
}

Channel::Channel(Channel &&other) noexcept
    : m_socket(std::move(other.m_socket))
    , m_cancelFd(other.m_cancelFd)
    , m_peer(other.m_peer)
    , m_silence(std::move(other.m_silence))
    , m_body(std::move(other.m_body))
    , m_mapped(std::exchange(other.m_mapped, nullptr))
    , m_mappedSize(other.m_mappedSize)
{}

Channel &Channel::operator=(Channel &&other) noexcept
{
    std::swap(m_socket, other.m_socket);
    std::swap(m_cancelFd, other.m_cancelFd);
    std::swap(m_peer, other.m_peer);
    std::swap(m_silence, other.m_silence);
    std::swap(m_body, other.m_body);
    std::swap(m_mapped, other.m_mapped);
    std::swap(m_mappedSize, other.m_mappedSize);
    return *this;
}

Result<> Channel::waitFor(short events, uint64_t deadline)
{
    pollfd waited[3] = {{m_socket.number(), events, 0}, {m_cancelFd, POLLIN, 0}, {m_peer, POLLIN, 0}};
    for (;;) {
        int milliseconds = m_silence ? SilenceMilliseconds : -1;
        if (deadline != 0) {
            const uint64_t now = steadyNanoseconds();
            if (now >= deadline)
                return failure(ErrorKind::Timeout, "The other process took too long.");
            const uint64_t left = (deadline - now) / 1'000'000 + 1;
            milliseconds = int(std::min<uint64_t>(left, m_silence ? SilenceMilliseconds : 1'000'000'000));
        }
        const int ready = ::poll(waited, 3, milliseconds);
        if (ready < 0 && errno != EINTR)
            return systemFailure("Waiting for the other process failed");
        if (ready == 0 && m_silence)
            m_silence();
        if (ready > 0 && waited[1].revents != 0)
            return failure(ErrorKind::Interrupted, "The run was stopped.");
        if (ready > 0 && waited[0].revents == 0 && waited[2].revents != 0)
            return ended(); // what it wrote before its end has been read
        if (ready > 0)
            return {};
    }
}

Result<> Channel::send(uint32_t kind, std::string_view body, uint64_t deadline)
{
    if (body.size() <= LargestInline)
        return write({Magic, kind, body.size(), 0}, body, -1, deadline);
    auto memory = sealedMemory(body);
    if (!memory)
        return memory.forward();
    return write({Magic, kind, body.size(), 1}, {}, memory->number(), deadline);
}

Result<> Channel::write(const Header &header, std::string_view body, int attached, uint64_t deadline)
{
    const size_t total = sizeof header + body.size();
    for (size_t done = 0; done < total;) {
        iovec parts[2];
        size_t count = 0;
        if (done < sizeof header)
            parts[count++] = {const_cast<char *>(reinterpret_cast<const char *>(&header)) + done, sizeof header - done};
        const size_t bodyDone = done > sizeof header ? done - sizeof header : 0;
        if (bodyDone < body.size())
            parts[count++] = {const_cast<char *>(body.data()) + bodyDone, body.size() - bodyDone};
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = count;
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof attached)] = {};
        if (attached >= 0 && done == 0) {
            message.msg_control = control;
            message.msg_controllen = sizeof control;
            cmsghdr *rights = CMSG_FIRSTHDR(&message);
            rights->cmsg_level = SOL_SOCKET;
            rights->cmsg_type = SCM_RIGHTS;
            rights->cmsg_len = CMSG_LEN(sizeof attached);
            std::memcpy(CMSG_DATA(rights), &attached, sizeof attached);
        }
        const ssize_t sent = ::sendmsg(m_socket.number(), &message, MSG_NOSIGNAL);
        if (sent >= 0) {
            done += size_t(sent);
        } else if (errno == EAGAIN) {
            if (auto waited = waitFor(POLLOUT, deadline); !waited)
                return waited;
        } else if (errno != EINTR) {
            return systemFailure("Writing to the other process failed");
        }
    }
    return {};
}

Result<> Channel::read(char *to, size_t size, Descriptor *attached, uint64_t deadline)
{
    for (size_t done = 0; done < size;) {
        iovec part{to + done, size - done};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        const ssize_t received = ::recvmsg(m_socket.number(), &message, MSG_CMSG_CLOEXEC);
        if (received == 0)
            return ended();
        if (received < 0 && errno == EAGAIN) {
            if (auto waited = waitFor(POLLIN, deadline); !waited)
                return waited;
            continue;
        }
        if (received < 0 && errno != EINTR)
            return systemFailure("Reading from the other process failed");
        if (received < 0)
            continue;
        done += size_t(received);
        for (cmsghdr *rights = CMSG_FIRSTHDR(&message); rights; rights = CMSG_NXTHDR(&message, rights)) {
            if (rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS)
                continue;
            int number = -1;
            std::memcpy(&number, CMSG_DATA(rights), sizeof number);
            Descriptor came(number);
            if (attached)
                *attached = std::move(came);
        }
    }
    return {};
}

void Channel::forget()
{
    unmap();
    giveBackIfLarge(m_body);
}

Result<Channel::Frame> Channel::receive(uint64_t deadline)
{
    forget();
    Header header;
    Descriptor memory;
    if (auto read = this->read(reinterpret_cast<char *>(&header), sizeof header, &memory, deadline); !read)
        return read.forward();
    if (header.magic != Magic || header.size > LargestBody || (header.isApart != 0) != memory.isOpen()
        || (header.isApart == 0 && header.size > LargestInline))
        return failure(ErrorKind::Protocol, "The other process sent something that isn't understood.");
    if (header.isApart != 0) {
        auto body = map(memory, header.size);
        if (!body)
            return body.forward();
        return Frame{header.kind, *body};
    }
    m_body.resize(size_t(header.size));
    if (auto read = this->read(m_body.data(), m_body.size(), nullptr, deadline); !read)
        return read.forward();
    return Frame{header.kind, m_body};
}

Result<std::string_view> Channel::map(const Descriptor &memory, uint64_t size)
{
    struct stat about
    {};
    const int seals = fcntl(memory.number(), F_GET_SEALS);
    if (seals < 0 || (seals & F_SEAL_SHRINK) == 0 || fstat(memory.number(), &about) != 0
        || uint64_t(about.st_size) != size)
        return failure(ErrorKind::Protocol, "The other process sent memory that can't be trusted.");
    void *mapped = mmap(nullptr, size_t(size), PROT_READ, MAP_PRIVATE, memory.number(), 0);
    if (mapped == MAP_FAILED)
        return systemFailure("A large batch can't be mapped");
    m_mapped = mapped;
    m_mappedSize = size_t(size);
    return std::string_view(static_cast<const char *>(mapped), m_mappedSize);
}

void Channel::unmap()
{
    if (m_mapped)
        munmap(std::exchange(m_mapped, nullptr), m_mappedSize);
}

} // namespace millrace
