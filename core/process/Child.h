// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "process/ChildClock.h"
#include "process/ChildWatch.h"
#include "process/Descriptor.h"

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// What a child process is started with.
struct ChildOptions
{
    std::vector<std::string> command; ///< the program (looked up in PATH unless it holds a slash), and its arguments
    std::string folder;               ///< it works in; empty: the same as this process
    std::vector<std::string> environment; ///< NAME=VALUE, laid over this process's own
    /// {ours, the child's}: what it gets beside nothing. 0 to 2 that aren't named lead to /dev/null, 2 to our own.
    std::vector<std::pair<int, int>> descriptors;
    /// Whether all it has started ends with it, also outside its group, and a shell beside it sees to that should this process be killed: for
    /// programs of others. What notices by itself that we are gone needs none.
    bool isWatched = false;
    /// Counts what it computes; shared with whoever asks, also after the child's end. Null: nobody asks.
    std::shared_ptr<ChildClock> clock;
};

/// A running child process, in a process group of its own (so that Ctrl-C in a terminal doesn't reach it, and whatever it
/// has started can be ended with it). The destructor kills the group and reaps the child. One thread at a time.
class Child
{
public:
    /// Fails with a sentence that names the program where it can't be started.
    static Result<Child> start(const ChildOptions &options);
    Child() = default;
    ~Child();
    Child(Child &&other) noexcept;
    Child &operator=(Child &&other) noexcept;

    bool isRunning() const { return m_id > 0; }
    pid_t id() const { return m_id; }
    /// Becomes readable when it ends; -1 where the system has no such descriptor.
    int endDescriptor() const { return m_handle.number(); }
    /// To the whole group.
    void signal(int number) const;
    /// Waits for the child's end, at most that long (negative: for ever). True: it has ended, how says ending(), and
    /// whatever else its group still held (of one that is watched: whatever it had started) was killed.
    bool wait(int milliseconds);
    /// Ends the group: politely first where time is given for that (milliseconds), then by force.
    void end(int patience);
    /// Whether it has been stopped (SIGSTOP, Ctrl-Z) since this was asked last, and waits to be let go on.
    bool hasStopped() const;
    /// How it has ended: `was killed by signal 11 (SIGSEGV)`, `ended with status 3`.
    std::string ending() const;
    /// The wait status; nothing while it runs.
    std::optional<int> status() const { return m_status; }

private:
    void reap(bool block);

    pid_t m_id = 0; ///< 0: none, or ended
    pid_t m_group = 0;
    std::optional<int> m_status;
    Descriptor m_handle; ///< becomes readable when it ends (pidfd)
    std::string m_mark;  ///< of what it starts; empty: it has none
    ChildWatch m_watch;
    std::shared_ptr<ChildClock> m_clock; ///< null: nobody asks
};

/// "SIGKILL" for 9; empty where there is no such signal.
std::string signalName(int number);
/// The full path of a program as a shell would find it, or empty. `folder`: that a name with a slash is relative to.
std::string findProgram(const std::string &name, const std::string &folder = {});

} // namespace millrace
