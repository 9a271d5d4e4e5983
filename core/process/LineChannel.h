// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "process/Child.h"
#include "process/Descriptor.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace millrace {

/// Starts a child and talks with it in lines over its standard input and output, both at the same time, so that neither waits
/// for the other. What it says on standard error goes line by line to `errorLine`. One thread at a time.
class LineChannel
{
public:
    static constexpr size_t LongestLine = size_t(64) << 20; ///< bytes
    static constexpr size_t LongestErrorLine = 4'000;       ///< bytes; longer ones are cut
    static constexpr int SilenceMilliseconds = 2'000; ///< after which it is looked at whether the child was stopped

    /// `cancelFd`: a descriptor that ends all waiting once it is readable; -1: none. `errorLine` is told the child's standard
    /// error, and when it was stopped (SIGSTOP).
    static Result<LineChannel> start(ChildOptions options,
                                     int cancelFd,
                                     std::function<void(std::string_view)> errorLine);
    LineChannel() = default;

    bool isRunning() const { return m_child.isRunning(); }
    const Child &child() const { return m_child; }

    /// Text to be written while lines are read; it ends with a newline.
    void write(std::string_view text) { m_toWrite += text; }
    /// The next line, without its end, valid until the next call. `deadline`: steady nanoseconds; 0: never. Errors by kind:
    /// "ended" (it has closed its output, or ended), "timeout", "interrupted", "protocol" (a longer line), "io".
    Result<std::string_view> readLine(uint64_t deadline);
    /// Whether it has said more than was read; looks for at most that long.
    bool hasMore(int milliseconds);
    /// The last line of its standard error, or nothing.
    const std::string &lastErrorLine() const { return m_lastError; }

    /// Closes its input, and gives it time (milliseconds) to end by itself, then to end when asked to; then it is ended by
    /// force, with all it has started.
    void stop(int patience);
    /// For messages after readLine() has said "ended": waits shortly for the child to end, and says how it did.
    std::string ending();

private:
    Result<> exchange(uint64_t deadline);
    Result<> writeSome();
    bool readSome();
    size_t readErrors();
    void sayErrors(bool isEnd);
    bool takeLine(std::string_view &line);

    Child m_child;
    Descriptor m_input, m_output, m_errors; ///< as the child names them
    int m_cancelFd = -1;
    std::function<void(std::string_view)> m_errorLine;
    std::string m_toWrite;
    size_t m_written = 0;
    std::string m_read;
    size_t m_taken = 0;   ///< of m_read, by lines handed out
    size_t m_scanned = 0; ///< of m_read, where no line ends before
    std::string m_errorText, m_lastError;
    bool m_hasEnded = false;
};

} // namespace millrace
