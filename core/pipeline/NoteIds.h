// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace millrace {

/// Of notes, or of frames.
using NoteIds = std::set<std::string>;

/// The words that ids of notes and frames begin with.
inline constexpr std::string_view NoteWord = "note", FrameWord = "frame";

/// Gives an id to each note and frame that has none, or that of another before it: the word and its place in the list, so that
/// a file without ids is always read alike.
void completeNoteIds(Pipeline &pipeline);

/// What completeNoteIds() gives to one without an id at that place, unless another has it. The file leaves such an id out.
std::string idOfPlace(std::string_view word, size_t index);

} // namespace millrace
