// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "metrics/LogRecord.h"

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace millrace {

/// A run's log as a file that grows while the run is under way: a line for each record, readable while it is written
/// and after a crash. As JSON Lines where its name ends in ".jsonl", else as text: `2026-11-30T02:58:05.123Z error
/// price: message (place)`. An older file of that name is replaced. One thread.
class LogFile
{
public:
    /// An error names the file.
    Result<> open(const std::string &path);
    bool isOpen() const { return m_file.is_open(); }
    /// Records in the order of their numbers; what fell out of the run's log before it could be written is told by its
    /// count.
    void append(const LogRecord &record);
    /// A line of the run itself: how it began and ended.
    void say(std::string_view message);
    /// Hands what was written to the system. Where that fails, once, the reason; from then on nothing is written.
    std::string flush();

private:
    void write(const LogRecord &record);

    std::ofstream m_file;
    std::string m_path;
    bool m_isJson = false;
    uint64_t m_last = 0; ///< number of the record before
};

} // namespace millrace
