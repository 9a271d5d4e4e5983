// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace millrace {

/// A result file that appears under its name only when it is complete: it grows beside the target as
/// `.NAME.XXXXXX.partial`, locked, and is renamed over it by commit(); what processes that were killed have left of the same target
/// is removed by the next open(). A target that is no file ("-" and
/// /dev/stdout: standard output; a FIFO) is written straight through.
///
/// Errors are sentences with the path and the reason. One thread at a time.
class AtomicFile
{
public:
    AtomicFile() = default;
    /// Removes what was neither committed nor abandoned.
    ~AtomicFile();
    AtomicFile(const AtomicFile &) = delete;
    AtomicFile &operator=(const AtomicFile &) = delete;

    /// Makes the temporary file. An existing target keeps its permissions; a symbolic link is followed, also to where there is no
    /// file yet. Drops an
    /// earlier file.
    Result<> open(const std::string &path);
    /// As open(), for what the program keeps for itself beside somebody's file: a link, a device or a pipe of that name is replaced, not followed,
    /// and the file is its owner's alone. Its folder must be no link.
    Result<> openOwn(const std::string &path);
    /// As open(), but goes on with what an earlier run has left of the file, behind its first `bytes`; what is behind them is cut off.
    /// `inode`: its number(). Whatever it is called now: a temporary file of the target, or what abandon() has kept. Fails where there is none
    /// of that number, it is shorter, or it is in use.
    Result<> openAgain(const std::string &path, uint64_t inode, uint64_t bytes);
    /// Whether openAgain() would find it.
    static bool isLeft(const std::string &path, uint64_t inode);
    /// The file system's number of the file that grows; 0: none does.
    uint64_t number() const;
    /// The file that open() with that path would write: behind all links, also where there is none yet.
    static std::string targetOf(const std::string &path);
    /// Whether open() with that path writes straight through: to standard output ("-"), an open descriptor, a pipe or a device.
    static bool isStream(const std::string &path);
    bool isOpen() const { return m_descriptor >= 0; }
    const std::string &path() const { return m_path; }
    /// Bytes appended so far.
    uint64_t size() const { return m_size; }

    /// Buffered. After a failure every further call fails alike.
    Result<> append(std::string_view bytes)
    {
        m_size += bytes.size();
        if (m_used + bytes.size() > BufferSize)
            return appendSlowly(bytes);
        bytes.copy(m_buffer.get() + m_used, bytes.size());
        m_used += bytes.size();
        return {};
    }
    /// Writes out what is buffered: for targets that somebody reads along.
    Result<> flush();
    /// Everything appended reaches the disk: commit() has only to give the file its name then.
    Result<> settle();
    /// settle(), then the file is the target, and what abandon() has kept of it in earlier runs is removed. `mustBeNew`: fails where there is a file of that name by now.
    Result<> commit(bool mustBeNew = false);
    /// Closes the file for a while, as not to have too many open; resume() before anything else but commit() and abandon(). Nothing
    /// happens to what is written straight through. What isn't settled is then on no disk yet. Meanwhile another run to the same target takes it for abandoned.
    Result<> suspend();
    Result<> resume();
    bool isSuspended() const { return !isOpen() && !m_temporary.empty(); }
    /// Where the file grows; empty: it is written straight through.
    const std::string &temporary() const { return m_temporary; }
    /// Gives the file up: removes it, or keeps what of it is on the disk, if anything, as `TARGET.partial` (`TARGET.partial2`, … where
    /// there is a file of that name that no earlier run left, or a longer one that one left) and returns that name. The target stays as
    /// it was.
    std::string abandon(bool keep);

private:
    static constexpr size_t BufferSize = 256 * 1024;
    static constexpr size_t NotWritable = BufferSize + 1; ///< every append comes by appendSlowly() and is told

    void begin(const std::string &path);
    Result<> openThrough();
    Result<> openTemporary(unsigned mode, bool keepsMode);
    Result<> takeLeftOver(uint64_t inode, uint64_t bytes);
    Result<> appendSlowly(std::string_view bytes);
    Result<> writeOut(std::string_view bytes);
    Result<> giveName(bool mustBeNew);
    Result<> fail(int error);
    int closeDescriptor();

    std::string m_path;      ///< as given
    std::string m_target;    ///< with symbolic links resolved
    std::string m_temporary; ///< empty: written straight through
    int m_descriptor = -1;
    std::unique_ptr<char[]> m_buffer;
    size_t m_used = NotWritable; ///< of the buffer
    uint64_t m_size = 0;
    std::string m_failure;
};

} // namespace millrace
