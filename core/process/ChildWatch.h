// SPDX-License-Identifier: MIT
#pragma once

#include "process/Descriptor.h"

#include <sys/types.h>

#include <string>
#include <utility>

namespace millrace {

/// Ends a child's process group, and what else has its mark in the environment, when this process is gone without having done so, as after SIGKILL or a crash: a small shell of its own
/// that reads a socket whose other end only this process has, and does its work when that closes.
///
/// What else there is doesn't hold: a child that reads no input never notices that we are gone; PR_SET_PDEATHSIG fires when the *thread*
/// that started the child ends, and reaches neither what the child itself has started nor what posix_spawn() starts; our own
/// handlers don't run on SIGKILL. One thread at a time.
class ChildWatch
{
public:
    ChildWatch() = default;
    /// For a group that was just started. Where no shell can be started there is no watch, which is no error: the child works all the same.
    ChildWatch(pid_t group, const std::string &mark);
    ~ChildWatch() { dismiss(); }
    ChildWatch(ChildWatch &&other) noexcept : m_id(std::exchange(other.m_id, 0)), m_ourEnd(std::move(other.m_ourEnd)) {}
    ChildWatch &operator=(ChildWatch &&other) noexcept
    {
        std::swap(m_id, other.m_id);
        std::swap(m_ourEnd, other.m_ourEnd);
        return *this;
    }

    /// Ends the watch and leaves the group alone. To be called before the child is reaped, as long as its number is its own.
    void dismiss();

private:
    pid_t m_id = 0; ///< of the shell; 0: none
    Descriptor m_ourEnd;
};

} // namespace millrace
