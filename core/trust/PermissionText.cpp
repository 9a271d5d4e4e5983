// SPDX-License-Identifier: MIT
#include "trust/PermissionText.h"

#include "data/text/VisibleText.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr size_t LongestCommand = 60; ///< bytes, where a command is only named
constexpr size_t LongestGap = 40; ///< spaces in a row that are shown as such: more could push a command out of sight
constexpr size_t MostEmptyLines = 2;

std::string withoutGaps(const std::string &text)
{
    std::string closed;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find_first_not_of(' ', at), text.size());
        if (end - at > LongestGap)
            closed += " [" + std::to_string(end - at) + " spaces] ";
        else
            closed.append(end - at, ' ');
        const size_t next = std::min(text.find(' ', end), text.size());
        closed.append(text, end, next - end);
        at = next;
    }
    return closed;
}

std::string shortened(const std::string &text)
{
    if (text.size() <= LongestCommand)
        return text;
    size_t length = LongestCommand;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80)
        --length;
    return text.substr(0, length) + "…";
}

} // namespace

std::string shownLine(std::string_view text)
{
    return withoutGaps(visibleText(text, LineEnds::Escape));
}

std::string shownCode(std::string_view code)
{
    std::string lines;
    size_t empty = 0;
    while (!code.empty()) {
        const size_t end = std::min(code.find('\n'), code.size());
        const std::string_view line = code.substr(0, end);
        code.remove_prefix(std::min(end + 1, code.size()));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
            ++empty;
            continue;
        }
        if (!lines.empty())
            lines += '\n';
        if (empty > MostEmptyLines)
            lines += '[' + std::to_string(empty) + " empty lines]\n";
        else
            lines.append(empty, '\n');
        empty = 0;
        lines += withoutGaps(visibleText(line, LineEnds::Keep));
    }
    return lines;
}

std::string shownList(const std::vector<std::string> &texts, size_t most)
{
    std::string list;
    for (size_t i = 0; i < std::min(most, texts.size()); ++i)
        list += (i == 0 ? "" : ", ") + shownLine(texts[i]);
    return texts.size() > most ? list + " and " + std::to_string(texts.size() - most) + " more" : list;
}

std::string named(const Permission &permission)
{
    const std::string text = shownLine(permission.text), reason = " (" + shownLine(permission.reason) + ')';
    switch (permission.kind) {
    case Permission::Kind::Execute:
        return "execute " + permission.step
               + (permission.isProgram ? " (" + shortened(text) + ')' : std::string(" (a script)"));
    case Permission::Kind::Connect: return "send requests to " + shortened(text) + " (" + permission.step + ')';
    case Permission::Kind::Write: return "write " + text + reason;
    case Permission::Kind::Read: return "read " + text + reason;
    }
    return {};
}

} // namespace millrace
