// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"

#include <deque>
#include <map>
#include <mutex>
#include <vector>

namespace millrace {

/// The log of a run, bounded: a ring keeps the newest records, what fell out is counted, equal errors are counted.
/// Safe on all threads; an append costs a short mutex, so steps log events, never items that went well.
class RunLog
{
public:
    explicit RunLog(size_t limit = 100'000) : m_limit(limit) {}

    /// Numbers the record, gives it the time where it has none, and keeps it.
    void append(LogRecord record);
    void info(std::string step, std::string message);
    void warn(std::string step, std::string message);

    /// Records with a number above `number`, oldest first, `most` at the most. For views that follow the log.
    std::vector<LogRecord> after(uint64_t number, size_t most = 10'000) const;
    uint64_t count() const;
    /// Records that fell out of the ring.
    uint64_t dropped() const;
    /// One record for each kind of error (step, kind, message with its numbers left out) with its count, first first.
    std::vector<LogRecord> errorGroups() const;

private:
    const size_t m_limit;
    mutable std::mutex m_mutex; ///< guards all below
    std::deque<LogRecord> m_records;
    std::map<std::string, size_t> m_groupIndex;
    std::vector<LogRecord> m_groups;
    uint64_t m_count = 0;
};

} // namespace millrace
