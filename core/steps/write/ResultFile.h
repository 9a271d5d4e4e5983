// SPDX-License-Identifier: MIT
#pragma once

#include "data/files/AtomicFile.h"
#include "formats/bytes/ByteSource.h"
#include "formats/bytes/Packer.h"
#include "formats/bytes/TextEncoder.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace millrace {

/// What becomes of a file that is there already: it is replaced, goes on behind its end, or is in the way.
enum class WriteMode : uint8_t { Replace, Append, New };

/// How a sink writes its files.
struct ResultForm
{
    std::string encoding = "UTF-8";
    WriteMode mode = WriteMode::Replace;
};

/// A file of text that a sink writes: encoded, packed as its name says, and complete when it appears under its name. With
/// WriteMode::Append it begins as a copy of the file that is there, so that that one stays whole until then. One thread at a time.
class ResultFile
{
public:
    using TextTaker = std::function<Result<>(std::string_view)>;

    Result<> open(const std::string &path, const ResultForm &form);
    /// Goes on with what an earlier run has left; see AtomicFile. Only where isPlain().
    Result<> openAgain(const std::string &path, const ResultForm &form, uint64_t inode, uint64_t bytes);
    /// Whether what is appended is what is in the file: UTF-8, not packed, and nothing older in front.
    static bool isPlain(const std::string &path, const ResultForm &form);
    /// Bytes in the file so far.
    uint64_t size() const { return m_file->size(); }
    /// Where it grows.
    const std::string &temporary() const { return m_file->temporary(); }
    uint64_t number() const { return m_file->number(); }
    /// Whole characters of UTF-8.
    Result<> append(std::string_view text);
    /// Writes out what is buffered: for targets that somebody reads along.
    Result<> flush() { return m_file->flush(); }
    /// Everything is written and on the disk, but not under its name. Nothing may be appended any more.
    Result<> settle();
    /// settle(), then the file has its name.
    Result<> commit();
    /// See AtomicFile.
    std::string abandon(bool keep);
    Result<> suspend();
    Result<> resume() { return m_file->resume(); }
    bool isSuspended() const { return m_file->isSuspended(); }
    /// Whether it can be written anew while it grows: not where somebody reads along.
    bool isRewritable() const { return m_file && !m_file->temporary().empty(); }
    /// Whether there is text of an older file in front, by WriteMode::Append.
    bool hasOlderText() const { return m_hasOlderText; }

    /// Gives the text of the older file in front, as UTF-8, until a piece isn't taken.
    Result<> readOlder(const TextTaker &take) const { return readText(m_path, m_form.encoding, take); }
    /// Gives all text that was appended, and what was in front of it, as UTF-8, until a piece isn't taken. Settles the file.
    Result<> readBack(const TextTaker &take);

private:
    Result<> beginAsCopy(const std::string &path);
    Result<> checkEncoding(const std::string &path) const;
    static Result<> readText(const std::string &path, const std::string &encoding, const TextTaker &take);
    Result<> appendBytes(std::string_view bytes);
    Result<> finishPacking();

    std::string m_path;
    ResultForm m_form;
    std::unique_ptr<AtomicFile> m_file =
        std::make_unique<AtomicFile>();     ///< never null; in a place that its packer may keep
    std::unique_ptr<TextEncoder> m_encoder; ///< null: UTF-8
    std::unique_ptr<Packer> m_packer;       ///< null: nothing is packed at the moment
    Packing m_packing = Packing::None;
    bool m_isPacked = false; ///< anything
    std::string m_bytes;     ///< room for encoded text
    bool m_hasOlderText = false;
};

} // namespace millrace
