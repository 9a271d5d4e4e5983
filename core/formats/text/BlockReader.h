// SPDX-License-Identifier: MIT
#pragma once

#include "data/Column.h"
#include "data/Result.h"
#include "formats/bytes/FileBytes.h"
#include "formats/bytes/Unpacker.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace millrace {

/// Reads a file from front to back into shared blocks, for the sources that cut its text into records: unpacked where its first bytes
/// say that it is packed, and as UTF-8.
///
/// Used by one thread; share() is safe on any. What lies between begin() and end() is read and not yet taken. A record is
/// always whole in one block: where it reaches over a block's end, what was read of it moves to the next block. Blocks are
/// used again once no batch holds them. A file that is cut or written anew meanwhile can't be read to its end.
class BlockReader
{
public:
    static constexpr const char *AutoEncoding = "auto";
    static constexpr size_t BlockSize = 256 * 1024;
    /// Batches are given fewer records rather than more text than this; offsets into a block have 32 bits.
    static constexpr size_t MostBatch = size_t(1) << 30;
    /// A record longer than this isn't one.
    static constexpr size_t MostRecord = size_t(256) << 20;

    BlockReader() = default;
    ~BlockReader();
    BlockReader(const BlockReader &) = delete;
    BlockReader &operator=(const BlockReader &) = delete;

    /// Opens the file, reads its beginning and skips a byte-order mark. `encoding`: of its text; "auto": guessed. Fails for what
    /// can't be read and what is no text.
    /// What waits for another program here or in readMore() fails with the kind "interrupted" once `stopFd` is readable.
    /// `head`: what was read of a stream of that path before, of which no more is read; null: the file is opened.
    Result<> open(const std::string &path,
                  int stopFd = -1,
                  const std::string &encoding = AutoEncoding,
                  const StreamHead *head = nullptr);
    void close();
    /// Of the open file's text.
    const std::string &encoding() const { return m_encoding; }
    /// Whether nothing in the file says so.
    bool isEncodingGuessed() const { return m_isEncodingGuessed; }
    /// Of the open file's bytes.
    Packing packing() const { return m_packing; }

    const char *begin() const { return m_block->bytes.data() + m_begin; }
    const char *end() const { return m_block->bytes.data() + m_end; }
    size_t available() const { return m_end - m_begin; }
    /// Whether nothing comes after end().
    bool isAtEnd() const { return m_atEnd; }
    /// Whether it is at its end only because no more of it may be read: the last record may be the beginning of one.
    bool isCutOff() const { return m_atEnd && m_file.isCutOff(); }
    /// Whether readMore() would wait for another program (pipes only).
    bool wouldWait() const;
    /// Reads on behind end(). Moves begin() and end().
    Result<> readMore();

    const std::shared_ptr<TextBlock> &block() const { return m_block; }
    size_t beginOffset() const { return m_begin; }
    /// The first `bytes` are dealt with.
    void take(size_t bytes);

    /// Whether it is a file that can be read again.
    bool isRegular() const { return m_file.isRegular(); }
    /// How much of the file has been taken, 0 to 1; nothing where its length isn't known.
    std::optional<double> share() const;

private:
    class Pool;

    Result<> openSource();
    Result<> readBeginning();
    Result<> transcode(const std::string &encoding);
    std::string whyNoText() const;

    FileBytes m_file;
    std::unique_ptr<ByteSource> m_unpacked, m_transcoded; ///< of the file, and of that
    ByteSource *m_source = nullptr;                       ///< what is read: one of these three
    std::string m_encoding;
    bool m_isEncodingGuessed = false;
    Packing m_packing = Packing::None;
    bool m_atEnd = false;
    std::shared_ptr<TextBlock> m_block;
    size_t m_begin = 0, m_end = 0;
    std::shared_ptr<Pool> m_pool;                  // shared with the blocks, which may outlive the reader
    std::atomic<uint64_t> m_taken{0}, m_length{0}; ///< of the text, where the file holds it as it is
};

} // namespace millrace
