// SPDX-License-Identifier: MIT
#include "formats/text/BlockReader.h"

#include "data/text/Quote.h"
#include "formats/bytes/Encoding.h"
#include "formats/bytes/FileKind.h"
#include "formats/bytes/Transcoder.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// Blocks of the usual size that no batch holds any more. Safe on all threads.
class BlockReader::Pool
{
public:
    static std::shared_ptr<TextBlock> take(const std::shared_ptr<Pool> &pool, size_t size)
    {
        std::unique_ptr<TextBlock> block = size == BlockSize ? pool->takeSpare() : nullptr;
        if (!block) {
            block = std::make_unique<TextBlock>();
            block->bytes.resize(size);
        }
        return {block.release(), [pool](TextBlock *used) { pool->give(std::unique_ptr<TextBlock>(used)); }};
    }

private:
    static constexpr size_t MostSpares = 32;

    std::unique_ptr<TextBlock> takeSpare()
    {
        const std::lock_guard lock(m_mutex);
        if (m_spares.empty())
            return nullptr;
        auto block = std::move(m_spares.back());
        m_spares.pop_back();
        return block;
    }
    void give(std::unique_ptr<TextBlock> block)
    {
        const std::lock_guard lock(m_mutex);
        if (block->bytes.size() == BlockSize && m_spares.size() < MostSpares)
            m_spares.push_back(std::move(block));
    }

    std::mutex m_mutex; ///< guards m_spares
    std::vector<std::unique_ptr<TextBlock>> m_spares;
};

BlockReader::~BlockReader()
{
    close();
}

Result<> BlockReader::open(const std::string &path, int stopFd, const std::string &encoding, const StreamHead *head)
{
    close();
    m_unpacked.reset();
    m_transcoded.reset();
    m_taken = 0;
    m_length = 0;
    m_atEnd = false;
    m_begin = m_end = 0;
    m_pool = std::make_shared<Pool>();
    m_block = Pool::take(m_pool, BlockSize);
    if (head)
        m_file.open(*head);
    else if (auto opened = m_file.open(path, stopFd); !opened)
        return opened;
    if (auto opened = openSource(); !opened)
        return opened;
    if (auto read = readBeginning(); !read)
        return read;
    const EncodingGuess guess = guessEncoding({begin(), available()}, m_atEnd);
    const bool isMarked = guess.isSure && !isUtf8Name(guess.encoding);
    // A mark tells which of the UTFs it is, whichever was expected.
    m_encoding = encoding == AutoEncoding || (isMarked && encoding.starts_with("UTF")) ? guess.encoding : encoding;
    m_isEncodingGuessed = encoding == AutoEncoding && !guess.isSure;
    // Before it is transcoded, which any bytes can be. In the wider UTFs, bytes of value 0 are a part of the text.
    if (std::string problem = isUtf8Name(m_encoding) || m_encoding.starts_with("UTF") ? "" : whyNoText();
        !problem.empty())
        return failure(ErrorKind::Parse, "The file " + inQuotes(m_file.path()) + problem);
    if (!isUtf8Name(m_encoding))
        if (auto transcoded = transcode(m_encoding); !transcoded)
            return transcoded;
    if (std::string problem = whyNoText(); !problem.empty())
        return failure(ErrorKind::Parse, "The file " + inQuotes(m_file.path()) + problem);
    if (!m_unpacked && !m_transcoded)
        m_length = m_file.length();
    if (std::string_view(begin(), available()).starts_with("\xEF\xBB\xBF"))
        take(3);
    return {};
}

/// What the file's bytes are behind its packing.
Result<> BlockReader::openSource()
{
    m_source = &m_file;
    m_packing = Packing::None;
    const auto first = m_file.peek(2);
    if (!first)
        return first.forward();
    if (!mayBePacked(*first))
        return {};
    const auto head = m_file.peek(HeadBytes);
    if (!head)
        return head.forward();
    m_packing = packingOf(*head);
    if (m_packing == Packing::None)
        return {};
    m_unpacked = unpacked(m_file, m_packing);
    m_source = m_unpacked.get();
    return {};
}

Result<> BlockReader::readBeginning()
{
    while (available() < 3 && !m_atEnd)
        if (auto read = readMore(); !read)
            return read;
    return {};
}

/// What was read of the file is read again, as UTF-8.
Result<> BlockReader::transcode(const std::string &encoding)
{
    auto transcoder = Transcoder::make(*m_source, {begin(), available()}, encoding);
    if (!transcoder)
        return transcoder.forward();
    m_transcoded = *std::move(transcoder);
    m_source = m_transcoded.get();
    m_begin = m_end = 0;
    m_atEnd = false;
    return readBeginning();
}

/// What the text at hand is instead of one; empty where it may be one. Bytes of value 0 at the end of it are what a crash leaves.
std::string BlockReader::whyNoText() const
{
    const std::string_view text(begin(), available());
    const std::string_view known = binaryKindOf(text);
    if (!known.empty())
        return " is " + std::string(known) + ", which is no text; export it as text first.";
    const size_t null = text.find('\0');
    if (null == std::string_view::npos || (null > 0 && text.find_first_not_of('\0', null) == std::string_view::npos))
        return {};
    return " is no text: it has bytes of value 0. Is it a spreadsheet or a compressed file? Export it as text first.";
}

void BlockReader::close()
{
    m_file.close();
}

bool BlockReader::wouldWait() const
{
    return !m_atEnd && m_file.wouldWait();
}

Result<> BlockReader::readMore()
{
    const size_t kept = available();
    if (m_end == m_block->bytes.size()) {
        size_t size = BlockSize;
        while (size < kept * 2)
            size *= 2;
        auto next = Pool::take(m_pool, size);
        std::memcpy(next->bytes.data(), begin(), kept);
        m_block = std::move(next);
        m_begin = 0;
        m_end = kept;
    }
    // A long record is looked at again from its beginning after each reading on, so its blocks are filled up first.
    const size_t least = kept > BlockSize / 2 ? m_block->bytes.size() : m_end + 1;
    while (m_end < least && !m_atEnd) {
        auto count = m_source->read(m_block->bytes.data() + m_end, m_block->bytes.size() - m_end);
        const bool isBrokenOff = !count && m_file.isCutOff(); // within what packs it
        if (!count && !isBrokenOff)
            return count.forward();
        m_end += count ? *count : 0;
        m_atEnd = isBrokenOff || *count == 0;
    }
    return {};
}

void BlockReader::take(size_t bytes)
{
    m_begin += bytes;
    m_taken.store(m_taken.load(std::memory_order_relaxed) + bytes, std::memory_order_relaxed);
}

std::optional<double> BlockReader::share() const
{
    const uint64_t length = m_length.load(std::memory_order_relaxed);
    if (length == 0) { // what was read of the file is all that is known
        const uint64_t packed = m_file.length();
        return packed == 0 ? std::nullopt : std::optional(std::min(1.0, double(m_file.taken()) / double(packed)));
    }
    return std::min(1.0, double(m_taken.load(std::memory_order_relaxed)) / double(length));
}

} // namespace millrace
