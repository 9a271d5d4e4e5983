// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"

#include <deque>
#include <map>
#include <mutex>
#include <vector>

namespace millrace {

/// The log of a run, bounded in records and in bytes: a ring keeps the newest records, what fell out is counted, equal errors are
/// counted. Long texts and large items are cut, with a mark that says so.
/// Safe on all threads; an append costs a short mutex, so steps log events, never items that went well.
class RunLog
{
public:
    static constexpr size_t MostBytes = 32 << 20;

    explicit RunLog(size_t limit = 100'000, size_t bytes = MostBytes) : m_limit(limit), m_mostBytes(bytes) {}

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
    const size_t m_limit, m_mostBytes;
    mutable std::mutex m_mutex; ///< guards all below
    std::deque<LogRecord> m_records;
    size_t m_bytes = 0; ///< of m_records
    std::map<std::string, size_t> m_groupIndex;
    std::vector<LogRecord> m_groups;
    size_t m_groupBytes = 0;
    uint64_t m_count = 0;
};

} // namespace millrace
