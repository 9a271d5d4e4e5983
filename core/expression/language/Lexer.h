// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

struct Token
{
    enum class Kind : uint8_t { End, Number, Text, Name, Sign, Wrong };

    Kind kind = Kind::End;
    uint32_t begin = 0, end = 0; ///< bytes of the source
    std::string_view written;    ///< as it stands in the source
    std::string text;            ///< of Text and Regex: what it means; of Wrong: what is wrong
    double number = 0;

    bool is(std::string_view sign) const { return kind == Kind::Sign && written == sign; }
    bool isName(std::string_view name) const { return kind == Kind::Name && written == name; }
};

/// Cuts the text of an expression into tokens, by the rules of JavaScript. What begins with "/" is a sign; the parser,
/// which knows where a value is due, asks for a regular expression instead.
class Lexer
{
public:
    explicit Lexer(std::string_view source) : m_source(source) {}

    Token next();
    /// The regular expression that begins at that byte, with its flags.
    Token regexAt(uint32_t begin);
    /// A template's text up to "${" (then hasMore is true) or the closing quote, which are read too.
    Token templateText(bool &hasMore);

    uint32_t position() const { return m_at; }
    void goTo(uint32_t position) { m_at = position; }

private:
    char at(size_t offset) const { return m_at + offset < m_source.size() ? m_source[m_at + offset] : '\0'; }
    void skipSpaces();
    Token wrong(uint32_t begin, std::string text);
    Token finish(Token::Kind kind, uint32_t begin);
    Token number();
    Token wholeNumber(int base);
    Token quoted();
    Token name();
    Token sign();
    /// After the backslash. False: there is no such escape.
    bool escape(std::string &text);
    bool hexadecimal(int digits, uint32_t &code);
    bool codePoint(uint32_t &code);

    std::string_view m_source;
    uint32_t m_at = 0;
};

/// Appends one character as UTF-8; what is no character becomes U+FFFD.
void appendCharacter(std::string &utf8, uint32_t code);

} // namespace millrace
