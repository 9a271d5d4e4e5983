// SPDX-License-Identifier: MIT
#include "Console.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace millrace {

namespace {

constexpr int UsualWidth = 80;
constexpr size_t LeastFirstColumn = 8;

bool startsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

template <class... Arguments>
std::string formatted(const char *format, Arguments... arguments)
{
    char text[64];
    std::snprintf(text, sizeof text, format, arguments...);
    return text;
}

} // namespace

int terminalWidth(int descriptor)
{
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return UsualWidth;
}

bool isTerminal(int descriptor)
{
    const char *name = std::getenv("TERM");
    return isatty(descriptor) == 1 && name && std::string_view(name) != "dumb";
}

size_t textWidth(std::string_view text) { return size_t(std::ranges::count_if(text, startsCharacter)); }

std::string elided(std::string_view text, size_t width)
{
    if (textWidth(text) <= width)
        return std::string(text);
    size_t end = 0;
    for (size_t seen = 0; end < text.size(); ++end) {
        if (startsCharacter(text[end]) && ++seen == std::max(width, size_t(1)))
            break;
    }
    return std::string(text.substr(0, end)) + "…";
}

std::string printable(std::string_view text)
{
    std::string clean(text);
    std::ranges::replace_if(clean, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
    return clean;
}

std::string wrapped(std::string_view text, size_t width, size_t indent)
{
    std::string lines;
    size_t column = indent;
    while (!text.empty()) {
        const size_t space = text.find(' ');
        const std::string_view word = text.substr(0, space);
        text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
        const size_t wordWidth = textWidth(word);
        if (column > indent && column + 1 + wordWidth > width) {
            lines += '\n';
            lines.append(indent, ' ');
            column = indent;
        } else if (column > indent) {
            lines += ' ';
            ++column;
        }
        lines += word;
        column += wordWidth;
    }
    return lines;
}

std::string formatCount(double count)
{
    constexpr double MostExact = 99999.5;
    if (count < MostExact)
        return formatted("%.0f", count);
    double scaled = count;
    for (const char *unit : {"k", "M", "G", "T", "P", "E"}) {
        scaled /= 1000;
        if (scaled < 999.5)
            return formatted(scaled < 9.995 ? "%.2f%s" : scaled < 99.95 ? "%.1f%s" : "%.0f%s", scaled, unit);
    }
    return formatted("%.0e", count);
}

std::string formatDuration(double seconds)
{
    if (seconds < 0.9995e-3)
        return formatted("%.0f us", seconds * 1e6);
    if (seconds < 0.9995)
        return formatted(seconds < 0.00995 ? "%.1f ms" : "%.0f ms", seconds * 1e3);
    if (seconds < 99.5)
        return formatted("%.1f s", seconds);
    const auto whole = std::llround(seconds);
    if (whole < 3600)
        return formatted("%lld min %02lld s", whole / 60, whole % 60);
    return formatted("%lld h %02lld min", whole / 3600, whole / 60 % 60);
}

std::string formatPercent(double share) { return formatted("%ld %%", std::lround(share * 100)); }

std::string formatTable(const std::vector<std::vector<std::string>> &rows, size_t width)
{
    std::vector<size_t> widths;
    for (const auto &row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], textWidth(row[i]));
    }
    if (widths.empty())
        return {};
    size_t total = widths.size() * 2 - 2;
    for (const size_t columnWidth : widths)
        total += columnWidth;
    const size_t tooMuch = total > width ? total - width : 0;
    widths[0] = std::max(widths[0] - std::min(widths[0], tooMuch), std::min(widths[0], LeastFirstColumn));

    std::string text;
    for (const auto &row : rows) {
        std::string line;
        for (size_t i = 0; i < row.size(); ++i) {
            const std::string cell = i == 0 ? elided(row[i], widths[i]) : row[i];
            const std::string padding(widths[i] - std::min(widths[i], textWidth(cell)), ' ');
            line += i == 0 ? cell + padding : "  " + padding + cell;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

} // namespace millrace
