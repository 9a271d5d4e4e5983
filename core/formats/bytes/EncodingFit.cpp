// SPDX-License-Identifier: MIT
#include "formats/bytes/EncodingFit.h"

#include "data/text/TextCheck.h"
#include "formats/bytes/Encoding.h"
#include "formats/bytes/TextEncoder.h"
#include "formats/bytes/Transcoder.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace millrace {

namespace {

constexpr size_t PieceBytes = 256 * 1024;   // bytes
constexpr size_t BytesForGuess = 64 * 1024; // that tell whether it is UTF-16
constexpr size_t MostOfCharacter = 4;
constexpr const char *Ascii = "ASCII";

Result<> forEachPiece(ByteSource &source, const std::function<void(std::string_view)> &take)
{
    std::vector<char> buffer(PieceBytes);
    for (;;) {
        const auto count = source.read(buffer.data(), buffer.size());
        if (!count)
            return count.forward();
        if (*count == 0)
            return {};
        take({buffer.data(), *count});
    }
}

/// What comes piece by piece, which may end within a character.
class Utf8Pieces
{
public:
    void add(std::string_view piece)
    {
        m_isAscii = m_isAscii && std::ranges::all_of(piece, [](char c) { return c > 0; });
        if (!m_isUtf8)
            return;
        m_text += piece;
        size_t whole = m_text.size();
        for (size_t back = 1; back < MostOfCharacter && back <= m_text.size(); ++back) {
            const auto c = static_cast<unsigned char>(m_text[m_text.size() - back]);
            const size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
            if (length > back)
                whole = m_text.size() - back;
            if (c < 0x80 || c >= 0xc0)
                break;
        }
        m_isUtf8 = isUtf8(std::string_view(m_text).substr(0, whole));
        m_text.erase(0, whole);
    }
    bool isUtf8Text() const { return m_isUtf8 && m_text.empty(); }
    /// Without bytes of value 0.
    bool isAscii() const { return m_isAscii; }

private:
    std::string m_text; ///< what isn't looked at yet
    bool m_isUtf8 = true, m_isAscii = true;
};

/// Which way an encoding writes ASCII: "ASCII" as it is, or as one of the wider UTFs; empty: otherwise.
std::string widthOf(const std::string &encoding)
{
    auto encoder = TextEncoder::make(encoding);
    std::string bytes, first;
    if (!encoder || !(*encoder)->append(first, "a") || !(*encoder)->append(bytes, "a")) // a mark comes before the first
        return {};
    using namespace std::string_view_literals;
    return bytes == "a"           ? Ascii
           : bytes == "a\0"sv     ? "UTF-16LE"
           : bytes == "\0a"sv     ? "UTF-16BE"
           : bytes == "a\0\0\0"sv ? "UTF-32LE"
           : bytes == "\0\0\0a"sv ? "UTF-32BE"
                                  : "";
}

} // namespace

Result<std::string> otherEncodingOf(const std::function<Result<std::unique_ptr<ByteSource>>()> &open,
                                    const std::string &encoding)
{
    const bool isUtf8Wanted = isUtf8Name(encoding) || isMarkedUtf8(encoding);
    const std::string width = isUtf8Wanted ? Ascii : widthOf(encoding);
    auto bytes = open();
    if (!bytes)
        return bytes.forward();
    Utf8Pieces text;
    std::string head;
    if (auto read = forEachPiece(**bytes,
                                 [&](std::string_view piece) {
                                     text.add(piece);
                                     head += piece.substr(0, BytesForGuess - std::min(head.size(), BytesForGuess));
                                 });
        !read)
        return read.forward();
    if (const EncodingGuess guess = guessEncoding(head, false);
        guess.isSure && guess.encoding.starts_with("UTF-") && !isUtf8Name(guess.encoding))
        return guess.encoding == width ? std::string() : guess.encoding;
    if (text.isAscii())
        return width == Ascii ? std::string() : std::string(Ascii);
    if (text.isUtf8Text() || isUtf8Wanted)
        return isUtf8Wanted && text.isUtf8Text() ? std::string()
               : text.isUtf8Text()               ? std::string(Utf8)
                                                 : std::string("text of another encoding");
    bytes = open();
    if (!bytes)
        return bytes.forward();
    auto decoded = Transcoder::make(**bytes, {}, encoding);
    if (!decoded)
        return decoded.forward();
    Utf8Pieces characters;
    if (auto read = forEachPiece(**decoded, [&](std::string_view piece) { characters.add(piece); }); !read)
        return read.forward();
    return characters.isUtf8Text() ? std::string() : std::string("text of another encoding");
}

} // namespace millrace
