// SPDX-License-Identifier: MIT
#include "data/text/VisibleText.h"

#include "data/text/TextCheck.h"

#include <algorithm>
#include <array>
#include <span>

namespace millrace {

namespace {

struct Range
{
    char32_t first, last;
};

/// Unicode's controls and format characters that are obeyed instead of shown.
constexpr std::array<Range, 13> Unseen{{
    {0x00, 0x1f},
    {0x7f, 0x9f},
    {0xad, 0xad},
    {0x61c, 0x61c},
    {0x115f, 0x1160},
    {0x180e, 0x180e},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0x3164, 0x3164},
    {0xfe00, 0xfe0e}, // U+FE0F only asks for a picture
    {0xfeff, 0xfeff},
    {0xe0000, 0xe0fff},
}};

/// What looks like something else.
constexpr std::array<Range, 7> Deceptive{{
    {0xa0, 0xa0},
    {0x300, 0x36f},
    {0x1680, 0x1680},
    {0x2000, 0x200a},
    {0x202f, 0x202f},
    {0x205f, 0x205f},
    {0x3000, 0x3000},
}};

bool isIn(std::span<const Range> ranges, char32_t c)
{
    return std::ranges::any_of(ranges, [c](const Range &range) { return range.first <= c && c <= range.last; });
}

char32_t decoded(std::string_view sequence)
{
    const auto byte = [&](size_t at) { return char32_t(static_cast<unsigned char>(sequence[at])); };
    switch (sequence.size()) {
    case 1: return byte(0);
    case 2: return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
    case 3: return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    default: return (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
    }
}

std::string hexadecimal(char32_t number, int digits)
{
    std::string text;
    for (int at = digits - 1; at >= 0; --at)
        text += "0123456789abcdef"[number >> (4 * at) & 0xf];
    return text;
}

/// As JSON writes it: beyond 16 bits by two.
std::string escaped(char32_t c)
{
    if (c < 0x10000)
        return "\\u" + hexadecimal(c, 4);
    c -= 0x10000;
    return "\\u" + hexadecimal(0xd800 + (c >> 10), 4) + "\\u" + hexadecimal(0xdc00 + (c & 0x3ff), 4);
}

std::string lineEnd(char c, LineEnds lineEnds)
{
    if (lineEnds == LineEnds::Blank)
        return " ";
    if (lineEnds == LineEnds::Keep && c != '\r')
        return std::string(1, c);
    return c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r";
}

std::string shown(std::string_view text, LineEnds lineEnds, bool alsoDeceptive)
{
    std::string visible;
    visible.reserve(text.size());
    while (!text.empty()) {
        const size_t length = utf8SequenceLength(text);
        if (length == 0) {
            visible += "\\x" + hexadecimal(static_cast<unsigned char>(text.front()), 2);
            text.remove_prefix(1);
            continue;
        }
        const std::string_view sequence = text.substr(0, length);
        text.remove_prefix(length);
        const char32_t c = decoded(sequence);
        if (c == '\n' || c == '\t' || c == '\r')
            visible += lineEnd(char(c), lineEnds);
        else if (isIn(Unseen, c) || (alsoDeceptive && isIn(Deceptive, c)))
            visible += escaped(c);
        else
            visible += sequence;
    }
    return visible;
}

} // namespace

std::string visibleText(std::string_view text, LineEnds lineEnds)
{
    return shown(text, lineEnds, false);
}

std::string codedText(std::string_view text)
{
    return shown(text, LineEnds::Keep, true);
}

} // namespace millrace
