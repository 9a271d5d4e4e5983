// SPDX-License-Identifier: MIT
#include "formats/bytes/Encoding.h"

#include "data/text/TextCheck.h"

#include <uchardet/uchardet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <optional>

namespace millrace {

namespace {

constexpr const char *Windows = "windows-1252";
constexpr size_t EnoughToTell = 40; // characters beyond ASCII
constexpr size_t LongestSequence = 4;
constexpr double MostlyNulls = 0.7; // of the bytes at odd or even places, in UTF-16 of Latin letters

struct Mark
{
    std::string_view bytes;
    const char *encoding;
};

constexpr std::array<Mark, 5> Marks{{
    {"\xEF\xBB\xBF", Utf8},
    {{"\xFF\xFE\0\0", 4}, "UTF-32LE"},
    {{"\0\0\xFE\xFF", 4}, "UTF-32BE"},
    {"\xFF\xFE", "UTF-16LE"},
    {"\xFE\xFF", "UTF-16BE"},
}};

/// Which places have the bytes of value 0.
std::optional<std::string> encodingByNulls(std::string_view text)
{
    size_t nulls[2] = {0, 0};
    for (size_t at = 0; at < text.size(); ++at)
        nulls[at % 2] += text[at] == '\0' ? 1 : 0;
    const double places = double(text.size()) / 2;
    if (text.size() < 4 || double(nulls[0] + nulls[1]) < places * MostlyNulls)
        return {};
    if (double(nulls[1]) >= places * MostlyNulls && nulls[0] <= nulls[1] / 10)
        return "UTF-16LE";
    if (double(nulls[0]) >= places * MostlyNulls && nulls[1] <= nulls[0] / 10)
        return "UTF-16BE";
    return {};
}

struct Beyond
{
    size_t sequences = 0, faults = 0; ///< of UTF-8, and bytes that are none
};

Beyond beyondAscii(std::string_view text)
{
    Beyond beyond;
    while (!text.empty()) {
        const size_t length = utf8SequenceLength(text);
        beyond.sequences += length > 1 ? 1 : 0;
        beyond.faults += length == 0 ? 1 : 0;
        text.remove_prefix(std::max<size_t>(length, 1));
    }
    return beyond;
}

/// Lines with characters beyond ASCII, as many as tell enough: libuchardet takes its time.
std::string tellingLines(std::string_view text)
{
    constexpr size_t Enough = 16 * 1024; // bytes
    std::string lines;
    while (!text.empty() && lines.size() < Enough) {
        const auto found = std::ranges::find_if(text, [](char c) { return (c & 0x80) != 0; });
        if (found == text.end())
            break;
        const auto at = size_t(found - text.begin());
        const size_t before = text.find_last_of("\r\n", at);
        text.remove_prefix(before == std::string_view::npos ? at - std::min(at, Enough) : before + 1);
        const size_t length = std::min(text.find_first_of("\r\n"), text.size());
        (lines += text.substr(0, std::min(length, Enough))) += '\n';
        text.remove_prefix(length);
    }
    return lines;
}

/// What libuchardet says. West European encodings of one byte are all read as windows-1252, of which they are nearly parts: what
/// tells them apart are a few signs.
std::optional<std::string> detected(std::string_view whole)
{
    const std::string text = tellingLines(whole);
    const std::unique_ptr<std::remove_pointer_t<uchardet_t>, decltype(&uchardet_delete)> detector(uchardet_new(),
                                                                                                  uchardet_delete);
    if (!detector || uchardet_handle_data(detector.get(), text.data(), text.size()) != 0)
        return {};
    uchardet_data_end(detector.get());
    std::string found = uchardet_get_charset(detector.get());
    const bool isWestern = found == "ISO-8859-1" || found == "ISO-8859-15" || found == "WINDOWS-1252";
    if (found.empty() || found == "ASCII" || isUtf8Name(found) || isWestern)
        return {};
    return found;
}

} // namespace

bool isUtf8Name(std::string_view encoding)
{
    std::string name;
    for (const char c : encoding)
        if (c != '-' && c != '_')
            name += char(std::tolower(static_cast<unsigned char>(c)));
    return name == "utf8";
}

EncodingGuess guessEncoding(std::string_view text, bool isWhole)
{
    for (const Mark &mark : Marks)
        if (text.starts_with(mark.bytes))
            return {mark.encoding, true};
    if (!isWhole) // it may end within a character
        for (size_t cut = 0; cut < LongestSequence && !text.empty() && (text.back() & 0x80) != 0; ++cut)
            text.remove_suffix(1);
    if (const size_t null = text.find('\0'); null != std::string_view::npos) {
        if (auto encoding = encodingByNulls(text))
            return {*std::move(encoding), true};
        if (text.find_first_not_of('\0', null) != std::string_view::npos)
            return {}; // no text, which nobody needs to have guessed
    }
    if (isUtf8(text))
        return {};
    const Beyond beyond = beyondAscii(text);
    if (beyond.sequences >= beyond.faults)
        return {};
    if (beyond.faults >= EnoughToTell)
        if (auto encoding = detected(text))
            return {*std::move(encoding), false};
    return {Windows, false};
}

} // namespace millrace
