// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/CardPixmapCache.h"
#include "canvas/cards/StepGeometry.h"
#include "theme/Theme.h"

#include <QPen>

class QPainter;

namespace millrace {

struct StepLook;

/// What the stamps of cards are of.
enum class Stamp : uint32_t { Back, Queue, Workers };

/// All that the look of a card's ground and its ports depends on.
struct CardGround
{
    Detail detail = Detail::Full;
    StepShape shape;
    QPen pen;
    bool isSelected = false;
    bool isInputLit = false;

    /// Of the stamp that shows it.
    CardPixmapKey key() const;
};

CardGround backOf(const StepLook &look, Detail detail, const Colors &colors);
void drawBack(QPainter &painter, const CardGround &back, const StepGeometry &geometry, const Colors &colors);

} // namespace millrace
