// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/StepLook.h"
#include "theme/Theme.h"

#include <QString>

#include <vector>

class QFont;

namespace millrace {

/// The name of a port, and where it stands beside the card: over the link that ends there.
struct PortName
{
    QString text;
    bool isInput = false; ///< it ends at the port, else it begins there
    QRectF place;         ///< in pixels at 100 % from the card's upper left corner
};

/// Those that a card shows: of steps with several inputs or outputs always, outputs of others while the hand is on them or they are selected.
std::vector<PortName> portNamesOf(const StepLook &look);
/// What they all cover; empty where there are none.
QRectF portNamesRect(const StepLook &look);
void paintPortNames(QPainter &painter, const StepLook &look, const Colors &colors, const QFont &font);

} // namespace millrace
