// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/TextLayoutCache.h"
#include "theme/Theme.h"

#include <map>

namespace millrace {

struct StepLook;

/// Lays out the texts of cards. Names and figures are as large on the screen as at 100 % also where the drawing is smaller: then
/// there are fewer words. One for the whole canvas; GUI thread.
class CardTexts
{
public:
    struct Fonts
    {
        TextLayoutCache names, small, bold;
    };

    explicit CardTexts(const Theme &theme) : m_theme(theme) {}

    /// After the theme has changed: its fonts are others.
    void forget() { m_fonts.clear(); }
    /// The size of small texts, in pixels of the drawing, that a zoom asks for: device-independent pixels for one of the drawing.
    int sizeAt(double zoom) const;
    /// With small texts of that size: whether the name has the head of the card to itself, whether a line below it has room,
    /// and a word before the bar.
    static bool isAlone(int size);
    static bool hasSummary(int size);
    static bool hasQueueLabel(int size);

    /// These lay out those texts of a look that differ from what it shows, in the size that it says. After its view, its size, or
    /// the theme, has changed, its texts have to be empty: the gauge's alone, which change ten times a second, are compared.
    void prepareHead(StepLook &look) const;       ///< the name and the badges
    void prepareSmallTexts(StepLook &look) const; ///< all others

    const Fonts &fonts(int size) const;
    const Fonts &fontsOf(const StepLook &look) const;
    const Fonts &badgeFontsOf(const StepLook &look) const;

private:
    const Theme &m_theme;
    mutable std::map<int, Fonts> m_fonts; ///< by the size of small texts
};

} // namespace millrace
