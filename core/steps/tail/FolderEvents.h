// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "process/Descriptor.h"

#include <chrono>
#include <optional>
#include <string>

namespace millrace {

/// Waits until something happens to files, without using the processor meanwhile (inotify). One thread.
class FolderEvents
{
public:
    using Moment = std::chrono::steady_clock::time_point;
    enum class Woken : uint8_t { ByEvent, ByTime, ByStop };

    /// Both become readable when the run is stopped or broken off; -1: none.
    Result<> open(int stopFd, int cancelFd);
    /// Files that come to that folder; `alsoChanges`: and those that are written or go.
    Result<> watchFolder(const std::string &path, bool alsoChanges);
    /// Also what is appended to that file. It takes the place of the one before.
    Result<> watchFile(const std::string &path);
    /// Whether the run is stopped.
    bool isStopped() const;
    /// Until something has happened since the last call, the moment has come, or the run is stopped. `breath`: how long it waits for
    /// more of what happens.
    Woken wait(std::optional<Moment> until, std::chrono::milliseconds breath = {});
    void close() { m_inotify.close(); }

private:
    void drain();

    Descriptor m_inotify;
    int m_file = -1, m_stopFd = -1, m_cancelFd = -1;
};

} // namespace millrace
