// SPDX-License-Identifier: MIT
#pragma once

#include <QFont>
#include <QHash>
#include <QStaticText>

namespace millrace {

/// Texts of one font, each laid out once for all the cards that show it: most figures are on many cards, and come again. A
/// change of the zoom lays out each anew when it is painted next, so that too is done once. GUI thread.
class TextLayoutCache
{
public:
    struct Layout
    {
        QStaticText text;
        double width = 0; ///< pixels at 100 %
    };

    const QFont &font() const { return m_font; }
    /// Forgets the texts of the font before.
    void setFont(const QFont &font);
    Layout operator()(const QString &text) const;

private:
    QFont m_font;
    mutable QHash<QString, Layout> m_kept;
};

} // namespace millrace
