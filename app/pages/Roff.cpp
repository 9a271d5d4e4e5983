// SPDX-License-Identifier: MIT
#include "pages/Roff.h"

#include <cctype>
#include <cstdio>

namespace millrace {

namespace {

/// The character of UTF-8 text that begins at `at`, which then stands behind it.
char32_t nextCharacter(std::string_view text, size_t &at)
{
    const auto first = static_cast<unsigned char>(text[at++]);
    if (first < 0x80)
        return first;
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    char32_t character = first & (0x3f >> more);
    for (; more > 0 && at < text.size(); --more)
        character = (character << 6) | (static_cast<unsigned char>(text[at++]) & 0x3f);
    return character;
}

/// What troff would take for a control character, or draw as a typographic one.
std::string_view glyphOf(char32_t character)
{
    switch (character) {
    case '\\': return "\\(rs";
    case '\'': return "\\(aq";
    case '"': return "\\(dq";
    case '`': return "\\(ga";
    case '^': return "\\(ha";
    case '~': return "\\(ti";
    default: return {};
    }
}

/// A hyphen that is typed, as in an option; others only join words.
bool isTyped(std::string_view text, size_t at)
{
    const bool isAfterLetter = at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1]));
    return !isAfterLetter || at + 1 == text.size() || !std::isalnum(static_cast<unsigned char>(text[at + 1]));
}

std::string escaped(std::string_view text, bool isLiteral = false)
{
    std::string result;
    for (size_t at = 0; at < text.size();) {
        const size_t start = at;
        const char32_t character = nextCharacter(text, at);
        if (const std::string_view glyph = glyphOf(character); !glyph.empty()) {
            result += glyph;
        } else if (character == '-') {
            result += isLiteral || isTyped(text, start) ? "\\-" : "-";
        } else if (character < 0x80) {
            result += char(character);
        } else {
            char number[16];
            std::snprintf(number, sizeof number, "\\[u%04X]", unsigned(character));
            result += number;
        }
    }
    return result;
}

/// For a line of its own: what begins with a control character is text there, too.
std::string escapedLine(std::string_view text, bool isLiteral = false)
{
    const bool looksLikeMacro = text.starts_with('.') || text.starts_with('\'');
    return (looksLikeMacro ? "\\&" : "") + escaped(text, isLiteral);
}

std::string roffText(std::string_view text)
{
    return '"' + escaped(text, true) + '"';
}

std::string upper(std::string_view text)
{
    std::string result(text);
    for (char &c : result)
        c = char(std::toupper(static_cast<unsigned char>(c)));
    return result;
}

} // namespace

Roff::Roff(std::string_view name, int number, std::string_view date, std::string_view version)
{
    m_text = ".\\\" Made by millrace-pages from the tables that the programs themselves use.\n";
    constexpr std::string_view FileFormats = "File Formats", Commands = "User Commands";
    constexpr int FormatSection = 5;
    line("TH", roffText(upper(name)) + ' ' + std::to_string(number) + " \"" + std::string(date) + "\" "
                   + roffText("Millrace " + std::string(version)) + ' '
                   + roffText(number == FormatSection ? FileFormats : Commands));
}

void Roff::section(std::string_view title)
{
    line("SH", roffText(title));
}

void Roff::subsection(std::string_view title)
{
    line("SS", roffText(title));
}

void Roff::paragraph(std::string_view text)
{
    while (!text.empty()) {
        const size_t end = text.find("\n\n");
        if (!m_isAfterHeading)
            line("PP");
        for (std::string_view rest = text.substr(0, end); !rest.empty();) {
            const size_t lineEnd = rest.find('\n');
            m_text += escapedLine(rest.substr(0, lineEnd)) + '\n';
            rest = lineEnd == std::string_view::npos ? std::string_view() : rest.substr(lineEnd + 1);
        }
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
        m_isAfterHeading = false;
    }
}

void Roff::entry(std::string_view tag, std::string_view text)
{
    line("TP");
    line("B", roffText(tag));
    m_text += escapedLine(text) + '\n';
}

void Roff::subentry(std::string_view tag, std::string_view text)
{
    line("RS");
    entry(tag, text);
    line("RE");
}

void Roff::example(std::string_view lines)
{
    if (!m_isAfterHeading)
        line("PP");
    line("EX");
    while (!lines.empty()) {
        const size_t end = lines.find('\n');
        m_text += escapedLine(lines.substr(0, end), true) + '\n';
        lines = end == std::string_view::npos ? std::string_view() : lines.substr(end + 1);
    }
    line("EE");
}

void Roff::name(std::string_view program, std::string_view summary)
{
    section("NAME");
    m_text += escapedLine(program, true) + " \\- " + escaped(summary) + '\n';
}

void Roff::reference(std::string_view page, int number, bool isLast)
{
    line("BR", roffText(page) + " (" + std::to_string(number) + ')' + (isLast ? "" : ","));
}

void Roff::line(std::string_view macro, std::string_view escaped)
{
    m_isAfterHeading = macro == "SH" || macro == "SS";
    m_text += '.' + std::string(macro) + (escaped.empty() ? "" : " ") + std::string(escaped) + '\n';
}

} // namespace millrace
