// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/StepGeometry.h"
#include "model/Drawing.h"
#include "model/Gauges.h"

#include <QStaticText>

#include <optional>

namespace millrace {

/// How a card answers while a link is drawn.
enum class DropHint : uint8_t { None, Fits, Refused, Target };

/// A card's texts, cut to their places and laid out once, not in every paint.
struct StepTexts
{
    QStaticText name, summary, elsewhere, queue, depth, rate, rateUnit, workers, limit, corner;
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

} // namespace millrace
