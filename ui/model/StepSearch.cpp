// SPDX-License-Identifier: MIT
#include "model/StepSearch.h"

#include "theme/Text.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>

namespace millrace {

namespace {

/// A word at the start of the text, at the start of a word within it, anywhere in it, or nowhere.
int wordScore(const QString &text, const QString &word, int weight)
{
    const qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive);
    if (at < 0)
        return 0;
    if (at == 0)
        return weight * (text.size() == word.size() ? 4 : 3);
    return weight * (text.at(at - 1).isLetterOrNumber() ? 1 : 2);
}

int bestOf(const StepType &type, const QString &word)
{
    int best = std::max(wordScore(toQString(type.title), word, 100), wordScore(toQString(type.id), word, 80));
    for (const std::string &synonym : type.synonyms)
        best = std::max(best, wordScore(toQString(synonym), word, 60));
    best = std::max(best, wordScore(toQString(familyName(type.family)), word, 10));
    return std::max(best, wordScore(toQString(type.help), word, 2));
}

} // namespace

int searchScore(const StepType &type, const QString &typed)
{
    static const QRegularExpression spaces(QStringLiteral("\\s+"));
    const QStringList words = typed.split(spaces, Qt::SkipEmptyParts);
    int score = 1;
    for (const QString &word : words) {
        const int found = bestOf(type, word);
        if (found == 0)
            return 0;
        score += found;
    }
    return score;
}

std::vector<const StepType *> searchSteps(const StepRegistry &registry, const QString &typed)
{
    std::vector<std::pair<int, const StepType *>> found;
    for (const StepType &type : registry.types())
        if (const int score = searchScore(type, typed))
            found.emplace_back(score, &type);
    std::ranges::stable_sort(found, std::greater(), &std::pair<int, const StepType *>::first);
    std::vector<const StepType *> types;
    for (const auto &[score, type] : found)
        types.push_back(type);
    return types;
}

} // namespace millrace
