// SPDX-License-Identifier: MIT
#include "formats/json/JsonExtent.h"

#include "formats/text/ByteMask.h"

#include <array>

namespace millrace {

namespace {

constexpr char RecordMark = '\x1e';

constexpr std::array<JsonByte, 256> jsonBytes()
{
    std::array<JsonByte, 256> all{};
    for (const char c : {' ', '\t', '\n', '\r', RecordMark})
        all[uint8_t(c)] = JsonByte::Space;
    all['"'] = JsonByte::Quote;
    all['['] = all['{'] = JsonByte::Opening;
    all[']'] = all['}'] = JsonByte::Closing;
    all[','] = all[':'] = JsonByte::Separator;
    return all;
}
constexpr std::array<JsonByte, 256> JsonBytes = jsonBytes();

/// Behind the text whose quote is before `at`: behind its closing quote, or at the line break that ends it. npos: not there yet.
size_t textEnd(std::string_view text, size_t at)
{
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"')
            return at + 1;
        if (c == '\n')
            return at;
        at += c == '\\' ? 1 : 0;
    }
    return std::string_view::npos;
}

/// Up to white space, a comma or a bracket: one byte at least.
size_t scalarLength(std::string_view text)
{
    size_t at = 1;
    while (at < text.size() && jsonByteOf(text[at]) == JsonByte::Plain)
        ++at;
    return at;
}

/// Follows the brackets of a list or an object up to its end: of 64 bytes at a time only those are looked at that may mean something.
class Nesting
{
public:
    /// Where the value ends that the text begins with; npos: behind the text.
    size_t endIn(std::string_view text)
    {
        const char *const begin = text.data(), *const end = begin + text.size();
        for (const char *from = begin; from < end; from += ByteMask::Width) {
            const ByteMask bytes(from, end);
            uint64_t found = bytes.find('"') | bytes.find('\\') | bytes.find('\n') | bytes.find('{') | bytes.find('}')
                             | bytes.find('[') | bytes.find(']');
            for (; found != 0; found &= found - 1) {
                const char *const at = from + ByteMask::firstOf(found);
                if (at < m_passed)
                    continue; // escaped
                const End ended = step(at);
                if (ended != End::No)
                    return size_t(at - begin) + (ended == End::Behind ? 1 : 0);
            }
        }
        return std::string_view::npos;
    }

private:
    enum class End : uint8_t { No, Here, Behind };

    End step(const char *at)
    {
        const char c = *at;
        if (m_isText) {
            m_isText = c != '"' && c != '\n'; // which ends a text that isn't closed
            m_passed = c == '\\' ? at + 2 : m_passed;
            return End::No;
        }
        switch (jsonByteOf(c)) {
        case JsonByte::Quote: m_isText = true; break;
        case JsonByte::Opening: m_closings += jsonClosingOf(c); break;
        case JsonByte::Closing:
            if (!closeJson(m_closings, c))
                return End::Here; // it closes what is around the value
            return m_closings.empty() ? End::Behind : End::No;
        default: break;
        }
        return End::No;
    }

    std::string m_closings;
    const char *m_passed = nullptr;
    bool m_isText = false;
};

} // namespace

JsonByte jsonByteOf(char c)
{
    return JsonBytes[uint8_t(c)];
}

bool closeJson(std::string &closings, char closing)
{
    const size_t own = closings.rfind(closing);
    if (own == std::string::npos)
        return false;
    closings.resize(own);
    return true;
}

size_t jsonSpaceLength(std::string_view text)
{
    size_t at = 0;
    while (at < text.size() && jsonByteOf(text[at]) == JsonByte::Space)
        ++at;
    return at;
}

size_t jsonLength(std::string_view text, bool atEnd)
{
    const size_t open = atEnd ? text.size() : std::string_view::npos;
    if (text.empty())
        return open;
    const JsonByte first = jsonByteOf(text[0]);
    if (first == JsonByte::Quote) {
        const size_t end = textEnd(text, 1);
        return end == std::string_view::npos ? open : end;
    }
    if (first != JsonByte::Opening) {
        const size_t length = scalarLength(text);
        return length < text.size() ? length : open;
    }
    const size_t end = Nesting().endIn(text);
    return end == std::string_view::npos ? open : end;
}

void skipJsonSeparators(std::string_view &text)
{
    const auto isSeparator = [](char c) { return jsonByteOf(c) == JsonByte::Space || c == ','; };
    while (!text.empty() && isSeparator(text.front()))
        text.remove_prefix(1);
}

} // namespace millrace
