// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "metrics/LogRecord.h"

#include <cstdint>
#include <string>

namespace millrace {

/// What has become of a child that was lost at work.
struct ChildLoss
{
    std::string kind;    ///< of the error that it is for the items
    std::string message; ///< a sentence
    std::string trace;   ///< for the log, or empty
};

/// The child process of one worker, as its Supervisor sees it. Who speaks the child's language starts it, ends it, and puts
/// its end into words. On the supervisor's thread.
class SupervisedChild
{
public:
    virtual ~SupervisedChild() = default;
    /// Starts one, and waits until it is ready to work. What was started is ended where it fails.
    virtual Result<> startChild() = 0;
    /// Ends it with all it has started: politely while that takes no longer than so many milliseconds, then by force.
    virtual void endChild(int patience) = 0;
    /// `error`: what talking to it has come to. Asked before it is ended.
    virtual ChildLoss describeLoss(const Error &error) = 0;
    /// Into the run's log, as a record of this worker.
    virtual void log(LogRecord record) const = 0;
};

/// How much a supervisor puts up with.
struct SupervisorLimits
{
    std::string diedEarly;     ///< the kind of error of startChild() after which another one is tried
    int mostFailedStarts = 10; ///< in a row
    int mostLosses = 0;        ///< at work, without an answer between them; 0: any number
    int cancelPatience = 0;    ///< milliseconds that a child gets where the run is broken off
};

/// Looks after the child process that works for one worker of a step: starts it, starts another one in the place of one that was
/// lost, the later the more were lost in a row, says what has become of those, and gives up after too many. One thread at a time.
class Supervisor
{
public:
    /// The child is borrowed.
    Supervisor(SupervisedChild &child, SupervisorLimits limits);

    /// Forgets what was lost before. `worker`: from 0. `cancelFd`: a descriptor that ends all waiting once it is readable; -1: none.
    void open(int worker, int cancelFd);

    /// Starts a child. One that dies before it is ready may have been killed from outside: some more are tried. Errors: the
    /// last one of startChild(), or "interrupted" where the run was broken off in a pause.
    Result<> start();
    /// An error once it has given up.
    Result<> mayStart() const;
    /// From now on that is the error of everything.
    Failure giveUp(std::string kind, std::string message);

    /// Asks the child for something and takes its answer. What throws meanwhile ends it: what is left of the answer would be
    /// taken for the next one.
    template <class Ask>
    Result<> exchange(Ask ask)
    {
        try {
            return ask();
        } catch (...) {
            m_child.endChild(0);
            throw;
        }
    }

    /// The child has answered: what was lost before it doesn't count any more.
    void noteAnswer() { m_losses = 0; }
    /// Another one is lost. Returns whether there were too many in a row.
    bool countLoss();
    /// The child at work is gone, or is no good any more: it is ended, counted and logged. Returns what that is for the items.
    /// "interrupted" is no loss, and handed back.
    Result<> lost(const Error &error);

    /// Steady nanoseconds in so many seconds (30 years at the most); 0, which means never, for 0 and less.
    static uint64_t deadlineIn(double seconds);

private:
    Result<> pause(int lost) const;

    SupervisedChild &m_child;
    const SupervisorLimits m_limits;
    int m_worker = 0;
    int m_cancelFd = -1;
    int m_losses = 0;  ///< in a row
    Result<> m_gaveUp; ///< why no more are started
};

} // namespace millrace
