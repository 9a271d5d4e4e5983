// SPDX-License-Identifier: MIT
#include "data/json/JsonFault.h"

#include "data/text/TextCheck.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

namespace millrace {

namespace {

/// Walks along a JSON text without a stack of calls, up to the first character that can't stand where it stands.
class FaultFinder
{
public:
    FaultFinder(std::string_view text, size_t deepest) : m_text(text), m_deepest(deepest) {}

    std::optional<JsonFault> find()
    {
        skipSpace();
        if (isAtEnd())
            return JsonFault{1, 1, "there is nothing in it"};
        if (walk())
            return std::nullopt;
        const std::string_view before = m_text.substr(0, std::min(m_at, m_text.size()));
        const size_t lineBegin = before.rfind('\n') + 1; // npos + 1 is 0
        const auto isCharacter = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
        const auto line = 1 + std::count(before.begin(), before.end(), '\n');
        const auto column = 1 + std::count_if(before.begin() + ptrdiff_t(lineBegin), before.end(), isCharacter);
        return JsonFault{line, column, m_fault};
    }

private:
    // UTF-16 writes what is beyond 16 bits as a pair, \uD8xx to \uDBxx and \uDCxx to \uDFxx.
    static constexpr uint32_t HighSurrogates = 0xd800, LowSurrogates = 0xdc00, AfterSurrogates = 0xe000;
    static constexpr size_t EscapeLength = 6;

    bool isAtEnd() const { return m_at >= m_text.size(); }
    char current() const { return isAtEnd() ? '\0' : m_text[m_at]; }
    bool isDigit() const { return current() >= '0' && current() <= '9'; }
    void skipSpace()
    {
        while (!isAtEnd() && (current() == ' ' || current() == '\t' || current() == '\n' || current() == '\r'))
            ++m_at;
    }
    bool blame(std::string fault)
    {
        m_fault = std::move(fault);
        if (isAtEnd())
            m_fault += ", but the text ends";
        return false;
    }

    bool walk()
    {
        for (;;) {
            skipSpace();
            if (current() == '[' || current() == '{') {
                if (m_closings.size() >= m_deepest)
                    return blame("it is nested more than " + std::to_string(m_deepest) + " levels deep");
                const char closing = m_text[m_at++] == '[' ? ']' : '}';
                skipSpace();
                if (current() != closing) {
                    m_closings.push_back(closing);
                    if (closing == '}' && !takeName())
                        return false;
                    continue;
                }
                ++m_at;
            } else if (!takeScalar()) {
                return false;
            }
            if (!endValues())
                return false;
            if (m_closings.empty())
                return true;
        }
    }
    /// After a value: closes what is complete, up to the comma before the next value.
    bool endValues()
    {
        for (skipSpace(); !m_closings.empty(); skipSpace()) {
            const char closing = m_closings.back();
            if (current() == ',') {
                ++m_at;
                skipSpace();
                if (current() == closing)
                    return blame("expected another value after the comma");
                return closing == ']' || takeName();
            }
            if (isAtEnd() || current() != closing)
                return blame(closing == ']' ? "expected \",\" or \"]\" after a list's element"
                                            : "expected \",\" or \"}\" after an object's member");
            ++m_at;
            m_closings.pop_back();
        }
        return isAtEnd() || blame("expected nothing more after the value");
    }
    bool takeName()
    {
        skipSpace();
        if (current() != '"')
            return blame("expected a member's name in double quotes");
        if (!takeText())
            return false;
        skipSpace();
        if (current() != ':')
            return blame("expected \":\" after a member's name");
        ++m_at;
        return true;
    }
    bool takeScalar()
    {
        if (current() == '"')
            return takeText();
        if (current() == '-' || isDigit())
            return takeNumber();
        for (const std::string_view word : {"true", "false", "null"}) {
            if (m_text.substr(m_at).starts_with(word)) {
                m_at += word.size();
                return true;
            }
        }
        for (const std::string_view word : {"NaN", "Infinity", "nan", "inf", "undefined", "None", "True", "False"}) {
            if (m_text.substr(m_at).starts_with(word))
                return blame("JSON has no value " + std::string(word));
        }
        return blame("expected a value");
    }
    bool takeDigits(const char *where)
    {
        if (!isDigit())
            return blame(std::string("expected a digit ") + where);
        while (isDigit())
            ++m_at;
        return true;
    }
    bool takeNumber()
    {
        if (current() == '-')
            ++m_at;
        const size_t begin = m_at;
        if (m_text.substr(m_at).starts_with("Infinity"))
            return blame("JSON has no value Infinity");
        if (!takeDigits("after the minus sign"))
            return false;
        if (m_text[begin] == '0' && m_at - begin > 1) {
            m_at = begin;
            return blame("a number may not begin with 0");
        }
        if (current() == '.') {
            ++m_at;
            if (!takeDigits("after the decimal point"))
                return false;
        }
        bool isTiny = false;
        if (current() == 'e' || current() == 'E') {
            ++m_at;
            isTiny = current() == '-';
            if (current() == '+' || current() == '-')
                ++m_at;
            if (!takeDigits("in the exponent"))
                return false;
        }
        double number = 0;
        const std::string_view text = m_text.substr(begin, m_at - begin);
        const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
        if (read.ec != std::errc::result_out_of_range || isTiny)
            return true;
        m_at = begin;
        return blame("a number is too large; 1.8e308 is about the most");
    }
    bool takeText()
    {
        for (++m_at; !isAtEnd() && current() != '"';) {
            if (static_cast<unsigned char>(current()) < 0x20)
                return blame("a line break, tab or control character within a text must be written as an escape (\\n, "
                             "\\t, \\u0000)");
            if (current() == '\\') {
                ++m_at;
                if (!takeEscape())
                    return false;
            } else if (const size_t length = utf8SequenceLength(m_text.substr(m_at))) {
                m_at += length;
            } else {
                return blame("the text is not UTF-8");
            }
        }
        if (isAtEnd())
            return blame("expected a closing double quote");
        ++m_at;
        return true;
    }
    bool takeEscape()
    {
        constexpr std::string_view simple = "\"\\/bfnrt";
        if (!isAtEnd() && simple.find(current()) != std::string_view::npos) {
            ++m_at;
            return true;
        }
        if (current() != 'u')
            return blame("unknown escape after the backslash");
        const size_t begin = m_at - 1;
        const std::optional<uint32_t> unit = takeUnit();
        if (!unit)
            return false;
        if (*unit < HighSurrogates || *unit >= AfterSurrogates)
            return true;
        if (*unit < LowSurrogates && m_text.substr(m_at).starts_with("\\u")) {
            ++m_at;
            const std::optional<uint32_t> second = takeUnit();
            if (!second)
                return false;
            if (*second >= LowSurrogates && *second < AfterSurrogates)
                return true;
        }
        const std::string escape(m_text.substr(begin, EscapeLength));
        m_at = begin;
        return blame(escape + " is half a character (UTF-16); its other half is missing");
    }
    /// The number behind the backslash, which is at an `u`.
    std::optional<uint32_t> takeUnit()
    {
        ++m_at;
        uint32_t unit = 0;
        for (int i = 0; i < 4; ++i, ++m_at) {
            constexpr std::string_view hex = "0123456789abcdef0123456789ABCDEF";
            const size_t digit = isAtEnd() ? std::string_view::npos : hex.find(current());
            if (digit == std::string_view::npos) {
                blame("expected four hexadecimal digits after \\u");
                return std::nullopt;
            }
            unit = unit * 16 + uint32_t(digit % 16);
        }
        return unit;
    }

    std::string_view m_text;
    size_t m_deepest;
    size_t m_at = 0;
    std::vector<char> m_closings;
    std::string m_fault;
};

} // namespace

std::optional<JsonFault> findJsonFault(std::string_view text, size_t deepest)
{
    return FaultFinder(text, deepest).find();
}

std::string describeJsonFault(std::string_view text)
{
    const auto fault = findJsonFault(text);
    if (!fault || text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return fault ? fault->text : std::string();
    const std::string place = fault->line > 1 ? "line " + std::to_string(fault->line) + ", " : std::string();
    return place + "column " + std::to_string(fault->column) + ": " + fault->text;
}

} // namespace millrace
