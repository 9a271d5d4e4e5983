// SPDX-License-Identifier: MIT
#include "formats/xml/XmlFile.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/bytes/Encoding.h"
#include "formats/bytes/Transcoder.h"
#include "formats/bytes/Unpacker.h"

#include <algorithm>
#include <cstring>

namespace millrace {

namespace {

constexpr size_t XmlBeginning = 4096; ///< bytes in which the encoding is named

} // namespace

/// What was read before, then what is left.
class XmlFile::Beginning final : public ByteSource
{
public:
    Beginning(std::string bytes, ByteSource &from) : m_bytes(std::move(bytes)), m_from(from) {}
    Result<size_t> read(char *to, size_t most) override
    {
        if (m_at == m_bytes.size())
            return m_from.read(to, most);
        const size_t count = std::min(most, m_bytes.size() - m_at);
        std::memcpy(to, m_bytes.data() + m_at, count);
        m_at += count;
        return count;
    }

private:
    std::string m_bytes;
    size_t m_at = 0;
    ByteSource &m_from;
};

Result<std::unique_ptr<XmlFile>> XmlFile::open(const std::string &path,
                                               const std::string &encoding,
                                               std::vector<std::string> parts,
                                               int stopFd)
{
    std::unique_ptr<XmlFile> file(new XmlFile);
    if (auto opened = file->m_file.open(path, stopFd); !opened)
        return opened.forward();
    if (auto started = file->start(encoding, std::move(parts)); !started)
        return started.forward();
    return file;
}

Result<> XmlFile::start(const std::string &encoding, std::vector<std::string> parts)
{
    const auto head = m_file.peek(HeadBytes);
    if (!head)
        return head.forward();
    if (const Packing packing = packingOf(*head); packing != Packing::None)
        m_unpacked = unpacked(m_file, packing);
    ByteSource &bytes = m_unpacked ? *m_unpacked : m_file;
    std::string beginning(XmlBeginning, '\0');
    size_t length = 0;
    for (;;) {
        const auto count = bytes.read(beginning.data() + length, beginning.size() - length);
        if (!count)
            return count.forward();
        length += *count;
        if (*count == 0 || length == beginning.size())
            break;
    }
    beginning.resize(length);
    const std::string own = encoding == AutoEncoding ? xmlEncodingOf(beginning) : encoding;
    if (own.empty() || isUtf8Name(own)) {
        if (beginning.starts_with("\xEF\xBB\xBF"))
            beginning.erase(0, 3);
        m_text = std::make_unique<Beginning>(std::move(beginning), bytes);
    } else {
        auto transcoder = Transcoder::make(bytes, std::move(beginning), own);
        if (!transcoder)
            return transcoder.forward();
        m_text = *std::move(transcoder);
    }
    m_records = std::make_unique<XmlRecords>(*m_text, std::move(parts));
    return {};
}

Result<std::optional<XmlRecord>> XmlFile::next()
{
    auto record = m_records->next();
    if (!record && record.error().kind == ErrorKind::Parse)
        return failure(ErrorKind::Parse, inQuotes(fileName(m_file.path())) + ", " + record.error().message);
    return record;
}

} // namespace millrace
