// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// A regular expression as Perl has them (the library PCRE2, compiled to machine code where it can be), over texts in UTF-8. One
/// thread at a time.
class TextPattern
{
public:
    /// What all searches in one text may take together (counted as for PCRE2's match limit, within a factor of four): a second or so, so
    /// that no pattern hangs. Of a text of more than a megabyte it is 10 for each byte. Places that take a few steps aren't counted.
    static constexpr uint32_t MostSteps = 10'000'000;

    struct Options
    {
        bool isLiteral = false; ///< the pattern stands for itself
        bool ignoresCase = false;
        bool hasAsciiClasses = false; ///< \w, \d, \s and \b know ASCII only
    };
    enum class Answer : uint8_t { Found, NotFound, GaveUp };

    /// Fails with a sentence that says what is wrong, and in which column (in characters, from 1).
    static Result<TextPattern> compile(std::string_view pattern, Options options);
    TextPattern(TextPattern &&) noexcept;
    TextPattern &operator=(TextPattern &&) noexcept;
    ~TextPattern();

    /// Looks for it from that byte on. `mayBeEmpty`: else the match must begin there, and have a length.
    Answer find(std::string_view text, size_t from = 0, bool mayBeEmpty = true);
    /// The same for a further match in the same text, whose steps count together with those of the searches since find().
    Answer findNext(std::string_view text, size_t from, bool mayBeEmpty);
    /// Where a group of the last match is, in bytes from begin to end; 0: the whole. Nothing: the group took no part.
    std::optional<std::pair<size_t, size_t>> group(uint32_t number) const;
    uint32_t groupCount() const;
    /// Names of groups with their numbers, in the order of these; a name may stand for several.
    const std::vector<std::pair<std::string, uint32_t>> &names() const;

private:
    struct Private;
    explicit TextPattern(std::unique_ptr<Private> from);
    std::unique_ptr<Private> m_private;
};

/// What an item fails with whose text costs too much.
std::string gaveUpText(const std::string &field, std::string_view pattern);

/// What stands in place of a match: text with $1 or ${name} for groups, $& or $0 for the whole match, $$ for a dollar sign.
class Replacement
{
public:
    /// Without anything special in it.
    static Replacement literal(std::string_view text);
    /// Fails with a sentence about what isn't understood, and about groups that the pattern doesn't have.
    static Result<Replacement> of(std::string_view text, const TextPattern &pattern);
    /// What stands there for the pattern's last match, in that text.
    void append(std::string &to, const TextPattern &pattern, std::string_view text) const;

private:
    struct Piece
    {
        std::string literal;
        std::optional<uint32_t> group; ///< behind it
    };
    std::vector<Piece> m_pieces;
};

/// Replaces all matches; `result` is undefined unless there was one.
TextPattern::Answer replaceAll(TextPattern &pattern,
                               const Replacement &with,
                               std::string_view text,
                               std::string &result);

} // namespace millrace
