// SPDX-License-Identifier: MIT
#include "formats/bytes/Transcoder.h"

#include "data/text/Quote.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

namespace millrace {

namespace {

constexpr size_t InBytes = 64 * 1024;   // read at a time
constexpr size_t OutBytes = 256 * 1024; // enough for them in any encoding
constexpr char NoCharacter = '\xff';    // never part of UTF-8

/// Whether iconv_open() gave one.
bool isConverter(iconv_t converter)
{
    return reinterpret_cast<intptr_t>(converter) != -1;
}

/// Bytes of the shortest character, by which a place with none is stepped over.
size_t unitOf(const std::string &encoding)
{
    if (encoding.find("16") != std::string::npos && (encoding.starts_with("UTF") || encoding.starts_with("utf")))
        return 2;
    return encoding.find("32") != std::string::npos && (encoding.starts_with("UTF") || encoding.starts_with("utf")) ? 4
                                                                                                                    : 1;
}

} // namespace

std::string encodingProblem(const std::string &encoding)
{
    iconv_t converter = ::iconv_open("UTF-8", encoding.c_str());
    if (!isConverter(converter))
        return "There is no encoding " + inQuotes(encoding)
               + R"(; use "auto", "UTF-8", "windows-1252", "ISO-8859-15", "UTF-16" or another one that iconv knows.)";
    ::iconv_close(converter);
    return {};
}

Result<std::unique_ptr<Transcoder>> Transcoder::make(ByteSource &from, std::string begin, const std::string &encoding)
{
    iconv_t converter = ::iconv_open("UTF-8", encoding.c_str());
    if (!isConverter(converter))
        return failure(ErrorKind::Param, encodingProblem(encoding));
    return std::unique_ptr<Transcoder>(new Transcoder(from, std::move(begin), converter, unitOf(encoding)));
}

Transcoder::Transcoder(ByteSource &from, std::string begin, iconv_t converter, size_t unit)
    : m_from(from), m_converter(converter), m_unit(unit), m_in(std::move(begin)), m_out(OutBytes)
{}

Transcoder::~Transcoder()
{
    ::iconv_close(m_converter);
}

/// Reads on behind what is left of a character.
Result<> Transcoder::fill()
{
    m_in.erase(0, m_inTaken);
    m_inTaken = 0;
    const size_t kept = m_in.size();
    m_in.resize(kept + InBytes);
    const auto count = m_from.read(m_in.data() + kept, InBytes);
    m_in.resize(kept + (count ? *count : 0));
    if (!count)
        return count.forward();
    m_atEnd = *count == 0;
    return {};
}

/// A place that is no character.
void Transcoder::passOn(size_t bytes)
{
    m_out[m_outEnd++] = NoCharacter;
    m_inTaken += std::min(bytes, m_in.size() - m_inTaken);
}

void Transcoder::convert()
{
    char *in = m_in.data() + m_inTaken, *out = m_out.data();
    size_t inLeft = m_in.size() - m_inTaken, room = m_out.size() - 1;
    const size_t converted = ::iconv(m_converter, &in, &inLeft, &out, &room);
    const int reason = converted == size_t(-1) ? errno : 0;
    m_outBegin = 0;
    m_outEnd = size_t(out - m_out.data());
    m_inTaken = m_in.size() - inLeft;
    if (reason == EILSEQ || (reason == EINVAL && m_atEnd))
        passOn(m_unit);
}

Result<size_t> Transcoder::read(char *to, size_t most)
{
    while (m_outBegin == m_outEnd) {
        const size_t left = m_in.size() - m_inTaken;
        if (left == 0 && m_atEnd)
            return size_t(0);
        const size_t before = m_inTaken;
        if (left > 0)
            convert();
        if ((left == 0 || m_inTaken == before) && !m_atEnd && m_outBegin == m_outEnd)
            if (auto filled = fill(); !filled)
                return filled.forward();
    }
    const size_t count = std::min(most, m_outEnd - m_outBegin);
    std::memcpy(to, m_out.data() + m_outBegin, count);
    m_outBegin += count;
    return count;
}

} // namespace millrace
