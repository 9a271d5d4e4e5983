// SPDX-License-Identifier: MIT
#include "data/SpareMemory.h"
#include "data/text/NumberText.h"
#include "data/text/TextCheck.h"
#include "data/Value.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace millrace {

namespace {

constexpr std::string_view Replacement = "\xef\xbf\xbd"; // U+FFFD

bool isPlain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/// Whether none of eight bytes needs a second look: control characters, quotes, backslashes, bytes from 0x80 on.
bool areEightPlain(const char *bytes)
{
    constexpr uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    uint64_t word;
    std::memcpy(&word, bytes, 8);
    const auto zeroBytes = [](uint64_t x) { return (x - ones) & ~x; };
    const uint64_t control = (word - ones * 0x20) & ~word;
    return ((word | control | zeroBytes(word ^ ones * '"') | zeroBytes(word ^ ones * '\\')) & highs) == 0;
}

void appendEscape(std::string &text, unsigned char c)
{
    constexpr char hex[] = "0123456789abcdef";
    text += '\\';
    switch (c) {
    case '"':
    case '\\': text += char(c); break;
    case '\b': text += 'b'; break;
    case '\f': text += 'f'; break;
    case '\n': text += 'n'; break;
    case '\r': text += 'r'; break;
    case '\t': text += 't'; break;
    default:
        text += "u00";
        text += hex[c >> 4];
        text += hex[c & 15];
    }
}

/// RFC 4648, with padding.
void appendBase64(std::string &text, std::string_view bytes)
{
    constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const size_t count = std::min<size_t>(3, bytes.size() - i);
        uint32_t group = 0;
        for (size_t j = 0; j < 3; ++j)
            group = group << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0u);
        for (size_t j = 0; j < 4; ++j)
            text += j <= count ? letters[(group >> (18 - 6 * j)) & 63] : '=';
    }
}

} // namespace

void appendJsonText(std::string &text, std::string_view utf8)
{
    makeRoomFor(text, utf8.size());
    text += '"';
    size_t begin = 0, at = 0; // what lies between is fine as it is
    while (at < utf8.size()) {
        if (utf8.size() - at >= 8 && areEightPlain(utf8.data() + at)) {
            at += 8;
            continue;
        }
        const auto c = static_cast<unsigned char>(utf8[at]);
        if (isPlain(c)) {
            ++at;
            continue;
        }
        if (const size_t length = c < 0x80 ? 0 : utf8SequenceLength(utf8.substr(at))) {
            at += length;
            continue;
        }
        text.append(utf8.data() + begin, at - begin);
        if (c < 0x80)
            appendEscape(text, c);
        else
            text += Replacement;
        begin = ++at;
    }
    text.append(utf8.data() + begin, at - begin);
    text += '"';
}

namespace {

void appendReal(std::string &text, double real)
{
    char number[MostNumberText];
    if (std::isfinite(real))
        text.append(number, size_t(putJsonNumber(number, real) - number));
    else
        text += "null";
}

} // namespace

void appendJson(std::string &text, const Value &value)
{
    switch (value.type()) {
    case ValueType::Null: text += "null"; break;
    case ValueType::Boolean: text += value.toBoolean() ? "true" : "false"; break;
    case ValueType::Integer: appendInteger(text, value.toInteger()); break;
    case ValueType::Real: appendReal(text, value.toReal()); break;
    case ValueType::Timestamp:
        text += '"';
        appendTimestamp(text, value.toTimestamp());
        text += '"';
        break;
    case ValueType::Text: appendJsonText(text, value.toText()); break;
    case ValueType::Bytes:
        text += '"';
        appendBase64(text, value.toText());
        text += '"';
        break;
    case ValueType::List: {
        char separator = '[';
        for (const Value &element : value.toList()) {
            text += separator;
            appendJson(text, element);
            separator = ',';
        }
        text += separator == '[' ? "[]" : "]";
        break;
    }
    case ValueType::Object: {
        char separator = '{';
        for (const auto &[name, member] : value.toObject()) {
            text += separator;
            appendJsonText(text, name);
            text += ':';
            appendJson(text, member);
            separator = ',';
        }
        text += separator == '{' ? "{}" : "}";
        break;
    }
    }
}

std::string toJson(const Value &value)
{
    std::string text;
    appendJson(text, value);
    return text;
}

void appendPlain(std::string &text, const Value &value)
{
    switch (value.type()) {
    case ValueType::Null: break;
    case ValueType::Real: appendNumber(text, value.toReal()); break;
    case ValueType::Timestamp: appendTimestamp(text, value.toTimestamp()); break;
    case ValueType::Text: text += value.toText(); break;
    case ValueType::Bytes: appendBase64(text, value.toText()); break;
    default: appendJson(text, value);
    }
}

std::string toPlain(const Value &value)
{
    std::string text;
    appendPlain(text, value);
    return text;
}

} // namespace millrace
