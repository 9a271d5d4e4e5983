// SPDX-License-Identifier: MIT
#include "expression/values/TextPattern.h"

#include "data/errors/ErrorKind.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <new>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace millrace {

namespace {

constexpr size_t LeastStack = size_t(32) << 10, MostStack = size_t(1) << 20; // bytes, of compiled patterns

constexpr uint64_t StepsOfByte = 10, FewSteps = 100;

struct Freed
{
    void operator()(pcre2_code *code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data *data) const { pcre2_match_data_free(data); }
    void operator()(pcre2_match_context *context) const { pcre2_match_context_free(context); }
    void operator()(pcre2_jit_stack *stack) const { pcre2_jit_stack_free(stack); }
};

template <class T>
std::unique_ptr<T, Freed> owned(T *made)
{
    if (!made)
        throw std::bad_alloc();
    return std::unique_ptr<T, Freed>(made);
}

PCRE2_SPTR unitsOf(std::string_view text)
{
    // A null pointer is refused, even of an empty text.
    return reinterpret_cast<PCRE2_SPTR>(text.data() ? text.data() : "");
}

bool isWithinCharacter(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// Where that byte is, in characters from 1.
size_t characterColumn(std::string_view text, size_t byte)
{
    const std::string_view before = text.substr(0, byte);
    return 1 + before.size() - size_t(std::ranges::count_if(before, isWithinCharacter));
}

Failure wrongPattern(std::string_view pattern, int code, size_t offset)
{
    std::array<PCRE2_UCHAR, 256> words{};
    pcre2_get_error_message(code, words.data(), words.size());
    return failure(ErrorKind::Syntax, "The pattern " + inQuotes(pattern) + " is wrong at column "
                                          + std::to_string(characterColumn(pattern, offset)) + ": "
                                          + reinterpret_cast<const char *>(words.data()) + '.');
}

/// What stands behind a dollar sign, for a group; `at` is then at its end. Empty: nothing that is understood.
std::string_view groupNameAt(std::string_view text, size_t &at)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (at >= text.size())
        return {};
    if (text[at] == '&')
        return "0";
    const size_t begin = at;
    if (text[at] == '{') {
        const size_t end = text.find('}', at);
        if (end == std::string_view::npos)
            return {};
        at = end;
        return text.substr(begin + 1, end - begin - 1);
    }
    if (!isDigit(text[at]))
        return {};
    while (at + 1 < text.size() && isDigit(text[at + 1]))
        ++at;
    return text.substr(begin, at - begin + 1);
}

std::optional<uint32_t> groupNamed(std::string_view name, const TextPattern &pattern)
{
    uint32_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size())
        return number <= pattern.groupCount() ? std::optional(number) : std::nullopt;
    const auto &names = pattern.names();
    const auto found = std::ranges::find(names, name, &std::pair<std::string, uint32_t>::first);
    return found == names.end() ? std::nullopt : std::optional(found->second);
}

} // namespace

struct TextPattern::Private
{
    std::unique_ptr<pcre2_code, Freed> code;
    std::unique_ptr<pcre2_match_data, Freed> data;
    std::unique_ptr<pcre2_match_context, Freed> context;
    std::unique_ptr<pcre2_jit_stack, Freed> stack; ///< null: patterns are interpreted here
    uint32_t groups = 0;
    bool isAnchored = false;      ///< there is one place where it could begin
    bool isBoundToStart = false;  ///< by \G: a search can't be continued elsewhere
    int found = 0;                ///< what the last search gave
    uint64_t spent = 0, most = 0; ///< steps of all searches since the first one in this text

    int tryPlaces(std::string_view text, size_t from, size_t last, uint32_t options, uint64_t limit);
    int tryOnePlace(std::string_view text, size_t at, uint32_t options, uint64_t known);
    int tryPlacesByThemselves(std::string_view text, size_t from, uint64_t share);
    std::vector<std::pair<std::string, uint32_t>> names;

    void readNames();
};

void TextPattern::Private::readNames()
{
    uint32_t count = 0, width = 0;
    PCRE2_SPTR table = nullptr;
    pcre2_pattern_info(code.get(), PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code.get(), PCRE2_INFO_NAMEENTRYSIZE, &width);
    pcre2_pattern_info(code.get(), PCRE2_INFO_NAMETABLE, &table);
    for (uint32_t i = 0; i < count; ++i, table += width) // two bytes of the number, then the name
        names.emplace_back(reinterpret_cast<const char *>(table + 2), uint32_t(table[0] << 8 | table[1]));
    std::ranges::sort(names, {}, &std::pair<std::string, uint32_t>::second);
}

/// A search that may begin at any of these places, with so many steps for each.
int TextPattern::Private::tryPlaces(std::string_view text, size_t from, size_t last, uint32_t options, uint64_t limit)
{
    pcre2_set_match_limit(context.get(), uint32_t(limit));
    pcre2_set_offset_limit(context.get(), last);
    const int result = pcre2_match(code.get(), unitsOf(text), text.size(), from, options, data.get(), context.get());
    if (result == PCRE2_ERROR_NOMEMORY)
        throw std::bad_alloc();
    return result;
}

/// `known`: steps that weren't enough for it.
int TextPattern::Private::tryOnePlace(std::string_view text, size_t at, uint32_t options, uint64_t known)
{
    constexpr uint64_t Growth = 4; // a search takes at most so many times what is counted
    for (;;) {
        const uint64_t left = most > spent ? most - spent : 0;
        const uint64_t limit = std::min({std::max<uint64_t>(known, 1) * Growth, known + left, uint64_t(MostSteps)});
        if (limit <= known)
            return PCRE2_ERROR_MATCHLIMIT;
        const int result = tryPlaces(text, at, at, options, limit);
        if (result != PCRE2_ERROR_MATCHLIMIT)
            return result;
        spent += limit - known;
        known = limit;
    }
}

/// PCRE2 counts anew at each place where a match could begin, so those that take many steps have to be found and counted here.
int TextPattern::Private::tryPlacesByThemselves(std::string_view text, size_t from, uint64_t share)
{
    constexpr size_t FirstPlaces = 16, Growth = 4;
    size_t places = FirstPlaces;
    for (size_t at = from; at <= text.size();) {
        const size_t count = std::min(places, text.size() - at + 1);
        int result = tryPlaces(text, at, at + count - 1, 0, share);
        if (result == PCRE2_ERROR_MATCHLIMIT && count > 1) {
            places = std::max<size_t>(count / Growth, 1);
            continue;
        }
        if (result == PCRE2_ERROR_MATCHLIMIT) {
            spent += share;
            result = tryOnePlace(text, at, 0, share);
        }
        if (result != PCRE2_ERROR_NOMATCH)
            return result;
        for (at += count; at < text.size() && isWithinCharacter(text[at]);)
            ++at;
        places = count * Growth;
    }
    return PCRE2_ERROR_NOMATCH;
}

TextPattern::TextPattern(std::unique_ptr<Private> from) : m_private(std::move(from)) {}
TextPattern::TextPattern(TextPattern &&) noexcept = default;
TextPattern &TextPattern::operator=(TextPattern &&) noexcept = default;
TextPattern::~TextPattern() = default;

Result<TextPattern> TextPattern::compile(std::string_view pattern, Options options)
{
    // What is no UTF-8 in a text matches nothing, and is no error.
    uint32_t flags = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_USE_OFFSET_LIMIT;
    flags |= options.isLiteral ? PCRE2_LITERAL : options.hasAsciiClasses ? 0u : PCRE2_UCP;
    flags |= options.ignoresCase ? PCRE2_CASELESS : 0u;
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *const compiled = pcre2_compile(unitsOf(pattern), pattern.size(), flags, &code, &offset, nullptr);
    if (!compiled && code == PCRE2_ERROR_HEAP_FAILED)
        throw std::bad_alloc();
    if (!compiled)
        return wrongPattern(pattern, code, offset);
    auto made = std::make_unique<Private>();
    made->code = owned(compiled);
    made->data = owned(pcre2_match_data_create_from_pattern(compiled, nullptr));
    made->context = owned(pcre2_match_context_create(nullptr));
    uint32_t all = 0;
    pcre2_pattern_info(compiled, PCRE2_INFO_ALLOPTIONS, &all);
    made->isAnchored = (all & PCRE2_ANCHORED) != 0;
    made->isBoundToStart = !options.isLiteral && pattern.find("\\G") != std::string_view::npos;
    pcre2_pattern_info(compiled, PCRE2_INFO_CAPTURECOUNT, &made->groups);
    if (pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE) == 0) {
        made->stack = owned(pcre2_jit_stack_create(LeastStack, MostStack, nullptr));
        pcre2_jit_stack_assign(made->context.get(), nullptr, made->stack.get());
    }
    made->readNames();
    return TextPattern(std::move(made));
}

TextPattern::Answer TextPattern::find(std::string_view text, size_t from, bool mayBeEmpty)
{
    m_private->spent = 0;
    m_private->most = std::max<uint64_t>(MostSteps, StepsOfByte * uint64_t(text.size()));
    return findNext(text, from, mayBeEmpty);
}

TextPattern::Answer TextPattern::findNext(std::string_view text, size_t from, bool mayBeEmpty)
{
    Private &d = *m_private;
    if (!mayBeEmpty || d.isAnchored) {
        d.found = d.tryOnePlace(text, from, mayBeEmpty ? 0u : PCRE2_NOTEMPTY_ATSTART, 0);
    } else {
        // Nearly all searches are over with what is left to each place if all get the same.
        const uint64_t share = std::max<uint64_t>(MostSteps / (text.size() + 1), FewSteps);
        d.found = d.tryPlaces(text, from, PCRE2_UNSET, 0, share);
        if (d.found == PCRE2_ERROR_MATCHLIMIT && !d.isBoundToStart)
            d.found = d.tryPlacesByThemselves(text, from, share);
    }
    return d.found >= 0 ? Answer::Found : d.found == PCRE2_ERROR_NOMATCH ? Answer::NotFound : Answer::GaveUp;
}

std::optional<std::pair<size_t, size_t>> TextPattern::group(uint32_t number) const
{
    if (m_private->found < 0 || number >= uint32_t(m_private->found))
        return std::nullopt;
    const PCRE2_SIZE *places = pcre2_get_ovector_pointer(m_private->data.get());
    const size_t begin = places[2 * size_t(number)], end = places[2 * size_t(number) + 1];
    if (begin == PCRE2_UNSET)
        return std::nullopt;
    return std::pair(std::min(begin, end), end); // \K may set the beginning behind the end
}

uint32_t TextPattern::groupCount() const
{
    return m_private->groups;
}

const std::vector<std::pair<std::string, uint32_t>> &TextPattern::names() const
{
    return m_private->names;
}

std::string gaveUpText(const std::string &field, std::string_view pattern)
{
    return "The pattern " + inQuotes(pattern) + " took more than " + std::to_string(TextPattern::MostSteps)
           + " steps in the field " + inQuotes(field) + "; make it simpler, without repetitions within repetitions.";
}

Replacement Replacement::literal(std::string_view text)
{
    Replacement made;
    made.m_pieces.push_back({std::string(text), {}});
    return made;
}

Result<Replacement> Replacement::of(std::string_view text, const TextPattern &pattern)
{
    const auto wrong = [text](size_t at, const std::string &why) {
        return failure(ErrorKind::Syntax, "In the replacement " + inQuotes(text) + ", column "
                                              + std::to_string(characterColumn(text, at)) + ": " + why);
    };
    Replacement made;
    made.m_pieces.emplace_back();
    for (size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '$') {
            made.m_pieces.back().literal += text[at];
            continue;
        }
        const size_t begin = at++;
        if (at < text.size() && text[at] == '$') {
            made.m_pieces.back().literal += '$';
            continue;
        }
        const auto name = groupNameAt(text, at);
        if (name.empty())
            return wrong(begin, "\"$\" stands for no group; write $1, ${name}, $& or, for a dollar sign, $$.");
        const auto number = groupNamed(name, pattern);
        if (!number)
            return wrong(begin, "The pattern has no group " + inQuotes(name) + '.');
        made.m_pieces.back().group = number;
        made.m_pieces.emplace_back();
    }
    return made;
}

void Replacement::append(std::string &to, const TextPattern &pattern, std::string_view text) const
{
    for (const Piece &piece : m_pieces) {
        to += piece.literal;
        if (const auto place = piece.group ? pattern.group(*piece.group) : std::nullopt)
            to += text.substr(place->first, place->second - place->first);
    }
}

TextPattern::Answer replaceAll(TextPattern &pattern,
                               const Replacement &with,
                               std::string_view text,
                               std::string &result)
{
    using Answer = TextPattern::Answer;
    result.clear();
    size_t done = 0, from = 0;
    bool isAny = false, mayBeEmpty = true, isFirst = true;
    while (from <= text.size()) {
        const Answer answer =
            std::exchange(isFirst, false) ? pattern.find(text) : pattern.findNext(text, from, mayBeEmpty);
        if (answer == Answer::GaveUp)
            return answer;
        if (answer == Answer::NotFound) {
            if (mayBeEmpty)
                break;
            // Nothing but the empty match that was there: go on behind the next character.
            for (++from; from < text.size() && isWithinCharacter(text[from]);)
                ++from;
            mayBeEmpty = true;
            continue;
        }
        const auto [begin, end] = *pattern.group(0);
        isAny = true;
        if (begin >= done) {
            result += text.substr(done, begin - done);
            with.append(result, pattern, text);
            done = end;
        }
        mayBeEmpty = begin != end && end > from;
        from = std::max(end, from);
    }
    if (!isAny)
        return Answer::NotFound;
    result += text.substr(done);
    return Answer::Found;
}

} // namespace millrace
