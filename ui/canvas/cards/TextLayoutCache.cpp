// SPDX-License-Identifier: MIT
#include "canvas/cards/TextLayoutCache.h"

#include <QFontMetricsF>

namespace millrace {

void TextLayoutCache::setFont(const QFont &font)
{
    m_kept.clear();
    m_font = font;
}

TextLayoutCache::Layout TextLayoutCache::operator()(const QString &text) const
{
    constexpr qsizetype Most = 4096; // a run's rates are ever new
    if (const auto found = m_kept.constFind(text); found != m_kept.constEnd())
        return *found;
    if (m_kept.size() >= Most)
        m_kept.clear();
    Layout layout{QStaticText(text), QFontMetricsF(m_font).horizontalAdvance(text)};
    layout.text.setTextFormat(Qt::PlainText);
    layout.text.setPerformanceHint(QStaticText::AggressiveCaching);
    layout.text.prepare({}, m_font);
    return *m_kept.insert(text, layout);
}

} // namespace millrace
