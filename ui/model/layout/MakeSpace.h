// SPDX-License-Identifier: MIT
#pragma once

#include "model/Edits.h"

#include <QPointF>
#include <QRectF>

#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// Where cards come to stand among those that are there, and what makes space for them: functions on a pipeline, of which none
/// looks at the window. All measures are pixels at 100 %.

/// Where the cards of a pipeline stand, in the order of its steps. How large a card is only the canvas knows.
using CardPlaces = std::vector<QRectF>;

/// By frame: the steps with the middle of their card in it.
std::vector<StepIds> stepsInFrames(const Pipeline &pipeline, const CardPlaces &cards);

/// The step that a note there is about, by its place in the pipeline: with the card at the least distance from the area, of
/// several of these the one whose middle is nearest. Nothing where there is no step.
std::optional<size_t> stepBeside(const CardPlaces &cards, const QRectF &area);

/// The upper left corner for a card that is wanted there: that place if no card stands there or close by; else one beside what
/// does. That is right of it, or, for a card that is to be linked, in the column behind (or before) the other end of the link,
/// below what stands there. Of `half` one end is empty: that of the card.
QPointF freePlace(const Pipeline &pipeline,
                  const CardPlaces &cards,
                  const QRectF &wanted,
                  const std::optional<Link> &half = {});

/// Where a card stands that comes into a link, and what makes space for it.
struct Space
{
    QPointF at;       ///< upper left corner of the card
    double shift = 0; ///< of all these, to the right
    StepIds steps;
    NoteIds notes, frames;
    NoteIds wider; ///< frames that only some of their cards leave for the right

    bool operator==(const Space &) const = default;
};

/// For a card that is wanted there: at that place if it is free; else beside what feeds the link, in the row of what the link
/// feeds, which moves right with all that is behind it. Notes move with the card that they lie beside, frames with the cards in
/// them; a frame only some of whose cards move becomes wider. What any of these would come to stand on makes space likewise; what
/// feeds the link stays. `without`: the id of a step that goes from where it is.
Space spaceInLink(const Pipeline &pipeline,
                  const CardPlaces &cards,
                  const Link &link,
                  const QRectF &wanted,
                  const std::string &without = {});

/// Moves what makes space to the right, and widens the frames that become wider.
void makeSpace(Pipeline &pipeline, const Space &space);

} // namespace millrace
