// SPDX-License-Identifier: MIT
#include "millrace/Console.h"

#include "data/text/VisibleText.h"

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
constexpr size_t WidestText = 100;

bool startsCharacter(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

std::string decimals(double number, int digits)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, number);
    return text;
}

std::string twoDigits(long long number)
{
    return (number < 10 ? "0" : "") + std::to_string(number);
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

size_t textWidth(std::string_view text)
{
    return size_t(std::ranges::count_if(text, startsCharacter));
}

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
    return visibleText(text, LineEnds::Blank);
}

void say(std::FILE *target, std::string_view lines)
{
    const std::string text = visibleText(lines, LineEnds::Keep);
    std::fwrite(text.data(), 1, text.size(), target);
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

std::string wrappedParagraphs(std::string_view text, size_t width)
{
    constexpr std::string_view Between = "\n\n";
    const size_t end = text.find(Between);
    std::string lines = wrapped(text.substr(0, end), width, 0);
    if (end != std::string_view::npos)
        lines += std::string(Between) + wrappedParagraphs(text.substr(end + Between.size()), width);
    return lines;
}

size_t textColumns()
{
    return std::min(WidestText, size_t(std::max(40, terminalWidth(STDOUT_FILENO))));
}

std::string formatEntry(std::string_view name, size_t nameWidth, std::string_view text, size_t width)
{
    const size_t indent = nameWidth + 4;
    std::string line = "  " + std::string(name);
    const size_t used = 2 + textWidth(name);
    line.append(used < indent ? indent - used : 2, ' ');
    return line + wrapped(text, width, indent) + '\n';
}

std::string formatCount(double count)
{
    constexpr double MostExact = 99999.5;
    if (count < MostExact)
        return decimals(count, 0);
    double scaled = count / 1000;
    std::string_view units = "kMGTPE";
    for (; scaled >= 999.5 && units.size() > 1; units.remove_prefix(1))
        scaled /= 1000;
    return decimals(scaled, scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0) + units.front();
}

std::string formatDuration(double seconds)
{
    if (seconds < 0.5e-6)
        return "<1 us";
    if (seconds < 0.9995e-3)
        return decimals(seconds * 1e6, 0) + " us";
    if (seconds < 0.9995)
        return decimals(seconds * 1e3, seconds < 0.00995 ? 1 : 0) + " ms";
    if (seconds < 99.5)
        return decimals(seconds, 1) + " s";
    const auto whole = std::llround(seconds);
    if (whole < 3600)
        return std::to_string(whole / 60) + " min " + twoDigits(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + twoDigits(whole / 60 % 60) + " min";
}

std::string formatPercent(double share)
{
    return decimals(share * 100, 0) + " %";
}

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
