// SPDX-License-Identifier: MIT
#include "report/Html.h"

#include "data/text/VisibleText.h"

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

} // namespace millrace
