// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace millrace {

/// Empty, or a sentence that says why this is no regular expression (of Perl's notation, as PCRE reads it).
std::string patternProblem(std::string_view pattern);

/// Regular expressions that were used, ready to be used again. One thread at a time.
class PatternCache
{
public:
    enum class Answer { Found, NotFound, WrongPattern, GaveUp };

    PatternCache();
    ~PatternCache();
    PatternCache(PatternCache &&) noexcept;
    PatternCache &operator=(PatternCache &&) noexcept;

    /// Whether the pattern is found anywhere in the text. GaveUp: the pattern tried too many ways for that text.
    Answer find(std::string_view pattern, std::string_view text);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// By Unicode's rules, "ß" to "SS" among them.
std::string lowerText(std::string_view utf8);
std::string upperText(std::string_view utf8);

} // namespace millrace
