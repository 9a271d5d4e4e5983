// SPDX-License-Identifier: MIT
#include "steps/tail/FolderEvents.h"

#include "data/text/Quote.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace millrace {

namespace {

constexpr uint32_t IntoFolder = IN_CREATE | IN_MOVED_TO;
constexpr uint32_t InFolder = IntoFolder | IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_FROM | IN_DELETE;
constexpr uint32_t OfFile = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;

Failure cantWatch(const std::string &path, int error)
{
    const std::string why = error == ENOSPC ? "this user watches as many files as the system allows "
                                              "(fs.inotify.max_user_watches)"
                                            : std::strerror(error);
    return failure(ErrorKind::Io, inQuotes(path) + " can't be watched: " + why + '.');
}

} // namespace

Result<> FolderEvents::open(int stopFd, int cancelFd)
{
    m_stopFd = stopFd;
    m_cancelFd = cancelFd;
    m_file = -1;
    m_inotify = Descriptor(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!m_inotify.isOpen())
        return failure(ErrorKind::Io, std::string("Files can't be watched: ") + std::strerror(errno) + '.');
    return {};
}

Result<> FolderEvents::watchFolder(const std::string &path, bool alsoChanges)
{
    const uint32_t events = alsoChanges ? InFolder : IntoFolder;
    if (::inotify_add_watch(m_inotify.number(), path.c_str(), events | IN_ONLYDIR) < 0)
        return cantWatch(path, errno);
    return {};
}

Result<> FolderEvents::watchFile(const std::string &path)
{
    const int before = m_file;
    m_file = ::inotify_add_watch(m_inotify.number(), path.c_str(), OfFile);
    if (m_file < 0)
        return cantWatch(path, errno);
    if (before >= 0 && before != m_file)
        ::inotify_rm_watch(m_inotify.number(), before);
    return {};
}

bool FolderEvents::isStopped() const
{
    pollfd waited[] = {{m_stopFd, POLLIN, 0}, {m_cancelFd, POLLIN, 0}};
    return ::poll(waited, 2, 0) > 0;
}

FolderEvents::Woken FolderEvents::wait(std::optional<Moment> until, std::chrono::milliseconds breath)
{
    for (;;) {
        timespec time{};
        if (until) {
            const auto left = std::max(*until - std::chrono::steady_clock::now(), std::chrono::nanoseconds(0));
            time = {left.count() / 1'000'000'000, left.count() % 1'000'000'000};
        }
        pollfd waited[] = {{m_stopFd, POLLIN, 0}, {m_cancelFd, POLLIN, 0}, {m_inotify.number(), POLLIN, 0}};
        const int count = ::ppoll(waited, 3, until ? &time : nullptr, nullptr);
        if (count < 0 && errno == EINTR)
            continue;
        if (waited[0].revents != 0 || waited[1].revents != 0)
            return Woken::ByStop;
        if (count <= 0)
            return Woken::ByTime;
        if (breath.count() > 0 && ::poll(waited, 2, int(breath.count())) > 0)
            return Woken::ByStop;
        drain();
        return Woken::ByEvent;
    }
}

/// What it was doesn't count: who waits looks at the files themselves.
void FolderEvents::drain()
{
    alignas(inotify_event) char events[16384];
    while (::read(m_inotify.number(), events, sizeof events) > 0) {
    }
}

} // namespace millrace
