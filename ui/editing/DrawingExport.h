// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <QString>

namespace millrace {

/// Writes the drawing, without anything of a run, on light paper, whatever the look of the window: as SVG, or as PNG where the
/// path ends so (twice the size of 100 %; what is too large for a picture is made smaller).
Result<> exportDrawing(const Pipeline &pipeline, const StepRegistry &registry, const QString &path);

} // namespace millrace
