// SPDX-License-Identifier: MIT
#include "expression/language/Lexer.h"

#include "expression/values/Arithmetic.h"

#include <array>

namespace millrace {

namespace {

// Longest first: the first that fits is taken.
constexpr std::array<std::string_view, 57> Signs{
    ">>>=", "===", "!==", "**=", "...", ">>>", "<<=", ">>=", "&&=", "||=", "?\?=", "=>", "==", "!=", "<=",
    ">=",   "&&",  "||",  "??",  "?.",  "**",  "++",  "--",  "+=",  "-=",  "*=",   "/=", "%=", "&=", "|=",
    "^=",   "<<",  ">>",  "+",   "-",   "*",   "/",   "%",   "<",   ">",   "=",    "!",  "?",  ":",  ",",
    ".",    "(",   ")",   "[",   "]",   "{",   "}",   ";",   "&",   "|",   "^",    "~"};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || uint8_t(c) >= 0x80;
}

int digitValue(char c)
{
    if (isDigit(c))
        return c - '0';
    const char small = char(c | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : 16;
}

} // namespace

void appendCharacter(std::string &utf8, uint32_t code)
{
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        code = 0xfffd;
    if (code < 0x80) {
        utf8 += char(code);
    } else if (code < 0x800) {
        utf8 += char(0xc0 | code >> 6);
        utf8 += char(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        utf8 += char(0xe0 | code >> 12);
        utf8 += char(0x80 | (code >> 6 & 0x3f));
        utf8 += char(0x80 | (code & 0x3f));
    } else {
        utf8 += char(0xf0 | code >> 18);
        utf8 += char(0x80 | (code >> 12 & 0x3f));
        utf8 += char(0x80 | (code >> 6 & 0x3f));
        utf8 += char(0x80 | (code & 0x3f));
    }
}

Token Lexer::finish(Token::Kind kind, uint32_t begin)
{
    Token token;
    token.kind = kind;
    token.begin = begin;
    token.end = m_at;
    token.written = m_source.substr(begin, m_at - begin);
    return token;
}

Token Lexer::wrong(uint32_t begin, std::string text)
{
    Token token = finish(Token::Kind::Wrong, begin);
    token.text = std::move(text);
    return token;
}

void Lexer::skipSpaces()
{
    for (;;) {
        m_at += uint32_t(leadingSpace(m_source.substr(m_at)));
        if (at(0) == '/' && at(1) == '/') {
            const size_t end = m_source.find('\n', m_at);
            m_at = uint32_t(end == std::string_view::npos ? m_source.size() : end);
        } else if (at(0) == '/' && at(1) == '*' && m_source.find("*/", m_at + 2) != std::string_view::npos) {
            m_at = uint32_t(m_source.find("*/", m_at + 2) + 2);
        } else {
            return;
        }
    }
}

Token Lexer::next()
{
    skipSpaces();
    if (m_at >= m_source.size())
        return finish(Token::Kind::End, m_at);
    const char c = at(0);
    if (isDigit(c) || (c == '.' && isDigit(at(1))))
        return number();
    if (c == '"' || c == '\'')
        return quoted();
    if (isNameStart(c))
        return name();
    return sign();
}

Token Lexer::name()
{
    const uint32_t begin = m_at;
    while (isNameStart(at(0)) || isDigit(at(0))) {
        if (leadingSpace(m_source.substr(m_at)) > 0) // spaces beyond ASCII end a name too
            break;
        ++m_at;
    }
    return finish(Token::Kind::Name, begin);
}

Token Lexer::sign()
{
    const uint32_t begin = m_at;
    const std::string_view rest = m_source.substr(m_at);
    for (const std::string_view candidate : Signs) {
        // "a?.5:b" is a condition and a number
        if (rest.starts_with(candidate) && !(candidate == "?." && isDigit(at(2)))) {
            m_at += uint32_t(candidate.size());
            return finish(Token::Kind::Sign, begin);
        }
    }
    ++m_at;
    if (rest[0] == '`')
        return finish(Token::Kind::Sign, begin);
    return wrong(begin, std::string("\"").append(rest.substr(0, 1)).append("\" is no part of an expression"));
}

Token Lexer::wholeNumber(int base)
{
    const uint32_t begin = m_at;
    m_at += 2;
    double value = 0;
    bool hasDigits = false;
    for (; digitValue(at(0)) < base; ++m_at) {
        value = value * base + digitValue(at(0));
        hasDigits = true;
    }
    if (!hasDigits || isNameStart(at(0)) || isDigit(at(0)))
        return wrong(begin, "this is no number");
    Token token = finish(Token::Kind::Number, begin);
    token.number = value;
    return token;
}

Token Lexer::number()
{
    if (at(0) == '0') {
        const char mark = char(at(1) | 0x20);
        if (mark == 'x' || mark == 'o' || mark == 'b')
            return wholeNumber(mark == 'x' ? 16 : mark == 'o' ? 8 : 2);
    }
    const uint32_t begin = m_at;
    while (isDigit(at(0)))
        ++m_at;
    if (at(0) == '.') {
        ++m_at;
        while (isDigit(at(0)))
            ++m_at;
    }
    if ((at(0) | 0x20) == 'e' && (isDigit(at(1)) || ((at(1) == '+' || at(1) == '-') && isDigit(at(2))))) {
        m_at += 2;
        while (isDigit(at(0)))
            ++m_at;
    }
    Token token = finish(Token::Kind::Number, begin);
    if (isNameStart(at(0)))
        return wrong(begin, "a number can't go on with a letter; is an operator missing, or are quotes?");
    if (token.written.size() > 1 && token.written[0] == '0' && isDigit(token.written[1]))
        return wrong(begin, "a number can't begin with 0; write it without, or as text in quotes");
    parseNumber(token.written, token.number);
    return token;
}

bool Lexer::hexadecimal(int digits, uint32_t &code)
{
    code = 0;
    for (int i = 0; i < digits; ++i, ++m_at) {
        if (digitValue(at(0)) >= 16)
            return false;
        code = code * 16 + uint32_t(digitValue(at(0)));
    }
    return true;
}

/// After "\u": four digits, or any number of them in braces.
bool Lexer::codePoint(uint32_t &code)
{
    if (at(0) != '{')
        return hexadecimal(4, code);
    ++m_at;
    code = 0;
    while (digitValue(at(0)) < 16 && code <= 0x10ffff)
        code = code * 16 + uint32_t(digitValue(m_source[m_at++]));
    return code <= 0x10ffff && at(0) == '}' && ++m_at;
}

bool Lexer::escape(std::string &text)
{
    uint32_t code = 0;
    const char c = at(0);
    ++m_at;
    switch (c) {
    case 'n': text += '\n'; return true;
    case 't': text += '\t'; return true;
    case 'r': text += '\r'; return true;
    case 'b': text += '\b'; return true;
    case 'f': text += '\f'; return true;
    case 'v': text += '\v'; return true;
    case '0': text += '\0'; return !isDigit(at(0));
    case '\n': return true; // the text goes on on the next line
    case 'x':
        if (!hexadecimal(2, code))
            return false;
        break;
    case 'u':
        if (!codePoint(code))
            return false;
        if (code >= 0xd800 && code < 0xdc00 && at(0) == '\\' && at(1) == 'u') {
            m_at += 2;
            uint32_t low = 0;
            if (!codePoint(low))
                return false;
            code = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
        }
        break;
    default:
        if (isDigit(c))
            return false;
        text += c;
        return true;
    }
    appendCharacter(text, code);
    return true;
}

Token Lexer::quoted()
{
    const uint32_t begin = m_at;
    const char quote = at(0);
    std::string text;
    ++m_at;
    while (m_at < m_source.size()) {
        const char c = m_source[m_at];
        if (c == '\n')
            break;
        ++m_at;
        if (c == quote) {
            Token token = finish(Token::Kind::Text, begin);
            token.text = std::move(text);
            return token;
        }
        if (c != '\\') {
            text += c;
        } else if (m_at < m_source.size() && !escape(text)) {
            return wrong(begin, R"(the text has an unknown "\" in it; for a backslash write "\\")");
        }
    }
    return wrong(begin, std::string("the text has no closing ") + quote);
}

Token Lexer::templateText(bool &hasMore)
{
    const uint32_t begin = m_at;
    std::string text;
    while (m_at < m_source.size()) {
        const char c = m_source[m_at++];
        hasMore = c == '$' && at(0) == '{';
        if (c == '`' || hasMore) {
            m_at += hasMore ? 1 : 0;
            Token token = finish(Token::Kind::Text, begin);
            token.text = std::move(text);
            return token;
        }
        if (c != '\\') {
            text += c;
        } else if (m_at < m_source.size() && !escape(text)) {
            return wrong(begin, R"(the text has an unknown "\" in it; for a backslash write "\\")");
        }
    }
    return wrong(begin, "the text has no closing `");
}

Token Lexer::regexAt(uint32_t begin)
{
    m_at = begin + 1;
    bool isInClass = false;
    for (; m_at < m_source.size() && m_source[m_at] != '\n'; ++m_at) {
        const char c = m_source[m_at];
        if (c == '\\') {
            ++m_at;
        } else if (c == '[') {
            isInClass = true;
        } else if (c == ']') {
            isInClass = false;
        } else if (c == '/' && !isInClass) {
            Token token = finish(Token::Kind::Text, begin + 1);
            ++m_at;
            while (isNameStart(at(0)))
                ++m_at;
            token.text = token.written;
            token.begin = begin;
            token.end = m_at;
            token.written = m_source.substr(begin, m_at - begin);
            return token;
        }
    }
    return wrong(begin, "the regular expression has no closing /");
}

} // namespace millrace
