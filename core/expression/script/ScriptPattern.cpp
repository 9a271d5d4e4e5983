// SPDX-License-Identifier: MIT
#include "data/text/TextCheck.h"
#include "expression/script/ScriptText.h"
#include "expression/values/Pattern.h"
#include "expression/values/TextPattern.h"
#include "expression/values/Words.h"

#include <algorithm>
#include <QRegularExpression>
#include <QString>

#include <optional>
#include <unordered_map>

namespace millrace {

namespace {

constexpr size_t MostPatterns = 64;

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return uint8_t(c) < 0x80; });
}

/// A text that is none counts as it is shown, with U+FFFD for what can't be read.
std::string readableUtf8(std::string_view text)
{
    return fromUtf8(text).toStdString();
}

Result<TextPattern> compiledPattern(std::string_view pattern)
{
    return TextPattern::compile(isUtf8(pattern) ? std::string(pattern) : readableUtf8(pattern),
                                {.hasAsciiClasses = true});
}

} // namespace

std::string patternProblem(std::string_view pattern)
{
    const QRegularExpression regex(fromUtf8(pattern));
    if (regex.isValid()) {
        const auto compiled = compiledPattern(pattern);
        return compiled ? std::string() : compiled.error().message;
    }
    return joined({"\"", pattern, "\" is no regular expression: ", regex.errorString().toStdString(),
                   " (at its character ", std::to_string(regex.patternErrorOffset() + 1), ")"});
}

struct PatternCache::Private
{
    std::unordered_map<std::string, std::optional<TextPattern>> patterns; ///< nothing: it is wrong
    std::optional<TextPattern> *last = nullptr;                           ///< of `patterns`
    std::string lastPattern;
};

PatternCache::PatternCache() : d(std::make_unique<Private>()) {}
PatternCache::~PatternCache() = default;
PatternCache::PatternCache(PatternCache &&) noexcept = default;
PatternCache &PatternCache::operator=(PatternCache &&) noexcept = default;

PatternCache::Answer PatternCache::find(std::string_view pattern, std::string_view text)
{
    if (!d->last || d->lastPattern != pattern) {
        if (d->patterns.size() >= MostPatterns)
            d->patterns.clear();
        d->lastPattern = pattern;
        const auto [entry, isNew] = d->patterns.try_emplace(d->lastPattern);
        if (isNew)
            if (auto compiled = compiledPattern(pattern))
                entry->second.emplace(*std::move(compiled));
        d->last = &entry->second;
    }
    if (!d->last->has_value())
        return Answer::WrongPattern;
    switch (isUtf8(text) ? (*d->last)->find(text) : (*d->last)->find(readableUtf8(text))) {
    case TextPattern::Answer::Found: return Answer::Found;
    case TextPattern::Answer::NotFound: return Answer::NotFound;
    case TextPattern::Answer::GaveUp: break;
    }
    return Answer::GaveUp;
}

std::string lowerText(std::string_view utf8)
{
    if (!isAscii(utf8))
        return fromUtf8(utf8).toLower().toStdString();
    std::string text(utf8);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
    return text;
}

std::string upperText(std::string_view utf8)
{
    if (!isAscii(utf8))
        return fromUtf8(utf8).toUpper().toStdString();
    std::string text(utf8);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? char(c & ~0x20) : c; });
    return text;
}

} // namespace millrace
