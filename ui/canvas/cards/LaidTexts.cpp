// SPDX-License-Identifier: MIT
#include "canvas/cards/LaidTexts.h"

#include <QFontMetricsF>

namespace millrace {

void LaidTexts::setFont(const QFont &font)
{
    m_kept.clear();
    m_font = font;
}

LaidTexts::Laid LaidTexts::operator()(const QString &text) const
{
    constexpr qsizetype Most = 4096; // a run's rates are ever new
    if (const auto found = m_kept.constFind(text); found != m_kept.constEnd())
        return *found;
    if (m_kept.size() >= Most)
        m_kept.clear();
    Laid laid{QStaticText(text), QFontMetricsF(m_font).horizontalAdvance(text)};
    laid.text.setTextFormat(Qt::PlainText);
    laid.text.setPerformanceHint(QStaticText::AggressiveCaching);
    laid.text.prepare({}, m_font);
    return *m_kept.insert(text, laid);
}

} // namespace millrace
