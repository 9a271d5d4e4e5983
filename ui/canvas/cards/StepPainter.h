// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/CardPixmapCache.h"
#include "canvas/cards/CardTexts.h"
#include "canvas/cards/StepLook.h"
#include "model/Gauges.h"
#include "theme/Theme.h"

class QPainter;

namespace millrace {

/// Paints cards. One for the whole canvas; keeps no state of any card. GUI thread.
class StepPainter
{
public:
    explicit StepPainter(const Theme &theme);

    /// After the theme has changed: takes its fonts.
    void refresh();

    const GaugeLimits &gaugeLimits() const { return m_limits; }
    void setGaugeLimits(const GaugeLimits &limits) { m_limits = limits; }

    /// Of a picture of a drawing, which has no state: its blocks are in the colours of their families.
    void setPicture(bool isPicture) { m_isPicture = isPicture; }
    const CardTexts &texts() const { return m_texts; }
    void paint(QPainter &painter, const StepLook &look, double zoom) const;
    /// The colour under which the minimap and the blocks show a card.
    QColor blockColor(const StepLook &look) const;

private:
    void paintBack(QPainter &painter, const StepLook &look, Detail detail) const;
    void paintHead(QPainter &painter, const StepLook &look, Detail detail) const;
    void paintQueue(QPainter &painter, const StepLook &look, Detail detail) const;
    void paintWorkers(QPainter &painter, const StepLook &look, Detail detail) const;
    void paintBadges(QPainter &painter, const StepLook &look, double zoom) const;
    void paintBlock(QPainter &painter, const StepLook &look, double zoom) const;
    void paintState(QPainter &painter, const StepLook &look) const;
    void drawGlyph(QPainter &painter, const QRectF &place, const QString &name, const QColor &color) const;

    const Theme &m_theme;
    CardTexts m_texts;
    CardPixmapCache m_stamps;
    GaugeLimits m_limits;
    bool m_isPicture = false;
};

} // namespace millrace
