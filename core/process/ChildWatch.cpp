// SPDX-License-Identifier: MIT
#include "process/ChildWatch.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <string>

extern char **environ;

namespace millrace {

namespace {

/// Politely first, as at the orderly end of a run. Nobody is asked to end it but us: it ignores what ends a terminal's programs.
constexpr const char *Script =
    "trap '' HUP INT TERM; read -r line; kill -s TERM -- \"-$1\" && sleep 1; kill -s KILL -- \"-$1\"; "
    "for i in 1 2 3; do for found in $(grep -lasF -- \"$2\" /proc/[0-9]*/environ); do "
    "found=${found#/proc/}; kill -s KILL \"${found%/environ}\"; done; done";

} // namespace

ChildWatch::ChildWatch(pid_t group, const std::string &mark)
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return;
    m_ourEnd = Descriptor(ends[0]);
    const Descriptor itsEnd(ends[1]);

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, itsEnd.number(), STDIN_FILENO);
    for (const int standard :
         {STDOUT_FILENO, STDERR_FILENO}) // not ours: who reads them waits until all have closed them
        posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t usual;
    sigfillset(&usual);
    sigdelset(&usual, SIGKILL);
    sigdelset(&usual, SIGSTOP);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);

    std::string number = std::to_string(group), itsMark = mark, name = "millrace-watch", option = "-c", script = Script;
    char *const arguments[] = {name.data(),   option.data(),  script.data(), name.data(),
                               number.data(), itsMark.data(), nullptr};
    if (posix_spawn(&m_id, "/bin/sh", &actions, &attributes, arguments, environ) != 0)
        m_id = 0;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
}

void ChildWatch::dismiss()
{
    if (m_id > 0) {
        ::kill(m_id, SIGKILL); // before our end closes
        while (::waitpid(m_id, nullptr, 0) < 0 && errno == EINTR) {
        }
        m_id = 0;
    }
    m_ourEnd.close();
}

} // namespace millrace
