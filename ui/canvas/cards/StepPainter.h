// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/CardPixmapCache.h"
#include "canvas/cards/CardTexts.h"
#include "canvas/cards/StepGeometry.h"
#include "model/Drawing.h"
#include "model/Gauges.h"
#include "theme/Theme.h"

#include <QStaticText>

#include <optional>

class QPainter;

namespace millrace {

/// How a card answers while a link is drawn.
enum class DropHint : uint8_t { None, Fits, Refused, Target };

/// A card's texts, cut to their places and laid out once, not in every paint.
struct StepTexts
{
    QStaticText name, summary, queue, depth, rate, rateUnit, workers, limit, corner;
    int size = 0;         ///< of the small ones, in pixels at 100 %; 0: nothing is laid out yet
    double nameWidth = 0, ///< that the name was cut to; 0: nothing is laid out yet
        depthWidth = 0, rateWidth = 0, unitWidth = 0, limitWidth = 0, cornerWidth = 0;
};

/// All that a card shows at the moment.
struct StepLook
{
    StepView view;
    std::optional<StepGauge> gauge; ///< none: nothing runs
    QString tried;                  ///< what came of it when the drawing was tried; shown while there is no gauge
    QString pending;                ///< what isn't part of the run yet; empty: nothing
    bool isLeftOut = false;         ///< all of it, and no edit is why
    StepGeometry geometry;
    StepTexts texts;
    DropHint hint = DropHint::None;
    bool isSelected = false;
    bool isHovered = false;
};

/// Paints cards. One for the whole canvas; keeps no state of any card. GUI thread.
class StepPainter
{
public:
    explicit StepPainter(const Theme &theme);

    /// After the theme has changed: takes its fonts.
    void refresh();

    const GaugeLimits &gaugeLimits() const { return m_limits; }
    void setGaugeLimits(const GaugeLimits &limits) { m_limits = limits; }

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
};

} // namespace millrace
