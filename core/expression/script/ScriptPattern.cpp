// SPDX-License-Identifier: MIT
#include "expression/script/ScriptText.h"
#include "expression/values/Pattern.h"
#include "expression/values/Words.h"

#include <algorithm>
#include <QRegularExpression>
#include <QString>
#include <unordered_map>

namespace millrace {

namespace {

constexpr size_t MostPatterns = 64;

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return uint8_t(c) < 0x80; });
}

} // namespace

std::string patternProblem(std::string_view pattern)
{
    const QRegularExpression regex(fromUtf8(pattern));
    if (regex.isValid())
        return {};
    return joined({"\"", pattern, "\" is no regular expression: ", regex.errorString().toStdString(),
                   " (at its character ", std::to_string(regex.patternErrorOffset() + 1), ")"});
}

struct PatternCache::Private
{
    std::unordered_map<std::string, QRegularExpression> patterns;
    const QRegularExpression *last = nullptr; ///< of `patterns`
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
            entry->second.setPattern(fromUtf8(pattern));
        d->last = &entry->second;
    }
    if (!d->last->isValid())
        return Answer::WrongPattern;
    const QRegularExpressionMatch match = d->last->match(fromUtf8(text));
    if (!match.isValid())
        return Answer::GaveUp;
    return match.hasMatch() ? Answer::Found : Answer::NotFound;
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
