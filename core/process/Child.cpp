// SPDX-License-Identifier: MIT
#include "process/Child.h"

#include "process/ChildMark.h"
#include "process/SystemLimits.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

extern char **environ;

namespace millrace {

namespace {

/// Environment and arguments as the system wants them.
std::vector<char *> pointersTo(std::vector<std::string> &texts)
{
    std::vector<char *> pointers;
    for (std::string &text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::vector<std::string> mergedEnvironment(const std::vector<std::string> &own)
{
    std::vector<std::string> merged = own;
    for (char **entry = environ; entry && *entry; ++entry) {
        const std::string_view text = *entry;
        if (isForThisProcessAlone(text))
            continue;
        const std::string_view name = text.substr(0, text.find('=') + 1);
        if (std::none_of(own.begin(), own.end(), [&](const std::string &other) { return other.starts_with(name); }))
            merged.emplace_back(text);
    }
    return merged;
}

/// What posix_spawn is told, freed with it.
struct SpawnSettings
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;

    explicit SpawnSettings(const ChildOptions &options)
    {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        sigset_t none, usual;
        sigemptyset(&none);
        sigfillset(&usual);
        sigdelset(&usual, SIGKILL);
        sigdelset(&usual, SIGSTOP);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &usual); // what we ignore, it would ignore too
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
        if (!options.folder.empty())
            posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
        addDescriptors(options);
    }
    ~SpawnSettings()
    {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnSettings(const SpawnSettings &) = delete;
    SpawnSettings &operator=(const SpawnSettings &) = delete;

private:
    void addDescriptors(const ChildOptions &options)
    {
        for (int standard = 0; standard < 2; ++standard) {
            const bool isNamed = std::any_of(options.descriptors.begin(), options.descriptors.end(),
                                             [&](const auto &pair) { return pair.second == standard; });
            if (!isNamed)
                posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", standard ? O_WRONLY : O_RDONLY, 0);
        }
        for (const auto &[ours, its] : options.descriptors)
            posix_spawn_file_actions_adddup2(&actions, ours, its);
    }
};

} // namespace

std::string signalName(int number)
{
    const char *name = sigabbrev_np(number);
    return name ? std::string("SIG") + name : std::string();
}

std::string findProgram(const std::string &name, const std::string &folder)
{
    const auto isProgram = [](const std::string &path) {
        struct stat info;
        return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
    };
    if (name.find('/') != std::string::npos) {
        std::string path = name;
        if (name.front() != '/' && !folder.empty())
            path.insert(0, folder + '/');
        return isProgram(path) ? path : std::string();
    }
    const char *listed = std::getenv("PATH");
    std::string_view rest = listed ? listed : "/usr/local/bin:/usr/bin:/bin";
    while (!name.empty() && !rest.empty()) {
        const size_t end = std::min(rest.find(':'), rest.size());
        std::string path(end == 0 ? std::string_view(".") : rest.substr(0, end));
        path.append("/").append(name);
        if (isProgram(path))
            return path;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

Result<Child> Child::start(const ChildOptions &options)
{
    if (options.command.empty() || options.command.front().empty())
        return failure(ErrorKind::Program, "There is no program to start.");
    const std::string path = findProgram(options.command.front(), options.folder);
    if (path.empty())
        return failure(ErrorKind::Program,
                       "The program \"" + options.command.front()
                           + "\" isn't there or can't be executed; install it or give its full path.");
    Child child;
    std::vector<std::string> arguments = options.command, own = options.environment;
    if (options.isWatched)
        own.push_back(child.m_mark = newChildMark());
    std::vector<std::string> environment = mergedEnvironment(own);
    SpawnSettings settings(options);
    const int error = posix_spawn(&child.m_id, path.c_str(), &settings.actions, &settings.attributes,
                                  pointersTo(arguments).data(), pointersTo(environment).data());
    if (error != 0) {
        child.m_id = 0;
        return failure(ErrorKind::Program, "The program \"" + options.command.front()
                                               + "\" can't be started: " + std::strerror(error) + '.');
    }
    child.m_group = child.m_id;
    child.m_clock = options.clock;
    if (child.m_clock)
        child.m_clock->begin(child.m_id);
    child.m_handle = Descriptor(int(::syscall(SYS_pidfd_open, child.m_id, 0)));
    if (options.isWatched)
        child.m_watch = ChildWatch(child.m_group, child.m_mark);
    return child;
}

Child::~Child()
{
    end(0);
}

Child::Child(Child &&other) noexcept
    : m_id(std::exchange(other.m_id, 0))
    , m_group(std::exchange(other.m_group, 0))
    , m_status(other.m_status)
    , m_handle(std::move(other.m_handle))
    , m_mark(std::move(other.m_mark))
    , m_watch(std::move(other.m_watch))
    , m_clock(std::move(other.m_clock))
{}

Child &Child::operator=(Child &&other) noexcept
{
    std::swap(m_id, other.m_id);
    std::swap(m_group, other.m_group);
    std::swap(m_status, other.m_status);
    std::swap(m_handle, other.m_handle);
    std::swap(m_mark, other.m_mark);
    std::swap(m_watch, other.m_watch);
    std::swap(m_clock, other.m_clock);
    return *this;
}

void Child::signal(int number) const
{
    if (m_group > 0)
        ::kill(-m_group, number);
}

bool Child::hasStopped() const
{
    siginfo_t info{};
    return m_id > 0 && ::waitid(P_PID, id_t(m_id), &info, WSTOPPED | WNOHANG) == 0 && info.si_pid == m_id;
}

void Child::reap(bool block)
{
    siginfo_t info{};
    while (::waitid(P_PID, id_t(m_id), &info, WEXITED | WNOWAIT | (block ? 0 : WNOHANG)) < 0 && errno == EINTR) {
    }
    if (!block && info.si_pid == 0)
        return;
    signal(SIGKILL); // what it has left behind, while its number is still its own
    if (!m_mark.empty())
        killMarked(m_mark);
    m_watch.dismiss();
    int status = 0;
    if (m_clock)
        m_status = m_clock->reap(m_id);
    else if (::waitpid(m_id, &status, 0) == m_id)
        m_status = status;
    m_id = m_group = 0;
}

bool Child::wait(int milliseconds)
{
    if (m_id > 0 && m_handle.isOpen()) {
        pollfd waited{m_handle.number(), POLLIN, 0};
        while (::poll(&waited, 1, milliseconds) < 0 && errno == EINTR) {
        }
    }
    for (int waited = 0; m_id > 0 && !m_handle.isOpen() && waited < milliseconds; waited += 5) { // no pidfd here
        reap(false);
        if (m_id > 0)
            ::usleep(5'000);
    }
    if (m_id > 0)
        reap(milliseconds < 0);
    return m_id == 0;
}

void Child::end(int patience)
{
    if (m_id > 0 && patience > 0) {
        signal(SIGTERM);
        wait(patience);
    }
    if (m_id > 0) {
        signal(SIGKILL);
        reap(true);
    }
    m_handle.close();
}

std::string Child::ending() const
{
    if (!m_status)
        return m_id > 0 ? "is running" : "has ended";
    if (WIFSIGNALED(*m_status)) {
        const std::string name = signalName(WTERMSIG(*m_status));
        return "was killed by signal " + std::to_string(WTERMSIG(*m_status)) + (name.empty() ? "" : " (" + name + ")");
    }
    return "ended with status " + std::to_string(WEXITSTATUS(*m_status));
}

} // namespace millrace
