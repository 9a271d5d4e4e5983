// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Bottleneck.h"
#include "metrics/LogRecord.h"
#include "metrics/RunEnd.h"
#include "metrics/RunSample.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// What a step has done in the course of a run: pairs of a second of the run and items a second then, in order.
struct RunCurve
{
    std::string step; ///< id
    std::vector<std::pair<double, double>> points;
};

/// All that a page says of a run that is over.
struct RunPage
{
    const Pipeline &pipeline;     ///< as it ran
    const StepRegistry &registry; ///< knows the names of steps and settings
    RunSample sample;             ///< the last one
    RunEnd end = RunEnd::Finished;
    std::string title = {};             ///< of the page: the pipeline's name or file
    std::string time = {};              ///< when it ended, as people write it; empty: it isn't said
    std::string failureStep = {};       ///< id of the step that a failed run has failed at, or empty
    std::string failure = {};           ///< what ended a failed run
    std::optional<Limit> limit = {};    ///< what limited it
    std::vector<LogRecord> errors = {}; ///< one for each kind
    std::vector<RunCurve> curves = {};  ///< none: no charts
};

/// The page as HTML that needs nothing else: styles, drawing and charts are within it, no scripts. Whatever comes from the
/// pipeline or its data is text there and nothing but text. Pure; safe on any thread.
std::string toHtml(const RunPage &page);

} // namespace millrace
