// SPDX-License-Identifier: MIT
#include "report/TextRoom.h"

#include "data/text/TextCheck.h"
#include "data/text/VisibleText.h"

#include <algorithm>
#include <cstdint>

namespace millrace {

namespace {

/// Of the size of the font, of the character that begins with these bytes.
double guessedShare(std::string_view character)
{
    const char first = character.front();
    if (character.size() == 1) {
        if (std::string_view("il.,:;'|!()[]{}jtfrI-`\" ").find(first) != std::string_view::npos)
            return 0.36;
        if (std::string_view("mwMW@%").find(first) != std::string_view::npos)
            return 0.92;
        return first >= 'A' && first <= 'Z' ? 0.7 : 0.58;
    }
    return character.size() == 2 ? 0.65 : 1.05; // of three bytes and more, many are as wide as they are high
}

size_t characterAt(std::string_view text, size_t at)
{
    return std::max<size_t>(1, utf8SequenceLength(text.substr(at)));
}

} // namespace

double guessedWidth(std::string_view text, double fontSize)
{
    double width = 0;
    for (size_t at = 0; at < text.size();) {
        const size_t size = characterAt(text, at);
        width += guessedShare(text.substr(at, size)) * fontSize;
        at += size;
    }
    return width;
}

std::string elidedText(std::string_view whole, double fontSize, double width)
{
    const std::string text = visibleText(whole, LineEnds::Blank);
    if (guessedWidth(text, fontSize) <= width)
        return text;
    double left = width - fontSize; // for the dots
    size_t end = 0;
    while (end < text.size()) {
        const size_t size = characterAt(text, end);
        left -= guessedShare(std::string_view(text).substr(end, size)) * fontSize;
        if (left < 0)
            break;
        end += size;
    }
    while (end > 0 && text[end - 1] == ' ')
        --end;
    return text.substr(0, end) + "…";
}

std::vector<std::string> wrappedLines(std::string_view whole, double fontSize, double width)
{
    const std::string visible = visibleText(whole, LineEnds::Keep);
    const std::string_view text = visible;
    std::vector<std::string> lines(1);
    for (size_t at = 0; at <= text.size();) {
        const size_t end = std::min(text.find_first_of(" \n", at), text.size());
        const std::string_view word = text.substr(at, end - at);
        std::string &line = lines.back();
        const std::string longer = line.empty() ? std::string(word) : line + ' ' + std::string(word);
        if (line.empty() || guessedWidth(longer, fontSize) <= width)
            line = longer;
        else
            lines.emplace_back(word);
        if (end < text.size() && text[end] == '\n')
            lines.emplace_back();
        at = end + 1;
    }
    return lines;
}

} // namespace millrace
