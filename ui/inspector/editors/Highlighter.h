// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QSyntaxHighlighter>

namespace millrace {

/// Colours an expression: texts, numbers, functions, words of the language.
class Highlighter : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    Highlighter(Theme &theme, QTextDocument *document);

protected:
    void highlightBlock(const QString &text) override;

private:
    const Theme &m_theme;
};

} // namespace millrace
