// SPDX-License-Identifier: MIT
#include "report/Html.h"

#include "data/text/VisibleText.h"

#include <array>
#include <cstdio>
#include <iterator>

namespace millrace {

std::string htmlText(std::string_view text)
{
    std::string html;
    html.reserve(text.size());
    for (const char c : visibleText(text, LineEnds::Keep))
        switch (c) {
        case '&': html += "&amp;"; break;
        case '<': html += "&lt;"; break;
        case '>': html += "&gt;"; break;
        case '"': html += "&quot;"; break;
        case '\'': html += "&#39;"; break;
        default: html += c;
        }
    return html;
}

std::string countText(uint64_t count)
{
    std::string text = std::to_string(count);
    for (auto at = std::ssize(text) - 3; at > 0; at -= 3)
        text.insert(size_t(at), 1, ',');
    return text;
}

std::string decimalText(double number, int places)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", places, number);
    return text.data();
}

} // namespace millrace
