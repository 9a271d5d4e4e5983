// SPDX-License-Identifier: MIT
#pragma once

#include "data/files/FileWatch.h"
#include "formats/bytes/ByteSource.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

/// The first bytes of a pipe or a device, which can be read only once: kept, so that they can be looked at several times.
struct StreamHead
{
    std::string path;
    std::string bytes;
    bool isWhole = false; ///< nothing comes behind them
};
/// Reads up to `most` bytes, fewer where the stream ends or, once something has come, pauses for a second (no terminal does). Fails
/// for what can't be read.
Result<StreamHead> headOf(const std::string &path, size_t most);

/// The bytes of a file, a pipe or a device. One thread, but for taken() and length(), which are safe on any. A file that is cut or
/// written anew meanwhile can't be read to its end.
class FileBytes final : public ByteSource
{
public:
    FileBytes() = default;
    ~FileBytes() override;

    /// Fails for what can't be read. "-" is standard input. What waits for another program later on fails with the kind
    /// "interrupted" once `stopFd` is readable.
    Result<> open(const std::string &path, int stopFd = -1);
    /// What was read of a stream before, and no more of it. `head` outlives this.
    void open(const StreamHead &head);
    void close();

    /// The first bytes, which stay to be read: `bytes` of them, fewer only where there are no more.
    Result<std::string_view> peek(size_t bytes);
    Result<size_t> read(char *to, size_t most) override;

    const std::string &path() const { return m_path; }
    bool isRegular() const { return m_watch.isRegular(); }
    /// Whether read() would wait for another program (pipes only).
    bool wouldWait() const;
    /// Waits for more of what is no file, so long at the most. True: nothing has come. Never of a terminal, where somebody types.
    bool pauses(int milliseconds) const;
    /// Whether what was read of a stream before doesn't reach to its end.
    bool isCutOff() const { return m_isCutOff; }
    /// In bytes; 0: not known.
    uint64_t length() const { return m_length.load(std::memory_order_relaxed); }
    /// How many bytes were read.
    uint64_t taken() const { return m_taken.load(std::memory_order_relaxed); }

private:
    Result<> openFile();
    Result<> openStandardInput();
    Result<> cannotBeOpened(int reason) const;
    bool isSilent(int milliseconds) const;
    Result<> awaitBytes() const;
    Result<size_t> readFile(char *to, size_t most);

    std::string m_path, m_head;
    size_t m_headTaken = 0;
    int m_file = -1, m_stopFd = -1;
    FileWatch m_watch;
    bool m_atEnd = false, m_isCutOff = false;
    std::atomic<uint64_t> m_taken{0}, m_length{0};
};

} // namespace millrace
