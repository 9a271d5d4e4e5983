// SPDX-License-Identifier: MIT
#include "steps/write/ResultFile.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/bytes/Encoding.h"
#include "formats/bytes/EncodingFit.h"
#include "formats/bytes/FileBytes.h"
#include "formats/bytes/Transcoder.h"

#include <utility>
#include <vector>

namespace millrace {

namespace {

constexpr std::string_view Utf8Mark = "\xEF\xBB\xBF";
constexpr size_t ReadAtOnce = 256 * 1024; // bytes

bool isUtf8Encoding(const std::string &encoding)
{
    return isUtf8Name(encoding) || isMarkedUtf8(encoding);
}

/// Of a file, unpacked.
class PlainBytes final : public ByteSource
{
public:
    Result<> open(const std::string &path)
    {
        if (auto opened = m_file.open(path); !opened)
            return opened;
        const auto head = m_file.peek(HeadBytes);
        if (!head)
            return head.forward();
        const Packing packing = packingOf(*head);
        m_unpacked = packing == Packing::None ? nullptr : unpacked(m_file, packing);
        return {};
    }
    Result<size_t> read(char *to, size_t most) override
    {
        return m_unpacked ? m_unpacked->read(to, most) : m_file.read(to, most);
    }

private:
    FileBytes m_file;
    std::unique_ptr<ByteSource> m_unpacked;
};

Result<> readAll(ByteSource &source, const ResultFile::TextTaker &take)
{
    std::vector<char> buffer(ReadAtOnce);
    for (;;) {
        const auto count = source.read(buffer.data(), buffer.size());
        if (!count)
            return count.forward();
        if (*count == 0)
            return {};
        if (auto taken = take({buffer.data(), *count}); !taken)
            return taken;
    }
}

} // namespace

Result<> ResultFile::open(const std::string &path, const ResultForm &form)
{
    m_path = path;
    m_form = form;
    m_packer.reset();
    m_encoder.reset();
    m_hasOlderText = false;
    const bool isThere = !AtomicFile::isStream(path) && isRegularFile(path);
    if (form.mode == WriteMode::New && isThere)
        return failure(ErrorKind::Io,
                       "There is a file " + inQuotes(path)
                           + " already, which \"mode\" new leaves alone; choose another path or another mode.");
    if (auto opened = m_file->open(path); !opened)
        return opened;
    m_packing = packingOfName(path);
    if (form.mode == WriteMode::Append && isThere)
        if (auto begun = beginAsCopy(path); !begun)
            return begun;
    m_isPacked = false;
    if (isMarkedUtf8(form.encoding))
        return m_hasOlderText ? Result<>() : appendBytes(Utf8Mark);
    if (isUtf8Encoding(form.encoding))
        return {};
    auto encoder = TextEncoder::make(form.encoding);
    if (!encoder)
        return encoder.forward();
    m_encoder = *std::move(encoder);
    std::string unused; // the mark that it begins with is in the older text
    return m_hasOlderText ? m_encoder->append(unused, " ") : Result<>();
}

bool ResultFile::isPlain(const std::string &path, const ResultForm &form)
{
    return isUtf8Encoding(form.encoding) && packingOfName(path) == Packing::None && form.mode != WriteMode::Append
           && !AtomicFile::isStream(path);
}

Result<> ResultFile::openAgain(const std::string &path, const ResultForm &form, uint64_t inode, uint64_t bytes)
{
    m_path = path;
    m_form = form;
    m_packer.reset();
    m_encoder.reset();
    m_packing = Packing::None;
    m_isPacked = m_hasOlderText = false;
    return m_file->openAgain(path, inode, bytes);
}

/// Packed files may follow each other, so the older one stays as it is packed.
Result<> ResultFile::beginAsCopy(const std::string &path)
{
    FileBytes older;
    if (auto opened = older.open(path); !opened)
        return opened;
    const auto head = older.peek(HeadBytes);
    if (!head)
        return head.forward();
    if (head->empty())
        return {};
    if (packingOf(*head) != m_packing)
        return failure(ErrorKind::Io,
                       "The file " + inQuotes(path)
                           + " isn't packed as its name says, so nothing can be appended; choose another path.");
    if (auto checked = checkEncoding(path); !checked)
        return checked;
    m_hasOlderText = true;
    return readAll(older, [this](std::string_view bytes) { return m_file->append(bytes); });
}

/// Of the text that it would go on with.
Result<> ResultFile::checkEncoding(const std::string &path) const
{
    const auto open = [&]() -> Result<std::unique_ptr<ByteSource>> {
        auto bytes = std::make_unique<PlainBytes>();
        auto opened = bytes->open(path);
        return opened ? Result<std::unique_ptr<ByteSource>>(std::move(bytes)) : opened.forward();
    };
    const auto other = otherEncodingOf(open, m_form.encoding);
    if (!other)
        return other.forward();
    if (other->empty())
        return {};
    const bool isKnown = other->find(' ') == std::string::npos;
    return failure(ErrorKind::Parse, fileName(path) + " isn't in the encoding that it would go on with, "
                                         + m_form.encoding + ", but " + *other + "; set \"encoding\" to "
                                         + (isKnown ? *other : "the file's") + ", or choose another file.");
}

Result<> ResultFile::append(std::string_view text)
{
    if (!m_encoder)
        return appendBytes(text);
    m_bytes.clear();
    if (auto encoded = m_encoder->append(m_bytes, text); !encoded)
        return encoded;
    return appendBytes(m_bytes);
}

/// Each stretch between open(), resume() and suspend() is packed by itself, if there is anything in it.
Result<> ResultFile::appendBytes(std::string_view bytes)
{
    if (m_packing == Packing::None)
        return m_file->append(bytes);
    if (!m_packer)
        m_packer = std::make_unique<Packer>(*m_file, m_packing);
    m_isPacked = true;
    return m_packer->append(bytes);
}

Result<> ResultFile::finishPacking()
{
    if (m_packing != Packing::None && !m_isPacked && !m_hasOlderText) // nothing is packed, too
        if (auto packed = appendBytes({}); !packed)
            return packed;
    if (!m_packer)
        return {};
    auto finished = m_packer->finish();
    m_packer.reset();
    return finished;
}

Result<> ResultFile::settle()
{
    if (auto finished = finishPacking(); !finished)
        return finished;
    return m_file->settle();
}

Result<> ResultFile::commit()
{
    if (auto finished = finishPacking(); !finished)
        return finished;
    return m_file->commit(m_form.mode == WriteMode::New);
}

std::string ResultFile::abandon(bool keep)
{
    if (keep)
        (void)finishPacking(); // where the disk is full, what is there can still be unpacked up to its end
    m_packer.reset();
    return m_file->abandon(keep);
}

Result<> ResultFile::suspend()
{
    if (auto finished = finishPacking(); !finished)
        return finished;
    return m_file->suspend();
}

Result<> ResultFile::readBack(const TextTaker &take)
{
    if (auto settled = settle(); !settled)
        return settled;
    return readText(m_file->temporary(), m_form.encoding, take);
}

Result<> ResultFile::readText(const std::string &path, const std::string &encoding, const TextTaker &take)
{
    PlainBytes file;
    if (auto opened = file.open(path); !opened)
        return opened;
    ByteSource *source = &file;
    std::unique_ptr<Transcoder> text;
    if (!isUtf8Encoding(encoding)) {
        auto transcoder = Transcoder::make(*source, {}, encoding);
        if (!transcoder)
            return transcoder.forward();
        text = *std::move(transcoder);
        source = text.get();
    }
    bool isFirst = true;
    return readAll(*source, [&](std::string_view piece) {
        if (std::exchange(isFirst, false) && piece.starts_with(Utf8Mark))
            piece.remove_prefix(Utf8Mark.size());
        return take(piece);
    });
}

} // namespace millrace
