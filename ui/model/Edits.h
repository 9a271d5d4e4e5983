// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "formats/guess/FormatGuess.h"
#include "pipeline/NoteIds.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <QString>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace millrace {

/// What a person does to a pipeline: functions on a copy of the value, for Document::edit(). None looks at the window.
using StepIds = std::set<std::string>;

/// What the history calls an edit of these steps: “Change workers · Prices”, with the name on the card, or how many they are.
QString captionOf(const QString &edit, const Pipeline &pipeline, const StepIds &steps, const StepRegistry &registry);

/// An id that no step has yet, made of a word: "filter", "filter2", …
std::string freeId(const Pipeline &pipeline, const std::string &word);

/// Adds a step of that type there, and returns its id.
std::string addStep(Pipeline &pipeline, const StepType &type, Position position);

/// Removes steps with their links, and notes by their place in the list.
void removeSteps(Pipeline &pipeline, const StepIds &steps);
void removeNotes(Pipeline &pipeline, const NoteIds &notes);
/// Frames alone: what stands in them stays.
void removeFrames(Pipeline &pipeline, const NoteIds &frames);

/// Removes steps and links what fed each to what it fed.
void removeAndReconnect(Pipeline &pipeline, const StepIds &steps, const StepRegistry &registry);

/// Empty, or a sentence that says why this link can't be drawn: a cycle, the same step, a step without that port.
QString whyNoLink(const Pipeline &pipeline, const StepRegistry &registry, const Link &link);

/// Draws a link that whyNoLink() has nothing against. A single input that is taken loses its earlier link; an `error` port
/// that is linked begins to be used.
void addLink(Pipeline &pipeline, const StepRegistry &registry, const Link &link);
void removeLink(Pipeline &pipeline, const Link &link);
/// What goes over it is kept from now on, or not any more.
void setLinkKept(Pipeline &pipeline, const Link &link, bool isKept);
/// Takes an end of a link elsewhere. What it fed and still feeds keeps the order of its links.
void rerouteLink(Pipeline &pipeline, const StepRegistry &registry, const Link &link, const Link &wanted);

/// Puts a step with one input into a link: one end to its input, its first output to the other.
void insertIntoLink(Pipeline &pipeline, const StepRegistry &registry, const std::string &step, const Link &link);

/// The steps with the links between them, notes and frames, and nothing else of the pipeline: what copy puts on the clipboard.
Pipeline partOf(const Pipeline &pipeline, const StepIds &steps, const NoteIds &notes = {}, const NoteIds &frames = {});

/// The upper left corner of all that a part holds; nothing where it is empty.
std::optional<Position> cornerOf(const Pipeline &part);

/// Adds another pipeline's steps, inner links, notes and frames under new ids, their upper left corner there. Returns the new ids.
StepIds paste(Pipeline &pipeline, const Pipeline &part, Position corner);

/// Steps that can be reached from these, against or along the links; these included.
StepIds upstreamOf(const Pipeline &pipeline, StepIds steps);
StepIds downstreamOf(const Pipeline &pipeline, StepIds steps);

/// Steps that no data can reach: whole parts of the drawing without a source, and sources that nothing is linked to.
StepIds strayIn(const Pipeline &pipeline, const StepRegistry &registry);

/// For a pipeline that moves from one folder into another: where a relative path names a file or folder to read that is in the old
/// place and has no like in the new one, it leads back to the old. Returns how many do. Looks at the disk.
int keepInputPaths(Pipeline &pipeline, const StepRegistry &registry, const QString &from, const QString &to);

/// Whether a parameter leaves it to its step to guess.
bool isLeftOpen(const PipelineStep &step, const StepRegistry &registry, const std::string &param);

/// Sets what steps have guessed of what they read, where a parameter leaves it open and the step is as it was in `looked`, at which the
/// guesses were made. Returns how many parameters are set.
int keepGuesses(Pipeline &pipeline,
                const StepRegistry &registry,
                const Pipeline &looked,
                const std::map<std::string, std::vector<FormatGuess>> &guesses);

/// True where several links may end at a step's input.
bool takesSeveralLinks(const StepType *type);

} // namespace millrace
