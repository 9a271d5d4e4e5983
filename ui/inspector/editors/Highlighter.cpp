// SPDX-License-Identifier: MIT
#include "inspector/editors/Highlighter.h"

#include <QRegularExpression>

namespace millrace {

Highlighter::Highlighter(Theme &theme, QTextDocument *document) : QSyntaxHighlighter(document), m_theme(theme)
{
    connect(&theme, &Theme::changed, this, &QSyntaxHighlighter::rehighlight);
}

void Highlighter::highlightBlock(const QString &text)
{
    // One pass: what is found first wins, so a number within a text stays text.
    static const QRegularExpression tokens(QStringLiteral(
        R"((?<text>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?)|(?<comment>//.*)|(?<number>\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b))"
        R"(|(?<word>\b(?:true|false|null|undefined|typeof|function|return|if|else|for|of|in|let|const|var|while|new|item|id)\b))"
        R"(|(?<function>\b[A-Za-z_]\w*(?=\s*\()))"));
    const Colors &colors = m_theme.colors();
    const auto found = [&](const QRegularExpressionMatch &match, const QString &name) {
        return match.capturedLength(name) > 0;
    };
    for (auto at = tokens.globalMatch(text); at.hasNext();) {
        const QRegularExpressionMatch match = at.next();
        QColor color = colors.accent;
        if (found(match, QStringLiteral("text")))
            color = colors.calm;
        else if (found(match, QStringLiteral("comment")))
            color = colors.muted;
        else if (found(match, QStringLiteral("number")))
            color = Theme::familyColor(Family::Model);
        else if (found(match, QStringLiteral("word")))
            color = colors.isDark ? QColor(0xd58fbd) : Theme::familyColor(Family::Script);
        setFormat(int(match.capturedStart()), int(match.capturedLength()), color);
    }
}

} // namespace millrace
