// SPDX-License-Identifier: MIT
#include "data/json/JsonSpelling.h"

#include "data/text/NumberText.h"
#include "data/Value.h"

#include <bit>
#include <charconv>
#include <cstring>

namespace millrace {

namespace {

/// Whether a number of a few characters is surely written so: whole, or with one point, digits on both sides and no zero at the end. All
/// characters at a time; `number` begins where eight bytes can be read.
inline bool isPlainNumber(const char *number, size_t length)
{
    constexpr size_t Most = 7; // 0.000001 is the first that could be 1e-6
    constexpr uint64_t Zeros = 0x3030303030303030, Points = 0x1e1e1e1e1e1e1e1e; // '.' less '0', bit by bit
    constexpr uint64_t Ones = 0x0101010101010101, Tops = 0x8080808080808080;
    if (std::endian::native != std::endian::little || length == 0 || length > Most)
        return false;
    uint64_t bytes = 0;
    std::memcpy(&bytes, number, sizeof bytes);
    bytes = (bytes ^ Zeros) << 8 * (8 - length); // the values of digits, behind zeros
    const uint64_t others = bytes ^ Points;
    const uint64_t points = (others - Ones) & ~others & Tops; // of which only the lowest mark is sure
    if (points != 0)
        bytes &= ~(uint64_t(0xff) << (unsigned(std::countr_zero(points)) & ~7u));
    const bool areDigits = ((bytes | (bytes + 0x7676767676767676)) & Tops) == 0;
    return areDigits && (points == 0 || bytes >> 56 != 0);
}

/// Where a number of the text ends that begins with that structural.
inline size_t numberEnd(std::string_view text, std::span<const uint32_t> structurals, size_t i)
{
    size_t end = i + 1 < structurals.size() ? structurals[i + 1] : text.size();
    while (uint8_t(text[end - 1]) <= ' ')
        --end;
    return end;
}

/// Whether there may be a number that would be written otherwise, by a quick look.
bool mayHaveSpellings(std::string_view text, std::span<const uint32_t> structurals)
{
    for (size_t i = 0; i < structurals.size(); ++i) {
        const size_t begin = structurals[i];
        if (uint8_t(text[begin] - '-') > '9' - '-')
            continue;
        const size_t length = numberEnd(text, structurals, i) - begin;
        if (text.size() - begin < 8 || !isPlainNumber(text.data() + begin, length))
            if (!isSurelyShortest(text.substr(begin, length)))
                return true;
    }
    return false;
}

/// Whether such a number would be written otherwise than it is.
bool isSpelledOtherwise(std::string_view number)
{
    if (isSurelyShortest(number))
        return false;
    if (number.find_first_of(".eE") == std::string_view::npos)
        return number == "-0"; // all other integers are written as they are
    double value = 0;
    if (std::from_chars(number.data(), number.data() + number.size(), value).ec != std::errc())
        return false;
    return toJson(Value(value)) != number;
}

std::string withoutBlanks(std::string_view json)
{
    std::string text;
    text.reserve(json.size());
    bool isInText = false;
    for (size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (!isInText && (c == ' ' || c == '\t' || c == '\n' || c == '\r'))
            continue;
        text += c;
        if (c == '"')
            isInText = !isInText;
        else if (isInText && c == '\\' && at + 1 < json.size())
            text += json[++at];
    }
    return text;
}

/// Walks through one text.
class SpellingSearch
{
public:
    SpellingSearch(std::string_view text, std::span<const uint32_t> structurals)
        : m_text(text), m_structurals(structurals), m_base(text[structurals.front()] == '{' ? 1 : 0)
    {}

    std::vector<JsonSpelling> find()
    {
        for (size_t i = 0; i < m_structurals.size(); ++i)
            pass(i);
        if (m_base == 0)
            endMember(m_text.size());
        return std::move(m_found);
    }

private:
    void pass(size_t i)
    {
        const size_t at = m_structurals[i];
        switch (m_text[at]) {
        case '{':
        case '[':
            if (m_depth++ == m_base)
                m_begin = at;
            break;
        case '}':
        case ']':
            if (--m_depth == 0 && m_base == 1)
                endMember(at);
            break;
        case ',':
            if (m_depth == m_base && m_base == 1)
                endMember(at);
            break;
        case '-':
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9':
            if (m_depth == m_base)
                m_begin = at;
            m_isOdd = m_isOdd || isSpelledOtherwise(numberAt(i));
            break;
        default: break;
        }
    }
    std::string_view numberAt(size_t i) const
    {
        const size_t begin = m_structurals[i];
        return m_text.substr(begin, numberEnd(m_text, m_structurals, i) - begin);
    }
    void endMember(size_t end)
    {
        if (m_isOdd)
            m_found.push_back({m_member, withoutBlanks(m_text.substr(m_begin, end - m_begin))});
        m_isOdd = false;
        ++m_member;
    }

    const std::string_view m_text;
    const std::span<const uint32_t> m_structurals;
    const size_t m_base; ///< how deep the members are
    size_t m_depth = 0, m_member = 0;
    size_t m_begin = 0; ///< of the member at hand
    bool m_isOdd = false;
    std::vector<JsonSpelling> m_found;
};

} // namespace

std::vector<JsonSpelling> jsonSpellingsOf(std::string_view text, std::span<const uint32_t> structurals)
{
    if (structurals.empty() || !mayHaveSpellings(text, structurals))
        return {};
    return SpellingSearch(text, structurals).find();
}

} // namespace millrace
