// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Bottleneck.h"
#include "metrics/RunSample.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <string>
#include <string_view>

namespace millrace {

/// A pipeline and the run that is drawn on it.
struct DrawnRun
{
    const Pipeline &pipeline;     ///< as it ran
    const StepRegistry &registry; ///< knows the names of steps and ports
    const RunSample &sample;      ///< the last one
    const Limit *limit = nullptr; ///< what limited it; null: nothing is said of it
    std::string failureStep = {}; ///< id of the step that a failed run has failed at, or empty
};

/// The drawing as on the canvas (places, names, links, notes and frames), with what came of each step and how it ended, as
/// an `<svg>` element for a page that has runDrawingStyle() and names colours as RunPage's does. Texts are as wide as is
/// guessed, since nobody measures here. Whatever comes from the pipeline is text. Pure; safe on any thread.
std::string drawRun(const DrawnRun &run);
/// The rules of style that the drawing needs.
std::string_view runDrawingStyle();

} // namespace millrace
