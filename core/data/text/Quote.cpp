// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"

#include "data/text/TextCheck.h"

namespace millrace {

namespace {

constexpr size_t ShownText = 80; // bytes of a value that a message shows

} // namespace

std::string inQuotes(std::string_view text)
{
    if (text.size() <= ShownText)
        return '"' + readableText(text) + '"';
    size_t length = ShownText;
    while (length > ShownText - 4 && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80)
        --length;
    return '"' + readableText(text.substr(0, length)) + "…\"";
}

std::string readableText(std::string_view text)
{
    if (isUtf8(text))
        return std::string(text);
    std::string readable;
    while (!text.empty()) {
        const size_t length = utf8SequenceLength(text);
        if (length == 0)
            readable += "\xEF\xBF\xBD";
        else
            readable += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return readable;
}

} // namespace millrace
